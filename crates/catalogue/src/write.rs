//! From entries to Rust.

use crate::read::{Catalogue, Entry, Texts};
use crate::template::{Piece, Template};
use crate::{LANGUAGES, Whose};
use std::fmt::{self, Display, Write};

/// The whole file: what all languages share, then a module for each.
pub(crate) fn rust(catalogue: &Catalogue) -> String {
    let whose = &catalogue.header.whose;
    let mut out = String::new();
    if let Whose::Protocol(protocol) = whose {
        shared(&mut out, catalogue, protocol).expect("a string takes all text");
    }
    for (at, language) in LANGUAGES.into_iter().enumerate() {
        let module = Module { catalogue, at, language };
        module.write(&mut out).expect("a string takes all text");
    }
    out
}

/// A text as a Rust literal.
struct Literal<'a>(&'a str);

impl Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Debug escapes what Rust wants escaped; letters of any script stay as they are.
        write!(f, "{:?}", self.0)
    }
}

fn shared(out: &mut String, catalogue: &Catalogue, protocol: &str) -> fmt::Result {
    writeln!(out, "/// What people read of the protocol in a list.\npub const TITLE: crate::Title = crate::Title {{")?;
    for (field, texts) in [("title", &catalogue.title), ("summary", &catalogue.summary)] {
        writeln!(out, "    {field}: |lang| match lang {{")?;
        for (at, language) in LANGUAGES.into_iter().enumerate() {
            let text = texts.as_ref().map_or("", |texts| plain(&texts.head[at]));
            writeln!(out, "        crate::Lang::{} => {},", variant(language), Literal(text))?;
        }
        writeln!(out, "    }},")?;
    }
    writeln!(out, "}};\n")?;
    writeln!(
        out,
        "/// All words in a language.\npub fn words(lang: crate::Lang) -> &'static crate::Catalogue<{protocol}> {{"
    )?;
    writeln!(out, "    match lang {{")?;
    for language in LANGUAGES {
        writeln!(out, "        crate::Lang::{} => &{language}::CATALOGUE,", variant(language))?;
    }
    writeln!(out, "    }}\n}}\n")?;
    // A slug that the protocol declares and the catalogue lacks, or the other way round, does not compile.
    let areas = format!("<{protocol} as faultlab_core::Protocol>::AREAS");
    let covered = [
        ("rules", "RULES", &catalogue.rules),
        ("invariants", "INVARIANTS", &catalogue.invariants),
        ("fields", "Config::FIELDS", &catalogue.fields),
        ("areas", areas.as_str(), &catalogue.areas),
    ];
    for (kind, declared, entries) in covered {
        let slugs: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        writeln!(out, "const _: () = crate::coverage::{kind}({declared}, &{slugs:?});")?;
    }
    if !catalogue.view.is_empty() {
        writeln!(
            out,
            "\n/// The words of its view.\n#[derive(Debug)]\n#[allow(unused_qualifications)]\npub struct ViewWords {{"
        )?;
        for entry in &catalogue.view {
            let (name, arguments) = signature(&entry.key);
            match arguments {
                None => writeln!(out, "    pub {name}: &'static str,")?,
                Some(arguments) => {
                    let types: Vec<&str> = arguments.iter().map(|(_, kind)| *kind).collect();
                    writeln!(out, "    pub {name}: fn({}) -> alloc::string::String,", types.join(", "))?;
                }
            }
        }
        for list in &catalogue.view_lists {
            writeln!(out, "    pub {}: &'static [&'static str],", list.key)?;
        }
        writeln!(
            out,
            "}}\n\n/// The same in a language.\npub fn view(lang: crate::Lang) -> &'static ViewWords {{\n    match lang {{"
        )?;
        for language in LANGUAGES {
            writeln!(out, "        crate::Lang::{} => &{language}::VIEW,", variant(language))?;
        }
        writeln!(out, "    }}\n}}")?;
    }
    Ok(())
}

