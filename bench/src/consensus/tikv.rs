//! The `raft` crate of TiKV, driven as its documentation says.

use super::Cluster;
use raft::prelude::{ConfState, Config, Entry, Message};
use raft::storage::MemStorage;
use raft::{RawNode, StateRole};
use std::collections::VecDeque;

const NODES: u64 = 3;

pub struct Raft {
    nodes: Vec<RawNode<MemStorage>>,
    queue: VecDeque<Message>,
    committed: u64,
}

impl Raft {
    pub fn new(skip_bcast_commit: bool) -> Self {
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let members: Vec<u64> = (1..=NODES).collect();
        let node = |id| {
            let config = Config { skip_bcast_commit, ..Config::new(id) };
            let storage = MemStorage::new_with_conf_state(ConfState::from((members.clone(), vec![])));
            RawNode::new(&config, storage, &logger).expect("a valid configuration")
        };
        let mut cluster = Self { nodes: (1..=NODES).map(node).collect(), queue: VecDeque::new(), committed: 0 };
        cluster.nodes[0].campaign().expect("the first node may campaign");
        cluster.work_off(0);
        cluster.drain();
        assert_eq!(cluster.nodes[0].raft.state, StateRole::Leader);
        cluster
    }

    fn drain(&mut self) {
        while let Some(message) = self.queue.pop_front() {
            let to = message.to as usize - 1;
            self.nodes[to].step(message).expect("a message of the cluster");
            self.work_off(to);
        }
    }

    /// Persists, sends and applies whatever a node has ready.
    fn work_off(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        while node.has_ready() {
            let store = node.store().clone();
            let mut ready = node.ready();
            self.queue.extend(ready.take_messages());
            let mut applied = commands(&ready.take_committed_entries());
            if !ready.entries().is_empty() {
                store.wl().append(ready.entries()).expect("entries follow the log");
            }
            if let Some(state) = ready.hs() {
                store.wl().set_hardstate(state.clone());
            }
            self.queue.extend(ready.take_persisted_messages());
            let mut light = node.advance(ready);
            if let Some(commit) = light.commit_index() {
                store.wl().mut_hard_state().set_commit(commit);
            }
            self.queue.extend(light.take_messages());
            applied += commands(&light.take_committed_entries());
            node.advance_apply();
            if at == 0 {
                self.committed += applied;
            }
        }
    }
}

impl Cluster for Raft {
    fn commit(&mut self, command: u64) -> u64 {
        self.nodes[0].propose(vec![], command.to_le_bytes().to_vec()).expect("the leader takes proposals");
        self.work_off(0);
        self.drain();
        self.committed
    }
}

/// A new leader's own entry is empty and nobody's command.
fn commands(entries: &[Entry]) -> u64 {
    entries.iter().filter(|entry| !entry.data.is_empty()).count() as u64
}
