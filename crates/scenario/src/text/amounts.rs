//! Shares and ranges of time as people write them: `2.5%`, `10ms..30ms`.

use alloc::format;
use alloc::string::{String, ToString};
use faultlab_core::Span;

/// How many millionths one per cent is.
const PERCENT: u64 = 10_000;

/// A number of decimal digits and nothing else.
pub(crate) fn read_digits<N: core::str::FromStr>(word: &str) -> Option<N> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) { word.parse().ok() } else { None }
}

/// A share in per cent with at most four decimals, in millionths.
pub(crate) fn read_percent(word: &str) -> Option<u64> {
    let number = word.strip_suffix('%')?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.len() > 4 {
        return None;
    }
    let mut ppm = read_digits::<u64>(whole)?.checked_mul(PERCENT)?;
    let mut worth = PERCENT;
    read_digits::<u64>(fraction)?;
    for digit in fraction.bytes() {
        worth /= 10;
        ppm = ppm.checked_add(u64::from(digit - b'0') * worth)?;
    }
    Some(ppm)
}

/// The shortest exact spelling of millionths in per cent.
pub(crate) fn write_percent(ppm: u64) -> String {
    let (whole, rest) = (ppm / PERCENT, ppm % PERCENT);
    if rest == 0 {
        return format!("{whole}%");
    }
    format!("{whole}.{}%", format!("{rest:04}").trim_end_matches('0'))
}

/// A share of at most everything, in millionths.
pub(crate) fn read_share(word: &str) -> Option<u32> {
    read_percent(word).filter(|ppm| *ppm <= 1_000_000).map(|ppm| ppm as u32)
}

/// Per cent more or, with a minus, less; or millionths: `20%`, `-5%`, `150ppm`.
pub(crate) fn read_skew(word: &str) -> Option<i32> {
    let (sign, amount) = word.strip_prefix('-').map_or((1, word), |amount| (-1, amount));
    let ppm = match amount.strip_suffix("ppm") {
        Some(ppm) => read_digits::<u64>(ppm)?,
        None => read_percent(amount)?,
    };
    let ppm = sign * i64::try_from(ppm).ok()?;
    i32::try_from(ppm).ok().filter(|ppm| (-900_000..=9_000_000).contains(ppm))
}

pub(crate) fn write_skew(ppm: i32) -> String {
    let sign = if ppm < 0 { "-" } else { "" };
    format!("{sign}{}", write_percent(u64::from(ppm.unsigned_abs())))
}

/// A range of spans, `10ms..30ms`, or one span for both ends.
pub(crate) fn read_range(word: &str) -> Option<(Span, Span)> {
    let (min, max) = word.split_once("..").unwrap_or((word, word));
    let (min, max) = (Span::parse(min)?, Span::parse(max)?);
    (min <= max && max <= crate::UNTIL_MAX).then_some((min, max))
}

pub(crate) fn write_range(min: Span, max: Span) -> String {
    if min == max { min.to_string() } else { format!("{min}..{max}") }
}

#[cfg(test)]
mod tests {
    use super::{read_percent, read_range, read_share, read_skew, write_percent, write_range, write_skew};
    use faultlab_core::Span;

    #[test]
    fn shares_round_trip() {
        for ppm in [0, 1, 25, 9_999, 10_000, 10_001, 25_000, 123_456, 999_999, 1_000_000] {
            assert_eq!(read_percent(&write_percent(ppm)), Some(ppm));
        }
        assert_eq!(write_percent(25_000), "2.5%");
        for wrong in ["", "%", "2", "2.%", ".5%", "1.23456%", "-1%", "+1%", "1e2%", "99999999999999999999%"] {
            assert_eq!(read_percent(wrong), None, "{wrong}");
        }
        assert_eq!((read_share("100%"), read_share("100.0001%")), (Some(1_000_000), None));
    }

    #[test]
    fn skews_and_ranges_round_trip() {
        for ppm in [-900_000, -50_000, -1, 0, 7, 200_000, 9_000_000] {
            assert_eq!(read_skew(&write_skew(ppm)), Some(ppm));
        }
        assert_eq!((read_skew("150ppm"), read_skew("-90.1%"), read_skew("--1%")), (Some(150), None, None));
        for (min, max) in [(0, 0), (10_000, 30_000), (1, 1)] {
            assert_eq!(read_range(&write_range(Span(min), Span(max))), Some((Span(min), Span(max))));
        }
        assert_eq!((read_range("3ms..2ms"), read_range("..2ms"), read_range("2s..9000s")), (None, None, None));
    }
}
