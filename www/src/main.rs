//! The Faultlab page. It mounts where the page offers a root, and nowhere else: embedded, the host decides.

mod app;
mod later;
mod parts;
mod spacetime;
mod stage;
mod views;
mod words;

fn main() {
    let root = web_sys::window().and_then(|window| window.document()?.query_selector("#faultlab").ok()?);
    if let Some(root) = root {
        app::browser::adopt_style_sheet();
        yew::platform::spawn_local(app::open_in(root));
    }
}
