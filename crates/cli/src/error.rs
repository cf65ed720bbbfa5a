//! Why a command could not do what it was asked for.

use std::fmt;

use faultlab_scenario::ScenarioError;

#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Usage(String),
    /// Something that was named cannot be used.
    Input {
        name: String,
        cause: String,
    },
    Write(std::io::Error),
}

impl Failure {
    pub(crate) fn scenario(name: &str, error: &ScenarioError) -> Self {
        Self::Input { name: name.into(), cause: error.to_string() }
    }

    pub(crate) fn input(name: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Input { name: name.into(), cause: cause.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}\nTry `faultlab --help`."),
            Self::Input { name, cause } => write!(f, "{name}: {cause}"),
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
