//! One view for each protocol: the faces of its nodes and messages, and a panel that shows what is special about it.
//!
//! A protocol without a view of its own gets the generic one, and is still usable: the inspector shows its fields.

mod bank;
mod face;
mod follow;
pub(crate) mod generic;
pub(crate) mod paxos;
pub(crate) mod raft;
pub(crate) mod ring;
pub(crate) mod three_phase;
pub(crate) mod two_phase;
mod typed;
mod width;

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use faultlab_core::NodeId;
use faultlab_registry::{Lab, NodeView};
use faultlab_words::Lang;
use yew::prelude::*;

use crate::run::player::{Player, PlayerProps};

pub(crate) use face::{Cell, CellState, Layout, MessageFace, NodeFace, Ring, Shape, Tally, Tone};

/// How the page draws one protocol.
pub(crate) struct View {
    /// How the nodes of the present moment look, all at once, since a node is often judged by another. The stage adds what every
    /// node has: down, paused, timers.
    pub(crate) nodes: fn(&dyn Lab, &[NodeView], Lang) -> Vec<NodeFace>,
    /// How a `&P::Message` looks.
    pub(crate) message: fn(&dyn Any, Lang) -> MessageFace,
    /// What stands beside or below the stage for this protocol only.
    pub(crate) panel: Option<fn(&PlayerProps) -> Html>,
    pub(crate) layout: Layout,
    /// A request that does something, as an example: `put x 7`.
    pub(crate) example: &'static str,
    /// What a newcomer is invited to do in a fresh cluster, one after the other, each with the words that lead to it; and the words
    /// after all of it.
    pub(crate) invites: &'static [Invite],
    pub(crate) invite_words: fn(Lang) -> &'static [&'static str],
}

/// Something that a newcomer may be invited to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Invite {
    /// To crash whoever leads.
    CrashLeader,
    /// To crash the node that the others turn around, best while it decides something.
    CrashMiddle,
    /// To crash one of many.
    CrashOne,
    Restart,
    /// To ask what the operator may ask of the last node that there is such a thing for.
    Ask,
    /// To part the cluster, its leader on the smaller side.
    Partition,
    Heal,
}

thread_local! {
    /// The views of the protocols that are here.
    static VIEWS: RefCell<Vec<(&'static str, &'static View)>> = const { RefCell::new(Vec::new()) };
}

/// Adds the view of a protocol that has been fetched.
pub(crate) fn add(slug: &'static str, view: &'static View) {
    VIEWS.with_borrow_mut(|all| all.push((slug, view)));
}

/// The view of a protocol that is here, or the generic one.
pub(crate) fn view_of(slug: &str) -> &'static View {
    VIEWS.with_borrow(|all| all.iter().find(|(other, _)| *other == slug).map_or(generic::view(), |(_, view)| *view))
}

/// How each node looks.
pub(crate) type Faces = Rc<Vec<Rc<NodeFace>>>;

/// How the nodes look, with the revision and the language that they were worked out for.
#[derive(Default)]
struct KnownFaces(RefCell<Option<(u64, Lang, Faces)>>);

/// How the nodes look; computed once for each change of the run.
pub(crate) fn faces(player: &Player) -> Faces {
    let known = player.attached::<KnownFaces>();
    let (revision, lang) = (player.run_revision(), player.lang());
    if let Some((_, _, faces)) = known.0.borrow().as_ref().filter(|(at, of, _)| (*at, *of) == (revision, lang)) {
        return Rc::clone(faces);
    }
    let (moment, lab) = (player.moment(), player.lab());
    let faces = (view_of(lab.about().slug).nodes)(&*lab, &moment.nodes, lang);
    let faces = Rc::new(faces.into_iter().map(Rc::new).collect());
    *known.0.borrow_mut() = Some((revision, lang, Rc::clone(&faces)));
    faces
}

/// The first node that is up and leads.
pub(crate) fn leader(player: &Player) -> Option<NodeId> {
    let (moment, faces) = (player.moment(), faces(player));
    let mut nodes = moment.nodes.iter().zip(faces.iter());
    nodes.find(|(node, face)| node.up && face.tone == Tone::Leading).map(|(node, _)| node.id)
}

/// What is special about the protocol that runs, if its view shows such a thing.
#[component]
pub(crate) fn ProtocolPanel(props: &PlayerProps) -> Html {
    let slug = props.player.lab().about().slug;
    view_of(slug).panel.map(|panel| panel(props)).unwrap_or_default()
}

/// A player to act through, for a drawing that is given all it shows: it is never a reason to draw again.
#[derive(Clone)]
struct Actor(Player);

impl PartialEq for Actor {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
