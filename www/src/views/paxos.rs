//! Paxos: what each acceptor has promised and accepted, and who is at which phase; the ballots as rows over the acceptors.

use faultlab_core::consensus::paxos::{Ballot, BallotSeen, Chosen, Ghost, Message, Paxos, Phase, Proposal};
use faultlab_core::kit::NodeSet;
use faultlab_core::{NodeId, Setup};
use faultlab_registry::NodeView;
use faultlab_words::Lang;
use faultlab_words::paxos::{self, ViewWords};
use yew::prelude::*;

use crate::browser::{adopt, style_sheet};
use crate::run::player::{Player, PlayerProps, Selection};

use super::typed::{ProtocolView, TypedLab};
use super::{Cell, CellState, Invite, Layout, MessageFace, NodeFace, Ring, Shape, Tally, Tone, View};

pub(crate) fn view() -> &'static View {
    adopt(style_sheet!("paxos"));
    &VIEW
}

static VIEW: View = View::of::<PaxosView>();

struct PaxosView;

impl ProtocolView for PaxosView {
    type P = Paxos;
    const LAYOUT: Layout = Layout::Circle;
    const EXAMPLE: &'static str = "propose 7";
    const INVITES: &'static [Invite] = &[Invite::CrashLeader, Invite::Restart];

    fn nodes(lab: Lab<'_>, views: &[NodeView], lang: Lang) -> Vec<NodeFace> {
        let (Some(setup), Some(ghost)) = (lab.setup(), lab.ghost()) else { return Vec::new() };
        views.iter().map(|view| node(lab, setup, ghost, view, paxos::view(lang))).collect()
    }

    fn message(message: &Message) -> MessageFace {
        let (tone, shape) = match message {
            Message::Prepare { .. } => (Tone::Deciding, Shape::Triangle),
            Message::Promise { .. } => (Tone::Deciding, Shape::Yes),
            Message::Accept { .. } => (Tone::Calm, Shape::Square),
            Message::Accepted { .. } => (Tone::Leading, Shape::Yes),
            Message::Refuse { .. } => (Tone::Fault, Shape::No),
        };
        MessageFace { tone, shape, label: String::new() }
    }

    fn panel(props: &PlayerProps) -> Html {
        html! { <Panel player={props.player.clone()} /> }
    }

    fn invite_words(lang: Lang) -> &'static [&'static str] {
        paxos::view(lang).invites
    }
}

type Lab<'a> = TypedLab<'a, Paxos>;

/// How many of the newest ballots are shown.
const BALLOTS_SHOWN: usize = 8;

fn node(lab: Lab<'_>, setup: &Setup<Paxos>, ghost: &Ghost, view: &NodeView, words: &ViewWords) -> NodeFace {
    let role = match (setup.proposes(view.id), setup.acceptors().contains(view.id)) {
        (true, _) => words.proposer,
        (false, true) => words.acceptor,
        (false, false) => words.learner,
    };
    let Some(paxos) = lab.memory(view.id) else {
        return NodeFace { tone: Tone::Down, role: words.down.into(), ..NodeFace::default() };
    };
    let mut face = NodeFace { role: role.into(), cells: cells(paxos, ghost), ..NodeFace::default() };
    if let Some(value) = paxos.learner.chosen {
        face.subtitle = format!("✓ {value}");
        (face.tone, face.ring) = (Tone::Leading, Ring::Double);
    } else if let Some(Proposal { ballot, phase, .. }) = &paxos.proposer.proposal {
        face.subtitle = name(*ballot);
        (face.tone, face.glyph) = (Tone::Deciding, Some('?'));
        if let Phase::Prepare { promises, .. } = phase {
            face.tally = Some(tally(setup, *promises, words));
        }
    } else if !paxos.acceptor.promised.is_none() {
        // Nothing older is accepted any more.
        face.subtitle = format!("≥ {}", name(paxos.acceptor.promised));
    }
    face
}

fn tally(setup: &Setup<Paxos>, promises: NodeSet, words: &ViewWords) -> Tally {
    let (of, needed) = (setup.acceptors().len() as u32, setup.majority() as u32);
    Tally { label: words.promises.into(), got: promises.len() as u32, of, needed, hint: (words.needs)(needed, of) }
}

