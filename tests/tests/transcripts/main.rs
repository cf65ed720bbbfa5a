//! Transcripts: commands, and everything that happened. One file a situation, in `tests/transcripts/<protocol>/`; its README
//! tells the commands. `UPDATE_TRANSCRIPTS=1` writes what happens now into the files, to be read before it is kept.

mod session;

use faultlab_tests::{concerns, root};
use session::Session;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// One command with its input lines, and what is recorded of it.
struct Block {
    /// Comments and blank lines before it.
    before: String,
    command: Vec<String>,
    recorded: String,
}

fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    let mut before = String::new();
    while let Some(line) = lines.next() {
        if line.is_empty() || line.starts_with('#') {
            before.push_str(line);
            before.push('\n');
            continue;
        }
        let mut command = vec![line.to_owned()];
        while let Some(line) = lines.next_if(|line| *line != "----") {
            command.push(line.to_owned());
        }
        lines.next();
        let mut recorded = String::new();
        while let Some(line) = lines.next_if(|line| !line.is_empty()) {
            recorded.push_str(line);
            recorded.push('\n');
        }
        blocks.push(Block { before: std::mem::take(&mut before), command, recorded });
    }
    blocks
}

/// Runs a file's commands and gives the file as it should be.
fn replay(protocol: &str, blocks: &[Block]) -> String {
    let mut session = Session::new(protocol);
    let mut told = String::new();
    for Block { before, command, .. } in blocks {
        let happened = session.obey(command).unwrap_or_else(|wrong| format!("error: {wrong}\n"));
        assert!(!happened.contains("\n\n"), "a blank line would end the block: {happened}");
        let _ = write!(told, "{before}{}\n----\n{happened}", command.join("\n"));
    }
    told
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The first line that differs, with its number.
fn difference(recorded: &str, happened: &str) -> String {
    let mut lines = recorded.lines();
    for (index, line) in happened.lines().enumerate() {
        match lines.next() {
            Some(old) if old == line => {}
            old => return format!("line {}:\n  recorded {:?}\n  happened {line:?}", index + 1, old.unwrap_or("")),
        }
    }
    format!("recorded and not in the run any more: {:?}", lines.next().unwrap_or(""))
}

#[test]
fn everything_happens_as_recorded() {
    let update = std::env::var_os("UPDATE_TRANSCRIPTS").is_some();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for folder in files(&root().join("tests/transcripts")).into_iter().filter(|path| path.is_dir()) {
        let protocol = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !concerns(&protocol) {
            continue;
        }
        for path in files(&folder).into_iter().filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let blocks = read(&text);
            assert!(!blocks.is_empty(), "{} records nothing", path.display());
            let happened = replay(&protocol, &blocks);
            seen += 1;
            if happened == text {
                continue;
            }
            if update {
                std::fs::write(&path, &happened).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
            wrong.push(format!("{}: {}", path.display(), difference(&text, &happened)));
        }
    }
    assert!(seen > 0, "there are transcripts");
    assert!(wrong.is_empty() || update, "{}", wrong.join("\n"));
}

#[test]
fn a_transcript_that_says_something_else_is_noticed() {
    let text = "open nodes=4\n----\nnothing\n";
    let happened = replay("two-phase", &read(text));
    assert_ne!(happened, text);
    assert!(difference(text, &happened).contains("recorded \"nothing\""));
    let blocks = read("# why\n\nopen\nat 1s crash n1\n----\nso\nit was\n\nchecks\n----\nfine\n");
    assert_eq!(blocks.len(), 2);
    assert_eq!((blocks[0].before.as_str(), blocks[0].recorded.as_str()), ("# why\n\n", "so\nit was\n"));
    assert_eq!((blocks[1].before.as_str(), blocks[1].command.join("|").as_str()), ("\n", "checks"));
}
