//! House rules that no compiler and no linter checks.

use faultlab_tests::sources::{self, Source};

/// A longer file has more than one subject.
const MOST_LINES: usize = 600;

fn sources_ending(endings: &[&str]) -> Vec<Source> {
    let ends = |source: &Source| endings.iter().any(|ending| source.path.ends_with(ending));
    let found: Vec<_> = sources::below("").into_iter().filter(ends).collect();
    assert!(!found.is_empty(), "nothing was looked at");
    found
}

/// Fails with one line for each place that breaks the rule.
fn none(rule: &str, places: impl Iterator<Item = String>) {
    let places: Vec<_> = places.collect();
    assert!(places.is_empty(), "{rule}:\n  {}", places.join("\n  "));
}

/// Lines that hold one of the marks, as `path:line`.
fn lines_with(sources: &[Source], marks: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (index, line) in source.text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                found.push(format!("{}:{}", source.path, index + 1));
            }
        }
    }
    found
}

#[test]
fn no_file_is_too_long() {
    let long = |source: Source| {
        let lines = source.text.lines().count();
        (lines > MOST_LINES).then(|| format!("{} has {lines}", source.path))
    };
    let sources = sources_ending(&[".rs", ".css", ".js", ".html", ".sh"]);
    none(&format!("at most {MOST_LINES} lines a file"), sources.into_iter().filter_map(long));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = |source: Source| (!source.text.starts_with("//! ")).then_some(source.path);
    none("a file begins with `//!` and its purpose", sources_ending(&[".rs"]).into_iter().filter_map(silent));
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, or this file would find itself.
    let marks = ["to|do!(", "unimplem|ented!(", "d|bg!(", "FIX|ME", "TO|DO", "#[ig|nore", "XX|X"]
        .map(|mark| mark.replace('|', ""));
    none(
        "nothing is left for later",
        lines_with(&sources_ending(&[".rs", ".js", ".css", ".html"]), &marks).into_iter(),
    );
}

#[test]
fn nothing_points_out_of_the_work_tree() {
    let mark = ["..", "shared"].join("/");
    none("everything needed is in the work tree", lines_with(&sources::below(""), &[mark]).into_iter());
}

#[test]
fn text_ends_with_a_line_break_and_has_no_tabs_or_trailing_spaces() {
    let sources = sources_ending(&[".rs", ".css", ".js", ".html", ".toml", ".md"]);
    let untidy = |source: &Source| {
        let loose = source.text.lines().any(|line| line.ends_with([' ', '\t']) || line.contains('\t'));
        let ended = source.text.is_empty() || source.text.ends_with('\n') && !source.text.ends_with("\n\n");
        (loose || !ended).then(|| source.path.clone())
    };
    none("tidy line ends", sources.iter().filter_map(untidy));
}

/// Words that only this project would use, each with the field's. A name in code counts as well as prose.
const BANNED: [(&str, &str); 16] = [
    ("deed", "action, or scripted action where it brings its answers"),
    ("deeds", "actions"),
    ("happening", "fact, event, or the input of a step"),
    ("happenings", "facts or events"),
    ("unrest", "disturbance"),
    ("surroundings", "environment"),
    ("whoever", "the caller, the reader, a node that …"),
    ("of its own accord", "by itself"),
    ("the rest", "the others, what remains; deferred, of code that is loaded later"),
    ("random plays", "random runs"),
    ("a play", "a counterexample, a trace or a schedule"),
    ("the plays", "the counterexamples or runs"),
    ("found play", "counterexample"),
    ("who comes with", "what depends on"),
    ("sewn", "joined"),
    ("hires", "starts (a worker)"),
];

/// What other people edit at this time, and texts that are data. Each row goes when its folder is clean.
const NOT_YET: [&str; 6] = [
    "www/src/",
    "crates/core/src/commit/",
    "crates/core/src/consensus/",
    "crates/core/src/hashing/",
    "static/scenarios/",
    "tests/tests/tidy.rs",
];

#[test]
fn the_fields_words_are_used() {
    let mut wrong = Vec::new();
    for source in sources_ending(&[".rs", ".md", ".txt", ".toml", ".js", ".html"]) {
        if NOT_YET.iter().any(|folder| source.path.starts_with(folder)) || source.path.contains("CHANGELOG") {
            continue;
        }
        for (index, line) in source.text.lines().enumerate() {
            let line = line.to_lowercase();
            let is_word = |at: usize, word: &str| {
                let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
                let before = line[..at].chars().next_back().is_some_and(is_letter);
                let after = line[at + word.len()..].chars().next().is_some_and(is_letter);
                !before && !after
            };
            for (word, instead) in
                BANNED.iter().filter(|(word, _)| line.match_indices(word).any(|(at, _)| is_word(at, word)))
            {
                wrong.push(format!("{}:{}: “{word}”: write {instead}", source.path, index + 1));
            }
        }
    }
    none("the field's words, see docs/glossary.md", wrong.into_iter());
}