/// What an acceptor has accepted, beside its node.
fn cells(paxos: &Paxos, ghost: &Ghost) -> Vec<Cell> {
    let is_chosen = |value| ghost.chosen.is_some_and(|chosen| chosen.value == value);
    let cell = |value: u32| match is_chosen(value) {
        true => Cell { text: value.to_string(), state: CellState::Committed, tone: Tone::Leading },
        false => Cell { text: value.to_string(), state: CellState::Synced, tone: Tone::Calm },
    };
    paxos.acceptor.accepted.map(|vote| cell(vote.value)).into_iter().collect()
}

/// `2.B`, as the sentences have it.
fn name(ballot: Ballot) -> String {
    paxos::ballot(ballot)
}

/// The newest ballots, a row each, and the acceptors, a column each.
#[component]
fn Panel(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = paxos::view(player.lang());
    let lab = player.lab();
    let typed = Lab::of(&*lab);
    let (Some(setup), Some(ghost)) = (typed.setup(), typed.ghost()) else { return Html::default() };
    let moment = player.moment();
    let skipped = ghost.ballots.len().saturating_sub(BALLOTS_SHOWN);
    let acceptors: Vec<&NodeView> = moment.nodes.iter().filter(|view| setup.acceptors().contains(view.id)).collect();
    let rows = ghost.ballots.iter().skip(skipped);
    html! {
        <section class="card view view-paxos" aria-label={words.title}>
            <header class="view-head">
                <h2>{ words.title }</h2>
                <ul class="paxos-legend" aria-hidden="true">
                    <li><span class="ballot-cell is-promised"></span>{ words.promised }</li>
                    <li><span class="ballot-cell is-accepted"></span>{ words.accepted }</li>
                    <li><span class="ballot-cell is-accepted is-chosen"></span>{ words.chosen_by_majority }</li>
                </ul>
            </header>
            <div class="paxos-room">
                <table class="paxos-ballots">
                    <thead>
                        <tr>
                            <th scope="col">{ words.ballot }</th>
                            { for acceptors.iter().map(|view| acceptor(player, view)) }
                            <th scope="col" class="paxos-value">{ words.value }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for rows.map(|(ballot, seen)| row(*ballot, seen, ghost.chosen, &acceptors, words)) }
                    </tbody>
                </table>
                if ghost.ballots.is_empty() {
                    <p class="view-note">{ words.none }</p>
                } else if skipped > 0 {
                    <p class="view-note">{ (words.earlier)(skipped) }</p>
                }
            </div>
        </section>
    }
}

/// The head of an acceptor's column.
fn acceptor(player: &Player, view: &NodeView) -> Html {
    let hover = |selection: Selection| {
        let player = player.clone();
        Callback::from(move |_: PointerEvent| player.hover(selection))
    };
    let class = classes!((!view.up).then_some("down"));
    html! {
        <th scope="col" {class} onpointerenter={hover(Selection::Node(view.id))} onpointerleave={hover(Selection::None)}>
            { &view.name }
        </th>
    }
}

fn row(ballot: Ballot, seen: &BallotSeen, chosen: Option<Chosen>, acceptors: &[&NodeView], words: &ViewWords) -> Html {
    let is_chosen = chosen.is_some_and(|chosen| {
        chosen.ballot <= ballot && seen.carried.is_some_and(|carried| carried.value == chosen.value)
    });
    let cell = |node: NodeId| match seen.carried.filter(|_| seen.accepted.contains(node)) {
        Some(carried) => html! {
            <span class={classes!("ballot-cell", "is-accepted", is_chosen.then_some("is-chosen"))} title={words.accepted}>
                { carried.value }
            </span>
        },
        None if seen.promised.contains(node) => html! {
            <span class="ballot-cell is-promised" title={words.promised}>{ "✓" }</span>
        },
        None => Html::default(),
    };
    let value = match seen.carried {
        Some(carried) if chosen.is_some_and(|chosen| chosen.ballot == ballot) => (words.chosen)(carried.value),
        Some(carried) => (words.proposed)(carried.value),
        None => String::new(),
    };
    html! {
        <tr key={name(ballot)}>
            <th scope="row">{ name(ballot) }</th>
            { for acceptors.iter().map(|view| html! { <td>{ cell(view.id) }</td> }) }
            <td class="paxos-value">{ value }</td>
        </tr>
    }
}
