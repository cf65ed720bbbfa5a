//! The Faultlab page. It mounts where the page offers a root, and nowhere else: embedded, the host decides. In a worker the same
//! program is the explorer.

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
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    chunks::install();
    let root = web_sys::window().and_then(|window| window.document()?.query_selector("#faultlab").ok()?);
    if let Some(root) = root {
        browser::adopt(browser::style_sheet!("page"));
        yew::platform::spawn_local(shell::open_in(root));
    } else if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        yew::platform::spawn_local(async move {
            // If its code does not arrive there is nobody to report it to; the Stop button of the page ends the worker.
            let _ = chunks::serve(scope).await;
        });
    }
}
