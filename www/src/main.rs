//! The Faultlab page. It mounts where the page offers a root, and nowhere else: embedded, the host decides.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <h1>{ "Faultlab" }</h1> }
}

fn main() {
    let root = web_sys::window().and_then(|window| window.document()?.query_selector("#faultlab").ok()?);
    if let Some(root) = root {
        yew::Renderer::<App>::with_root(root).render();
    }
}
