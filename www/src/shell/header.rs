//! The line at the top: what is played, with which seed, and in which language and colours.

use faultlab_scenario::SEED_MAX;
use faultlab_words::Lang;
use web_sys::{HtmlInputElement, InputEvent};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::LANG_KEPT;
use crate::browser::{self, Store, Theme};
use crate::cards::gallery;
use crate::cards::lazy_panel::{LazyPanel, PanelKind};
use crate::run::doors::PACK;
use crate::run::open;
use crate::run::player::{Player, PlayerProps};
use crate::run::visits::Panel;

fn kind(panel: Panel) -> PanelKind {
    match panel {
        Panel::Catalogue => PanelKind::Catalogue,
        Panel::Share => PanelKind::Share,
        Panel::Help => PanelKind::Help,
        Panel::Matrix => PanelKind::Matrix,
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct HeaderProps {
    pub(crate) player: Player,
    pub(crate) theme: Theme,
    pub(crate) panel: Option<Panel>,
    pub(crate) on_panel: Callback<Option<Panel>>,
    pub(crate) on_theme: Callback<()>,
    pub(crate) on_skip: Callback<MouseEvent>,
}

#[component]
pub(crate) fn Header(props: &HeaderProps) -> Html {
    let HeaderProps { player, theme, panel, on_panel, on_theme, .. } = props;
    let words = &player.words().header;
    let lang = player.lang();
    let protocol = player.lab().about().title(lang);
    let scenario = player.lab().scenario();
    let title = match gallery::text(&scenario.title, lang) {
        "" => words.free_play.to_owned(),
        title => title.to_owned(),
    };
    let toggle = |wanted: Panel| {
        let (player, on_panel, open) = (player.clone(), on_panel.clone(), *panel == Some(wanted));
        Callback::from(move |_: MouseEvent| {
            if wanted == Panel::Share {
                // A moment is shared: it must not run away meanwhile.
                player.pause();
            }
            on_panel.emit((!open).then_some(wanted));
        })
    };
    let expanded = |wanted: Panel| (*panel == Some(wanted)).to_string();
    let theme_name = match theme {
        Theme::Auto => words.theme_auto,
        Theme::Light => words.theme_light,
        Theme::Dark => words.theme_dark,
    };
    let (other, other_tag) = other_language(lang);
    let on_language = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| {
            Store::Browser.write(LANG_KEPT, other.tag());
            player.set_lang(other);
        })
    };
    let close = on_panel.reform(|()| None);
    html! {
        <header class="head">
            <button type="button" class="skip" onclick={&props.on_skip}>{ words.skip_to_stage }</button>
            <div class="head-row">
                <h1 class="logo">{ logo() }<span class="logo-name">{ "Faultlab" }</span></h1>
                <button type="button" class="head-choice" aria-expanded={expanded(Panel::Catalogue)}
                        onclick={toggle(Panel::Catalogue)} title={words.catalogue}>
                    <span class="head-protocol">{ protocol }</span>
                    <span class="head-slash" aria-hidden="true">{ "/" }</span>
                    <span class="head-scenario">{ title }</span>
                    <span class="head-arrow" aria-hidden="true">{ "▾" }</span>
                </button>
                <span class="head-space"></span>
                <Seed player={player.clone()} />
                <button type="button" class="quiet" aria-expanded={expanded(Panel::Share)} onclick={toggle(Panel::Share)}>
                    { words.share }
                </button>
                <button type="button" class="quiet" lang={other_tag} onclick={on_language}>{ words.other_language }</button>
                <button type="button" class="quiet icon" aria-label={(words.theme)(theme_name)}
                        title={(words.theme)(theme_name)} onclick={on_theme.reform(|_: MouseEvent| ())}>
                    { theme_icon(*theme) }
                </button>
                <button type="button" class="quiet icon" aria-label={words.help} title={words.help}
                        aria-expanded={expanded(Panel::Help)} onclick={toggle(Panel::Help)}>{ "?" }</button>
            </div>
            if let Some(panel) = panel {
                <LazyPanel key={*panel as u8} kind={kind(*panel)} player={player.clone()} {close} />
            }
        </header>
    }
}

fn other_language(lang: Lang) -> (Lang, &'static str) {
    let other = match lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    };
    (other, other.tag())
}

