//! Every Always-invariant of every protocol bites: a search breaks it with some rule off, or an observer that is shown what
//! a wrong implementation would do says so. An invariant with neither is named here.

use faultlab_core::commit::three_phase::{Basis, Event as Phased, ThreePhase};
use faultlab_core::commit::two_phase::{
    Account, COORDINATOR, Cause, Event as Commitment, Refusal, Request as Ask, Response, Transaction, TwoPhase, TxnId,
};
use faultlab_core::consensus::paxos::{Ballot, Event as Choosing, Paxos, Request as Propose};
use faultlab_core::consensus::raft::{EntryId, Event as Consensus, Raft, Shape};
use faultlab_core::hashing::ring::{Event as Placing, Membership, RingStore, Rule};
use faultlab_core::kit::{NodeSet, Shared};
use faultlab_core::{
    ClientId, ClusterView, FaultTally, NodeId, Occasion, Protocol as Machine, RequestId, Seen, Setup, Slot, Span, Time,
    View,
};
use faultlab_hunt::{HuntOptions, hunts};
use faultlab_registry::{InvariantKind, Played, Protocol, protocols};
use faultlab_scenario::Scenario;
use faultlab_words::{Lang, Spoken, paxos, raft, ring, three_phase, two_phase};

/// Slices of a search, each some hundredths of a second.
const SLICES: usize = 300;

/// What a reader may mistake for no contradiction: nothing to read, or two facts that differ in nothing but who did it.
fn unclear(facts: &[String], names: &[String]) -> Option<String> {
    let without_subject = |fact: &String| {
        let subject = names.iter().find(|name| fact.starts_with(name.as_str())).map_or(0, String::len);
        fact[subject..].to_owned()
    };
    let mut told: Vec<String> = facts.iter().map(without_subject).collect();
    told.sort();
    let alike = told.windows(2).any(|pair| pair[0] == pair[1]);
    (told.is_empty() || alike).then(|| format!("{facts:#?}"))
}

/// The facts of a broken invariant at the end of a run, in every language: what is unclear about them.
fn unclear_in_run(protocol: &'static Protocol, scenario: &Scenario, invariant: &str) -> Option<String> {
    let mut lab = protocol.open(scenario).unwrap_or_else(|error| panic!("{error}"));
    let until =
        scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until)).expect("a counterexample says how long");
    while lab.play(Time(until.0), 100_000) == Played::Broken {}
    Lang::ALL.iter().find_map(|lang| {
        let names: Vec<String> = lab.moment(*lang).nodes.into_iter().map(|node| node.name).collect();
        let checks = lab.checks(*lang);
        let check = checks.iter().find(|check| check.slug == invariant).expect("it is listed");
        let heading = check.heading.is_empty().then(|| "no heading".to_owned());
        heading.or_else(|| unclear(&check.facts, &names))
    })
}

/// Whether a search breaks this very invariant without the rule; what it finds must be clear to read.
fn breaks(protocol: &'static Protocol, rule: &str, invariant: &str, mute: &mut Vec<String>) -> bool {
    let hunts = hunts(protocol.about.slug).expect("every listed protocol can be explored");
    let Some(witness) = hunts.witness(rule) else { return false };
    let options = HuntOptions { wanted: vec![invariant.to_string()], ..witness.options };
    let mut hunt = hunts.hunt(&witness.off, witness.from, &options).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..SLICES {
        if hunt.has_found() || hunt.advance() {
            break;
        }
    }
    let Some(found) = hunt.found().filter(|found| found.broken.contains(&invariant)) else { return false };
    let name = format!("{} {invariant} without {rule}", protocol.about.slug);
    mute.extend(unclear_in_run(protocol, &found.scenario, invariant).map(|facts| format!("{name}: {facts}")));
    true
}

