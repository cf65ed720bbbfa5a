//! Gestures as scenario text.

use faultlab_core::{Endpoint, NodeId};

/// Cuts those of these directions that are open. None if all are cut.
pub(crate) fn cut_open(links: &[(Endpoint, Endpoint)], cuts: &[(Endpoint, Endpoint)]) -> Option<String> {
    let open: Vec<String> =
        links.iter().filter(|link| !cuts.contains(link)).map(|(from, to)| format!("cut {from}->{to}")).collect();
    if open.is_empty() { None } else { Some(open.join(" · ")) }
}

/// Heals those of these directions that are cut. None if all are open.
pub(crate) fn heal_cut(links: &[(Endpoint, Endpoint)], cuts: &[(Endpoint, Endpoint)]) -> Option<String> {
    let cut: Vec<String> =
        links.iter().filter(|link| cuts.contains(link)).map(|(from, to)| format!("heal {from}->{to}")).collect();
    if cut.is_empty() { None } else { Some(cut.join(" · ")) }
}

/// Parts the groups; nodes in no group make one of their own. None if that leaves less than two groups.
pub(crate) fn partition(groups: &[Option<usize>], nodes: usize, any_cut: bool) -> Option<String> {
    let group_of = |node: usize| groups.get(node).copied().flatten();
    let mut kinds: Vec<Option<usize>> = (0..nodes).map(group_of).collect();
    kinds.sort_by_key(|kind| kind.unwrap_or(usize::MAX));
    kinds.dedup();
    if kinds.len() < 2 {
        return None;
    }
    let members = |kind: &Option<usize>| {
        let members = (0..nodes).filter(|node| group_of(*node) == *kind).map(|node| NodeId(node as u8).to_string());
        members.collect::<Vec<_>>().join(" ")
    };
    let parts: Vec<String> = kinds.iter().map(members).collect();
    let heal = if any_cut { "heal all · " } else { "" };
    Some(format!("{heal}partition {}", parts.join(" | ")))
}

/// Crashes a node; of each area so many unsynced operations survive.
pub(crate) fn crash_keeping(node: NodeId, kept: &[(&str, usize, usize)]) -> String {
    let some: Vec<String> = kept
        .iter()
        .filter(|(_, kept, _)| *kept > 0)
        .map(|(area, kept, of)| if kept == of { format!("{area}:all") } else { format!("{area}:{kept}") })
        .collect();
    if some.is_empty() { format!("crash {node}") } else { format!("crash {node} keeping {}", some.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Endpoint = Endpoint::Node(NodeId(0));
    const B: Endpoint = Endpoint::Node(NodeId(1));

    #[test]
    fn only_what_is_open_is_cut_and_only_what_is_cut_heals() {
        assert_eq!(cut_open(&[(A, B), (B, A)], &[]).as_deref(), Some("cut n1->n2 · cut n2->n1"));
        assert_eq!(cut_open(&[(A, B), (B, A)], &[(A, B)]).as_deref(), Some("cut n2->n1"));
        assert_eq!(cut_open(&[(A, B)], &[(A, B)]), None);
        assert_eq!(heal_cut(&[(A, B), (B, A)], &[(B, A)]).as_deref(), Some("heal n2->n1"));
        assert_eq!(heal_cut(&[(A, B)], &[]), None);
    }

    #[test]
    fn groups_become_a_partition() {
        let three = [0, 0, 0, 1, 1, 1, 2, 2, 2].map(Some);
        assert_eq!(partition(&three, 9, false).as_deref(), Some("partition n1 n2 n3 | n4 n5 n6 | n7 n8 n9"));
        let minority = [Some(0), Some(0), None, None, None];
        assert_eq!(partition(&minority, 5, true).as_deref(), Some("heal all · partition n1 n2 | n3 n4 n5"));
        assert_eq!(partition(&[Some(3), Some(3)], 2, false), None, "one group parts nobody");
        assert_eq!(partition(&[], 3, false), None);
    }

    #[test]
    fn a_crash_says_what_survives() {
        assert_eq!(crash_keeping(NodeId(2), &[("log", 0, 3), ("meta", 0, 1)]), "crash n3");
        assert_eq!(crash_keeping(NodeId(2), &[("log", 2, 3), ("meta", 1, 1)]), "crash n3 keeping log:2 meta:all");
    }
}
