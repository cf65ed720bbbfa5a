//! What a page asks of its worker, and what the worker tells, as they travel between the two.

use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_sim::Position;
use serde::{Deserialize, Serialize};

/// A question about a run at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Question {
    pub scenario: Scenario,
    /// How many of its steps have been taken.
    pub step: Position,
    pub asked: Asked,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Asked {
    /// A counterexample to a promise from here on, or where the absence of a rule shows. With the slugs of the rules that are off
    /// at this moment; and whether to go on looking for a shorter one.
    Break { allow: Allow, rules_off: Vec<String>, compare: bool },
    /// Whether there is none from here on, as far as one can look.
    Prove { allow: Allow, rules_off: Vec<String> },
    /// The same violation with less, up to the moment of the question.
    Shrink { broken: String },
}

/// How often something may happen from here on; what is not said is as at the witness of the rules that are off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Allow {
    pub crashes: Option<u8>,
    pub duplicates: Option<u8>,
    pub wipes: Option<u8>,
    pub requests: Option<u8>,
    pub retries: Option<u8>,
    /// Firings of each kind of timer.
    pub timers: Option<u8>,
}

/// Where a search began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Place {
    /// The moment of the question.
    Here,
    /// Where the absence of a rule shows.
    Witness,
}

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reach {
    pub worlds: u64,
    pub depth: u32,
    /// Steps of random runs.
    pub random_steps: u64,
    pub exhausted: bool,
    pub reduced: bool,
    /// In 10^18, the odds that two worlds were taken for one.
    pub collision_odds_e18: u64,
    pub bytes: u64,
}

/// A counterexample that does it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Find {
    pub place: Place,
    /// The slugs of what breaks.
    pub broken: Vec<String>,
    /// What happens in it, one by one.
    pub steps: usize,
    pub nodes: u8,
    /// None is shorter, and a search has shown it.
    pub shortest: bool,
    pub scenario: Scenario,
    /// The rule whose set-up this is, if it is a witness.
    pub rule: Option<String>,
}

/// How the counterexample that was found compares with others.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Compared {
    /// A counterexample with fewer steps, if one was found.
    pub shorter: Option<Box<Find>>,
    /// None is shorter than that, or than the one that was found first; a search has shown it.
    pub shortest: bool,
    /// None takes fewer steps than so many. Between these and its own nobody has looked everywhere, unless it is a shortest one.
    pub none_below: u32,
}

/// What the worker tells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum News {
    /// It listens.
    Ready,
    /// It is at it, here and at the witness.
    Looking { here: Reach, witness: Option<Reach> },
    /// It has found a counterexample; when it was not found here, how far it got here. Then, if it goes on, it is not known yet whether one
    /// is shorter, and [`News::Compared`] follows.
    Found { find: Box<Find>, here: Reach, goes_on: bool },
    /// What came of looking for a counterexample shorter than the one that was found.
    Compared(Compared),
    /// There is none as far as it looked. With the slugs of the promises that were not judged, since they assume bounded delay and
    /// time promised nothing, and of the situations that were reached and that were not.
    Nothing {
        here: Reach,
        witness: Option<Reach>,
        unjudged: Vec<String>,
        reached: Vec<String>,
        not_reached: Vec<String>,
    },
    /// The rules that are off are for what many runs show or a statistic does, and no search.
    NoSearchShows,
    /// What is asked for is broken already.
    BrokenAlready,
    /// So many runs were tried, and so many acts are left.
    Shrinking { tried: u64, acts: usize },
    /// The smaller run, and how many acts it had before and has now.
    Shrunk { scenario: Box<Scenario>, before: usize, after: usize, tried: u64 },
    /// The part of the program that explores this protocol could not be fetched.
    NotFetched,
    /// The question makes no sense.
    Refused(ScenarioError),
}

impl Question {
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// # Errors
    /// What the text is not.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

impl News {
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// # Errors
    /// What the text is not.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}