/// The Always-invariants that break when observers are shown this, in order. The events that show it must be clear to read.
fn judged<P: Machine>(words: Spoken<P>, setup: &Setup<P>, shown: &[Seen<'_, P>]) -> Vec<&'static str> {
    let slots: Vec<Slot<P>> = (0..setup.nodes).map(|_| Slot::blank()).collect();
    let (mut ghost, faults) = (P::Ghost::default(), FaultTally::default());
    let mut broken = Vec::new();
    for seen in shown {
        let occasion = Occasion::Seen(seen);
        occasion.observe(&mut ghost, setup);
        let view = ClusterView::new(View { setup, ghost: &ghost, faults: &faults }, &slots);
        for invariant in P::invariants() {
            if let Err(violation) = invariant.promise.check_in(&view, &occasion)
                && !broken.contains(&invariant.slug)
            {
                broken.push(invariant.slug);
                for lang in Lang::ALL {
                    let facts = violation.events.iter().map(|(node, event)| (words(lang).event)(setup, *node, event));
                    let facts: Vec<String> = facts.map(|fact| fact.head + &fact.rest).collect();
                    let names: Vec<String> =
                        NodeId::all(setup.nodes).map(|node| (words(lang).node)(setup, node)).collect();
                    assert_eq!(unclear(&facts, &names), None, "{}", invariant.slug);
                }
            }
        }
    }
    broken
}

fn told<'a, P: Machine>(node: u8, event: &'a P::Event) -> Seen<'a, P> {
    Seen::Event { node: NodeId(node), event }
}

/// What a wrong implementation would show, which breaks just that invariant; and the like of a right one, which breaks none.
struct Mutant {
    protocol: &'static str,
    invariant: &'static str,
    wrong: fn() -> Vec<&'static str>,
    right: fn() -> Vec<&'static str>,
}

