//! The address: a readable query for built-in scenarios, and a link to a whole run in the fragment.

use faultlab_core::{Span, Time};
use faultlab_scenario::UNTIL_MAX;
use faultlab_words::Lang;

use super::time::Speed;
use crate::browser::Theme;

/// Where a player stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mount {
    /// It is the page: the document's language, title, colours, history and store are its own.
    Page,
    /// It stands in an element of somebody's page, perhaps beside others: nothing of the document is touched.
    Element,
}

/// How much of the page a frame shows beside the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Controls {
    /// As much as has room: the time controls, and the side column if it is wide enough.
    #[default]
    Auto,
    /// Everything.
    Full,
    /// Play and step only.
    Min,
    /// The stage and the caption.
    None,
}

impl Controls {
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Full => "full",
            Self::Min => "min",
            Self::None => "none",
        }
    }

    fn from_slug(slug: &str) -> Option<Self> {
        [Self::Auto, Self::Full, Self::Min, Self::None].into_iter().find(|controls| controls.slug() == slug)
    }
}

/// What the address asks for.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Address {
    /// The link behind `#s=`, still packed.
    pub(crate) link: Option<String>,
    pub(crate) scenario: Option<String>,
    pub(crate) protocol: Option<String>,
    pub(crate) seed: Option<u64>,
    pub(crate) nodes: Option<u8>,
    pub(crate) at: Option<Time>,
    pub(crate) speed: Option<Speed>,
    pub(crate) autoplay: Option<bool>,
    pub(crate) lang: Option<Lang>,
    pub(crate) theme: Option<Theme>,
    pub(crate) embed: bool,
    /// Whether the rule matrix is asked for.
    pub(crate) rules: bool,
    pub(crate) controls: Controls,
    /// What the query says that means nothing, to be told.
    pub(crate) wrong: Vec<(String, String)>,
}

impl Address {
    /// Whether it asks for another run than a first visit shows.
    pub(crate) fn asks_for_a_run(&self) -> bool {
        self.link.is_some()
            || self.scenario.is_some()
            || self.protocol.is_some()
            || self.seed.is_some()
            || self.nodes.is_some()
            || self.at.is_some()
    }

    /// Reads a query and a fragment. What means nothing is left out and noted.
    pub(crate) fn read(query: &str, fragment: &str) -> Self {
        let mut address = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !address.take(&name, &value) {
                address.wrong.push((shortened(&name), shortened(&value)));
            }
        }
        address.link = fragment.split('&').find_map(|part| part.strip_prefix("s=")).map(str::to_owned);
        address
    }

    /// Takes one name and value. False if it means nothing.
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "scenario" => set(&mut self.scenario, Some(value.to_owned())),
            "protocol" => set(&mut self.protocol, Some(value.to_owned())),
            "seed" => set(&mut self.seed, value.parse().ok()),
            "nodes" => set(&mut self.nodes, value.parse().ok()),
            "at" => set(&mut self.at, moment(value)),
            "speed" => set(&mut self.speed, speed(value)),
            "autoplay" => set(&mut self.autoplay, flag(value)),
            "lang" => set(&mut self.lang, Lang::from_tag(value)),
            "theme" => set(&mut self.theme, Theme::from_slug(value)),
            "embed" => flag(value).map(|embed| self.embed = embed).is_some(),
            "rules" => flag(value).map(|rules| self.rules = rules).is_some(),
            "controls" => Controls::from_slug(value).map(|controls| self.controls = controls).is_some(),
            _ => false,
        }
    }
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

/// Present without a value means yes.
fn flag(value: &str) -> Option<bool> {
    match value {
        "" | "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// `1.2s`, `1200ms`, or plain whole milliseconds, up to the longest run.
fn moment(value: &str) -> Option<Time> {
    let is_whole = value.bytes().all(|byte| byte.is_ascii_digit());
    let span = if is_whole { Span::parse(&format!("{value}ms")) } else { Span::parse(value) }?;
    (span <= UNTIL_MAX).then_some(Time(span.0))
}

fn speed(value: &str) -> Option<Speed> {
    if value == "max" {
        return Some(Speed::MAX);
    }
    let factor: f64 = value.parse().ok()?;
    (0.001..=1_000.0).contains(&factor).then_some(Speed(factor))
}

/// As much of a stranger's text as a notice has room for.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}
