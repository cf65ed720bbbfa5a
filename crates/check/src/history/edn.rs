//! EDN, as Jepsen writes it.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use clojure_reader::edn::Edn;
use clojure_reader::error::Code;
use clojure_reader::parse::{Node, NodeKind, SourceReader, parse};

use super::HistoryError;
use super::form::{DEPTH_MAX, Form, FormKind};

/// Deeper nesting, tags included, is refused unread.
const NESTING_MAX: usize = 64;

/// All pieces at the top of the text; of a list or vector, what is in it.
pub(super) fn forms(text: &str) -> Result<Vec<Form<'_>>, HistoryError> {
    if let Some(at) = too_deep(text) {
        return Err(HistoryError::at(text, at, "nesting less deep"));
    }
    let mut reader = SourceReader::new(text);
    let mut forms = Vec::new();
    loop {
        let node = parse(&mut reader)
            .map_err(|error| HistoryError::at(text, error.ptr.unwrap_or(text.len()), expected_of(&error.code)))?;
        // The end of the text reads as a nil without any text.
        let span = node.span();
        let is_end = matches!(node.kind, NodeKind::Nil) && !text[span.0.ptr..span.1.ptr].ends_with("nil");
        if is_end {
            return Ok(forms);
        }
        match form_of(node, DEPTH_MAX) {
            Form { kind: FormKind::List(items), .. } => forms.extend(items),
            form => forms.push(form),
        }
    }
}

fn expected_of(code: &Code) -> &'static str {
    match code {
        Code::UnexpectedEOF => "the rest of the history",
        Code::UnmatchedDelimiter(_) => "a bracket that closes the last one opened",
        Code::InvalidNumber | Code::InvalidRadix(_) | Code::NoFloatFeature => "a number",
        Code::InvalidKeyword => "a keyword",
        Code::InvalidEscape => "an escape that EDN knows",
        Code::InvalidTag => "a tag",
        _ => "EDN",
    }
}

fn form_of<'t>(node: Node<'t>, depth: usize) -> Form<'t> {
    let at = node.span().0.ptr;
    let items = |nodes: Vec<Node<'t>>| nodes.into_iter().map(|node| form_of(node, depth - 1)).collect();
    let kind = match node.kind {
        _ if depth == 0 => FormKind::Other,
        NodeKind::Nil => FormKind::Nil,
        NodeKind::Int(number) => FormKind::Number(number),
        NodeKind::Key(word) | NodeKind::Symbol(word) => FormKind::Word(Cow::Borrowed(word)),
        NodeKind::Str(_) => match Edn::try_from(node) {
            Ok(Edn::Str(ref text)) => FormKind::Word(text.clone()),
            _ => FormKind::Other,
        },
        NodeKind::Vector(nodes, _) | NodeKind::List(nodes, _) => FormKind::List(items(nodes)),
        NodeKind::Map(fields, _) => {
            let field = |(key, value): (Node<'t>, Node<'t>)| match form_of(key, depth - 1).kind {
                FormKind::Word(name) => Some((name, form_of(value, depth - 1))),
                _ => None,
            };
            FormKind::Table(fields.into_iter().filter_map(field).collect())
        }
        // Newer versions of Jepsen write `#jepsen.history.Op{…}`.
        NodeKind::Tagged(_, _, tagged) => return form_of(*tagged, depth - 1),
        _ => FormKind::Other,
    };
    Form { at, kind }
}

/// The first place that is nested too deep: the reader would go through with it, but at the expense of the stack.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut tags) = (0_usize, 0_usize);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                while let Some((_, byte)) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
                tags = 0;
            }
            b';' => drop(bytes.find(|(_, byte)| matches!(byte, b'\n' | b'\r'))),
            b'\\' => drop(bytes.next()),
            b'#' => tags += 1,
            b'(' | b'[' | b'{' => (depth, tags) = (depth + tags + 1, 0),
            b')' | b']' | b'}' => (depth, tags) = (depth.saturating_sub(1), 0),
            _ => {}
        }
        if depth + tags > NESTING_MAX {
            return Some(at);
        }
    }
    None
}