const MUTANTS: &[Mutant] = &[
    Mutant {
        protocol: Raft::SLUG,
        invariant: "leader_append_only",
        wrong: || truncation_by(0),
        right: || truncation_by(1),
    },
    Mutant {
        protocol: Paxos::SLUG,
        invariant: "validity",
        wrong: || learned_after_asking_for(7, &[8]),
        right: || learned_after_asking_for(7, &[7]),
    },
    Mutant {
        protocol: Paxos::SLUG,
        invariant: "integrity",
        wrong: || learned_after_asking_for(7, &[7, 8]),
        right: || learned_after_asking_for(7, &[7, 7]),
    },
    Mutant {
        protocol: TwoPhase::SLUG,
        invariant: "ac4",
        wrong: || decision_after_votes(&[1, 2], None),
        right: || decision_after_votes(&[1], None),
    },
    Mutant {
        protocol: TwoPhase::SLUG,
        invariant: "truthful_answer",
        wrong: || decision_after_votes(&[1], Some(true)),
        right: || decision_after_votes(&[1], Some(false)),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "ac2",
        wrong: || phased(&[&committed(1, 10, 1), &committed(2, 10, 2), &[learned(1, 1, 280)]]),
        right: || phased(&[&committed(1, 10, 1), &committed(2, 10, 2)]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "ac3",
        wrong: || phased(&[&without_vote(&committed(1, 10, 1))]),
        right: || phased(&[&committed(1, 10, 1)]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "ac4",
        wrong: || phased(&[&refused(&[1, 2])]),
        right: || phased(&[&refused(&[1])]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "true_suspicion",
        wrong: || suspected(false),
        right: || suspected(true),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "effects",
        wrong: || phased(&[&committed(1, 10, 1)[..6], &[learned(1, 1, 300)]]),
        right: || phased(&[&committed(1, 10, 1)[..6], &[learned(1, 1, 290)]]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "no_overdraft",
        wrong: || phased(&[&committed(1, 101, 1)]),
        right: || phased(&[&committed(1, 100, 1)]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "conservation",
        wrong: || phased(&[&audited(599)]),
        right: || phased(&[&audited(600)]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "durability",
        wrong: || phased(&[&committed(1, 10, 1), &[(1, Phased::Recovered { in_doubt: 0, total: 300 })]]),
        right: || phased(&[&committed(1, 10, 1), &[(1, Phased::Recovered { in_doubt: 0, total: 290 })]]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "exactly_once",
        wrong: || phased(&[&committed(1, 10, 1), &committed(2, 10, 1)]),
        right: || phased(&[&committed(1, 10, 1), &committed(2, 10, 2)]),
    },
    Mutant {
        protocol: ThreePhase::SLUG,
        invariant: "truthful_answer",
        wrong: || answered(true),
        right: || answered(false),
    },
    Mutant {
        protocol: RingStore::SLUG,
        invariant: "monotonicity",
        wrong: || a_node_joins(false),
        right: || a_node_joins(true),
    },
];

/// S1 is elected, and a server removes an entry of its log: S1 itself, or a follower.
fn truncation_by(node: u8) -> Vec<&'static str> {
    let log = Shared::new(Shape { base: EntryId::default(), runs: Vec::new(), last: 0 });
    let elected = Consensus::LeaderElected { term: 1, votes: NodeSet::first(2), log };
    let truncated = Consensus::Truncated { from: 1, last: 1, term: 1 };
    judged::<Raft>(raft::words, &Setup::new(3), &[told(0, &elected), told(node, &truncated)])
}

/// A client wants a value, and one node learns these, one after the other.
fn learned_after_asking_for(asked: u32, learned: &[u32]) -> Vec<&'static str> {
    let (id, request) = (RequestId { client: ClientId(1), sequence: 1 }, Propose::Propose { value: asked });
    let learned: Vec<Choosing> = learned
        .iter()
        .zip(1..)
        .map(|(value, round)| {
            let ballot = Ballot { round, proposer: NodeId(0) };
            Choosing::Learned { ballot, value: *value, acceptors: NodeSet::first(2) }
        })
        .collect();
    let mut shown = vec![Seen::Invoked { id, request: &request }];
    shown.extend(learned.iter().map(|event| told(0, event)));
    judged::<Paxos>(paxos::words, &Setup::new(3), &shown)
}

/// Some of the two banks vote yes, the coordinator aborts because of a no, and perhaps the client is told an outcome.
fn decision_after_votes(yes: &[u8], answer: Option<bool>) -> Vec<&'static str> {
    let txn = TxnId { epoch: 0, number: 1 };
    let id = RequestId { client: ClientId(1), sequence: 1 };
    let transaction = Transaction::Share { from: Account(0), amount: 10 };
    let cause = Cause::Vote { from: NodeId(2), reason: Refusal::Asked };
    let (begun, voted) = (Commitment::Begun { txn, request: id, transaction }, Commitment::VotedYes { txn });
    let decided = Commitment::DecidedAbort { txn, cause };
    let request = Ask::Run(transaction);
    let response = match answer {
        Some(true) => Response::Committed { txn, total: None },
        Some(false) | None => Response::Aborted { txn, cause },
    };
    let mut shown = vec![told(COORDINATOR.0, &begun)];
    shown.extend(yes.iter().map(|bank| told(*bank, &voted)));
    shown.push(told(COORDINATOR.0, &decided));
    if answer.is_some() {
        shown.push(Seen::Returned { id, request: &request, response: &response });
    }
    judged::<TwoPhase>(two_phase::words, &Setup::new(3), &shown)
}

const fn name(number: u32) -> TxnId {
    TxnId { epoch: 0, number }
}

fn phased(parts: &[&[(u8, Phased)]]) -> Vec<&'static str> {
    let shown: Vec<_> = parts.iter().copied().flatten().map(|(node, event)| told(*node, event)).collect();
    judged::<ThreePhase>(three_phase::words, &Setup::new(3), &shown)
}

/// The two banks vote yes on a share, pre-commit and commit, as the coordinator did, by the client's request of this number.
fn committed(number: u32, amount: u16, request: u32) -> Vec<(u8, Phased)> {
    let txn = name(number);
    let id = RequestId { client: ClientId(1), sequence: request };
    let transaction = Transaction::Share { from: Account(0), amount };
    let (asked, moved) = (NodeSet::first(3).without(COORDINATOR), i64::from(amount) * i64::from(number));
    let basis = Basis::Acknowledged { acked: asked, asked };
    let begun = Phased::Begun { txn, request: id, transaction };
    let mut shown = vec![(0, begun)];
    shown.extend([1, 2].map(|bank| (bank, Phased::VotedYes { txn })));
    shown.extend([1, 2].map(|bank| (bank, Phased::PreCommitted { txn, from: COORDINATOR })));
    shown.push((0, Phased::Decided { txn, commit: true, basis, total: None, read: None }));
    shown.extend([learned(1, number, 300 - moved), learned(2, number, 300 + moved)]);
    shown
}

fn learned(bank: u8, number: u32, total: i64) -> (u8, Phased) {
    let basis = Basis::Learned { from: COORDINATOR };
    (bank, Phased::Decided { txn: name(number), commit: true, basis, total: Some(total), read: None })
}

fn without_vote(shown: &[(u8, Phased)]) -> Vec<(u8, Phased)> {
    shown.iter().filter(|(node, event)| (*node, *event) != (2, Phased::VotedYes { txn: name(1) })).copied().collect()
}

/// The coordinator commits an audit that has read so much.
fn audited(read: i64) -> Vec<(u8, Phased)> {
    let mut shown = committed(1, 10, 1);
    shown.truncate(6);
    if let Phased::Begun { transaction, .. } = &mut shown[0].1 {
        *transaction = Transaction::Audit;
    }
    if let Phased::Decided { read: told, .. } = &mut shown[5].1 {
        *told = Some(read);
    }
    shown
}

/// These banks vote yes, and the coordinator aborts because of a no.
fn refused(yes: &[u8]) -> Vec<(u8, Phased)> {
    let txn = name(1);
    let basis = Basis::Refused(Cause::Vote { from: NodeId(2), reason: Refusal::Asked });
    let mut shown = vec![committed(1, 10, 1)[0]];
    shown.extend(yes.iter().map(|bank| (*bank, Phased::VotedYes { txn })));
    shown.push((0, Phased::Decided { txn, commit: false, basis, total: None, read: None }));
    shown
}

/// A bank takes the coordinator for crashed, which has crashed or not.
fn suspected(crashed: bool) -> Vec<&'static str> {
    let (begun, suspicion) = (committed(1, 10, 1)[0].1, Phased::Suspected { txn: name(1), node: COORDINATOR });
    let mut shown = vec![told(0, &begun)];
    shown.extend(crashed.then_some(Seen::Crashed { node: COORDINATOR }));
    shown.push(told(1, &suspicion));
    judged::<ThreePhase>(three_phase::words, &Setup::new(3), &shown)
}

/// The client of an aborted transaction is told that it has committed, or not.
fn answered(commit: bool) -> Vec<&'static str> {
    let (events, id) = (refused(&[1]), RequestId { client: ClientId(1), sequence: 1 });
    let request = Ask::Run(Transaction::Share { from: Account(0), amount: 10 });
    let cause = Cause::Vote { from: NodeId(2), reason: Refusal::Asked };
    let response = if commit {
        Response::Committed { txn: name(1), total: None }
    } else {
        Response::Aborted { txn: name(1), cause }
    };
    let mut shown: Vec<_> = events.iter().map(|(node, event)| told(*node, event)).collect();
    shown.push(Seen::Returned { id, request: &request, response: &response });
    judged::<ThreePhase>(three_phase::words, &Setup::new(3), &shown)
}

/// A fourth node joins a store that places keys on the ring, or by the remainder of their hash.
fn a_node_joins(on_a_ring: bool) -> Vec<&'static str> {
    let mut setup = Setup::<RingStore>::new(4);
    setup.rules.set(Rule::RingPlacement.into(), on_a_ring);
    let before = Membership::initial(3);
    let after = Membership { epoch: 2, members: NodeSet::first(4), former: before.members, ..before };
    let entered = [before, after].map(|view| Placing::EpochEntered { view, digest: 0, foreign: 0 });
    judged::<RingStore>(ring::words, &setup, &[told(0, &entered[0]), told(0, &entered[1])])
}

