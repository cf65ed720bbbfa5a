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

use crate::browser::{adopt, style_sheet};
use crate::cards::catalogue::Catalogue;
use crate::cards::checks::Checks;
use crate::cards::cluster::Cluster;
use crate::cards::dials::Dials;
use crate::cards::figures::Figures;
use crate::cards::gallery;
use crate::cards::help::HelpPanel;
use crate::cards::inspector::Inspector;
use crate::cards::lazy_panel::{Draw, PANEL, PanelKind};
use crate::cards::rules::Rules;
use crate::cards::share::SharePanel;
use crate::cards::story::Story;
use crate::cards::violation::Broken;
use crate::explore::{self, ExplorerCard, HUNTS, Matrix};
use crate::run::doors::{AS_TEST, BUILT_IN, PACK, PROTOCOL, READ_FILE, REREAD, UNPACK};
use crate::run::explorer::{EXPLORER, Wish};
use crate::run::lazy::LoadError;
use crate::run::player::Player;
use crate::spacetime::SpaceTime;
use crate::stage::{Bar, DrawBar, VERB_BAR};
use crate::views::{self, View};

/// Says what is behind each door of the page.
pub(crate) fn install() {
    PROTOCOL.lead_to(|slug| Box::pin(protocol(slug)));
    PANEL.lead_to(|kind| Box::pin(panel(kind)));
    VERB_BAR.lead_to(|()| Box::pin(verb_bar()));
    EXPLORER.lead_to(|()| Box::pin(explorer()));
    HUNTS.lead_to(|slug| Box::pin(hunts(slug)));
    BUILT_IN.lead_to(|name| Box::pin(built_in(name)));
    PACK.lead_to(|linked| Box::pin(pack(linked)));
    UNPACK.lead_to(|packed| Box::pin(unpack(packed)));
    REREAD.lead_to(|json| Box::pin(reread(json)));
    READ_FILE.lead_to(|(text, is_toml)| Box::pin(read_file(text, is_toml)));
    AS_TEST.lead_to(|(protocol, run)| Box::pin(as_test(protocol, run)));
}

#[cfg(split)]
impl From<wasm_split_helpers::SplitLoaderError> for LoadError {
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
        $vis fn $name($($given: $type),*) -> Result<$result, LoadError> { Ok({ $($body)* }) }
    };
}

#[cfg(not(split))]
macro_rules! part {
    ($part:ident: $(#[$about:meta])* $vis:vis fn $name:ident($($given:ident: $type:ty),*) -> $result:ty { $($body:tt)* }) => {
        $(#[$about])*
        $vis async fn $name($($given: $type),*) -> Result<$result, LoadError> { Ok({ $($body)* }) }
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
part! { three_phase: fn three_phase() -> Played {
    adopt(style_sheet!("two_phase"));
    Played { protocol: faultlab_registry::three_phase(), view: &views::THREE_PHASE }
} }
part! { ring: fn ring() -> Played {
    adopt(style_sheet!("ring"));
    Played { protocol: faultlab_registry::ring(), view: &views::RING }
} }

async fn fetch(slug: &str) -> Result<Played, LoadError> {
    match slug {
        "raft" => raft().await,
        "two-phase" => two_phase().await,
        "three-phase" => three_phase().await,
        "ring" => ring().await,
        _ => Err(LoadError::Unknown),
    }
}

thread_local! {
    /// The protocols that are here.
    static LOADED: RefCell<Vec<&'static Protocol>> = const { RefCell::new(Vec::new()) };
}

/// The protocol of a slug, fetched if it is not here yet, with its view.
async fn protocol(slug: String) -> Result<&'static Protocol, LoadError> {
    let loaded = LOADED.with_borrow(|all| all.iter().copied().find(|protocol| protocol.about.slug == slug));
    if let Some(protocol) = loaded {
        return Ok(protocol);
    }
    let Played { protocol, view } = fetch(&slug).await?;
    let protocol: &'static Protocol = Box::leak(Box::new(protocol));
    LOADED.with_borrow_mut(|all| all.push(protocol));
    views::add(protocol.about.slug, view);
    Ok(protocol)
}

// Cards and panels.

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

async fn panel(kind: PanelKind) -> Result<Draw, LoadError> {
    match kind {
        PanelKind::Catalogue => catalogue().await,
        PanelKind::Inspector => inspector().await,
        PanelKind::Checks => checks().await,
        PanelKind::Story => story().await,
        PanelKind::Share => share().await,
        PanelKind::Help => help().await,
        PanelKind::Matrix => matrix().await,
        PanelKind::Dials => dials().await,
        PanelKind::Cluster => cluster().await,
        PanelKind::Figures => figures().await,
        PanelKind::Rules => rules().await,
        PanelKind::Violation => violation().await,
        PanelKind::Explorer => explorer_card().await,
        PanelKind::SpaceTime => space_time().await,
    }
}

part! { verb_bar: fn verb_bar() -> DrawBar {
    adopt(style_sheet!("verb_bar"));
    |hand, scene, open| html! { <Bar hand={hand.clone()} scene={scene.clone()} {open} /> }
} }

// The explorer: what asks it in the page, what answers in the worker, and there its code for each protocol.

part! { explorer: fn explorer() -> fn(&Player, Wish) { explore::begin } }
part! { worker: pub(crate) fn serve(scope: DedicatedWorkerGlobalScope) -> () { explore::serve(scope) } }
part! { hunt_raft: fn hunt_raft() -> Hunts { faultlab_hunt::raft() } }
part! { hunt_two_phase: fn hunt_two_phase() -> Hunts { faultlab_hunt::two_phase() } }
part! { hunt_three_phase: fn hunt_three_phase() -> Hunts { faultlab_hunt::three_phase() } }
part! { hunt_ring: fn hunt_ring() -> Hunts { faultlab_hunt::ring() } }

/// The explorer for the protocol of a slug.
async fn hunts(slug: String) -> Result<Hunts, LoadError> {
    match slug.as_str() {
        "raft" => hunt_raft().await,
        "two-phase" => hunt_two_phase().await,
        "three-phase" => hunt_three_phase().await,
        "ring" => hunt_ring().await,
        _ => Err(LoadError::Unknown),
    }
}

// Reading and writing what comes from elsewhere.

part! { gallery:
    fn built_in(name: String) -> Option<Scenario> { gallery::entry(&name).map(|entry| entry.scenario.clone()) }
}

part! { links:
    fn pack(linked: Linked) -> String { link::encode(&linked.scenario, linked.moment) }
}

part! { links:
    fn as_test(protocol: &'static Protocol, run: Scenario) -> Result<String, ScenarioError> { protocol.as_test(&run) }
}

part! { links:
    fn unpack(packed: String) -> Result<Linked, LinkError> { link::decode(&packed) }
}

part! { files:
    fn read_file(text: String, is_toml: bool) -> Result<Scenario, ScenarioError> {
        if is_toml { Scenario::from_toml(&text) } else { Scenario::from_json(&text) }
    }
}

part! { links:
    fn reread(json: String) -> Result<Linked, LinkError> { Linked::from_json(&json) }
}
