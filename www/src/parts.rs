//! The parts of the page that are files of their own, fetched when they are first wanted: protocols, each with its code, its words
//! and its view, and whatever of the interface is not needed to watch a run.
//!
//! Splitting is done behind the linker, so all this is plain Rust: a function marked here takes along whatever only it reaches.
//! What others reach as well stays in the file that everybody loads. In a build to work with (without `split`, which `build.rs` sets),
//! everything is one file.

use std::cell::RefCell;

use faultlab_hunt::Hunts;
use faultlab_registry::Protocol;
use faultlab_scenario::link::{self, LinkError, Linked};
use faultlab_scenario::{Scenario, ScenarioError};
use web_sys::DedicatedWorkerGlobalScope;
use yew::prelude::*;

use crate::app::browser::{adopt, style_sheet};
use crate::app::checks::Checks;
use crate::app::cluster::Cluster;
use crate::app::dials::Dials;
use crate::app::figures::Figures;
use crate::app::gallery;
use crate::app::help::HelpPanel;
use crate::app::inspector::Inspector;
use crate::app::player::{Player, Selection};
use crate::app::rules::Rules;
use crate::app::story::Story;
use crate::app::violation::Broken;
use crate::app::{catalogue::Catalogue, share::SharePanel};
use crate::explore::{self, ExplorerCard, Matrix, Wish};
use crate::spacetime::SpaceTime;
use crate::stage::{Bar, HandRef, SceneRef};
use crate::views::{self, View};

/// Why a part is not here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Missing {
    Unknown,
    #[cfg_attr(not(split), expect(dead_code, reason = "then everything is here"))]
    NotFetched,
}

#[cfg(split)]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self::NotFetched
    }
}

