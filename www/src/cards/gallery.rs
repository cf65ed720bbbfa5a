//! The built-in scenarios.

use std::sync::OnceLock;

use faultlab_scenario::{Scenario, Texts};
use faultlab_words::Lang;

/// Names and JSON, put in when the page is built.
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// A built-in scenario with its name: `raft/leader-dies`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) scenario: Scenario,
}

/// All built-in scenarios, sorted by name.
pub(crate) fn entries() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| {
        let read = |(name, json): &(&'static str, &str)| {
            // The build has read and written each of them, so a failure here would be a build of two versions.
            Scenario::from_json(json).ok().map(|scenario| Entry { name, scenario })
        };
        SOURCES.iter().filter_map(read).collect()
    })
}

pub(crate) fn entry(name: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.name == name)
}

/// A text in a language; an empty one falls back to English.
pub(crate) fn text(texts: &Texts, lang: Lang) -> &str {
    match lang {
        Lang::Zh if !texts.zh.is_empty() => &texts.zh,
        Lang::Zh | Lang::En => &texts.en,
    }
}
