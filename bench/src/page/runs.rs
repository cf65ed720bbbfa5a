//! The runs that the page is measured with, made by the same laboratory outside the browser.

use faultlab_core::Time;
use faultlab_registry::{Lab, protocol};
use faultlab_scenario::link::{self, LinkMoment};
use faultlab_scenario::{Number, Scenario};
use faultlab_words::Lang;

const PROTOCOL: &str = "raft";
/// More steps than any of these runs takes.
const STEPS_MAX: usize = 1_000_000;

/// A run at a moment.
pub(super) struct Run {
    lab: Box<dyn Lab>,
}

impl Run {
    fn open(scenario: &Scenario) -> Self {
        let protocol = protocol(&scenario.protocol).expect("a protocol of ours");
        Self { lab: protocol.open(scenario).expect("a scenario that can be opened") }
    }

    /// Five servers without clients, after their election.
    pub(super) fn heartbeats() -> Self {
        let mut scenario = Scenario::new(PROTOCOL, 5, 42);
        scenario.load.clients = Some(0);
        let mut run = Self::open(&scenario);
        run.lab.play(Time(3_000_000), STEPS_MAX);
        run
    }

    /// A hundred servers that all vote. The leader's heartbeats and the answers take so long that
    /// about a thousand of them are on their way at any time; elections wait longer than that.
    pub(super) fn crowd() -> Self {
        let mut scenario = Scenario::new(PROTOCOL, 100, 42);
        scenario.load.clients = Some(0);
        scenario.network.latency = Some("255ms..265ms".into());
        for (field, value) in [("election_timeout_min", "20s"), ("election_timeout_max", "30s")] {
            scenario.config.insert(field.into(), Number::Word(value.into()));
        }
        scenario.schedule.push("at 100ms fire n1 election".into());
        let mut run = Self::open(&scenario);
        run.lab.play(Time(5_000_000), STEPS_MAX);
        run
    }

    /// Five servers under the usual load, for a long time.
    pub(super) fn long() -> Self {
        let mut run = Self::open(&Scenario::new(PROTOCOL, 5, 42));
        while run.lab.position() < 100_000 && run.lab.forward() {}
        run
    }

    pub(super) fn nodes(&self) -> usize {
        self.lab.moment(Lang::default()).nodes.len()
    }

    pub(super) fn packets(&self) -> usize {
        self.lab.moment(Lang::default()).packets.len()
    }

    pub(super) fn steps(&self) -> usize {
        self.lab.steps_known()
    }

    pub(super) fn milliseconds(&self) -> u64 {
        self.lab.now().0 / 1_000
    }

    /// The address at which the page shows this moment.
    pub(super) fn address(&self, query: &str) -> String {
        let moment = LinkMoment {
            step: self.lab.position() as u64,
            at: self.lab.now(),
            behaviour: self.lab.about().behaviour,
            trace: self.lab.trace(),
        };
        format!("?{query}#s={}", link::encode(&self.lab.scenario(), Some(moment)))
    }

    /// The address at which the page begins this run.
    pub(super) fn at_its_beginning(&self, query: &str) -> String {
        format!("?{query}#s={}", link::encode(&self.lab.scenario(), None))
    }
}
