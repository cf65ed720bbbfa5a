//! What the page asks of the browser: style, storage, preferences, the address, files. Everything here may be forbidden, and
//! then simply does not happen.

use std::cell::RefCell;

use faultlab_words::Lang;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, CssStyleSheet, Document, Element, HtmlAnchorElement, HtmlElement, IntersectionObserver,
    IntersectionObserverEntry, Url, Window,
};

/// A style sheet, put together when the page is built: a request less, and a shadow root can adopt it too. `page` is what everything
/// rests on, the others are those of parts (`static/css/parts`).
macro_rules! style_sheet {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $name, ".css"))
    };
}
pub(crate) use style_sheet;

thread_local! {
    /// The sheets that the document has, each once.
    static ADOPTED: RefCell<Vec<(&'static str, CssStyleSheet)>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Milliseconds by the clock of the frames. It stands only where there is no window, and so no frame either; the time between two
/// readings is then no number, so no loop that waits for it goes on.
pub(crate) fn wall() -> f64 {
    window().and_then(|window| window.performance()).map_or(f64::INFINITY, |performance| performance.now())
}

/// Gives the document a style sheet, if it does not have it yet. A constructed sheet is allowed where inline styles are not.
pub(crate) fn adopt(style: &'static str) {
    let Some(document) = document() else { return };
    ADOPTED.with_borrow_mut(|adopted| {
        if adopted.iter().any(|(other, _)| *other == style) {
            return;
        }
        let Ok(sheet) = CssStyleSheet::new() else { return };
        if sheet.replace_sync(style).is_ok() {
            adopted.push((style, sheet));
            let sheets: js_sys::Array = adopted.iter().map(|(_, sheet)| sheet).collect();
            let _ = js_sys::Reflect::set(&document, &JsValue::from_str("adoptedStyleSheets"), &sheets);
        }
    });
}

/// Sets the language of the document, for screen readers and fonts, and its title.
pub(crate) fn set_language(lang: Lang, title: &str) {
    let Some(document) = document() else { return };
    document.set_title(title);
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", lang.tag());
    }
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_slug(slug: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.slug() == slug)
    }

    /// The one that the switch comes to next.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// Sets the theme of the document; the style sheet does the rest.
pub(crate) fn set_theme(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = match theme {
        Theme::Auto => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

/// The languages the person prefers, best first.
pub(crate) fn preferred_language() -> Option<Lang> {
    let languages = window()?.navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).find_map(|tag| Lang::from_tag(&tag))
}

pub(crate) fn prefers_reduced_motion() -> bool {
    let query = window().and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok()?);
    query.is_some_and(|query| query.matches())
}

// Storage. In a sandboxed frame even looking at it throws.

/// Which of the two stores: for this tab, or for this browser.
#[derive(Clone, Copy)]
pub(crate) enum Store {
    Tab,
    Browser,
}

impl Store {
    fn open(self) -> Option<web_sys::Storage> {
        let window = window()?;
        match self {
            Self::Tab => window.session_storage().ok()?,
            Self::Browser => window.local_storage().ok()?,
        }
    }

    pub(crate) fn read(self, key: &str) -> Option<String> {
        self.open()?.get_item(key).ok()?
    }

    pub(crate) fn write(self, key: &str, value: &str) {
        if let Some(store) = self.open() {
            let _ = store.set_item(key, value);
        }
    }
}

// The address.

/// The query and the fragment, without their marks.
pub(crate) fn address() -> (String, String) {
    let Some(location) = window().map(|window| window.location()) else { return Default::default() };
    let (search, hash) = (location.search().unwrap_or_default(), location.hash().unwrap_or_default());
    (search.trim_start_matches('?').to_owned(), hash.trim_start_matches('#').to_owned())
}

/// The page's own address, without query and fragment.
pub(crate) fn base_address() -> String {
    let Some(location) = window().map(|window| window.location()) else { return String::new() };
    format!("{}{}", location.origin().unwrap_or_default(), location.pathname().unwrap_or_default())
}

/// Where the whole page is: beside the script that starts the program, wherever that was included.
pub(crate) fn home_address() -> String {
    let script = document().and_then(|document| document.query_selector("script[src$='start.js']").ok()?);
    let address = script.and_then(|script| js_sys::Reflect::get(&script, &"src".into()).ok()?.as_string());
    address.map_or_else(base_address, |address| address.trim_end_matches("start.js").to_owned())
}

/// Adds an entry to the browser's history, at the same address if none is given. In a frame the history is the host's: there the
/// entry is only changed.
pub(crate) fn push_address(rest: Option<&str>, visit: usize) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    let address = rest.map(|rest| format!("{}{rest}", base_address()));
    let state = JsValue::from_f64(visit as f64);
    let _ = if is_framed() {
        history.replace_state_with_url(&state, "", address.as_deref())
    } else {
        history.push_state_with_url(&state, "", address.as_deref())
    };
}

/// Whether the page stands in another one.
pub(crate) fn is_framed() -> bool {
    window().is_some_and(|window| window.parent().ok().flatten().is_none_or(|parent| parent != window))
}

/// The number that an entry of the browser's history was given.
pub(crate) fn visit_number() -> Option<usize> {
    let number = window()?.history().ok()?.state().ok()?.as_f64()?;
    Some(number as usize)
}

