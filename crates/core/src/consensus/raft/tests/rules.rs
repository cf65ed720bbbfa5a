//! Each rule switched off, in the smallest play that shows what it is for. With the rule on, the same play breaks nothing.

use super::*;
use crate::consensus::raft::rules;
use crate::kit::NodeSet;

/// Plays with the rule on and off; only the latter breaks these promises.
fn bites(rule: Rule, nodes: u8, broken: &[Broken], play: impl Fn(&mut Cluster)) {
    let mut cluster = Cluster::plain(nodes, &[]);
    play(&mut cluster);
    cluster.holds();
    let mut cluster = Cluster::plain(nodes, &[rule]);
    play(&mut cluster);
    for broken in broken {
        assert!(cluster.breaks(*broken), "{rule:?} off: {broken:?} holds");
    }
}

fn try_fire(cluster: &mut Cluster, node: NodeId, timer: Timer) {
    if cluster.is_armed(node, timer) {
        cluster.round(node, timer);
    }
}

/// S1 and S3 elect S1; S3 restarts; S2 asks S3 in the same term.
fn vote_crash_vote(cluster: &mut Cluster) {
    cluster.fire(s(2), Timer::Election);
    let asked: Vec<_> = cluster.packets.drain(..).collect();
    cluster.partition(&[&[1, 3]]);
    cluster.fire(s(1), Timer::Election);
    cluster.settle_only(is_vote);
    assert!(cluster.node(s(1)).is_leader());
    cluster.crash(s(3), Keep::NOTHING);
    cluster.restart(s(3));
    cluster.partition(&[&[2, 3]]);
    cluster.packets.extend(asked);
    cluster.settle_only(is_vote);
}

#[test]
fn a_forgotten_vote_elects_two_leaders() {
    bites(Rule::PersistVote, 3, &[Broken::ElectionSafety, Broken::OneVotePerTerm], vote_crash_vote);
}

#[test]
fn a_forgotten_term_elects_two_leaders() {
    bites(Rule::PersistTerm, 3, &[Broken::ElectionSafety, Broken::MonotonicTerm], vote_crash_vote);
}

#[test]
fn an_unsynced_acknowledgement_loses_a_committed_entry() {
    bites(Rule::SyncLogBeforeAck, 3, &[Broken::LeaderCompleteness], |cluster| {
        cluster.partition(&[&[1, 2]]);
        cluster.elect(s(1));
        cluster.invoke(s(1), 1, 1, put(1));
        cluster.crash(s(2), Keep::NOTHING);
        cluster.restart(s(2));
        cluster.partition(&[&[2, 3]]);
        try_fire(cluster, s(3), Timer::Election);
        try_fire(cluster, s(3), Timer::Election);
    });
}

#[test]
fn a_vote_for_a_stale_log_loses_a_committed_entry() {
    bites(Rule::VoteOnlyUpToDate, 3, &[Broken::LeaderCompleteness, Broken::StateMachineSafety], |cluster| {
        cluster.partition(&[&[1, 2]]);
        cluster.elect(s(1));
        cluster.invoke(s(1), 1, 1, put(1));
        cluster.partition(&[&[2, 3]]);
        try_fire(cluster, s(3), Timer::Election);
        try_fire(cluster, s(3), Timer::Election);
        if cluster.node(s(3)).is_leader() {
            cluster.invoke(s(3), 2, 1, put(2));
            cluster.heartbeats(s(3), 2);
        }
    });
}

#[test]
fn half_of_four_elects_two_leaders() {
    bites(Rule::MajorityQuorum, 4, &[Broken::ElectionSafety], |cluster| {
        cluster.partition(&[&[1, 2], &[3, 4]]);
        cluster.round(s(1), Timer::Election);
        cluster.round(s(3), Timer::Election);
    });
}

#[test]
fn an_append_behind_a_gap_breaks_log_matching() {
    bites(Rule::CheckPreviousEntry, 3, &[Broken::LogMatching, Broken::StateMachineSafety], |cluster| {
        cluster.elect(s(1));
        cluster.partition(&[&[1, 2]]);
        cluster.invoke(s(1), 1, 1, put(1));
        cluster.heal();
        cluster.invoke(s(1), 1, 2, put(2));
        cluster.heartbeats(s(1), 2);
    });
}

