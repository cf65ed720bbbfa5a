//! The page around the stage: the run and its time, the words under it, and what serves it from the side.

mod branches;
mod caption;
mod header;
mod invite;
mod keys;
mod notice;
mod scrub;
mod side;
mod transport;

use std::rc::Rc;

use faultlab_words::page::page_words;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::browser::{self, Listening, Sight, Store, Theme};
use crate::cards::lazy_panel::{LazyPanel, PanelKind};
use crate::cards::violation;
use crate::run::address::{Address, Controls, Mount};
use crate::run::open;
use crate::run::player::Player;
use crate::run::visits::Panel;
use crate::stage::Stage;
use crate::views::ProtocolPanel;
use header::Header;

/// Where the person's choices are kept between visits.
const LANG_KEPT: &str = "faultlab.lang";
const THEME_KEPT: &str = "faultlab.theme";

/// The attribute of an element that is to hold a player.
pub(crate) const ELEMENT: &str = "data-faultlab";

/// Shows what the page's address asks for.
pub(crate) async fn open_page(root: Element) {
    let (query, fragment) = browser::address();
    open_in(root, Address::read(&query, &fragment), Mount::Page).await;
}

/// Shows in an element of somebody's page what its attribute asks for, written as in an address: `scenario=raft/leader-dies&lang=zh`
/// or `#s=…`.
pub(crate) async fn open_element(root: Element) {
    let asked = root.get_attribute(ELEMENT).unwrap_or_default();
    let (query, fragment) = asked.split_once('#').unwrap_or((&asked, ""));
    let address = Address::read(query.trim_start_matches('?'), fragment);
    open_in(root, Address { embed: true, ..address }, Mount::Element).await;
}

async fn open_in(root: Element, address: Address, mount: Mount) {
    let kept_lang = || Store::Browser.read(LANG_KEPT).and_then(|tag| faultlab_words::Lang::from_tag(&tag));
    let lang = address.lang.or_else(kept_lang).or_else(browser::preferred_language).unwrap_or_default();
    let kept_theme = || Store::Browser.read(THEME_KEPT).and_then(|slug| Theme::from_slug(&slug));
    let theme = address.theme.or_else(kept_theme).unwrap_or_default();
    let still = browser::prefers_reduced_motion();
    let words = page_words(lang);
    let opened = match open::first(&address, mount, words).await {
        Ok(opened) => opened,
        Err(reason) => return root.set_text_content(Some(&reason)),
    };
    let player = Player::new(opened.lab, lang, still, mount);
    if let Some(speed) = address.speed {
        player.set_speed(speed);
    }
    if let Some((text, grave)) = &opened.notice {
        player.notify(text, *grave);
    }
    if opened.plays && !still {
        player.play_pause();
    }
    let panel = address.rules.then_some(Panel::Matrix);
    player.begin_with_panel(panel);
    let props = PageProps { player, embed: address.embed, controls: address.controls, theme, panel };
    yew::Renderer::<Page>::with_root_and_props(root, props).render();
}

#[derive(Properties, PartialEq)]
struct PageProps {
    player: Player,
    embed: bool,
    controls: Controls,
    theme: Theme,
    /// What is open from the beginning.
    panel: Option<Panel>,
}

