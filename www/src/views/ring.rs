//! The hash ring: who owns which arc, which keys lie where, what a change of members moves, and how many copies there are.

mod change;
mod circle;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use faultlab_core::hashing::ring::{
    ADMINISTRATOR, Body, DATA, Item, Key, Membership, Message, Record, RingStore, owners, placement, preference,
};
use faultlab_core::kit::{NodeSet, Placement};
use faultlab_core::{Disk, NodeId, Operation};
use faultlab_registry::NodeView;
use faultlab_words::Lang;
use faultlab_words::ring::{self, ViewWords};
use yew::prelude::*;

use crate::browser::{adopt, style_sheet};
use crate::run::player::{Player, PlayerProps, Selection};

use super::typed::{ProtocolView, TypedLab};
use super::{Actor, Cell, CellState, Invite, Layout, MessageFace, NodeFace, Ring, Shape, Tone, View};
use change::Change;
use circle::Circle;

pub(crate) fn view() -> &'static View {
    adopt(style_sheet!("ring"));
    &VIEW
}

static VIEW: View = View::of::<RingView>();

struct RingView;

impl ProtocolView for RingView {
    type P = RingStore;
    const LAYOUT: Layout = Layout::Ring;
    const EXAMPLE: &'static str = "put k3 7";
    const INVITES: &'static [Invite] = &[Invite::Ask, Invite::CrashOne, Invite::Restart];

    fn nodes(lab: Lab<'_>, views: &[NodeView], lang: Lang) -> Vec<NodeFace> {
        let administrator = lab.memory(ADMINISTRATOR).and_then(|store| store.administrator.as_ref());
        let silent = administrator.map_or(NodeSet::EMPTY, |administrator| administrator.silent);
        let known = Known { newest: newest(lab), silent };
        views.iter().map(|view| node(lab, &known, view, ring::view(lang))).collect()
    }

    fn message(message: &Message) -> MessageFace {
        let (tone, shape) = match &message.body {
            Body::Heartbeat { .. } => (Tone::Calm, Shape::Disc),
            Body::Publish => (Tone::Leading, Shape::Triangle),
            Body::Recall { .. } => (Tone::Deciding, Shape::Triangle),
            Body::Recalled { .. } => (Tone::Deciding, Shape::Disc),
            Body::Write { .. } => (Tone::Calm, Shape::Square),
            Body::Stored { .. } => (Tone::Leading, Shape::Yes),
            Body::Read { .. } => (Tone::Calm, Shape::Triangle),
            Body::Found { .. } => (Tone::Calm, Shape::Disc),
            Body::OldEpoch => (Tone::Suspect, Shape::No),
            Body::Offer { .. } => (Tone::Deciding, Shape::Triangle),
            Body::Compared { .. } => (Tone::Deciding, Shape::Disc),
            Body::Transfer { .. } => (Tone::Deciding, Shape::Square),
        };
        MessageFace { tone, shape, label: String::new() }
    }

    fn panel(props: &PlayerProps) -> Html {
        html! { <Panel player={props.player.clone()} /> }
    }

    fn invite_words(lang: Lang) -> &'static [&'static str] {
        ring::view(lang).invites
    }
}

type Lab<'a> = TypedLab<'a, RingStore>;

/// How many keys are listed with their copies.
const KEYS_LISTED: usize = 40;
/// How many colours there are for owners; after that they come again, and the letters tell.
const OWNER_COLOURS: u8 = 8;

/// The number of an owner's colour.
fn colour(node: NodeId) -> u8 {
    node.0 % OWNER_COLOURS
}

/// The class that gives an element an owner's colour.
fn owner_class(node: NodeId) -> String {
    format!("owner-{}", colour(node) + 1)
}

/// The newest membership: as the observers saw it issued, or as a node knows it by now, which may be settled.
fn newest(lab: Lab<'_>) -> Option<Membership> {
    let ghost = lab.ghost()?;
    let seen = ghost.newest.as_ref().map(|newest| newest.view);
    let nodes = (0..NodeSet::ROOM).map(NodeId).filter_map(|node| lab.memory(node)).map(|store| store.view);
    nodes.chain(seen).reduce(|best, view| if view.supersedes(&best) { view } else { best })
}

/// What is known of the ring as a whole.
struct Known {
    newest: Option<Membership>,
    /// Whom the administrator has not heard for too long.
    silent: NodeSet,
}

