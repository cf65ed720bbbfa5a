//! Files with histories: what is read from them, and that anything else is refused with its place.

use faultlab_check::history::{Format, History, HistoryError, Model, read};
use faultlab_core::{Access, Datum, Reply, Time};

const EDN: &str = "; a comment
{:process 0, :type :invoke, :f :write, :value 3, :time 1000000}
{:process :nemesis, :type :info, :f :start, :value [:isolated {\"n1\" #{\"n2\"}}]}
{:process 0, :type :ok, :f :write, :value 3, :time 2500000}
{:process 1, :type :invoke, :f :cas, :value [3 4]}
{:process 2, :type :invoke, :f :read, :value nil}
{:process 2, :type :ok, :f :read, :value nil}
#jepsen.history.Op{:process 1, :type :info, :f :cas, :value [3 4], :error :timeout, :index 5, :rate 1.5}
{:process 3, :type :invoke, :f :write, :value 9}
{:process 3, :type :fail, :f :write, :value 9, :error \"no \\\"leader\\\"\"}
";

const ETCD: &str = "INFO  jepsen.core - Running test
INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 0\t:ok\t:write\t3
INFO  jepsen.util - 1\t:invoke\t:cas\t[3 4]
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:ok\t:read\tnil
INFO  jepsen.util - 1\t:info\t:cas\t:timed-out
INFO  jepsen.util - 3\t:invoke\t:write\t9
INFO  jepsen.util - 3\t:fail\t:write\t9
";

const JSON: &str = r#"[{"process": 0, "type": "invoke", "f": "write", "value": 3},
 {"process": "nemesis", "type": "info", "f": "start", "value": null},
 {"process": 0, "type": "ok", "f": "write", "value": 3},
 {"process": 1, "type": "invoke", "f": "cas", "value": [3, 4]},
 {"process": 2, "type": "invoke", "f": "read", "value": null},
 {"process": 2, "type": "ok", "f": "read", "value": null},
 {"process": 1, "type": "info", "f": "cas", "value": [3, 4]},
 {"process": 3, "type": "invoke", "f": "write", "value": 9},
 {"process": 3, "type": "fail", "f": "write", "value": 9}]
"#;

fn cas_register(text: &str, format: Format) -> Result<History, HistoryError> {
    read(text, format, Model::CasRegister, None)
}

fn number(value: i64) -> Datum {
    Datum::Number(value)
}

#[test]
fn all_formats_tell_the_same_history() {
    for (text, format) in [(EDN, Format::Jepsen), (ETCD, Format::Etcd), (JSON, Format::Json)] {
        assert_eq!(Format::of(text), format);
        let history = cas_register(text, format).unwrap_or_else(|error| panic!("{format:?}: {error}"));
        assert_eq!(history.initial, Datum::Nil);
        let seen: Vec<_> =
            history.operations.iter().map(|one| (one.process, &one.accessed.access, &one.accessed.reply)).collect();
        let cas = Access::Cas { old: number(3), new: number(4) };
        let expected = [
            (0, &Access::Write(number(3)), &Some(Reply::Done)),
            (1, &cas, &None),
            (2, &Access::Read, &Some(Reply::Holds(Datum::Nil))),
        ];
        assert_eq!(seen, expected, "{format:?}");
        let places: Vec<_> =
            history.operations.iter().map(|one| (one.call.place, one.end.map(|end| end.place))).collect();
        assert_eq!(places, [(1, Some(2)), (3, None), (4, Some(5))], "{format:?}");
    }
    let timed = cas_register(EDN, Format::Jepsen).expect("a history");
    assert_eq!(timed.operations[0].call.time, Some(Time(1_000)));
    assert_eq!(timed.operations[0].end.and_then(|end| end.time), Some(Time(2_500)));
}

#[test]
fn entries_may_stand_in_a_vector_or_one_a_line() {
    let lines = EDN.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(cas_register(&format!("[{lines}]"), Format::Jepsen), cas_register(EDN, Format::Jepsen));
    let lines = JSON.trim_matches(['[', ']', '\n']).replace("},", "}");
    assert_eq!(Format::of(&lines), Format::Json);
    assert_eq!(cas_register(&lines, Format::Json), cas_register(JSON, Format::Json));
    let whole = format!("{{\"format\": 1, \"initial\": 7, \"history\": {JSON}}}");
    assert_eq!(cas_register(&whole, Format::Json).expect("a history").initial, number(7));
}

#[test]
fn an_unwritten_register_reads_as_the_history_spells_it() {
    let initial = |text: &str| read(text, Format::Jepsen, Model::Kv, None).expect("a history").initial;
    assert_eq!(initial(""), number(0));
    assert_eq!(initial("{:process 0 :type :invoke :f :append :key 1 :value \"x\"}"), Datum::Text("".into()));
    assert_eq!(initial("{:process 0 :type :invoke :f :read} {:process 0 :type :ok :f :read :value nil}"), Datum::Nil);
    let said = read("", Format::Jepsen, Model::Kv, Some(number(5))).expect("a history");
    assert_eq!(said.initial, number(5));
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let write = "{:process 0 :type :invoke :f :write :value 1}\n";
    let cases: [(&str, Format, &str); 24] = [
        ("{:process 0 :type :invoke :f :write :value 1", Format::Jepsen, "line 1, column 45: expected the rest"),
        ("{:process 0 :type :invoke :f :write :value 1]", Format::Jepsen, "line 1, column 45: expected a bracket"),
        ("{:process 0 :type :start :f :write}", Format::Jepsen, "column 19: expected invoke, ok, fail or info"),
        ("{:process 0 :type :invoke :f :push}", Format::Jepsen, "column 30: expected read, write or cas, as the model"),
        ("{:process 0 :type :invoke :f :append :value \"\"}", Format::Jepsen, "column 30: expected read, write or cas"),
        ("{:process -1 :type :invoke :f :read}", Format::Jepsen, "column 11: expected the number of a process"),
        ("{:type :invoke :f :read}", Format::Jepsen, "column 1: expected an operation with a process"),
        ("{:process 0 :type :invoke :f :write}", Format::Jepsen, "column 1: expected an operation with a value"),
        ("{:process 0 :type :invoke :f :cas :value 3}", Format::Jepsen, "column 42: expected the old and the new"),
        ("{:process 0 :type :invoke :f :write :value {}}", Format::Jepsen, "column 44: expected a number, a text or"),
        ("{:process 0 :type :ok :f :read :value 1}", Format::Jepsen, "column 11: expected a process that is waiting"),
        ("nil", Format::Jepsen, "line 1, column 1: expected an operation with a process"),
        ("{:process 0 :type :invoke :f :write :value 12345678901234567890}", Format::Jepsen, "expected a number"),
        ("(((", Format::Jepsen, "line 1, column 4: expected the rest of the history, found nothing"),
        ("INFO  jepsen.util - x\t:invoke\t:read\tnil", Format::Etcd, "column 21: expected the number of a process"),
        ("INFO  jepsen.util - 1\t:invoke\t:read", Format::Etcd, "column 36: expected nil, a number or"),
        ("INFO  jepsen.util - 1\t:invoke\t:cas\t[1", Format::Etcd, "column 38: expected the new value and a bracket"),
        ("\n\nnonsense", Format::Etcd, "line 3, column 1: expected a line of the log"),
        ("INFO  jepsen.util - 1\t:invoke\t:read\tnil 1", Format::Etcd, "column 41: expected the end of the line"),
        ("[{\"process\": 0,\n \"type\": \"invoke\" \"f\": 1}]", Format::Json, "line 2, column 19: expected `,` or `}`"),
        (
            "[{\"process\": 0,\n \"type\": \"invoked\", \"f\": \"read\"}]",
            Format::Json,
            "line 2, column 10: expected inv",
        ),
        ("[{\"process\": 0", Format::Json, "line 1, column 14: expected the rest of the history"),
        ("{\"format\": 2, \"history\": []}", Format::Json, "column 12: expected the format 1"),
        ("{\"history\": 3}", Format::Json, "column 13: expected a list of entries"),
    ];
    for (text, format, expected) in cases {
        let error = cas_register(text, format).expect_err(text).to_string();
        assert!(error.contains(expected), "{text}\n  {error}");
    }
    let twice = cas_register(&[write, write].concat(), Format::Jepsen).expect_err("twice").to_string();
    assert!(twice.starts_with("line 2, column 11: expected a process that is not waiting"), "{twice}");
    let other = [write, "{:process 0 :type :ok :f :write :value 2}"].concat();
    let other = cas_register(&other, Format::Jepsen).expect_err("another value").to_string();
    assert!(other.starts_with("line 2, column 40: expected what the process called"), "{other}");
    let no_cas = read("{:process 0 :type :invoke :f :cas :value [1 2]}", Format::Jepsen, Model::Register, None);
    assert!(no_cas.expect_err("no cas").expected.contains("as the model register has"));
}

/// Deep nesting costs an error, not the stack.
#[test]
fn deep_nesting_is_refused() {
    for (text, format) in [
        ("[".repeat(1 << 20), Format::Jepsen),
        (["{:a ".repeat(1 << 18), "}".repeat(1 << 18)].concat(), Format::Jepsen),
        ("#a ".repeat(1 << 18), Format::Jepsen),
        ("#_ ".repeat(1 << 18), Format::Jepsen),
        ("[".repeat(1 << 20), Format::Json),
        (["[".repeat(1 << 18), "]".repeat(1 << 18)].concat(), Format::Json),
    ] {
        cas_register(&text, format).expect_err("too deep");
    }
}

/// Thousands of files with something wrong in them: read or refused, never worse, and a place told is in the text.
#[test]
fn damaged_files_never_do_harm() {
    let (mut seed, mut refused) = (7_u64, 0);
    let mut below = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound
    };
    const PIECES: [&str; 26] = [
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "\"",
        "\\",
        ":",
        "#",
        "#_",
        "'",
        "nil",
        "-",
        "9999999999999999999999",
        "1/2",
        "1e999",
        "\u{0}",
        "é",
        "汉",
        "\r\n",
        "\t",
        ";",
        ",",
        "##Inf",
        "null",
    ];
    let whole = format!("{{\"format\": 1, \"initial\": 0, \"history\": {JSON}}}");
    for round in 0..20_000 {
        let (text, format) =
            [(EDN, Format::Jepsen), (ETCD, Format::Etcd), (JSON, Format::Json), (&whole, Format::Json)][round % 4];
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=below(3) {
            let at = below(letters.len().max(1)).min(letters.len().saturating_sub(1));
            let piece = PIECES[below(PIECES.len())].chars();
            match below(4) {
                0 => drop(letters.splice(at..at, piece)),
                1 => drop(letters.splice(at..=at, piece)),
                2 => drop(letters.drain(at..(at + 1 + below(20)).min(letters.len()))),
                _ => {
                    let other = (at + 1) % letters.len();
                    letters.swap(at, other);
                }
            }
        }
        let text: String = letters.into_iter().collect();
        let model = Model::ALL[below(3)];
        if let Err(error) = read(&text, format, model, None) {
            refused += 1;
            let line = text.split('\n').nth(error.line as usize - 1).unwrap_or_else(|| panic!("{error} in\n{text}"));
            assert!(error.column as usize <= line.chars().count() + 1, "{error} in\n{text}");
        }
    }
    assert!(refused > 10_000, "{refused} refused");
}