fn logo() -> Html {
    html! {
        <svg class="logo-mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d="M6 6 12 17 18 6" fill="none" stroke="currentColor" stroke-width="1.6" />
            <circle cx="6" cy="6" r="4" fill="currentColor" />
            <circle cx="18" cy="6" r="4" fill="currentColor" />
            <circle cx="12" cy="18" r="3.2" fill="none" stroke="currentColor" stroke-width="1.8" />
        </svg>
    }
}

/// A disc: half filled for the system's choice, empty for light, full for dark.
fn theme_icon(theme: Theme) -> Html {
    let filled = match theme {
        Theme::Auto => "M12 4a8 8 0 0 1 0 16z",
        Theme::Light => "",
        Theme::Dark => "M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16z",
    };
    html! {
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" stroke-width="1.6" />
            <path d={filled} fill="currentColor" />
        </svg>
    }
}

/// The seed, which is the run's only chance: another one is another run of the same scenario.
#[component]
fn Seed(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().header;
    let seed = player.lab().scenario().seed;
    let typed = use_state(|| None::<String>);
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            typed.set(Some(input.value()));
        })
    };
    let onchange = {
        let (player, typed) = (player.clone(), typed.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let text = input.value();
            typed.set(None);
            match text.trim().parse().ok().filter(|other| *other <= SEED_MAX) {
                Some(other) => reseed(&player, other),
                None => {
                    input.set_value(&seed.to_string());
                    player.notify(&(player.words().header.seed_wrong)(&text), true);
                }
            }
        })
    };
    let draw = {
        let (player, typed) = (player.clone(), typed.clone());
        Callback::from(move |_| {
            typed.set(None);
            if let Some(drawn) = draw_seed() {
                reseed(&player, drawn);
            }
        })
    };
    let value = typed.as_ref().cloned().unwrap_or_else(|| seed.to_string());
    html! {
        <span class="seed">
            <label>
                <span>{ words.seed }</span>
                <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false" {value} {oninput} {onchange} />
            </label>
            <button type="button" class="quiet icon seed-draw" aria-label={words.seed_draw} title={words.seed_draw} onclick={draw}>
                { die() }
            </button>
        </span>
    }
}

/// The same scenario with another seed.
fn reseed(player: &Player, seed: u64) {
    let mut scenario = player.lab().scenario();
    if scenario.seed != seed {
        scenario.reseed(seed);
        open::show(player, &scenario, None);
    }
}

/// A seed of six digits at most, which a person can read out, from the browser's generator. None where it has none.
fn draw_seed() -> Option<u64> {
    let mut bytes = [0; 8];
    getrandom::getrandom(&mut bytes).ok()?;
    Some(u64::from_le_bytes(bytes) % 1_000_000)
}

/// A die that shows five.
fn die() -> Html {
    html! {
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <rect x="4" y="4" width="16" height="16" rx="4" fill="none" stroke="currentColor" stroke-width="1.6" />
            { for [(8.5, 8.5), (15.5, 8.5), (12.0, 12.0), (8.5, 15.5), (15.5, 15.5)].map(|(x, y)| html! {
                <circle cx={x.to_string()} cy={y.to_string()} r="1.4" fill="currentColor" />
            }) }
        </svg>
    }
}

/// What a frame shows at its top: the name, and the way to the full page.
#[component]
pub(crate) fn EmbedHeader(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().header;
    let lang = player.lang();
    let scenario = player.lab().scenario();
    let title = match gallery::text(&scenario.title, lang) {
        "" => player.lab().about().title(lang).to_owned(),
        title => title.to_owned(),
    };
    // While the run plays, the link of a moment ago will do: packing one for every event would be work for nobody.
    let link = use_state(String::new);
    use_effect_with(open::link_age(&player), {
        let (player, link) = (player.clone(), link.clone());
        move |_| {
            let linked = open::linked(&*player.lab());
            spawn_local(async move {
                if let Ok(packed) = PACK.open(linked).await {
                    link.set(packed);
                }
            });
        }
    });
    let href = format!("{}#s={}", browser::home_address(), *link);
    html! {
        <header class="head embed-head">
            <div class="head-row">
                <h1 class="embed-title">{ title }</h1>
                <span class="head-space"></span>
                <a class="quiet" {href} target="_blank" rel="noopener">{ words.open_full }</a>
            </div>
        </header>
    }
}
