//! The words of Raft.

mod en;
mod zh;

use crate::{Catalogue, Lang, Title, world};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::NodeId;
use faultlab_core::consensus::raft::{Index, Key, Raft, Request, Role, Shape, Term, spell_key};
use faultlab_core::kit::NodeSet;

/// What people read of it in a list.
pub const TITLE: Title = Title {
    title: |_| "Raft",
    summary: |lang| match lang {
        Lang::En => en::SUMMARY,
        Lang::Zh => zh::SUMMARY,
    },
};

/// All words of Raft in English.
pub static EN: Catalogue<Raft> = Catalogue {
    world: &world::EN,
    node: |_, node| name(node),
    event: en::event,
    message: |_, message| en::message(message),
    request: |_, request| spelled(request),
    verb: |request| match request {
        Request::Join { .. } => Some("Add to the cluster"),
        Request::Leave { .. } => Some("Remove from the cluster"),
        Request::Transfer { .. } => Some("Make it leader"),
        Request::Do(_) | Request::Get { .. } | Request::Reconfigure { .. } => None,
    },
    response: |_, response| en::response(response),
    record: |_, record| en::record(record),
    timer: |_, timer| en::timer(timer).into(),
    rule: en::names::rule,
    invariant: en::names::invariant,
    field: en::names::field,
    state: en::names::state,
    held: |_, server, field| held(Lang::En, server, field),
    area: |area| match area {
        "meta" => Some("term and vote"),
        "log" => Some("log"),
        "snapshot" => Some("snapshot"),
        _ => None,
    },
};

/// All words of Raft in Simplified Chinese.
pub static ZH: Catalogue<Raft> = Catalogue {
    world: &world::ZH,
    node: |_, node| name(node),
    event: zh::event,
    message: |_, message| zh::message(message),
    request: |_, request| spelled(request),
    verb: |request| match request {
        Request::Join { .. } => Some("加入集群"),
        Request::Leave { .. } => Some("移出集群"),
        Request::Transfer { .. } => Some("让它当领导者"),
        Request::Do(_) | Request::Get { .. } | Request::Reconfigure { .. } => None,
    },
    response: |_, response| zh::response(response),
    record: |_, record| zh::record(record),
    timer: |_, timer| zh::timer(timer).into(),
    rule: zh::names::rule,
    invariant: zh::names::invariant,
    field: zh::names::field,
    state: zh::names::state,
    held: |_, server, field| held(Lang::Zh, server, field),
    area: |area| match area {
        "meta" => Some("任期和投票"),
        "log" => Some("日志"),
        "snapshot" => Some("快照"),
        _ => None,
    },
};

/// All words of Raft, in any language.
pub fn words(lang: Lang) -> &'static Catalogue<Raft> {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// `S1`, `S2` …, as in the paper's figures.
fn name(node: NodeId) -> String {
    format!("S{}", u32::from(node.0) + 1)
}

fn key(key: Key) -> String {
    let mut out = String::new();
    spell_key(key, &mut out);
    out
}

fn members(lang: Lang, members: NodeSet) -> String {
    let between = match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    };
    let mut out = String::new();
    for node in members.iter() {
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&name(node));
    }
    out
}

/// What a field of a leader holds, where its parts one by one would not read well.
fn held(lang: Lang, server: &Raft, field: &str) -> Option<String> {
    let Role::Leader(leader) = &server.role else { return None };
    let none = || String::from("–");
    match field {
        "reads" => {
            let reads = leader.reads.iter().map(|read| match lang {
                Lang::En => format!("{} for client {}", key(read.key), read.id.client.0),
                Lang::Zh => format!("客户端 {} 读 {}", read.id.client.0, key(read.key)),
            });
            let reads: Vec<String> = reads.collect();
            Some(if reads.is_empty() { none() } else { reads.join(" · ") })
        }
        "joining" => Some(leader.joining.map_or_else(none, |joining| match lang {
            Lang::En => format!("{}, up to entry {}", name(joining.node), joining.goal),
            Lang::Zh => format!("{}，到条目 {} 为止", name(joining.node), joining.goal),
        })),
        "transfer" => Some(leader.transfer.map_or_else(none, |(to, _)| name(to))),
        _ => None,
    }
}

/// The terms of a log with their first and last entries: the newest four, since a long log has many.
fn terms(shape: &Shape) -> impl Iterator<Item = (Term, Index, Index)> {
    const SHOWN: usize = 4;
    let ends = shape.runs.iter().skip(1).map(|next| next.index - 1).chain([shape.last]);
    let runs = shape.runs.iter().zip(ends).map(|(run, end)| (run.term, run.index, end));
    runs.skip(shape.runs.len().saturating_sub(SHOWN))
}

/// A request in the words of the scenario text, with the nodes' names of the stage.
fn spelled(request: &Request) -> String {
    use faultlab_core::Spelled;
    match *request {
        Request::Join { node } => format!("join {}", name(node)),
        Request::Leave { node } => format!("leave {}", name(node)),
        Request::Transfer { to } => format!("transfer {}", name(to)),
        Request::Reconfigure { members } => {
            members.iter().fold(String::from("reconfigure"), |out, node| format!("{out} {}", name(node)))
        }
        Request::Do(_) | Request::Get { .. } => {
            let mut out = String::new();
            request.spell(&mut out);
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::Lang;
    use faultlab_core::consensus::raft::Raft;
    use faultlab_core::{NodeId, Protocol, Setup};

    #[test]
    fn everything_declared_has_words_in_every_language() {
        for lang in Lang::ALL {
            for rule in Raft::rules() {
                assert!((words(lang).rule)(rule.slug).is_some(), "{lang:?} rule {}", rule.slug);
            }
            for invariant in Raft::invariants() {
                assert!((words(lang).invariant)(invariant.slug).is_some(), "{lang:?} invariant {}", invariant.slug);
            }
            for field in Raft::fields() {
                assert!((words(lang).field)(field.slug).is_some(), "{lang:?} field {}", field.slug);
            }
            for area in Raft::AREAS {
                assert!((words(lang).area)(area).is_some(), "{lang:?} area {area}");
            }
            assert!((words(lang).rule)("no_such_rule").is_none());
        }
    }

    #[test]
    fn servers_are_named_as_in_the_paper() {
        assert_eq!((words(Lang::En).node)(&Setup::new(5), NodeId(4)), "S5");
    }
}
