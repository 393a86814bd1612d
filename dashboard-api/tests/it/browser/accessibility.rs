//! Whether people with disabilities can use every page, as far as axe-core can tell (WCAG 2.1 A and AA, and its best
//! practices).

use serde_json::{Value as Json, json};

use super::{
    Browser, Server,
    every_page::{PAGES, city_of_all_states, in_theme},
};
use crate::harness::City;

/// What axe-core finds in the open page, and how many of its rules applied.
async fn findings(browser: &mut Browser) -> (u64, Vec<String>) {
    let script = std::fs::read_to_string(testbed::axe_script())
        .expect("axe-core is needed: `cargo xtask services` fetches it");
    browser.eval(&format!("{script}; true")).await;
    let run = "axe.run(document, { resultTypes: ['violations', 'incomplete', 'passes'] }).then((result) => ({
        passes: result.passes.length,
        found: result.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`)),
    }))";
    let result = browser.eval(run).await;
    let found = result["found"].as_array().into_iter().flatten();
    (result["passes"].as_u64().unwrap_or(0), found.filter_map(Json::as_str).map(str::to_owned).collect())
}

async fn check(browser: &mut Browser, what: &str) {
    for scheme in ["light", "dark"] {
        in_theme(browser, scheme).await;
        let (passes, found) = findings(browser).await;
        assert_eq!(found, Vec::<String>::new(), "{what}, {scheme}");
        assert!(passes >= 15, "{what}, {scheme}: only {passes} rules apply");
    }
}

#[tokio::test]
async fn the_check_finds_a_picture_without_words() {
    let city = City::new().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.open(&server.url("/open-data")).await;
    browser.eval("document.querySelector('main').append(new Image())").await;
    let (_, found) = findings(&mut browser).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("image-alt: img"), "{found:?}");
}

#[tokio::test]
async fn no_page_is_a_barrier() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    for path in PAGES {
        browser.open(&server.url(path)).await;
        browser.eval("for (const table of document.querySelectorAll('details')) table.open = true").await;
        check(&mut browser, path).await;
    }
}

#[tokio::test]
async fn no_page_is_a_barrier_on_a_phone() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.screen(360, 640).await;
    for path in PAGES {
        browser.open(&server.url(path)).await;
        check(&mut browser, path).await;
    }
}

#[tokio::test]
async fn the_display_is_no_barrier_in_any_state() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    // The site was last heard at 8:45 local time; the last is a night after.
    for (time, state) in [
        ("2026-07-01T06:50:00Z", "is-counting.board--day"),
        ("2026-07-01T07:40:00Z", "is-delayed.board--day"),
        ("2026-07-01T12:00:00Z", "is-out.board--day"),
        ("2026-07-01T23:30:00Z", "is-out.board--night"),
    ] {
        city.clock.set(crate::harness::at(time));
        browser.open(&server.url("/display/pophankenweg")).await;
        browser.wait_for(&format!("document.querySelector('.board.{state}')")).await;
        check(&mut browser, state).await;
    }
    city.destroy_store().await;
    for path in ["/", "/display/pophankenweg"] {
        browser.open(&server.url(path)).await;
        check(&mut browser, &format!("{path} without its store")).await;
    }
}

/// Words of the page, in the order in which the tab key reaches them.
#[tokio::test]
async fn the_first_key_press_leads_past_the_menu() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    for path in ["/", "/things/pophankenweg", "/planning", "/open-data"] {
        browser.open(&server.url(path)).await;
        press(&mut browser, "Tab").await;
        let focused = "(() => {
            const link = document.activeElement;
            const box = link.getBoundingClientRect();
            return { to: link.getAttribute('href'), seen: box.width > 0 && box.top >= 0 && box.left >= 0 };
        })()";
        assert_eq!(browser.eval(focused).await, json!({"to": "#main", "seen": true}), "{path}");
    }
}

async fn press(browser: &mut Browser, key: &str) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 9});
        browser.call("Input.dispatchKeyEvent", event).await;
    }
}
