//! Spellings, fields, sets.

use super::*;
use crate::{Spelled, Words};
use alloc::string::String;

fn round_trip<T: Spelled + PartialEq + core::fmt::Debug>(value: &T, spelling: &str) {
    let mut text = String::new();
    value.spell(&mut text);
    assert_eq!(text, spelling);
    let mut words = Words::new(&text);
    assert_eq!(T::read(&mut words).as_ref(), Ok(value));
    assert!(words.is_empty());
}

#[test]
fn requests_and_timers_are_read_as_they_are_spelled() {
    round_trip(&Request::Put { key: Key(7), value: 12 }, "put k7 12");
    round_trip(&Request::Get { key: Key(0) }, "get k0");
    round_trip(&Request::Join { node: n(6) }, "join n6");
    round_trip(&Request::Leave { node: n(2) }, "leave n2");
    round_trip(&Timer::Heartbeat, "heartbeat");
    round_trip(&Timer::Exchange, "exchange");
    round_trip(&Timer::Silence(n(3)), "silence n3");
    round_trip(&Timer::Recall, "recall");
    for wrong in ["", "put", "put 7 1", "put k7", "put k 1", "put k-1 1", "get kx", "join 6", "fetch k1", "put k7 +1"] {
        assert!(Request::read(&mut Words::new(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn fields_keep_what_they_are_set_to_within_their_bounds() {
    let mut config = RingStore::config(5);
    for field in RingStore::fields() {
        let default = (field.get)(&config);
        assert!((field.min..=field.max).contains(&default), "{}", field.slug);
        for value in [field.min, field.max, default] {
            (field.set)(&mut config, value);
            assert_eq!((field.get)(&config), value, "{}", field.slug);
        }
    }
    assert_eq!(config, RingStore::config(5));
}
