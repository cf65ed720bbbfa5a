//! Registers on servers, their messages delivered in any order, and what is known of each: a single copy on one server is
//! linearizable, one on each of two servers is not, and the register of Attiya, Bar-Noy and Dolev (1995) is.

use faultlab_check::history::{History, Recorder};
use faultlab_check::linear::{Limits, Verdict, judge};
use faultlab_core::{Access, Accessed, Datum, Reply};

const CLIENTS: usize = 2;
/// Each client writes, then reads, and so on.
const OPERATIONS: usize = 4;

/// A value and its stamp: a number, and the client that gave it.
type Stamped = ((u32, usize), i64);

#[derive(Clone, Copy)]
enum Message {
    /// To a server: what do you hold?
    Query {
        client: usize,
        server: usize,
    },
    Answer {
        client: usize,
        held: Stamped,
    },
    /// To a server: hold this, unless you hold something newer.
    Record {
        client: usize,
        server: usize,
        held: Stamped,
    },
    Ack {
        client: usize,
    },
}

/// What a client is doing: it gathers answers, then acknowledgements.
#[derive(Clone, Copy, Default)]
struct Doing {
    started: usize,
    gathered: usize,
    acknowledged: usize,
    newest: Stamped,
}

struct Run {
    seed: u64,
    servers: Vec<Stamped>,
    /// Whether each operation asks one server only, another each time.
    single: bool,
    clients: [Doing; CLIENTS],
    flight: Vec<Message>,
    recorder: Recorder,
}

impl Run {
    fn below(&mut self, bound: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as usize % bound
    }

    /// The servers that a client's present operation asks.
    fn asked(&self, client: usize) -> Vec<usize> {
        let all = self.servers.len();
        if self.single { vec![(client + self.clients[client].started) % all] } else { (0..all).collect() }
    }

    /// How many answers it needs: one, or a majority. With no more than two servers that is all it asked, so none comes late.
    fn quorum(&self) -> usize {
        if self.single { 1 } else { self.servers.len() / 2 + 1 }
    }

    fn writes(&self, client: usize) -> bool {
        self.clients[client].started % 2 == 1
    }

    fn start(&mut self, client: usize) {
        if self.clients[client].started == OPERATIONS {
            return;
        }
        self.clients[client] = Doing { started: self.clients[client].started + 1, ..Doing::default() };
        let value = Datum::Number(self.value(client));
        let access = if self.writes(client) { Access::Write(value) } else { Access::Read };
        let accessed = Accessed { key: Datum::Nil, access, reply: None };
        self.recorder.call(client as u32, accessed, None).expect("one at a time");
        let queries = self.asked(client).into_iter().map(|server| Message::Query { client, server });
        self.flight.extend(queries);
    }

    /// What a client writes now: different every time.
    fn value(&self, client: usize) -> i64 {
        (client * 100 + self.clients[client].started) as i64
    }

    fn deliver(&mut self, message: Message) {
        match message {
            Message::Query { client, server } => {
                self.flight.push(Message::Answer { client, held: self.servers[server] });
            }
            Message::Record { client, server, held } => {
                self.servers[server] = self.servers[server].max(held);
                self.flight.push(Message::Ack { client });
            }
            Message::Answer { client, held } => {
                let quorum = self.quorum();
                let doing = &mut self.clients[client];
                doing.gathered += 1;
                doing.newest = doing.newest.max(held);
                if doing.gathered == quorum {
                    self.record(client);
                }
            }
            Message::Ack { client } => {
                self.clients[client].acknowledged += 1;
                if self.clients[client].acknowledged == self.quorum() {
                    let held = Reply::Holds(Datum::Number(self.clients[client].newest.1));
                    let reply = if self.writes(client) { Reply::Done } else { held };
                    self.recorder.done(client as u32, reply, None).expect("it has called");
                    self.start(client);
                }
            }
        }
    }

    fn record(&mut self, client: usize) {
        let mut held = self.clients[client].newest;
        if self.writes(client) {
            held = ((held.0.0 + 1, client), self.value(client));
        }
        let records = self.asked(client).into_iter().map(|server| Message::Record { client, server, held });
        self.flight.extend(records);
    }
}

/// What clients see in one run.
fn history(servers: usize, single: bool, seed: u64) -> History {
    let mut run = Run {
        seed,
        servers: vec![Stamped::default(); servers],
        single,
        clients: [Doing::default(); CLIENTS],
        flight: Vec::new(),
        recorder: Recorder::default(),
    };
    (0..CLIENTS).for_each(|client| run.start(client));
    while !run.flight.is_empty() {
        let next = run.below(run.flight.len());
        let message = run.flight.swap_remove(next);
        run.deliver(message);
    }
    run.recorder.history(Datum::Number(0))
}

/// How many of a thousand runs are linearizable.
fn linearizable(servers: usize, single: bool) -> usize {
    let is_linearizable = |seed: &u64| {
        let history = history(servers, single, *seed);
        assert_eq!(history.operations.len(), CLIENTS * OPERATIONS);
        matches!(judge(&history, Limits::default()).verdict, Verdict::Linearizable(_))
    };
    (0..1_000).filter(is_linearizable).count()
}

#[test]
fn a_single_copy_is_linearizable_on_one_server_and_not_on_two() {
    assert_eq!(linearizable(1, true), 1_000);
    let on_two = linearizable(2, true);
    assert!(on_two < 500, "{on_two} of 1000 runs are linearizable, though the servers do not tell one another");
}

#[test]
fn the_register_that_asks_a_majority_twice_is_linearizable() {
    assert_eq!(linearizable(2, false), 1_000);
}
