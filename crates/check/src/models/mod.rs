//! Reference models at specification level, from the published specifications (tlaplus/Examples). Their counts are known.

mod alternating_bit;
mod chang_roberts;
mod paxos;
mod tcommit;
mod two_phase;

pub use alternating_bit::AlternatingBit;
pub use chang_roberts::ChangRoberts;
pub use paxos::{Paxos, PaxosRules};
pub use tcommit::TCommit;
pub use two_phase::TwoPhase;
