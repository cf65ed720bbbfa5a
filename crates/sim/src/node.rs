//! What a simulation knows of a node beside its slot, and the answers that it gives to a step.

use faultlab_core::process::LocalAnswers;
use faultlab_core::{Answers, NodeId, Span, Time};

use crate::FactId;
use crate::chance::{Chance, Clock};

/// What the environment knows of a node and the node does not.
#[derive(Clone, Debug)]
pub(crate) struct NodeEnvironment {
    pub(crate) paused: bool,
    /// How long disk and links take, in per cent of the usual.
    pub(crate) percent: u32,
    pub(crate) clock: Clock,
    /// Numbers of draws made so far.
    pub(crate) timer_draws: u64,
    pub(crate) choice_draws: u64,
    pub(crate) sync_draws: u64,
    /// The newest fact of this node, the program-order parent of its next one.
    pub(crate) last_fact: FactId,
}

impl Default for NodeEnvironment {
    fn default() -> Self {
        Self {
            paused: false,
            percent: 100,
            clock: Clock::default(),
            timer_draws: 0,
            choice_draws: 0,
            sync_draws: 0,
            last_fact: FactId::NONE,
        }
    }
}

/// Answers for a step of one node at one moment.
pub(crate) struct AnswersAt<'a, C: ?Sized> {
    pub(crate) chance: &'a mut C,
    pub(crate) environment: &'a mut NodeEnvironment,
    pub(crate) me: NodeId,
    pub(crate) now: Time,
}

impl<C: Chance + ?Sized> Answers for AnswersAt<'_, C> {
    fn choose(&mut self, count: u32) -> u32 {
        let ordinal = self.environment.choice_draws;
        self.environment.choice_draws += 1;
        self.chance.choose(self.me.0, ordinal, count)
    }

    fn clock(&mut self) -> Time {
        self.environment.clock.show(self.now)
    }
}

impl<C: Chance + ?Sized> LocalAnswers for AnswersAt<'_, C> {
    fn deadline(&mut self, min: Span, max: Span) -> Time {
        let ordinal = self.environment.timer_draws;
        self.environment.timer_draws += 1;
        let span = self.chance.timer(self.me.0, ordinal, min, max);
        self.now + self.environment.clock.truly(span)
    }
}