#[test]
fn a_late_short_append_cuts_acknowledged_entries() {
    bites(Rule::TruncateOnlyOnConflict, 3, &[Broken::LeaderCompleteness], |cluster| {
        cluster.partition(&[&[1, 2]]);
        cluster.elect(s(1));
        cluster.fire(s(1), Timer::Heartbeat);
        // The heartbeat behind the no-op is late.
        let late: Vec<_> = cluster.packets.drain(..).filter(|packet| packet.to == s(2)).collect();
        cluster.invoke(s(1), 1, 1, put(1));
        cluster.packets.extend(late);
        cluster.partition(&[&[1]]);
        let append = cluster.packets.pop_front();
        if let Some(Packet { from, to, message }) = append {
            cluster.step(to, Input::Message { from, message });
        }
        cluster.packets.clear();
        cluster.partition(&[&[2, 3]]);
        try_fire(cluster, s(2), Timer::Quiet);
        try_fire(cluster, s(3), Timer::Election);
        try_fire(cluster, s(3), Timer::Election);
        try_fire(cluster, s(2), Timer::Election);
    });
}

/// S1 leads and S2 takes over unheard; a client writes there, then reads at S1.
fn read_at_a_deposed_leader(cluster: &mut Cluster) {
    cluster.elect(s(1));
    cluster.ask(s(1), 1, 1, put(1));
    cluster.partition(&[&[2, 3]]);
    try_fire(cluster, s(2), Timer::Quiet);
    try_fire(cluster, s(3), Timer::Quiet);
    cluster.elect(s(2));
    assert!(cluster.ask(s(2), 1, 2, put(2)).is_some());
    cluster.ask(s(1), 2, 1, Request::Get { key: 0 });
}

#[test]
fn a_deposed_leader_answers_an_old_value() {
    bites(Rule::ReadIndexConfirms, 3, &[Broken::ReadFreshness], read_at_a_deposed_leader);
}

#[test]
fn a_lease_that_never_ends_answers_an_old_value() {
    for (off, broken) in [(false, false), (true, true)] {
        let mut cluster = Cluster::plain(3, if off { &[Rule::LeaseBounded] } else { &[] });
        cluster.setup.config.read_mode = super::super::ReadMode::Lease;
        cluster.elect(s(1));
        cluster.heartbeats(s(1), 1);
        // So much time passes that the leases end.
        for lease in [Timer::LeaseA, Timer::LeaseB] {
            try_fire(&mut cluster, s(1), lease);
        }
        cluster.partition(&[&[2, 3]]);
        try_fire(&mut cluster, s(2), Timer::Quiet);
        try_fire(&mut cluster, s(3), Timer::Quiet);
        cluster.elect(s(2));
        assert!(cluster.ask(s(2), 1, 1, put(2)).is_some());
        cluster.ask(s(1), 2, 1, Request::Get { key: 0 });
        assert_eq!(cluster.breaks(Broken::ReadFreshness), broken);
    }
}

#[test]
fn a_new_leader_answers_an_old_value() {
    bites(Rule::ReadAfterOwnCommit, 3, &[Broken::ReadFreshness], |cluster| {
        cluster.elect(s(1));
        assert!(cluster.ask(s(1), 1, 1, put(1)).is_some());
        cluster.crash(s(1), Keep::NOTHING);
        try_fire(cluster, s(2), Timer::Quiet);
        try_fire(cluster, s(3), Timer::Quiet);
        cluster.fire(s(2), Timer::Election);
        // The first entry of S2 is lost; heartbeats of the round that confirms the read are not.
        cluster.settle_only(is_vote);
        // The answer to the probe would bring the entry: only the round's number gets through.
        let id = cluster.invoke_quietly(s(2), 2, 1, Request::Get { key: 0 });
        let confirmed = Message::Appended { term: 2, round: 2, result: super::super::Append::Outdated };
        cluster.packets.clear();
        cluster.step(s(2), Input::Message { from: s(3), message: confirmed });
        cluster.take_reply(id, Request::Get { key: 0 });
    });
}

