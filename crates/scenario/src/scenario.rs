//! The scenario's shape, as files and links hold it.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use faultlab_core::Span;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The number of the format that this program writes. Older ones are read for ever.
pub const FORMAT: u32 = 1;

/// All that a run is a function of, and what is said and expected of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub format: u32,
    /// The protocol's slug.
    pub protocol: String,
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub title: Texts,
    /// What it shows, in a few sentences.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub about: Texts,
    pub nodes: u8,
    pub seed: u64,
    /// Numbers that differ from the default, by the slug of the protocol's field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub config: BTreeMap<String, Number>,
    /// The slugs of the rules that are off from the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules_off: Vec<String>,
    #[serde(default, skip_serializing_if = "NetworkText::is_default")]
    pub network: NetworkText,
    #[serde(default, skip_serializing_if = "LoadText::is_default")]
    pub load: LoadText,
    /// Exact steps, one a line, before anything is left to time: `12ms fire n3 election`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Timed acts, one gesture a line: `at 1.2s crash n3 · cut n1->n2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<Caption>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
}

/// A text in every language; an empty one falls back to English.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
    #[serde(default, rename = "zh-Hans", skip_serializing_if = "String::is_empty")]
    pub zh: String,
}

impl Texts {
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }
}

/// A number of the configuration as people write it: `5`, `true`, `"150ms"`, or the name of a choice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Number {
    Flag(bool),
    Count(u64),
    /// A span such as `150ms`, or the name of a choice.
    Word(String),
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, true or false, or a word such as \"150ms\"")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Number, E> {
        Ok(Number::Flag(on))
    }

    fn visit_u64<E: de::Error>(self, count: u64) -> Result<Number, E> {
        Ok(Number::Count(count))
    }

    fn visit_i64<E: de::Error>(self, count: i64) -> Result<Number, E> {
        let negative = |_| de::Error::invalid_value(de::Unexpected::Signed(count), &self);
        u64::try_from(count).map(Number::Count).map_err(negative)
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Number, E> {
        Ok(Number::Word(word.into()))
    }
}

/// The network's dials; what is absent is at its default.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkText {
    /// In per cent, with up to four decimals: `"2.5%"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplication: Option<String>,
    /// `"10ms..30ms"`, or one span.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_order: Option<bool>,
    /// How long a disk takes to sync: `"1ms..3ms"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<String>,
}

impl NetworkText {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The load; what is absent is at its default.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<u8>,
    /// How long a client thinks between requests: `"300ms..900ms"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub think: Option<String>,
    /// How many requests read: `"30%"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
}

impl LoadText {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A sentence that stands under the stage from a moment on, until the next one. One without a text ends the one before.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caption {
    /// A span since the start: `1.2s`.
    pub at: String,
    /// What it rests on, see [`condition`](crate::condition): `down n1 · event coordinator_recovered`. Empty: on the run being as the
    /// file says.
    #[serde(default, rename = "while", skip_serializing_if = "String::is_empty")]
    pub holds: String,
    pub text: Texts,
}

impl Caption {
    /// Whether it is about the run as the file has it and no other.
    pub fn rests_on_the_run(&self) -> bool {
        self.holds.is_empty() || self.holds.split(['·', ';']).any(|clause| clause.trim() == "unchanged")
    }
}

/// What a run must do, judged when `until` is reached. Nothing else said: it holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// How long to run: `10s`.
    pub until: String,
    /// The slugs of exactly the invariants that break.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violates: Vec<String>,
    /// The slugs of Sometimes invariants that are reached, among others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reaches: Vec<String>,
}

impl Scenario {
    /// The same with another seed: another run, of which what was said of this one is not true.
    pub fn reseed(&mut self, seed: u64) {
        if self.seed != seed {
            self.seed = seed;
            self.forget_the_run();
        }
    }

    /// Leaves out what is said of exactly this run, since it is to be another one.
    pub fn forget_the_run(&mut self) {
        self.captions.retain(|caption| !caption.rests_on_the_run());
    }

    /// A scenario in which nothing is said but the protocol, the number of nodes and the seed.
    pub fn new(protocol: &str, nodes: u8, seed: u64) -> Self {
        Self {
            format: FORMAT,
            protocol: protocol.into(),
            title: Texts::default(),
            about: Texts::default(),
            nodes,
            seed,
            config: BTreeMap::new(),
            rules_off: Vec::new(),
            network: NetworkText::default(),
            load: LoadText::default(),
            steps: Vec::new(),
            schedule: Vec::new(),
            captions: Vec::new(),
            expect: None,
        }
    }
}

/// The longest run a scenario may ask for.
pub const UNTIL_MAX: Span = Span::seconds(3_600);
/// The largest seed: every reader of JSON keeps whole numbers up to here exact.
pub const SEED_MAX: u64 = (1 << 53) - 1;
/// The largest cluster.
pub const NODES_MAX: u8 = 101;
/// The most clients that ask of their own accord.
pub const CLIENTS_MAX: u8 = 100;
/// The most keys that a load asks for.
pub const KEYS_MAX: u32 = 1_000_000;
/// The shortest patience of a client: below it, retries would drown everything else.
pub const RETRY_MIN: Span = Span::millis(1);
/// The most acts of a scenario, and the most exact steps.
pub const ACTS_MAX: usize = 100_000;
