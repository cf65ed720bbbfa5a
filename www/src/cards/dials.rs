//! The dials: network, disks, load, and the protocol's own numbers. Each change is an act of the run.

use std::rc::Rc;

use faultlab_core::{Span, Unit};
use faultlab_registry::FieldAbout;
use faultlab_scenario::Number;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::run::open;
use crate::run::player::{Player, PlayerProps};

/// What a dial's number counts, and so how it is shown and read.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    /// Millionths, shown as per cent.
    Percent,
    /// Microseconds, shown as milliseconds.
    Millis,
    Count,
}

impl Scale {
    fn shown(self, value: u64) -> String {
        match self {
            Self::Percent => decimal(value, 10_000),
            Self::Millis => decimal(value, 1_000),
            Self::Count => value.to_string(),
        }
    }

    /// Reads what a person typed; none if it is no number.
    fn read(self, text: &str) -> Option<u64> {
        let number: f64 = text.trim().parse().ok().filter(|number: &f64| *number >= 0.0)?;
        let scaled = match self {
            Self::Percent => number * 10_000.0,
            Self::Millis => number * 1_000.0,
            Self::Count => number,
        };
        Some(scaled.round() as u64)
    }
}

/// A number of parts as a decimal, without needless zeros.
fn decimal(value: u64, parts: u64) -> String {
    let text = format!("{}.{:0width$}", value / parts, value % parts, width = parts.ilog10() as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[derive(Properties)]
struct DialProps {
    player: Player,
    name: String,
    value: u64,
    min: u64,
    max: u64,
    scale: Scale,
    slider: bool,
    on_value: Rc<dyn Fn(u64)>,
}

impl PartialEq for DialProps {
    fn eq(&self, other: &Self) -> bool {
        // What is done with a value follows from the player and the name.
        self.player == other.player && self.name == other.name && self.value == other.value
    }
}

/// One number, typed or slid.
#[component]
fn Dial(props: &DialProps) -> Html {
    let DialProps { player, name, value, min, max, scale, slider, on_value } = props;
    let words = &player.words().dials;
    let unit = match scale {
        Scale::Percent => words.percent,
        Scale::Millis => words.milliseconds,
        Scale::Count => "",
    };
    let (scale, low, high, old) = (*scale, *min, *max, *value);
    let onchange = {
        let (player, name, on_value) = (player.clone(), name.clone(), Rc::clone(on_value));
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            match scale.read(&input.value()).filter(|value| (low..=high).contains(value)) {
                Some(value) if value != old => on_value(value),
                Some(_) => {}
                None => {
                    input.set_value(&scale.shown(old));
                    let words = &player.words().dials;
                    player.notify(&(words.wrong_number)(&name, &scale.shown(low), &scale.shown(high)), true);
                }
            }
        })
    };
    let bounds = (words.bounds)(&scale.shown(low), &scale.shown(high));
    html! {
        <div class="dial">
            <label>
                <span class="dial-name">{ name }</span>
                <span class="dial-value" title={bounds}>
                    <input type="text" inputmode="decimal" autocomplete="off" value={scale.shown(old)} onchange={onchange.clone()} />
                    <span class="dial-unit">{ unit }</span>
                </span>
            </label>
            if *slider {
                <input type="range" aria-label={name.clone()} min={scale.shown(low)} max={scale.shown(high)} step="any"
                       value={scale.shown(old)} {onchange} />
            }
        </div>
    }
}

#[component]
pub(crate) fn Dials(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = &player.words().dials;
    html! {
        <div class="dials">
            <h3>{ words.network }</h3>
            { network(player) }
            <h3>{ words.load }</h3>
            { load(player) }
            <h3>{ words.protocol }</h3>
            { protocol(player) }
        </div>
    }
}

/// A dial that acts by a text made from its new value.
fn dial(
    player: &Player,
    name: &str,
    value: u64,
    bounds: (u64, u64),
    scale: Scale,
    act: impl Fn(u64) -> String + 'static,
) -> Html {
    let acting = player.clone();
    let on_value: Rc<dyn Fn(u64)> = Rc::new(move |value| acting.act(&act(value)));
    html! {
        <Dial player={player.clone()} name={name.to_owned()} {value} min={bounds.0} max={bounds.1} {scale}
              slider={scale == Scale::Percent} {on_value} />
    }
}

/// Two ends of a range of times; moving one past the other moves both.
fn range(player: &Player, names: [&str; 2], (min, max): (Span, Span), most: u64, word: &'static str) -> Html {
    let act = move |low: u64, high: u64| format!("set {word} {}..{}", Span(low), Span(high));
    html! {
        <>
            { dial(player, names[0], min.0, (0, most), Scale::Millis, move |low| act(low, max.0.max(low))) }
            { dial(player, names[1], max.0, (0, most), Scale::Millis, move |high| act(min.0.min(high), high)) }
        </>
    }
}

fn percent(ppm: u64) -> String {
    format!("{}%", decimal(ppm, 10_000))
}

