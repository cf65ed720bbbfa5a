//! Figures of a run: messages, bytes, syncs, answers, outages. Whole numbers throughout.

use alloc::vec::Vec;
use faultlab_core::{Answer, ClientId, Protocol, Span, Time};

use crate::fact::{Fact, FactKind, Sink};
use crate::world::weight;

/// How long a client may wait for an answer before its wait counts as an outage.
pub const PATIENCE: Span = Span::seconds(1);

/// Counts and times of a run so far.
///
/// **An outage** is a time in which some client waits for the final answer of a request, and waits longer than
/// [`PATIENCE`] in all; waits that overlap or touch are one outage. It begins when the request is asked, and an answer that
/// never comes does not end it. The operator's requests do not count: a change of the cluster takes its time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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
    /// The outages that are over, but for the last one.
    earlier: u64,
    earlier_sum: Span,
    /// The last outage that is over.
    last: Option<Outage>,
    /// When the outage under way began, if an answer has come in it since.
    under_way: Option<Time>,
    /// Who waits since when, the longest first.
    waiting: Vec<(ClientId, Time)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Outage {
    from: Time,
    to: Time,
}

impl Meters {
    /// The share of the time without outage, in millionths; an outage under way counts.
    pub fn availability_ppm(&self, now: Time) -> u64 {
        if now == Time::ZERO {
            return 1_000_000;
        }
        let last = self.last_apart(now).map_or(Span::ZERO, |last| last.to.since(last.from));
        let down = self.earlier_sum + last + self.outage_so_far(now);
        1_000_000 - (u128::from(down.0.min(now.0)) * 1_000_000 / u128::from(now.0)) as u64
    }

    /// How many outages there have been; one under way counts.
    pub fn outages(&self, now: Time) -> u64 {
        self.earlier + u64::from(self.last_apart(now).is_some()) + u64::from(self.began(now).is_some())
    }

    /// The mean time to repair, as clients felt it: the mean length of the outages that are over.
    pub fn repair_time_mean(&self) -> Option<Span> {
        let last = self.last?;
        Some(Span((self.earlier_sum + last.to.since(last.from)).0 / (self.earlier + 1)))
    }

    /// The mean time from asking to the final answer.
    pub fn wait_mean(&self) -> Option<Span> {
        self.waited.0.checked_div(self.done + self.refused).map(Span)
    }

    /// How long the outage under way has lasted; zero if there is none.
    pub fn outage_so_far(&self, now: Time) -> Span {
        self.began(now).map_or(Span::ZERO, |from| now.since(from))
    }

    /// When the outage under way began. It continues the last one if its first request was asked before that was over.
    fn began(&self, now: Time) -> Option<Time> {
        let (_, longest) = *self.waiting.first()?;
        if now.since(longest) <= PATIENCE {
            return None;
        }
        let joined = self.last.filter(|last| last.to >= longest).map_or(longest, |last| last.from.min(longest));
        Some(self.under_way.unwrap_or(joined))
    }

    /// The last outage that is over, unless the one under way continues it.
    fn last_apart(&self, now: Time) -> Option<Outage> {
        self.last.filter(|last| self.began(now).is_none_or(|from| from > last.to))
    }

    fn asks(&mut self, client: ClientId, at: Time) {
        if client != ClientId::OPERATOR {
            self.waiting.push((client, at));
        }
    }

    fn answered(&mut self, client: ClientId, at: Time, wait: Span) {
        self.waited = self.waited + wait;
        self.waited_longest = self.waited_longest.max(wait);
        let Some(place) = self.waiting.iter().position(|(waits, _)| *waits == client) else { return };
        let began = self.began(at);
        self.waiting.remove(place);
        let goes_on = self.waiting.first().is_some_and(|(_, longest)| at.since(*longest) > PATIENCE);
        self.under_way = began.filter(|_| goes_on);
        if let Some(from) = began.filter(|_| !goes_on) {
            // An outage is longer than the patience, so no more than one can lie within the patience of a request.
            if let Some(last) = self.last.filter(|last| from > last.to) {
                self.earlier += 1;
                self.earlier_sum = self.earlier_sum + last.to.since(last.from);
            }
            self.last = Some(Outage { from, to: at });
        }
    }
}

