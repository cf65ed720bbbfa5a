//! The words of Raft.

mod en;
mod zh;

use crate::{Catalogue, Lang, Title};
use alloc::format;
use alloc::string::String;
use faultlab_core::NodeId;
use faultlab_core::consensus::raft::{Key, Raft, Request, spell_key};
use faultlab_core::kit::NodeSet;

/// What people read of it in a list.
pub const TITLE: Title = Title {
    title: |_| "Raft",
    summary: |lang| match lang {
        Lang::En => en::SUMMARY,
        Lang::Zh => zh::SUMMARY,
    },
};

/// All words of Raft.
pub static CATALOGUE: Catalogue<Raft> = Catalogue {
    node: |_, _, node| name(node),
    event: |lang, _, node, event| match lang {
        Lang::En => en::event(node, event),
        Lang::Zh => zh::event(node, event),
    },
    message: |lang, _, message| match lang {
        Lang::En => en::message(message),
        Lang::Zh => zh::message(message),
    },
    request: |_, _, request| spelled(request),
    verb: |lang, request| match (request, lang) {
        (Request::Join { .. }, Lang::En) => Some("Add to the cluster"),
        (Request::Join { .. }, Lang::Zh) => Some("加入集群"),
        (Request::Leave { .. }, Lang::En) => Some("Remove from the cluster"),
        (Request::Leave { .. }, Lang::Zh) => Some("移出集群"),
        (Request::Transfer { .. }, Lang::En) => Some("Make it leader"),
        (Request::Transfer { .. }, Lang::Zh) => Some("让它当领导者"),
        (Request::Do(_) | Request::Get { .. } | Request::Reconfigure { .. }, _) => None,
    },
    response: |lang, _, response| match lang {
        Lang::En => en::response(response),
        Lang::Zh => zh::response(response),
    },
    record: |lang, _, record| match lang {
        Lang::En => en::record(record),
        Lang::Zh => zh::record(record),
    },
    timer: |lang, timer| {
        String::from(match lang {
            Lang::En => en::timer(timer),
            Lang::Zh => zh::timer(timer),
        })
    },
    rule: |lang, slug| match lang {
        Lang::En => en::names::rule(slug),
        Lang::Zh => zh::names::rule(slug),
    },
    invariant: |lang, slug| match lang {
        Lang::En => en::names::invariant(slug),
        Lang::Zh => zh::names::invariant(slug),
    },
    field: |lang, slug| match lang {
        Lang::En => en::names::field(slug),
        Lang::Zh => zh::names::field(slug),
    },
    state: |lang, field| match lang {
        Lang::En => en::names::state(field),
        Lang::Zh => zh::names::state(field),
    },
    held: |_, _, _| None,
    area: |lang, area| match (lang, area) {
        (Lang::En, "meta") => Some("term and vote"),
        (Lang::Zh, "meta") => Some("任期和投票"),
        (Lang::En, "log") => Some("log"),
        (Lang::Zh, "log") => Some("日志"),
        (Lang::En, "snapshot") => Some("snapshot"),
        (Lang::Zh, "snapshot") => Some("快照"),
        _ => None,
    },
};

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
    use super::CATALOGUE;
    use crate::Lang;
    use faultlab_core::consensus::raft::Raft;
    use faultlab_core::{NodeId, Protocol, Setup};

    #[test]
    fn everything_declared_has_words_in_every_language() {
        for lang in Lang::ALL {
            for rule in Raft::rules() {
                assert!((CATALOGUE.rule)(lang, rule.slug).is_some(), "{lang:?} rule {}", rule.slug);
            }
            for invariant in Raft::invariants() {
                assert!((CATALOGUE.invariant)(lang, invariant.slug).is_some(), "{lang:?} invariant {}", invariant.slug);
            }
            for field in Raft::fields() {
                assert!((CATALOGUE.field)(lang, field.slug).is_some(), "{lang:?} field {}", field.slug);
            }
            for area in Raft::AREAS {
                assert!((CATALOGUE.area)(lang, area).is_some(), "{lang:?} area {area}");
            }
            assert!((CATALOGUE.rule)(lang, "no_such_rule").is_none());
        }
    }

    #[test]
    fn servers_are_named_as_in_the_paper() {
        assert_eq!((CATALOGUE.node)(Lang::En, &Setup::new(5), NodeId(4)), "S5");
    }
}
