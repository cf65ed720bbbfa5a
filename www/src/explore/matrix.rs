//! The rule matrix: every rule of every protocol with its source, what breaks without it and where that shows; broken here, if one
//! likes, by the worker.

use faultlab_core::{Budget, TimeModel, Witness};
use faultlab_registry::{About, LISTED, Protocol, RuleAbout};
use faultlab_scenario::{Number, Scenario, Texts, link};
use faultlab_words::Lang;
use faultlab_words::matrix::{MatrixWords, words};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::trial::{self, Outcome, Shared, Trial};
use crate::cards::gallery;
use crate::cards::rules::{promises, separator};
use crate::run::doors::PROTOCOL;
use crate::run::lazy::LoadError;
use crate::run::open;
use crate::run::player::Player;

#[derive(Properties, PartialEq)]
pub(crate) struct MatrixProps {
    pub(crate) player: Player,
    pub(crate) close: Callback<()>,
}

/// A rule with the set-up in which its absence shows, if there is one to be opened.
struct Row {
    about: &'static About,
    rule: &'static RuleAbout,
    /// Without the rule, and the link to it.
    set_up: Option<(Scenario, String)>,
    /// Whether a search shows it.
    searched: bool,
}

impl Row {
    fn new(about: &'static About, rule: &'static RuleAbout) -> Self {
        let mut set_up = about.witness(rule);
        if let Witness::Sweep { scenario } = *rule.witness {
            set_up = gallery::entry(scenario).map(|entry| entry.scenario.clone());
        }
        let set_up = set_up.map(|mut scenario| {
            if !scenario.rules_off.iter().any(|slug| slug == rule.slug) {
                scenario.rules_off.push(rule.slug.to_owned());
            }
            if scenario.title.is_empty() {
                let title = |lang: Lang| format!("{}{}{}", words(lang).without, lang.colon(), rule.name(lang));
                scenario.title = Texts { en: title(Lang::En), zh: title(Lang::Zh) };
            }
            let packed = link::encode(&scenario, None);
            (scenario, packed)
        });
        let searched = matches!(rule.witness, Witness::Explore { .. });
        Self { about, rule, set_up, searched }
    }

    fn trial(&self) -> Option<Trial> {
        let (scenario, _) = self.set_up.as_ref().filter(|_| self.searched)?;
        Some(Trial { key: (self.about.slug, self.rule.slug), scenario: scenario.clone() })
    }
}

#[component]
pub(crate) fn Matrix(MatrixProps { player, close }: &MatrixProps) -> Html {
    let rows = use_state(Vec::<Row>::new);
    let trials = trial::all(player);
    let again = use_force_update();
    let changed = Callback::from(move |()| again.force_update());
    use_effect_with((), {
        let (rows, player, trials) = (rows.clone(), player.clone(), trials.clone());
        move |()| {
            spawn_local(async move {
                match protocols().await {
                    Ok(protocols) => rows.set(protocols.into_iter().flat_map(rows_of).collect()),
                    Err(_) => player.notify(player.words().share.not_fetched, true),
                }
            });
            move || trials.borrow_mut().stop()
        }
    });
    let lang = player.lang();
    let said = words(lang);
    let on_all = {
        let (rows, trials, player, changed) = (rows.clone(), trials.clone(), player.clone(), changed.clone());
        Callback::from(move |_: MouseEvent| {
            trial::begin(&trials, rows.iter().filter_map(Row::trial).collect(), &player, &changed);
        })
    };
    let on_stop = {
        let (trials, changed) = (trials.clone(), changed.clone());
        Callback::from(move |_: MouseEvent| {
            trials.borrow_mut().stop();
            changed.emit(());
        })
    };
    let (broke, tried) = trials.borrow().tally();
    let under_way = trials.borrow().is_under_way();
    let shown = Shown { player, trials: &trials, changed: &changed };
    let protocol = |slug: &'static str| {
        let of_protocol = || rows.iter().filter(move |row| row.about.slug == slug);
        html! {
            if let Some(row) = of_protocol().next() {
                <section data-protocol={row.about.slug}>
                    <h3>{ row.about.title(lang) }</h3>
                    <ul class="matrix">{ for of_protocol().map(|row| shown.row(row)) }</ul>
                </section>
            }
        }
    };
    html! {
        <section class="panel matrix-panel" aria-label={said.title}>
            <div class="panel-head">
                <div><h2>{ said.title }</h2><p class="soft">{ said.about }</p></div>
                <button type="button" class="quiet icon" aria-label={said.close} onclick={close.reform(|_: MouseEvent| ())}>
                    { "×" }
                </button>
            </div>
            <div class="caption-acts">
                if under_way {
                    <button type="button" class="plain strong" onclick={on_stop}>{ said.stop }</button>
                } else {
                    <button type="button" class="plain strong" disabled={rows.is_empty()} onclick={on_all}>{ said.break_all }</button>
                }
                <p class="matrix-tally" role="status">
                    if tried > 0 { { (said.tally)(broke, tried) } }
                </p>
            </div>
            { for LISTED.iter().map(|listed| protocol(listed.slug)) }
        </section>
    }
}

