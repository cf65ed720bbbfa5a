//! The harness itself, on a page whose answers are known: a browser test that cannot fail proves nothing.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};
use serde_json::json;

const FIXTURE: &str = r#"<!doctype html>
<html lang="en"><head><meta name="viewport" content="width=device-width"><title>Fixture</title><link rel="icon" href="data:,"></head><body>
<main><h1>Fixture</h1><button onclick="log('click')">Press</button><label>Name <input></label>
<div id="pad" style="width:200px;height:200px;touch-action:none"></div><div id="host"></div><p id="out"></p>
<iframe title="inner" srcdoc="<p>inside</p>"></iframe></main>
<script>
  const log = (word) => { document.querySelector('#out').textContent += word + ' '; };
  const root = document.querySelector('#host').attachShadow({ mode: 'open' });
  root.innerHTML = '<button>Deep</button>';
  root.querySelector('button').onclick = () => log('deep');
  const pad = document.querySelector('#pad');
  for (const kind of ['pointerdown', 'pointerup']) pad.addEventListener(kind, (event) => log(`${kind}-${event.pointerType}`));
  pad.addEventListener('contextmenu', (event) => { event.preventDefault(); log('menu'); });
  document.addEventListener('keydown', (event) => log(`${event.ctrlKey ? 'ctrl-' : ''}${event.key}`));
</script></body></html>"#;

fn fixture() -> (PageServer, Browser) {
    let server = PageServer::start_with(&[("fixture.html", FIXTURE)]);
    let browser = Browser::start();
    browser.goto(&server.url("fixture.html"));
    (server, browser)
}

fn log(browser: &Browser) -> String {
    let script =
        "const out = document.querySelector('#out'); const said = out.textContent; out.textContent = ''; return said";
    browser.execute(script, &[]).as_str().expect("a text").trim().to_owned()
}

#[test]
fn does_what_hands_do() {
    let (_server, browser) = fixture();
    browser.find_text("button", "Press").click();
    browser.find_text("button", "Deep").click();
    assert_eq!(log(&browser), "click deep");
    browser.find("input").keys("r");
    browser.press(&format!("a{}", keys::DOWN));
    browser.chord(&[keys::CONTROL, "z"]);
    assert_eq!(log(&browser), "r a ArrowDown ctrl-Control ctrl-z");
    let (x, y) = browser.find("#pad").middle();
    browser.drag(Pointer::Mouse, (x, y), (x + 40, y));
    browser.gesture(Pointer::Finger).move_to((x, y)).down().pause(10).up().perform();
    assert_eq!(log(&browser), "pointerdown-mouse pointerup-mouse pointerdown-touch pointerup-touch");
    browser.gesture(Pointer::Mouse).move_to((x, y)).right_click().perform();
    assert_eq!(log(&browser), "pointerdown-mouse menu pointerup-mouse");
}

#[test]
fn is_what_a_person_has() {
    let (_server, browser) = fixture();
    let matches = |query: &str| browser.execute("return matchMedia(arguments[0]).matches", &[json!(query)]) == true;
    browser.prefer(&[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]);
    assert!(matches("(prefers-color-scheme: dark)") && matches("(prefers-reduced-motion: reduce)"));
    browser.prefer(&[("prefers-color-scheme", "light")]);
    assert!(matches("(prefers-color-scheme: light)") && !matches("(prefers-reduced-motion: reduce)"));
    browser.set_phone(320, 640);
    assert_eq!(browser.execute("return [innerWidth, navigator.maxTouchPoints]", &[]), json!([320, 2]));
    browser.enter_frame(&browser.find("iframe"));
    assert_eq!(browser.find("p").text(), "inside");
    browser.leave_frame();
    assert_eq!(browser.find("h1").text(), "Fixture");
}

#[test]
fn sees_what_is_wrong() {
    let (_server, browser) = fixture();
    assert_eq!(browser.complaints(), Vec::<String>::new());
    browser.execute("console.error('broken')", &[]);
    assert!(browser.complaints().iter().any(|line| line.contains("broken")));
    let shown = |browser: &Browser| browser.axe().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(shown(&browser), Vec::<String>::new());
    browser.execute("document.querySelector('#host').shadowRoot.querySelector('button').textContent = ''", &[]);
    let found = shown(&browser);
    assert!(found.len() == 1 && found[0].starts_with("button-name"), "{found:?}");
}