#[test]
fn changing_the_members_by_two_gives_disjoint_majorities() {
    let play = |cluster: &mut Cluster| {
        cluster.elect(s(3));
        let all: NodeSet = (1..=5).map(s).collect();
        // S3 uses the new configuration with S4 and S5; S1 and S2 know only the old one.
        cluster.partition(&[&[3, 4, 5], &[1, 2]]);
        cluster.invoke(s(3), 0, 1, Request::Reconfigure { members: all });
        cluster.heartbeats(s(3), 3);
        try_fire(cluster, s(1), Timer::Quiet);
        try_fire(cluster, s(2), Timer::Quiet);
        try_fire(cluster, s(1), Timer::Election);
    };
    for (off, broken) in [(false, false), (true, true)] {
        let mut setup = Cluster::plain(5, if off { &[Rule::OneServerAtATime] } else { &[] }).setup;
        setup.config.voters = 3;
        let mut cluster = Cluster::of(setup);
        play(&mut cluster);
        assert_eq!(cluster.breaks(Broken::LeaderCompleteness), broken, "{:?}", cluster.events);
    }
}

#[test]
fn changes_that_pile_up_give_disjoint_majorities() {
    bites(Rule::OneChangeAtATime, 4, &[Broken::LeaderCompleteness], |cluster| {
        cluster.elect(s(1));
        // Three changes that nobody hears of: at last S1 is the only member, and its own majority.
        cluster.partition(&[&[1], &[2, 3, 4]]);
        for (sequence, node) in [(1, 4), (2, 3), (3, 2)] {
            cluster.invoke(s(1), 0, sequence, Request::Leave { node: s(node) });
        }
        // The others are a majority of the configuration that they know.
        for node in [2, 3, 4] {
            try_fire(cluster, s(node), Timer::Quiet);
        }
        cluster.elect(s(2));
    });
}

/// Ongaro's bug of July 2015: two leaders in turn remove different servers from the same four.
#[test]
fn two_leaders_remove_each_other() {
    bites(Rule::NoConfigBeforeCommit, 4, &[Broken::LeaderCompleteness], |cluster| {
        // S1 leads term 1 and removes S4; nobody hears of it.
        cluster.partition(&[&[1, 2, 3, 4]]);
        cluster.elect(s(1));
        cluster.partition(&[&[1]]);
        cluster.invoke(s(1), 0, 1, Request::Leave { node: s(4) });
        // S2 leads term 2, removes S3 before it has committed anything, and commits with S4 alone.
        cluster.partition(&[&[2, 3, 4]]);
        for node in [2, 3, 4] {
            try_fire(cluster, s(node), Timer::Quiet);
        }
        cluster.fire(s(2), Timer::Election);
        cluster.settle_only(is_vote);
        assert!(cluster.node(s(2)).is_leader());
        cluster.partition(&[&[2, 4]]);
        cluster.invoke(s(2), 0, 2, Request::Leave { node: s(3) });
        cluster.heartbeats(s(2), 3);
        // S1, with its configuration of S1, S2 and S3, is elected by S3 for term 3.
        cluster.partition(&[&[1, 3]]);
        cluster.crash(s(1), Keep::NOTHING);
        cluster.restart(s(1));
        for _ in 0..2 {
            try_fire(cluster, s(1), Timer::Election);
        }
        try_fire(cluster, s(1), Timer::Election);
    });
}

#[test]
fn an_old_snapshot_takes_a_server_back() {
    for off in [false, true] {
        let mut cluster = Cluster::plain(3, if off { &[Rule::SnapshotOnlyForward] } else { &[] });
        cluster.setup.config.snapshot_every = 2;
        cluster.setup.config.snapshot_trailing = 0;
        cluster.elect(s(1));
        cluster.partition(&[&[1, 2]]);
        for sequence in 1..=4 {
            cluster.invoke(s(1), 1, sequence, put(sequence));
        }
        cluster.heal();
        cluster.fire(s(1), Timer::Heartbeat);
        let mut late = Vec::new();
        while let Some(Packet { from, to, message }) = cluster.packets.pop_front() {
            if matches!(message, Message::InstallSnapshot { .. }) {
                late.push(packet(from, to, message.clone()));
            }
            cluster.step(to, Input::Message { from, message });
        }
        assert!(!late.is_empty());
        for sequence in 5..=8 {
            cluster.invoke(s(1), 1, sequence, put(sequence));
        }
        cluster.heartbeats(s(1), 2);
        cluster.packets.extend(late);
        cluster.settle();
        assert_eq!(cluster.breaks(Broken::MonotonicCommitIndex), off);
    }
}

