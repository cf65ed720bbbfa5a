//! The log matrix: a row for each server, a column for each index, as in RaftScope and the paper's figures 6 to 8.

use faultlab_core::NodeId;
use faultlab_core::consensus::raft::{Index, Peer, Role};
use faultlab_words::Lang;
use faultlab_words::raft::{self, ViewWords};
use yew::prelude::*;

use super::super::width::use_width;
use super::super::{Actor, CellState};
use crate::run::player::{Player, PlayerProps, Selection};

use super::Lab;
use super::logs::{self, EntryView, LogView, Mood};

/// Pixels for an entry, for the names on the left, and for what the leader knows on the right.
const ENTRY: u32 = 40;
const NAME: u32 = 64;
const KNOWN: u32 = 92;
/// The most columns that any screen has room for.
const COLUMNS_MAX: usize = 64;

/// A server's row.
#[derive(Clone, PartialEq)]
struct Row {
    node: NodeId,
    name: String,
    up: bool,
    leads: bool,
    log: LogView,
    /// What the leader knows of it.
    peer: Option<Peer>,
}

fn rows(player: &Player) -> Vec<Row> {
    let lab = player.lab();
    let lab = Lab::of(&*lab);
    let moment = player.moment();
    let leaders = moment.nodes.iter().filter_map(|view| Some((view.id, lab.memory(view.id)?)));
    let leader = leaders.filter(|(_, raft)| raft.is_leader()).max_by_key(|(_, raft)| raft.term);
    let reference = logs::reference(lab);
    let row = |view: &faultlab_registry::NodeView| {
        let peer = leader.and_then(|(node, raft)| match &raft.role {
            Role::Leader(leadership) if node != view.id => leadership.peers.get(view.id.index()).copied(),
            Role::Leader(_) | Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) => None,
        });
        Row {
            node: view.id,
            name: view.name.clone(),
            up: view.up,
            leads: lab.memory(view.id).is_some_and(|raft| raft.is_leader()),
            log: LogView::of(lab, reference, view.id, COLUMNS_MAX),
            peer,
        }
    };
    moment.nodes.iter().map(row).collect()
}

/// The matrix of the present moment.
#[component]
pub(super) fn Matrix(props: &PlayerProps) -> Html {
    let player = &props.player;
    let node = |selection| match selection {
        Selection::Node(node) => Some(node),
        Selection::None | Selection::Packet(_) | Selection::Link(..) | Selection::Client(_) | Selection::Fact(_) => {
            None
        }
    };
    html! {
        <Grid actor={Actor(player.clone())} lang={player.lang()} rows={rows(player)}
            pointed={node(player.hovered())} chosen={node(player.selection())} />
    }
}

#[derive(Properties, PartialEq)]
struct GridProps {
    actor: Actor,
    lang: Lang,
    rows: Vec<Row>,
    pointed: Option<NodeId>,
    chosen: Option<NodeId>,
}

/// The matrix as a table; it is drawn again only if a log or what the leader knows has changed.
#[component]
fn Grid(props: &GridProps) -> Html {
    let GridProps { lang, rows, .. } = props;
    let words = raft::view(*lang);
    let room = use_node_ref();
    let width = use_width(&room);
    let last = rows.iter().map(|row| row.log.last()).max().unwrap_or(0);
    let known = rows.iter().any(|row| row.peer.is_some());
    let taken = NAME + if known && width >= 420 { KNOWN } else { 0 };
    let columns = u64::from((width.saturating_sub(taken) / ENTRY).clamp(3, COLUMNS_MAX as u32));
    let first = last.saturating_sub(columns - 1).max(1);
    let numbers = first..=last.max(first);
    let with_known = known && width >= 420;
    html! {
        <div class="raft-room" ref={room}>
            if width > 0 {
                <table class="raft-matrix">
                    <thead>
                        <tr>
                            <th scope="col">{ words.server }</th>
                            { for numbers.clone().map(|index| html! { <th scope="col" class="num">{ index }</th> }) }
                            if with_known {
                                <th scope="col" class="known">{ words.known }</th>
                            }
                        </tr>
                    </thead>
                    <tbody>
                        { for rows.iter().map(|row| server(props, row, first, last.max(first), with_known, words)) }
                    </tbody>
                </table>
                if last == 0 {
                    <p class="view-note">{ words.log_empty }</p>
                } else if first > 1 {
                    <p class="view-note">{ (words.earlier)(first - 1) }</p>
                }
            }
        </div>
    }
}

fn server(props: &GridProps, row: &Row, first: Index, last: Index, with_known: bool, words: &ViewWords) -> Html {
    let Actor(player) = &props.actor;
    let pointed = props.pointed == Some(row.node);
    let chosen = props.chosen == Some(row.node);
    let class = classes!((!row.up).then_some("down"), pointed.then_some("pointed"), chosen.then_some("chosen"));
    let hover = |selection: Selection| {
        let player = player.clone();
        Callback::from(move |_: PointerEvent| player.hover(selection))
    };
    // Entries that a snapshot stands for are folded into one block.
    let folded = row.log.base.min(last).saturating_sub(first.saturating_sub(1));
    let cells = (first + folded..=last).map(|index| {
        let entry = row.log.entries.iter().find(|entry| entry.index == index);
        cell(entry, row.up && index == row.log.commit, words)
    });
    html! {
        <tr {class} onpointerenter={hover(Selection::Node(row.node))} onpointerleave={hover(Selection::None)}>
            <th scope="row">{ &row.name }if row.leads { <span class="tone-leading">{ " ★" }</span> }</th>
            if folded > 0 {
                <td class={classes!("folded", (row.log.commit == row.log.base).then_some("commit-line"))}
                    colspan={folded.to_string()} title={(words.snapshot)(row.log.base)}>
                    <span class="entry cell-committed">{ format!("▣ {}", row.log.base) }</span>
                </td>
            }
            { for cells }
            if with_known {
                <td class="known num">
                    if let Some(peer) = row.peer { { (words.peer)(peer.stored, peer.next) } }
                </td>
            }
        </tr>
    }
}

fn cell(entry: Option<&EntryView>, is_commit: bool, words: &ViewWords) -> Html {
    let line = is_commit.then_some("commit-line");
    let Some(entry) = entry else { return html! { <td class={classes!(line)}></td> } };
    let state = match entry.state {
        CellState::Committed => words.entry_committed,
        CellState::Synced => words.entry_synced,
        CellState::Unsynced => words.entry_unsynced,
        CellState::Lost => words.entry_damaged,
    };
    let mood = match entry.mood {
        Mood::Usual => None,
        Mood::Configuration => Some("mood-configuration"),
        Mood::Conflicting => Some("mood-conflicting"),
        Mood::Damaged => Some("mood-damaged"),
    };
    let about = (words.entry)(entry.index, entry.term, state);
    html! {
        <td class={classes!(line)}>
            <span class={classes!("entry", entry.state.class(), mood)} title={about}>
                <span class="entry-text">{ &entry.text }</span>
                <span class="entry-term">{ if entry.term > 0 { entry.term.to_string() } else { String::new() } }</span>
            </span>
        </td>
    }
}