/// Every protocol, fetched if it is not here yet.
async fn protocols() -> Result<Vec<&'static Protocol>, LoadError> {
    let mut all = Vec::new();
    for listed in LISTED {
        all.push(PROTOCOL.open(listed.slug.to_owned()).await?);
    }
    Ok(all)
}

fn rows_of(protocol: &'static Protocol) -> impl Iterator<Item = Row> {
    protocol.about.rules.iter().map(|rule| Row::new(&protocol.about, rule))
}

/// What the rows have in common.
struct Shown<'a> {
    player: &'a Player,
    trials: &'a Shared,
    changed: &'a Callback<()>,
}

impl Shown<'_> {
    fn row(&self, row: &Row) -> Html {
        let (lang, rule) = (self.player.lang(), row.rule);
        let said = words(lang);
        let source = (self.player.words().rules.source)(rule.source.document, rule.source.section);
        let outcome = self.trials.borrow().outcomes.get(&(row.about.slug, rule.slug)).cloned();
        html! {
            <li class="matrix-rule" key={rule.slug} data-rule={rule.slug}>
                <h4>{ rule.name(lang) }</h4>
                <p class="rule-source">{ source }</p>
                <p class="small">{ rule.without(lang) }</p>
                <dl class="matrix-witness">
                    { fact(said.breaks, promises(row.about, rule.breaks, lang)) }
                    { witness(row, lang) }
                </dl>
                <div class="caption-acts">{ self.open(row, said) }{ self.try_it(row, said) }</div>
                <div role="status" class="small">{ self.outcome(row, outcome.as_ref(), lang) }</div>
            </li>
        }
    }

    /// The link that opens the set-up without the rule.
    fn open(&self, row: &Row, said: &MatrixWords) -> Html {
        let Some((scenario, packed)) = &row.set_up else { return Html::default() };
        let onclick = {
            let (player, scenario) = (self.player.clone(), scenario.clone());
            Callback::from(move |event: MouseEvent| {
                // Elsewhere it is the browser that opens it.
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    open::show(&player, &scenario, None);
                }
            })
        };
        html! { <a class="plain" href={format!("#s={packed}")} {onclick}>{ said.open_witness }</a> }
    }

    fn try_it(&self, row: &Row, said: &MatrixWords) -> Html {
        let Some(wanted) = row.trial() else { return Html::default() };
        let waits = self.trials.borrow().is_under_way();
        let (trials, player, changed) = (self.trials.clone(), self.player.clone(), self.changed.clone());
        let onclick =
            Callback::from(move |_: MouseEvent| trial::begin(&trials, vec![wanted.clone()], &player, &changed));
        html! { <button type="button" class="plain" disabled={waits} {onclick}>{ said.break_here }</button> }
    }

    fn outcome(&self, row: &Row, outcome: Option<&Outcome>, lang: Lang) -> Html {
        let said = words(lang);
        match outcome {
            None => Html::default(),
            Some(Outcome::Looking) => html! { <p>{ said.looking }</p> },
            Some(Outcome::Nothing(worlds)) => html! { <p class="outcome">{ (said.nothing)(*worlds) }</p> },
            Some(Outcome::Failed(reason)) => html! { <p class="fault">{ reason }</p> },
            Some(Outcome::Broke(find, millis)) => {
                let broken: Vec<&str> = find.broken.iter().map(String::as_str).collect();
                let told = (said.broke)(&promises(row.about, &broken, lang), find.steps, *millis, find.shortest);
                let titles = row.set_up.as_ref().map(|(scenario, _)| scenario.title.clone()).unwrap_or_default();
                let play = Scenario { title: titles, ..find.scenario.clone() };
                let player = self.player.clone();
                let onclick = Callback::from(move |_: MouseEvent| open::show(&player, &play, None));
                html! {
                    <p class="outcome">
                        { told }{ lang.gap() }<button type="button" class="plain" {onclick}>{ said.watch }</button>
                    </p>
                }
            }
        }
    }
}

