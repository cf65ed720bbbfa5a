//! The voice of the page: one sentence right under the stage, and the acts that follow from it.

use faultlab_core::Mark;
use faultlab_registry::{Lab, Line, StepFilter, What};
use faultlab_sim::{Position, StepMark, StepTaken};
use faultlab_words::{Lang, Sentence};
use yew::prelude::*;

use super::invite::{self, Done, Invitation};
use crate::cards::gallery;
use crate::run::player::Player;
use crate::run::why;
use crate::views::Invite;

/// How far back the caption of a running cluster looks for something worth reading.
const LOOK_BACK: usize = 400;

/// What is told: the sentence, and the fact behind it.
#[derive(Clone, PartialEq)]
struct Told {
    sentence: Sentence,
    line: Option<Line>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct CaptionProps {
    pub(crate) player: Player,
    /// Opens the catalogue, where there is one.
    pub(crate) on_more: Option<Callback<MouseEvent>>,
}

#[component]
pub(crate) fn CaptionLine(props: &CaptionProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().caption;
    let place = {
        let lab = player.lab();
        let steady = player.is_playing();
        let position = if steady { notable_before(&*lab) } else { Some(lab.position()) };
        (position, player.run_revision() * u64::from(!steady), player.lang(), lab.about().slug)
    };
    let told = {
        let player = player.clone();
        use_memo(place, move |(position, _, lang, _)| told(&player, *position, *lang))
    };
    let done = {
        let player = player.clone();
        let moves = player.run_revision() * u64::from(!player.is_playing());
        use_memo((player.acts(), player.opened(), moves), move |_| Done::read(&*player.lab()))
    };
    let invitation = done.and_then(|done| done.next(&player));
    let lesson = lesson(&player).or_else(|| invitation.as_ref().map(|invitation| invitation.words.to_owned()));
    // What broke is told above, with its own acts.
    let is_broken = why::broken_line(&*player.lab(), player.lang()).is_some();
    html! {
        <div class="caption">
            <div class="caption-text" role="status" aria-label={words.region}>
                if let Some(lesson) = lesson {
                    <p class="caption-lesson">{ lesson }</p>
                }
                if !is_broken {
                    <p class="caption-sentence"><strong>{ &told.sentence.head }</strong>{ &told.sentence.rest }</p>
                }
            </div>
            <div class="caption-acts">
                if !is_broken { { for acts(&player, invitation.as_ref(), props.on_more.as_ref(), told.line.as_ref()) } }
            </div>
            if let Some(chain) = player.chain() {
                <ChainList player={player.clone()} lines={chain.lines.clone()} />
            }
        </div>
    }
}

/// While the run plays, the caption stays at the last notable step, or nobody could read it.
fn notable_before(lab: &dyn Lab) -> Option<Position> {
    // What a person does is worth reading as well: it may end what was told before, such as a partition.
    let is_act = |step: &StepMark| matches!(step.taken, StepTaken::Act { .. });
    let worth = |step: &StepMark| StepFilter::Notable.accepts(step) || is_act(step);
    let from = lab.position().saturating_sub(LOOK_BACK);
    lab.steps(from..lab.position()).iter().rposition(worth).map(|index| from + index + 1)
}

fn told(player: &Player, position: Option<Position>, lang: Lang) -> Told {
    let lab = &*player.lab();
    let position = position.unwrap_or_else(|| lab.position());
    let line = if position == lab.position() {
        lab.caption(lang).map(|(_, line)| line)
    } else {
        let lines = position.checked_sub(1).map(|before| lab.story(before, position, lang)).unwrap_or_default();
        lines.into_iter().max_by_key(|line| (weight(&line.what), std::cmp::Reverse(line.id)))
    };
    match line {
        Some(line) => {
            let gesture = crate::run::gesture::told(lab, &player.moment(), position, lang);
            Told { sentence: gesture.unwrap_or_else(|| line.sentence.clone()), line: Some(line) }
        }
        None => Told { sentence: opening(lab, lang), line: None },
    }
}

/// Before anything has happened: what this is about.
fn opening(lab: &dyn Lab, lang: Lang) -> Sentence {
    let scenario = lab.scenario();
    let about = gallery::text(&scenario.about, lang);
    if about.is_empty() { Sentence::new(lab.about().summary(lang), "") } else { Sentence::new("", about) }
}

/// Which of a notable step's lines is the notable one.
fn weight(what: &What) -> u8 {
    match what {
        What::Broken { .. } => 3,
        What::Emitted { mark, .. } => 1 + u8::from(*mark > Mark::Detail),
        What::Sent { .. } | What::Void(_) | What::Reached { .. } | What::Delivered { .. } | What::Fired { .. } => 0,
        _ => 1,
    }
}

/// What a scenario's author says of this moment.
fn lesson(player: &Player) -> Option<String> {
    let said = player.lab().said()?;
    Some(gallery::text(&said, player.lang()).to_owned())
}

fn button(class: &'static str, text: &str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" class={classes!("plain", class)} {onclick}>{ text }</button> }
}

fn act(player: &Player, class: &'static str, text: &str, act: String) -> Html {
    let player = player.clone();
    button(class, text, Callback::from(move |_: MouseEvent| player.act(&act)))
}

/// What one may do now: first the invitation, then what mends, then the questions.
fn acts(
    player: &Player,
    invitation: Option<&Invitation>,
    on_more: Option<&Callback<MouseEvent>>,
    line: Option<&Line>,
) -> Vec<Html> {
    let words = &player.words().caption;
    let moment = player.moment();
    let mut acts = Vec::new();
    let class = |of: Option<Invite>| {
        let invites = invitation.is_some_and(|invitation| invitation.is_due && invitation.invite == of);
        if invites { "inviting" } else { "strong" }
    };
    match invitation.map(|invitation| invitation.invite) {
        Some(Some(next)) => {
            acts.extend(invite::act(player, next).map(|(text, act)| {
                let player = player.clone();
                let follow = move |_: MouseEvent| invite::follow(&player, next, &act);
                button(class(Some(next)), &text, Callback::from(follow))
            }));
        }
        Some(None) => acts.extend(on_more.map(|on_more| button("inviting", words.more, on_more.clone()))),
        None => {}
    }
    let is_whole = moment.nodes.iter().all(|node| node.up && !node.paused) && moment.cuts.is_empty();
    if !is_whole {
        acts.extend(mending(player, |of| class(Some(of))));
    }
    if let Some(line) = line
        && !player.is_playing()
    {
        acts.extend(questions(player, line));
    }
    acts
}

/// What mends.
fn mending(player: &Player, class: impl Fn(Invite) -> &'static str) -> Vec<Html> {
    let words = &player.words().caption;
    let moment = player.moment();
    let mut acts = Vec::new();
    let down = moment.nodes.iter().filter(|node| !node.up).take(2);
    acts.extend(
        down.map(|node| {
            act(player, class(Invite::Restart), &(words.restart)(&node.name), format!("restart {}", node.id))
        }),
    );
    let paused = moment.nodes.iter().filter(|node| node.up && node.paused).take(2);
    acts.extend(paused.map(|node| act(player, "strong", &(words.resume)(&node.name), format!("resume {}", node.id))));
    if !moment.cuts.is_empty() {
        acts.push(act(player, class(Invite::Heal), words.heal, "heal all".to_owned()));
    }
    acts
}

/// What one may ask about a line.
fn questions(player: &Player, line: &Line) -> Vec<Html> {
    let mut acts = Vec::new();
    if let What::Delivered { packet } = line_delivery(player, line) {
        acts.push(what_if(player, packet));
    }
    acts.push(why_button(player, line));
    acts
}

/// The delivery that a line tells of, directly or as the cause of what its node did then.
fn line_delivery(player: &Player, line: &Line) -> What {
    if let What::Delivered { .. } = line.what {
        return line.what.clone();
    }
    let lab = player.lab();
    let Some(before) = lab.position().checked_sub(1) else { return line.what.clone() };
    let lines = lab.story(before, lab.position(), player.lang());
    let delivered = lines.into_iter().map(|line| line.what).find(|what| matches!(what, What::Delivered { .. }));
    delivered.unwrap_or_else(|| line.what.clone())
}

/// Goes back to just before a message arrived, and loses it instead.
fn what_if(player: &Player, packet: faultlab_sim::PacketName) -> Html {
    let text = player.words().caption.what_if_lost;
    let player = player.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let before = player.lab().position().saturating_sub(1);
        player.seek(before);
        player.act(&format!("drop {packet}"));
    });
    button("", text, onclick)
}

