//! What happened as slugs and fields: for programs and for transcripts, which are to stay as they are when a sentence changes.
//!
//! It has the place of a language, so whatever is said in words can be told so: `voted_yes txn=T1`.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Debug;
use faultlab_core::{Protocol, Spelled};

use crate::world::{Dial, Evidence, WorldEvent, WorldWords};
use crate::{Catalogue, Lang, Sentence};

/// The place of a language that has no words: names are slugs, values are what the code calls them.
pub fn facts<P: Protocol>(_: Lang) -> &'static Catalogue<P> {
    const {
        &Catalogue {
            world: &WORLD,
            node: |_, node| node.to_string(),
            event: |_, _, event| Sentence::new(flat(event), ""),
            message: |_, message| flat(message),
            request: |_, request| spelled(request),
            verb: |_| None,
            response: |_, response| flat(response),
            record: |_, record| flat(record),
            timer: |_, timer| spelled(&timer),
            rule: |_| None,
            invariant: |_| None,
            field: |_| None,
            state: |name| Some(name),
            held: |_, _, _| None,
            area: |_| None,
            expected: |_| None,
        }
    }
}

/// Kinds and places stand in columns of their own; this is what else there is to a fact.
static WORLD: WorldWords = WorldWords {
    sentence: |event| Sentence::new(fields(event), ""),
    evidence: |evidence| match evidence {
        Evidence::Fact => "fact",
        Evidence::Facts => "facts",
        Evidence::Nodes => "nodes",
    },
    client: |number| format!("c{number}"),
    first_run: "first",
    found_branch: |at| format!("found {at}"),
    shrunk_branch: |at| format!("shrunk {at}"),
    act_at: |act, at| format!("{act} {at}"),
};

fn spelled(value: &impl Spelled) -> String {
    let mut out = String::new();
    value.spell(&mut out);
    out
}

/// A value as its name in snake case and its fields: `decided_commit txn=T1 yes={n2 n3}`.
fn flat(value: &impl Debug) -> String {
    let text = format!("{value:?}").replace(" { ", "{").replace(" }", "}").replace(": ", "=").replace(", ", " ");
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    // A variant that holds a structure of its own name says it once.
    let held = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')?.strip_prefix(name));
    let rest = held.filter(|held| held.starts_with('{')).unwrap_or(rest);
    match rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(fields) => format!("{out} {fields}"),
        None => out + rest,
    }
}

fn fields(event: &WorldEvent<'_>) -> String {
    match *event {
        WorldEvent::Booted { .. }
        | WorldEvent::Duplicated { .. }
        | WorldEvent::Queued { .. }
        | WorldEvent::Delayed { .. }
        | WorldEvent::Held { .. }
        | WorldEvent::Released { .. }
        | WorldEvent::Synced { .. }
        | WorldEvent::Paused { .. }
        | WorldEvent::Resumed { .. }
        | WorldEvent::Cut { .. }
        | WorldEvent::Healed { .. }
        | WorldEvent::Wiped { .. } => String::new(),
        WorldEvent::Sent { message, .. } => message.into(),
        WorldEvent::Lost { reason, .. } => format!("reason={}", flat(&reason)),
        // Its fields stand where it is sent.
        WorldEvent::Delivered { message, .. } => {
            let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
            message.split(ends).next().unwrap_or_default().into()
        }
        WorldEvent::Fired { timer, .. } => timer.into(),
        WorldEvent::Invoked { request, .. } => request.into(),
        WorldEvent::Retried { attempt, .. } => format!("attempt={attempt}"),
        WorldEvent::Returned { response, refused: false, .. } => response.into(),
        WorldEvent::Returned { response, refused: true, .. } => format!("{response} refused"),
        WorldEvent::Crashed { lost, .. } => format!("lost={lost}"),
        WorldEvent::Slowed { percent, .. } => format!("percent={percent}"),
        WorldEvent::Skewed { ppm, .. } => format!("ppm={ppm}"),
        WorldEvent::Corrupted { area, at, .. } => format!("area={area} at={at}"),
        WorldEvent::Torn { area, .. } => format!("area={area}"),
        WorldEvent::Set(dial) => self::dial(dial),
        WorldEvent::Broken { invariant } | WorldEvent::Reached { invariant } => invariant.into(),
        WorldEvent::Void(void) => flat(&void),
    }
}

fn dial(dial: Dial<'_>) -> String {
    match dial {
        Dial::Config { name, value } => format!("config {name} {value}"),
        Dial::Rule { name, on } => format!("rule {name} {}", if on { "on" } else { "off" }),
        other => flat(&other),
    }
}

#[cfg(test)]
mod tests {
    use super::flat;
    use alloc::vec;
    use alloc::vec::Vec;
    use faultlab_core::NodeId;

    #[test]
    fn values_are_told_by_name_and_fields() {
        #[derive(Debug)]
        #[expect(dead_code, reason = "only printed")]
        enum Event {
            VotedYes { by: NodeId, with: Vec<Self> },
            Ended,
            Round(u8),
            Answer(Answer),
        }
        #[derive(Debug)]
        #[expect(dead_code, reason = "only printed")]
        struct Answer {
            term: u8,
        }
        let voted = Event::VotedYes { by: NodeId(1), with: vec![Event::Round(3)] };
        assert_eq!(flat(&voted), "voted_yes by=n2 with=[Round(3)]");
        let nested = Event::VotedYes { by: NodeId(0), with: vec![voted] };
        assert_eq!(flat(&nested), "voted_yes by=n1 with=[VotedYes{by=n2 with=[Round(3)]}]");
        assert_eq!(flat(&Event::Answer(Answer { term: 2 })), "answer term=2");
        assert_eq!((flat(&Event::Ended), flat(&Event::Round(1))), ("ended".into(), "round(1)".into()));
    }
}
