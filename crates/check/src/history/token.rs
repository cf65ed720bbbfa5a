//! The tokens of EDN, and of what else Clojure prints.

use alloc::borrow::Cow;
use alloc::string::String;

use faultlab_core::Expected;

use super::HistoryError;
use super::form::FormKind;

/// A token, and the byte it begins at.
pub(super) struct Token<'t> {
    pub(super) at: usize,
    pub(super) kind: TokenKind<'t>,
}

pub(super) enum TokenKind<'t> {
    /// The end of the text.
    End,
    /// `(`, `[`, `{`, or `#` for a set.
    Open(u8),
    Close(u8),
    /// `#_`: the next value does not count.
    Discard,
    /// `^`: the next value says something about the one behind it.
    Meta,
    /// `#name`: says what the next value is.
    Tag(&'t str),
    /// A value without parts.
    Atom(FormKind<'t>),
}

/// Reads tokens, one after the other.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Tokens<'t> {
    /// The tokens of a part of a text.
    pub(super) fn new(text: &'t str, at: usize, end: usize) -> Self {
        Self { text, at, end }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The text from a place up to here.
    pub(super) fn since(&self, at: usize) -> &'t str {
        &self.text[at..self.at]
    }

    pub(super) fn misfit(&self, at: usize, expected: impl Into<Expected>) -> HistoryError {
        HistoryError::at(self.text, at, expected)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'t>, HistoryError> {
        self.skip_space();
        let at = self.at;
        let kind = match self.rest().as_bytes() {
            [] => TokenKind::End,
            [open @ (b'(' | b'[' | b'{'), ..] => self.take(1, TokenKind::Open(*open)),
            [close @ (b')' | b']' | b'}'), ..] => self.take(1, TokenKind::Close(*close)),
            [b'^', ..] => self.take(1, TokenKind::Meta),
            [b'#', b'_', ..] => self.take(2, TokenKind::Discard),
            [b'#', b'^', ..] => self.take(2, TokenKind::Meta),
            [b'#', b'{', ..] => self.take(2, TokenKind::Open(b'#')),
            [b'#', b'"', ..] => self.pattern()?,
            [b'#', b'#', ..] => self.symbolic()?,
            // `#'name`, `#(f)`, `#=(f)`, `#?(…)`: what follows is a value.
            [b'#', b'\'' | b'=' | b'?', ..] => self.take(2, TokenKind::Tag("")),
            [b'#', b'(', ..] => self.take(1, TokenKind::Tag("")),
            [b'#', ..] => self.tag()?,
            [b'"', ..] => TokenKind::Atom(FormKind::Text(self.string()?)),
            [b'\\', ..] => self.character()?,
            [b'\'' | b'`' | b'~' | b'@', ..] => return Err(self.misfit(at, "edn")),
            _ => self.word()?,
        };
        Ok(Token { at, kind })
    }

    fn take(&mut self, bytes: usize, kind: TokenKind<'t>) -> TokenKind<'t> {
        self.at += bytes;
        kind
    }

    /// Skips blanks, commas and comments.
    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let space = rest.trim_start_matches(|letter: char| is_space(letter));
            self.at += rest.len() - space.len();
            if !(space.starts_with(';') || space.starts_with("#!")) {
                return;
            }
            self.at += space.find(['\n', '\r']).unwrap_or(space.len());
        }
    }

    /// The letters up to the next blank, bracket or the like.
    fn letters(&mut self) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|letter: char| is_space(letter) || "\"\\;()[]{}".contains(letter)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn tag(&mut self) -> Result<TokenKind<'t>, HistoryError> {
        let at = self.at;
        self.at += 1;
        match self.letters() {
            "" => Err(self.misfit(at, "tag")),
            name if name.starts_with('<') => Err(self.misfit(at, "tag")),
            name => Ok(TokenKind::Tag(name)),
        }
    }

    /// `##Inf` and the like.
    fn symbolic(&mut self) -> Result<TokenKind<'t>, HistoryError> {
        let at = self.at;
        self.at += 2;
        match self.letters() {
            "Inf" | "-Inf" | "NaN" => Ok(TokenKind::Atom(FormKind::Other(self.since(at)))),
            _ => Err(self.misfit(at, "symbolic")),
        }
    }

    /// `#"a+b"`: an escape is a part of it.
    fn pattern(&mut self) -> Result<TokenKind<'t>, HistoryError> {
        let at = self.at;
        let mut is_escaped = false;
        for (place, byte) in self.rest().bytes().enumerate().skip(2) {
            match byte {
                b'"' if !is_escaped => {
                    self.at += place + 1;
                    return Ok(TokenKind::Atom(FormKind::Other(self.since(at))));
                }
                byte => is_escaped = byte == b'\\' && !is_escaped,
            }
        }
        Err(self.misfit(self.end, "regex_end"))
    }

    /// `\a`, `\newline`, `\u00e9`, `\o351`.
    fn character(&mut self) -> Result<TokenKind<'t>, HistoryError> {
        let at = self.at;
        self.at += 1;
        let Some(first) = self.rest().chars().next().filter(|letter| !letter.is_whitespace()) else {
            return Err(self.misfit(at, "character"));
        };
        self.at += first.len_utf8();
        // A bracket ends where it begins, as all others that end a word.
        let more = if is_end_of_word(first) { "" } else { self.letters() };
        let code = |radix: u32, most: u32| u32::from_str_radix(more, radix).is_ok_and(|code| code <= most);
        let is_known = match (first, more) {
            (_, "") => true,
            ('u', more) if more.len() == 4 => code(16, 0xffff),
            ('o', _) => code(8, 0o377),
            _ => ["newline", "return", "space", "tab", "formfeed", "backspace"].contains(&&self.since(at)[1..]),
        };
        if !is_known {
            return Err(self.misfit(at, "character"));
        }
        Ok(TokenKind::Atom(FormKind::Other(self.since(at))))
    }

    fn string(&mut self) -> Result<Cow<'t, str>, HistoryError> {
        self.at += 1;
        let rest = self.rest();
        let Some(length) = rest.find(['"', '\\']) else {
            return Err(self.misfit(self.end, "text_end"));
        };
        if rest.as_bytes()[length] == b'"' {
            self.at += length + 1;
            return Ok(Cow::Borrowed(&rest[..length]));
        }
        let mut read = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.find(['"', '\\']) else {
                return Err(self.misfit(self.end, "text_end"));
            };
            read.push_str(&rest[..length]);
            self.at += length;
            if rest.as_bytes()[length] == b'"' {
                self.at += 1;
                return Ok(Cow::Owned(read));
            }
            read.push(self.escape()?);
        }
    }

    /// The letter that an escape stands for.
    fn escape(&mut self) -> Result<char, HistoryError> {
        let at = self.at;
        let (letter, length) = match &self.rest().as_bytes()[1..] {
            [b't', ..] => ('\t', 2),
            [b'r', ..] => ('\r', 2),
            [b'n', ..] => ('\n', 2),
            [b'b', ..] => ('\u{8}', 2),
            [b'f', ..] => ('\u{c}', 2),
            [letter @ (b'\\' | b'"'), ..] => (char::from(*letter), 2),
            [b'u', ..] => return self.utf16(),
            [b'0'..=b'7', ..] => {
                let digits = self.rest()[1..].bytes().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
                let code = u8::from_str_radix(&self.rest()[1..=digits], 8);
                (code.map_or('\u{fffd}', char::from), digits + 1)
            }
            _ => return Err(self.misfit(at, "escape")),
        };
        self.at += length;
        Ok(letter)
    }

    /// `\u00e9`, or the two halves of one letter. A half alone is no letter.
    fn utf16(&mut self) -> Result<char, HistoryError> {
        let at = self.at;
        let Some(first) = self.unit() else { return Err(self.misfit(at, "hex_digits")) };
        let behind = self.at;
        let second = if (0xd800..0xdc00).contains(&first) { self.unit() } else { None };
        let units = [first, second.unwrap_or(0)];
        let mut letters = char::decode_utf16(units);
        match (letters.next(), second) {
            (Some(Ok(letter)), _) => Ok(letter),
            _ => {
                self.at = behind;
                Ok(char::REPLACEMENT_CHARACTER)
            }
        }
    }

    /// The number of one `\u00e9`.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest().strip_prefix("\\u")?.get(..4)?;
        let digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(digits)?;
        self.at += 6;
        u16::from_str_radix(digits, 16).ok()
    }

    /// A number, a keyword or a symbol.
    fn word(&mut self) -> Result<TokenKind<'t>, HistoryError> {
        let at = self.at;
        let word = self.letters();
        let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
        let kind = if unsigned.starts_with(|first: char| first.is_ascii_digit()) {
            match number(word) {
                Some(Number::Whole(number)) => FormKind::Number(number),
                Some(Number::Other) => FormKind::Other(word),
                None => return Err(self.misfit(at, "number")),
            }
        } else if let Some(name) = word.strip_prefix(':') {
            if name.trim_start_matches(':').is_empty() {
                return Err(self.misfit(at, "keyword"));
            }
            FormKind::Keyword(Cow::Borrowed(name))
        } else if word == "nil" {
            FormKind::Nil
        } else {
            FormKind::Text(Cow::Borrowed(word))
        };
        Ok(TokenKind::Atom(kind))
    }
}

fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter == ','
}

fn is_end_of_word(letter: char) -> bool {
    is_space(letter) || "\"\\;()[]{}".contains(letter)
}

enum Number {
    /// A whole number of 64 bits.
    Whole(i64),
    /// Any other number.
    Other,
}

/// `12`, `12N`, `0x1F`, `017`, `36rZZ`, `1.5e3`, `1.5M`, `1/2`.
fn number(word: &str) -> Option<Number> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", word.strip_prefix('+').unwrap_or(word)),
    };
    let all = |text: &str, radix: u32| !text.is_empty() && text.chars().all(|digit| digit.is_digit(radix));
    let whole = |digits: &str, radix: u32| {
        let number = i64::from_str_radix(&[sign, digits].concat(), radix);
        all(digits, radix).then(|| number.map_or(Number::Other, Number::Whole))
    };
    if let Some((numerator, denominator)) = digits.split_once('/') {
        return (all(numerator, 10) && all(denominator, 10)).then_some(Number::Other);
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        return whole(hexadecimal.strip_suffix('N').unwrap_or(hexadecimal), 16);
    }
    if let Some((radix, digits)) = digits.split_once(['r', 'R']) {
        let radix = radix.parse().ok().filter(|radix| (2..=36).contains(radix))?;
        return whole(digits, radix);
    }
    let without_suffix = digits.strip_suffix('N').unwrap_or(digits);
    if all(without_suffix, 10) {
        let is_octal = without_suffix.len() > 1 && without_suffix.starts_with('0');
        return whole(without_suffix, if is_octal { 8 } else { 10 });
    }
    let real = digits.strip_suffix('M').unwrap_or(digits);
    let (mantissa, exponent) = real.split_once(['e', 'E']).unwrap_or((real, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    (all(before, 10) && (behind.is_empty() || all(behind, 10)) && all(exponent, 10)).then_some(Number::Other)
}
