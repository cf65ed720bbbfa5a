//! The words of the ring store.

mod en;
mod held;
mod zh;

use crate::{Catalogue, Lang, Title, world};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::NodeId;
use faultlab_core::hashing::ring::{Request, RingStore, Version, Writer};
use faultlab_core::kit::NodeSet;

/// What people read of it in a list.
pub const TITLE: Title = Title {
    title: |lang| match lang {
        Lang::En => "Consistent hashing",
        Lang::Zh => "一致性哈希",
    },
    summary: |lang| match lang {
        Lang::En => en::SUMMARY,
        Lang::Zh => zh::SUMMARY,
    },
};

/// All words of the ring store in English.
pub static EN: Catalogue<RingStore> = Catalogue {
    world: &world::EN,
    node: |_, node| letter(node),
    event: en::event,
    message: |_, message| en::message(message),
    request: |_, request| en::request(request),
    verb: |request| match request {
        Request::Join { .. } => Some("Add to the ring"),
        Request::Leave { .. } => Some("Remove from the ring"),
        Request::Put { .. } | Request::Get { .. } => None,
    },
    response: |_, response| en::response(response),
    record: |_, record| en::record(record),
    timer: en::timer,
    rule: en::rule,
    invariant: en::invariant,
    field: en::field,
    state: en::state,
    held: |node, field| held(Lang::En, node, field),
    area: |area| match area {
        "data" => Some("copies"),
        "membership" => Some("membership"),
        _ => None,
    },
};

/// All words of the ring store in Simplified Chinese.
pub static ZH: Catalogue<RingStore> = Catalogue {
    world: &world::ZH,
    node: |_, node| letter(node),
    event: zh::event,
    message: |_, message| zh::message(message),
    request: |_, request| zh::request(request),
    verb: |request| match request {
        Request::Join { .. } => Some("加入环"),
        Request::Leave { .. } => Some("移出环"),
        Request::Put { .. } | Request::Get { .. } => None,
    },
    response: |_, response| zh::response(response),
    record: |_, record| zh::record(record),
    timer: zh::timer,
    rule: zh::rule,
    invariant: zh::invariant,
    field: zh::field,
    state: zh::state,
    held: |node, field| held(Lang::Zh, node, field),
    area: |area| match area {
        "data" => Some("副本"),
        "membership" => Some("成员表"),
        _ => None,
    },
};

/// All words of the ring store, in any language.
pub fn words(lang: Lang) -> &'static Catalogue<RingStore> {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

use held::held;

/// `A` to `Z`, then `A2` and so on.
fn letter(node: NodeId) -> String {
    let letter = char::from(b'A' + node.0 % 26);
    match node.0 / 26 {
        0 => String::from(letter),
        round => format!("{letter}{}", round + 1),
    }
}

/// A version: its counter, and the request that it belongs to.
fn version(version: Version) -> String {
    match version.writer {
        Writer::Node(node) => format!("{}/{}", version.counter, letter(node)),
        Writer::Request(id) => format!("{}/{id}", version.counter),
    }
}

/// The nodes of a set by their letters, parted as the language does.
fn letters(nodes: NodeSet, comma: &str, last: &str) -> String {
    let names: Vec<String> = nodes.iter().map(letter).collect();
    match names.split_last() {
        None => String::from("–"),
        Some((only, [])) => only.clone(),
        Some((end, others)) => format!("{}{last}{end}", others.join(comma)),
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::Lang;
    use alloc::vec::Vec;
    use faultlab_core::hashing::ring::{Change, Event, Item, Key, Membership, RingStore, Version, Via, Writer};
    use faultlab_core::kit::NodeSet;
    use faultlab_core::{ClientId, NodeId, Protocol, RequestId, Setup};

    #[test]
    fn everything_declared_has_words_in_every_language() {
        for lang in Lang::ALL {
            for rule in RingStore::rules() {
                assert!((words(lang).rule)(rule.slug).is_some(), "{lang:?} {}", rule.slug);
            }
            for invariant in RingStore::invariants() {
                assert!((words(lang).invariant)(invariant.slug).is_some(), "{lang:?} {}", invariant.slug);
            }
            for field in RingStore::fields() {
                assert!((words(lang).field)(field.slug).is_some(), "{lang:?} {}", field.slug);
            }
            for area in RingStore::AREAS {
                assert!((words(lang).area)(area).is_some(), "{lang:?} {area}");
            }
        }
    }

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
