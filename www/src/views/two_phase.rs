//! Two-phase commit: who waits for whom, drawn as lanes in time, and which accounts are locked meanwhile.

mod axis;
mod lanes;
mod ledger;

use faultlab_core::commit::two_phase::{
    Account, COORDINATOR, Coordinator, Known, LOG, Layout as Banks, Message, Participant, Phase, Record, Rule, Stage,
    TwoPhase, TxnId, Undecided, Vote, Waiting,
};
use faultlab_core::kit::majority;
use faultlab_core::{Setup, Time};
use faultlab_registry::NodeView;
use faultlab_words::Lang;
use faultlab_words::two_phase::{self, ViewWords};
use yew::prelude::*;

use crate::browser::{adopt, style_sheet};
use crate::run::player::{Player, PlayerProps, Selection};

use super::bank::{account_chip, log_cells};
use super::follow::Follow;
use super::typed::{ProtocolView, TypedLab};
use super::{Actor, Cell, CellState, Invite, Layout, MessageFace, NodeFace, Ring, Shape, Tally, Tone, View};
use lanes::Lanes;
use ledger::{Ledger, Track};

pub(crate) fn view() -> &'static View {
    adopt(style_sheet!("two_phase"));
    &VIEW
}

static VIEW: View = View::of::<TwoPhaseView>();

struct TwoPhaseView;

impl ProtocolView for TwoPhaseView {
    type P = TwoPhase;
    const LAYOUT: Layout = Layout::Star;
    const EXAMPLE: &'static str = "transfer a b 10";
    const INVITES: &'static [Invite] = &[Invite::CrashMiddle, Invite::Restart, Invite::Ask];

    fn nodes(lab: Lab<'_>, views: &[NodeView], lang: Lang) -> Vec<NodeFace> {
        views.iter().map(|view| node(lab, view, two_phase::view(lang))).collect()
    }

    fn message(message: &Message) -> MessageFace {
        let (tone, shape) = match message {
            Message::Work { .. } => (Tone::Calm, Shape::Square),
            Message::Done { .. } | Message::Ack { .. } => (Tone::Calm, Shape::Disc),
            Message::Prepare { .. } => (Tone::Deciding, Shape::Triangle),
            Message::Vote { vote: Vote::Yes { .. }, .. } => (Tone::Leading, Shape::Yes),
            Message::Vote { vote: Vote::No(_), .. } => (Tone::Deciding, Shape::No),
            Message::Decision { commit: true, .. } => (Tone::Leading, Shape::Triangle),
            Message::Decision { commit: false, .. } => (Tone::Calm, Shape::Triangle),
            Message::Inquiry { .. } => (Tone::Suspect, Shape::Triangle),
            Message::Answer { known: Known::Committed, .. } => (Tone::Leading, Shape::Yes),
            Message::Answer { known: Known::Aborted, .. } => (Tone::Calm, Shape::No),
            Message::Answer { known: Known::InDoubt, .. } => (Tone::Suspect, Shape::Disc),
        };
        MessageFace { tone, shape, label: String::new() }
    }

    fn panel(props: &PlayerProps) -> Html {
        html! { <Panel player={props.player.clone()} /> }
    }

    fn invite_words(lang: Lang) -> &'static [&'static str] {
        two_phase::view(lang).invites
    }
}

type Lab<'a> = TypedLab<'a, TwoPhase>;

/// How many of the latest steps the panel reads when it begins anew.
const SPAN: usize = 4_000;
/// How many transactions can be chosen from.
const CHOICE: usize = 6;

fn node(lab: Lab<'_>, view: &NodeView, words: &ViewWords) -> NodeFace {
    let face = match lab.memory(view.id) {
        None => NodeFace { tone: Tone::Down, role: words.down.into(), ..NodeFace::default() },
        Some(TwoPhase::Coordinator(coordinator)) => coordinator_face(coordinator, lab.setup(), words),
        Some(TwoPhase::Participant(participant)) => participant_face(participant, words),
    };
    NodeFace { cells: log_cells(lab, view.id, LOG, cell), ..face }
}

