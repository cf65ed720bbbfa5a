//! Why a command could not do what it was asked for.

use std::fmt::Display;

use faultlab_check::history::HistoryError;
use faultlab_core::{Expected, Found, Misspelled};
use faultlab_registry::About;
use faultlab_scenario::ScenarioError;
use faultlab_scenario::link::LinkError;
use faultlab_words::linear;
use faultlab_words::page::page_words;
use faultlab_words::scenario::misfit;
use faultlab_words::{Lang, Refusal, Wanted, program};

#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Usage(Refusal),
    /// Something that was named cannot be used.
    Input(Refusal),
    /// A scenario that cannot be used, with the place in it, and its protocol if that is known.
    Scenario {
        name: String,
        about: Option<&'static About>,
        error: ScenarioError,
    },
    /// A text that is no history.
    History {
        name: String,
        error: HistoryError,
    },
    /// A link that cannot be opened.
    Link {
        name: String,
        error: LinkError,
    },
    /// What the operating system or a library says, or what is in the asked language already.
    System {
        name: String,
        cause: String,
    },
    Write(std::io::Error),
}

impl Failure {
    pub(crate) fn scenario(name: &str, about: Option<&'static About>, error: ScenarioError) -> Self {
        Self::Scenario { name: name.into(), about, error }
    }

    pub(crate) fn input(name: &str, found: impl Into<Found>, wanted: impl Into<Wanted>) -> Self {
        Self::Input(Refusal::new(name, found, wanted))
    }

    /// A name or a number that a reader did not accept.
    pub(crate) fn misspelled(name: &str, wrong: Misspelled) -> Self {
        Self::input(name, wrong.found, wrong.expected)
    }

    /// A name that is none of those that there are.
    pub(crate) fn name(found: &str, expected: Expected) -> Self {
        Self::input("", found, expected)
    }

    pub(crate) fn system(name: impl Into<String>, cause: &impl Display) -> Self {
        Self::System { name: name.into(), cause: cause.to_string() }
    }

    /// The failure in a language.
    pub(crate) fn said(&self, lang: Lang) -> String {
        let named = |name: &str, cause: &str| format!("{name}{}{cause}", lang.colon());
        let words = program::words(lang);
        match self {
            Self::Usage(refusal) => format!("{}\n{}", refusal.said(lang), words.see_help),
            Self::Input(refusal) => refusal.said(lang),
            Self::Scenario { name, about, error } => {
                named(name, &misfit(lang, error, &|lang, slug| about.as_ref()?.expected(lang, slug)))
            }
            Self::History { name, error: HistoryError { line, column, found, expected } } => {
                named(name, &linear::misfit(lang, (*line, *column), found, expected))
            }
            Self::Link { name, error } => {
                let share = &page_words(lang).share;
                let cause = match error {
                    LinkError::NotOurs => share.link_not_ours.to_owned(),
                    LinkError::UnknownCodec { found, known } => (share.link_newer)(*found, *known),
                    LinkError::Damaged => share.link_damaged.to_owned(),
                    LinkError::TooLarge { most } => (share.link_big)(*most),
                    LinkError::NotAScenario(error) => misfit(lang, error, &|_, _| None),
                };
                named(name, &cause)
            }
            Self::System { name, cause } => named(name, cause),
            Self::Write(error) => (words.cannot_write)(&error.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        use lexopt::Error;
        let text = |value: &std::ffi::OsStr| value.to_string_lossy().into_owned();
        Self::Usage(match error {
            Error::MissingValue { option } => Refusal::new(option.unwrap_or_default(), "", Wanted::Value),
            Error::UnexpectedOption(option) => Refusal::new("", option, Wanted::KnownOption),
            Error::UnexpectedArgument(value) => Refusal::new("", text(&value), Wanted::NoMore),
            Error::UnexpectedValue { option, value } => Refusal::new(option, text(&value), Wanted::NoValue),
            Error::NonUnicodeValue(value) => Refusal::new("", text(&value), Wanted::Utf8),
            // The options are read by functions of this program and not by lexopt.
            Error::ParsingFailed { value, .. } => Refusal::new("", value, Wanted::Value),
            Error::Custom(error) => Refusal::new("", error.to_string(), Wanted::Value),
        })
    }
}
