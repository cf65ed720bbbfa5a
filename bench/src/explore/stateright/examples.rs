//! stateright's own examples of clusters, as they come with the crate.

#[allow(dead_code, clippy::all, reason = "another's file, with a program of its own")]
mod raft {
    include!(concat!(env!("OUT_DIR"), "/raft.rs"));

    pub fn breadth_first(servers: usize, depth: usize) -> u64 {
        let network = Network::new_unordered_nonduplicating([]);
        let model = RaftModelCfg { server_count: servers, network }.into_model();
        model.checker().target_max_depth(depth).spawn_bfs().join().unique_state_count() as u64
    }
}

#[allow(dead_code, clippy::all, reason = "another's file, with a program of its own")]
mod paxos {
    include!(concat!(env!("OUT_DIR"), "/paxos.rs"));

    pub fn depth_first(clients: usize, servers: usize) -> u64 {
        let network = Network::new_unordered_nonduplicating([]);
        let model = PaxosModelCfg { client_count: clients, server_count: servers, network }.into_model();
        model.checker().spawn_dfs().join().unique_state_count() as u64
    }
}

pub use paxos::depth_first as paxos;
pub use raft::breadth_first as raft;
