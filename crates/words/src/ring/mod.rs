//! The words of the ring store: what its catalogue, `catalogues/ring.toml`, stands on.

mod held;

use crate::Speaker;
use crate::say::{Say, Together, display, letter};
use alloc::format;
use alloc::string::String;
use core::borrow::Borrow;
use faultlab_core::NodeId;
use faultlab_core::hashing::ring::{
    Administrator, Body, Change, Config, Event, INVARIANTS, Key, Message, Outcome, RULES, Recall, Record, Request,
    Response, RingStore, Rule, Timer, Version, Via, Work, Writer,
};
use faultlab_core::kit::NodeSet;
use held::{Foreign, Holds, Next, UnderWay, next};

include!(concat!(env!("OUT_DIR"), "/ring.rs"));

/// `A` to `Z`, then `A2` and so on.
impl<L> Say<Speaker<'_, L, RingStore>> for NodeId {
    fn say(&self, _speaker: &Speaker<'_, L, RingStore>, out: &mut String) {
        out.push_str(&letter(*self));
    }
}

/// A version: its counter, and the request that it belongs to.
impl<S> Say<S> for Version {
    fn say(&self, _speaker: &S, out: &mut String) {
        out.push_str(&match self.writer {
            Writer::Node(node) => format!("{}/{}", self.counter, letter(node)),
            Writer::Request(id) => format!("{}/{id}", self.counter),
        });
    }
}

impl<S> Say<S> for Key {
    fn say(&self, _speaker: &S, out: &mut String) {
        display(self, out);
    }
}

/// The nodes of a set, the last with “and”.
fn all(nodes: impl Borrow<NodeSet>) -> Together {
    Together(*nodes.borrow())
}

/// How many disks a write waits for.
fn write_quorum<L>(speaker: &Speaker<'_, L, RingStore>) -> u8 {
    let config = &speaker.setup.config;
    config.write_quorum.min(config.copies)
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::Lang;
    use alloc::vec::Vec;
    use faultlab_core::hashing::ring::{Change, Event, Item, Key, Membership, Version, Via, Writer};
    use faultlab_core::kit::NodeSet;
    use faultlab_core::{ClientId, NodeId, RequestId, Setup};

    #[test]
    fn every_event_is_a_sentence_in_every_language() {
        let (view, node, key, client) = (Membership::initial(3), NodeId(1), Key(7), ClientId(1));
        let id = RequestId { client, sequence: 1 };
        let version = Version { counter: 2, writer: Writer::Request(id) };
        let item = Item { version, value: 7 };
        let copies = NodeSet::first(2);
        let change = |change| Event::EpochIssued { view, change };
        let mut events: Vec<Event> =
            [Change::Join, Change::Leave, Change::Evict, Change::Rejoin].map(|of| change(of(node))).into();
        events.extend([
            Event::Started { view, digest: 1, keys: 0, unreadable: 0 },
            Event::Started { view, digest: 1, keys: 3, unreadable: 1 },
            Event::Suspected { node },
            Event::RecallStarted,
            Event::RecallFinished { heard: copies, keys: 3 },
            Event::TooFewOwners { client, key, owners: 1, quorum: 2 },
            Event::EpochSettled { view },
            Event::EpochEntered { view, digest: 1, foreign: 0 },
            Event::EpochEntered { view, digest: 1, foreign: 2 },
            Event::WriteStarted { id, key, version },
            Event::CopyStored { key, item, reign: 0, epoch: 1, via: Via::Write },
            Event::CopyStored { key, item, reign: 0, epoch: 1, via: Via::Transfer },
            Event::OldEpochRefused { from: node, theirs: 1, ours: 2 },
            Event::OldEpochRefused { from: node, theirs: 2, ours: 2 },
            Event::Acknowledged { id, key, version, copies },
            Event::ReadReturned { id, key, version: None, answers: copies },
            Event::ReadReturned { id, key, version: Some(version), answers: copies },
            Event::ReadRepaired { key, version, node },
            Event::Redirected { client, key, epoch: 2 },
            Event::TransferStarted { to: node, keys: 2, moving: 0, epoch: 2 },
            Event::TransferStarted { to: node, keys: 2, moving: 1, epoch: 2 },
            Event::TransferFinished { to: node, keys: 2, epoch: 2 },
            Event::Dropped { key, version, epoch: 2 },
            Event::HandedOff { epoch: 2 },
        ]);
        let setup = Setup::new(4);
        for event in &events {
            let english = (words(Lang::En).event)(&setup, NodeId(0), event);
            let chinese = (words(Lang::Zh).event)(&setup, NodeId(0), event);
            assert!(english.head.is_ascii() && !english.head.is_empty(), "{event:?}: {english:?}");
            assert!(chinese.head.chars().any(|c| c > '\u{4e00}') && !chinese.rest.is_empty(), "{event:?}: {chinese:?}");
        }
    }
}
