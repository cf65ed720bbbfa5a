//! The Faultlab page. It mounts where the page offers a root, and nowhere else: embedded, the host decides. In a worker the same
//! program is the explorer.

mod app;
mod explore;
mod later;
mod parts;
mod spacetime;
mod stage;
mod views;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    let root = web_sys::window().and_then(|window| window.document()?.query_selector("#faultlab").ok()?);
    if let Some(root) = root {
        app::browser::adopt(app::browser::style_sheet!("page"));
        yew::platform::spawn_local(app::open_in(root));
    } else if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        yew::platform::spawn_local(async move {
            // Who cannot be told that it failed waits for an answer that the page's stop button ends.
            let _ = parts::serve(scope).await;
        });
    }
}
