//! The view of a protocol that has none of its own: plain nodes, messages by their labels, records as cells.

use std::any::Any;

use faultlab_core::Condition;
use faultlab_registry::{Lab, NodeView, RecordView};
use faultlab_words::Lang;

use super::{Cell, CellState, Layout, MessageFace, NodeFace, Tone, View};

pub(crate) fn view() -> &'static View {
    &VIEW
}

static VIEW: View =
    View { nodes, message, panel: None, layout: Layout::Circle, example: "", invites: &[], invite_words: |_| &[] };

fn nodes(_: &dyn Lab, views: &[NodeView], _: Lang) -> Vec<NodeFace> {
    views.iter().map(node).collect()
}

fn node(view: &NodeView) -> NodeFace {
    let cells = view.areas.iter().flat_map(|area| {
        let synced = area.synced.iter().map(|record| cell(record, CellState::Synced));
        let unsynced = area.unsynced.iter().map(|record| cell(record, CellState::Unsynced));
        synced.chain(unsynced).chain(area.lost.iter().map(|record| cell(record, CellState::Lost)))
    });
    NodeFace { tone: if view.up { Tone::Calm } else { Tone::Down }, cells: cells.collect(), ..NodeFace::default() }
}

fn cell(record: &RecordView, state: CellState) -> Cell {
    let (state, tone) = match record.condition {
        Condition::Intact => (state, Tone::Calm),
        Condition::Torn | Condition::Corrupt => (CellState::Lost, Tone::Fault),
    };
    Cell { text: record.text.chars().take(4).collect(), state, tone }
}

fn message(_: &dyn Any, _: Lang) -> MessageFace {
    MessageFace::default()
}
