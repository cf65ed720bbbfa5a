//! The words of the ring store.

mod en;
mod held;
mod zh;

use crate::{Catalogue, Lang, Title};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::NodeId;
use faultlab_core::hashing::ring::{Request, RingStore};
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

/// All words of the ring store.
pub static CATALOGUE: Catalogue<RingStore> = Catalogue {
    node: |_, _, node| letter(node),
    event: |lang, setup, node, event| match lang {
        Lang::En => en::event(setup, node, event),
        Lang::Zh => zh::event(setup, node, event),
    },
    message: |lang, _, message| match lang {
        Lang::En => en::message(message),
        Lang::Zh => zh::message(message),
    },
    request: |lang, _, request| match lang {
        Lang::En => en::request(request),
        Lang::Zh => zh::request(request),
    },
    verb: |lang, request| match (request, lang) {
        (Request::Join { .. }, Lang::En) => Some("Add to the ring"),
        (Request::Join { .. }, Lang::Zh) => Some("加入环"),
        (Request::Leave { .. }, Lang::En) => Some("Remove from the ring"),
        (Request::Leave { .. }, Lang::Zh) => Some("移出环"),
        (Request::Put { .. } | Request::Get { .. }, _) => None,
    },
    response: |lang, _, response| match lang {
        Lang::En => en::response(response),
        Lang::Zh => zh::response(response),
    },
    record: |lang, _, record| match lang {
        Lang::En => en::record(record),
        Lang::Zh => zh::record(record),
    },
    timer: |lang, timer| match lang {
        Lang::En => en::timer(timer),
        Lang::Zh => zh::timer(timer),
    },
    rule: |lang, slug| match lang {
        Lang::En => en::rule(slug),
        Lang::Zh => zh::rule(slug),
    },
    invariant: |lang, slug| match lang {
        Lang::En => en::invariant(slug),
        Lang::Zh => zh::invariant(slug),
    },
    field: |lang, slug| match lang {
        Lang::En => en::field(slug),
        Lang::Zh => zh::field(slug),
    },
    state: |lang, field| match lang {
        Lang::En => en::state(field),
        Lang::Zh => zh::state(field),
    },
    held,
    area: |lang, area| match (area, lang) {
        ("data", Lang::En) => Some("copies"),
        ("data", Lang::Zh) => Some("副本"),
        ("membership", Lang::En) => Some("membership"),
        ("membership", Lang::Zh) => Some("成员表"),
        _ => None,
    },
};

use held::held;

/// `A` to `Z`, then `A2` and so on.
fn letter(node: NodeId) -> String {
    let letter = char::from(b'A' + node.0 % 26);
    match node.0 / 26 {
        0 => String::from(letter),
        round => format!("{letter}{}", round + 1),
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
    use super::CATALOGUE;
    use crate::Lang;
    use alloc::vec::Vec;
    use faultlab_core::hashing::ring::{Change, Event, Key, Membership, RingStore, Version, Via};
    use faultlab_core::kit::NodeSet;
    use faultlab_core::{ClientId, NodeId, Protocol, Setup};

    #[test]
    fn everything_declared_has_words_in_every_language() {
        for lang in Lang::ALL {
            for rule in RingStore::rules() {
                assert!((CATALOGUE.rule)(lang, rule.slug).is_some(), "{lang:?} {}", rule.slug);
            }
            for invariant in RingStore::invariants() {
                assert!((CATALOGUE.invariant)(lang, invariant.slug).is_some(), "{lang:?} {}", invariant.slug);
            }
            for field in RingStore::fields() {
                assert!((CATALOGUE.field)(lang, field.slug).is_some(), "{lang:?} {}", field.slug);
            }
            for area in RingStore::AREAS {
                assert!((CATALOGUE.area)(lang, area).is_some(), "{lang:?} {area}");
            }
        }
    }

    #[test]
    fn every_event_is_a_sentence_in_every_language() {
        let (view, node, key, client) = (Membership::initial(3), NodeId(1), Key(7), ClientId(1));
        let version = Version { counter: 2, node };
        let copies = NodeSet::first(2);
        let change = |change| Event::EpochIssued { view, change };
        let mut events: Vec<Event> =
            [Change::Join, Change::Leave, Change::Evict, Change::Rejoin].map(|of| change(of(node))).into();
        events.extend([
            Event::Started { view, digest: 1, keys: 0, unreadable: 0 },
            Event::Started { view, digest: 1, keys: 3, unreadable: 1 },
            Event::Suspected { node },
            Event::RecallStarted,
            Event::EpochSettled { view },
            Event::EpochEntered { view, digest: 1, foreign: 0 },
            Event::EpochEntered { view, digest: 1, foreign: 2 },
            Event::WriteStarted { client, key, version },
            Event::CopyStored { key, version, reign: 0, epoch: 1, via: Via::Write },
            Event::CopyStored { key, version, reign: 0, epoch: 1, via: Via::Transfer },
            Event::OldEpochRefused { from: node, theirs: 1, ours: 2 },
            Event::OldEpochRefused { from: node, theirs: 2, ours: 2 },
            Event::Acknowledged { client, key, version, copies },
            Event::ReadReturned { client, key, version: None, answers: copies },
            Event::ReadReturned { client, key, version: Some(version), answers: copies },
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
            let english = (CATALOGUE.event)(Lang::En, &setup, NodeId(0), event);
            let chinese = (CATALOGUE.event)(Lang::Zh, &setup, NodeId(0), event);
            assert!(english.head.is_ascii() && !english.head.is_empty(), "{event:?}: {english:?}");
            assert!(chinese.head.chars().any(|c| c > '\u{4e00}') && !chinese.rest.is_empty(), "{event:?}: {chinese:?}");
        }
    }
}
