//! A run as a test in Rust, for any crate that depends on `faultlab-registry` and `faultlab-scenario`.

use std::fmt::Write;

use faultlab_scenario::{Expect, Scenario, ScenarioError};

use crate::{Judged, Protocol};

/// How long a run is that does not say.
const UNTIL: &str = "10s";

impl Protocol {
    /// The source of a test that does a run again and holds it to what it does today, formatted as rustfmt does it. The run is
    /// in it as a scenario file, with what it expects and without what comes later.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    pub fn as_test(&'static self, scenario: &Scenario) -> Result<String, ScenarioError> {
        let expect = scenario.expect.clone().unwrap_or_else(|| Expect { until: UNTIL.into(), ..Expect::default() });
        let mut run = Scenario { expect: Some(expect.clone()), ..scenario.clone() };
        let lab = self.played(&run)?;
        let judged = Judged::of(&*lab);
        let so_far = lab.scenario_so_far();
        if so_far != lab.scenario() {
            run = so_far;
        }
        let violates = judged.broken.iter().map(|slug| (*slug).to_owned()).collect();
        run.expect = Some(Expect { violates, ..expect });
        Ok(source(&run, &judged))
    }
}

fn source(run: &Scenario, judged: &Judged) -> String {
    let json = run.to_json_lines();
    let fence = fence(&json);
    let broken: Vec<String> = judged.broken.iter().map(|slug| format!("\"{slug}\"")).collect();
    let (what, assertion) = if broken.is_empty() {
        ("nothing breaks".to_owned(), "assert!(judged.broken.is_empty())".to_owned())
    } else {
        let named: Vec<String> = judged.broken.iter().map(|slug| format!("`{slug}`")).collect();
        (format!("it breaks {}", named.join(", ")), format!("assert_eq!(judged.broken, [{}])", broken.join(", ")))
    };
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write!(
        text,
        "//! A run of `{}` until {}: {what}.

use faultlab_registry::judge;
use faultlab_scenario::Scenario;

/// The run as a scenario file.
const RUN: &str = r{fence}\"{json}\"{fence};

#[test]
fn {}() {{
    let run = Scenario::from_json(RUN).expect(\"a scenario\");
    let judged = judge(&run).expect(\"a run that can be opened\");
    {assertion};
}}
",
        run.protocol,
        run.expect.as_ref().map_or(UNTIL, |expect| &expect.until),
        name(run, judged),
    );
    text
}

/// A name for the test: the protocol and what breaks first.
fn name(run: &Scenario, judged: &Judged) -> String {
    let what = judged.broken.first().map_or("breaks_nothing".to_owned(), |slug| format!("breaks_{slug}"));
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    format!("{}_{what}", run.protocol).chars().map(letter).collect()
}

/// So many signs as a raw string takes that holds this text.
fn fence(text: &str) -> String {
    let mut fence = String::from("#");
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    fence
}
