//! Names that were perhaps meant.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::{Expected, Kind, Names, Slug};

/// More names than this are not worth listing in a message.
const LISTED_MAX: usize = 24;

/// How many letters must change, be added, left out or swapped with their neighbour to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.iter().enumerate() {
        let mut next = alloc::vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let mut best = (row[j] + usize::from(letter != other)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *letter == to[j - 1] && from[i - 1] == *other {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = core::mem::replace(&mut row, next);
    }
    row[to.len()]
}

/// What was expected: the nearest name if one is near, otherwise all of them.
pub(crate) fn one_of<'a>(kind: Kind, found: &str, names: impl Iterator<Item = &'a str> + Clone) -> Expected {
    let slug = |name: &str| Slug::from(name.to_owned());
    let found: String = found.chars().take(64).collect();
    let nearest = names.clone().map(|name| (distance(&found, name), name)).min();
    let near = |name: &str| (name.len() / 3).max(1);
    let names = match nearest {
        None => Names::None,
        Some((steps, name)) if !found.is_empty() && steps <= near(name) => Names::Near(slug(name)),
        Some(_) => {
            let listed = names.clone().take(LISTED_MAX).map(slug).collect();
            Names::Listed { names: listed, more: names.count() > LISTED_MAX }
        }
    };
    Expected::Name { kind, names }
}

#[cfg(test)]
mod tests {
    use super::{distance, one_of};
    use faultlab_core::{Expected, Kind, Names};

    #[test]
    fn near_misses_are_named() {
        assert_eq!([distance("", "ab"), distance("persit", "persist"), distance("vtoe", "vote")], [2, 1, 1]);
        let rules = ["persist_vote", "unanimous_votes"];
        let near = Expected::Name { kind: Kind::Rule, names: Names::Near("persist_vote".into()) };
        assert_eq!(one_of(Kind::Rule, "persist_votes", rules.into_iter()), near);
        assert_eq!(one_of(Kind::Rule, "x", rules.into_iter()), Expected::listed(Kind::Rule, rules));
        assert_eq!(one_of(Kind::Rule, "x", [].into_iter()), Expected::listed(Kind::Rule, []));
    }
}
