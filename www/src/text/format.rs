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

/// Millionths as per cent: `2.5%`.
pub(crate) fn percent(ppm: u64) -> String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    if rest == 0 { format!("{whole}%") } else { format!("{whole}.{:02}%", rest / 100) }
}
