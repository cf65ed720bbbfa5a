//! EDN, all of it: every token that Clojure prints is read, and what no operation needs changes nothing.

use faultlab_check::history::{Format, History, HistoryError, Model, read, read_datum};
use faultlab_core::Datum;

fn register(text: &str) -> Result<History, HistoryError> {
    read(text, Some(Format::Jepsen), Model::Register, None)
}

/// A history in which this stands where no operation needs it.
fn beside(value: &str) -> String {
    format!(
        "{{:process 0 :type :invoke :f :write :value 1 :error {value}}}\n{{:process 0 :type :ok :f :write :value 1}}\n\
         {{:process 1 :type :invoke :f :read :extra [{value} {{{value} 1}}]}}\n{{:process 1 :type :ok :f :read :value 2}}\n"
    )
}

/// What Clojure prints, and what a file may have between.
const TOKENS: &[&str] = &[
    "1N",
    "-1N",
    "+7",
    "0x1F",
    "-0xffN",
    "017",
    "36rZZ",
    "2r101",
    "1.5",
    "1.5M",
    "12M",
    "1e10",
    "1.5E-7",
    "-1e+3M",
    "1/2",
    "-22/7",
    "123456789012345678901234567890",
    "##Inf",
    "##-Inf",
    "##NaN",
    "\\a",
    "\\newline",
    "\\space",
    "\\tab",
    "\\return",
    "\\formfeed",
    "\\backspace",
    "\\u00e9",
    "\\o351",
    "\\(",
    "\\\\",
    "\\\"",
    "\\;",
    "\\é",
    "\"\"",
    "\"a\\u00e9\\n\\t\\\\\"",
    "\"\\101\\b\\f\\r\\\"\"",
    "\"two\nlines\"",
    "#\"a+b\"",
    "#\"\\\"[\\]\"",
    "#inst \"2026-01-01T00:00:00.000-00:00\"",
    "#uuid \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"",
    "#{1 2 3}",
    "#object[java.lang.Object 0x5f2 \"java.lang.Object@5f2\"]",
    "#error {:cause \"x\" :via [{:type java.lang.E}]}",
    "#jepsen.history.Op{:process 9 :type :ok}",
    "#:node{:a 1 :b 2}",
    "#knossos.op.Op {:a 1}",
    "^{:line 3} [1]",
    "^:a b",
    "#_ignored 5",
    "#_ #_ 1 2 3",
    "[1 #_ 2 3]",
    "[#_ 1]",
    "#'clojure.core/inc",
    "#(inc %)",
    "#=(+ 1 2)",
    "(1 2)",
    "()",
    "foo.bar/baz*",
    "->",
    "+",
    "-",
    "true",
    "clojure.core$fn__123",
    ":a/b",
    "::a",
    ":a'b#c",
    "{[1] 2 {} 3 nil 4 \"a\" 5 :a 6}",
    "[;comment ]\n1]",
    "1 ; comment \" [\n",
    "1,,,",
    "\u{2003}7",
    "{:a [{:b [{:c [{:d [{:e [1.5 #{##NaN}]}]}]}]}]}",
];

#[test]
fn every_token_is_read() {
    let plain = register(&beside("nil")).expect("a history");
    for value in TOKENS {
        match register(&beside(value)) {
            Ok(history) => assert_eq!(history, plain, "{value}"),
            Err(error) => panic!("{value}: {error}"),
        }
    }
}

#[test]
fn what_is_no_edn_is_refused_with_its_place() {
    for (value, column) in [
        ("1a", 53),
        ("1.5.5", 53),
        ("08", 53),
        ("1/2/3", 53),
        ("37r1", 53),
        ("0xG", 53),
        (":", 53),
        ("\\newlin", 53),
        ("\\u00e", 53),
        ("##Info", 53),
        ("#", 53),
        ("#<Object x>", 53),
        ("'a", 53),
        ("@a", 53),
        ("\"\\x\"", 54),
        ("\"\\u00\"", 54),
        ("{:a}", 56),
        ("{:a 1 :a 2}", 59),
        ("{1 2 1 3}", 58),
        ("{[1 2] 3 [1, 2] 4}", 62),
        ("[1}", 55),
        ("#_", 55),
    ] {
        let error = register(&beside(value)).expect_err(value);
        assert_eq!((error.line, error.column), (1, column), "{value}: {error}");
    }
}

/// What stands before and behind the entries: a mark of the order of bytes, comments, other line ends.
#[test]
fn the_edges_of_a_file_do_not_matter() {
    let text = beside("nil");
    let plain = register(&text);
    for edged in [
        format!("\u{feff}{text}"),
        format!("{text}; see nil"),
        format!("; [ not a bracket \"\n{text}\n;"),
        format!("#!/usr/bin/edn\n{text}"),
        text.replace('\n', "\r\n"),
        format!("[{text}]"),
        format!("({text}) #_nil ,,"),
        text.replace('{', "#jepsen.history.Op{"),
    ] {
        assert_eq!(
            register(&edged).map(|history| history.operations),
            plain.clone().map(|one| one.operations),
            "{edged}"
        );
    }
    let json = r#"{"process":0,"type":"invoke","f":"read","n":[1.5e3,-0.0,123456789012345678901,true,null,{"a":{}}]}"#;
    for edged in [json.to_owned(), format!("\u{feff}{json}"), format!(" \r\n{json}\r\n")] {
        read(&edged, Some(Format::Json), Model::Register, None).unwrap_or_else(|error| panic!("{edged}: {error}"));
    }
}

struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn letter(&mut self) -> char {
        const LETTERS: [char; 20] = [
            'a', '"', '\\', '\n', '\t', '\r', '\u{8}', '\u{c}', '\0', ';', '[', '}', ' ', 'é', '汉', '🦀', '#', ':',
            '7', ',',
        ];
        LETTERS[self.below(LETTERS.len())]
    }

    fn text(&mut self) -> String {
        (0..self.below(12)).map(|_| self.letter()).collect()
    }

    /// A text as EDN, each letter in one of the ways to write it.
    fn spelled(&mut self, text: &str) -> String {
        let mut spelled = String::from("\"");
        for letter in text.chars() {
            let short = match letter {
                '\n' => Some("\\n"),
                '\t' => Some("\\t"),
                '\r' => Some("\\r"),
                '\u{8}' => Some("\\b"),
                '\u{c}' => Some("\\f"),
                '"' => Some("\\\""),
                '\\' => Some("\\\\"),
                _ => None,
            };
            match (self.below(3), short) {
                (0, _) => letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| spelled += &format!("\\u{unit:04x}")),
                (1, Some(short)) => spelled += short,
                _ if matches!(letter, '"' | '\\') => spelled.extend(['\\', letter]),
                _ => spelled.push(letter),
            }
        }
        spelled + "\""
    }

    fn space(&mut self) -> &'static str {
        [" ", ",", "\n", "\t ", " ; ] \"\n", " #_ [1 (\n)] ", " #_ #_ a \"b\" "][self.below(7)]
    }

    /// Any value.
    fn value(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 5 } else { 9 }) {
            0 => "nil".into(),
            1 => format!("{}", self.below(1 << 30) as i64 - (1 << 29)),
            2 => {
                let text = self.text();
                self.spelled(&text)
            }
            3 => {
                ["1.5M", "1/2", "##Inf", "\\a", "\\u00e9", "#\"a\\\"b\"", "1N", "-2.5e-3", "\\\\"][self.below(9)].into()
            }
            4 => [":a", "sym", "true", ":b/c", "->x"][self.below(5)].into(),
            5 => format!("#tag{}{}", self.space(), self.value(depth - 1)),
            6 => format!(
                "{{{}}}",
                (0..self.below(4))
                    .map(|key| format!("{key} {}{}", self.value(depth - 1), self.space()))
                    .collect::<String>()
            ),
            kind => {
                let items: String = (0..self.below(5)).map(|_| self.value(depth - 1) + self.space()).collect();
                if kind == 7 { format!("[{items}]") } else { format!("({items})") }
            }
        }
    }
}

/// Random values, written as Clojure would write them, read as what they are.
#[test]
fn values_come_back_as_they_were_written() {
    for seed in 0..5_000 {
        let mut draws = Draws(seed);
        let text = draws.text();
        let spelled = draws.spelled(&text);
        let write = format!("{{:process 0 :type :invoke :f :write :value {}{spelled}}}", draws.space());
        let history = register(&write).unwrap_or_else(|error| panic!("{write}: {error}"));
        let datum = Datum::Text(text.as_str().into());
        assert_eq!(history.operations[0].accessed.access, faultlab_core::Access::Write(datum.clone()), "{write}");
        assert_eq!(read_datum(&spelled), datum);
        let number = (draws.below(1 << 30) as i64).wrapping_mul(draws.below(1 << 30) as i64 - (1 << 29));
        for spelled in [number.to_string(), format!("{number}N")] {
            assert_eq!(read_datum(&spelled), Datum::Number(number));
        }
    }
}

#[test]
fn random_values_beside_the_operations_change_nothing() {
    let plain = register(&beside("nil")).expect("a history");
    for seed in 0..3_000 {
        let value = Draws(seed).value(9);
        match register(&beside(&value)) {
            Ok(history) => assert_eq!(history, plain, "{value}"),
            Err(error) => panic!("{value}: {error}"),
        }
    }
}

/// Whatever the bytes are: a history, or an error with a place.
#[test]
fn random_text_does_no_harm() {
    for seed in 0..20_000 {
        let mut draws = Draws(seed);
        let length = draws.below(60);
        let bytes: Vec<u8> = (0..length).map(|_| draws.below(256) as u8).collect();
        let text = match seed % 2 {
            0 => String::from_utf8_lossy(&bytes).into_owned(),
            _ => (0..length)
                .map(|_| {
                    if draws.below(2) == 0 {
                        draws.letter()
                    } else {
                        "{}()[]#_^\\\"u0n:/ \t"[draws.below(19)..].chars().next().unwrap_or(' ')
                    }
                })
                .collect(),
        };
        for format in Format::ALL.map(Some).into_iter().chain([None]) {
            if let Err(error) = read(&text, format, Model::Kv, None) {
                assert!(error.line >= 1 && error.column >= 1, "{error}");
            }
            let _ = read_datum(&text);
        }
    }
}
