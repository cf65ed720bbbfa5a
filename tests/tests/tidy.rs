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
