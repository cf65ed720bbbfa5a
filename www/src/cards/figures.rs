//! The counts of the run so far.

use yew::prelude::*;

use crate::run::player::PlayerProps;
use crate::text::format;

#[component]
pub(crate) fn Figures(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = &player.words().figures;
    let lab = player.lab();
    let meters = lab.meters();
    let none = || "–".to_owned();
    let rows = [
        (words.sent, meters.sent.to_string()),
        (words.lost, meters.lost.to_string()),
        (words.bytes, meters.bytes.to_string()),
        (words.syncs, meters.syncs.to_string()),
        (words.asked, meters.asked.to_string()),
        (words.done, meters.done.to_string()),
        (words.retries, meters.retries.to_string()),
        (words.wait_mean, meters.wait_mean().map_or_else(none, format::span)),
        (words.wait_longest, format::span(meters.waited_longest)),
        (words.crashes, meters.crashes.to_string()),
        (words.availability, format::percent(meters.availability_ppm(lab.now()))),
        (words.outages, meters.outages(lab.now()).to_string()),
        (words.repair, meters.repair_time_mean().map_or_else(none, format::span)),
    ];
    html! {
        <>
        <dl class="fields figures">
            { for rows.into_iter().map(|(name, value)| html! {
                <div class="field" key={name}><dt>{ name }</dt><dd>{ value }</dd></div>
            }) }
        </dl>
        <p class="soft small">{ words.availability_about }</p>
        </>
    }
}
