//! The card of the chosen thing: a node with memory and disk drawn apart, a message, a client, a link.

use faultlab_core::{ClientId, Condition, Endpoint, NodeId};
use faultlab_registry::{AreaView, Field, Moment, NodeView, RecordView};
use faultlab_sim::PacketName;
use yew::prelude::*;

use crate::run::player::{Player, PlayerProps, Selection};
use crate::run::why;
use crate::text::format;
use crate::views::{self, Tone};

#[component]
pub(crate) fn Inspector(props: &PlayerProps) -> Html {
    let player = &props.player;
    let moment = player.moment();
    match player.selection() {
        Selection::Node(node) => node_card(player, &moment, node),
        Selection::Packet(packet) => packet_card(player, &moment, packet),
        Selection::Client(client) => client_card(player, &moment, client),
        Selection::Link(from, to) => link_card(player, &moment, from, to),
        Selection::Fact(fact) => match why::line_of(&*player.lab(), fact, player.lang()) {
            Some(line) => html! {
                <p><strong>{ line.sentence.head }</strong>{ line.sentence.rest }{ " " }
                   <span class="soft">{ format::moment(line.at) }</span></p>
            },
            None => Html::default(),
        },
        Selection::None => match usual(player, &moment) {
            Some(node) => node_card(player, &moment, node),
            None => Html::default(),
        },
    }
}

/// With nothing chosen: whoever leads, else the first node.
fn usual(player: &Player, moment: &Moment) -> Option<NodeId> {
    views::leader(player).or(moment.nodes.first().map(|node| node.id))
}

fn node_card(player: &Player, moment: &Moment, node: NodeId) -> Html {
    let Some(node) = moment.nodes.get(node.index()) else { return Html::default() };
    let words = &player.words().inspector;
    let lang = player.lang();
    let lab = player.lab();
    let faces = views::faces(player);
    let Some(face) = faces.get(node.id.index()) else { return Html::default() };
    let fields = lab.inspect(node.id, lang);
    let before = lab.inspect_before(node.id, lang);
    let role = match (node.up, node.paused) {
        (false, _) => words.down.to_owned(),
        (true, true) => words.paused.to_owned(),
        (true, false) if face.role.is_empty() => words.running.to_owned(),
        (true, false) => face.role.clone(),
    };
    let tone = if node.up { face.tone } else { Tone::Down };
    let glyph = face.glyph.filter(|_| node.up).map(|glyph| format!("{glyph} "));
    html! {
        <>
            <div class="node-head">
                <span class={classes!("node-name", (!node.up).then_some("struck"))}>{ &node.name }</span>
                <span class={classes!("badge", tone.class())}>{ glyph }{ role }</span>
            </div>
            <dl class="fields">{ for fields.iter().map(|field| field_row(field, &before, words.before)) }</dl>
            { conditions(player, node) }
            <div class="stores">
                { memory(player, node) }
                { disk(player, node) }
            </div>
        </>
    }
}

/// A value of more characters is cut to a few lines; the whole is its tooltip.
const LONG: usize = 72;
/// A value that was is shown beside the one that is, unless it is longer than this.
const OLD_SHOWN: usize = 24;

/// A field; if the last step changed it, the old value is struck through beside the new one.
fn field_row(field: &Field, before: &[Field], said: &'static str) -> Html {
    let old = before.iter().find(|other| other.slug == field.slug).filter(|other| other.value != field.value);
    let long = field.value.chars().count() > LONG;
    html! {
        <div class={classes!("field", old.is_some().then_some("changed"), long.then_some("long"))} key={field.slug.clone()}>
            <dt>{ &field.name }</dt>
            <dd>
                <span class={classes!("field-now", (field.value == "–").then_some("soft"))}
                    title={long.then(|| field.value.clone())}>{ &field.value }</span>
                if let Some(old) = old.filter(|old| old.value.chars().count() <= OLD_SHOWN) {
                    <span class="hidden-text">{ said }</span>
                    <del class="field-old">{ &old.value }</del>
                }
            </dd>
        </div>
    }
}

fn conditions(player: &Player, node: &NodeView) -> Html {
    let words = &player.words().inspector;
    html! {
        <>
            if node.percent != 100 {
                <p class="soft small">{ (words.slow)(node.percent) }</p>
            }
            if node.skew_ppm != 0 {
                <p class="soft small">{ (words.clock_off)(&skew(node.skew_ppm)) }</p>
            }
        </>
    }
}

fn skew(ppm: i32) -> String {
    let sign = if ppm < 0 { "−" } else { "+" };
    format!("{sign}{}", format::percent(u64::from(ppm.unsigned_abs())))
}