#[test]
fn every_always_invariant_breaks_somewhere() {
    let (mut toothless, mut mute) = (Vec::new(), Vec::new());
    for protocol in protocols().iter().filter(|row| faultlab_tests::concerns(row.about.slug)) {
        for invariant in protocol.about.invariants.iter().filter(|row| row.kind == InvariantKind::Always) {
            let mutant = |mutant: &Mutant| (mutant.protocol, mutant.invariant) == (protocol.about.slug, invariant.slug);
            let rules = protocol.about.rules.iter().filter(|rule| rule.breaks.contains(&invariant.slug));
            if !MUTANTS.iter().any(mutant)
                && !rules.into_iter().any(|rule| breaks(protocol, rule.slug, invariant.slug, &mut mute))
            {
                toothless.push(format!("{} {}", protocol.about.slug, invariant.slug));
            }
        }
    }
    assert!(toothless.is_empty(), "neither a rule's absence nor a mutant breaks {toothless:#?}");
    assert!(mute.is_empty(), "these facts say nothing to a reader:\n{}", mute.join("\n"));
}

#[test]
fn every_mutant_breaks_its_invariant_and_a_right_run_does_not() {
    for mutant in MUTANTS {
        let name = format!("{} {}", mutant.protocol, mutant.invariant);
        assert_eq!((mutant.wrong)(), [mutant.invariant], "{name}, wrong");
        assert_eq!((mutant.right)(), [""; 0], "{name}, right");
    }
}
