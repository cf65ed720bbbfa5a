//! Raft: roles, terms and votes on the nodes; the servers' logs side by side, and what they have applied.

mod logs;
mod matrix;

use faultlab_core::Setup;
use faultlab_core::consensus::raft::{Append, Message, Poll, Raft, Role, spell_key};
use faultlab_registry::NodeView;
use faultlab_words::Lang;
use faultlab_words::raft::{self, ViewWords};
use yew::prelude::*;

use crate::browser::{adopt, style_sheet};
use crate::run::player::{Player, PlayerProps};

use super::typed::{ProtocolView, TypedLab};
use super::{Cell, Invite, Layout, MessageFace, NodeFace, Ring, Shape, Tally, Tone, View};
use logs::{LogView, Mood};
use matrix::Matrix;

pub(crate) fn view() -> &'static View {
    adopt(style_sheet!("raft"));
    &VIEW
}

static VIEW: View = View::of::<RaftView>();

struct RaftView;

impl ProtocolView for RaftView {
    type P = Raft;
    const LAYOUT: Layout = Layout::Circle;
    const EXAMPLE: &'static str = "put x 7";
    const INVITES: &'static [Invite] = &[Invite::CrashLeader, Invite::Restart, Invite::Partition, Invite::Heal];

    fn nodes(lab: Lab<'_>, views: &[NodeView], lang: Lang) -> Vec<NodeFace> {
        let reference = logs::reference(lab);
        views.iter().map(|view| node(lab, reference, view, raft::view(lang))).collect()
    }

    fn message(message: &Message) -> MessageFace {
        let (tone, shape) = match message {
            Message::RequestPreVote { .. } | Message::RequestVote { .. } | Message::TimeoutNow { .. } => {
                (Tone::Deciding, Shape::Triangle)
            }
            Message::PreVote { granted: true, .. } | Message::Vote { granted: true, .. } => (Tone::Leading, Shape::Yes),
            Message::PreVote { granted: false, .. } | Message::Vote { granted: false, .. } => {
                (Tone::Deciding, Shape::No)
            }
            Message::AppendEntries(append) if append.entries.as_slice().is_empty() => (Tone::Calm, Shape::Triangle),
            Message::AppendEntries(_) | Message::InstallSnapshot { .. } => (Tone::Calm, Shape::Square),
            Message::Appended { result: Append::Stored { .. }, .. } => (Tone::Calm, Shape::Yes),
            Message::Appended { result: Append::Mismatch { .. } | Append::Outdated, .. } => (Tone::Deciding, Shape::No),
        };
        MessageFace { tone, shape, label: String::new() }
    }

    fn panel(props: &PlayerProps) -> Html {
        html! { <Panel player={props.player.clone()} /> }
    }

    fn invite_words(lang: Lang) -> &'static [&'static str] {
        raft::view(lang).invites
    }
}

type Lab<'a> = TypedLab<'a, Raft>;

/// How many of the newest log cells the stage is offered.
const CELLS: usize = 12;

fn node(lab: Lab<'_>, reference: Option<&Raft>, view: &NodeView, words: &ViewWords) -> NodeFace {
    let cells = cells(&LogView::of(lab, reference, view.id, CELLS));
    let Some(raft) = lab.memory(view.id) else {
        return NodeFace { tone: Tone::Down, role: words.down.into(), cells, ..NodeFace::default() };
    };
    let setup = lab.setup();
    let mut face = NodeFace { cells, subtitle: (words.term)(raft.term), ..NodeFace::default() };
    match &raft.role {
        Role::Follower if raft.members().contains(view.id) => face.role = words.follower.into(),
        Role::Follower => {
            face.role = words.not_member.into();
            face.ring = Ring::Dashed;
            face.subtitle = words.not_member.into();
        }
        Role::PreCandidate(poll) => {
            face.role = words.pre_candidate.into();
            (face.tone, face.glyph, face.ring) = (Tone::Deciding, Some('?'), Ring::Dashed);
            face.tally = setup.map(|setup| tally(raft, setup, poll, words.pre_votes, words));
        }
        Role::Candidate(poll) => {
            face.role = words.candidate.into();
            (face.tone, face.glyph, face.ring) = (Tone::Deciding, Some('?'), Ring::Dashed);
            face.tally = setup.map(|setup| tally(raft, setup, poll, words.votes, words));
        }
        Role::Leader(_) => {
            face.role = words.leader.into();
            (face.tone, face.glyph, face.ring) = (Tone::Leading, Some('★'), Ring::Double);
        }
    }
    face
}

