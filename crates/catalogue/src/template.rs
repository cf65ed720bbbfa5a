//! Texts with placeholders.

use std::collections::BTreeSet;

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// A Rust expression, said in the language of the text.
    Value(String),
    /// A Rust expression that counts or is true or false, with the text for one or true and the text for all else.
    Choice {
        expression: String,
        one: Template,
        other: Template,
    },
    /// The number of the choice around it.
    Number,
}

/// A text as its pieces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Template(pub(crate) Vec<Piece>);

impl Template {
    /// Reads a text. The error says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        Self::within(text, false)
    }

    /// Reads a text, or one side of a choice: there `#` is the number and `;;` a semicolon.
    fn within(text: &str, is_choice: bool) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        let flush = |plain: &mut String, pieces: &mut Vec<Piece>| {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(plain)));
            }
        };
        while let Some(letter) = rest.chars().next() {
            let doubled = rest[letter.len_utf8()..].starts_with(letter);
            match letter {
                '{' | '}' if doubled => {
                    plain.push(letter);
                    rest = &rest[2..];
                }
                ';' if is_choice && doubled => {
                    plain.push(letter);
                    rest = &rest[2..];
                }
                '{' => {
                    let end = closing(rest).ok_or_else(|| format!("a `{{` without its `}}` in “{text}”"))?;
                    flush(&mut plain, &mut pieces);
                    pieces.push(placeholder(&rest[1..end])?);
                    rest = &rest[end + 1..];
                }
                '}' => return Err(format!("a `}}` without its `{{` in “{text}”")),
                '#' if is_choice => {
                    flush(&mut plain, &mut pieces);
                    pieces.push(Piece::Number);
                    rest = &rest[1..];
                }
                _ => {
                    plain.push(letter);
                    rest = &rest[letter.len_utf8()..];
                }
            }
        }
        flush(&mut plain, &mut pieces);
        Ok(Self(pieces))
    }

    /// The expressions of all placeholders.
    pub(crate) fn expressions(&self) -> BTreeSet<&str> {
        let mut all = BTreeSet::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(_) | Piece::Number => {}
                Piece::Value(expression) => drop(all.insert(expression.as_str())),
                Piece::Choice { expression, one, other } => {
                    all.insert(expression);
                    all.extend(one.expressions());
                    all.extend(other.expressions());
                }
            }
        }
        all
    }

    /// What every language must say as well: values, numbers and whether a rule is on. Any other choice may be a matter of grammar.
    pub(crate) fn said(&self) -> BTreeSet<&str> {
        let mut all = BTreeSet::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(_) | Piece::Number => {}
                Piece::Value(expression) => drop(all.insert(expression.as_str())),
                Piece::Choice { expression, one, other } => {
                    if expression.starts_with("on(") || other.0.contains(&Piece::Number) {
                        all.insert(expression);
                    }
                    all.extend(one.said());
                    all.extend(other.said());
                }
            }
        }
        all
    }

    /// The text, if it has no placeholder.
    pub(crate) fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// Where the brace closes that the text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The parts between the semicolons that stand neither doubled nor in braces.
fn parts(inner: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut at) = (Vec::new(), 0, 0, 0);
    let bytes = inner.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b';' if depth == 0 && bytes.get(at + 1) == Some(&b';') => at += 1,
            b';' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&inner[start..]);
    parts
}

fn placeholder(inner: &str) -> Result<Piece, String> {
    let parts = parts(inner);
    let expression = |text: &str| {
        let text = text.trim();
        if text.trim_start_matches('*').starts_with(|letter: char| letter.is_ascii_lowercase()) {
            Ok(text.to_owned())
        } else {
            Err(format!("“{{{inner}}}” is no placeholder: expected a field, a path into one, or a call"))
        }
    };
    // One space behind each semicolon is for the eye.
    let side = |text: &str| Template::within(text.strip_prefix(' ').unwrap_or(text), true);
    match parts.as_slice() {
        [value] => Ok(Piece::Value(expression(value)?)),
        [chosen, one, other] => {
            Ok(Piece::Choice { expression: expression(chosen)?, one: side(one)?, other: side(other)? })
        }
        _ => Err(format!("“{{{inner}}}”: expected {{count; text for one; text for others}}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.into())
    }

    #[test]
    fn a_text_is_read_piece_by_piece() {
        let template = Template::read("{who} sends {count; 1 entry; # entries} {{now}}").expect("is well formed");
        let one = Template(vec![text("1 entry")]);
        let other = Template(vec![Piece::Number, text(" entries")]);
        let expected = [
            Piece::Value("who".into()),
            text(" sends "),
            Piece::Choice { expression: "count".into(), one, other },
            text(" {now}"),
        ];
        assert_eq!(template.0, expected);
        assert_eq!(template.expressions().into_iter().collect::<Vec<_>>(), ["count", "who"]);
    }

    #[test]
    fn a_choice_may_hold_placeholders_and_semicolons() {
        let template = Template::read("{on(Rule::A);  {all(n)}, so;; good; {m; #; }}").expect("is well formed");
        let inner =
            Piece::Choice { expression: "m".into(), one: Template(vec![Piece::Number]), other: Template::default() };
        let one = Template(vec![text(" "), Piece::Value("all(n)".into()), text(", so; good")]);
        let expected = Piece::Choice { expression: "on(Rule::A)".into(), one, other: Template(vec![inner]) };
        assert_eq!(template.0, [expected]);
    }

    #[test]
    fn what_is_no_placeholder_is_an_error() {
        for text in ["{", "{}", "}", "{Who}", "{count; one}", "{a; b; c; d}", "{a; {b; c}"] {
            assert!(Template::read(text).is_err(), "{text}");
        }
    }
}
