//! The `omnipaxos` crate over the plainest storage there is.

use super::Cluster;
use omnipaxos::ballot_leader_election::Ballot;
use omnipaxos::messages::Message;
use omnipaxos::storage::{Entry, NoSnapshot, StopSign, Storage, StorageOp, StorageResult};
use omnipaxos::util::NodeId;
use omnipaxos::{ClusterConfig, OmniPaxos, ServerConfig};
use std::collections::VecDeque;

const NODES: u64 = 3;
/// Enough ticks for a leader to be elected.
const TICKS: usize = 100;

#[derive(Clone, Debug)]
pub struct Command(#[expect(dead_code, reason = "it is carried, not looked at")] u64);

impl Entry for Command {
    type Snapshot = NoSnapshot;
}

pub struct Paxos {
    nodes: Vec<OmniPaxos<Command, Memory>>,
    queue: VecDeque<Message<Command>>,
    outgoing: Vec<Message<Command>>,
    leader: usize,
}

impl Paxos {
    pub fn new() -> Self {
        let cluster = ClusterConfig { configuration_id: 1, nodes: (1..=NODES).collect(), flexible_quorum: None };
        let node = |pid: NodeId| {
            let server = ServerConfig { pid, ..ServerConfig::default() };
            cluster.clone().build_for_server(server, Memory::default()).expect("a valid configuration")
        };
        let nodes = (1..=NODES).map(node).collect();
        let mut paxos = Self { nodes, queue: VecDeque::new(), outgoing: Vec::new(), leader: 0 };
        for _ in 0..TICKS {
            for at in 0..paxos.nodes.len() {
                paxos.nodes[at].tick();
                paxos.collect(at);
            }
            paxos.drain();
        }
        let (leader, accepting) = paxos.nodes[0].get_current_leader().expect("a leader was elected");
        assert!(accepting, "the leader takes proposals");
        paxos.leader = leader as usize - 1;
        paxos
    }

    fn collect(&mut self, at: usize) {
        self.nodes[at].take_outgoing_messages(&mut self.outgoing);
        self.queue.extend(self.outgoing.drain(..));
    }

    fn drain(&mut self) {
        while let Some(message) = self.queue.pop_front() {
            let to = message.get_receiver() as usize - 1;
            self.nodes[to].handle_incoming(message);
            self.collect(to);
        }
    }
}

impl Cluster for Paxos {
    fn commit(&mut self, command: u64) -> u64 {
        self.nodes[self.leader].append(Command(command)).expect("the leader takes proposals");
        self.collect(self.leader);
        self.drain();
        self.nodes[self.leader].get_decided_idx() as u64
    }
}

/// A log in memory, never compacted.
#[derive(Default)]
struct Memory {
    log: Vec<Command>,
    promise: Option<Ballot>,
    accepted_round: Option<Ballot>,
    decided: usize,
    stop_sign: Option<StopSign>,
}

impl Storage<Command> for Memory {
    fn write_atomically(&mut self, operations: Vec<StorageOp<Command>>) -> StorageResult<()> {
        operations.into_iter().try_for_each(|operation| match operation {
            StorageOp::AppendEntry(entry) => self.append_entry(entry),
            StorageOp::AppendEntries(entries) => self.append_entries(entries),
            StorageOp::AppendOnPrefix(from, entries) => self.append_on_prefix(from, entries),
            StorageOp::SetPromise(promise) => self.set_promise(promise),
            StorageOp::SetDecidedIndex(index) => self.set_decided_idx(index),
            StorageOp::SetAcceptedRound(round) => self.set_accepted_round(round),
            StorageOp::SetStopsign(sign) => self.set_stopsign(sign),
            StorageOp::SetCompactedIdx(_) | StorageOp::Trim(_) | StorageOp::SetSnapshot(_) => Ok(()),
        })
    }

    fn append_entry(&mut self, entry: Command) -> StorageResult<()> {
        self.log.push(entry);
        Ok(())
    }

    fn append_entries(&mut self, entries: Vec<Command>) -> StorageResult<()> {
        self.log.extend(entries);
        Ok(())
    }

    fn append_on_prefix(&mut self, from: usize, entries: Vec<Command>) -> StorageResult<()> {
        self.log.truncate(from);
        self.append_entries(entries)
    }

    fn set_promise(&mut self, promise: Ballot) -> StorageResult<()> {
        self.promise = Some(promise);
        Ok(())
    }

    fn set_decided_idx(&mut self, index: usize) -> StorageResult<()> {
        self.decided = index;
        Ok(())
    }

    fn get_decided_idx(&self) -> StorageResult<usize> {
        Ok(self.decided)
    }

    fn set_accepted_round(&mut self, round: Ballot) -> StorageResult<()> {
        self.accepted_round = Some(round);
        Ok(())
    }

    fn get_accepted_round(&self) -> StorageResult<Option<Ballot>> {
        Ok(self.accepted_round)
    }

    fn get_entries(&self, from: usize, to: usize) -> StorageResult<Vec<Command>> {
        Ok(self.log.get(from..to).unwrap_or_default().to_vec())
    }

    fn get_log_len(&self) -> StorageResult<usize> {
        Ok(self.log.len())
    }

    fn get_suffix(&self, from: usize) -> StorageResult<Vec<Command>> {
        Ok(self.log.get(from..).unwrap_or_default().to_vec())
    }

    fn get_promise(&self) -> StorageResult<Option<Ballot>> {
        Ok(self.promise)
    }

    fn set_stopsign(&mut self, sign: Option<StopSign>) -> StorageResult<()> {
        self.stop_sign = sign;
        Ok(())
    }

    fn get_stopsign(&self) -> StorageResult<Option<StopSign>> {
        Ok(self.stop_sign.clone())
    }

    fn trim(&mut self, _index: usize) -> StorageResult<()> {
        Ok(())
    }

    fn set_compacted_idx(&mut self, _index: usize) -> StorageResult<()> {
        Ok(())
    }

    fn get_compacted_idx(&self) -> StorageResult<usize> {
        Ok(0)
    }

    fn set_snapshot(&mut self, _snapshot: Option<NoSnapshot>) -> StorageResult<()> {
        Ok(())
    }

    fn get_snapshot(&self) -> StorageResult<Option<NoSnapshot>> {
        Ok(None)
    }
}
