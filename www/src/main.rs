//! The Faultlab page. It mounts where the page offers a root: `#faultlab` holds the whole page, every element with the attribute
//! `data-faultlab` a player. In a worker the same program is the explorer.

mod browser;
mod cards;
mod chunks;
mod explore;
mod run;
mod shell;
mod spacetime;
mod stage;
mod text;
mod views;

use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, Element};
use yew::platform::spawn_local;

fn main() {
    chunks::install();
    if let Some(document) = browser::document() {
        let page = document.query_selector("#faultlab").ok().flatten();
        let elements = document.query_selector_all(&format!("[{}]", shell::ELEMENT)).map(|list| list.values());
        let elements: Vec<Element> =
            elements.into_iter().flatten().filter_map(|node| node.ok()?.dyn_into().ok()).collect();
        if page.is_some() || !elements.is_empty() {
            browser::adopt(browser::style_sheet!("page"));
        }
        page.into_iter().for_each(|root| spawn_local(shell::open_page(root)));
        elements.into_iter().for_each(|root| spawn_local(shell::open_element(root)));
    } else if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        spawn_local(async move {
            // If its code does not arrive there is nobody to report it to; the Stop button of the page ends the worker.
            let _ = chunks::serve(scope).await;
        });
    }
}
