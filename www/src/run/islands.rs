//! Islands: the parts that cut links leave. Pure: nodes are counted from zero, cuts are directed pairs.

use std::collections::BTreeSet;

use faultlab_core::Endpoint;
use faultlab_registry::Moment;

/// The sides that cut links leave, each as its nodes; one side means that nothing is parted.
pub(crate) fn sides(moment: &Moment) -> Vec<Vec<usize>> {
    islands(moment.nodes.len(), &cuts_between_nodes(moment))
}

/// The links between nodes that are cut, each as where it begins and where it ends.
pub(crate) fn cuts_between_nodes(moment: &Moment) -> BTreeSet<(usize, usize)> {
    let between_nodes = moment.cuts.iter().filter_map(|cut| match cut {
        (Endpoint::Node(from), Endpoint::Node(to)) => Some((from.index(), to.index())),
        _ => None,
    });
    between_nodes.collect()
}

/// The parts of a cluster between which no direction of any link is open. One part means that nothing is parted.
pub(crate) fn islands(nodes: usize, cuts: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut island_of: Vec<Option<usize>> = vec![None; nodes];
    let mut islands = Vec::new();
    for first in 0..nodes {
        if island_of[first].is_some() {
            continue;
        }
        let mut members = vec![first];
        island_of[first] = Some(islands.len());
        let mut next = 0;
        while let Some(node) = members.get(next).copied() {
            next += 1;
            for (other, island) in island_of.iter_mut().enumerate() {
                let is_open = !cuts.contains(&(node, other)) || !cuts.contains(&(other, node));
                if island.is_none() && is_open {
                    *island = Some(islands.len());
                    members.push(other);
                }
            }
        }
        members.sort_unstable();
        islands.push(members);
    }
    islands
}

/// What to cut and what to heal so that a node leaves its island for another one.
pub(crate) struct Crossing {
    pub(crate) cut: Vec<(usize, usize)>,
    pub(crate) heal: Vec<(usize, usize)>,
}

/// Moves a node to the island of another node. None if they are together already.
pub(crate) fn cross_over(node: usize, to: usize, nodes: usize, cuts: &BTreeSet<(usize, usize)>) -> Option<Crossing> {
    let parts = islands(nodes, cuts);
    let target = parts.iter().find(|island| island.contains(&to))?;
    if target.contains(&node) {
        return None;
    }
    let mut crossing = Crossing { cut: Vec::new(), heal: Vec::new() };
    for other in (0..nodes).filter(|other| *other != node) {
        for link in [(node, other), (other, node)] {
            match (target.contains(&other), cuts.contains(&link)) {
                (true, true) => crossing.heal.push(link),
                (false, false) => crossing.cut.push(link),
                (true, false) | (false, true) => {}
            }
        }
    }
    Some(crossing)
}

/// The letter of a group or island: A to Z, then A2, B2 …
pub(crate) fn letter(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    if index < 26 { letter.to_string() } else { format!("{letter}{}", index / 26 + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(groups: &[&[usize]]) -> BTreeSet<(usize, usize)> {
        let mut cuts = BTreeSet::new();
        for group in groups {
            for other in groups.iter().filter(|other| other != &group) {
                cuts.extend(group.iter().flat_map(|from| other.iter().map(move |to| (*from, *to))));
            }
        }
        cuts
    }

    #[test]
    fn nine_nodes_as_three_times_three() {
        let cuts = parted(&[&[0, 1, 2], &[3, 4, 5], &[6, 7, 8]]);
        assert_eq!(islands(9, &cuts), [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8]]);
        assert_eq!(islands(9, &BTreeSet::new()).len(), 1);
    }

    #[test]
    fn a_link_cut_one_way_parts_nobody() {
        let mut cuts = parted(&[&[0], &[1]]);
        assert_eq!(islands(2, &cuts).len(), 2);
        cuts.remove(&(1, 0));
        assert_eq!(islands(2, &cuts).len(), 1);
    }

    #[test]
    fn a_node_crosses_over() {
        let mut cuts = parted(&[&[0, 1], &[2, 3, 4]]);
        assert!(cross_over(0, 1, 5, &cuts).is_none());
        let crossing = cross_over(0, 2, 5, &cuts).expect("another island");
        for link in crossing.heal {
            assert!(cuts.remove(&link));
        }
        assert_eq!(crossing.cut, [(0, 1), (1, 0)]);
        cuts.extend(crossing.cut);
        assert_eq!(islands(5, &cuts), [vec![0, 2, 3, 4], vec![1]]);
    }

    #[test]
    fn letters_do_not_end() {
        assert_eq!([letter(0), letter(25), letter(26)], ["A", "Z", "A2"]);
    }
}
