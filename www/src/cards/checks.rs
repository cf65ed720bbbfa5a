//! The promises as a live checklist.

use faultlab_core::Excess;
use faultlab_registry::{CheckState, CheckView, InvariantKind};
use yew::prelude::*;

use crate::run::player::{Player, PlayerProps};
use crate::text::format;

/// How the promises stand in a few words, and whether one is broken.
pub(crate) fn tally(player: &Player) -> (String, bool) {
    let words = &player.words().checks;
    let checks = player.checks();
    let broken = checks.iter().filter(|check| check.state == CheckState::Broken).count();
    let holding = checks.iter().filter(|check| check.kind != InvariantKind::Sometimes && holds(check.state)).count();
    if broken > 0 { ((words.broken)(broken), true) } else { ((words.hold)(holding), false) }
}

#[component]
pub(crate) fn Checks(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = &player.words().checks;
    let checks = player.checks();
    let (told, is_broken) = tally(player);
    // What must merely be reachable keeps the others honest, but promises nothing: it folds away.
    let (reachable, promises): (Vec<_>, Vec<_>) =
        checks.iter().partition(|check| check.kind == InvariantKind::Sometimes);
    let reached = reachable.iter().filter(|check| check.state == CheckState::Reached).count();
    let beyond = player.moment().beyond;
    html! {
        <>
            <p class={classes!("tally", is_broken.then_some("fault"))}>{ told }</p>
            if let Some(excess) = beyond {
                <p class="beyond small">{ (words.beyond)(&excess_told(player, excess)) }</p>
            }
            <ul class="checks">{ for promises.iter().map(|check| row(player, check)) }</ul>
            if !reachable.is_empty() {
                <details class="reachable">
                    <summary>{ (words.reached_of)(reached, reachable.len()) }</summary>
                    <ul class="checks">{ for reachable.iter().map(|check| row(player, check)) }</ul>
                </details>
            }
        </>
    }
}

/// In what the run lies outside what is promised, with the names that the page has for it.
pub(super) fn excess_told(player: &Player, excess: Excess) -> String {
    let words = &player.words().checks;
    let name = match excess {
        Excess::Fault(fault) => (words.fault)(fault),
        Excess::Config(misfit) => {
            let lab = player.lab();
            let fields = &lab.about().fields;
            fields
                .iter()
                .find(|field| field.slug == misfit.field)
                .map_or(misfit.field, |field| field.name(player.lang()))
        }
        Excess::DisksLost { .. } | Excess::Delay { .. } | Excess::Slowness { .. } | Excess::Skew { .. } => "",
    };
    (words.excess)(excess, name)
}

fn holds(state: CheckState) -> bool {
    match state {
        CheckState::Holds | CheckState::Reached => true,
        CheckState::Measured { measured_ppm, bound_ppm } => measured_ppm <= bound_ppm,
        CheckState::Broken | CheckState::NotYet | CheckState::NotJudged { .. } => false,
    }
}

fn row(player: &Player, check: &CheckView) -> Html {
    let words = &player.words().checks;
    let (mark, class, said) = match check.state {
        CheckState::Holds => ("✓", "holds", words.holds.to_owned()),
        CheckState::Broken => ("✕", "broken", words.is_broken.to_owned()),
        CheckState::Reached => ("✓", "holds", words.reached.to_owned()),
        CheckState::NotYet => ("○", "open", words.not_yet.to_owned()),
        CheckState::NotJudged { delay, limit } => {
            ("○", "open", (words.not_judged)(&format::span(delay), &format::span(limit)))
        }
        CheckState::Measured { measured_ppm, bound_ppm } => {
            let good = measured_ppm <= bound_ppm;
            let said = (words.measured)(&format::percent(measured_ppm), &format::percent(bound_ppm));
            if good { ("✓", "holds", said) } else { ("✕", "broken", said) }
        }
    };
    let kind = match check.kind {
        InvariantKind::Always => words.always,
        InvariantKind::Sometimes => words.sometimes,
        InvariantKind::Within => words.within,
        InvariantKind::Figure => words.figure,
    };
    let telling = matches!(
        check.state,
        CheckState::Measured { .. } | CheckState::NotYet | CheckState::NotJudged { .. } | CheckState::Reached
    );
    html! {
        <li class={classes!("check-row", class)} key={check.slug}>
            <details>
                <summary>
                    <span class="check-mark" aria-hidden="true">{ mark }</span>
                    <span class="check-name">{ check.name }</span>
                    <span class={if telling { "check-state" } else { "hidden-text" }}>{ said }</span>
                </summary>
                <p class="soft small">{ check.meaning }{ player.lang().in_brackets(kind) }</p>
                if !check.facts.is_empty() {
                    <p class="soft small">{ check.heading }</p>
                    <ul class="small">{ for check.facts.iter().map(|fact| html! { <li>{ fact }</li> }) }</ul>
                }
            </details>
        </li>
    }
}
