//! The source tree as data: its files, and Rust code without comments and texts.

use crate::root;
use std::path::{Path, PathBuf};

/// Folders that are made, not written, or written by others.
const NOT_OURS: [&str; 6] = [".git", ".tools", "dist", "out", "target", "vendor"];

/// A file of the work tree.
pub struct Source {
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub text: String,
}

/// Every text file below a folder of the work tree (`""` for all), in order of path.
pub fn below(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    let relative = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).ok()?;
        let path = file.strip_prefix(root()).ok()?.to_string_lossy().replace('\\', "/");
        Some(Source { path, text })
    };
    found.into_iter().filter_map(relative).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if !path.is_dir() {
            found.push(path);
        } else if !NOT_OURS.iter().any(|name| path.ends_with(name)) {
            collect(&path, found);
        }
    }
}

/// The words of Rust code in order: identifiers and `::`, leaving out comments, texts and everything else.
pub fn words(code: &str) -> Vec<&str> {
    let is_word =
        |token: &&str| *token == "::" || token.starts_with(|first: char| first.is_alphanumeric() || first == '_');
    tokens(code).into_iter().filter(is_word).collect()
}

/// Rust code in pieces: identifiers, `::` and single marks, leaving out comments, texts and white space.
pub fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = if let Some(length) = comment_length(rest).or_else(|| text_length(rest)) {
            (length, false)
        } else if first.is_alphanumeric() || first == '_' {
            (rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len()), true)
        } else if rest.starts_with("::") {
            (2, true)
        } else {
            (first.len_utf8(), !first.is_whitespace())
        };
        if is_token {
            tokens.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    tokens
}

fn comment_length(code: &str) -> Option<usize> {
    if code.starts_with("//") {
        return Some(code.find('\n').unwrap_or(code.len()));
    }
    code.starts_with("/*").then(|| code.find("*/").map_or(code.len(), |end| end + 2))
}

/// A string, raw string or character; a lifetime is none of these.
fn text_length(code: &str) -> Option<usize> {
    if let Some(raw) = code.strip_prefix('r').filter(|raw| raw.starts_with(['#', '"'])) {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        let inside = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(inside.find(&end).map_or(code.len(), |at| 2 + hashes + at + end.len()));
    }
    let quote = code.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    if quote == '\'' && !code.starts_with("'\\") && code.chars().nth(2) != Some('\'') {
        return None;
    }
    let mut escaped = false;
    for (at, letter) in code.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(code.len())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_leave_comments_and_texts_out() {
        let code = r##"use a::b; // raft::x
            /* raft */ fn f<'a>(c: char) { g('"', "raft \" raft", r#"raft " raft"#, '\'', '字'); h::<'a>() }"##;
        assert_eq!(words(code), ["use", "a", "::", "b", "fn", "f", "a", "c", "char", "g", "h", "::", "a"]);
    }
}
