//! Five clients of one register, a hundred operations each: how fast is a linearizable history found to be so?

use crate::measure::{Contestant, contest};
use faultlab_check::history::{History, Recorder};
use faultlab_check::linear::{Limits, Verdict, judge};
use faultlab_core::{Access, Accessed, Datum, Reply};
use stateright::semantics::register::{Register, RegisterOp, RegisterRet};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

const CLIENTS: usize = 5;
const OPERATIONS: usize = 100;
/// How often each history is judged in a round.
const REPEATS: u64 = 100;

pub fn run() {
    let boundaries = drawn();
    let history = history(&boundaries);
    let tester = tester(&boundaries);
    let judged = |repeats: u64| {
        for _ in 0..repeats {
            assert!(matches!(judge(&history, Limits::default()).verdict, Verdict::Linearizable(_)));
        }
        repeats * (CLIENTS * OPERATIONS) as u64
    };
    contest(
        "Linearizability, one register, 5 clients × 100 operations",
        "operations",
        vec![
            Contestant::new("stateright 0.31", || {
                assert!(tester.is_consistent());
                (CLIENTS * OPERATIONS) as u64
            }),
            Contestant::new("faultlab", || judged(REPEATS)),
        ],
    );
}

/// A call, or the end of one.
#[derive(Clone, Copy)]
enum FactKind {
    Call { client: usize, write: Option<u32> },
    End { client: usize, read: Option<u32> },
}

/// What the clients saw of one register: each operation takes effect at a random moment between its call and its end.
fn drawn() -> Vec<FactKind> {
    let mut seed = 1_u64;
    let mut below = |bound: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % bound
    };
    let mut moments = Vec::new();
    for client in 0..CLIENTS {
        let mut now = 0;
        for _ in 0..OPERATIONS {
            let call = now + 1 + below(20);
            let effect = call + 1 + below(20);
            now = effect + 1 + below(20);
            let write = (below(2) == 0).then(|| below(5) as u32);
            moments.extend([(call, 0, client, write), (effect, 1, client, write), (now, 2, client, write)]);
        }
    }
    moments.sort_unstable();
    let (mut held, mut seen) = (0, [None; CLIENTS]);
    let mut boundaries = Vec::new();
    for (_, part, client, write) in moments {
        match part {
            0 => boundaries.push(FactKind::Call { client, write }),
            1 => {
                held = write.unwrap_or(held);
                seen[client] = write.is_none().then_some(held);
            }
            _ => boundaries.push(FactKind::End { client, read: seen[client] }),
        }
    }
    boundaries
}

fn history(boundaries: &[FactKind]) -> History {
    let mut recorder = Recorder::default();
    let number = |value: u32| Datum::Number(i64::from(value));
    for kind in boundaries {
        match *kind {
            FactKind::Call { client, write } => {
                let access = write.map_or(Access::Read, |value| Access::Write(number(value)));
                let accessed = Accessed { key: Datum::Nil, access, reply: None };
                recorder.call(client as u32, accessed, None).expect("one at a time");
            }
            FactKind::End { client, read } => {
                let reply = read.map_or(Reply::Done, |value| Reply::Holds(number(value)));
                recorder.done(client as u32, reply, None).expect("it has called");
            }
        }
    }
    recorder.history(number(0))
}

fn tester(boundaries: &[FactKind]) -> LinearizabilityTester<usize, Register<u32>> {
    let mut tester = LinearizabilityTester::new(Register(0));
    for kind in boundaries {
        let taken = match *kind {
            FactKind::Call { client, write } => {
                tester.on_invoke(client, write.map_or(RegisterOp::Read, RegisterOp::Write))
            }
            FactKind::End { client, read } => {
                tester.on_return(client, read.map_or(RegisterRet::WriteOk, RegisterRet::ReadOk))
            }
        };
        taken.expect("one at a time");
    }
    tester
}
