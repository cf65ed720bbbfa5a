//! What cannot be opened or done, in the reader's language.

use faultlab_registry::About;
use faultlab_scenario::ScenarioError;
use faultlab_scenario::link::LinkError;
use faultlab_words::page::PageWords;

/// What does not fit in a scenario or in an act, and where. A protocol says itself what its requests and timers are.
pub(crate) fn misfit(words: &PageWords, about: Option<&About>, error: &ScenarioError) -> String {
    (words.share.misfit)(error, &|lang, slug| about?.expected(lang, slug))
}

/// Why a link cannot be opened.
pub(crate) fn link(words: &PageWords, error: &LinkError) -> String {
    let share = &words.share;
    match error {
        LinkError::NotOurs => share.link_not_ours.to_owned(),
        LinkError::UnknownCodec { found, known } => (share.link_newer)(*found, *known),
        LinkError::Damaged => share.link_damaged.to_owned(),
        LinkError::TooLarge { most } => (share.link_big)(*most),
        LinkError::NotAScenario(error) => misfit(words, None, error),
    }
}
