//! Simulated time, in whole microseconds.

use core::fmt;
use core::ops::{Add, Sub};
use serde::{Deserialize, Serialize};

/// A moment: microseconds since the run began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Time(pub u64);

/// A length of time in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span(pub u64);

impl Time {
    pub const ZERO: Self = Self(0);

    /// How long it is since `earlier`; zero if `earlier` lies ahead.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    pub const ZERO: Self = Self(0);

    pub const fn micros(micros: u64) -> Self {
        Self(micros)
    }

    pub const fn millis(millis: u64) -> Self {
        Self(millis * 1_000)
    }

    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1_000_000)
    }

    pub const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl Add<Span> for Time {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Span {
    /// The shortest exact spelling: `1.2s`, `150ms`, `75us`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0;
        if micros == 0 {
            return f.write_str("0s");
        }
        let (unit, name) = match micros {
            1_000_000.. => (1_000_000, "s"),
            1_000..1_000_000 => (1_000, "ms"),
            _ => (1, "us"),
        };
        let (whole, mut rest, mut digits) = (micros / unit, micros % unit, unit);
        write!(f, "{whole}")?;
        if rest > 0 {
            f.write_str(".")?;
            while rest > 0 {
                digits /= 10;
                write!(f, "{}", rest / digits)?;
                rest %= digits;
            }
        }
        f.write_str(name)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Span(self.0), f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Span {
    /// Reads what [`Display`](fmt::Display) writes: a decimal number with `s`, `ms` or `us`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = if let Some(number) = text.strip_suffix("ms") {
            (number, 1_000)
        } else if let Some(number) = text.strip_suffix("us") {
            (number, 1)
        } else {
            (text.strip_suffix('s')?, 1_000_000)
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if whole.is_empty()
            || fraction.is_empty()
            || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let mut micros = whole.parse::<u64>().ok()?.checked_mul(unit)?;
        let mut digit_worth = unit;
        for digit in fraction.bytes() {
            digit_worth /= 10;
            micros = micros.checked_add(u64::from(digit - b'0') * digit_worth)?;
        }
        Some(Self(micros))
    }
}

#[cfg(test)]
mod tests {
    use super::Span;
    use alloc::string::ToString;

    #[test]
    fn spans_round_trip_through_their_spelling() {
        for micros in [0, 1, 75, 999, 1_000, 1_001, 150_000, 1_200_000, 1_000_001, 3_600_000_000, u64::MAX / 2] {
            let span = Span(micros);
            assert_eq!(Span::parse(&span.to_string()), Some(span), "{span}");
        }
        assert_eq!(Span(1_200_000).to_string(), "1.2s");
        for wrong in ["", "s", "1", ".5s", "1.s", "-1s", "1e3s", "99999999999999999999s"] {
            assert_eq!(Span::parse(wrong), None, "{wrong}");
        }
    }
}
