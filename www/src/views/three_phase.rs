//! Three-phase commit: how far each process is, and which accounts are locked meanwhile.

use faultlab_core::commit::three_phase::{
    COORDINATOR, Finished, LOG, Layout as Banks, Message, Open, Part, Record, State, ThreePhase, TxnId, Vote,
};
use faultlab_core::{NodeId, Setup};
use faultlab_registry::NodeView;
use faultlab_words::Lang;
use faultlab_words::three_phase::{self, ViewWords};
use yew::prelude::*;

use crate::browser::{adopt, style_sheet};
use crate::run::player::{Player, PlayerProps};

use super::bank::{account_chip, log_cells};
use super::typed::{ProtocolView, TypedLab};
use super::{Cell, CellState, Invite, Layout, MessageFace, NodeFace, Ring, Shape, Tally, Tone, View};

pub(crate) fn view() -> &'static View {
    adopt(style_sheet!("two_phase"));
    &VIEW
}

static VIEW: View = View::of::<ThreePhaseView>();

struct ThreePhaseView;

impl ProtocolView for ThreePhaseView {
    type P = ThreePhase;
    const LAYOUT: Layout = Layout::Star;
    const EXAMPLE: &'static str = "transfer a b 10";
    const INVITES: &'static [Invite] = &[Invite::CrashMiddle, Invite::Restart, Invite::Ask];

    fn nodes(lab: Lab<'_>, views: &[NodeView], lang: Lang) -> Vec<NodeFace> {
        views.iter().map(|view| node(lab, view, three_phase::view(lang))).collect()
    }

    fn message(message: &Message) -> MessageFace {
        let (tone, shape) = match message {
            Message::Prepare { .. } => (Tone::Deciding, Shape::Triangle),
            Message::Vote { vote: Vote::Yes { .. }, .. } => (Tone::Leading, Shape::Yes),
            Message::Vote { vote: Vote::No(_), .. } => (Tone::Deciding, Shape::No),
            Message::PreCommit { .. } => (Tone::Leading, Shape::Square),
            Message::PreAck { .. } | Message::Ack { .. } => (Tone::Calm, Shape::Disc),
            Message::Decision { commit: true, .. } => (Tone::Leading, Shape::Triangle),
            Message::Decision { commit: false, .. } => (Tone::Calm, Shape::Triangle),
            Message::Elected { .. } | Message::StateRequest { .. } | Message::Inquiry { .. } => {
                (Tone::Suspect, Shape::Triangle)
            }
            Message::State { state: State::Committed | State::PreCommitted, .. } => (Tone::Leading, Shape::Yes),
            Message::State { state: State::Aborted, .. } => (Tone::Calm, Shape::No),
            Message::State { state: State::Uncertain, .. } => (Tone::Suspect, Shape::Disc),
        };
        MessageFace { tone, shape, label: String::new() }
    }

    fn panel(props: &PlayerProps) -> Html {
        html! { <Panel player={props.player.clone()} /> }
    }

    fn invite_words(lang: Lang) -> &'static [&'static str] {
        three_phase::view(lang).invites
    }
}

type Lab<'a> = TypedLab<'a, ThreePhase>;

fn node(lab: Lab<'_>, view: &NodeView, words: &ViewWords) -> NodeFace {
    let cells = log_cells(lab, view.id, LOG, cell);
    let Some(process) = lab.memory(view.id) else {
        return NodeFace { tone: Tone::Down, role: words.down.into(), cells, ..NodeFace::default() };
    };
    let coordinates = view.id == COORDINATOR;
    let mut face = NodeFace {
        role: if coordinates { words.coordinator } else { words.participant }.into(),
        ring: if coordinates { Ring::Double } else { NodeFace::default().ring },
        cells,
        ..NodeFace::default()
    };
    // The transaction that it leads, before the oldest one that it waits for.
    let Some(open) = process.open.iter().find(|open| open.part.leads()).or_else(|| process.open.first()) else {
        face.subtitle = words.idle.into();
        return face;
    };
    let (tone, glyph) = match open.state {
        State::PreCommitted => (Tone::Leading, '✓'),
        State::Aborted | State::Uncertain | State::Committed => (Tone::Deciding, '?'),
    };
    (face.tone, face.glyph) = (tone, Some(glyph));
    let state = if open.state == State::PreCommitted { words.pre_committed } else { words.uncertain };
    let doing = match open.part {
        Part::Follows => state,
        Part::Recovers { .. } => words.asks,
        Part::Votes { .. } => words.voting,
        Part::Collects { .. } | Part::PreCommits { .. } => words.leads,
    };
    if open.part == Part::Follows || matches!(open.part, Part::Recovers { .. }) {
        face.ring = Ring::Dashed;
    }
    face.subtitle = format!("{} {doing}", open.txn);
    face.tally = tally(open, view.id, lab.setup(), words);
    face
}

