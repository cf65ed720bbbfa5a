//! What a node of the ring store holds in memory, in words, for the inspector.

use crate::Speaker;
use crate::say::{Language, Say, side_by_side};
use alloc::string::String;
use faultlab_core::ClientId;
use faultlab_core::hashing::ring::{Administrator, Change, Key, Membership, Recall, Record, RingStore, Work};
use faultlab_core::kit::NodeSet;

/// The membership that a node goes by, with what of it is on its way.
pub(super) struct Holds(pub(super) Membership);

/// A request under way, at the node that coordinates it.
pub(super) struct UnderWay {
    pub(super) client: ClientId,
    pub(super) key: Key,
    pub(super) work: Work,
}

/// A key that is not the node's own, and the owners that have stored it.
pub(super) struct Foreign {
    pub(super) key: Key,
    pub(super) stored: NodeSet,
}

/// The change that waits until the present epoch is made.
pub(super) struct Next(pub(super) Option<Change>);

pub(super) fn next<A>(wanted: &Option<(Change, A)>) -> Next {
    Next(wanted.as_ref().map(|(change, _)| *change))
}

/// What a field holds, by its name in the code; none for those that read well part by part.
pub(super) fn held<'a, L: Language>(
    speaker: &Speaker<'a, L, RingStore>,
    node: &RingStore,
    field: &str,
) -> Option<String>
where
    Holds: Say<Speaker<'a, L, RingStore>>,
    UnderWay: Say<Speaker<'a, L, RingStore>>,
    Foreign: Say<Speaker<'a, L, RingStore>>,
    Record: Say<Speaker<'a, L, RingStore>>,
    Recall: Say<Speaker<'a, L, RingStore>>,
    Administrator: Say<Speaker<'a, L, RingStore>>,
{
    Some(match field {
        "view" => speaker.text(&Holds(node.view)),
        "items" => side_by_side(node.items.iter().map(|(&key, &item)| Record::Put { key, item }), speaker),
        "operations" => {
            let under_way = node.operations.iter().filter(|(_, operation)| operation.outcome.is_none());
            let under_way = under_way.map(|(&client, it)| UnderWay { client, key: it.key, work: it.work.clone() });
            side_by_side(under_way, speaker)
        }
        "foreign" => side_by_side(node.foreign.iter().map(|(&key, &stored)| Foreign { key, stored }), speaker),
        "recall" => side_by_side(node.recall.iter(), speaker),
        "administrator" => speaker.text(node.administrator.as_ref()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::Lang;
    use crate::ring::words;
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;
    use faultlab_core::hashing::ring::{
        Administrator, Change, Item, Key, Membership, Operation, RingStore, Version, Work, Writer, placement,
    };
    use faultlab_core::kit::{NodeSet, Shared};
    use faultlab_core::{ClientId, NodeId, RequestId, Setup};

    fn node() -> RingStore {
        let setup = Setup::<RingStore>::new(3);
        let (members, gone) = (NodeSet::first(2), NodeSet::EMPTY.with(NodeId(2)));
        let writer = Writer::Request(RequestId { client: ClientId(1), sequence: 1 });
        let version = Version { counter: 2, writer };
        let item = Item { version, value: 7 };
        let put = Operation { sequence: 1, key: Key(4), outcome: None, work: Work::Store { item, disks: members } };
        let get = Work::Ask { value: None, answers: Vec::from([(NodeId(0), Some(version))]), newest: Some(item) };
        let get = Operation { sequence: 3, key: Key(4), outcome: None, work: get };
        RingStore {
            view: Membership { reign: 0, epoch: 4, members, former: NodeSet::first(3), evicted: gone },
            placement: Shared::new(placement(&setup, NodeId(0), members)),
            former: None,
            items: BTreeMap::from([(Key(4), item)]),
            log: Default::default(),
            membership_end: 1,
            operations: BTreeMap::from([(ClientId(1), put), (ClientId(2), get)]),
            foreign: BTreeMap::from([(Key(5), NodeSet::EMPTY), (Key(6), NodeSet::first(2))]),
            compared: NodeSet::EMPTY,
            handed_off: false,
            turn: 0,
            recall: None,
            administrator: Some(Administrator {
                ready: true,
                durable: members,
                settled: NodeSet::EMPTY,
                silent: gone,
                asked: None,
                wanted: Some((Change::Rejoin(NodeId(2)), None)),
            }),
        }
    }

    #[test]
    fn what_a_node_holds_reads_like_words() {
        let node = node();
        let setup = Setup::<RingStore>::new(3);
        let says = |lang, field| (words(lang).held)(&setup, &node, field).unwrap_or_default();
        for (field, en, zh) in [
            (
                "view",
                "epoch 4: A and B, moving · owners before: A, B and C · removed as dead: C",
                "纪元 4：A 和 B，迁移中 · 此前的所有者：A、B 和 C · 因失效被移除：C",
            ),
            ("items", "k4=7 v2/c1.1", "k4=7 v2/c1.1"),
            (
                "operations",
                "c1: k4=7 v2/c1.1, on the disks of A and B · c2: get k4, answered by 1",
                "c1：k4=7 v2/c1.1，已在 A 和 B 的磁盘上 · c2：读 k4，已有 1 个答复",
            ),
            ("foreign", "k5 · k6 (stored at A and B)", "k5 · k6（A 和 B 已存）"),
            (
                "administrator",
                "it knows the newest epoch · epoch on disk: A and B · silent: C · next: C comes back",
                "知道最新的纪元 · 纪元已落盘：A 和 B · 没有回应：C · 接下来：C 回来",
            ),
        ] {
            assert_eq!((says(Lang::En, field).as_str(), says(Lang::Zh, field).as_str()), (en, zh), "{field}");
        }
        assert_eq!((words(Lang::En).held)(&setup, &node, "handed_off"), None);
    }
}