#[test]
fn a_snapshot_without_its_configuration_revives_removed_servers() {
    for off in [false, true] {
        let mut cluster = Cluster::plain(3, if off { &[Rule::SnapshotKeepsConfiguration] } else { &[] });
        cluster.setup.config.snapshot_every = 1;
        cluster.setup.config.snapshot_trailing = 0;
        cluster.elect(s(1));
        // S3 leaves unheard; S2 learns of it and takes a snapshot.
        cluster.partition(&[&[1, 2]]);
        cluster.invoke(s(1), 0, 1, Request::Leave { node: s(3) });
        cluster.heartbeats(s(1), 2);
        cluster.invoke(s(1), 1, 1, put(1));
        cluster.heartbeats(s(1), 2);
        cluster.crash(s(2), Keep::NOTHING);
        cluster.restart(s(2));
        let revived = cluster.node(s(2)).members().contains(s(3));
        assert_eq!(revived, off);
    }
}

#[test]
fn without_sessions_a_retry_is_executed_again() {
    bites(Rule::Deduplicate, 3, &[Broken::ExactlyOnce], |cluster| {
        cluster.elect(s(1));
        let add = Request::Do(Command::Add { key: 0, amount: 1 });
        let id = cluster.invoke(s(1), 1, 1, add);
        cluster.step(s(1), Input::Request { id, request: add });
        cluster.settle();
    });
}

/// No rule breaks it, since a leader ignores appends of its own term: the observer is shown what it must not see.
#[test]
fn a_leader_that_cuts_its_log_is_noticed() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    let cut = Event::Truncated { from: 1, last: 1, term: 1 };
    cluster.ghost.observe(&cluster.setup, &Seen::Event { node: s(2), event: &cut });
    assert!(!cluster.breaks(Broken::LeaderAppendOnly));
    cluster.ghost.observe(&cluster.setup, &Seen::Event { node: s(1), event: &cut });
    assert!(cluster.breaks(Broken::LeaderAppendOnly));
}

#[test]
fn every_rule_has_its_row_in_order() {
    let first = [Rule::PersistTerm, Rule::PersistVote, Rule::SyncLogBeforeAck];
    let last = Rule::BoundedCatchUp as usize;
    assert_eq!(rules::RULES.len(), last + 1);
    for rule in first.into_iter().chain([Rule::BoundedCatchUp]) {
        let slug: alloc::string::String = alloc::format!("{rule:?}")
            .char_indices()
            .flat_map(|(place, letter)| {
                let cut = letter.is_uppercase() && place > 0;
                cut.then_some('_').into_iter().chain(letter.to_lowercase())
            })
            .collect();
        assert_eq!(rules::RULES[rule as usize].slug, slug);
    }
    for row in rules::RULES {
        for broken in row.breaks {
            let known = Raft::invariants().iter().any(|invariant| invariant.slug == *broken);
            assert!(known, "{} breaks {broken}, which nobody promises", row.slug);
        }
    }
}

impl Cluster {
    /// Asks without delivering anything.
    pub(super) fn invoke_quietly(&mut self, node: NodeId, client: u8, sequence: u32, request: Request) -> RequestId {
        let id = RequestId { client: ClientId(client), sequence };
        self.ghost.observe(&self.setup, &Seen::Invoked { id, request: &request });
        self.step(node, Input::Request { id, request });
        id
    }

    /// The client takes the response, if there is one.
    fn take_reply(&mut self, id: RequestId, request: Request) {
        if let Some((_, response)) = self.replies.iter().find(|(of, _)| *of == id) {
            self.ghost.observe(&self.setup, &Seen::Returned { id, request: &request, response });
        }
    }
}
