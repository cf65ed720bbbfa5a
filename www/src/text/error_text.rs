//! What cannot be opened or done, in the reader's language.

use faultlab_scenario::ScenarioError;
use faultlab_scenario::link::LinkError;
use faultlab_words::page::PageWords;
use faultlab_words::scenario::Misfit;

/// What does not fit in a scenario or in an act, and where.
pub(crate) fn misfit(words: &PageWords, error: &ScenarioError) -> String {
    let ScenarioError { place, found, expected } = error;
    (words.share.misfit)(&Misfit { path: &place.path, line: place.line, column: place.column, found, expected })
}

/// Why a link cannot be opened.
pub(crate) fn link(words: &PageWords, error: &LinkError) -> String {
    let share = &words.share;
    match error {
        LinkError::NotOurs => share.link_not_ours.to_owned(),
        LinkError::UnknownCodec { found, known } => (share.link_newer)(*found, *known),
        LinkError::Damaged => share.link_damaged.to_owned(),
        LinkError::TooLarge { most } => (share.link_big)(*most),
        LinkError::NotAScenario(error) => misfit(words, error),
    }
}
