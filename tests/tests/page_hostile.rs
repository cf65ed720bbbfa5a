//! Addresses, files and stored state that make no sense: the page says what is wrong with them and goes on.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;

/// The page is there, tells what was wrong, and works.
#[track_caller]
fn told_and_alive(browser: &Browser, part: &str) {
    browser.wait_for_page();
    let notice = browser.find(".notice").text();
    assert!(notice.contains(part), "the notice does not speak of “{part}”: {notice}");
    browser.find(".notice button").click();
    browser.wait_until("return !document.querySelector('.notice')");
    browser.execute("document.querySelector('.play-button[aria-label=\"Pause\"]')?.click()", &[]);
    browser.settle();
    // Many events may happen within a millisecond, which is as fine as the clock is.
    const ON: &str = "document.querySelector(\".transport button[aria-label='One event forward']\").click()";
    browser.wait_until(&format!(
        "{ON}; return parseFloat(document.querySelector('.clock').textContent) > {}",
        browser.clock()
    ));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_broken_address_is_told() {
    let server = PageServer::start();
    let browser = Browser::start();
    let addresses = [
        ("?lang=en&scenario=raft/no-such", "no-such"),
        ("?lang=en&protocol=%3Cscript%3E", "<script>"),
        ("?lang=en&seed=-1", "seed=-1"),
        ("?lang=en&theme=purple&controls=all", "theme=purple"),
        ("?lang=en&%FF%00=%E0%80", "means nothing"),
        ("?lang=en&protocol=raft&nodes=200", "nodes"),
        ("?lang=en#s=garbage", "link in the address"),
        ("?lang=en#s=9.AAAA", "newer Faultlab"),
        ("?lang=en#s=1.AAAA", "damaged"),
        ("?lang=en#s=1.%F0%9F%92%A9", "damaged"),
    ];
    for (address, part) in addresses {
        // The same page with another fragment would not be loaded again.
        browser.goto("about:blank");
        browser.goto(&server.url(address));
        told_and_alive(&browser, part);
    }
}

#[test]
fn broken_stored_state_is_told() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&protocol=raft");
    // Stored behind the page's back when it leaves, after the page has stored its own.
    browser.execute(
        "const spoil = () => sessionStorage.setItem('faultlab.run', location.search + '#\\n1.broken');
         addEventListener('pagehide', spoil);
         document.addEventListener('visibilitychange', spoil);
         localStorage.setItem('faultlab.theme', '\\u0000');
         localStorage.setItem('faultlab.lang', '💥');",
        &[],
    );
    browser.reload();
    told_and_alive(&browser, "last visit");
}

#[test]
fn a_broken_file_is_told_and_the_run_stays() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&protocol=raft&autoplay=0");
    let folder = std::env::temp_dir().join(format!("faultlab-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the files");
    let files = [
        ("not-json.json", "{ nonsense".to_owned(), "not-json.json"),
        ("newer.json", r#"{"format":99,"protocol":"raft","nodes":3,"seed":1}"#.to_owned(), "format"),
        ("stranger.json", r#"{"format":1,"protocol":"gossip","nodes":3,"seed":1}"#.to_owned(), "protocol"),
        ("field.json", r#"{"format":1,"protocol":"raft","nodes":3,"seed":1,"colour":"red"}"#.to_owned(), "colour"),
        (
            "act.json",
            r#"{"format":1,"protocol":"raft","nodes":3,"seed":1,"schedule":["at 1s explode n1"]}"#.to_owned(),
            "schedule",
        ),
        ("big.json", " ".repeat(1_100_000), "too big"),
    ];
    for (name, text, part) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file is written");
        browser.find_text(".head button", "Share").click();
        browser.find(".share input[type=file]").keys(&path.to_string_lossy());
        told_and_alive(&browser, part);
    }
    std::fs::remove_dir_all(&folder).ok();
}