fn coordinator_face(coordinator: &Coordinator, setup: Option<&Setup<TwoPhase>>, words: &ViewWords) -> NodeFace {
    let mut face = NodeFace { ring: Ring::Double, role: words.coordinator.into(), ..NodeFace::default() };
    // The transaction that asks most of it: votes before acknowledgements before work.
    let voting = coordinator.open.iter().find(|open| matches!(open.phase, Phase::Voting { .. }));
    let Some(open) = voting.or_else(|| coordinator.open.last()) else {
        face.subtitle = words.idle.into();
        return face;
    };
    let of = open.participants.len() as u32;
    let asks_all = setup.is_none_or(|setup| setup.on(Rule::UnanimousVotes));
    let needed = if asks_all { of } else { majority(open.participants.len()) as u32 };
    match open.phase {
        Phase::Working { .. } => face.subtitle = format!("{} {}", open.txn, words.working),
        Phase::Voting { yes, .. } => {
            (face.tone, face.glyph) = (Tone::Deciding, Some('?'));
            face.subtitle = format!("{} {}", open.txn, words.voting);
            face.tally = Some(Tally {
                label: words.votes.into(),
                got: yes.len() as u32,
                of,
                needed,
                hint: (words.needs)(needed, of),
            });
        }
        Phase::Committed { .. } => {
            (face.tone, face.glyph) = (Tone::Leading, Some('✓'));
            face.subtitle = format!("{} {}", open.txn, words.commit);
        }
    }
    face
}

/// The transaction in doubt that has waited longest, if any.
fn in_doubt(participant: &Participant) -> Option<(&Undecided, Waiting)> {
    participant.undecided.iter().find_map(|entry| match entry.stage {
        Stage::Prepared { waiting, .. } => Some((entry, waiting)),
        Stage::Working => None,
    })
}

fn participant_face(participant: &Participant, words: &ViewWords) -> NodeFace {
    let mut face = NodeFace { role: words.participant.into(), ..NodeFace::default() };
    match in_doubt(participant) {
        Some((entry, Waiting::Blocked)) => {
            (face.tone, face.glyph, face.ring) = (Tone::Suspect, Some('!'), Ring::Dashed);
            face.subtitle = format!("{} {}", entry.txn, words.blocked);
        }
        Some((entry, Waiting::Patient | Waiting::Asking)) => {
            (face.tone, face.glyph, face.ring) = (Tone::Deciding, Some('?'), Ring::Dashed);
            face.subtitle = format!("{} {}", entry.txn, words.prepared);
        }
        None => {
            face.subtitle = match participant.undecided.last() {
                Some(entry) => format!("{} {}", entry.txn, words.working),
                None => words.idle.into(),
            };
        }
    }
    face
}

/// A log record as a letter and the transaction's number: prepared, commit decided, abort, end.
fn cell(record: &Record, state: CellState) -> Cell {
    let (text, decided, tone) = match record {
        Record::Epoch { epoch } => (format!("#{epoch}"), false, Tone::Calm),
        Record::Decided { txn, .. } => (format!("D{}", txn.number), true, Tone::Leading),
        Record::End { txn } => (format!("E{}", txn.number), false, Tone::Calm),
        Record::Prepared { txn, .. } => (format!("P{}", txn.number), false, Tone::Deciding),
        Record::Committed { txn } => (format!("C{}", txn.number), true, Tone::Leading),
        Record::Aborted { txn } | Record::Refused { txn, .. } => (format!("A{}", txn.number), true, Tone::Calm),
        Record::CoordinatorCheckpoint { .. } | Record::ParticipantCheckpoint { .. } => ("▣".into(), false, Tone::Calm),
    };
    let state = if decided && state == CellState::Synced { CellState::Committed } else { state };
    Cell { text, state, tone }
}

/// How the transaction stands for those who wait.
#[derive(Clone, PartialEq)]
enum Waited {
    Nobody,
    InDoubt(Time),
    Blocked(Time),
}

/// Since when somebody is in doubt about the transaction, and whether they have found that nobody can help.
fn waited(lab: Lab<'_>, track: &Track) -> Waited {
    let since = track.holds.iter().filter(|hold| hold.to.is_none()).map(|hold| hold.from).min();
    let blocked = track.participants.iter().any(|node| {
        matches!(lab.memory(node), Some(TwoPhase::Participant(participant))
            if participant.undecided.iter().any(|entry| entry.txn == track.txn
                && matches!(entry.stage, Stage::Prepared { waiting: Waiting::Blocked, .. })))
    });
    match (since, blocked) {
        (None, _) => Waited::Nobody,
        (Some(since), false) => Waited::InDoubt(since),
        (Some(since), true) => Waited::Blocked(since),
    }
}

/// The transaction to show if the reader has chosen none: the oldest that somebody waits for, else the latest.
fn most_telling<'a>(lab: Lab<'_>, tracks: &'a [Track]) -> Option<&'a Track> {
    let blocked = tracks.iter().find(|track| matches!(waited(lab, track), Waited::Blocked(_)));
    blocked.or_else(|| tracks.last())
}