/// `needs(count: u32, of: u32)` as a name and its arguments, each with its type; a name alone has none.
fn signature(key: &str) -> (&str, Option<Vec<(&str, &str)>>) {
    let Some((name, arguments)) = key.split_once('(') else { return (key, None) };
    let pairs = arguments.trim_end_matches(')').split(',').filter_map(|argument| argument.split_once(':'));
    (name.trim(), Some(pairs.map(|(name, kind)| (name.trim(), kind.trim())).collect()))
}

/// `en` as the variant `En`.
fn variant(language: &str) -> String {
    let mut letters = language.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn plain(template: &Template) -> &str {
    template.plain().unwrap_or_default()
}

/// A pattern with its type before each alternative, unless it names the type itself.
fn qualified(kind: &str, key: &str) -> String {
    let (pattern, guard) = key.split_once(" if ").map_or((key, None), |(pattern, guard)| (pattern, Some(guard)));
    let mut alternatives = vec![String::new()];
    let mut depth = 0;
    for letter in pattern.chars() {
        match letter {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
        if letter == '|' && depth == 0 {
            alternatives.push(String::new());
        } else if let Some(last) = alternatives.last_mut() {
            last.push(letter);
        }
    }
    let kind = kind.split('<').next().unwrap_or(kind);
    let name = kind.rsplit("::").next().unwrap_or(kind);
    let qualify = |alternative: &String| {
        let alternative = alternative.trim();
        let rest = alternative.strip_prefix(name);
        let own = rest.is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_'));
        if own { alternative.to_owned() } else { format!("{kind}::{alternative}") }
    };
    let pattern: Vec<String> = alternatives.iter().map(qualify).collect();
    pattern.join(" | ") + &guard.map_or_else(String::new, |guard| format!(" if {guard}"))
}

/// An expression as Rust: whether a rule is on is asked of the speaker.
fn code(expression: &str) -> String {
    if expression.starts_with("on(") { format!("speaker.{expression}") } else { expression.to_owned() }
}

/// The statements that write a text behind what is in `out`.
fn statements(template: &Template, out: &str, speaker: &str) -> String {
    let statement = |piece: &Piece| match piece {
        Piece::Text(text) => format!("{out}.push_str({});", Literal(text)),
        Piece::Value(value) => format!("crate::Say::say(&{}, {speaker}, {out});", code(value)),
        Piece::Number => format!("crate::Say::say(&number, {speaker}, {out});"),
        Piece::Choice { expression, one, other } => format!(
            "{{ let number = crate::say::Count::count(&({})); if number == 1 {{ {} }} else {{ {} }} }}",
            code(expression),
            statements(one, out, speaker),
            statements(other, out, speaker)
        ),
    };
    template.0.iter().map(statement).collect::<Vec<_>>().join(" ")
}

/// The module of one language.
struct Module<'a> {
    catalogue: &'a Catalogue,
    at: usize,
    language: &'a str,
}

impl Module<'_> {
    fn write(&self, out: &mut String) -> fmt::Result {
        let Self { catalogue, language, .. } = self;
        let marker = variant(language);
        writeln!(
            out,
            "\n#[allow(clippy::all, clippy::pedantic, clippy::nursery, dead_code, unreachable_pub, unused_variables, unused_imports, unused_qualifications)]"
        )?;
        writeln!(out, "pub mod {language} {{\n    use super::*;\n    use alloc::string::String;\n")?;
        match &catalogue.header.whose {
            Whose::Included => {}
            Whose::Protocol(protocol) => {
                writeln!(out, "    type Speaker<'a> = crate::Speaker<'a, crate::{marker}, {protocol}>;\n")?;
                self.protocol(out, protocol)?;
            }
            Whose::Speaker(speaker) => {
                writeln!(out, "    type Speaker<'a> = super::{speaker}<'a, crate::{marker}>;\n")?;
                if !catalogue.events.is_empty() {
                    self.sentences(out, "speaker: &Speaker<'_>, event: &Event<'_>")?;
                }
                if !catalogue.expected.is_empty() {
                    self.names(out, "expected", &catalogue.expected)?;
                }
            }
        }
        for (kind, entries) in &catalogue.values {
            self.value(out, kind, entries)?;
        }
        writeln!(out, "}}")
    }

    /// What only a protocol has.
    fn protocol(&self, out: &mut String, protocol: &str) -> fmt::Result {
        let catalogue = self.catalogue;
        self.catalogue(out, protocol)?;
        self.sentences(out, "speaker: &Speaker<'_>, who: &faultlab_core::NodeId, event: &Event")?;
        self.verbs(out)?;
        self.pairs(out, "rule", "crate::RuleWords", ["name", "without"], &catalogue.rules)?;
        self.pairs(out, "invariant", "crate::Named", ["name", "meaning"], &catalogue.invariants)?;
        self.pairs(out, "field", "crate::Named", ["name", "meaning"], &catalogue.fields)?;
        self.names(out, "area", &catalogue.areas)?;
        self.names(out, "state", &catalogue.states)?;
        self.names(out, "expected", &catalogue.expected)?;
        self.view(out)
    }

    fn head<'e>(&self, texts: &'e Texts) -> &'e Template {
        &texts.head[self.at]
    }

    fn catalogue(&self, out: &mut String, protocol: &str) -> fmt::Result {
        let upper = self.language.to_uppercase();
        writeln!(out, "    pub static CATALOGUE: crate::Catalogue<{protocol}> = crate::Catalogue {{")?;
        writeln!(out, "        world: &crate::world::{upper},")?;
        writeln!(out, "        node: |setup, node| Speaker::new(setup).name(&node),")?;
        writeln!(out, "        event: |setup, node, event| sentence(&Speaker::new(setup), &node, event),")?;
        for part in ["message", "request", "response", "record"] {
            writeln!(out, "        {part}: |setup, {part}| Speaker::new(setup).text({part}),")?;
        }
        writeln!(out, "        timer: |setup, timer| Speaker::new(setup).text(&timer),")?;
        writeln!(
            out,
            "        held: |setup, process, field| super::held::held(&Speaker::new(setup), process, field),"
        )?;
        writeln!(
            out,
            "        verb,\n        rule,\n        invariant,\n        field,\n        state,\n        area,\n        expected,\n    }};\n"
        )
    }

    fn sentences(&self, out: &mut String, arguments: &str) -> fmt::Result {
        writeln!(out, "    pub(super) fn sentence({arguments}) -> crate::Sentence {{")?;
        writeln!(out, "        let mut sentence = crate::Sentence::default();")?;
        writeln!(
            out,
            "        let (head, detail) = (&mut sentence.head, &mut sentence.rest);\n        match event {{"
        )?;
        for Entry { key, texts, .. } in &self.catalogue.events {
            let head = statements(self.head(texts), "head", "speaker");
            let detail = statements(&texts.detail[self.at], "detail", "speaker");
            writeln!(out, "            {} => {{ {head} {detail} }}", qualified("Event", key))?;
        }
        writeln!(out, "        }}\n        speaker.finished(sentence)\n    }}\n")
    }

    fn value(&self, out: &mut String, kind: &str, entries: &[Entry]) -> fmt::Result {
        writeln!(out, "    impl crate::Say<Speaker<'_>> for {kind} {{")?;
        writeln!(out, "        fn say(&self, speaker: &Speaker<'_>, out: &mut String) {{\n            match self {{")?;
        for Entry { key, texts, .. } in entries {
            let text = statements(self.head(texts), "out", "speaker");
            writeln!(out, "                {} => {{ {text} }}", qualified(kind, key))?;
        }
        writeln!(out, "            }}\n        }}\n    }}\n")
    }

    fn verbs(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "    fn verb(request: &Request) -> Option<&'static str> {{\n        match request {{")?;
        for Entry { key, texts, .. } in &self.catalogue.verbs {
            writeln!(out, "            {} => Some({}),", qualified("Request", key), Literal(plain(self.head(texts))))?;
        }
        writeln!(out, "            _ => None,\n        }}\n    }}\n")
    }

    fn pairs(&self, out: &mut String, function: &str, kind: &str, parts: [&str; 2], entries: &[Entry]) -> fmt::Result {
        writeln!(out, "    fn {function}(slug: &str) -> Option<{kind}> {{\n        Some(match slug {{")?;
        for Entry { key, texts, .. } in entries {
            let (name, meaning) = (Literal(plain(self.head(texts))), Literal(plain(&texts.detail[self.at])));
            let [first, second] = parts;
            writeln!(out, "            {} => {kind} {{ {first}: {name}, {second}: {meaning} }},", Literal(key))?;
        }
        writeln!(out, "            _ => return None,\n        }})\n    }}\n")
    }

    fn names(&self, out: &mut String, function: &str, entries: &[Entry]) -> fmt::Result {
        writeln!(
            out,
            "    pub(super) fn {function}(name: &str) -> Option<&'static str> {{\n        Some(match name {{"
        )?;
        for Entry { key, texts, .. } in entries {
            writeln!(out, "            {} => {},", Literal(key), Literal(plain(self.head(texts))))?;
        }
        writeln!(out, "            _ => return None,\n        }})\n    }}\n")
    }

    fn view(&self, out: &mut String) -> fmt::Result {
        if self.catalogue.view.is_empty() {
            return Ok(());
        }
        writeln!(out, "    pub static VIEW: ViewWords = ViewWords {{")?;
        for Entry { key, texts, .. } in &self.catalogue.view {
            let (name, arguments) = signature(key);
            match arguments {
                None => writeln!(out, "        {name}: {},", Literal(plain(self.head(texts))))?,
                Some(arguments) => {
                    let typed: Vec<String> = arguments.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
                    let speaker = format!("&crate::say::Bare::<crate::{}>::new()", variant(self.language));
                    let text = statements(self.head(texts), "out", &speaker);
                    let body = format!("let mut text = String::new(); let out = &mut text; {text} text");
                    writeln!(out, "        {name}: |{}| {{ {body} }},", typed.join(", "))?;
                }
            }
        }
        for list in &self.catalogue.view_lists {
            writeln!(out, "        {}: &{:?},", list.key, list.texts[self.at])?;
        }
        writeln!(out, "    }};")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_qualified() {
        assert_eq!(qualified("Event", "Blocked { txn, .. }"), "Event::Blocked { txn, .. }");
        assert_eq!(qualified("Event", "A | B { x: 1 | 2 }"), "Event::A | Event::B { x: 1 | 2 }");
        assert_eq!(qualified("raft::Term", "Term(0)"), "Term(0)");
        assert_eq!(qualified("Term", "Terminal"), "Term::Terminal");
        assert_eq!(qualified("Event", "Voted { to } if to == who"), "Event::Voted { to } if to == who");
    }

    #[test]
    fn signatures_have_names_and_types() {
        assert_eq!(signature("title"), ("title", None));
        let expected = Some(vec![("count", "u32"), ("of", "&str")]);
        assert_eq!(signature("needs(count: u32, of: &str)"), ("needs", expected));
    }

    #[test]
    fn whether_a_rule_is_on_is_asked_of_the_speaker() {
        let template = Template::read("{on(Rule::A); yes; }").expect("is well formed");
        let expected = "{ let number = crate::say::Count::count(&(speaker.on(Rule::A))); \
                        if number == 1 { out.push_str(\"yes\"); } else {  } }";
        assert_eq!(statements(&template, "out", "speaker"), expected);
    }

    #[test]
    fn a_text_becomes_statements() {
        let template = Template::read("{who}: {count; 1 key; # keys}").expect("is well formed");
        assert_eq!(
            statements(&template, "out", "speaker"),
            "crate::Say::say(&who, speaker, out); out.push_str(\": \"); { let number = crate::say::Count::count(&(count)); \
             if number == 1 { out.push_str(\"1 key\"); } else { crate::Say::say(&number, speaker, out); out.push_str(\" keys\"); } }"
        );
    }
}
