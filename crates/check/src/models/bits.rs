//! The bits of a state: single ones, and small numbers that may lie across two words.

/// The bits in which any number from 0 up to and including this one can be written.
pub(super) fn width_of(largest: u64) -> u32 {
    u64::BITS - largest.leading_zeros()
}

pub(super) fn has<const WORDS: usize>(state: &[u64; WORDS], at: u32) -> bool {
    state[at as usize / 64] >> (at % 64) & 1 == 1
}

pub(super) fn with<const WORDS: usize>(mut state: [u64; WORDS], at: u32) -> [u64; WORDS] {
    state[at as usize / 64] |= 1 << (at % 64);
    state
}

/// The number in the `width` bits from `at` on.
pub(super) fn number<const WORDS: usize>(state: &[u64; WORDS], at: u32, width: u32) -> u64 {
    if width == 0 {
        return 0;
    }
    let (word, shift) = (at as usize / 64, at % 64);
    let mut number = state[word] >> shift;
    if shift + width > 64 {
        number |= state[word + 1] << (64 - shift);
    }
    number & u64::MAX >> (64 - width)
}

/// The state with another number in the `width` bits from `at` on.
pub(super) fn with_number<const WORDS: usize>(
    mut state: [u64; WORDS],
    at: u32,
    width: u32,
    number: u64,
) -> [u64; WORDS] {
    if width == 0 {
        return state;
    }
    let (word, shift) = (at as usize / 64, at % 64);
    let mask = u64::MAX >> (64 - width);
    state[word] = state[word] & !(mask << shift) | number << shift;
    if shift + width > 64 {
        state[word + 1] = state[word + 1] & !(mask >> (64 - shift)) | number >> (64 - shift);
    }
    state
}

/// Parts so narrow are sorted by counting the few that there can be.
const NARROW: u32 = 4;

/// The state with its `count` equally long parts, which begin at `at`, in ascending order: where a part holds all that there
/// is to say about a node and nothing else names the node, this is the exact representative of all renamings.
pub(super) fn with_sorted_parts<const WORDS: usize>(
    state: &[u64; WORDS],
    at: u32,
    width: u32,
    count: u32,
) -> [u64; WORDS] {
    let mut sorted = *state;
    let place = |part: u32| at + part * width;
    if width <= NARROW {
        let mut counts = [0; 1 << NARROW];
        for part in 0..count {
            counts[number(state, place(part), width) as usize] += 1;
        }
        let parts = counts.iter().enumerate().flat_map(|(part, count)| core::iter::repeat_n(part as u64, *count));
        return parts.zip(0..).fold(sorted, |sorted, (part, index)| with_number(sorted, place(index), width, part));
    }
    // By insertion: there are few parts, and most are in order.
    for part in 1..count {
        let mut to = part;
        while to > 0 && is_less(&sorted, place(to), place(to - 1), width) {
            sorted = swapped(sorted, place(to), place(to - 1), width);
            to -= 1;
        }
    }
    sorted
}

/// Pieces of at most a word, as offset and width.
fn pieces(width: u32) -> impl DoubleEndedIterator<Item = (u32, u32)> {
    (0..width.div_ceil(64)).map(move |index| (64 * index, (width - 64 * index).min(64)))
}

fn is_less<const WORDS: usize>(state: &[u64; WORDS], one: u32, other: u32, width: u32) -> bool {
    let numbers = |at: u32| pieces(width).map(move |(offset, width)| number(state, at + offset, width));
    numbers(one).lt(numbers(other))
}

pub(super) fn swapped<const WORDS: usize>(mut state: [u64; WORDS], one: u32, other: u32, width: u32) -> [u64; WORDS] {
    for (offset, width) in pieces(width) {
        let (here, there) = (number(&state, one + offset, width), number(&state, other + offset, width));
        state = with_number(with_number(state, one + offset, width, there), other + offset, width, here);
    }
    state
}

/// Calls with each bit that is set, lowest first.
pub(super) fn each_bit(mut bits: u64, mut each: impl FnMut(u64)) {
    while bits != 0 {
        let lowest = bits & bits.wrapping_neg();
        each(lowest);
        bits ^= lowest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_lie_across_words() {
        for at in [0, 1, 50, 60, 63, 64, 100] {
            for width in [0, 1, 5, 28, 64] {
                let largest = u64::MAX.checked_shr(64 - width).unwrap_or(0);
                let state = with_number([0; 3], at, width, largest);
                assert_eq!(number(&state, at, width), largest);
                assert_eq!(state.iter().map(|word| word.count_ones()).sum::<u32>(), width);
                assert_eq!(with_number(state, at, width, 0), [0; 3]);
                let around = with_number([u64::MAX; 3], at, width, largest / 3);
                assert_eq!(number(&around, at, width), largest / 3);
            }
        }
    }

    #[test]
    fn parts_are_sorted_whatever_their_width() {
        for width in [3, 4, 33, 64, 70] {
            let order = |numbers: [u64; 4]| {
                let placed = numbers.iter().enumerate();
                placed.fold([0; 5], |state, (part, number)| with_number(state, 7 + part as u32 * width, 3, *number))
            };
            assert_eq!(with_sorted_parts(&order([5, 2, 7, 2]), 7, width, 4), order([2, 2, 5, 7]));
        }
    }
}