#[component]
fn Panel(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = two_phase::view(player.lang());
    let chosen = use_state(|| None::<TxnId>);
    let follow = use_mut_ref(Follow::<Ledger>::default);
    follow.borrow_mut().follow(&*player.lab(), SPAN, Ledger::read);
    let follow = follow.borrow();
    let tracks = &follow.read.tracks;
    let shown = tracks.iter().find(|track| Some(track.txn) == *chosen);
    let shown = shown.or_else(|| most_telling(Lab::of(&*player.lab()), tracks));
    let pointed = match player.hovered() {
        Selection::Packet(packet) => Some(packet),
        Selection::None | Selection::Node(_) | Selection::Link(..) | Selection::Client(_) | Selection::Fact(_) => None,
    };
    let choices = tracks.iter().rev().take(CHOICE).rev().map(|track| {
        let chosen = chosen.clone();
        let txn = track.txn;
        let is_shown = shown.is_some_and(|shown| shown.txn == txn);
        let onclick =
            Callback::from(move |_: MouseEvent| chosen.set(if *chosen == Some(txn) { None } else { Some(txn) }));
        let (mark, tone) = match track.outcome() {
            Some(true) => ("✓", Tone::Leading),
            Some(false) => ("✕", Tone::Calm),
            None => ("…", Tone::Deciding),
        };
        html! {
            <button type="button" class={classes!("chip", tone.class())} aria-pressed={is_shown.to_string()} {onclick}>
                { format!("{txn} {mark}") }
            </button>
        }
    });
    html! {
        <section class="card view view-commit" aria-label={words.title}>
            <header class="view-head">
                <h2>{ words.title }</h2>
                <div class="chips" role="group" aria-label={words.choose}>{ for choices }</div>
            </header>
            if let Some(track) = shown {
                <Lanes actor={Actor(player.clone())} lang={player.lang()} {pointed} drawing={lanes::Drawing::of(player, track, &follow.read.falls)} />
                { summary(player, track, words) }
            } else {
                <p class="view-note">{ words.none_yet }</p>
            }
            { locks(player, words) }
        </section>
    }
}

/// `blocked for 1.84 s   3 locks · 9 messages · 4 syncs`
fn summary(player: &Player, track: &Track, words: &ViewWords) -> Html {
    let lab = player.lab();
    let now = lab.now();
    let lab = Lab::of(&*lab);
    let span = |since: Time| crate::text::format::span(now.since(since));
    let (text, class) = match waited(lab, track) {
        Waited::Blocked(since) => ((words.blocked_for)(&span(since)), "blocked"),
        Waited::InDoubt(since) => ((words.in_doubt_for)(&span(since)), "in-doubt"),
        Waited::Nobody => match track.outcome() {
            Some(true) => (words.outcome_commit.to_owned(), "commit"),
            Some(false) => (words.outcome_abort.to_owned(), "abort"),
            None => (words.outcome_open.to_owned(), "open"),
        },
    };
    let locked = track.participants.iter().filter_map(|node| match lab.memory(node) {
        Some(TwoPhase::Participant(participant)) => participant.undecided.iter().find(|entry| entry.txn == track.txn),
        Some(TwoPhase::Coordinator(_)) | None => None,
    });
    let locks = locked.map(|entry| match entry.stage {
        Stage::Prepared { locks, .. } => locks.len(),
        Stage::Working => 0,
    });
    let counts = (words.counts)(locks.sum(), track.legs.len(), track.forces.len());
    html! {
        <p class="view-summary" data-waiting={class}>
            <strong>{ text }</strong><span>{ counts }</span>
        </p>
    }
}

/// Every account with its balance, and who holds it.
fn locks(player: &Player, words: &ViewWords) -> Html {
    let lab = player.lab();
    let lab = Lab::of(&*lab);
    let Some(setup) = lab.setup() else { return Html::default() };
    let banks = Banks::new(setup);
    let moment = player.moment();
    let rows = moment.nodes.iter().filter(|view| view.id != COORDINATOR).map(|view| {
        let accounts: Vec<Html> = match lab.memory(view.id) {
            Some(TwoPhase::Participant(participant)) => banks
                .kept_by(view.id)
                .iter()
                .zip(&participant.balances)
                .map(|(account, balance)| {
                    let (free, locked_by) = (words.free, words.locked_by);
                    account_chip(account, *balance, holder(participant, account), free, locked_by)
                })
                .collect(),
            Some(TwoPhase::Coordinator(_)) | None => vec![html! { <span class="view-soft">{ words.down }</span> }],
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

/// The transaction that holds an account.
fn holder(participant: &Participant, account: Account) -> Option<TxnId> {
    let holds = |entry: &&Undecided| matches!(entry.stage, Stage::Prepared { locks, .. } if locks.contains(account));
    participant.undecided.iter().find(holds).map(|entry| entry.txn)
}
