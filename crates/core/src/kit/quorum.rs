//! Quorums.

/// The least number of members that any two such groups share one of: more than half.
pub fn majority(members: usize) -> usize {
    members / 2 + 1
}

/// The greatest index that a quorum has stored: the `quorum`-th largest of what each member stores. Sorts the slice.
/// Zero if there are fewer members than the quorum asks for.
pub fn quorum_index(stored: &mut [u64], quorum: usize) -> u64 {
    stored.sort_unstable();
    stored.len().checked_sub(quorum).and_then(|place| stored.get(place)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{majority, quorum_index};

    /// The tables of etcd-io/raft and raft-rs, zero standing for "nothing known".
    #[test]
    fn the_quorum_index_is_the_majority_th_largest() {
        for (stored, expected) in [
            (&[12_u64, 5, 6][..], 6),
            (&[12, 5, 0], 5),
            (&[100, 101, 103], 101),
            (&[101, 104, 103, 103, 0], 103),
            (&[7], 7),
            (&[13, 0], 0),
            (&[], 0),
        ] {
            let mut sorted = stored.to_vec();
            assert_eq!(quorum_index(&mut sorted, majority(stored.len())), expected, "{stored:?}");
        }
    }
}
