//! The log of events: what happened, step by step. Only what is to be seen is rendered, however long the run.

use std::ops::Range;
use std::rc::Rc;

use faultlab_core::{Mark, Time};
use faultlab_registry::{Lab, Line, What};
use faultlab_sim::{Position, StepMark};
use web_sys::{HtmlElement, HtmlSelectElement};
use yew::prelude::*;

use crate::run::player::{Player, PlayerProps, Selection};
use crate::text::format;

/// The height of a row in CSS pixels, as the style sheet has it.
const ROW: i32 = 44;
/// How many rows are rendered: a window with some to spare on both sides.
const WINDOW: usize = 16;
const SPARE: usize = 4;

/// So many steps before the present are listed, at least, and so many behind it.
const LISTED_BEFORE: usize = 16_384;
const LISTED_BEHIND: usize = 8_192;
const LISTED_ROUND: usize = 4_096;

/// Which steps are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Filter {
    Everything,
    Messages,
    Notable,
}

impl Filter {
    const ALL: [Self; 3] = [Self::Everything, Self::Messages, Self::Notable];

    fn accepts(self, step: &StepMark) -> bool {
        match self {
            Self::Everything => true,
            Self::Messages => step.traffic,
            Self::Notable => step.broken || step.fault || step.mark > Mark::Detail,
        }
    }
}

#[component]
pub(crate) fn Story(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().story;
    let filter = use_state(|| Filter::Notable);
    let top = use_state(|| 0_i32);
    let list = use_node_ref();
    let position = player.lab().position();
    let range = listed_range(position, player.lab().steps_known());
    let steps = {
        let (player, filter) = (player.clone(), *filter);
        let key = (range.clone(), player.acts(), player.opened(), filter);
        use_memo(key, move |(range, ..)| listed(&*player.lab(), range.clone(), filter))
    };
    let from = player.lab().step_at(range.start).map_or(Time::ZERO, |step| step.at);
    let current = steps.partition_point(|step| *step < position);
    use_following(&list, current);
    let first = usize::try_from(*top / ROW).unwrap_or(0).saturating_sub(SPARE);
    let shown: Vec<Position> = steps.iter().copied().skip(first).take(WINDOW + 2 * SPARE).collect();
    let lines = {
        let player = player.clone();
        use_memo(
            (shown, player.lang(), player.run_revision() * u64::from(!player.is_playing())),
            move |(shown, lang, _)| headlines(&*player.lab(), shown, *lang),
        )
    };
    let onscroll = {
        let top = top.clone();
        Callback::from(move |event: Event| {
            let element: HtmlElement = event.target_unchecked_into();
            top.set(element.scroll_top());
        })
    };
    let rows = lines.iter().enumerate().filter_map(|(index, line)| {
        let line = line.as_ref()?;
        Some(row(&player, line, first + index, line.position + 1 == position))
    });
    html! {
        <div class="story">
            <FilterChoice filter={*filter} player={player.clone()} on_filter={{
                let filter = filter.clone();
                Callback::from(move |wanted| filter.set(wanted))
            }} />
            if range.start > 0 {
                <p class="soft small">{ (words.listed_from)(&format::moment(from)) }</p>
            }
            if steps.is_empty() {
                <p class="soft">{ words.empty }</p>
            }
            <div class="story-list" ref={list} {onscroll} tabindex="0" role="group" aria-label={words.title}
                hidden={steps.is_empty()}>
                <Height rows={steps.len()} />
                <ol>{ for rows }</ol>
            </div>
        </div>
    }
}

/// Which steps are listed of a long run: those around the present, from a round number on, so that the list does not change with
/// every step.
fn listed_range(position: Position, known: Position) -> Range<Position> {
    let first = (position / LISTED_ROUND * LISTED_ROUND).saturating_sub(LISTED_BEFORE);
    first..known.min(position + LISTED_BEHIND)
}

/// Those of these steps that the filter accepts, by the position before each.
fn listed(lab: &dyn Lab, range: Range<Position>, filter: Filter) -> Vec<Position> {
    let steps = lab.steps(range.clone());
    range.zip(steps).filter(|(_, step)| filter.accepts(step)).map(|(index, _)| index).collect()
}

/// The most telling line of each step.
fn headlines(lab: &dyn Lab, steps: &[Position], lang: faultlab_words::Lang) -> Vec<Option<Line>> {
    let lines = lab.story_of(steps, lang);
    let headline = |step: &Position| {
        let of_step = lines.iter().filter(|line| line.position == step + 1);
        let line = of_step.max_by_key(|line| (weight(&line.what), std::cmp::Reverse(line.id)))?;
        Some(Line { position: *step, ..line.clone() })
    };
    steps.iter().map(headline).collect()
}

