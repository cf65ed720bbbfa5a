//! The checks, each judged after one thing seen.

use super::{AtomicCommit, CommitEvent, Decision, Meaning, Response, Tracked};
use crate::kit::bank::{COORDINATOR, Layout};
use crate::{Fault, Judgement, Seen, View, Violation};
use alloc::vec;
use alloc::vec::Vec;

/// The transactions whose decisions may have changed by what was seen.
fn changed<'a, P: AtomicCommit>(view: &View<'a, P>, seen: &Seen<'_, P>) -> &'a [Tracked<P::Event>] {
    let all = P::observer(view.ghost).tracked();
    match seen.event() {
        Some(event) => match event.meaning() {
            Meaning::PresumesAbort => all,
            Meaning::Decides(decision) => P::observer(view.ghost).find(decision.txn).map_or(&[], core::slice::from_ref),
            _ => &[],
        },
        None => &[],
    }
}

/// The first commit and the first abort of a transaction, and what was seen just now if that is neither.
fn contradiction<P: AtomicCommit>(tracked: &Tracked<P::Event>, seen: &Seen<'_, P>) -> Violation<P> {
    let mut events: Vec<_> = tracked.first_commit.into_iter().chain(tracked.first_abort).collect();
    if let Seen::Event { node, event } = *seen
        && !events.contains(&(node, *event))
    {
        events.push((node, *event));
    }
    Violation::between(events).with_requests(vec![tracked.request])
}

/// AC1: all processes that decide reach the same decision.
pub fn ac1<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    match changed(view, seen).iter().find(|tracked| !tracked.committed.is_empty() && !tracked.aborted.is_empty()) {
        Some(tracked) => Err(contradiction(tracked, seen)),
        None => Ok(()),
    }
}

/// What one process has decided of a transaction, as far as known.
fn reversal<P: AtomicCommit>(tracked: &Tracked<P::Event>, seen: &Seen<'_, P>) -> Violation<P> {
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
pub fn ac2<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    if let Seen::Event { node, event } = *seen
        && let Meaning::Decides(Decision { txn, total: Some(_), .. }) = event.meaning()
        && P::observer(view.ghost).find(txn).is_none()
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
pub fn ac3<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let unwarranted =
        |tracked: &&Tracked<P::Event>| !tracked.committed.is_empty() && !tracked.yes.covers(tracked.participants);
    match changed(view, seen).iter().find(unwarranted) {
        Some(tracked) => Err(contradiction(tracked, seen)),
        None => Ok(()),
    }
}

/// AC4: without failures, if all voted yes, the decision is commit. A timeout that fired too early counts as a failure.
pub fn ac4<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let Seen::Event { node, event } = *seen else { return Ok(()) };
    let Meaning::Decides(Decision { txn, by_vote: true, .. }) = event.meaning() else { return Ok(()) };
    if Fault::ALL.into_iter().any(|fault| view.faults.has(fault)) {
        return Ok(());
    }
    match P::observer(view.ghost).find(txn) {
        Some(tracked) if tracked.yes.covers(tracked.participants) => {
            Err(Violation::between(vec![(node, *event)]).with_requests(vec![tracked.request]))
        }
        Some(_) | None => Ok(()),
    }
}

/// Each bank's balances are those that follow from the transactions as they were begun: all of each, or nothing.
pub fn effects<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let Seen::Event { node, event } = *seen else { return Ok(()) };
    let Meaning::Decides(Decision { total: Some(total), .. }) = event.meaning() else { return Ok(()) };
    if P::observer(view.ghost).total(Layout::new(view.setup), node) == total {
        Ok(())
    } else {
        Err(Violation::between(vec![(node, *event)]))
    }
}

/// No committed transaction leaves a balance below zero: each saw the balance that it checked.
pub fn no_overdraft<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let layout = Layout::new(view.setup);
    let Seen::Event { node, event } = *seen else { return Ok(()) };
    let Some((txn, true)) = event.decision() else { return Ok(()) };
    let Some(tracked) = P::observer(view.ghost).find(txn) else { return Ok(()) };
    let mut accounts = layout.kept_by(node).intersection(layout.touched(tracked.transaction)).iter();
    if accounts.any(|account| P::observer(view.ghost).balance(layout, account) < 0) {
        Err(Violation::between(vec![(node, *event)]).with_requests(vec![tracked.request]))
    } else {
        Ok(())
    }
}

/// Every audit that commits sees the same total: transactions are isolated from one another.
pub fn conservation<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let Seen::Event { node, event } = *seen else { return Ok(()) };
    let Meaning::Decides(Decision { read: Some(total), .. }) = event.meaning() else { return Ok(()) };
    if total == Layout::new(view.setup).grand_total() { Ok(()) } else { Err(Violation::between(vec![(node, *event)])) }
}

/// A restarted bank holds what the commits it told of have left there.
pub fn durability<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let Seen::Event { node, event } = *seen else { return Ok(()) };
    let Meaning::Recovers { total } = event.meaning() else { return Ok(()) };
    if P::observer(view.ghost).total(Layout::new(view.setup), node) == total {
        Ok(())
    } else {
        Err(Violation::between(vec![(node, *event)]))
    }
}

/// A client's request commits at most once, however often it is sent, and not at all once the client was told that it is
/// aborted.
pub fn exactly_once<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let Some(tracked) = changed(view, seen).iter().find(|tracked| tracked.repeated.is_some()) else { return Ok(()) };
    let Tracked { txn, transaction, request, .. } = *tracked;
    // Both begin with the same request: that is what the two decisions have in common.
    let begun = |txn| (COORDINATOR, P::Event::begun(txn, request, transaction));
    let before = tracked.repeated.flatten();
    let earlier = before.and_then(|commit| Some([begun(commit.decision()?.0), (COORDINATOR, commit)]));
    let now = [Some(begun(txn)), tracked.first_commit].into_iter().flatten();
    Err(Violation::between(earlier.into_iter().flatten().chain(now).collect()).with_requests(vec![request]))
}

/// A client is told what was decided.
pub fn truthful_answer<P: AtomicCommit>(view: &View<'_, P>, seen: &Seen<'_, P>) -> Judgement<P> {
    let Seen::Returned { id, request: _, response } = *seen else { return Ok(()) };
    let told = match *response {
        Response::Committed { txn, total: _ } => Some((txn, true)),
        Response::Aborted { txn, cause: _ } => Some((txn, false)),
        Response::Invalid | Response::Noted => None,
    };
    let Some((txn, commit)) = told else { return Ok(()) };
    let Some(tracked) = P::observer(view.ghost).find(txn) else { return Ok(()) };
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
