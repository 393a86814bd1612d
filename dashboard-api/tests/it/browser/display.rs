//! The public display in a real browser: what moves, what stands still, and what it says without its server.

use domain::ObservedProperty as P;
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Browser, Server,
    live::{SEAM, five_more, lose, open},
};
use crate::{
    harness::{City, Site, at},
    pages::{counting_site, display::city_with_a_feast, settle},
};

const PATH: &str = "/display/pophankenweg";

/// Lets a test see each rider although it leaves again.
const RIDERS: &str = "
    window.riders = [];
    new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes) {
            if (node.querySelector?.('.rider')) riders.push(node.classList.contains('goes-left') ? 'left' : 'right');
        }
    }).observe(document, { childList: true, subtree: true });
";

/// All times of the page pass so many times faster, those of its animations, too.
const FAST: u32 = 240;

fn is_shown(selector: &str) -> String {
    format!("document.querySelector('{selector}').checkVisibility()")
}

async fn open_seen(server: &Server) -> Browser {
    let mut browser = Browser::start().await;
    browser.before_scripts(SEAM).await;
    browser.before_scripts(RIDERS).await;
    browser.open(&server.url(PATH)).await;
    browser.wait_for("streams.length === 1 && streams[0].readyState === EventSource.OPEN").await;
    browser
}

async fn prefer_calm(browser: &mut Browser) {
    let features = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    browser.call("Emulation.setEmulatedMedia", features).await;
}

async fn press(browser: &mut Browser, key: &str, code: u32) {
    for kind in ["keyDown", "keyUp"] {
        let event = json!({
            "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
            "text": if key == "Enter" { "\r" } else { "" },
        });
        browser.call("Input.dispatchKeyEvent", event).await;
    }
}

#[tokio::test]
async fn a_bicycle_crosses_the_street_for_each_that_was_counted_in_its_direction() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open_seen(&server).await;
    assert_eq!(browser.text(".board__number").await, "42");
    // Three more to the right, two to the left.
    let values = [(P::BicycleTotal, "ltr", Some(115.0)), (P::BicycleTotal, "rtl", Some(232.0))];
    city.clock.set(at("2026-07-01T07:01:00Z"));
    city.measure(&site, at("2026-07-01T07:00:00Z"), &values).await;
    settle(&city).await;
    browser.wait_for("riders.length === 5").await;
    let mut riders: Vec<String> = serde_json::from_value(browser.eval("riders").await).unwrap();
    riders.sort();
    assert_eq!(riders, ["left", "left", "right", "right", "right"]);
    browser.wait_for_text(".board__number", "47").await;
    browser.wait_for("document.querySelectorAll('.stage > *').length === 0").await;
    assert_eq!(browser.text("#said").await, "mind. 47 Fahrräder heute, Stand 09:00 Uhr");
    assert_eq!(browser.eval("document.querySelector('#said').ariaLive").await, "polite");
}

#[tokio::test]
async fn who_prefers_calm_sees_the_new_number_and_nothing_that_moves() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open_seen(&server).await;
    prefer_calm(&mut browser).await;
    five_more(&city, &site).await;
    browser.wait_for_text(".board__number", "47").await;
    assert_eq!(browser.eval("riders").await, json!([]));
    assert_eq!(browser.eval("document.getAnimations().length").await, 0);
}

#[tokio::test]
async fn the_motion_stops_by_keyboard_and_a_forgotten_stop_ends_by_itself() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open_seen(&server).await;
    browser.wait_for_text("#pause", "Anhalten").await;
    press(&mut browser, "Tab", 9).await;
    assert_eq!(browser.eval("document.activeElement.id").await, "pause");
    press(&mut browser, "Enter", 13).await;
    browser
        .wait_for_text(".board__state:not([hidden])", "Angehalten.*Stand 08:45 Uhr.*weiter um 09:00 Uhr")
        .await;
    assert_eq!(browser.eval("streams[0].readyState === EventSource.CLOSED").await, true);

    five_more(&city, &site).await;
    assert_eq!(browser.text(".board__number").await, "42");
    assert_eq!(browser.eval("riders").await, json!([]));
    browser.eval("aheadMs += 10 * 60_000").await;
    browser.wait_for_text(".board__number", "47").await;
    browser.wait_for_text("#pause", "Anhalten").await;
    browser
        .wait_for("document.querySelector('.board__state:not([hidden])').dataset.state === 'server'")
        .await;
    // What the keyboard was on is still there.
    assert_eq!(browser.eval("document.activeElement.id").await, "pause");
}

