//! What is written to files: a file's ending says how.

use faultlab_registry::Protocol;
use faultlab_scenario::{Scenario, ScenarioError, link};
use faultlab_words::{Refusal, Wanted};

use crate::error::Failure;

/// How a scenario is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A test in Rust.
    Test,
    Toml,
    Json,
    /// A share link.
    Link,
}

impl Form {
    pub(crate) const ALL: [Self; 4] = [Self::Test, Self::Toml, Self::Json, Self::Link];

    /// Its name on the command line.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Link => "link",
        }
    }

    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Test => "rs",
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Link => "link",
        }
    }

    /// The form that an option's file has by its ending.
    pub(crate) fn of_file(option: &str, file: &str) -> Result<Self, Failure> {
        let endings = Self::ALL.map(Self::ending);
        let index = ending(option, file, &endings)?;
        Ok(Self::ALL[index])
    }
}

/// Which of the known endings a file has.
pub(crate) fn ending(option: &str, file: &str, known: &[&str]) -> Result<usize, Failure> {
    let found = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    known.iter().position(|known| found.eq_ignore_ascii_case(known)).ok_or_else(|| {
        let listed = known.iter().map(|known| format!(".{known}").into()).collect();
        Failure::Usage(Refusal::new(option, file, Wanted::Ending(listed)))
    })
}

/// A scenario in a form.
pub(crate) fn written(protocol: &'static Protocol, scenario: &Scenario, form: Form) -> Result<String, ScenarioError> {
    match form {
        Form::Test => protocol.as_test(scenario),
        Form::Toml => scenario.to_toml(),
        Form::Json => Ok(scenario.to_json_lines() + "\n"),
        Form::Link => Ok(link::encode(scenario, None) + "\n"),
    }
}

/// Writes a file.
pub(crate) fn write_file(file: &str, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| Failure::system(file, &error))
}