/// Gives the present entry its number.
pub(crate) fn number_visit(visit: usize) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state(&JsValue::from_f64(visit as f64), "");
    }
}

/// Goes back by one entry, as the browser's own button does.
pub(crate) fn go_back() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.back();
    }
}

/// Loads what the address says.
pub(crate) fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Whether this visit is a reload, or a return by the back button: then the person expects to find what was there.
pub(crate) fn is_return() -> bool {
    let entries = window().and_then(|window| window.performance()).map(|it| it.get_entries_by_type("navigation"));
    let first = entries.and_then(|entries| entries.get(0).dyn_into::<web_sys::PerformanceNavigationTiming>().ok());
    first.is_some_and(|entry| {
        matches!(entry.type_(), web_sys::NavigationType::Reload | web_sys::NavigationType::BackForward)
    })
}

// Files and the clipboard.

/// Offers a text as a file to be saved.
pub(crate) fn save_file(name: &str, text: &str) {
    let save = || -> Result<(), JsValue> {
        let document = document().ok_or(JsValue::NULL)?;
        let options = BlobPropertyBag::new();
        options.set_type("application/json");
        let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
        Url::revoke_object_url(&url)
    };
    let _ = save();
}

/// Copies a text; tells later whether the browser allowed it.
pub(crate) fn copy(text: &str, told: impl FnOnce(bool) + 'static) {
    let clipboard = window().map(|window| window.navigator().clipboard());
    let clipboard = clipboard.filter(|clipboard| !clipboard.is_undefined());
    let Some(clipboard) = clipboard else { return told(false) };
    let told = std::rc::Rc::new(std::cell::Cell::new(Some(told)));
    let other = std::rc::Rc::clone(&told);
    let done = Closure::once_into_js(move |_: JsValue| {
        if let Some(told) = told.take() {
            told(true);
        }
    });
    let failed = Closure::once_into_js(move |_: JsValue| {
        if let Some(told) = other.take() {
            told(false);
        }
    });
    let promise: JsValue = clipboard.write_text(text).into();
    call(&promise, "then", &[done, failed]);
}

/// Reads a file as text, and hands it on when it is there; none if it cannot be read.
pub(crate) fn read_file(file: &Blob, read: impl FnOnce(Option<String>) + 'static) {
    let read = std::rc::Rc::new(std::cell::Cell::new(Some(read)));
    let other = std::rc::Rc::clone(&read);
    let done = Closure::once_into_js(move |text: JsValue| {
        if let Some(read) = read.take() {
            read(text.as_string());
        }
    });
    let failed = Closure::once_into_js(move |_: JsValue| {
        if let Some(read) = other.take() {
            read(None);
        }
    });
    let promise: JsValue = file.text().into();
    call(&promise, "then", &[done, failed]);
}

/// Calls a method of an object, if it has it.
fn call(object: &JsValue, method: &str, arguments: &[JsValue]) {
    let method = js_sys::Reflect::get(object, &method.into());
    if let Ok(method) = method.and_then(|method| method.dyn_into::<js_sys::Function>()) {
        let _ = method.apply(object, &arguments.iter().collect());
    }
}

// Elements.

/// Whether an element takes typed text, so that letters are not commands.
pub(crate) fn takes_text(element: &Element) -> bool {
    match element.tag_name().to_ascii_lowercase().as_str() {
        "textarea" | "select" => true,
        "input" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "button" | "file")),
        _ => false,
    }
}

/// Whether the space bar does something on an element by itself.
pub(crate) fn takes_space(element: &Element) -> bool {
    let tag = element.tag_name().to_ascii_lowercase();
    takes_text(element)
        || matches!(tag.as_str(), "button" | "summary" | "a" | "input")
        || element.get_attribute("role").is_some_and(|role| matches!(role.as_str(), "button" | "checkbox" | "switch"))
}

/// A listener that is taken off when dropped.
pub(crate) struct Listening {
    target: web_sys::EventTarget,
    event: &'static str,
    closure: Closure<dyn Fn(web_sys::Event)>,
}

impl Listening {
    pub(crate) fn new(
        target: &web_sys::EventTarget,
        event: &'static str,
        listener: impl Fn(web_sys::Event) + 'static,
    ) -> Self {
        let closure = Closure::<dyn Fn(web_sys::Event)>::new(listener);
        let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), event, closure }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.closure.as_ref().unchecked_ref());
    }
}

/// Tells whenever an element comes into sight or goes out of it, until it is dropped.
pub(crate) struct Sight {
    observer: Option<IntersectionObserver>,
    _seen: Closure<dyn Fn(js_sys::Array)>,
}

impl Sight {
    pub(crate) fn new(element: &Element, seen: impl Fn(bool) + 'static) -> Self {
        let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            if let Ok(entry) = entries.get(entries.length() - 1).dyn_into::<IntersectionObserverEntry>() {
                seen(entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(seen.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self { observer, _seen: seen }
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Focuses an element without scrolling to it.
pub(crate) fn focus_quietly(element: &HtmlElement) {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &JsValue::TRUE);
    call(element, "focus", &[options.into()]);
}

/// Scrolls no further than it takes to see an element of the page, at once.
pub(crate) fn bring_into_sight(css: &str) {
    let element = document().and_then(|document| document.query_selector(css).ok()?);
    if let Some(element) = element {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"block".into(), &"nearest".into());
        call(&element, "scrollIntoView", &[options.into()]);
    }
}
