//! What Paxos promises, as observers outside it judge from the events that left the nodes.

use super::{Carried, Event, Paxos};
use crate::{Invariant, Judgement, NodeId, QuietView, Seen, Setup, Span, View, Violation};
use alloc::vec::Vec;

pub const INVARIANTS: &[Invariant<Paxos>] = &[
    Invariant::always("agreement", agreement),
    Invariant::always("validity", validity),
    Invariant::always("integrity", integrity),
    Invariant::always("chosen_value_carried", chosen_value_carried),
    Invariant::always("one_value_per_ballot", one_value_per_ballot),
    Invariant::always("promise_kept", promise_kept),
    Invariant::sometimes("value_learned", |_, seen| matches!(seen.event(), Some(Event::Learned { .. }))),
    Invariant::sometimes("ballot_preempted", |_, seen| matches!(seen.event(), Some(Event::Preempted { .. }))),
    Invariant::sometimes("value_adopted", |_, seen| {
        matches!(seen.event(), Some(Event::Proposed { adopted: Some(_), .. }))
    }),
    Invariant::within("progress", patience, progress),
];

type Verdict = Judgement<Paxos>;

fn contradiction(first: (NodeId, Event), second: (NodeId, Event)) -> Verdict {
    if first == second { Ok(()) } else { Err(Violation::between(Vec::from([first, second]))) }
}

/// Agreement: no two values are chosen, and no two nodes learn different ones.
fn agreement(view: &View<'_, Paxos>, seen: &Seen<'_, Paxos>) -> Verdict {
    let Seen::Event { node, event } = seen else { return Ok(()) };
    let ghost = view.ghost;
    match **event {
        Event::Accepted { ballot, value } => {
            let seen = ghost.ballots.get(&ballot);
            let is_chosen = seen.is_some_and(|seen| {
                seen.carried.is_some_and(|carried| carried.value == value)
                    && seen.accepted.len() >= view.setup.majority()
            });
            match ghost.chosen.filter(|chosen| is_chosen && chosen.value != value) {
                Some(chosen) => contradiction((chosen.by, chosen.event), (*node, **event)),
                None => Ok(()),
            }
        }
        Event::Learned { value, .. } => {
            let differs = |event: &Event| matches!(event, Event::Learned { value: other, .. } if *other != value);
            match ghost.learned.iter().find(|(other, event)| *other != node && differs(event)) {
                Some((other, event_there)) => contradiction((*other, *event_there), (*node, **event)),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Validity: the value that is learned first was asked for by a client. Agreement judges the others.
fn validity(view: &View<'_, Paxos>, seen: &Seen<'_, Paxos>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Learned { value, .. } } = seen else { return Ok(()) };
    let ghost = view.ghost;
    let is_first = ghost.first_learner == Some(*node) && ghost.learned.get(node) == Some(*event);
    if is_first && !ghost.asked.contains(value) {
        return Err(Violation::between(Vec::from([(*node, **event)])));
    }
    Ok(())
}

/// Integrity: a node that has learned a value never learns another, not even after a crash.
fn integrity(view: &View<'_, Paxos>, seen: &Seen<'_, Paxos>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Learned { value, .. } } = seen else { return Ok(()) };
    match view.ghost.learned.get(node) {
        Some(told @ Event::Learned { value: other, .. }) if other != value => {
            contradiction((*node, *told), (*node, **event))
        }
        _ => Ok(()),
    }
}

/// P2b: once a value is chosen, every later ballot in which a value is proposed carries it. A later ballot may have been proposed
/// before the earlier one was chosen, so both orders are looked at.
fn chosen_value_carried(view: &View<'_, Paxos>, seen: &Seen<'_, Paxos>) -> Verdict {
    let Seen::Event { node, event } = seen else { return Ok(()) };
    let Some(chosen) = view.ghost.chosen else { return Ok(()) };
    let strays = |carried: &Carried| carried.value != chosen.value;
    match **event {
        Event::Proposed { ballot, value, .. } if ballot > chosen.ballot && value != chosen.value => {
            contradiction((chosen.by, chosen.event), (*node, **event))
        }
        Event::Accepted { .. } if (chosen.by, chosen.event) == (*node, **event) => {
            let later = view.ghost.ballots.iter().filter(|(ballot, _)| **ballot > chosen.ballot);
            match later.filter_map(|(_, seen)| seen.carried).find(strays) {
                Some(carried) => contradiction((carried.by, carried.event), (*node, **event)),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// A ballot carries one value.
fn one_value_per_ballot(view: &View<'_, Paxos>, seen: &Seen<'_, Paxos>) -> Verdict {
    let Seen::Event { node, event } = seen else { return Ok(()) };
    let (Event::Proposed { ballot, value, .. } | Event::Accepted { ballot, value }) = **event else { return Ok(()) };
    match view.ghost.ballots.get(&ballot).and_then(|seen| seen.carried) {
        Some(known) if known.value != value => contradiction((known.by, known.event), (*node, **event)),
        Some(_) | None => Ok(()),
    }
}

/// P1a: an acceptor that has promised a ballot accepts nothing in an older one.
fn promise_kept(view: &View<'_, Paxos>, seen: &Seen<'_, Paxos>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Accepted { ballot, .. } } = seen else { return Ok(()) };
    match view.ghost.promise_of(*node) {
        Some((promised, promise)) if promised > *ballot => contradiction((*node, promise), (*node, **event)),
        Some(_) | None => Ok(()),
    }
}

/// Sixty phases and the waits between them, and two seconds for clients to try again. Of two proposers that wait at random one gets through
/// with a probability of about one half each time.
fn patience(setup: &Setup<Paxos>) -> Span {
    (setup.config.phase_timeout + setup.config.back_off.times(32)).times(60) + Span::seconds(2)
}

/// No client has waited for longer than that, while a majority of the acceptors and a proposer run. Proposers that do not wait after a
/// ballot that was pre-empted may duel for ever.
fn progress(view: &QuietView<'_, Paxos>) -> Verdict {
    let setup = view.setup;
    let acceptors = setup.acceptors().iter().filter(|node| view.is_up(*node)).count();
    let proposers = NodeId::all(setup.proposers()).filter(|node| view.is_up(*node)).count();
    let duels = setup.proposers() > 1 && setup.config.back_off == Span(0);
    let waiting = view.oldest_request.is_some_and(|since| view.now.since(since) >= patience(setup));
    if waiting && !duels && acceptors >= setup.majority() && proposers > 0 {
        return Err(Violation::at(Vec::new()));
    }
    Ok(())
}