fn weight(what: &What) -> u8 {
    match what {
        What::Broken { .. } => 5,
        What::Emitted { mark, .. } => 3 + u8::from(*mark > Mark::Detail),
        What::Sent { .. } | What::Void(_) | What::Reached { .. } => 0,
        What::Delivered { .. } | What::Fired { .. } | What::Synced { .. } => 1,
        _ => 2,
    }
}

/// Keeps the present row in sight when the run moves. To ask where the list is has the page laid out, so it is asked no more often.
#[hook]
fn use_following(list: &NodeRef, current: usize) {
    let list = list.clone();
    use_effect_with(current, move |current| {
        let Some(element) = list.cast::<HtmlElement>() else { return };
        let row = i32::try_from(*current).unwrap_or(i32::MAX / ROW) * ROW;
        let (top, height) = (element.scroll_top(), element.client_height());
        if row < top + ROW || row + 2 * ROW > top + height {
            element.set_scroll_top((row - height + 2 * ROW).max(0));
        }
    });
}

fn row(player: &Player, line: &Line, index: usize, current: bool) -> Html {
    let (position, id) = (line.position, line.id);
    let lit = player.chain().is_some_and(|chain| chain.lines.iter().any(|other| other.id == id))
        || player.hovered() == Selection::Fact(id);
    let onclick = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.seek(position + 1))
    };
    let hover = |selection: Selection| {
        let player = player.clone();
        move || player.hover(selection)
    };
    let (enter, leave) = (Rc::new(hover(Selection::Fact(id))), Rc::new(hover(Selection::None)));
    let onmouseenter = Callback::from({
        let enter = Rc::clone(&enter);
        move |_: MouseEvent| enter()
    });
    let onmouseleave = Callback::from({
        let leave = Rc::clone(&leave);
        move |_: MouseEvent| leave()
    });
    let onfocus = Callback::from(move |_: FocusEvent| enter());
    let onblur = Callback::from(move |_: FocusEvent| leave());
    html! {
        <Placed key={position} top={index} {current} {lit}>
            <button type="button" class="line" aria-current={current.then_some("step")} {onclick} {onmouseenter} {onmouseleave}
                    {onfocus} {onblur}>
                <span class="line-time">{ format::moment(line.at) }</span>
                <span class="line-text"><strong>{ &line.sentence.head }</strong>{ &line.sentence.rest }</span>
            </button>
        </Placed>
    }
}

#[derive(Properties, PartialEq)]
struct PlacedProps {
    top: usize,
    current: bool,
    lit: bool,
    children: Html,
}

/// A row at its place. Places are set on the element, since a strict host forbids style attributes.
#[component]
fn Placed(props: &PlacedProps) -> Html {
    let place = use_node_ref();
    use_effect_with(props.top, {
        let place = place.clone();
        move |top| set_style(&place, "transform", &format!("translateY({}px)", *top as i64 * i64::from(ROW)))
    });
    html! {
        <li ref={place} class={classes!("story-row", props.current.then_some("current"), props.lit.then_some("lit"))}>
            { props.children.clone() }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct HeightProps {
    rows: usize,
}

/// As high as all rows together, so that the list scrolls as if they were there.
#[component]
fn Height(props: &HeightProps) -> Html {
    let place = use_node_ref();
    use_effect_with(props.rows, {
        let place = place.clone();
        move |rows| set_style(&place, "height", &format!("{}px", *rows as i64 * i64::from(ROW)))
    });
    html! { <div ref={place} class="story-height" aria-hidden="true"></div> }
}

fn set_style(place: &NodeRef, name: &str, value: &str) {
    if let Some(element) = place.cast::<HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

#[derive(Properties, PartialEq)]
struct FilterProps {
    player: Player,
    filter: Filter,
    on_filter: Callback<Filter>,
}

#[component]
fn FilterChoice(props: &FilterProps) -> Html {
    let words = &props.player.words().story;
    let name = |filter: Filter| match filter {
        Filter::Everything => words.everything,
        Filter::Messages => words.messages,
        Filter::Notable => words.notable,
    };
    let on_filter = props.on_filter.clone();
    let onchange = Callback::from(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let chosen = usize::try_from(select.selected_index()).ok().and_then(|index| Filter::ALL.get(index));
        if let Some(filter) = chosen {
            on_filter.emit(*filter);
        }
    });
    html! {
        <label class="story-filter">
            <span class="soft small">{ words.filter }</span>
            <select {onchange}>
                { for Filter::ALL.into_iter().map(|filter| html! {
                    <option selected={filter == props.filter}>{ name(filter) }</option>
                }) }
            </select>
        </label>
    }
}