fn node(lab: Lab<'_>, known: &Known, view: &NodeView, words: &ViewWords) -> NodeFace {
    let mut face = NodeFace { owner: Some(colour(view.id)), ..NodeFace::default() };
    if view.id == ADMINISTRATOR {
        face.ring = Ring::Double;
    }
    let Some(store) = lab.memory(view.id) else {
        (face.tone, face.role) = (Tone::Down, words.down.into());
        face.cells = cells(lab.disk(view.id), None);
        let lost = lab.lost(view.id);
        let lost = lost.iter().flat_map(|disk| unsynced(disk));
        let cell = |key: Key| Cell { text: key.to_string(), state: CellState::Lost, tone: Tone::Fault };
        face.cells.extend(lost.map(cell));
        return face;
    };
    let newest = known.newest.unwrap_or(store.view);
    let old = store.view.number() < newest.number();
    let member = newest.members.contains(view.id);
    face.subtitle = if old || member { (words.epoch)(store.view.epoch) } else { words.spare.into() };
    face.role = if store.recall.is_some() {
        words.recalling.into()
    } else if view.id == ADMINISTRATOR {
        words.administrator.into()
    } else if old {
        (words.old_epoch)(store.view.epoch)
    } else if member {
        words.member.into()
    } else {
        words.spare.into()
    };
    let arriving = member && !newest.is_settled() && !newest.former.contains(view.id);
    let leaving = !member && newest.former.contains(view.id);
    if store.recall.is_some() {
        (face.tone, face.glyph) = (Tone::Suspect, Some('…'));
    } else if known.silent.contains(view.id) {
        (face.tone, face.glyph) = (Tone::Suspect, Some('?'));
    } else if old {
        (face.tone, face.glyph) = (Tone::Deciding, Some('!'));
    } else if arriving || leaving {
        (face.tone, face.glyph) = (Tone::Deciding, Some(if arriving { '+' } else { '−' }));
    }
    if !member && face.ring == Ring::Plain {
        face.ring = Ring::Dashed;
    }
    face.cells = cells(lab.disk(view.id), Some(store));
    face
}

/// The keys of a node: on its disk, or still on the way there; keys that are no longer its own stand out.
fn cells(disk: Option<&Disk<Record>>, store: Option<&RingStore>) -> Vec<Cell> {
    let Some(disk) = disk else { return Vec::new() };
    let mut keys: BTreeMap<Key, CellState> = durable(disk).into_keys().map(|key| (key, CellState::Synced)).collect();
    keys.extend(unsynced(disk).map(|key| (key, CellState::Unsynced)));
    let foreign = |key: &Key| store.is_some_and(|store| store.foreign.contains_key(key));
    let tone = |key: &Key| if foreign(key) { Tone::Deciding } else { Tone::Calm };
    keys.into_iter().map(|(key, state)| Cell { text: key.to_string(), state, tone: tone(&key) }).collect()
}

/// The keys of copies that are on their way to a disk.
fn unsynced(disk: &Disk<Record>) -> impl Iterator<Item = Key> {
    disk.area(DATA).unsynced().iter().filter_map(|operation| match operation {
        Operation::Append(Record::Put { key, .. }) | Operation::Write { record: Record::Put { key, .. }, .. } => {
            Some(*key)
        }
        Operation::Append(_) | Operation::Write { .. } | Operation::Trim { .. } | Operation::Truncate { .. } => None,
    })
}

/// What a disk holds for certain.
fn durable(disk: &Disk<Record>) -> BTreeMap<Key, Item> {
    let mut items = BTreeMap::new();
    for record in disk.area(DATA).intact_prefix() {
        match record {
            Record::Put { key, item } => drop(items.insert(*key, *item)),
            Record::Drop { key } => drop(items.remove(key)),
            Record::Membership(_) | Record::Whole => {}
        }
    }
    items
}

/// One key, where it is, and who keeps it.
#[derive(Clone, PartialEq)]
pub(super) struct KeyView {
    key: Key,
    position: u64,
    owners: Vec<(NodeId, Copy)>,
    /// Kept by nodes that do not own it (any more).
    elsewhere: Vec<NodeId>,
    /// The last change of members gave it another first owner.
    moved: bool,
}

/// How it stands with a copy that there should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copy {
    There,
    /// On the disk of a node that is down.
    Asleep,
    Missing,
}

impl KeyView {
    fn missing(&self) -> usize {
        self.owners.iter().filter(|(_, copy)| *copy != Copy::There).count()
    }
}

