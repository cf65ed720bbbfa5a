//! A wasm module without any glue: whatever it imports, the engine's own crates ask of their host.

use faultlab_core::Span;
use std::fmt::Write;

/// Runs a piece of the engine, so that nothing of it is optimised away.
#[unsafe(no_mangle)]
pub extern "C" fn probe(microseconds: u64) -> usize {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "{}", Span::micros(microseconds));
    text.len()
}
