//! `cargo xtask`: sets up the tools Faultlab needs, then serves, builds, tests or measures it.

mod bench;
mod browser;
mod command;
mod new_protocol;
mod page;
mod protocols;
mod split;
mod suite;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [TRUNK OPTIONS]   set up, then serve the playground and rebuild it on every change
  build                   set up, then build the page for publishing into dist/
  test [FILTER]           set up, build the page, run every test, browser tests included
  check PROTOCOL          what concerns one protocol: its unit tests, words, scenarios, transcripts, rules and a sweep
  new-protocol FAMILY NAME
                          write a small whole protocol to begin with, listed everywhere
  bench [NAME]            measure; without a name: everything (bench --list tells the names)
  setup                   only install what serve, build and test need
  split                   what Trunk calls after each build (Trunk.toml)

Tools go to .tools/ inside the work tree; whatever the PATH has in the right version is used as it is.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = arguments.split_first().map_or(("help", &[][..]), |(name, rest)| (name.as_str(), rest));
    let outcome = match name {
        "serve" => page::serve(rest),
        "build" => page::build(),
        "test" => suite::run(rest),
        "check" => suite::check(rest),
        "new-protocol" => new_protocol::run(rest),
        "bench" => bench::run(rest),
        "setup" => suite::set_up().map(drop),
        "split" => split::hook(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => {
            eprintln!("There is no command `{other}`.\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}
