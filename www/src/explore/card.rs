//! The explorer's card: what it looks for, how far it has come, and what it found.

use faultlab_hunt::{Allow, Compared, Find, Place, Reach};
use faultlab_registry::{CheckState, InvariantKind};
use faultlab_words::explorer::ExplorerWords;
use faultlab_words::{Lang, explored};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::session::{self, Status};
use crate::cards::as_test;
use crate::cards::rules::{promises, separator};
use crate::run::explorer::{Wish, ask};
use crate::run::player::{Player, PlayerProps};

#[component]
pub(crate) fn ExplorerCard(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = session::words_of(player);
    let again = use_force_update();
    use_effect_with((), {
        let player = player.clone();
        move |()| {
            session::on_change(&player, Some(Callback::from(move |()| again.force_update())));
            move || session::on_change(&player, None)
        }
    });
    let status = session::status(player);
    let wish = |wish: Wish, text: &'static str, class: &'static str| {
        let player = player.clone();
        let onclick = Callback::from(move |_: MouseEvent| ask(&player, wish));
        html! { <button type="button" {class} {onclick}>{ text }</button> }
    };
    let on_stop = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| session::stop(&player))
    };
    let is_broken = player.checks().iter().any(|check| check.state == CheckState::Broken);
    html! {
        <div class="explorer">
            <p class="soft small">{ words.about }</p>
            <p class="small">{ target(player, words) }</p>
            <div class="caption-acts">
                if status.is_under_way() {
                    <button type="button" class="plain strong" onclick={on_stop}>{ words.stop }</button>
                } else {
                    { wish(Wish::Break, words.break_it, "plain strong") }
                    { wish(Wish::Prove, words.prove, "plain") }
                    if is_broken {
                        { wish(Wish::Shrink, words.shrink, "plain") }
                    }
                }
                if session::keeps_a_run(player) {
                    { back(player, words) }
                }
            </div>
            <div class="explorer-status" role="status">{ told(player, words, &status) }</div>
            { budget(player, words) }
        </div>
    }
}

fn back(player: &Player, words: &ExplorerWords) -> Html {
    let player = player.clone();
    let onclick = Callback::from(move |_: MouseEvent| session::go_back(&player));
    html! { <button type="button" class="plain" {onclick}>{ words.back }</button> }
}

/// What the search is for, as the rules stand.
fn target(player: &Player, words: &ExplorerWords) -> String {
    let (rules, broken) = off(player);
    if rules.is_empty() { words.all_on.to_owned() } else { (words.looks_for)(&rules, &broken) }
}

/// The names of the rules that are off, and of the promises that break without them.
fn off(player: &Player) -> (String, String) {
    let (lab, lang) = (player.lab(), player.lang());
    let off = session::rules_off(player);
    let rules: Vec<_> = lab.about().rules.iter().filter(|rule| off.iter().any(|slug| slug == rule.slug)).collect();
    let names: Vec<&str> = rules.iter().map(|rule| rule.name(lang)).collect();
    let mut broken: Vec<&str> = rules.iter().flat_map(|rule| rule.breaks.iter().copied()).collect();
    broken.sort_unstable();
    broken.dedup();
    (names.join(separator(lang)), promises(lab.about(), &broken, lang))
}

fn told(player: &Player, words: &ExplorerWords, status: &Status) -> Html {
    match status {
        Status::Idle => html! {},
        Status::Looking { here, witness } => {
            let all = witness.map_or(*here, |witness| sum(here, &witness));
            let text = if all == Reach::default() {
                words.starting.to_owned()
            } else {
                (words.looking)(all.worlds, all.depth, all.random_steps)
            };
            html! { <><div class="busy" aria-hidden="true"></div><p>{ text }</p></> }
        }
        Status::Shrinking { tried, acts } => {
            let text = if *tried == 0 { words.starting.to_owned() } else { (words.shrinking)(*tried, *acts) };
            html! { <><div class="busy" aria-hidden="true"></div><p>{ text }</p></> }
        }
        Status::Found { find, here, compared } => found(player, words, find, (here, compared.as_ref())),
        Status::Nothing { wish, here, witness, unjudged, reached, not_reached } => html! {
            <>
                { nothing(player.lang(), words, *wish, here, witness.as_ref()) }
                { situations(player, reached, not_reached) }
                { not_judged(player, unjudged) }
            </>
        },
        Status::NoSearchShows => {
            let (rules, broken) = off(player);
            html! { <p class="outcome">{ (words.no_search_shows)(&rules, &broken) }</p> }
        }
        Status::BrokenAlready => html! { <p>{ words.broken_already }</p> },
        Status::Shrunk { before, after, tried } => {
            html! { <p class="outcome">{ (words.shrunk)(*before, *after, *tried) }</p> }
        }
        Status::Stopped => html! { <p>{ words.stopped }</p> },
        Status::Failed(reason) => html! { <p class="fault">{ reason }</p> },
    }
}

fn sum(here: &Reach, witness: &Reach) -> Reach {
    Reach {
        worlds: here.worlds + witness.worlds,
        depth: here.depth.max(witness.depth),
        random_steps: here.random_steps + witness.random_steps,
        ..*here
    }
}

