//! A sentence claims nothing that its fact does not hold. Each phrase that claims something of the run has an oracle here, which
//! looks at disks, memories and what was seen before; runs with every rule off, in turn, are read line by line in both languages.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use faultlab_core::commit::two_phase::{
    Event as Commitment, LOG, Message, Record as CommitRecord, Rule as CommitRule, Stage, TwoPhase, TxnId,
};
use faultlab_core::consensus::raft::{EntryId, Event as Consensus, Raft, Record as LogRecord, Role, Rule};
use faultlab_core::kit::{NodeSet, majority};
use faultlab_core::{Disk, NodeId, Protocol as Machine, Setup, Time};
use faultlab_registry::{Lab, Played, ToldWhat, What, protocol};
use faultlab_scenario::{Number, Scenario};
use faultlab_tests::gallery;
use faultlab_words::Lang;

/// What was seen of a run before a moment.
#[derive(Clone, Default)]
struct Before {
    yes: BTreeMap<TxnId, NodeSet>,
    acknowledged: BTreeMap<TxnId, NodeSet>,
    /// Who was asked, by the last decision to commit.
    asked: BTreeMap<TxnId, NodeSet>,
}

/// A moment right behind an event, as an oracle looks at it.
struct Moment<'a, P: Machine> {
    lab: &'a dyn Lab,
    node: NodeId,
    event: &'a P::Event,
    before: &'a Before,
}

impl<P: Machine> Moment<'_, P> {
    fn setup(&self) -> &Setup<P> {
        self.lab.setup().downcast_ref().expect("the set-up of this protocol")
    }

    fn memory(&self, node: NodeId) -> Option<&P> {
        self.lab.memory(node).map(|memory| memory.downcast_ref().expect("the memory of this protocol"))
    }

    fn disk(&self, node: NodeId) -> &Disk<P::Record> {
        self.lab.disk(node).and_then(|disk| disk.downcast_ref()).expect("the disk of this protocol")
    }
}

