//! The command line: everything that needs no browser, for tests, docs builds, sweeps and scripts.
//!
//! Its words and its JSON are a contract: `--help` states it and tests hold it. What is *absent*: any protocol's types; the
//! program knows protocols by their rows in `faultlab-registry` only.
//!
//! Start with [`main`].

mod args;
mod check_history;
mod error;
mod explore;
mod export;
mod follow;
mod gallery;
mod idle;
mod list;
mod merge;
mod model;
mod run;
mod schema;
mod slugs;
mod source;
mod sweep;
mod transcript;
mod written;

pub use gallery::{BUILT_IN, built_in};
pub use transcript::{fact_columns, transcript_line};

use error::Failure;
use faultlab_words::program::words;
use std::ffi::OsString;
use std::io::Write;

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    AsExpected,
    NotAsExpected,
}

type Done = Result<Outcome, Failure>;

/// Runs the program with its arguments and gives its exit status: 0 as expected, 1 not as expected, 2 bad input or usage.
pub fn main(args: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let lang = args::lang(args);
    let command = args::read(args);
    if let Some(seed) = command.as_ref().ok().and_then(args::Command::drawn_seed) {
        // What is printed on standard output stays what it is for any seed.
        let _ = writeln!(err, "faultlab: {}", (words(lang).drawn_seed)(seed));
    }
    let done = command.and_then(|command| match command {
        args::Command::Help(text) => say(out, text),
        args::Command::Version => say(out, concat!("faultlab ", env!("CARGO_PKG_VERSION"), "\n")),
        args::Command::List(options) => list::list(&options, out),
        args::Command::Run(options) => run::run(&options, out),
        args::Command::Sweep(options) => sweep::sweep(&options, out),
        args::Command::Merge(options) => merge::merge(&options, out),
        args::Command::Model(options) => model::model(&options, out),
        args::Command::Explore(options) => explore::explore(&options, out),
        args::Command::CheckHistory(options) => check_history::check_history(&options, out),
        args::Command::Export(options) => export::export(&options, out),
        args::Command::Schema => schema::schema(out),
    });
    match done {
        Ok(Outcome::AsExpected) => 0,
        Ok(Outcome::NotAsExpected) => 1,
        // The reader of the output has closed it.
        Err(Failure::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            // With standard error closed there is nobody left to tell.
            let _ = writeln!(err, "faultlab: {}", failure.said(lang));
            2
        }
    }
}

fn say(out: &mut dyn Write, text: &str) -> Done {
    out.write_all(text.as_bytes())?;
    Ok(Outcome::AsExpected)
}
