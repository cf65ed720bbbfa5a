//! What a line of the author rests on: `while = "down n1 · event coordinator_recovered"`.
//!
//! A line about a run is true of that run only. Without a condition it stands as long as the run is the one that the file describes.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use faultlab_core::{Endpoint, Expected, Kind, Misspelled, NodeId, Part, Promise, Protocol, ScenarioError, Words};
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use crate::Scenario;
use crate::near::one_of;
use crate::text::{Cluster, misplaced, read_direction, read_node};

/// One thing that a line rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// Everything done so far is what the file says.
    Unchanged,
    /// An event, by its place among the protocol's, has happened at the line's moment or later, at this node or anywhere.
    Event {
        event: usize,
        node: Option<NodeId>,
    },
    Up(NodeId),
    Down(NodeId),
    Paused(NodeId),
    Cut(Endpoint, Endpoint),
    /// No link is cut.
    Healed,
    /// An invariant, by its place, is broken, or a Sometimes invariant is reached.
    Broken(usize),
    Reached(usize),
    /// A rule, by its place, is on or off.
    Rule {
        rule: usize,
        on: bool,
    },
}

const KINDS: [&str; 11] =
    ["unchanged", "event", "up", "down", "paused", "cut", "healed", "broken", "reached", "on", "off"];

/// The conditions of every line of a scenario, all of which must hold for it.
///
/// # Errors
/// The word that does not fit, with its line and column.
pub fn conditions<P: Protocol>(scenario: &Scenario) -> Result<Vec<Vec<Condition>>, ScenarioError> {
    let cluster = Cluster::new(scenario.nodes, 0);
    let lines = scenario.captions.iter().enumerate();
    let read = lines.map(|(index, caption)| {
        let path = format!("captions[{index}].while");
        read_conditions::<P>(&caption.holds, &cluster).map_err(|error| error.within(&path))
    });
    read.collect()
}

fn read_conditions<P: Protocol>(text: &str, cluster: &Cluster) -> Result<Vec<Condition>, ScenarioError> {
    if text.is_empty() {
        return Ok(alloc::vec![Condition::Unchanged]);
    }
    let read = |clause| {
        let mut words = Words::new(clause);
        let condition = read_condition::<P>(&mut words, cluster).and_then(|condition| {
            if words.is_empty() {
                Ok(condition)
            } else {
                Err(Misspelled::new(words.peek(), Expected::EndOf(Part::Condition)))
            }
        });
        condition.map_err(|wrong| misplaced(text, &words, wrong))
    };
    text.split(['·', ';']).map(read).collect()
}

fn read_condition<P: Protocol>(words: &mut Words<'_>, cluster: &Cluster) -> Result<Condition, Misspelled> {
    let kind = words.peek();
    let Some(kind) = KINDS.into_iter().find(|known| *known == kind) else {
        return Err(Misspelled::new(kind, one_of(Kind::Condition, kind, KINDS.into_iter())));
    };
    words.word();
    let is_sometimes = |promise: &Promise<P>| matches!(promise, Promise::Sometimes(_));
    let invariants = |sometimes| {
        let all = P::invariants().iter();
        all.map(move |row| if is_sometimes(&row.promise) == sometimes { row.slug } else { "" })
    };
    Ok(match kind {
        "unchanged" => Condition::Unchanged,
        "event" => {
            let names: Vec<String> = event_names::<P>().iter().map(|name| snake(name)).collect();
            let event = named(Kind::Event, words, names.iter().map(String::as_str))?;
            let node = if words.is_empty() { None } else { Some(read_node(words, cluster)?) };
            Condition::Event { event, node }
        }
        "up" => Condition::Up(read_node(words, cluster)?),
        "down" => Condition::Down(read_node(words, cluster)?),
        "paused" => Condition::Paused(read_node(words, cluster)?),
        "cut" => {
            let expected = Expected::Link { nodes: cluster.nodes };
            let (from, to) = words.expect(expected, |word| read_direction(word, cluster))?;
            Condition::Cut(from, to)
        }
        "healed" => Condition::Healed,
        "broken" => Condition::Broken(named(Kind::BreakableInvariant, words, invariants(false))?),
        "reached" => Condition::Reached(named(Kind::SometimesInvariant, words, invariants(true))?),
        _ => {
            let rule = named(Kind::Rule, words, P::rules().iter().map(|rule| rule.slug))?;
            Condition::Rule { rule, on: kind == "on" }
        }
    })
}

/// The place of a name in a list; an empty name is none.
fn named<'a>(
    kind: Kind,
    words: &mut Words<'_>,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize, Misspelled> {
    let expected = one_of(kind, words.peek(), names.clone().filter(|name| !name.is_empty()));
    words.expect(expected, |word| names.clone().position(|name| name == word && !name.is_empty()))
}

/// The names of a protocol's events, in their order.
pub fn event_names<P: Protocol>() -> &'static [&'static str] {
    match P::Event::deserialize_names() {
        Names::Found(names) => names,
        Names::NotAnEnum => &[],
    }
}

/// The place of an event among its protocol's.
pub fn event_place<P: Protocol>(event: &P::Event) -> Option<usize> {
    let mut head = Head(String::new());
    // The head stops the printing as soon as the name is complete.
    let _ = write!(head, "{event:?}");
    let spelled = snake(&head.0);
    event_names::<P>().iter().position(|name| snake(name) == spelled)
}

/// `LeaderElected` as files spell it: `leader_elected`. A protocol may store its events under names with dashes.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(if letter == '-' { '_' } else { letter.to_ascii_lowercase() });
    }
    out
}

/// The first word of a printed value.
struct Head(String);

impl fmt::Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = text.find(|letter: char| !letter.is_ascii_alphanumeric());
        self.0.push_str(&text[..end.unwrap_or(text.len())]);
        if end.is_some() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// Asks a type how its variants are called: the one thing that a type says to its deserializer.
trait DeserializeNames: DeserializeOwned {
    fn deserialize_names() -> Names {
        match Self::deserialize(Asking) {
            Ok(_) => Names::NotAnEnum,
            Err(names) => names,
        }
    }
}

impl<T: DeserializeOwned> DeserializeNames for T {}

struct Asking;

#[derive(Debug)]
enum Names {
    Found(&'static [&'static str]),
    NotAnEnum,
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names, not a value")
    }
}

impl core::error::Error for Names {}

impl de::Error for Names {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::NotAnEnum
    }
}

impl<'de> Deserializer<'de> for Asking {
    type Error = Names;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Names> {
        Err(Names::NotAnEnum)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Names> {
        Err(Names::Found(variants))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
