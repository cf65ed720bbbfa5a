//! When operations that have an order take effect: pure.

/// A moment for each operation of an order, from when it was called and when it ended: between the two, behind all moments before,
/// and as far from its neighbours as there is room.
pub(crate) fn moments(order: &[(f64, f64)]) -> Vec<f64> {
    let mut latest: Vec<f64> = order.iter().map(|(_, end)| *end).collect();
    for place in (1..latest.len()).rev() {
        latest[place - 1] = latest[place - 1].min(latest[place]);
    }
    let mut moments = Vec::with_capacity(order.len());
    let mut before = f64::NEG_INFINITY;
    for (place, (call, _)) in order.iter().enumerate() {
        let earliest = before.max(*call);
        // All that are called by then and come behind share what is left.
        let sharing = order[place..].iter().take_while(|(call, _)| *call <= earliest).count().max(1);
        before = earliest + (latest[place] - earliest).max(0.0) / (sharing + 1) as f64;
        moments.push(before);
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_order_and_within_their_operations() {
        // Found orders of concurrent operations, with equal calls and ends among them.
        let orders: [&[(f64, f64)]; 4] = [
            &[(0.0, 10.0), (0.0, 10.0), (0.0, 10.0), (0.0, 12.0)],
            &[(5.0, 50.0), (0.0, 20.0), (6.0, 8.0), (7.0, 90.0)],
            &[(0.0, 1.0), (1.0, 2.0), (1.0, 2.0), (30.0, 31.0)],
            &[],
        ];
        for order in orders {
            let moments = moments(order);
            assert_eq!(moments.len(), order.len());
            assert!(moments.windows(2).all(|pair| pair[0] <= pair[1]), "{order:?}: {moments:?}");
            for ((call, end), moment) in order.iter().zip(&moments) {
                assert!((*call..=*end).contains(moment), "{order:?}: {moments:?}");
            }
        }
    }

    #[test]
    fn a_lone_operation_takes_effect_in_its_middle() {
        assert_eq!(moments(&[(2.0, 4.0), (10.0, 20.0)]), [3.0, 15.0]);
    }
}