/// Makes of a function the way into a part: async, because the part may have to be fetched. Functions of one part share a file.
#[cfg(split)]
macro_rules! part {
    ($part:ident: $(#[$about:meta])* $vis:vis fn $name:ident($($given:ident: $type:ty),*) -> $result:ty { $($body:tt)* }) => {
        $(#[$about])*
        #[wasm_split_helpers::wasm_split($part, fallible)]
        $vis fn $name($($given: $type),*) -> Result<$result, Missing> { Ok({ $($body)* }) }
    };
}

#[cfg(not(split))]
macro_rules! part {
    ($part:ident: $(#[$about:meta])* $vis:vis fn $name:ident($($given:ident: $type:ty),*) -> $result:ty { $($body:tt)* }) => {
        $(#[$about])*
        $vis async fn $name($($given: $type),*) -> Result<$result, Missing> { Ok({ $($body)* }) }
    };
}

// The protocols. A new one is one part here and one arm below; without a view of its own it takes `&views::GENERIC`.

/// A protocol as the page needs it.
struct Played {
    protocol: Protocol,
    view: &'static View,
}

part! { raft: fn raft() -> Played {
    adopt(style_sheet!("raft"));
    Played { protocol: faultlab_registry::raft(), view: &views::RAFT }
} }
part! { two_phase: fn two_phase() -> Played {
    adopt(style_sheet!("two_phase"));
    Played { protocol: faultlab_registry::two_phase(), view: &views::TWO_PHASE }
} }
part! { ring: fn ring() -> Played {
    adopt(style_sheet!("ring"));
    Played { protocol: faultlab_registry::ring(), view: &views::RING }
} }

async fn fetch(slug: &str) -> Result<Played, Missing> {
    match slug {
        "raft" => raft().await,
        "two-phase" => two_phase().await,
        "ring" => ring().await,
        _ => Err(Missing::Unknown),
    }
}

thread_local! {
    /// The protocols that are here.
    static PLAYED: RefCell<Vec<&'static Played>> = const { RefCell::new(Vec::new()) };
}

fn played(slug: &str) -> Option<&'static Played> {
    PLAYED.with_borrow(|all| all.iter().copied().find(|played| played.protocol.about.slug == slug))
}

/// The protocol of a slug, fetched if it is not here yet.
pub(crate) async fn protocol(slug: &str) -> Result<&'static Protocol, Missing> {
    if let Some(played) = played(slug) {
        return Ok(&played.protocol);
    }
    let played: &'static Played = Box::leak(Box::new(fetch(slug).await?));
    PLAYED.with_borrow_mut(|all| all.push(played));
    Ok(&played.protocol)
}

/// The view of a protocol that is here, or the generic one.
pub(crate) fn view_of(slug: &str) -> &'static View {
    played(slug).map_or(&views::GENERIC, |played| played.view)
}

// What is drawn when it is wanted; `later` shows it.

/// Draws it for a run; some of it can be closed.
pub(crate) type Draw = fn(&Player, &Callback<()>) -> Html;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Drawn {
    Catalogue,
    Inspector,
    Checks,
    Story,
    Share,
    Help,
    Matrix,
    Dials,
    Cluster,
    Figures,
    Rules,
    Violation,
    Explorer,
    SpaceTime,
}

impl Drawn {
    /// Its place is kept while it is fetched, so that what comes after it neither jumps nor seems to be in sight.
    pub(crate) fn is_tall(self) -> bool {
        matches!(self, Self::Inspector | Self::Checks)
    }

    /// Nobody asks for it: it is part of the page, but not on every screen of what one sees first.
    pub(crate) fn waits_for_sight(self) -> bool {
        matches!(self, Self::Inspector | Self::Checks | Self::Story | Self::SpaceTime)
    }
}

part! { gallery: fn catalogue() -> Draw {
    adopt(style_sheet!("panels"));
    |player, close| html! { <Catalogue player={player.clone()} {close} /> }
} }
part! { side: fn inspector() -> Draw { |player, _| html! { <Inspector player={player.clone()} /> } } }
part! { side: fn checks() -> Draw { |player, _| html! { <Checks player={player.clone()} /> } } }
part! { story: fn story() -> Draw {
    adopt(style_sheet!("story"));
    |player, _| html! { <Story player={player.clone()} /> }
} }
part! { links: fn share() -> Draw {
    adopt(style_sheet!("panels"));
    |player, close| html! { <SharePanel player={player.clone()} {close} /> }
} }
part! { cards: fn help() -> Draw {
    adopt(style_sheet!("panels"));
    |player, close| html! { <HelpPanel player={player.clone()} {close} /> }
} }
part! { cards: fn dials() -> Draw {
    adopt(style_sheet!("cards"));
    |player, _| html! { <Dials player={player.clone()} /> }
} }
part! { cards: fn cluster() -> Draw {
    adopt(style_sheet!("cards"));
    |player, _| html! { <Cluster player={player.clone()} /> }
} }
part! { cards: fn figures() -> Draw {
    adopt(style_sheet!("cards"));
    |player, _| html! { <Figures player={player.clone()} /> }
} }
part! { cards: fn rules() -> Draw {
    adopt(style_sheet!("cards"));
    |player, _| html! { <Rules player={player.clone()} /> }
} }
part! { cards: fn violation() -> Draw { |player, _| html! { <Broken player={player.clone()} /> } } }
part! { explorer: fn explorer_card() -> Draw {
    adopt(style_sheet!("cards"));
    adopt(style_sheet!("explorer"));
    |player, _| html! { <ExplorerCard player={player.clone()} /> }
} }
part! { matrix: fn matrix() -> Draw {
    adopt(style_sheet!("panels"));
    adopt(style_sheet!("matrix"));
    |player, close| html! { <Matrix player={player.clone()} {close} /> }
} }
part! { space_time: fn space_time() -> Draw {
    adopt(style_sheet!("space_time"));
    |player, _| html! { <SpaceTime player={player.clone()} /> }
} }

pub(crate) async fn draw(drawn: Drawn) -> Result<Draw, Missing> {
    match drawn {
        Drawn::Catalogue => catalogue().await,
        Drawn::Inspector => inspector().await,
        Drawn::Checks => checks().await,
        Drawn::Story => story().await,
        Drawn::Share => share().await,
        Drawn::Help => help().await,
        Drawn::Matrix => matrix().await,
        Drawn::Dials => dials().await,
        Drawn::Cluster => cluster().await,
        Drawn::Figures => figures().await,
        Drawn::Rules => rules().await,
        Drawn::Violation => violation().await,
        Drawn::Explorer => explorer_card().await,
        Drawn::SpaceTime => space_time().await,
    }
}

/// Draws the bar of verbs at what is chosen.
pub(crate) type DrawBar = fn(&HandRef, &SceneRef, Selection) -> Html;

part! { verb_bar: pub(crate) fn verb_bar() -> DrawBar {
    adopt(style_sheet!("verb_bar"));
    |hand, scene, open| html! { <Bar hand={hand.clone()} scene={scene.clone()} {open} /> }
} }

// The explorer: what asks it in the page, what answers in the worker, and there its code for each protocol.

part! { explorer: pub(crate) fn explorer() -> fn(&Player, Wish) { explore::begin } }
part! { worker: pub(crate) fn serve(scope: DedicatedWorkerGlobalScope) -> () { explore::serve(scope) } }
part! { hunt_raft: fn hunt_raft() -> Hunts { faultlab_hunt::raft() } }
part! { hunt_two_phase: fn hunt_two_phase() -> Hunts { faultlab_hunt::two_phase() } }
part! { hunt_ring: fn hunt_ring() -> Hunts { faultlab_hunt::ring() } }

/// The explorer for the protocol of a slug.
pub(crate) async fn hunts(slug: &str) -> Result<Hunts, Missing> {
    match slug {
        "raft" => hunt_raft().await,
        "two-phase" => hunt_two_phase().await,
        "ring" => hunt_ring().await,
        _ => Err(Missing::Unknown),
    }
}

// Reading and writing what comes from elsewhere.

part! { gallery:
    /// A built-in scenario by its name.
    pub(crate) fn built_in(name: &str) -> Option<Scenario> { gallery::entry(name).map(|entry| entry.scenario.clone()) }
}

part! { links:
    /// Packs a link.
    pub(crate) fn pack(linked: Linked) -> String { link::encode(&linked.scenario, linked.moment) }
}

part! { links:
    /// A run as a test in Rust.
    pub(crate) fn as_test(protocol: &'static Protocol, run: Scenario) -> Result<String, ScenarioError> { protocol.as_test(&run) }
}

part! { links:
    /// Reads a packed link.
    pub(crate) fn unpack(packed: &str) -> Result<Linked, LinkError> { link::decode(packed) }
}

part! { files:
    /// Reads a scenario file: TOML if its name says so, else JSON.
    pub(crate) fn read_file(text: String, is_toml: bool) -> Result<Scenario, ScenarioError> {
        if is_toml { Scenario::from_toml(&text) } else { Scenario::from_json(&text) }
    }
}

part! { links:
    /// Reads what [`Linked::to_json`] wrote.
    pub(crate) fn reread(json: &str) -> Result<Linked, LinkError> { Linked::from_json(json) }
}
