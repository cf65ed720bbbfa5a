//! Histories as text: Jepsen's entries as JSON, one a line, in a table that says what a register holds at first.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::{Access, Accessed, Datum, Reply, Width};
use serde_json::{Value, json};

use super::{History, Moment, Operation};

/// A datum as JSON.
pub fn json_of(datum: &Datum) -> Value {
    match datum {
        Datum::Nil => Value::Null,
        Datum::Number(number) => json!(number),
        Datum::Text(text) => json!(&**text),
    }
}

/// The name of what was called, and what it was called with.
fn function_of(access: &Access) -> (&'static str, Value) {
    match access {
        Access::Read => ("read", Value::Null),
        Access::Write(value) => ("write", json_of(value)),
        Access::Cas { old, new } => ("cas", json!([json_of(old), json_of(new)])),
        Access::Append(text) => ("append", json!(&**text)),
        Access::Add { amount, width: Width::I64 } => ("add", json!(amount)),
        Access::Add { amount, width: Width::U32 } => ("add-u32", json!(amount)),
    }
}

/// What a call, or its end, says of the operation: `f`, `value` and, where the register held something else, `found`.
pub fn described(accessed: &Accessed, is_end: bool) -> Value {
    let (function, mut value) = function_of(&accessed.access);
    let mut found = None;
    match accessed.reply.as_ref().filter(|_| is_end) {
        Some(Reply::Holds(held)) if accessed.access == Access::Read => value = json_of(held),
        Some(Reply::Holds(held) | Reply::Unchanged(Some(held))) => found = Some(json_of(held)),
        Some(Reply::Done | Reply::Unchanged(None)) | None => {}
    }
    if accessed.key != Datum::Nil {
        value = json!([json_of(&accessed.key), value]);
    }
    let mut described = json!({ "f": function, "value": value });
    if let Some(found) = found {
        described["found"] = found;
    }
    described
}

/// One entry, on a line of its own.
fn entry(process: &Value, operation: &Operation, moment: Moment, is_end: bool) -> String {
    let mut entry = json!({ "process": process, "type": if is_end { "ok" } else { "invoke" } });
    if let (Value::Object(entry), Value::Object(described)) = (&mut entry, described(&operation.accessed, is_end)) {
        entry.extend(described);
    }
    if let Some(time) = moment.time {
        entry["time"] = json!(time.0.saturating_mul(1_000));
    }
    format!("{entry}")
}

impl History {
    /// A process as JSON: its name, or its number.
    pub fn process_json(&self, process: u32) -> Value {
        self.names.get(&process).map_or(json!(process), |name| json!(&**name))
    }

    /// Writes the history of a run of a protocol as JSON, for [`read`](super::read) and for others.
    pub fn to_json(&self, protocol: &str) -> String {
        let mut entries: Vec<(u32, String)> = Vec::with_capacity(self.operations.len() * 2);
        for operation in &self.operations {
            let process = self.process_json(operation.process);
            entries.push((operation.call.place, entry(&process, operation, operation.call, false)));
            entries.extend(operation.end.map(|end| (end.place, entry(&process, operation, end, true))));
        }
        entries.sort_by_key(|(place, _)| *place);
        let entries: Vec<String> = entries.into_iter().map(|(_, entry)| entry).collect();
        let initial =
            self.initial.as_ref().map_or(String::new(), |initial| format!("\"initial\":{},", json_of(initial)));
        let (protocol, entries) = (json!(protocol), entries.join(",\n"));
        format!("{{\"format\":1,\"protocol\":{protocol},{initial}\"history\":[\n{entries}\n]}}\n")
    }
}
