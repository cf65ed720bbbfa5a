//! A wasm module without any glue: whatever it imports, the engine's own crates ask of their host.
//!
//! Each function takes a text and answers with a text, so that a test can hold the answer against the native one.

use faultlab_scenario::Scenario;
use faultlab_tests_run::{explored, fingerprints, hunted_as_json};

/// Room for a text of the host's; the host writes the text there and hands the address to one of the functions below.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    let text = vec![0; length].into_boxed_slice();
    Box::leak(text).as_mut_ptr()
}

/// Runs a scenario and tells [`fingerprints`]. The question is how long, in microseconds, and in the next line the scenario as JSON.
///
/// # Safety
/// The address and the length are those of a room that the host has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run(address: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the caller promises that this is a room.
    let question = unsafe { read(address, length) };
    answer(run_scenario(&question))
}

/// Explores a reference model and tells [`explored`] of the line that is the question.
///
/// # Safety
/// The address and the length are those of a room that the host has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn explore(address: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the caller promises that this is a room.
    let question = unsafe { read(address, length) };
    answer(explored(&question))
}

/// Explores a cluster and tells [`hunted_as_json`] of the question.
///
/// # Safety
/// The address and the length are those of a room that the host has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hunt(address: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the caller promises that this is a room.
    let question = unsafe { read(address, length) };
    answer(hunted_as_json(&question))
}

fn run_scenario(question: &str) -> String {
    let Some((until, scenario)) = question.split_once('\n') else { return "expected two lines".into() };
    let Ok(until) = until.parse() else { return format!("no number of microseconds: {until:?}") };
    match Scenario::from_json(scenario) {
        Ok(scenario) => fingerprints(&scenario, until),
        Err(error) => error.to_string(),
    }
}

/// # Safety
/// The address and the length are those of a room that the host has filled, and it is not read again.
unsafe fn read(address: *mut u8, length: usize) -> String {
    // SAFETY: as promised.
    let text = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) };
    String::from_utf8_lossy(&text).into_owned()
}

/// The address of a text that ends with a zero byte. It is never freed: a probe lives for a few questions.
fn answer(text: String) -> *const u8 {
    let mut bytes = text.into_bytes();
    bytes.push(0);
    Box::leak(bytes.into_boxed_slice()).as_ptr()
}