/// What a crash takes: timers, and all the fields above.
fn memory(player: &Player, node: &NodeView) -> Html {
    let words = &player.words().inspector;
    html! {
        <section class={classes!("store", "memory", (!node.up).then_some("lost"))}>
            <h3>{ words.memory }</h3>
            if !node.up {
                <p>{ words.gone }</p>
            } else if node.timers.is_empty() {
                <p class="soft">{ words.no_timer }</p>
            } else {
                <ul class="timers">
                    { for node.timers.iter().take(6).map(|timer| html! {
                        <li key={timer.slug.clone()}>{ &timer.name }{ " " }<b>{ format::span(timer.left) }</b></li>
                    }) }
                </ul>
            }
        </section>
    }
}

/// What survives a crash, and what does not yet.
fn disk(player: &Player, node: &NodeView) -> Html {
    let words = &player.words().inspector;
    let unsynced: usize = node.areas.iter().map(|area| area.unsynced.len()).sum();
    html! {
        <section class="store disk">
            <h3>{ words.disk }</h3>
            <p class="soft">
                { if unsynced == 0 { words.all_synced.to_owned() } else { (words.unsynced)(unsynced) } }
                if node.syncing {
                    { " · " }{ words.syncing }
                }
            </p>
            { for node.areas.iter().map(|area| area_row(player, area)) }
        </section>
    }
}

fn area_row(player: &Player, area: &AreaView) -> Html {
    let words = &player.words().inspector;
    let record = |record: &RecordView, fate: Option<&'static str>| {
        let damaged = match record.condition {
            Condition::Intact => None,
            Condition::Torn => Some("torn"),
            Condition::Corrupt => Some("corrupt"),
        };
        html! { <li class={classes!("record", fate, damaged)}>{ &record.text }</li> }
    };
    html! {
        <div class="area">
            <span class="area-name">{ &area.name }</span>
            if area.synced.is_empty() && area.unsynced.is_empty() && area.lost.is_empty() {
                <span class="soft">{ words.empty }</span>
            } else {
                <ul class="records">
                    if area.first > 0 {
                        <li class="soft">{ format!("… {}", area.first) }</li>
                    }
                    { for area.synced.iter().map(|it| record(it, None)) }
                    { for area.unsynced.iter().map(|it| record(it, Some("unsynced"))) }
                    { for area.lost.iter().map(|it| record(it, Some("lost"))) }
                </ul>
            }
        </div>
    }
}

/// What people call an endpoint.
fn endpoint(moment: &Moment, endpoint: Endpoint) -> String {
    match endpoint {
        Endpoint::Node(node) => moment.nodes.get(node.index()).map_or_else(|| node.to_string(), |it| it.name.clone()),
        Endpoint::Client(client) => client.to_string(),
    }
}

fn packet_card(player: &Player, moment: &Moment, name: PacketName) -> Html {
    let words = &player.words().inspector;
    let title = (words.packet)(&endpoint(moment, name.from), &endpoint(moment, name.to));
    let Some(packet) = moment.packets.iter().find(|packet| packet.name == name) else {
        return html! { <><p class="node-name">{ title }</p><p class="soft">{ words.packet_gone }</p></> };
    };
    html! {
        <>
            <p class="node-name">{ title }</p>
            <p>{ &packet.label }</p>
            <dl class="fields">
                <div class="field"><dt>{ words.sent }</dt><dd>{ format::moment(packet.sent) }</dd></div>
                <div class="field"><dt>{ words.due }</dt><dd>{ format::moment(packet.due) }</dd></div>
            </dl>
            if packet.held {
                <p class="soft">{ words.held }</p>
            }
            if packet.waiting {
                <p class="soft">{ words.waiting_there }</p>
            }
            <p class="soft small">{ name.to_string() }</p>
        </>
    }
}

fn client_card(player: &Player, moment: &Moment, client: ClientId) -> Html {
    let words = &player.words().inspector;
    let Some(client) = moment.clients.iter().find(|other| other.id == client) else { return Html::default() };
    let waiting = client.waiting.as_ref().map(|(request, node)| {
        let node = endpoint(moment, Endpoint::Node(*node));
        (words.client_waits)(request, &node)
    });
    html! {
        <>
            <p class="node-name">{ (words.client)(&client.id.to_string()) }</p>
            <p>{ waiting.unwrap_or_else(|| words.client_idle.to_owned()) }</p>
            if client.queued > 0 {
                <p class="soft">{ (words.client_queue)(client.queued) }</p>
            }
        </>
    }
}

fn link_card(player: &Player, moment: &Moment, from: Endpoint, to: Endpoint) -> Html {
    let words = &player.words().inspector;
    let cut = moment.cuts.contains(&(from, to));
    html! {
        <>
            <p class="node-name">{ (words.link)(&endpoint(moment, from), &endpoint(moment, to)) }</p>
            <p class="soft">{ if cut { words.link_cut } else { words.link_open } }</p>
        </>
    }
}
