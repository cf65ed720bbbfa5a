//! What a protocol declares of itself, without its types.

use std::fmt;
use std::sync::Arc;

use faultlab_core::{Fault, Source, Unit, Witness};
use faultlab_scenario::Scenario;
use faultlab_words::{Lang, Title};

/// A protocol's declarations, with their words.
#[derive(Clone)]
pub struct About {
    pub slug: &'static str,
    pub family: &'static str,
    pub behaviour: u32,
    /// How many nodes a fresh cluster has.
    pub nodes_default: u8,
    pub fields: Vec<FieldAbout>,
    pub rules: Vec<RuleAbout>,
    pub invariants: Vec<InvariantAbout>,
    /// The faults under which the promises hold, for the default set-up.
    pub tolerates: Vec<Fault>,
    /// The names of the disk's areas.
    pub areas: &'static [&'static str],
    words: Title,
    expected: Arc<Expectations>,
}

/// What the readers of requests and timers expect, by slug.
type Expectations = dyn Fn(Lang, &str) -> Option<&'static str> + Send + Sync;

/// A number of the configuration.
#[derive(Clone, Debug)]
pub struct FieldAbout {
    pub slug: &'static str,
    pub unit: Unit,
    pub min: u64,
    pub max: u64,
    pub default: u64,
    pub live: bool,
    pub(crate) words: Texts,
}

/// A rule that can be switched off.
#[derive(Clone, Debug)]
pub struct RuleAbout {
    pub slug: &'static str,
    pub source: Source,
    pub breaks: &'static [&'static str],
    /// How its absence can be shown.
    pub witness: &'static Witness,
    pub(crate) words: Texts,
}

/// The kinds of invariants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvariantKind {
    Always,
    Sometimes,
    Within,
    Figure,
}

impl InvariantKind {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Sometimes => "sometimes",
            Self::Within => "within",
            Self::Figure => "figure",
        }
    }
}

/// A promise.
#[derive(Clone, Debug)]
pub struct InvariantAbout {
    pub slug: &'static str,
    pub kind: InvariantKind,
    pub(crate) words: Texts,
}

/// A name and what explains it, in every language that is at hand.
#[derive(Clone)]
pub(crate) struct Texts(Arc<dyn Fn(Lang) -> [&'static str; 2] + Send + Sync>);

impl Texts {
    /// The texts of a slug; what has none is called by its slug.
    pub(crate) fn new(
        slug: &'static str,
        texts: impl Fn(Lang, &str) -> Option<[&'static str; 2]> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |lang| texts(lang, slug).unwrap_or([slug, ""])))
    }

    fn name(&self, lang: Lang) -> &'static str {
        (self.0)(lang)[0]
    }

    fn meaning(&self, lang: Lang) -> &'static str {
        (self.0)(lang)[1]
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name(Lang::En))
    }
}

impl fmt::Debug for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug)
    }
}

impl About {
    /// What the protocol's readers of requests and timers expect, by the slug that an error gives.
    pub fn expected(&self, lang: Lang, slug: &str) -> Option<&'static str> {
        (self.expected)(lang, slug)
    }

    pub fn title(&self, lang: Lang) -> &'static str {
        (self.words.title)(lang)
    }

    /// The set-up in which the absence of a rule shows, with the rule off; none where only many runs of a scenario show it.
    pub fn witness(&self, rule: &RuleAbout) -> Option<Scenario> {
        let unit_of = |slug: &str| self.fields.iter().find(|field| field.slug == slug).map(|field| field.unit);
        Scenario::of_witness(self.slug, rule.witness, &[rule.slug], unit_of)
    }

    pub fn summary(&self, lang: Lang) -> &'static str {
        (self.words.summary)(lang)
    }
}

impl FieldAbout {
    pub fn name(&self, lang: Lang) -> &'static str {
        self.words.name(lang)
    }

    pub fn meaning(&self, lang: Lang) -> &'static str {
        self.words.meaning(lang)
    }
}

impl RuleAbout {
    pub fn name(&self, lang: Lang) -> &'static str {
        self.words.name(lang)
    }

    /// What can happen without it.
    pub fn without(&self, lang: Lang) -> &'static str {
        self.words.meaning(lang)
    }
}

impl InvariantAbout {
    pub fn name(&self, lang: Lang) -> &'static str {
        self.words.name(lang)
    }

    pub fn meaning(&self, lang: Lang) -> &'static str {
        self.words.meaning(lang)
    }
}

mod collect;

pub(crate) use collect::collect;
