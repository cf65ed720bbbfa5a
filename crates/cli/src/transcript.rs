//! One line a fact, in fixed columns: what transcripts, `--transcript` and `--facts` print.

use std::fmt::Write;

use faultlab_core::{Endpoint, NodeId};
use faultlab_registry::{Line, What};
use faultlab_sim::FactId;

/// The line of a fact: step, time, number, what it follows from, what, where, and the sentence or, of a run told as facts, the fields.
pub fn transcript_line(line: &Line) -> String {
    let (kind, place, from) = fact_columns(line);
    let id = format!("f{}", line.id.0);
    let sentence = format!("{}{}", line.sentence.head, line.sentence.rest);
    let text = format!(
        "{:>6} {:>11} {id:>7} {from:<13} {kind:<10} {place:<12} {sentence}",
        line.position,
        line.at.to_string()
    );
    text.trim_end().to_owned()
}

/// What kind of fact it is, where it is, and the facts it follows from.
pub fn fact_columns(line: &Line) -> (&'static str, String, String) {
    let mut from = String::new();
    for parent in line.parents.into_iter().filter_map(FactId::some) {
        let _ = write!(from, "{}f{}", if from.is_empty() { "" } else { "," }, parent.0);
    }
    let (kind, place) = kind_and_place(&line.what);
    (kind, place, from)
}

fn at(node: NodeId) -> String {
    node.to_string()
}

fn link(from: Endpoint, to: Endpoint) -> String {
    format!("{from}->{to}")
}

fn kind_and_place(what: &What) -> (&'static str, String) {
    match what {
        What::Booted { node, again: false } => ("boot", at(*node)),
        What::Booted { node, again: true } => ("restart", at(*node)),
        What::Sent { packet, .. } => ("send", packet.to_string()),
        What::Lost { packet, .. } => ("lose", packet.to_string()),
        What::Duplicated { copy, .. } => ("duplicate", copy.to_string()),
        What::Delivered { packet } => ("deliver", packet.to_string()),
        What::Queued { packet } => ("queue", packet.to_string()),
        What::Delayed { packet, .. } => ("delay", packet.to_string()),
        What::Held { packet } => ("hold", packet.to_string()),
        What::Released { packet, .. } => ("release", packet.to_string()),
        What::Fired { node } => ("fire", at(*node)),
        What::Synced { node } => ("sync", at(*node)),
        What::Emitted { node, .. } => ("event", at(*node)),
        What::Invoked { id } => ("ask", id.to_string()),
        What::Retried { id, .. } => ("retry", id.to_string()),
        What::Returned { id, .. } => ("answer", id.to_string()),
        What::Crashed { node, .. } => ("crash", at(*node)),
        What::Paused { node } => ("pause", at(*node)),
        What::Resumed { node } => ("resume", at(*node)),
        What::Slowed { node, .. } => ("slow", at(*node)),
        What::Cut { from, to } => ("cut", link(*from, *to)),
        What::Healed { from, to } => ("heal", link(*from, *to)),
        What::Skewed { node, .. } => ("skew", at(*node)),
        What::Corrupted { node, .. } => ("corrupt", at(*node)),
        What::Torn { node, .. } => ("tear", at(*node)),
        What::Wiped { node } => ("wipe", at(*node)),
        What::Set(_) => ("set", String::new()),
        What::Broken { .. } => ("broken", String::new()),
        What::Reached { .. } => ("reached", String::new()),
        What::Void(_) => ("void", String::new()),
    }
}
