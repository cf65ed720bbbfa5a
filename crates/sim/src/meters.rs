//! Figures of a run: messages, bytes, syncs, answers, outages. Whole numbers throughout.

use faultlab_core::{Answer, Protocol, Span, Time};
use serde::{Deserialize, Serialize};

use crate::fact::{Fact, Happening, Sink};
use crate::world::weight;

/// How long nothing may be answered, while somebody waits, before it counts as an outage.
pub const PATIENCE: Span = Span::seconds(1);

/// Counts and times of a run so far. An outage lasts from the moment the longest waiting client asked, or from the last
/// answer if that came later, to the next answer, if that is longer than the patience.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Meters {
    pub sent: u64,
    pub delivered: u64,
    pub lost: u64,
    pub bytes: u64,
    pub syncs: u64,
    pub asked: u64,
    pub done: u64,
    pub refused: u64,
    pub retries: u64,
    /// The sum of the times from asking to the final answer.
    pub waited: Span,
    pub waited_longest: Span,
    pub crashes: u64,
    pub outages: u64,
    pub outage_sum: Span,
    waiting: u32,
    last_answer: Time,
    waiting_since: Time,
}

impl Meters {
    /// The share of the time without outage, in millionths; an outage under way counts.
    pub fn availability_ppm(&self, now: Time) -> u64 {
        if now == Time::ZERO {
            return 1_000_000;
        }
        let down = self.outage_sum + self.outage_so_far(now);
        1_000_000 - (u128::from(down.0.min(now.0)) * 1_000_000 / u128::from(now.0)) as u64
    }

    /// The mean time to repair, as clients felt it: the mean length of an outage.
    pub fn repair_time_mean(&self) -> Option<Span> {
        self.outage_sum.0.checked_div(self.outages).map(Span)
    }

    /// The mean time from asking to the final answer.
    pub fn wait_mean(&self) -> Option<Span> {
        self.waited.0.checked_div(self.done + self.refused).map(Span)
    }

    /// How long the outage under way has lasted; zero if there is none.
    pub fn outage_so_far(&self, now: Time) -> Span {
        if self.waiting == 0 {
            return Span::ZERO;
        }
        let quiet = now.since(self.last_answer.max(self.waiting_since));
        if quiet > PATIENCE { quiet } else { Span::ZERO }
    }

    fn answered(&mut self, at: Time, wait: Span) {
        let outage = self.outage_so_far(at);
        if outage > Span::ZERO {
            self.outages += 1;
            self.outage_sum = self.outage_sum + outage;
        }
        self.waited = self.waited + wait;
        self.waited_longest = self.waited_longest.max(wait);
        self.waiting = self.waiting.saturating_sub(1);
        self.last_answer = at;
    }
}

impl<P: Protocol> Sink<P> for Meters {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        match &fact.happening {
            Happening::Sent { payload, .. } => {
                self.sent += 1;
                self.bytes += u64::from(weight(payload));
            }
            Happening::Delivered { .. } => self.delivered += 1,
            Happening::Lost { .. } => self.lost += 1,
            Happening::Synced { .. } => self.syncs += 1,
            Happening::Invoked { .. } => {
                self.asked += 1;
                if self.waiting == 0 {
                    self.waiting_since = fact.at;
                }
                self.waiting += 1;
            }
            Happening::Retried { .. } => self.retries += 1,
            Happening::Returned { answer, invoked, .. } => {
                match answer {
                    Answer::Done => self.done += 1,
                    Answer::Refused | Answer::Again | Answer::Later => self.refused += 1,
                }
                self.answered(fact.at, fact.at.since(*invoked));
            }
            Happening::Crashed { .. } => self.crashes += 1,
            _ => {}
        }
    }
}
