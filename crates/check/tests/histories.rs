//! Files with histories: what is read from them, and that anything else is refused with its place.

use faultlab_check::history::{Format, History, HistoryError, Model, read, read_datum};
use faultlab_core::{Access, Datum, Expected, Reply, Time, Width};
use faultlab_words::{Lang, linear};

/// An error as people read it.
fn said(error: &HistoryError) -> String {
    linear::misfit(Lang::En, (error.line, error.column), &error.found, &error.expected)
}

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

const TEXT: &str = "0\t:invoke\t:write\t3
:nemesis\t:info\t:start\t\"Cut off {:n1 #{:n2}}\"
0\t:ok\t:write\t3
1\t:invoke\t:cas\t[3 4]
2\t:invoke\t:read\tnil
2\t:ok\t:read\tnil
1\t:info\t:cas\t[3 4]\tjava.net.SocketTimeoutException: Read timed out {
and so on in a second line
3\t:invoke\t:write\t9
3\t:fail\t:write\t9\tno leader
";

const FORMATS: [(&str, Format); 4] =
    [(EDN, Format::Jepsen), (ETCD, Format::Etcd), (JSON, Format::Json), (TEXT, Format::JepsenText)];

fn cas_register(text: &str, format: Format) -> Result<History, HistoryError> {
    read(text, Some(format), Model::CasRegister, None)
}

fn number(value: i64) -> Datum {
    Datum::Number(value)
}

#[test]
fn all_formats_tell_the_same_history() {
    for (text, format) in FORMATS {
        let history = cas_register(text, format).unwrap_or_else(|error| panic!("{format:?}: {error}"));
        assert_eq!(read(text, None, Model::CasRegister, None).as_ref(), Ok(&history), "{format:?} is found by trying");
        assert_eq!(history.initial, None);
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
    assert_eq!(cas_register(&lines, Format::Json), cas_register(JSON, Format::Json));
    let whole = format!("{{\"format\": 1, \"initial\": 7, \"history\": {JSON}}}");
    assert_eq!(cas_register(&whole, Format::Json).expect("a history").initial, Some(number(7)));
}

#[test]
fn what_a_register_holds_at_first_is_said_or_unknown() {
    let text = "{:process 0 :type :invoke :f :read} {:process 0 :type :ok :f :read :value nil}";
    let initial = |initial| read(text, None, Model::Kv, initial).expect("a history").initial;
    assert_eq!(initial(None), None);
    for (spelled, datum) in [
        ("5", number(5)),
        ("-5", number(-5)),
        ("nil", Datum::Nil),
        ("", Datum::Text("".into())),
        ("\"5\"", Datum::Text("5".into())),
        ("a b", Datum::Text("a b".into())),
    ] {
        assert_eq!(read_datum(spelled), datum);
        assert_eq!(initial(Some(datum.clone())), Some(datum));
    }
}

/// Two clients in Jepsen's terms: one writes 1, then another reads 2.
fn two_clients(first: &str, second: &str) -> String {
    format!(
        "{{:process {first} :type :invoke :f :write :value 1}}\n{{:process {first} :type :ok :f :write :value 1}}\n\
         {{:process {second} :type :invoke :f :read}}\n{{:process {second} :type :ok :f :read :value 2}}\n"
    )
}

/// A process is a number or a name; what anybody calls is read, and what cannot be read is an error.
#[test]
fn a_process_with_a_name_is_a_process() {
    for (first, second) in [("0", "1"), ("0", "\"1\""), (":a", ":b"), ("\"a\"", "7"), ("x", ":nemesis")] {
        let history = cas_register(&two_clients(first, second), Format::Jepsen).expect("a history");
        assert_eq!(history.operations.len(), 2, "{first} {second}");
        assert_ne!(history.operations[0].process, history.operations[1].process);
        let named = second.trim_matches(['"', ':']);
        assert_eq!(history.process(history.operations[1].process), named);
    }
    let json =
        r#"[{"process":"a","type":"invoke","f":"read","value":null},{"process":"a","type":"ok","f":"read","value":2}]"#;
    let history = cas_register(json, Format::Json).expect("a history");
    assert_eq!(history.process(history.operations[0].process), "a");
    assert!(history.to_json("raft").contains("\"process\":\"a\""));

    let skipped = "{:process :nemesis :type :invoke :f :start}{:process :nemesis :type :info :f :start}\
                   {:process :clock :type :info :f :bump :value {1 2}}{:process :nemesis :type :info :f :add}";
    let history = cas_register(&[skipped, &two_clients("0", "1")].concat(), Format::Jepsen).expect("a history");
    assert_eq!(history.operations.len(), 2);
    for (text, expected) in [
        (skipped, "expected an operation that a client calls, found nothing"),
        ("{:process :a :type :invoke :f :start}", "column 31: expected read, write or cas"),
        ("{:process :nemesis :type :ok :f :read :value 1}", "column 11: expected a process that is waiting"),
        ("{:process \"1\" :type :info :f :read}", "column 11: expected a process that is waiting"),
        ("{:process nil :type :invoke :f :read}", "column 11: expected the number of a process, or its name"),
    ] {
        let error = cas_register(text, Format::Jepsen).expect_err(text);
        let error = said(&error);
        assert!(error.contains(expected), "{text}\n  {error}");
    }
}

/// Numbers have 64 bits and a sign. An addition that some order could carry beyond them is refused.
#[test]
fn sums_stay_within_64_bits() {
    let added = |first: &str, amount: &str| {
        let text = format!(
            "{{:process 0 :type :invoke :f :write :value {first}}}\n{{:process 0 :type :ok :f :write :value {first}}}\n\
             {{:process 0 :type :invoke :f :add :value {amount}}}"
        );
        read(&text, None, Model::Kv, None).map_err(|error| said(&error))
    };
    let history = added("-1", "2").expect("a history");
    assert_eq!(history.operations[1].accessed.access, Access::Add { amount: 2, width: Width::I64 });
    added("9223372036854775806", "1").expect("still within");
    for (first, amount) in [("9223372036854775806", "2"), ("-9223372036854775808", "-1"), ("9223372036854775807", "1")]
    {
        let error = added(first, amount).expect_err("an overflow");
        assert!(error.starts_with("line 3, column 42: expected numbers whose sums stay within 64 bits"), "{error}");
    }
    assert!(added("1", "9223372036854775808").expect_err("too long").contains("expected a number of 64 bits to add"));
    let wrapping =
        "{:process 0 :type :invoke :f :add-u32 :value 4294967295}{:process 1 :type :invoke :f :add :value 1}";
    let error = said(&read(wrapping, None, Model::Kv, None).expect_err("two kinds"));
    assert!(error.contains("expected the same addition as before on this key"), "{error}");
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let write = "{:process 0 :type :invoke :f :write :value 1}\n";
    let cases: [(&str, Format, &str); 38] = [
        ("{:process 0 :type :invoke :f :write :value 1", Format::Jepsen, "line 1, column 45: expected more"),
        ("{:process 0 :type :invoke :f :write :value 1]", Format::Jepsen, "line 1, column 45: expected a bracket"),
        ("{:process 0 :type :start :f :write}", Format::Jepsen, "column 19: expected invoke, ok, fail or info"),
        ("{:process 0 :type :invoke :f :push}", Format::Jepsen, "column 30: expected read, write or cas, found"),
        ("{:process 0 :type :invoke :f :append :value \"\"}", Format::Jepsen, "column 30: expected read, write or cas"),
        ("{:process -1 :type :invoke :f :read}", Format::Jepsen, "column 11: expected the number of a process"),
        ("{:type :invoke :f :read}", Format::Jepsen, "column 1: expected the key process"),
        ("{:process 0 :type :invoke :f :write}", Format::Jepsen, "column 1: expected an operation with a value"),
        ("{:process 0 :type :invoke :f :cas :value 3}", Format::Jepsen, "column 42: expected the old and the new"),
        (
            "{:process 0 :type :invoke :f :write :value {}}",
            Format::Jepsen,
            "column 44: expected a number of 64 bits, a text",
        ),
        ("{:process 0 :type :ok :f :read :value 1}", Format::Jepsen, "column 11: expected a process that is waiting"),
        ("nil", Format::Jepsen, "line 1, column 1: expected the key process"),
        ("{:process 0 :type :invoke :f :write :value 12345678901234567890}", Format::Jepsen, "expected a number of 64"),
        ("{:process 0 :type :invoke :f :write :value 1.5}", Format::Jepsen, "column 44: expected a number of 64 bits"),
        (
            "{:process 0 :type :invoke :type :ok}",
            Format::Jepsen,
            "column 27: expected a key that the map does not have",
        ),
        ("{:process 0 :type}", Format::Jepsen, "column 18: expected a value for every key of the map"),
        ("{:process 0 :type :invoke :f :read :value \"a\\x\"}", Format::Jepsen, "column 45: expected an escape"),
        ("{:process 0 :type :invoke :f :read :value \"a}", Format::Jepsen, "column 46: expected the end of the text"),
        ("{:process 0 :latency 1.5.5}", Format::Jepsen, "column 22: expected a number"),
        ("{:process 0 :latency ##Inv}", Format::Jepsen, "column 22: expected ##Inf"),
        ("[1 #_]", Format::Jepsen, "column 6: expected a bracket that closes"),
        ("{:process {:a 1} :type :invoke :f :read}", Format::Jepsen, "column 11: expected the number of a process, or"),
        ("{:process 4294967296 :type :invoke :f :read}", Format::Jepsen, "column 11: expected the number of a process"),
        ("{\"process\": 0, \"process\": 1}", Format::Json, "column 16: expected a name that the object does not have"),
        ("", Format::Jepsen, "line 1, column 1: expected an operation that a client calls, found nothing"),
        ("0\t:invoke\t:read", Format::JepsenText, "column 16: expected a value, or nil"),
        ("0\t:invoke\t:write\t[1 2", Format::JepsenText, "column 22: expected more of the history"),
        ("(((", Format::Jepsen, "line 1, column 4: expected more of the history, found nothing"),
        ("INFO  jepsen.util - []\t:invoke\t:read\tnil", Format::Etcd, "column 21: expected the number of a process"),
        ("INFO  jepsen.util - 1\t:invoke\t:read", Format::Etcd, "column 36: expected a value, or nil"),
        ("INFO  jepsen.util - 1\t:invoke\t:cas\t[1", Format::Etcd, "column 38: expected more of the history"),
        ("\n\nnonsense", Format::Etcd, "line 3, column 1: expected a line of the log"),
        ("INFO  jepsen.util - 1\t:invoke\t:read\tnil 1", Format::Etcd, "column 41: expected the end of the line"),
        ("[{\"process\": 0,\n \"type\": \"invoke\" \"f\": 1}]", Format::Json, "line 2, column 19: expected JSON"),
        (
            "[{\"process\": 0,\n \"type\": \"invoked\", \"f\": \"read\"}]",
            Format::Json,
            "line 2, column 10: expected inv",
        ),
        ("[{\"process\": 0", Format::Json, "line 1, column 14: expected more of the history"),
        ("{\"format\": 2, \"history\": []}", Format::Json, "column 12: expected the format 1"),
        ("{\"history\": 3}", Format::Json, "column 13: expected a list of entries"),
    ];
    for (text, format, expected) in cases {
        let error = cas_register(text, format).expect_err(text);
        let error = said(&error);
        assert!(error.contains(expected), "{text}\n  {error}");
    }
    let twice = said(&cas_register(&[write, write].concat(), Format::Jepsen).expect_err("twice"));
    assert!(twice.starts_with("line 2, column 11: expected a process that is not waiting"), "{twice}");
    let other = [write, "{:process 0 :type :ok :f :write :value 2}"].concat();
    let other = said(&cas_register(&other, Format::Jepsen).expect_err("another value"));
    assert!(other.starts_with("line 2, column 40: expected what the process called"), "{other}");
    let no_cas = read("{:process 0 :type :invoke :f :cas :value [1 2]}", None, Model::Register, None);
    assert_eq!(no_cas.expect_err("no cas").expected, Expected::one_of(&["read", "write"]));
}

/// Deep nesting costs an error, not the stack; in a value of no concern it costs nothing.
#[test]
fn deep_nesting_costs_no_stack() {
    for (text, format) in [
        ("[".repeat(1 << 20), Format::Jepsen),
        (["{:a ".repeat(1 << 18), "}".repeat(1 << 18)].concat(), Format::Jepsen),
        ("#a ".repeat(1 << 18), Format::Jepsen),
        ("#_ ".repeat(1 << 18), Format::Jepsen),
        ("^".repeat(1 << 18), Format::Jepsen),
        ("[".repeat(1 << 20), Format::Json),
        (["[".repeat(1 << 18), "]".repeat(1 << 18)].concat(), Format::Json),
    ] {
        cas_register(&text, format).expect_err("too deep");
    }
    let deep = ["[".repeat(1 << 18), "]".repeat(1 << 18)].concat();
    let text = format!("{{:process 0 :type :invoke :f :read :error {deep}}}");
    assert_eq!(cas_register(&text, Format::Jepsen).expect("a history").operations.len(), 1);
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
        let (text, format) = [FORMATS[0], FORMATS[1], FORMATS[2], FORMATS[3], (&whole, Format::Json)][round % 5];
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
        if let Err(error) = read(&text, Some(format), model, None) {
            refused += 1;
            let line = text.split('\n').nth(error.line as usize - 1).unwrap_or_else(|| panic!("{error} in\n{text}"));
            assert!(error.column as usize <= line.chars().count() + 1, "{error} in\n{text}");
        }
    }
    assert!(refused > 10_000, "{refused} refused");
}
