//! Quorums.

/// The least number of members that any two such groups share one of: more than half.
pub fn majority(members: usize) -> usize {
    members / 2 + 1
}