/// A phrase in both languages, and whether what it claims is so. A phrase is claimed of an event if its line contains it.
struct Claim<P: Machine> {
    phrase: [&'static str; 2],
    holds: fn(&Moment<'_, P>) -> bool,
}

/// What the log of a process holds durably; a checkpoint stands for what it replaced.
fn logged(moment: &Moment<'_, TwoPhase>, wanted: fn(&CommitRecord) -> Option<TxnId>, txn: TxnId) -> bool {
    moment.disk(moment.node).area(LOG).intact_prefix().any(|record| match record {
        CommitRecord::CoordinatorCheckpoint { .. } | CommitRecord::ParticipantCheckpoint { .. } => true,
        _ => wanted(record) == Some(txn),
    })
}

fn txn_of(event: &Commitment) -> TxnId {
    match *event {
        Commitment::DecidedCommit { txn, .. }
        | Commitment::VotedYes { txn }
        | Commitment::AbortedForPeer { txn, .. }
        | Commitment::Committed { txn, .. }
        | Commitment::Aborted { txn, .. }
        | Commitment::InDoubt { txn }
        | Commitment::Blocked { txn, .. }
        | Commitment::Ended { txn } => txn,
        _ => panic!("no claim is made of {event:?}"),
    }
}

/// The locks that a participant holds for a transaction.
fn locks(moment: &Moment<'_, TwoPhase>, txn: TxnId) -> u32 {
    let Some(TwoPhase::Participant(bank)) = moment.memory(moment.node) else { return 0 };
    let held = bank.undecided.iter().find(|entry| entry.txn == txn).map(|entry| entry.stage);
    match held {
        Some(Stage::Prepared { locks, .. }) => locks.len() as u32,
        Some(Stage::Working) | None => 0,
    }
}

const COMMITMENT: &[Claim<TwoPhase>] = &[
    Claim {
        phrase: ["All voted yes", "全票赞成。"],
        holds: |moment| {
            let Commitment::DecidedCommit { txn, asked, .. } = moment.event else { return false };
            moment.before.yes.get(txn).is_some_and(|yes| yes.covers(*asked))
        },
    },
    Claim {
        phrase: [" voted yes, and the rule that asks for all is off", "票赞成，而要求全票赞成的规则已关闭"],
        holds: |moment| {
            let Commitment::DecidedCommit { txn, yes, asked, .. } = moment.event else { return false };
            let seen = moment.before.yes.get(txn).copied().unwrap_or_default();
            !yes.covers(*asked) && seen.covers(*yes) && !moment.setup().on(CommitRule::UnanimousVotes)
        },
    },
    Claim {
        phrase: ["The decision is in its log", "决定已写入日志"],
        holds: |moment| {
            let decided = |record: &CommitRecord| match record {
                CommitRecord::Decided { txn, .. } => Some(*txn),
                _ => None,
            };
            logged(moment, decided, txn_of(moment.event))
        },
    },
    Claim {
        phrase: ["The promise is in its log", "承诺已写入日志"],
        holds: |moment| {
            let prepared = |record: &CommitRecord| match record {
                CommitRecord::Prepared { txn, .. } => Some(*txn),
                _ => None,
            };
            logged(moment, prepared, txn_of(moment.event))
        },
    },
    Claim {
        phrase: ["it records the abort first", "它先记录中止"],
        holds: |moment| {
            let aborted = |record: &CommitRecord| match record {
                CommitRecord::Aborted { txn } => Some(*txn),
                _ => None,
            };
            logged(moment, aborted, txn_of(moment.event))
        },
    },
    Claim {
        phrase: ["can neither commit nor abort by itself", "既不能自行提交，也不能自行中止"],
        holds: |moment| moment.setup().on(CommitRule::WaitForDecisionAfterYes),
    },
    Claim {
        phrase: ["one no is enough to abort", "只要一张反对票就会中止"],
        holds: |moment| moment.setup().on(CommitRule::UnanimousVotes),
    },
    Claim {
        phrase: ["every participant has acknowledged", "所有参与者都已确认"],
        holds: |moment| {
            let txn = txn_of(moment.event);
            let asked = moment.before.asked.get(&txn).copied().unwrap_or_default();
            moment.before.acknowledged.get(&txn).is_some_and(|acknowledged| acknowledged.covers(asked))
        },
    },
    Claim {
        phrase: ["so nobody will ask again", "不会再有谁来问"],
        holds: |moment| {
            let setup = moment.setup();
            setup.on(CommitRule::RememberUntilAllAcknowledge) && setup.on(CommitRule::AcknowledgeAfterDurableDecision)
        },
    },
    Claim {
        phrase: ["holds no locks for it any more", "不再为它持有锁"],
        holds: |moment| moment.setup().on(CommitRule::LockUntilDecision) && locks(moment, txn_of(moment.event)) == 0,
    },
    Claim {
        phrase: ["keeps its locks", "只能持锁等待"], holds: |moment| locks(moment, txn_of(moment.event)) > 0
    },
    Claim {
        phrase: ["takes its locks again", "重新加锁"], holds: |moment| locks(moment, txn_of(moment.event)) > 0
    },
    Claim {
        phrase: ["counts as aborted", "都算中止"], holds: |moment| moment.setup().on(CommitRule::PresumeAbort)
    },
];

/// Whether a server has an entry on its disk, or a snapshot that stands for it.
fn stores(moment: &Moment<'_, Raft>, node: NodeId, wanted: EntryId) -> bool {
    let disk = moment.disk(node);
    disk.areas().iter().flat_map(|area| area.intact_prefix()).any(|record| match record {
        LogRecord::Entry { index, entry } => (*index, entry.term) == (wanted.index, wanted.term),
        LogRecord::Snapshot { last, .. } => last.index >= wanted.index,
        LogRecord::HardState { .. } => false,
    })
}

const CONSENSUS: &[Claim<Raft>] = &[
    Claim {
        phrase: [", durably.", "已经落盘。"],
        holds: |moment| {
            let Consensus::Appended { prev, entries, .. } = moment.event else { return false };
            (prev.index + 1..)
                .zip(entries.as_slice())
                .all(|(index, entry)| stores(moment, moment.node, EntryId { index, term: entry.term }))
        },
    },
    Claim {
        phrase: ["is at least as up to date as that of", "的日志至少和"],
        holds: |moment| {
            let Consensus::VoteGranted { to, .. } = moment.event else { return false };
            let newest = |node| moment.memory(node).map(Raft::last).map(|last| (last.term, last.index));
            // Who has crashed since can show nothing.
            newest(*to).is_none_or(|candidate| newest(moment.node).is_none_or(|voter| candidate >= voter))
        },
    },
    Claim {
        phrase: ["a majority has stored it", "多数派已经存下它"],
        holds: |moment| {
            let Consensus::Committed { upto, .. } = moment.event else { return false };
            let Some(leader) = moment.memory(moment.node) else { return true };
            let members = leader.members();
            let stored = members.iter().filter(|member| stores(moment, *member, *upto)).count();
            stored >= majority(members.len())
        },
    },
    Claim {
        phrase: ["and it is of the leader's own term", "而且它属于领导者自己的任期"],
        holds: |moment| matches!(moment.event, Consensus::Committed { term, upto } if upto.term == *term),
    },
    Claim {
        phrase: ["it may now vote for another", "从现在起它可以投票给别人"],
        holds: |moment| moment.setup().on(Rule::LeaderStickiness),
    },
    Claim {
        phrase: ["it hears no leader either", "它也没有收到领导者的消息"],
        holds: |moment| moment.memory(moment.node).is_none_or(|voter| !voter.hears_leader),
    },
    Claim {
        phrase: ["majority has confirmed that it still leads", "多数派刚刚确认它仍是领导者"],
        holds: |moment| {
            let setup = moment.setup();
            setup.on(Rule::ReadIndexConfirms) && setup.on(Rule::MajorityQuorum)
        },
    },
    Claim {
        phrase: ["while clocks keep time, no other can have been elected", "只要时钟准确，就不可能有别人当选"],
        holds: |moment| {
            let leads = |voter: &Raft| matches!(voter.role, Role::Leader(_));
            moment.setup().on(Rule::LeaseBounded) && moment.memory(moment.node).is_none_or(leads)
        },
    },
];

/// What the observer remembers for later claims.
fn note(before: &mut Before, told: &ToldWhat<'_>) {
    match told {
        ToldWhat::Emitted { node, event } => {
            if let Some(Commitment::DecidedCommit { txn, asked, .. }) = event.downcast_ref() {
                before.asked.insert(*txn, *asked);
            }
            if let Some(Commitment::VotedYes { txn } | Commitment::InDoubt { txn }) = event.downcast_ref() {
                before.yes.entry(*txn).or_default().insert(*node);
            }
        }
        ToldWhat::Delivered { packet, message } => {
            if let (Some(Message::Ack { txn }), faultlab_core::Endpoint::Node(from)) =
                (message.downcast_ref(), packet.from)
            {
                before.acknowledged.entry(*txn).or_default().insert(from);
            }
        }
        _ => {}
    }
}

/// Reads a run step by step. Which phrases were met, in which language; and each false one, with its line.
fn read<P: Machine>(
    name: &str,
    scenario: &Scenario,
    claims: &[Claim<P>],
    met: &mut BTreeSet<&'static str>,
    wrong: &mut Vec<String>,
) {
    let row = protocol(&scenario.protocol).expect("a listed protocol");
    let mut lab = row.open(scenario).unwrap_or_else(|error| panic!("{name}: {error}"));
    while lab.play(Time(6_000_000), 20_000) == Played::Broken {}
    let end = lab.position();
    let stories = [Lang::En, Lang::Zh].map(|lang| lab.story(0, end, lang));
    let mut events: BTreeMap<_, (NodeId, P::Event)> = BTreeMap::new();
    let mut notes: Vec<(usize, Before)> = Vec::new();
    let mut before = Before::default();
    lab.retell(0, end, &mut |told| {
        if let ToldWhat::Emitted { node, event } = told.what {
            let event: &dyn Any = event;
            events.insert(told.id, (node, event.downcast_ref::<P::Event>().expect("its own event").clone()));
        }
        note(&mut before, &told.what);
        notes.push((told.id.0 as usize, before.clone()));
    });
    for (place, lang) in [Lang::En, Lang::Zh].into_iter().enumerate() {
        lab.seek(0);
        for line in stories[place].iter().filter(|line| matches!(line.what, What::Emitted { .. })) {
            let said = format!("{}{}", line.sentence.head, line.sentence.rest);
            for claim in claims.iter().filter(|claim| said.contains(claim.phrase[place])) {
                met.insert(claim.phrase[place]);
                lab.seek(line.position);
                let (node, event) = &events[&line.id];
                let known = notes.partition_point(|(id, _)| *id <= line.id.0 as usize);
                let before = known.checked_sub(1).map(|last| &notes[last].1).expect("the event itself was noted");
                let moment = Moment { lab: &*lab, node: *node, event, before };
                if !(claim.holds)(&moment) {
                    wrong
                        .push(format!("{name} in {lang:?}, step {}: “{}”: {said}", line.position, claim.phrase[place]));
                }
            }
        }
    }
}

/// The runs of a protocol: every scenario of the gallery as it is and without each rule in turn, and some of its own.
fn runs(slug: &str, own: &[Scenario]) -> Vec<(String, Scenario)> {
    let rules: Vec<&str> = protocol(slug).expect("listed").about.rules.iter().map(|rule| rule.slug).collect();
    let kept = gallery().into_iter().filter(|(_, scenario)| scenario.protocol == slug);
    let mut runs: Vec<(String, Scenario)> = kept.collect();
    runs.extend(own.iter().enumerate().map(|(number, own)| (format!("own run {number}"), own.clone())));
    let mut all = Vec::new();
    for (name, scenario) in runs {
        for rule in rules.iter().map(Some).chain([None]) {
            let mut rules_off = scenario.rules_off.clone();
            if let Some(rule) = rule.filter(|rule| !scenario.rules_off.iter().any(|off| off == *rule)) {
                rules_off.push((*rule).to_owned());
            }
            all.push((format!("{name} without {rules_off:?}"), Scenario { rules_off, ..scenario.clone() }));
        }
    }
    all
}

fn every_claim_is_so<P: Machine>(claims: &[Claim<P>], own: &[Scenario]) {
    let (mut met, mut wrong) = (BTreeSet::new(), Vec::new());
    for (name, scenario) in runs(P::SLUG, own) {
        read(&name, &scenario, claims, &mut met, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} false claims:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    let unmet: Vec<_> = claims.iter().flat_map(|claim| claim.phrase).filter(|phrase| !met.contains(phrase)).collect();
    assert!(unmet.is_empty(), "no run says {unmet:#?}");
}

fn scenario(slug: &str, nodes: u8, seed: u64, schedule: &[&str]) -> Scenario {
    let schedule = schedule.iter().map(|line| (*line).to_owned()).collect();
    Scenario { schedule, ..Scenario::new(slug, nodes, seed) }
}

#[test]
fn two_phase_commit_claims_only_what_is_so() {
    let rough = ["at 1s crash n1 · crash n3", "at 2s restart n1", "at 3s restart n3 · cut n1->n2", "at 4s heal all"];
    every_claim_is_so(COMMITMENT, &[scenario("two-phase", 4, 7, &rough)]);
}

#[test]
fn raft_claims_only_what_is_so() {
    let rough = ["at 1s crash n1 · crash n2", "at 2s restart n1 · restart n2", "at 3s isolate n3", "at 4s heal all"];
    let mut lease = scenario("raft", 5, 3, &rough);
    lease.config.insert("read_mode".into(), Number::Word("lease".into()));
    lease.load.reads = Some("60%".into());
    every_claim_is_so(CONSENSUS, &[scenario("raft", 4, 5, &rough), lease]);
}

#[test]
fn what_was_said_of_a_moment_stays_when_a_rule_is_switched_later() {
    let row = protocol("two-phase").expect("listed");
    let mut lab = row.open(&Scenario::new("two-phase", 4, 1)).unwrap_or_else(|error| panic!("{error}"));
    lab.play(Time(2_000_000), 20_000);
    let end = lab.position();
    let told = |lab: &dyn Lab| -> Vec<_> {
        Lang::ALL.iter().flat_map(|lang| lab.story(0, end, *lang)).map(|line| line.sentence).collect()
    };
    let before = told(&*lab);
    assert!(before.iter().any(|sentence| sentence.rest.contains("All voted yes")), "a transaction commits");
    for rule in &row.about.rules {
        lab.act(&format!("set rule {} off", rule.slug)).unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(told(&*lab), before);
}
