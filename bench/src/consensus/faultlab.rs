//! Faultlab's Raft alone, without a world: its steps, a queue, and records kept in memory.

use super::Cluster;
use faultlab_core::consensus::raft::{Command, Message, Raft as Process, Request, Response, Timer};
use faultlab_core::{
    Answers, AreaId, ClientId, Cx, Disk, Effect, Input, MAX_AREAS, NodeId, Operation, Protocol, RequestId, Setup, Time,
};
use std::collections::VecDeque;

const NODES: u8 = 3;
const LEADER: NodeId = NodeId(0);
/// How many keys the commands write, as in the page's load.
const KEYS: u64 = 8;

type Record = <Process as Protocol>::Record;

/// A server and what it stored, area by area.
struct Server {
    process: Process,
    stored: [Vec<Record>; MAX_AREAS],
}

impl Server {
    /// Stores at once. Without snapshots nothing is trimmed, so positions count from zero.
    fn store(&mut self, area: AreaId, operation: Operation<Record>) {
        let records = &mut self.stored[usize::from(area.0)];
        match operation {
            Operation::Append(record) => records.push(record),
            Operation::Write { at, record } => match records.get_mut(at as usize) {
                Some(place) => *place = record,
                None => records.push(record),
            },
            Operation::Truncate { from } => records.truncate(from as usize),
            Operation::Trim { .. } => {}
        }
    }
}

pub struct Raft {
    setup: Setup<Process>,
    servers: Vec<Server>,
    queue: VecDeque<(NodeId, NodeId, Message)>,
    effects: Vec<Effect<Process>>,
    committed: u64,
}

impl Raft {
    pub fn new() -> Self {
        let mut setup = Setup::<Process>::new(NODES);
        // The others keep their whole log, too.
        setup.config.snapshot_every = 0;
        let mut effects = Vec::new();
        let boot = |me| {
            let disk = Disk::new(Process::AREAS.len());
            let process = Process::boot(&disk, &mut Cx::new(&setup, me, &mut effects, &mut NoAnswers));
            Server { process, stored: Default::default() }
        };
        let servers = NodeId::all(NODES).map(boot).collect();
        effects.clear();
        let mut raft = Self { setup, servers, queue: VecDeque::new(), effects, committed: 0 };
        // A server that has just started may have heard a leader before; a quiet while later it may vote.
        for me in NodeId::all(NODES) {
            raft.step(me, Input::Timer(Timer::Quiet));
        }
        raft.step(LEADER, Input::Timer(Timer::Election));
        raft.drain();
        assert!(raft.servers[LEADER.index()].process.is_leader());
        raft
    }

    fn drain(&mut self) {
        while let Some((from, to, message)) = self.queue.pop_front() {
            self.step(to, Input::Message { from, message });
        }
    }

    fn step(&mut self, me: NodeId, input: Input<Process>) {
        let server = &mut self.servers[me.index()];
        server.process.step(input, &mut Cx::new(&self.setup, me, &mut self.effects, &mut NoAnswers));
        for effect in self.effects.drain(..) {
            match effect {
                Effect::Send { to, message } | Effect::SendNow { to, message } => {
                    self.queue.push_back((me, to, message))
                }
                Effect::Reply { response, .. } => self.committed += u64::from(matches!(response, Response::Done(_))),
                Effect::Disk(area, operation) => server.store(area, operation),
                // In memory a sync takes no time, so whatever stands behind it may leave.
                Effect::Sync { .. } | Effect::SetTimer { .. } | Effect::CancelTimer(_) | Effect::Emit(_) => {}
            }
        }
    }
}

impl Cluster for Raft {
    fn commit(&mut self, command: u64) -> u64 {
        let id = RequestId { client: ClientId(1), sequence: command as u32 + 1 };
        let request = Request::Do(Command::Put { key: (command % KEYS) as u32, value: command as u32 });
        self.step(LEADER, Input::Request { id, request });
        self.drain();
        self.committed
    }
}

/// Raft chooses nothing, and only leases look at the clock.
struct NoAnswers;

impl Answers for NoAnswers {
    fn choose(&mut self, _: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}
