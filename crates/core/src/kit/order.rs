//! Order among few things, in little code.
//!
//! The sorts of the standard library are made for long slices, and each costs five kilobytes of WebAssembly for each type that it
//! sorts; collecting into an ordered map or set brings one along. For what is short, or in order already, these do.

/// Sorts in place by insertion. Stable; takes quadratic time.
pub fn sort_few_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..items.len() {
        let mut place = end;
        while place > 0 && key(&items[place]) < key(&items[place - 1]) {
            items.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// Collects one by one.
pub fn gathered<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec;

    #[test]
    fn few_things_are_sorted_and_equals_stay_in_order() {
        let mut items = vec![(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')];
        sort_few_by_key(&mut items, |item| item.0);
        assert_eq!(items, [(1, 'b'), (1, 'e'), (2, 'd'), (3, 'a'), (3, 'c')]);
        sort_few_by_key(&mut [0_u8; 0], |item| *item);
    }

    #[test]
    fn what_is_gathered_is_what_is_collected() {
        let items = [5, 1, 4, 1];
        assert_eq!(gathered::<BTreeSet<_>, _>(items), items.into_iter().collect());
    }
}
