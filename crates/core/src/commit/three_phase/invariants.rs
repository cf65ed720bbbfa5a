//! What three-phase commit promises: AC1 to AC5 as two-phase commit does, and the two things on which its not blocking rests.

use super::ThreePhase;
use super::event::{Basis, Event};
use super::message::State;
use crate::kit::NodeSet;
use crate::kit::atomic_commit::{
    Cause, Tracked, ac1, ac2, ac3, ac4, conservation, durability, effects, exactly_once, no_overdraft, truthful_answer,
};
use crate::kit::bank::COORDINATOR;
use crate::{Invariant, Judgement, Needs, NodeId, QuietView, Seen, Setup, Span, View, Violation};
use alloc::vec;
use alloc::vec::Vec;

type Verdict = Judgement<ThreePhase>;

fn decided(seen: &Seen<'_, ThreePhase>) -> Option<(bool, Basis)> {
    match seen.event() {
        Some(Event::Decided { commit, basis, .. }) => Some((*commit, *basis)),
        _ => None,
    }
}

pub const INVARIANTS: &[Invariant<ThreePhase>] = &[
    Invariant::always("ac1", ac1),
    Invariant::always("ac2", ac2),
    Invariant::always("ac3", ac3),
    Invariant::always("ac4", ac4).needs(Needs::Timed),
    Invariant::within("ac5", patience, ac5),
    Invariant::always("committable", committable),
    Invariant::always("true_suspicion", true_suspicion).needs(Needs::Timed),
    Invariant::always("effects", effects),
    Invariant::always("no_overdraft", no_overdraft),
    Invariant::always("conservation", conservation),
    Invariant::always("durability", durability),
    Invariant::always("exactly_once", exactly_once),
    Invariant::always("truthful_answer", truthful_answer),
    Invariant::sometimes(
        "committed",
        |_, seen| matches!(decided(seen), Some((true, Basis::Acknowledged { acked, asked })) if acked == asked),
    ),
    Invariant::sometimes(
        "committed_without_the_crashed",
        |_, seen| matches!(decided(seen), Some((true, Basis::Acknowledged { acked, asked })) if acked != asked),
    ),
    Invariant::sometimes("aborted_by_vote", |_, seen| {
        matches!(decided(seen), Some((false, Basis::Refused(Cause::Vote { .. }))))
    }),
    Invariant::sometimes("aborted_by_timeout", |_, seen| {
        matches!(decided(seen), Some((false, Basis::Refused(Cause::Timeout { .. }))))
    }),
    Invariant::sometimes("elected_leader_commits", |_, seen| {
        matches!(*seen, Seen::Event { node, event: Event::Decided { commit: true, basis: Basis::Acknowledged { .. }, .. } }
            if node != COORDINATOR)
    }),
    Invariant::sometimes("elected_leader_aborts", |_, seen| {
        matches!(decided(seen), Some((false, Basis::NonePreCommitted { .. })))
    }),
    Invariant::sometimes("recovered_in_doubt", |_, seen| {
        matches!(seen.event(), Some(Event::InDoubt { state: State::Uncertain, .. }))
    }),
    Invariant::sometimes("coordinator_learns", |_, seen| {
        matches!(*seen, Seen::Event { node: COORDINATOR, event: Event::Decided { basis: Basis::Learned { .. }, .. } })
    }),
];

/// How long everything may take once no further failures come: each leader in turn, and a restarted process that asks again.
fn patience(setup: &Setup<ThreePhase>) -> Span {
    setup.config.wait().times(3 * (u64::from(setup.nodes) + 4))
}

/// AC5, and more than two-phase commit promises: every process that has not crashed decides, whoever else is down. Processes that
/// have crashed decide once all run again.
fn ac5(view: &QuietView<'_, ThreePhase>) -> Verdict {
    let observer = &view.ghost.commit;
    let all_up = NodeId::all(view.setup.nodes).all(|node| view.is_up(node));
    let asks = |txn, node| observer.asking().iter().any(|asking| asking.txn == txn && asking.node == node);
    let operational = |tracked: &Tracked<Event>| -> Vec<NodeId> {
        let undecided = tracked.yes.minus(tracked.committed).minus(tracked.aborted).iter();
        undecided.filter(|node| view.is_up(*node) && !asks(tracked.txn, *node)).collect()
    };
    // While the coordinator is down nothing begins, so whatever is undecided has been so for all of the quiet while.
    let mut stuck: Vec<NodeId> =
        if view.is_up(COORDINATOR) { Vec::new() } else { observer.tracked().iter().flat_map(operational).collect() };
    if all_up && view.oldest_request.is_some_and(|asked| view.now.since(asked) > patience(view.setup)) {
        stuck.push(COORDINATOR);
    }
    stuck.sort_unstable();
    stuck.dedup();
    if stuck.is_empty() { Ok(()) } else { Err(Violation::at(stuck)) }
}

/// When a process commits, every process that has not crashed knows that all have voted yes. So none that lives can be led to
/// abort: this is Skeen's condition, no commit beside an uncertain state.
fn committable(view: &View<'_, ThreePhase>, seen: &Seen<'_, ThreePhase>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Decided { txn, commit: true, .. } } = *seen else { return Ok(()) };
    let (Some(tracked), Some(standing)) = (view.ghost.commit.find(*txn), view.ghost.standing(*txn)) else {
        return Ok(());
    };
    let knows = standing.pre_committed.union(standing.crashed).union(tracked.committed);
    let uncertain: NodeSet = tracked.participants.minus(knows);
    if uncertain.is_empty() {
        return Ok(());
    }
    let mut violation = Violation::between(vec![(node, *event)]).with_requests(vec![tracked.request]);
    violation.nodes.extend(uncertain.iter());
    violation.nodes.sort_unstable();
    violation.nodes.dedup();
    Err(violation)
}

/// Whoever is taken for crashed has crashed: what bounded delays are for.
fn true_suspicion(view: &View<'_, ThreePhase>, seen: &Seen<'_, ThreePhase>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Suspected { txn, node: suspect } } = *seen else { return Ok(()) };
    if view.ghost.standing(*txn).is_none_or(|standing| standing.crashed.contains(*suspect)) {
        return Ok(());
    }
    let mut violation = Violation::between(vec![(node, *event)]);
    violation.nodes.push(*suspect);
    violation.nodes.sort_unstable();
    violation.nodes.dedup();
    Err(violation)
}
