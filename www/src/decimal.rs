//! Numbers with a point, written and read with what a page needs of it.

use std::fmt;

/// A number as styles and drawings take it, with so many digits behind the point: `12.5`.
pub(crate) fn decimal(value: f64, digits: usize) -> Decimal {
    Decimal { value, digits }
}

/// What [`decimal`] writes. The standard library writes any number there is, exactly, which takes more code than all that is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal {
    value: f64,
    digits: usize,
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(self.digits as u32);
        let scaled = (self.value * scale as f64 + 0.5).floor() as i64;
        let (whole, fraction) = (scaled.unsigned_abs() / scale, scaled.unsigned_abs() % scale);
        let sign = if scaled < 0 { "-" } else { "" };
        match self.digits {
            0 => write!(formatter, "{sign}{whole}"),
            digits => write!(formatter, "{sign}{whole}.{fraction:0digits$}"),
        }
    }
}

/// A number with up to three digits behind the point, as few as will do: `0.25`.
pub(crate) fn short(value: f64) -> String {
    let text = decimal(value, 3).to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Reads a number such as `0.25`; none if it is written in any other way. The standard library reads any number there is, and its
/// tables for that are as large as all this page says.
pub(crate) fn read_decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    // So many digits are a whole number without loss, and one division of two such numbers rounds as it should.
    if !(1..=15).contains(&digits().count()) || !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = digits().fold(0, |number: u64, digit| number * 10 + u64::from(digit - b'0'));
    Some(number as f64 / 10_u64.pow(fraction.len() as u32) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_their_digits() {
        let written = |value, digits| decimal(value, digits).to_string();
        assert_eq!(written(12.04, 1), "12.0");
        assert_eq!(written(-0.26, 1), "-0.3");
        assert_eq!(written(-12.34, 1), "-12.3");
        assert_eq!(written(0.005, 3), "0.005");
        assert_eq!(written(719.5, 0), "720");
        assert_eq!([0.25, 2.0, 100.0, 0.001].map(short), ["0.25", "2", "100", "0.001"]);
    }

    #[test]
    fn a_number_is_read_as_it_is_written_and_in_no_other_way() {
        assert_eq!(["0.25", "12", "007.50"].map(read_decimal), [Some(0.25), Some(12.0), Some(7.5)]);
        assert_eq!(["", ".", "1e3", "-1", "1.2.3", "NaN"].map(read_decimal), [None; 6]);
    }
}