/// All that the panel shows, as plain values.
#[derive(Clone, PartialEq)]
pub(super) struct Picture {
    placement: Placement,
    /// The placement before the last change of members.
    before: Option<Placement>,
    members: NodeSet,
    view: Membership,
    down: NodeSet,
    names: Vec<String>,
    keys: Vec<KeyView>,
    held: BTreeMap<NodeId, usize>,
}

fn picture(player: &Player) -> Option<Picture> {
    let lab = player.lab();
    let lab = Lab::of(&*lab);
    let setup = lab.setup()?;
    let ghost = lab.ghost()?;
    let view = newest(lab).unwrap_or_else(|| setup.initial());
    let reader = view.members.iter().find(|node| lab.memory(*node).is_some()).unwrap_or(ADMINISTRATOR);
    let now = placement(setup, reader, view.members);
    let earlier = ghost.epochs.values().rev().map(|epoch| epoch.view.members).find(|members| *members != view.members);
    let earlier = if view.is_settled() { earlier } else { Some(view.former) };
    let before = earlier.map(|members| placement(setup, reader, members));
    let moment = player.moment();
    let mut held: BTreeMap<NodeId, BTreeSet<Key>> = BTreeMap::new();
    for node in &moment.nodes {
        let keys = match (lab.memory(node.id), lab.disk(node.id)) {
            (Some(store), _) => store.items.keys().copied().collect(),
            (None, Some(disk)) => durable(disk).into_keys().collect(),
            (None, None) => BTreeSet::new(),
        };
        held.insert(node.id, keys);
    }
    let down: NodeSet = moment.nodes.iter().filter(|node| !node.up).map(|node| node.id).collect();
    let all: BTreeSet<Key> = held.values().flatten().copied().collect();
    let keys = all.into_iter().map(|key| {
        let mut wanted: Vec<NodeId> = owners(&preference(setup, &now, key)).collect();
        wanted.dedup();
        let copy = |node: NodeId| match (held.get(&node).is_some_and(|keys| keys.contains(&key)), down.contains(node)) {
            (true, false) => Copy::There,
            (true, true) => Copy::Asleep,
            (false, _) => Copy::Missing,
        };
        let elsewhere = held.iter().filter(|(node, keys)| keys.contains(&key) && !wanted.contains(node));
        KeyView {
            key,
            position: now.position(u64::from(key.0)),
            elsewhere: elsewhere.map(|(node, _)| *node).collect(),
            owners: wanted.iter().map(|node| (*node, copy(*node))).collect(),
            moved: before.as_ref().is_some_and(|before| before.owner(u64::from(key.0)) != now.owner(u64::from(key.0))),
        }
    });
    Some(Picture {
        keys: keys.collect(),
        held: held.iter().map(|(node, keys)| (*node, keys.len())).collect(),
        placement: now,
        before,
        members: view.members,
        view,
        down,
        names: moment.nodes.iter().map(|node| node.name.clone()).collect(),
    })
}

impl Picture {
    fn name(&self, node: NodeId) -> &str {
        self.names.get(node.index()).map_or("?", String::as_str)
    }

    /// Members now and before.
    fn involved(&self) -> Vec<NodeId> {
        let before = self.before.iter().flat_map(|before| before.members().iter().map(|member| NodeId(*member as u8)));
        let all: BTreeSet<NodeId> = self.members.iter().chain(before).collect();
        all.into_iter().collect()
    }
}