/// The page.
#[component]
fn Page(props: &PageProps) -> Html {
    let revision = use_state(|| 0);
    let theme = use_state(|| props.theme);
    let panel = use_state(|| props.panel);
    let root = use_node_ref();
    let player = props.player.fresh();
    use_changes(&props.player, &revision);
    use_sight(&props.player, &root, props.embed);
    use_focus_kept(&root);
    let words = player.words();
    let lang = player.lang();
    let title = player.lab().about().title(lang);
    let is_page = player.mount() == Mount::Page;
    use_effect_with((lang, title), move |(lang, title)| {
        if is_page {
            browser::set_language(*lang, &format!("{title} · Faultlab"));
        }
    });
    use_effect_with(*theme, move |theme| {
        if is_page {
            browser::set_theme(*theme);
        }
    });

    let shows_panel = use_callback(panel.setter(), |wanted: Option<Panel>, panel| panel.set(wanted));
    props.player.on_panel(shows_panel);
    let on_panel = use_callback(player.keyed(&0), |wanted: Option<Panel>, player| player.open_panel(wanted));
    let on_more = on_panel.reform(|_: MouseEvent| Some(Panel::Catalogue));
    let on_theme = use_callback(theme.clone(), |(), theme| {
        let next = theme.next();
        Store::Browser.write(THEME_KEPT, next.slug());
        // Before anything is painted in its colours.
        browser::set_theme(next);
        theme.set(next);
    });
    let on_skip = use_callback((), {
        let root = root.clone();
        move |_: MouseEvent, ()| skip_to_stage(&root)
    });
    // Who goes on with something else is done with the panel.
    let on_elsewhere = {
        let (panel, on_panel) = (panel.clone(), on_panel.clone());
        Callback::from(move |_: PointerEvent| {
            if panel.is_some() {
                on_panel.emit(None);
            }
        })
    };
    let onkeydown = {
        let (player, panel, on_panel) = (player.clone(), panel.clone(), on_panel.clone());
        Callback::from(move |event: KeyboardEvent| match keys::press(&event, &player) {
            Some(keys::PageKey::Help) => on_panel.emit((*panel != Some(Panel::Help)).then_some(Panel::Help)),
            Some(keys::PageKey::Close) if panel.is_some() => on_panel.emit(None),
            Some(keys::PageKey::Close) => keys::clear(&player),
            None => {}
        })
    };
    // The header shows nothing that a step changes, but a link to share does.
    let header_player = if *panel == Some(Panel::Share) { player.clone() } else { player.keyed(&0) };
    let small = props.embed && matches!(props.controls, Controls::Min | Controls::None);
    let layout = if props.embed { format!("embed controls-{}", props.controls.slug()) } else { "controls-full".into() };
    html! {
        <div ref={root.clone()} class={classes!("player", layout)} lang={lang.tag()} data-theme={(!is_page).then(|| theme.slug())}
            tabindex="-1" {onkeydown}>
            if props.embed {
                <header::EmbedHeader player={player.clone()} />
            } else {
                <Header player={header_player} theme={*theme} panel={*panel} {on_panel} {on_theme} {on_skip} />
            }
            <notice::NoticeLine player={player.clone()} />
            <main class="desk" onpointerdown={on_elsewhere}>
                <div class="play">
                    <section class="card stage-card" aria-label={words.header.scenario}>
                        <Stage player={player.clone()} />
                        <violation::Violation player={player.clone()} />
                        <caption::CaptionLine player={player.clone()} on_more={(!props.embed).then_some(on_more)} />
                    </section>
                    <transport::TransportRow player={player.clone()} theme={*theme} />
                    if !small {
                        <branches::Branches player={player.keyed(&(player.acts(), player.skips_idle()))} />
                        <ProtocolPanel player={player.clone()} />
                        <LazyPanel kind={PanelKind::SpaceTime} player={player.clone()} />
                    }
                </div>
                if !small {
                    <side::Side player={player.clone()} />
                }
            </main>
        </div>
    }
}

/// For keyboards: straight to the first thing on the stage that takes the focus.
fn skip_to_stage(root: &NodeRef) {
    let root = root.cast::<HtmlElement>();
    let node = root.and_then(|root| root.query_selector(".stage [tabindex='0']").ok()?);
    if let Some(node) = node.and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = node.focus();
    }
}

/// Renders again whenever the player says that something changed, and keeps the run for a reload.
#[hook]
fn use_changes(player: &Player, revision: &UseStateHandle<u64>) {
    let revision = revision.clone();
    use_effect_with((), {
        let player = player.clone();
        move |()| {
            player.on_change(Rc::new(move |now| revision.set(now)));
            let mount = player.mount();
            let keep = {
                let player = player.clone();
                move |_: Event| open::keep(&player)
            };
            let back = move |_: Event| player.return_to(browser::visit_number().unwrap_or(usize::MAX));
            let window = browser::window().filter(|_| mount == Mount::Page);
            let listening = window
                .map(|window| [Listening::new(&window, "pagehide", keep), Listening::new(&window, "popstate", back)]);
            move || drop(listening)
        }
    });
}

/// A button that goes away with what it did would take the focus with it, and the keys would be dead: the page takes it over.
#[hook]
fn use_focus_kept(root: &NodeRef) {
    let root = root.clone();
    use_effect(move || {
        let Some(document) = browser::document() else { return };
        let lost = document.active_element().is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"));
        if lost
            && document.has_focus().unwrap_or(false)
            && let Some(root) = root.cast::<HtmlElement>()
        {
            browser::focus_quietly(&root);
        }
    });
}

/// Lets the run rest while nobody can see it: in a hidden tab, or scrolled away.
#[hook]
fn use_sight(player: &Player, root: &NodeRef, embed: bool) {
    let (player, root) = (player.clone(), root.clone());
    use_effect_with((), move |()| {
        let on_screen = Rc::new(std::cell::Cell::new(true));
        let judge = {
            let on_screen = Rc::clone(&on_screen);
            Rc::new(move || {
                let hidden = browser::document().is_some_and(|document| document.hidden());
                if hidden {
                    open::keep(&player);
                }
                player.set_visible(on_screen.get() && !hidden);
            })
        };
        let listening = browser::document().map(|document| {
            let judge = Rc::clone(&judge);
            Listening::new(&document, "visibilitychange", move |_| judge())
        });
        let root = root.cast::<HtmlElement>();
        let sight = root.as_ref().map(|root| {
            Sight::new(root, move |seen| {
                on_screen.set(seen);
                judge();
            })
        });
        if let Some(root) = root.filter(|_| !embed) {
            browser::focus_quietly(&root);
        }
        move || drop((listening, sight))
    });
}