#[tokio::test]
async fn a_display_without_its_server_says_so_and_drops_the_number_when_the_day_is_over() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let mut server = Server::start(&city).await;
    let mut browser = open(&server, PATH).await;
    browser.wait_for_text(".board__number", "42").await;

    lose(&mut server, &mut browser, ".board__state:not([hidden])", "Verbindung unterbrochen").await;
    browser.wait_for_text(".board__state--offline", "Stand 08:45 Uhr.*Letzter Kontakt 08:50").await;
    // Twelve hours later it is still the number of this day.
    browser.eval("aheadMs += 12 * 3_600_000").await;
    browser
        .wait_for_text(
            ".board__state--offline",
            "Letzter Kontakt 1. Juli, 08:50|Letzter Kontakt 1. Juli um 08:50",
        )
        .await;
    assert_eq!(browser.eval(&is_shown(".board__number")).await, true);

    // The day ends at midnight in Oldenburg.
    browser.eval("aheadMs += 4 * 3_600_000").await;
    browser.wait_for(&format!("!{}", is_shown(".board__number"))).await;
    browser.wait_for(&is_shown(".board__cut")).await;
    assert!(browser.text(".board__cut").await.starts_with("Keine Verbindung"));

    five_more(&city, &site).await;
    server.start_again().await;
    browser.wait_for_text(".board__number", "47").await;
    browser.wait_for(&is_shown(".board__number")).await;
    browser.wait_for(&format!("!{}", is_shown(".board__cut"))).await;
}

/// Waits until the worker has kept the page, what it is made of, and a board with this number.
async fn kept(browser: &mut Browser, number: &str) {
    let look = format!(
        "caches.open('display-pages').then(async (pages) => {{
            const texts = await Promise.all((await pages.keys()).map(async (key) => (await pages.match(key)).text()));
            const assets = await (await caches.open('display-assets')).keys();
            return navigator.serviceWorker.controller !== null && texts.some((text) => text.includes('data-count=\"{number}\"'))
                && ['.css', '.woff2', 'morph.js'].every((end) => assets.some((key) => key.url.endsWith(end)));
        }}).then((is) => {{ window.isKept = is }})"
    );
    browser.eval("window.isKept = false").await;
    browser.wait_for(&format!("({look}, isKept)")).await;
}

#[tokio::test]
async fn a_browser_that_starts_without_the_server_shows_the_last_board_with_its_age() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let mut server = Server::start(&city).await;
    let mut browser = open(&server, PATH).await;
    kept(&mut browser, "42").await;
    // The page stays, its board is a newer one.
    five_more(&city, &site).await;
    browser.wait_for_text(".board__number", "47").await;
    kept(&mut browser, "47").await;

    server.stop().await;
    browser.call("Page.reload", json!({})).await;
    browser.wait_for("document.documentElement?.dataset.keptAt && document.readyState === 'complete'").await;
    browser
        .wait_for_text(
            ".board__state:not([hidden])",
            "Verbindung unterbrochen.*Stand 09:00 Uhr.*Letzter Kontakt 09:01",
        )
        .await;
    assert_eq!(browser.text(".board__number").await, "47");
    let ground = browser.eval("getComputedStyle(document.querySelector('.board')).backgroundColor").await;
    assert_ne!(ground, "rgba(0, 0, 0, 0)", "the style sheet was kept, too");
    // The end of the day holds for a kept board, too.
    browser.eval("aheadMs += 15 * 3_600_000").await;
    browser.wait_for(&is_shown(".board__cut")).await;

    server.start_again().await;
    browser
        .wait_for("document.querySelector('.board__state:not([hidden])').dataset.state === 'server'")
        .await;
    assert_eq!(browser.eval(&is_shown(".board__number")).await, true);
}

#[tokio::test]
async fn the_worker_keeps_a_bounded_number_of_pages_and_answers_no_error_of_the_server_with_it() {
    let city = City::new().await;
    counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, PATH).await;
    kept(&mut browser, "42").await;
    for n in 0..20 {
        browser.open(&server.url(&format!("{PATH}?n={n}"))).await;
    }
    let n_kept = "caches.open('display-pages').then((pages) => pages.keys()).then((keys) => keys.length)";
    assert!(browser.eval(n_kept).await.as_u64() <= Some(13));

    // What does not exist is not made up.
    browser.open(&server.url("/display/nowhere")).await;
    assert_eq!(browser.text("h1").await, "Diesen Standort gibt es nicht");
    // A server without its store shows nothing: what is kept is better.
    browser.open(&server.url(PATH)).await;
    let look = "caches.open('display-pages').then((pages) => pages.match(location.href))
        .then((found) => { window.isKept = Boolean(found) })";
    browser.wait_for(&format!("({look}, window.isKept)")).await;
    city.destroy_store().await;
    browser.open(&server.url(PATH)).await;
    browser.wait_for_text(".board__number", "42").await;
    browser.wait_for_text(".board__state:not([hidden])", "Verbindung unterbrochen").await;
}

