//! Why a command could not do what it was asked for.

use std::fmt;

use faultlab_scenario::ScenarioError;
use faultlab_words::Lang;
use faultlab_words::scenario::{Misfit, misfit};

#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Usage(String),
    /// Something that was named cannot be used.
    Input {
        name: String,
        cause: String,
    },
    /// A scenario that cannot be used, with the place in it.
    Scenario {
        name: String,
        error: ScenarioError,
    },
    Write(std::io::Error),
}

impl Failure {
    pub(crate) fn scenario(name: &str, error: &ScenarioError) -> Self {
        Self::Scenario { name: name.into(), error: error.clone() }
    }

    pub(crate) fn input(name: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Input { name: name.into(), cause: cause.into() }
    }

    /// The failure in a language.
    pub(crate) fn said(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Scenario { name, error: ScenarioError { place, found, expected } }, Lang::Zh) => {
                let wrong = Misfit { path: &place.path, line: place.line, column: place.column, found, expected };
                format!("{name}{}{}", lang.colon(), misfit(lang, &wrong))
            }
            (Self::Input { name, cause }, Lang::Zh) => format!("{name}{}{cause}", lang.colon()),
            (Self::Usage(what), Lang::Zh) => format!("{what}\n参见 `faultlab --help`。"),
            (Self::Write(error), Lang::Zh) => format!("无法写入：{error}"),
            (_, Lang::En) => self.to_string(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}\nTry `faultlab --help`."),
            Self::Input { name, cause } => write!(f, "{name}: {cause}"),
            Self::Scenario { name, error } => write!(f, "{name}: {error}"),
            Self::Write(error) => write!(f, "cannot write: {error}"),
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
        Self::Usage(error.to_string())
    }
}
