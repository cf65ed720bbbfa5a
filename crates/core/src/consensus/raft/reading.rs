//! Linearizable reads without a log entry: ReadIndex and leases (thesis §6.4).

use crate::RequestId;
use crate::kit::quorum_index;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::{Cx, Event, Key, NodeSet, Raft, ReadMode, Response, Role, Rule, Timer};

/// A read that waits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Read {
    pub id: RequestId,
    pub key: Key,
    /// The round that confirms it; zero: it waits for the first commit of the term.
    pub round: u32,
}

/// A lease: after a quorum has answered a round, none of them votes for another within the minimum election timeout of
/// that round, so none can be elected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Lease {
    None,
    /// Asked for with this round; its timer runs already.
    Asked(u32),
    Held,
}

const LEASE_TIMERS: [Timer; 2] = [Timer::LeaseA, Timer::LeaseB];

impl Raft {
    pub(super) fn get(&mut self, id: RequestId, key: Key, cx: &mut Cx<'_>) {
        if let Some(leadership) = self.leadership()
            && leadership.reads.iter().any(|read| read.id == id)
        {
            return;
        }
        // Until it has committed an entry of its own, a leader does not know which entries are committed.
        if cx.on(Rule::ReadAfterOwnCommit) && !self.committed_own_term() {
            if let Some(leadership) = self.leadership() {
                leadership.reads.push(Read { id, key, round: 0 });
            }
            return;
        }
        self.read(id, key, cx);
    }

    fn read(&mut self, id: RequestId, key: Key, cx: &mut Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        if cx.config().read_mode == ReadMode::Lease && leadership.leases.contains(&Lease::Held) {
            return self.serve(id, key, ReadMode::Lease, cx);
        }
        // Without a round of confirmation another may lead already, and have committed what is not known here.
        if !cx.on(Rule::ReadIndexConfirms) {
            return self.serve(id, key, ReadMode::ReadIndex, cx);
        }
        // Entries are applied as soon as they are known to be committed: whatever is committed now is in the state
        // machine when the round confirms it.
        let round = leadership.round.saturating_add(1);
        leadership.reads.push(Read { id, key, round });
        self.begin_round(cx);
    }

    fn serve(&self, id: RequestId, key: Key, mode: ReadMode, cx: &mut Cx<'_>) {
        let cell = self.machine.read(key);
        cx.emit(Event::ReadServed { id, key, cell, mode });
        cx.reply(id, Response::Value(cell));
    }

    /// The first commit of the term: reads that waited for it begin.
    pub(super) fn start_waiting_reads(&mut self, cx: &mut Cx<'_>) {
        if !self.committed_own_term() {
            return;
        }
        let Some(leadership) = self.leadership() else { return };
        if leadership.reads.first().is_none_or(|read| read.round > 0) {
            return;
        }
        let (waiting, rest): (Vec<Read>, Vec<Read>) = leadership.reads.iter().partition(|read| read.round == 0);
        leadership.reads = rest;
        for read in waiting {
            self.read(read.id, read.key, cx);
        }
    }

    /// Judges how far rounds are confirmed: a quorum has answered them. Reads up to there are served, leases are won.
    pub(super) fn confirm_round(&mut self, cx: &mut Cx<'_>) {
        let Role::Leader(leadership) = &self.role else { return };
        let asked = leadership.leases.iter().any(|lease| matches!(lease, Lease::Asked(_)));
        if leadership.reads.is_empty() && !asked {
            return;
        }
        let mut rounds = [0; NodeSet::ROOM as usize];
        let mut count = 0;
        for member in self.members().iter() {
            rounds[count] = match leadership.peers.get(member.index()) {
                _ if member == cx.me() => u64::from(leadership.round),
                Some(peer) => u64::from(peer.round),
                None => 0,
            };
            count += 1;
        }
        let confirmed = quorum_index(&mut rounds[..count], self.quorum(cx.setup())) as u32;
        self.win_lease(confirmed, cx);
        let Some(leadership) = self.leadership() else { return };
        let ready = leadership.reads.iter().take_while(|read| (1..=confirmed).contains(&read.round)).count();
        for read in leadership.reads.drain(..ready).collect::<Vec<_>>() {
            self.serve(read.id, read.key, ReadMode::ReadIndex, cx);
        }
    }

    /// Asks for a lease with the round that begins now. The timer runs from the sending, so the lease ends before any
    /// follower's minimum election timeout does.
    pub(super) fn begin_lease(&mut self, cx: &mut Cx<'_>) {
        let lease = cx.config().lease;
        let by_lease = cx.config().read_mode == ReadMode::Lease;
        let Some(leadership) = self.leadership() else { return };
        if !by_lease
            || leadership.leases_forfeited
            || leadership.leases.iter().any(|one| matches!(one, Lease::Asked(_)))
        {
            return;
        }
        if let Some(free) = leadership.leases.iter().position(|one| *one == Lease::None) {
            leadership.leases[free] = Lease::Asked(leadership.round);
            cx.set_timer(LEASE_TIMERS[free], lease, lease);
        }
    }

    fn win_lease(&mut self, confirmed: u32, cx: &mut Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        let won =
            leadership.leases.iter().position(|lease| matches!(lease, Lease::Asked(round) if *round <= confirmed));
        if let Some(won) = won {
            let other = 1 - won;
            leadership.leases[won] = Lease::Held;
            if leadership.leases[other] == Lease::Held {
                leadership.leases[other] = Lease::None;
                cx.cancel_timer(LEASE_TIMERS[other]);
            }
        }
    }

    pub(super) fn lease_ended(&mut self, which: usize, cx: &Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        if cx.on(Rule::LeaseBounded) {
            leadership.leases[which] = Lease::None;
        }
    }
}