/// Nodes, listeners and bytes that the page holds after everything that can go has gone. The browser takes some time to
/// let go of what has moved, so the fewest of several looks count.
async fn weight(browser: &mut Browser) -> [f64; 3] {
    browser.wait_for("document.querySelectorAll('.stage > *').length === 0").await;
    let mut fewest = [f64::MAX; 3];
    for _ in 0..12 {
        browser.eval("new Promise(requestAnimationFrame).then(() => true)").await;
        browser.call("HeapProfiler.collectGarbage", json!({})).await;
        let counters = browser.call("Memory.getDOMCounters", json!({})).await;
        let heap = browser.call("Runtime.getHeapUsage", json!({})).await;
        let seen = [&counters["nodes"], &counters["jsEventListeners"], &heap["usedSize"]];
        for (fewest, seen) in fewest.iter_mut().zip(seen) {
            *fewest = fewest.min(seen.as_f64().unwrap());
        }
    }
    fewest
}

/// One bicycle in each direction, two minutes later.
async fn next(city: &City, site: &Site, n: u32) {
    let time = at("2026-07-01T07:00:00Z") + SignedDuration::from_mins(2 * i64::from(n));
    let total = |start: f64| Some(start + f64::from(n + 1));
    let values = [(P::BicycleTotal, "ltr", total(112.0)), (P::BicycleTotal, "rtl", total(230.0))];
    city.clock.set(time + SignedDuration::from_secs(1));
    city.measure(site, time, &values).await;
    settle(city).await;
}

#[tokio::test]
async fn eight_hours_of_news_leave_nothing_behind() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    let fast = format!(
        "const wall = Date.now.bind(Date), began = wall(), later = setTimeout, often = setInterval;
         Date.now = () => began + (wall() - began) * {FAST};
         window.setTimeout = (act, ms, ...rest) => later(act, ms / {FAST}, ...rest);
         window.setInterval = (act, ms, ...rest) => often(act, Math.max(50, ms / {FAST}), ...rest);"
    );
    browser.before_scripts(&fast).await;
    browser.before_scripts(RIDERS).await;
    browser.call("Animation.enable", json!({})).await;
    browser.call("Animation.setPlaybackRate", json!({"playbackRate": FAST})).await;
    browser.open(&server.url(PATH)).await;
    kept(&mut browser, "42").await;

    // 240 uplinks, one every two minutes, are eight hours; each lets two bicycles pass.
    let mut weights = Vec::new();
    for n in 0..240 {
        next(&city, &site, n).await;
        let count = 42 + 2 * (n + 1);
        browser.wait_for(&format!("document.querySelector('.board').dataset.count === '{count}'")).await;
        if n % 50 == 39 {
            weights.push(weight(&mut browser).await);
        }
    }
    assert!(browser.eval("riders.length").await.as_u64() >= Some(240), "something moved all the time");
    println!("nodes, listeners, bytes: {weights:?}");
    let [first, .., last] = weights.as_slice() else { panic!("five looks") };
    // The street has the same hours and more bars: some dozens of nodes.
    for (i, room) in [(0, 150.0), (1, 2.0), (2, 300_000.0)] {
        assert!(last[i] <= first[i] + room, "{weights:?}");
    }
}

/// What does not fit the screen, and pictures that are left without room.
const MISFITS: &str = "(() => {
    const found = [];
    const inside = (box) => box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
    const texts = document.createTreeWalker(document.querySelector('.board'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        const text = texts.currentNode.data.trim();
        if (!text || !element.checkVisibility() || element.closest('.visually-hidden')) continue;
        if (!inside(element.getBoundingClientRect())) found.push(text);
    }
    for (const picture of document.querySelectorAll('.week, .street')) {
        const { height } = picture.getBoundingClientRect();
        if (picture.checkVisibility() && height < 16) found.push(`${picture.classList}: ${height} px high`);
    }
    return found;
})()";

#[tokio::test]
async fn everything_fits_the_screens_of_kiosks_in_every_state() {
    let city = city_with_a_feast().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    let noon = at("2026-07-01T10:00:00Z");
    for (width, height) in [(1080, 1920), (1920, 1080), (1080, 1080), (1024, 768), (720, 1280), (1280, 720)] {
        browser.screen(width, height).await;
        for (minutes, state) in [(3, "is-celebrating"), (60, "is-delayed"), (180, "is-out")] {
            city.clock.set(noon + SignedDuration::from_mins(minutes));
            browser.open(&server.url(PATH)).await;
            browser.eval("document.fonts.ready.then(() => true)").await;
            browser.wait_for(&format!("document.querySelector('.board.{state}')")).await;
            assert_eq!(browser.eval(MISFITS).await, json!([]), "{state} on {width} x {height}");
            browser.eval("document.querySelector('#pause')?.click()").await;
            assert_eq!(browser.eval(MISFITS).await, json!([]), "{state}, paused, on {width} x {height}");
        }
    }
}