/// Whose answers a leader has, of those that it waits for.
fn tally(open: &Open, me: NodeId, setup: Option<&Setup<ThreePhase>>, words: &ViewWords) -> Option<Tally> {
    let (label, got, of) = match open.part {
        Part::Votes { yes, .. } => (words.votes, yes.len(), Banks::new(setup?).participants(open.transaction).len()),
        Part::Collects { heard, .. } => (words.answers, heard.len(), open.up.without(me).len()),
        Part::PreCommits { asked, unacked, .. } => (words.acks, asked.minus(unacked).len(), asked.len()),
        Part::Follows | Part::Recovers { .. } => return None,
    };
    let (got, of) = (got as u32, of as u32);
    Some(Tally { label: label.into(), got, of, needed: of, hint: (words.needs)(of, of) })
}

/// A log record as a letter and the transaction's number: prepared, pre-committed (K), commit, abort, end.
fn cell(record: &Record, state: CellState) -> Cell {
    let (text, decided, tone) = match record {
        Record::Prepared { txn, .. } => (format!("P{}", txn.number), false, Tone::Deciding),
        Record::PreCommitted { txn, .. } => (format!("K{}", txn.number), false, Tone::Leading),
        Record::Decided { txn, commit: true, .. } => (format!("C{}", txn.number), true, Tone::Leading),
        Record::Decided { txn, commit: false, .. } => (format!("A{}", txn.number), true, Tone::Calm),
        Record::Ended { txn } => (format!("E{}", txn.number), false, Tone::Calm),
        Record::Checkpoint { .. } => ("▣".into(), false, Tone::Calm),
    };
    let state = if decided && state == CellState::Synced { CellState::Committed } else { state };
    Cell { text, state, tone }
}

/// How far a process is with a transaction, if it knows of it.
fn state_of(process: &ThreePhase, txn: TxnId) -> Option<State> {
    let decided = |finished: &Finished| if finished.commit { State::Committed } else { State::Aborted };
    let open = process.open.iter().find(|open| open.txn == txn).map(|open| open.state);
    open.or_else(|| process.finished.iter().find(|finished| finished.txn == txn).map(decided))
}

/// The transaction to show: the oldest that somebody who runs has not decided, else the latest that anybody knows of.
fn shown(processes: &[(NodeId, Option<&ThreePhase>)]) -> Option<TxnId> {
    let running = || processes.iter().filter_map(|(_, process)| *process);
    let open = running().flat_map(|process| &process.open).map(|open| open.txn).min();
    open.or_else(|| running().flat_map(|process| &process.finished).map(|finished| finished.txn).max())
}

#[component]
fn Panel(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = three_phase::view(player.lang());
    let (lab, moment) = (player.lab(), player.moment());
    let processes: Vec<_> = moment.nodes.iter().map(|view| (view.id, Lab::of(&*lab).memory(view.id))).collect();
    let txn = shown(&processes);
    let rows = moment.nodes.iter().zip(&processes).map(|(view, (_, process))| {
        let (text, tone) = match (process, txn.and_then(|txn| state_of((*process)?, txn))) {
            (None, _) => (words.down, Tone::Down),
            (Some(_), None) => (words.idle, Tone::Calm),
            (Some(_), Some(State::Uncertain)) => (words.uncertain, Tone::Deciding),
            (Some(_), Some(State::PreCommitted)) => (words.pre_committed, Tone::Leading),
            (Some(_), Some(State::Committed)) => (words.outcome_commit, Tone::Leading),
            (Some(_), Some(State::Aborted)) => (words.outcome_abort, Tone::Calm),
        };
        html! { <><dt>{ &view.name }</dt><dd><span class={classes!("chip", tone.class())}>{ text }</span></dd></> }
    });
    html! {
        <section class="card view view-commit" aria-label={words.states_title}>
            <header class="view-head"><h2>{ words.states_title }</h2></header>
            if let Some(txn) = txn {
                <p class="view-summary"><strong>{ txn.to_string() }</strong></p>
                <div class="commit-locks"><dl>{ for rows }</dl></div>
            } else {
                <p class="view-note">{ words.none_yet }</p>
            }
            { locks(player, words) }
        </section>
    }
}

/// Every account with its balance, and who holds it.
fn locks(player: &Player, words: &ViewWords) -> Html {
    let lab = player.lab();
    let Some(setup) = Lab::of(&*lab).setup() else { return Html::default() };
    let banks = Banks::new(setup);
    let moment = player.moment();
    let rows = moment.nodes.iter().filter(|view| view.id != COORDINATOR).map(|view| {
        let accounts: Vec<Html> = match Lab::of(&*lab).memory(view.id) {
            Some(process) => banks
                .kept_by(view.id)
                .iter()
                .zip(&process.balances)
                .map(|(account, balance)| {
                    let holder = process.open.iter().find(|open| open.locks.contains(account)).map(|open| open.txn);
                    account_chip(account, *balance, holder, words.free, words.locked_by)
                })
                .collect(),
            None => vec![html! { <span class="view-soft">{ words.down }</span> }],
        };
        html! { <><dt>{ &view.name }</dt><dd>{ for accounts }</dd></> }
    });
    html! {
        <div class="commit-locks">
            <h3>{ words.locks_title }</h3>
            <dl>{ for rows }</dl>
        </div>
    }
}
