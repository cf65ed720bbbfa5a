//! Numbers as people read them.

use faultlab_core::{Span, Time};

/// A moment in seconds with milliseconds: `2.318 s`.
pub(crate) fn moment(now: Time) -> String {
    let millis = now.0 / 1_000;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

/// A length of time, rounded to what one can see: `91 ms`, `1.84 s`.
pub(crate) fn span(span: Span) -> String {
    match span.0 {
        0..1_000 => format!("{} µs", span.0),
        1_000..10_000 => format!("{}.{} ms", span.0 / 1_000, span.0 % 1_000 / 100),
        10_000..1_000_000 => format!("{} ms", (span.0 + 500) / 1_000),
        _ => format!("{}.{:02} s", span.0 / 1_000_000, span.0 % 1_000_000 / 10_000),
    }
}

/// Millionths as per cent: `2.5 %`.
pub(crate) fn percent(ppm: u64) -> String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    if rest == 0 { format!("{whole} %") } else { format!("{whole}.{:02} %", rest / 100) }
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
