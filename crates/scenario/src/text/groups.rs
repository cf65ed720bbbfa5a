//! Partitions: many directed cuts, told as groups.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use faultlab_core::Endpoint;

/// A direction of a link.
pub(crate) type Direction = (Endpoint, Endpoint);

/// Every direction between two of the groups, in order.
pub(crate) fn between(groups: &[Vec<Endpoint>]) -> Vec<Direction> {
    let mut directions = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        for other in groups.iter().enumerate().filter(|(other, _)| *other != index).flat_map(|(_, group)| group) {
            directions.extend(group.iter().map(|from| (*from, *other)));
        }
    }
    directions.sort_unstable();
    directions
}

/// The groups that these directions lie between, if they are exactly all between some groups, in order.
pub(crate) fn groups_of(directions: &[Direction]) -> Option<Vec<Vec<Endpoint>>> {
    let mut reached: BTreeMap<Endpoint, BTreeSet<Endpoint>> = BTreeMap::new();
    for (from, to) in directions {
        reached.entry(*from).or_default().insert(*to);
    }
    // Two are of one group if they are cut off from the same others.
    let mut groups: Vec<(&BTreeSet<Endpoint>, Vec<Endpoint>)> = Vec::new();
    for (member, others) in &reached {
        match groups.iter_mut().find(|(apart, _)| *apart == others) {
            Some((_, group)) => group.push(*member),
            None => groups.push((others, alloc::vec![*member])),
        }
    }
    let groups: Vec<_> = groups.into_iter().map(|(_, group)| group).collect();
    (groups.len() > 1 && between(&groups) == directions).then_some(groups)
}

/// `n1 n2 | n3 n4 n5`
pub(crate) fn write_groups(groups: &[Vec<Endpoint>]) -> String {
    let group = |group: &Vec<Endpoint>| group.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    groups.iter().map(group).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::{between, groups_of, write_groups};
    use alloc::vec;
    use faultlab_core::{Endpoint, NodeId};

    fn n(number: u8) -> Endpoint {
        Endpoint::Node(NodeId(number - 1))
    }

    #[test]
    fn groups_are_found_again() {
        let groups = vec![vec![n(1), n(4), n(7)], vec![n(2), n(5), n(8)], vec![n(3), n(6), n(9)]];
        let mut cuts = between(&groups);
        assert_eq!(cuts.len(), 54);
        assert_eq!(groups_of(&cuts), Some(groups.clone()));
        assert_eq!(write_groups(&groups), "n1 n4 n7 | n2 n5 n8 | n3 n6 n9");
        cuts.pop();
        assert_eq!(groups_of(&cuts), None, "one direction is open");
        assert_eq!(groups_of(&[(n(1), n(2))]), None);
        assert_eq!(groups_of(&[]), None);
    }
}