#[component]
fn Panel(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = ring::view(player.lang());
    let known = use_mut_ref(|| None::<(Picture, Change)>);
    let Some(picture) = picture(player) else { return Html::default() };
    let pointed = [player.hovered(), player.selection()].into_iter().find_map(|selection| match selection {
        Selection::Node(node) => Some(node),
        Selection::None | Selection::Packet(_) | Selection::Link(..) | Selection::Client(_) | Selection::Fact(_) => {
            None
        }
    });
    let same_places = known.borrow().as_ref().is_some_and(|(old, _)| {
        old.placement.recipe() == picture.placement.recipe()
            && old.before.as_ref().map(Placement::recipe) == picture.before.as_ref().map(Placement::recipe)
    });
    if !same_places {
        let change = Change::of(&picture.placement, picture.before.as_ref());
        *known.borrow_mut() = Some((picture.clone(), change));
    }
    let change = known.borrow().as_ref().map(|(_, change)| change.clone()).unwrap_or_default();
    let picture = Rc::new(picture);
    html! {
        <section class="card view view-ring" aria-label={words.title}>
            <header class="view-head"><h2>{ words.title }</h2></header>
            <div class="ring-room">
                <Circle actor={Actor(player.clone())} lang={player.lang()} {pointed} hauls={circle::hauls(player)}
                    picture={Rc::clone(&picture)} />
                <div class="ring-side">
                    { load(&picture, &change, words) }
                    { moved(&picture, &change, words) }
                </div>
            </div>
            { copies(player, &picture, words) }
        </section>
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// How much of the ring each member owns, before and now.
fn load(picture: &Picture, change: &Change, words: &ViewWords) -> Html {
    let most = change.shares.values().flat_map(|(before, now)| [*before, *now]).fold(0.01, f64::max);
    let rows = picture.involved().into_iter().map(|node| {
        let (before, now) = change.shares.get(&node).copied().unwrap_or_default();
        let down = picture.down.contains(node);
        let held = picture.held.get(&node).copied().unwrap_or(0);
        let width = |share: f64| format!("{:.1}", share / most * 100.0);
        html! {
            <tr class={classes!(owner_class(node), down.then_some("down"))}>
                <th scope="row">{ picture.name(node) }</th>
                <td>
                    <svg class="ring-bar" viewBox="0 0 104 20" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar-now" x="0" y="3" width={width(now)} height="14" />
                        if picture.before.is_some() {
                            <line class="bar-before" x1={width(before)} x2={width(before)} y1="0" y2="20" />
                        }
                    </svg>
                </td>
                <td class="num">{ percent(now) }</td>
                <td class="num soft">{ (words.keys_held)(held) }</td>
            </tr>
        }
    });
    let title = if picture.before.is_some() { words.load_title } else { words.load_now };
    html! { <table class="ring-load"><caption>{ title }</caption><tbody>{ for rows }</tbody></table> }
}

/// What the last change moved, against what modulo hashing would have.
fn moved(picture: &Picture, change: &Change, words: &ViewWords) -> Html {
    let Some((moved, modulo)) = change.moved else {
        return html! { <p class="view-note">{ words.none_moved }</p> };
    };
    let stored = picture.keys.iter().filter(|key| key.moved).count();
    let missing: usize = picture.keys.iter().map(KeyView::missing).sum();
    html! {
        <ul class="ring-moved">
            <li><strong>{ (words.keys_moved)(stored, picture.keys.len()) }</strong></li>
            <li>{ (words.moved)(&percent(moved)) }</li>
            <li class="soft">{ (words.modulo)(&percent(modulo)) }</li>
            <li class={if missing > 0 { "fault" } else { "soft" }} data-missing={missing.to_string()}>
                { if missing > 0 { (words.missing)(missing) } else { words.whole.to_owned() } }
            </li>
        </ul>
    }
}

/// Every key with its copies: a letter for each owner, struck where the copy is missing.
fn copies(player: &Player, picture: &Picture, words: &ViewWords) -> Html {
    let chips = picture.keys.iter().take(KEYS_LISTED).map(|key| {
        let owners = key.owners.iter().map(|(node, copy)| {
            let (class, about) = match copy {
                Copy::There => ("there", words.copy_there),
                Copy::Asleep => ("asleep", words.copy_asleep),
                Copy::Missing => ("missing", words.copy_missing),
            };
            let name = picture.name(*node);
            html! { <b class={classes!(class, owner_class(*node))} title={format!("{name}{}{about}", player.lang().colon())}>{ name }</b> }
        });
        let elsewhere = key.elsewhere.iter().map(|node| {
            let name = picture.name(*node);
            html! { <i title={format!("{name}{}{}", player.lang().colon(), words.copy_extra)}>{ name }</i> }
        });
        let first = key.owners.first().map_or(Selection::None, |(node, _)| Selection::Node(*node));
        let point = |selection: Selection| {
            let player = player.clone();
            Callback::from(move |_: PointerEvent| player.hover(selection))
        };
        html! {
            <li class={classes!(key.moved.then_some("moved"), (key.missing() > 0).then_some("short"))}
                onpointerenter={point(first)} onpointerleave={point(Selection::None)}>
                <span class="key">{ key.key.to_string() }</span>{ for owners }{ for elsewhere }
            </li>
        }
    });
    let rest = picture.keys.len().saturating_sub(KEYS_LISTED);
    html! {
        <div class="ring-copies">
            <h3>{ (words.copies_title)(picture.keys.len()) }</h3>
            <ul>{ for chips } if rest > 0 { <li class="soft">{ format!("+{rest}") }</li> }</ul>
        </div>
    }
}
