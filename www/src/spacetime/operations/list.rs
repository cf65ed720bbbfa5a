//! The finding in a sentence, and the operations in words: for those who do not see the picture, and for the keys.

use std::rc::Rc;

use faultlab_core::{ClientId, Time};
use faultlab_words::Lang;
use faultlab_words::page::operations_words;
use yew::prelude::*;

use super::judged::{self, Judged, Part, call_of, end_of, notation};
use super::seen::OPERATIONS_MAX;
use crate::run::player::Player;
use crate::text::format;

/// So many operations are listed on either side of the present.
const LISTED: usize = 12;

fn moment(micros: f64) -> String {
    format::moment(Time(micros as u64))
}

/// Who asked what and when: `c1: x ← 5, 1.200 s – 1.320 s`.
fn described(judged: &Judged, number: usize) -> String {
    let operation = &judged.operations[number];
    let client = ClientId(operation.process as u8);
    let end = end_of(operation).map_or_else(|| "…".to_owned(), moment);
    format!("{client} {} ({} – {end})", notation(&operation.accessed), moment(call_of(operation)))
}

/// The same, with what it is to the finding.
pub(super) fn sentence(judged: &Judged, number: usize, lang: Lang) -> String {
    let words = operations_words(lang);
    let rest = match (judged.part(number), judged.points[number]) {
        (Part::Contradicts, _) => words.contradicts.to_owned(),
        (Part::Explains, _) => words.explains.to_owned(),
        (Part::Plain, Some(point)) => (words.takes_effect)(&moment(point)),
        (Part::Plain, None) if judged.finding == judged::Finding::Ordered => words.needs_none.to_owned(),
        (Part::Plain, None) => return described(judged, number),
    };
    format!("{}{}{rest}", described(judged, number), words.colon)
}

#[derive(Properties, PartialEq)]
pub(in crate::spacetime) struct FindingProps {
    pub(in crate::spacetime) player: Player,
    pub(in crate::spacetime) judged: Option<Rc<Judged>>,
}

/// The finding.
#[component]
pub(in crate::spacetime) fn Finding(FindingProps { player, judged }: &FindingProps) -> Html {
    let lang = player.lang();
    let words = operations_words(lang);
    let lab = player.lab();
    let Some(registers) = lab.registers() else { return Html::default() };
    let (class, sign, found) = match judged.as_deref() {
        None => ("open", "○", words.judging.to_owned()),
        Some(judged) if judged.operations.is_empty() => ("open", "○", words.nothing.to_owned()),
        Some(judged) => match &judged.finding {
            judged::Finding::Ordered => ("holds", "✓", words.ordered.to_owned()),
            judged::Finding::CutOff => ("open", "○", words.cut_off.to_owned()),
            judged::Finding::TooMany => ("open", "○", (words.too_many)(OPERATIONS_MAX)),
            judged::Finding::Contradiction { key, contradict, .. } => {
                let all: Vec<String> = contradict.iter().map(|number| described(judged, *number)).collect();
                ("broken", "✕", (words.contradiction)(key, &all.join(words.and)))
            }
        },
    };
    let promise = if registers.promised { String::new() } else { (words.no_promise)(lab.about().title(lang)) };
    html! {
        <p class={classes!("operations-finding", class)} role="status">
            <span class="check-mark" aria-hidden="true">{ sign }</span>
            <span>{ promise }{ found }</span>
        </p>
    }
}

#[derive(Properties, PartialEq)]
pub(in crate::spacetime) struct ListProps {
    pub(in crate::spacetime) player: Player,
    pub(in crate::spacetime) judged: Rc<Judged>,
    /// Goes to an operation.
    pub(in crate::spacetime) on_choose: Callback<usize>,
}

/// The operations around the present, and those that contradict one another wherever they are.
#[component]
pub(in crate::spacetime) fn OperationList(props: &ListProps) -> Html {
    let ListProps { player, judged, on_choose } = props;
    let open = use_state(|| false);
    let words = operations_words(player.lang());
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            let details: web_sys::Element = event.target_unchecked_into();
            open.set(details.has_attribute("open"));
        })
    };
    let now = player.lab().now().0 as f64;
    let row = |number: usize| {
        let operation = &judged.operations[number];
        let is_now = call_of(operation) <= now && end_of(operation).is_none_or(|end| end >= now);
        let onclick = on_choose.reform(move |_: MouseEvent| number);
        let grave = judged.part(number) == Part::Contradicts;
        html! {
            <li key={operation.call.place}>
                <button type="button" class={classes!("line", grave.then_some("fault"))} {onclick}
                        aria-current={is_now.then_some("step")}>
                    <span class="line-text">{ sentence(judged, number, player.lang()) }</span>
                </button>
            </li>
        }
    };
    let numbers = || {
        let behind = judged.operations.partition_point(|operation| call_of(operation) <= now);
        let near = behind.saturating_sub(LISTED)..(behind + LISTED).min(judged.operations.len());
        let far = (0..judged.operations.len()).filter(|number| judged.part(*number) != Part::Plain);
        far.chain(near).collect::<std::collections::BTreeSet<usize>>()
    };
    html! {
        <details class="operations-list" {ontoggle}>
            <summary>{ words.list }</summary>
            if *open {
                <p class="soft small">{ words.list_about }</p>
                <ol>{ for numbers().into_iter().map(row) }</ol>
            }
        </details>
    }
}