fn found(player: &Player, words: &ExplorerWords, find: &Find, (here, compared): (&Reach, Option<&Compared>)) -> Html {
    let (lab, lang) = (player.lab(), player.lang());
    let broken: Vec<&str> = find.broken.iter().map(String::as_str).collect();
    let whence = match (find.place, &find.rule) {
        (Place::Witness, Some(slug)) => {
            let rule = lab.about().rules.iter().find(|rule| rule.slug == slug);
            (words.found_at_witness)(rule.map_or(slug, |rule| rule.name(lang)), find.nodes, here.worlds)
        }
        _ => words.found_here.to_owned(),
    };
    let run = find.scenario.clone();
    html! {
        <>
            <p class="outcome">{ (words.found)(find.steps, &promises(lab.about(), &broken, lang)) }</p>
            <p class="small">{ whence }</p>
            { beside_others(player, words, compared) }
            <p>{ as_test::button(player, move |_| run.clone()) }</p>
        </>
    }
}

/// Whether a counterexample is shorter, as far as it is known.
fn beside_others(player: &Player, words: &ExplorerWords, compared: Option<&Compared>) -> Html {
    let told = match compared {
        None => words.comparing.to_owned(),
        Some(Compared { shorter: Some(shorter), .. }) => {
            let player = player.clone();
            let gap = player.lang().gap();
            let onclick = Callback::from(move |_: MouseEvent| session::show_shorter(&player));
            return html! {
                <p class="small">
                    { (words.shorter)(shorter.steps) }{ gap }
                    <button type="button" class="plain" {onclick}>{ words.show_shorter }</button>
                </p>
            };
        }
        Some(Compared { shortest: true, .. }) => words.no_shorter.to_owned(),
        Some(Compared { none_below, .. }) => (words.none_below)(*none_below),
    };
    html! { <p class="small">{ told }</p> }
}

fn nothing(lang: Lang, words: &ExplorerWords, wish: Wish, here: &Reach, witness: Option<&Reach>) -> Html {
    let rounds = here.random_steps + witness.map_or(0, |witness| witness.random_steps);
    html! {
        <>
            <p class="outcome">{ (words.nothing)(here.worlds, here.depth, here.exhausted) }</p>
            <p class="small soft">
                if wish == Wish::Break && rounds > 0 {
                    { (words.rounds)(rounds) }{ lang.gap() }
                }
                if here.reduced {
                    { words.reduced }{ lang.gap() }
                }
                { (words.odds)(here.collision_odds_e18) }
            </p>
        </>
    }
}

/// Which situations the search has come to: one that came to few of them says little.
fn situations(player: &Player, reached: &[String], not_reached: &[String]) -> Html {
    let (lab, lang) = (player.lab(), player.lang());
    let names = |slugs: &[String]| promises(lab.about(), &slugs.iter().map(String::as_str).collect::<Vec<_>>(), lang);
    html! { <p class="small soft">{ (explored::words(lang).reached)(&names(reached), &names(not_reached)) }</p> }
}

/// Which promises the search said nothing about, and why.
fn not_judged(player: &Player, unjudged: &[String]) -> Html {
    let (lab, lang) = (player.lab(), player.lang());
    let said = explored::words(lang);
    let untimed: Vec<&str> = unjudged.iter().map(String::as_str).collect();
    let of_runs = |kind: InvariantKind| matches!(kind, InvariantKind::Within | InvariantKind::Figure);
    let of_runs: Vec<&str> =
        lab.about().invariants.iter().filter(|promise| of_runs(promise.kind)).map(|promise| promise.slug).collect();
    html! {
        <div class="small soft not-judged">
            if !untimed.is_empty() {
                <p>{ (said.unjudged)(&promises(lab.about(), &untimed, lang)) }</p>
            }
            if !of_runs.is_empty() {
                <p>{ (said.not_judged)(&promises(lab.about(), &of_runs, lang)) }</p>
            }
        </div>
    }
}

/// A number that the reader may give: its name, and its place in what is allowed.
type Count = (&'static str, fn(&mut Allow) -> &mut Option<u8>);

/// What may happen in a search, in numbers.
fn budget(player: &Player, words: &'static ExplorerWords) -> Html {
    let counts: [Count; 6] = [
        (words.crashes, |allow| &mut allow.crashes),
        (words.timers, |allow| &mut allow.timers),
        (words.requests, |allow| &mut allow.requests),
        (words.retries, |allow| &mut allow.retries),
        (words.duplicates, |allow| &mut allow.duplicates),
        (words.wipes, |allow| &mut allow.wipes),
    ];
    let row = |(name, place): Count| {
        let onchange = {
            let player = player.clone();
            Callback::from(move |event: Event| {
                let input: HtmlInputElement = event.target_unchecked_into();
                let mut allow = session::allow(&player);
                *place(&mut allow) = input.value().trim().parse::<u8>().ok().map(|number| number.min(COUNT_MAX));
                session::set_allow(&player, allow);
                // What is no number is none.
                input.set_value(&place(&mut allow).map(|number| number.to_string()).unwrap_or_default());
            })
        };
        let mut allow = session::allow(player);
        let value = place(&mut allow).map(|number| number.to_string()).unwrap_or_default();
        html! {
            <label class="dial">
                <span class="dial-name">{ name }</span>
                <span class="dial-value">
                    <input type="text" inputmode="numeric" autocomplete="off" placeholder={words.as_the_rule_says} {value} {onchange} />
                </span>
            </label>
        }
    };
    html! {
        <details class="allow">
            <summary>{ words.may_happen }</summary>
            <p class="soft small">{ words.may_happen_about }</p>
            { for counts.map(row) }
        </details>
    }
}

/// The explorer counts no further.
const COUNT_MAX: u8 = 15;