impl<P: Protocol> Sink<P> for Meters {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        match &fact.kind {
            FactKind::Sent { payload, .. } => {
                self.sent += 1;
                self.bytes += u64::from(weight(payload));
            }
            FactKind::Delivered { .. } => self.delivered += 1,
            FactKind::Lost { .. } => self.lost += 1,
            FactKind::Synced { .. } => self.syncs += 1,
            FactKind::Invoked { id, .. } => {
                self.asked += 1;
                self.asks(id.client, fact.at);
            }
            FactKind::Retried { .. } => self.retries += 1,
            FactKind::Returned { id, answer, invoked, .. } => {
                match answer {
                    Answer::Done => self.done += 1,
                    Answer::Refused | Answer::Again | Answer::Later => self.refused += 1,
                }
                self.answered(id.client, fact.at, fact.at.since(*invoked));
            }
            FactKind::Crashed { .. } => self.crashes += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each wait: who, from when, until when, in milliseconds. No end: the answer never comes.
    fn after(waits: &[(u8, u64, Option<u64>)]) -> Meters {
        let at = |millis: u64| Time(millis * 1_000);
        let mut moments: Vec<(Time, u8, Option<Time>)> = Vec::new();
        for &(client, from, to) in waits {
            moments.push((at(from), client, None));
            moments.extend(to.map(|to| (at(to), client, Some(at(from)))));
        }
        moments.sort_by_key(|(at, _, answers)| (*at, answers.is_none()));
        let mut meters = Meters::default();
        for (at, client, answers) in moments {
            match answers {
                None => meters.asks(ClientId(client), at),
                Some(asked) => meters.answered(ClientId(client), at, at.since(asked)),
            }
        }
        meters
    }

    /// The outages at ten seconds, and the share of the time without them in per cent.
    fn at_ten_seconds(waits: &[(u8, u64, Option<u64>)]) -> (u64, u64) {
        let (meters, end) = (after(waits), Time(10_000_000));
        (meters.outages(end), meters.availability_ppm(end) / 10_000)
    }

    #[test]
    fn short_waits_are_no_outage() {
        assert_eq!(at_ten_seconds(&[(1, 0, Some(1_000)), (1, 1_000, Some(1_900)), (2, 9_500, None)]), (0, 100));
    }

    #[test]
    fn an_outage_that_has_not_ended_is_one() {
        assert_eq!(at_ten_seconds(&[(1, 1_000, None)]), (1, 10));
        assert_eq!(after(&[(1, 1_000, None)]).repair_time_mean(), None, "nothing is repaired");
    }

    #[test]
    fn a_request_that_is_never_answered_is_not_available_though_others_are() {
        assert_eq!(at_ten_seconds(&[(1, 4_000, None), (2, 5_000, Some(5_100)), (2, 9_000, Some(9_100))]), (1, 40));
    }

    #[test]
    fn waits_that_overlap_are_one_outage() {
        let met = [(1, 1_000, Some(3_000)), (2, 2_500, Some(5_000))];
        assert_eq!(at_ten_seconds(&met), (1, 60));
        assert_eq!(after(&met).repair_time_mean(), Some(Span::seconds(4)));
        // The second is known for an outage only when the first is over.
        assert_eq!(after(&met).outages(Time(3_200_000)), 1);
        assert_eq!(at_ten_seconds(&[(1, 0, Some(9_000)), (2, 1_000, Some(3_000)), (3, 5_000, Some(7_000))]), (1, 10));
    }

    #[test]
    fn outages_apart_are_counted_apart() {
        let apart = [(1, 1_000, Some(3_000)), (1, 4_000, Some(6_000)), (2, 8_000, None)];
        assert_eq!(at_ten_seconds(&apart), (3, 40));
        assert_eq!(after(&apart).repair_time_mean(), Some(Span::seconds(2)));
    }

    #[test]
    fn the_operator_waits_for_changes_not_for_answers() {
        assert_eq!(at_ten_seconds(&[(0, 0, None)]), (0, 100));
    }
}
