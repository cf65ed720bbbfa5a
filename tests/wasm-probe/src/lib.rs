//! A wasm module without any glue: whatever it imports, the engine's own crates ask of their host.
//!
//! It runs a scenario and tells how it went, so that a test can compare the run with the native one.

use faultlab_scenario::Scenario;
use faultlab_tests_run::fingerprints;

/// Room for a text of the host's; the host writes the text there and hands the address to [`run`].
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    let text = vec![0; length].into_boxed_slice();
    Box::leak(text).as_mut_ptr()
}

/// Runs the scenario that stands at an address, as JSON, up to a moment in microseconds. Gives the address of a text: the
/// hash of the trace after each of many equal parts of the run, then a zero byte.
///
/// # Safety
/// The address and the length are those of a room that the host has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run(address: *mut u8, length: usize, until: u64) -> *const u8 {
    // SAFETY: the caller promises that this is a room.
    let text = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) };
    let told = match std::str::from_utf8(&text).map(Scenario::from_json) {
        Ok(Ok(scenario)) => fingerprints(&scenario, until),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Box::leak(format!("{told}\0").into_bytes().into_boxed_slice()).as_ptr()
}