fn fact(name: &str, what: impl Into<AttrValue>) -> Html {
    html! { <><dt>{ name }</dt><dd>{ what.into() }</dd></> }
}

/// Where the absence of a rule shows, fact by fact.
fn witness(row: &Row, lang: Lang) -> Html {
    let said = words(lang);
    let cluster = |nodes: u8| {
        let scenario = row.set_up.as_ref().map(|(scenario, _)| scenario);
        let numbers = scenario.into_iter().flat_map(|scenario| &scenario.config);
        let named = numbers.map(|(slug, number)| {
            let field = row.about.fields.iter().find(|field| field.slug == slug);
            format!("{} {}", field.map_or(slug.as_str(), |field| field.name(lang)), written(number))
        });
        fact(said.cluster, (said.nodes)(nodes, &named.collect::<Vec<_>>().join(separator(lang))))
    };
    match *row.rule.witness {
        Witness::Sweep { .. } => fact(said.shown_by, said.by_sweep),
        Witness::Figure { nodes, .. } => html! { <>{ cluster(nodes) }{ fact(said.shown_by, said.by_figure) }</> },
        Witness::Explore { nodes, off, requests, prefix, budget, time, .. } => {
            let masks = off.iter().map(|slug| {
                let rule = row.about.rules.iter().find(|rule| rule.slug == *slug);
                rule.map_or(*slug, |rule| rule.name(lang))
            });
            let begins = if prefix.is_empty() { said.from_start.to_owned() } else { (said.after_acts)(prefix.len()) };
            let order = match time {
                TimeModel::Asynchronous => said.any_order,
                TimeModel::Timed { .. } => said.bounded,
            };
            html! {
                <>
                    { cluster(nodes) }
                    if !off.is_empty() {
                        { fact(said.masks, masks.collect::<Vec<_>>().join(separator(lang))) }
                    }
                    { fact(said.begins, begins) }
                    { fact(said.may_happen, may_happen(&budget, requests, said, lang)) }
                    { fact(said.order, order) }
                </>
            }
        }
    }
}

/// A number as a scenario file writes it.
fn written(number: &Number) -> String {
    match number {
        Number::Flag(on) => on.to_string(),
        Number::Count(count) => count.to_string(),
        Number::Word(word) => word.clone(),
    }
}

/// How a number of times is said.
type Say = fn(u8) -> String;

fn may_happen(budget: &Budget, requests: &[&str], said: &MatrixWords, lang: Lang) -> String {
    let counts: [(u8, Say); 5] = [
        (budget.crashes, said.crashes),
        (budget.duplicates, said.duplicates),
        (budget.wipes, said.wipes),
        (budget.retries, said.retries),
        (budget.timers, said.timers),
    ];
    let mut all: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, say)| say(*count)).collect();
    if budget.timers > 0 {
        let kinds: Vec<String> = budget.timers_of.iter().map(|(kind, limit)| (said.timers_of)(kind, *limit)).collect();
        if let Some(last) = all.last_mut().filter(|_| !kinds.is_empty()) {
            *last = format!("{last}{}", lang.in_brackets(&kinds.join(separator(lang))));
        }
    }
    if budget.requests > 0 {
        all.push((said.requests)(budget.requests, &requests.join(" · ")));
    }
    if all.is_empty() { said.only_messages.to_owned() } else { all.join(separator(lang)) }
}
