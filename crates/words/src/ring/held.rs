//! What a node of the ring store holds in memory, in words, for the inspector.

use super::{en, letters, zh};
use crate::Lang;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::hashing::ring::{
    Administrator, Change, Membership, Operation, Recall, Record, Request, RingStore, Work,
};
use faultlab_core::kit::NodeSet;
use faultlab_core::{ClientId, NodeId};

/// What a field holds, by its name in the code; none for those that read well part by part.
pub(super) fn held(lang: Lang, node: &RingStore, field: &str) -> Option<String> {
    match field {
        "view" => Some(view(lang, &node.view)),
        "items" => Some(listed(node.items.iter().map(|(&key, &item)| record(lang, &Record::Put { key, item })))),
        "operations" => {
            let under_way = node.operations.iter().filter(|(_, operation)| operation.outcome.is_none());
            Some(listed(under_way.map(|(client, operation)| request_under_way(lang, *client, operation))))
        }
        "foreign" => Some(listed(node.foreign.iter().map(|(key, owners)| match (lang, owners.is_empty()) {
            (_, true) => format!("{key}"),
            (Lang::En, false) => format!("{key} (stored at {})", set(lang, *owners)),
            (Lang::Zh, false) => format!("{key}（{} 已存）", set(lang, *owners)),
        }))),
        "recall" => Some(node.recall.as_ref().map_or_else(|| listed([].into_iter()), |it| recall(lang, it))),
        "administrator" => node.administrator.as_ref().map(|it| administrator(lang, it)),
        _ => None,
    }
}

/// Parts side by side; a dash for none.
fn listed(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { String::from("–") } else { parts.join(" · ") }
}

fn set(lang: Lang, nodes: NodeSet) -> String {
    match lang {
        Lang::En => letters(nodes, ", ", " and "),
        Lang::Zh => letters(nodes, "、", " 和 "),
    }
}

fn record(lang: Lang, record: &Record) -> String {
    match lang {
        Lang::En => en::record(record),
        Lang::Zh => zh::record(record),
    }
}

/// A name and the nodes it holds for; nothing if there are none.
fn named(lang: Lang, name: [&str; 2], nodes: NodeSet) -> Option<String> {
    let [en, zh] = name;
    (!nodes.is_empty()).then(|| match lang {
        Lang::En => format!("{en}: {}", set(lang, nodes)),
        Lang::Zh => format!("{zh}：{}", set(lang, nodes)),
    })
}

fn view(lang: Lang, view: &Membership) -> String {
    let epoch = Some(record(lang, &Record::Membership(*view)));
    let former = named(lang, ["owners before", "此前的所有者"], view.former);
    let evicted = named(lang, ["removed as dead", "因失效被移除"], view.evicted);
    listed([epoch, former, evicted].into_iter().flatten())
}

fn request_under_way(lang: Lang, client: ClientId, operation: &Operation) -> String {
    let key = operation.key;
    let put = |item| record(lang, &Record::Put { key, item });
    let asked = |value: Option<u32>| {
        let request = value.map_or(Request::Get { key }, |value| Request::Put { key, value });
        match lang {
            Lang::En => en::request(&request),
            Lang::Zh => zh::request(&request),
        }
    };
    match (lang, &operation.work) {
        (Lang::En, Work::Store { item, disks }) => {
            format!("{client}: {}, on the disks of {}", put(*item), set(lang, *disks))
        }
        (Lang::Zh, Work::Store { item, disks }) => {
            format!("{client}：{}，已在 {} 的磁盘上", put(*item), set(lang, *disks))
        }
        (Lang::En, Work::Ask { value, answers, .. }) => {
            format!("{client}: {}, answered by {}", asked(*value), answers.len())
        }
        (Lang::Zh, Work::Ask { value, answers, .. }) => {
            format!("{client}：{}，已有 {} 个答复", asked(*value), answers.len())
        }
    }
}

fn recall(lang: Lang, it: &Recall) -> String {
    match lang {
        Lang::En => format!("it asks what it held and for the newest epoch; answers from: {}", set(lang, it.heard)),
        Lang::Zh => format!("正在询问曾保存什么和最新的纪元；已答复：{}", set(lang, it.heard)),
    }
}

fn administrator(lang: Lang, it: &Administrator) -> String {
    let log = match (lang, it.ready) {
        (Lang::En, true) => "it knows the newest epoch",
        (Lang::Zh, true) => "知道最新的纪元",
        (Lang::En, false) => "its log was lost: it asks for the newest epoch",
        (Lang::Zh, false) => "日志已丢失：正在询问最新的纪元",
    };
    let log = String::from(log);
    let durable = named(lang, ["epoch on disk", "纪元已在磁盘上"], it.durable);
    let settled = named(lang, ["handed off", "已移交完毕"], it.settled);
    let silent = named(lang, ["silent", "没有音讯"], it.silent);
    let wanted = it.wanted.map(|(change, _)| next_change(lang, change));
    listed([Some(log), durable, settled, silent, wanted].into_iter().flatten())
}

fn next_change(lang: Lang, change: Change) -> String {
    let name = |node: NodeId| set(lang, NodeSet::EMPTY.with(node));
    match (lang, change) {
        (Lang::En, Change::Join(node)) => format!("next: {} joins", name(node)),
        (Lang::En, Change::Leave(node)) => format!("next: {} leaves", name(node)),
        (Lang::En, Change::Evict(node)) => format!("next: {} is removed as dead", name(node)),
        (Lang::En, Change::Rejoin(node)) => format!("next: {} comes back", name(node)),
        (Lang::Zh, Change::Join(node)) => format!("接下来：{} 加入", name(node)),
        (Lang::Zh, Change::Leave(node)) => format!("接下来：{} 离开", name(node)),
        (Lang::Zh, Change::Evict(node)) => format!("接下来：{} 因失效被移除", name(node)),
        (Lang::Zh, Change::Rejoin(node)) => format!("接下来：{} 回来", name(node)),
    }
}

#[cfg(test)]
mod tests {
    use super::held;
    use crate::Lang;
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
        let says = |lang, field| held(lang, &node, field).unwrap_or_default();
        for (field, en, zh) in [
            (
                "view",
                "epoch 4: A and B, moving · owners before: A, B and C · removed as dead: C",
                "纪元 4：A 和 B，移动中 · 此前的所有者：A、B 和 C · 因失效被移除：C",
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
                "知道最新的纪元 · 纪元已在磁盘上：A 和 B · 没有音讯：C · 接下来：C 回来",
            ),
        ] {
            assert_eq!((says(Lang::En, field).as_str(), says(Lang::Zh, field).as_str()), (en, zh), "{field}");
        }
        assert_eq!(held(Lang::En, &node, "handed_off"), None);
    }
}