fn tally(raft: &Raft, setup: &Setup<Raft>, poll: &Poll, label: &str, words: &ViewWords) -> Tally {
    let members = raft.members();
    let (of, needed) = (members.len() as u32, raft.quorum(setup) as u32);
    let got = poll.granted.intersection(members).len() as u32;
    Tally { label: label.to_owned(), got, of, needed, hint: (words.needs)(needed, of) }
}

fn cells(log: &LogView) -> Vec<Cell> {
    let newest = log.entries.iter().rev().take(CELLS).rev();
    let entries = newest.map(|entry| Cell { text: entry.text.clone(), state: entry.state, tone: tone_of(entry.mood) });
    let snapshot =
        (log.base > 0).then(|| Cell { text: "▣".into(), state: super::CellState::Committed, tone: Tone::Calm });
    snapshot.into_iter().chain(entries).collect()
}

fn tone_of(mood: Mood) -> Tone {
    match mood {
        Mood::Usual => Tone::Calm,
        Mood::Configuration => Tone::Leading,
        Mood::Conflicting => Tone::Deciding,
        Mood::Damaged => Tone::Fault,
    }
}

/// The logs, drawn when they are seen.
#[component]
pub(crate) fn Panel(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = raft::view(player.lang());
    html! {
        <section class="card view view-raft" aria-label={words.title}>
            <header class="view-head">
                <h2>{ words.title }</h2>
                <ul class="raft-legend" aria-hidden="true">
                    <li><span class="entry cell-committed"></span>{ words.entry_committed }</li>
                    <li><span class="entry cell-synced"></span>{ words.entry_synced }</li>
                    <li><span class="entry cell-unsynced"></span>{ words.entry_unsynced }</li>
                    <li><span class="entry cell-synced mood-conflicting"></span>{ words.entry_conflicting }</li>
                </ul>
            </header>
            <Matrix player={player.clone()} />
            { state(player, words) }
        </section>
    }
}

/// What each server has applied: its keys, and the newest request of each client.
fn state(player: &Player, words: &ViewWords) -> Html {
    let lab = player.lab();
    let lab = Lab::of(&*lab);
    let moment = player.moment();
    let rows = moment.nodes.iter().map(|view| {
        let applied = match lab.memory(view.id) {
            None => html! { <span class="view-soft">{ words.down }</span> },
            Some(raft) => {
                let keys = raft.machine.store.iter().map(|(key, cell)| {
                    let mut name = String::new();
                    spell_key(*key, &mut name);
                    html! { <span class="account">{ format!("{name} {}", cell.value) }</span> }
                });
                let sessions = raft.machine.sessions.iter().map(|session| {
                    let about = (words.session)(&session.client.to_string(), session.sequence);
                    html! { <span class="account session" title={about}>{ format!("{}#{}", session.client, session.sequence) }</span> }
                });
                html! {
                    <>
                        <span class="view-soft num">{ (words.applied)(raft.commit) }</span>
                        { for keys }
                        { for sessions }
                    </>
                }
            }
        };
        html! { <><dt>{ &view.name }</dt><dd>{ applied }</dd></> }
    });
    html! {
        <details class="view-state">
            <summary>{ words.state_title }</summary>
            <dl>{ for rows }</dl>
        </details>
    }
}