fn why_button(player: &Player, line: &Line) -> Html {
    let words = &player.words().caption;
    let open = player.chain().is_some();
    let (fact, lang) = (line.id, player.lang());
    let player = player.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let chain = (!open).then(|| why::chain(&*player.lab(), fact, lang));
        player.set_chain(chain);
    });
    html! {
        <button type="button" class="plain" aria-expanded={open.to_string()} {onclick}>
            { if open { words.why_closed } else { words.why } }
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct ChainProps {
    player: Player,
    lines: Vec<Line>,
}

/// The chain, each link a step to go to.
#[component]
fn ChainList(props: &ChainProps) -> Html {
    let words = &props.player.words().caption;
    let link = |line: &Line| {
        let (player, position, chain) = (props.player.clone(), line.position, props.player.chain());
        let onclick = Callback::from(move |_: MouseEvent| {
            player.seek(position);
            player.set_chain(chain.as_deref().cloned());
        });
        html! {
            <li>
                <button type="button" class="line" {onclick}>
                    <span class="line-time">{ crate::text::format::moment(line.at) }</span>
                    <span class="line-text"><strong>{ &line.sentence.head }</strong>{ &line.sentence.rest }</span>
                </button>
            </li>
        }
    };
    html! {
        <section class="chain" aria-label={words.chain}>
            <h3>{ words.chain }</h3>
            <p class="soft">{ words.chain_about }</p>
            <ol>{ for props.lines.iter().map(link) }</ol>
        </section>
    }
}
