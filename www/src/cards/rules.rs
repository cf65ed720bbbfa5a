//! The rules as switches, each with where it comes from.

use faultlab_registry::{About, RuleAbout};
use faultlab_words::{Lang, matrix};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::run::explorer::{Wish, ask};
use crate::run::player::{Player, PlayerProps};
use crate::run::visits::Panel;

#[component]
pub(crate) fn Rules(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = &player.words().rules;
    let on_matrix = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.open_panel(Some(Panel::Matrix)))
    };
    let moment = player.moment();
    let off = moment.rules.iter().filter(|on| !**on).count();
    let lab = player.lab();
    let about = lab.about();
    html! {
        <>
            <p class="soft small">{ words.about }</p>
            if off > 0 {
                <p class="tally fault">{ (words.off)(off) }</p>
            }
            <ul class="rules">
                { for about.rules.iter().zip(&moment.rules).map(|(rule, on)| row(player, rule, *on)) }
            </ul>
            <button type="button" class="plain" onclick={on_matrix}>{ matrix::words(player.lang()).open }</button>
        </>
    }
}

fn row(player: &Player, rule: &RuleAbout, on: bool) -> Html {
    let words = &player.words().rules;
    let lang = player.lang();
    let slug = rule.slug;
    let onchange = {
        let player = player.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let wanted = if input.checked() { "on" } else { "off" };
            player.act(&format!("set rule {slug} {wanted}"));
            // The box shows what is, even if the act was refused.
            let place = player.lab().about().rules.iter().position(|rule| rule.slug == slug);
            let on = place.and_then(|place| player.moment().rules.get(place).copied());
            input.set_checked(on.unwrap_or(true));
        })
    };
    let on_break = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| ask(&player, Wish::Break))
    };
    let source = (words.source)(rule.source.document, rule.source.section);
    html! {
        <li class={classes!("rule", (!on).then_some("off"))} key={slug}>
            <label>
                <input type="checkbox" checked={on} {onchange} data-rule={slug} />
                <span class="rule-name">{ rule.name(lang) }</span>
                <span class="rule-source">{ source }</span>
            </label>
            if !on {
                <p class="small rule-without">{ rule.without(lang) }{ lang.gap() }{ (words.breaks)(&promises(player.lab().about(), rule.breaks, lang)) }</p>
                <p class="rule-acts"><button type="button" class="plain" onclick={on_break}>{ words.break_it }</button></p>
            }
        </li>
    }
}

/// The names of a protocol's promises, by their slugs.
pub(crate) fn promises(about: &About, slugs: &[&str], lang: Lang) -> String {
    let name = |slug: &&str| {
        let found = about.invariants.iter().find(|invariant| invariant.slug == *slug);
        found.map_or_else(|| (*slug).to_owned(), |invariant| invariant.name(lang).to_owned())
    };
    slugs.iter().map(name).collect::<Vec<_>>().join(separator(lang))
}

/// Between names that are listed.
pub(crate) fn separator(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    }
}