/// A yes or no.
fn switch(name: &str, on: bool, on_value: impl Fn(bool) + 'static) -> Html {
    let onchange = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        on_value(input.checked());
    });
    html! {
        <label class="check"><input type="checkbox" checked={on} {onchange} /><span>{ name }</span></label>
    }
}

fn network(player: &Player) -> Html {
    let words = &player.words().dials;
    let network = player.moment().network;
    let in_order = {
        let player = player.clone();
        switch(words.in_order, network.in_order, move |on| {
            player.act(&format!("set in_order {}", if on { "on" } else { "off" }));
        })
    };
    let hundred = (0, 1_000_000);
    html! {
        <>
            { dial(player, words.loss, network.loss_ppm.into(), hundred, Scale::Percent, |v| format!("set loss {}", percent(v))) }
            { dial(player, words.duplication, network.duplication_ppm.into(), hundred, Scale::Percent,
                   |value| format!("set duplication {}", percent(value))) }
            { range(player, [words.latency_min, words.latency_max], (network.latency_min, network.latency_max), 10_000_000, "latency") }
            { in_order }
            { range(player, [words.sync_min, words.sync_max], (network.sync_min, network.sync_max), 10_000_000, "sync") }
        </>
    }
}

fn load(player: &Player) -> Html {
    let words = &player.words().dials;
    let load = player.moment().load;
    let clients = u64::from(faultlab_scenario::CLIENTS_MAX);
    let keys = u64::from(faultlab_scenario::KEYS_MAX);
    let minute = 60_000_000;
    html! {
        <>
            { dial(player, words.clients, load.clients.into(), (0, clients), Scale::Count, |value| format!("set clients {value}")) }
            { range(player, [words.think_min, words.think_max], (load.think_min, load.think_max), minute, "think") }
            { dial(player, words.reads, load.reads_ppm.into(), (0, 1_000_000), Scale::Percent, |v| format!("set reads {}", percent(v))) }
            { dial(player, words.keys, load.keys.into(), (1, keys), Scale::Count, |value| format!("set keys {value}")) }
            { dial(player, words.retry, load.retry.0, (faultlab_scenario::RETRY_MIN.0, minute), Scale::Millis,
                   |value| format!("set retry {}", Span(value))) }
        </>
    }
}

fn protocol(player: &Player) -> Html {
    let words = &player.words().dials;
    let moment = player.moment();
    let lab = player.lab();
    let fields = lab.about().fields.iter().zip(moment.config.iter().copied());
    html! {
        { for fields.map(|(field, value)| html! {
            <div class="protocol-field" key={field.slug} title={field.meaning(player.lang())}>
                { field_dial(player, field, value) }
                if !field.live {
                    <p class="soft small">{ words.starts_anew }</p>
                }
            </div>
        }) }
    }
}

fn field_dial(player: &Player, field: &FieldAbout, value: u64) -> Html {
    let name = field.name(player.lang());
    let change = changer(player, field);
    match field.unit {
        Unit::Flag => switch(name, value != 0, move |on| change(u64::from(on))),
        Unit::Choice(names) => {
            let onchange = Callback::from(move |event: Event| {
                let select: HtmlSelectElement = event.target_unchecked_into();
                if let Ok(index) = u64::try_from(select.selected_index()) {
                    change(index);
                }
            });
            html! {
                <label class="choice">
                    <span class="dial-name">{ name }</span>
                    <select {onchange}>
                        { for names.iter().enumerate().map(|(index, choice)| html! {
                            <option selected={index as u64 == value}>{ *choice }</option>
                        }) }
                    </select>
                </label>
            }
        }
        Unit::Count | Unit::Span => {
            let scale = if field.unit == Unit::Span { Scale::Millis } else { Scale::Count };
            html! {
                <Dial player={player.clone()} name={name.to_owned()} {value} min={field.min} max={field.max} {scale}
                      slider=false on_value={change} />
            }
        }
    }
}

/// How a field of the configuration is changed: by an act while the run goes on, or by a new run where it shapes the cluster.
fn changer(player: &Player, field: &FieldAbout) -> Rc<dyn Fn(u64)> {
    let (player, slug, unit, live) = (player.clone(), field.slug, field.unit, field.live);
    Rc::new(move |value| {
        let number = match unit {
            Unit::Flag => Number::Flag(value != 0),
            Unit::Count => Number::Count(value),
            Unit::Span => Number::Word(Span(value).to_string()),
            Unit::Choice(names) => Number::Word(names.get(value as usize).copied().unwrap_or_default().to_owned()),
        };
        if live {
            let spelled = match &number {
                Number::Flag(on) => if *on { "on" } else { "off" }.to_owned(),
                Number::Count(count) => count.to_string(),
                Number::Word(word) => word.clone(),
            };
            player.act(&format!("set config {slug} {spelled}"));
        } else {
            let mut scenario = player.lab().scenario();
            scenario.config.insert(slug.to_owned(), number);
            scenario.forget_the_run();
            open::show(&player, &scenario, None);
        }
    })
}
