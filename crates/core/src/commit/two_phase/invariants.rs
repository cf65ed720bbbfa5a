//! What two-phase commit promises. The numbering AC1 to AC5 is that of Bernstein, Hadzilacos and Goodman 1987, chapter 7.

use super::TwoPhase;
use super::event::Event;
use crate::kit::atomic_commit::{
    Cause, ac1, ac2, ac3, ac4, conservation, durability, effects, exactly_once, no_overdraft, truthful_answer,
};
use crate::kit::bank::COORDINATOR;
use crate::{Invariant, Judgement, Needs, QuietView, Seen, Setup, Span, View, Violation};
use alloc::vec::Vec;

pub const INVARIANTS: &[Invariant<TwoPhase>] = &[
    Invariant::always("ac1", ac1),
    Invariant::always("ac2", ac2),
    Invariant::always("ac3", ac3),
    Invariant::always("ac4", ac4).needs(Needs::Timed),
    Invariant::within("ac5", patience, ac5),
    Invariant::always("effects", effects),
    Invariant::always("no_overdraft", no_overdraft),
    Invariant::always("conservation", conservation),
    Invariant::always("durability", durability),
    Invariant::always("exactly_once", exactly_once),
    Invariant::always("truthful_answer", truthful_answer),
    Invariant::sometimes("committed", |_, seen| matches!(seen.event(), Some(Event::DecidedCommit { .. }))),
    Invariant::sometimes("aborted_by_vote", |_, seen| {
        matches!(seen.event(), Some(Event::DecidedAbort { cause: Cause::Vote { .. }, .. }))
    }),
    Invariant::sometimes("aborted_by_timeout", |_, seen| {
        matches!(seen.event(), Some(Event::DecidedAbort { cause: Cause::Timeout { .. }, .. }))
    }),
    Invariant::sometimes("gave_up", |_, seen| matches!(seen.event(), Some(Event::GaveUp { .. }))),
    Invariant::sometimes("blocked", |_, seen| matches!(seen.event(), Some(Event::Blocked { .. }))),
    Invariant::sometimes(
        "unblocked_by_coordinator",
        |_, seen| matches!(seen.event(), Some(Event::Unblocked { from, .. }) if *from == COORDINATOR),
    ),
    Invariant::sometimes(
        "told_by_peer",
        |_, seen| matches!(seen.event(), Some(Event::Committed { from, .. } | Event::Aborted { from, .. }) if *from != COORDINATOR),
    ),
    Invariant::sometimes("aborted_for_peer", |_, seen| matches!(seen.event(), Some(Event::AbortedForPeer { .. }))),
    Invariant::sometimes(
        "recovered_in_doubt",
        |_, seen| matches!(seen.event(), Some(Event::Recovered { in_doubt, .. }) if *in_doubt > 0),
    ),
    Invariant::sometimes(
        "commit_reopened",
        |_, seen| matches!(seen.event(), Some(Event::CoordinatorRecovered { reopened, .. }) if *reopened > 0),
    ),
    Invariant::sometimes("presumed_abort", |_, seen| matches!(seen.event(), Some(Event::PresumedAbort { .. }))),
    // Behind the others, since a run's facts name promises by their places.
    Invariant::always("inquiry_answered", inquiry_answered),
];

/// So many times may a participant in doubt ask before AC5 counts as broken, in a world that has been quiet.
const PATIENCE: u8 = 30;

fn patience(setup: &Setup<TwoPhase>) -> Span {
    let config = &setup.config;
    let others = config.vote_timeout + config.prepare_timeout + config.ack_timeout;
    config.decision_timeout.times(2 * u64::from(PATIENCE)) + others.times(10)
}

/// AC5: once failures are repaired and none come for long enough, all processes decide.
fn ac5(view: &QuietView<'_, TwoPhase>) -> Judgement<TwoPhase> {
    let mut stuck: Vec<_> =
        view.ghost.asking().iter().filter(|asking| asking.times >= PATIENCE).map(|asking| asking.node).collect();
    if view.oldest_request.is_some_and(|asked| view.now.since(asked) > patience(view.setup)) {
        stuck.push(COORDINATOR);
    }
    stuck.sort_unstable();
    stuck.dedup();
    if stuck.is_empty() { Ok(()) } else { Err(Violation::at(stuck)) }
}

/// A participant in doubt that asks the coordinator for a transaction of which it has no record is told abort.
fn inquiry_answered(view: &View<'_, TwoPhase>, seen: &Seen<'_, TwoPhase>) -> Judgement<TwoPhase> {
    let Seen::Event { node, event: event @ Event::LeftUnanswered { txn, peer } } = *seen else { return Ok(()) };
    let tracked = view.ghost.find(*txn);
    let decided = tracked.and_then(|tracked| tracked.first_abort);
    let mut violation = Violation::between(decided.into_iter().chain([(node, *event)]).collect())
        .with_requests(tracked.map(|tracked| tracked.request).into_iter().collect());
    violation.nodes.push(*peer);
    violation.nodes.sort_unstable();
    violation.nodes.dedup();
    Err(violation)
}
