//! What the observers remember of a run besides what atomic commitment needs: who has pre-committed and who has crashed since.

use super::ThreePhase;
use super::event::Event;
use crate::kit::NodeSet;
use crate::kit::atomic_commit::Observer;
use crate::kit::bank::TxnId;
use crate::{Seen, Setup};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The observers' memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Ghost {
    pub(super) commit: Observer<Event>,
    /// For each transaction that is not over for everybody, by name.
    standing: Vec<Standing>,
    /// Who is down.
    down: NodeSet,
}

/// How far processes are with a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    txn: TxnId,
    pub(super) pre_committed: NodeSet,
    /// Who was down when it began, or has crashed since.
    pub(super) crashed: NodeSet,
}

impl Ghost {
    pub(super) fn standing(&self, txn: TxnId) -> Option<&Standing> {
        self.standing.iter().find(|standing| standing.txn == txn)
    }

    pub(super) fn observe(&mut self, setup: &Setup<ThreePhase>, seen: &Seen<'_, ThreePhase>) {
        self.commit.observe(setup, seen);
        match *seen {
            Seen::Event { event: Event::Begun { txn, .. }, .. } => {
                let commit = &self.commit;
                self.standing.retain(|standing| commit.find(standing.txn).is_some() && standing.txn != *txn);
                let crashed = self.down;
                self.standing.push(Standing { txn: *txn, pre_committed: NodeSet::EMPTY, crashed });
            }
            Seen::Event { node, event: Event::PreCommitted { txn, .. } } => {
                if let Some(standing) = self.standing.iter_mut().find(|standing| standing.txn == *txn) {
                    standing.pre_committed.insert(node);
                }
            }
            Seen::Crashed { node } | Seen::DiskLost { node } => {
                self.down.insert(node);
                self.standing.iter_mut().for_each(|standing| standing.crashed.insert(node));
            }
            Seen::Started { node } => self.down.remove(node),
            Seen::Event { .. } | Seen::Invoked { .. } | Seen::Returned { .. } => {}
        }
    }
}
