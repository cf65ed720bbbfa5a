//! What two-phase commit promises. The numbering AC1 to AC5 is that of Bernstein, Hadzilacos and Goodman 1987, chapter 7.

use super::TwoPhase;
use super::ghost::Tracked;
use super::message::{Cause, Event, Response};
use crate::kit::bank::{COORDINATOR, Layout};
use crate::{Fault, Invariant, Needs, QuietView, Seen, Setup, Span, View, Violation};
use alloc::vec;
use alloc::vec::Vec;

type Verdict = Result<(), Violation<TwoPhase>>;
type Looking<'a> = View<'a, TwoPhase>;
type Saw<'a> = Seen<'a, TwoPhase>;

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

/// The transactions whose decisions may have changed by what was seen.
fn changed<'a>(view: &Looking<'a>, seen: &Saw<'_>) -> &'a [Tracked] {
    let all = view.ghost.tracked();
    match seen.event() {
        Some(Event::CoordinatorRecovered { .. }) => all,
        Some(event) => match event.decision() {
            Some((txn, _)) => view.ghost.find(txn).map_or(&[], core::slice::from_ref),
            None => &[],
        },
        None => &[],
    }
}

/// The first commit and the first abort of a transaction, and what was seen just now if that is neither.
fn contradiction(tracked: &Tracked, seen: &Saw<'_>) -> Violation<TwoPhase> {
    let mut events: Vec<_> = tracked.first_commit.into_iter().chain(tracked.first_abort).collect();
    if let Seen::Event { node, event } = *seen
        && !events.contains(&(node, *event))
    {
        events.push((node, *event));
    }
    Violation::between(events).with_requests(vec![tracked.request])
}

/// AC1: all processes that decide reach the same decision.
fn ac1(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    match changed(view, seen).iter().find(|tracked| !tracked.committed.is_empty() && !tracked.aborted.is_empty()) {
        Some(tracked) => Err(contradiction(tracked, seen)),
        None => Ok(()),
    }
}

/// What one process has decided of a transaction, as far as known.
fn reversal(tracked: &Tracked, seen: &Saw<'_>) -> Violation<TwoPhase> {
    let mut violation = contradiction(tracked, seen);
    if let Seen::Event { node, event } = *seen
        && event.decision().is_some()
    {
        violation.events.retain(|(other, _)| *other == node);
        violation.nodes = vec![node];
    }
    violation
}

/// AC2: a process cannot reverse its decision.
fn ac2(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    if let Seen::Event { node, event: event @ Event::Committed { txn, .. } } = *seen
        && view.ghost.find(*txn).is_none()
    {
        // It was over for everybody, so this process had decided before.
        return Err(Violation::between(vec![(node, *event)]));
    }
    match changed(view, seen).iter().find(|tracked| !tracked.committed.intersection(tracked.aborted).is_empty()) {
        Some(tracked) => Err(reversal(tracked, seen)),
        None => Ok(()),
    }
}

/// AC3: the decision is commit only if all voted yes.
fn ac3(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let unwarranted = |tracked: &&Tracked| !tracked.committed.is_empty() && !tracked.yes.covers(tracked.participants);
    match changed(view, seen).iter().find(unwarranted) {
        Some(tracked) => Err(contradiction(tracked, seen)),
        None => Ok(()),
    }
}

/// AC4: without failures, if all voted yes, the decision is commit. A timeout that fired too early counts as a failure.
fn ac4(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let Seen::Event { node, event: event @ Event::DecidedAbort { txn, cause: Cause::Vote { .. } } } = *seen else {
        return Ok(());
    };
    if Fault::ALL.into_iter().any(|fault| view.faults.has(fault)) {
        return Ok(());
    }
    match view.ghost.find(*txn) {
        Some(tracked) if tracked.yes.covers(tracked.participants) => {
            Err(Violation::between(vec![(node, *event)]).with_requests(vec![tracked.request]))
        }
        Some(_) | None => Ok(()),
    }
}

/// So many times may a participant in doubt ask before AC5 counts as broken, in a world that has been quiet.
const PATIENCE: u8 = 30;

fn patience(setup: &Setup<TwoPhase>) -> Span {
    let config = &setup.config;
    let others = config.vote_timeout + config.prepare_timeout + config.ack_timeout;
    config.decision_timeout.times(2 * u64::from(PATIENCE)) + others.times(10)
}

/// AC5: once failures are repaired and none come for long enough, all processes decide.
fn ac5(view: &QuietView<'_, TwoPhase>) -> Verdict {
    let mut stuck: Vec<_> =
        view.ghost.asking().iter().filter(|asking| asking.times >= PATIENCE).map(|asking| asking.node).collect();
    if view.oldest_request.is_some_and(|asked| view.now.since(asked) > patience(view.setup)) {
        stuck.push(COORDINATOR);
    }
    stuck.sort_unstable();
    stuck.dedup();
    if stuck.is_empty() { Ok(()) } else { Err(Violation::at(stuck)) }
}

/// Each bank's balances are those that follow from the transactions as they were begun: all of each, or nothing.
fn effects(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Committed { total, .. } } = *seen else { return Ok(()) };
    if view.ghost.total(Layout::new(view.setup), node) == *total {
        Ok(())
    } else {
        Err(Violation::between(vec![(node, *event)]))
    }
}

/// No committed transaction leaves a balance below zero: each saw the balance that it checked.
fn no_overdraft(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let layout = Layout::new(view.setup);
    let Seen::Event { node, event } = *seen else { return Ok(()) };
    let Some((txn, true)) = event.decision() else { return Ok(()) };
    let Some(tracked) = view.ghost.find(txn) else { return Ok(()) };
    let mut accounts = layout.kept_by(node).intersection(layout.touched(tracked.transaction)).iter();
    if accounts.any(|account| view.ghost.balance(layout, account) < 0) {
        Err(Violation::between(vec![(node, *event)]).with_requests(vec![tracked.request]))
    } else {
        Ok(())
    }
}

/// Every audit that commits sees the same total: transactions are isolated from one another.
fn conservation(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let Seen::Event { node, event: event @ Event::DecidedCommit { read: Some(total), .. } } = *seen else {
        return Ok(());
    };
    if *total == Layout::new(view.setup).grand_total() { Ok(()) } else { Err(Violation::between(vec![(node, *event)])) }
}

/// A restarted bank holds what the commits it told of have left there.
fn durability(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Recovered { in_doubt: _, total } } = *seen else { return Ok(()) };
    if view.ghost.total(Layout::new(view.setup), node) == *total {
        Ok(())
    } else {
        Err(Violation::between(vec![(node, *event)]))
    }
}

/// A client's request commits at most once, however often it is sent, and not at all once the client was told that it is
/// aborted.
fn exactly_once(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let Some(tracked) = changed(view, seen).iter().find(|tracked| tracked.repeated.is_some()) else { return Ok(()) };
    let Tracked { txn, transaction, request, .. } = *tracked;
    // Both begin with the same request: that is what the two decisions have in common.
    let begun = |txn| (COORDINATOR, Event::Begun { txn, request, transaction });
    let before = tracked.repeated.flatten();
    let earlier = before.and_then(|commit| Some([begun(commit.decision()?.0), (COORDINATOR, commit)]));
    let now = [Some(begun(txn)), tracked.first_commit].into_iter().flatten();
    Err(Violation::between(earlier.into_iter().flatten().chain(now).collect()).with_requests(vec![request]))
}

/// A participant in doubt that asks the coordinator for a transaction of which it has no record is told abort.
fn inquiry_answered(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
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

/// A client is told what was decided.
fn truthful_answer(view: &Looking<'_>, seen: &Saw<'_>) -> Verdict {
    let Seen::Returned { id, request: _, response } = *seen else { return Ok(()) };
    let told = match *response {
        Response::Committed { txn, total: _ } => Some((txn, true)),
        Response::Aborted { txn, cause: _ } => Some((txn, false)),
        Response::Invalid | Response::Noted => None,
    };
    let Some((txn, commit)) = told else { return Ok(()) };
    let Some(tracked) = view.ghost.find(txn) else { return Ok(()) };
    let other_way = if commit { tracked.aborted } else { tracked.committed };
    if !other_way.contains(COORDINATOR) {
        return Ok(());
    }
    let mut violation = contradiction(tracked, seen).with_requests(vec![id]);
    violation.nodes.push(COORDINATOR);
    violation.nodes.sort_unstable();
    violation.nodes.dedup();
    Err(violation)
}
