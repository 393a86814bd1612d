//! Whether everything can be read: text on its ground, in light and dark.

use domain::ObservedProperty as P;
use serde_json::{Value as Json, json};

use super::{
    Browser, Server,
    every_page::{PAGES, city_of_all_states, in_theme},
};
use crate::{
    harness::{City, at},
    pages::{display::city_with_a_feast, settle},
};

/// WCAG 2.1, 1.4.3.
const PAGE: f64 = 4.5;
/// A public display is read in the sun, from afar, by everybody.
const DISPLAY: f64 = 7.0;

/// How many texts there are, and those that stand out less than `least`.
async fn texts(browser: &mut Browser, least: f64) -> Json {
    let (_, check) = include_str!("contrast.js").split_once('\n').expect("a comment and a function");
    browser.eval(&format!("({})({least})", check.trim_end().trim_end_matches(';'))).await
}

async fn check(browser: &mut Browser, least: f64, what: &str) {
    for scheme in ["light", "dark"] {
        in_theme(browser, scheme).await;
        let result = texts(browser, least).await;
        assert!(result["n"].as_u64() >= Some(3), "{what}, {scheme}: {result}");
        assert_eq!(result["found"], json!([]), "{what}, {scheme}: less than {least}");
    }
}

#[tokio::test]
async fn the_check_knows_a_pale_text_on_any_ground() {
    let city = City::new().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.open(&server.url("/no-such-page")).await;
    // #777 on white is 4.48:1; half transparent black is half white: 1.05 / (0.2140 + 0.05).
    let texts_of_known_contrast = "
        document.body.innerHTML = '<div>black <i>grey</i> <b>half</b> <svg><text fill=\"#777\">drawn</text></svg></div>';
        const style = (selector, values) => Object.assign(document.querySelector(selector).style, values);
        style('div', { background: '#fff', color: '#000' });
        style('i', { color: '#777' });
        style('b', { opacity: '0.5' });
    ";
    browser.eval(texts_of_known_contrast).await;
    assert_eq!(
        texts(&mut browser, PAGE).await,
        json!({"n": 4, "found": ["4.48  \"grey\"", "3.98  \"half\"", "4.48  \"drawn\""]})
    );
}

#[tokio::test]
async fn every_text_of_every_page_reaches_its_contrast_in_light_and_dark() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    for path in PAGES {
        browser.open(&server.url(path)).await;
        browser.eval("for (const table of document.querySelectorAll('details')) table.open = true").await;
        check(&mut browser, PAGE, path).await;
        if browser.eval("document.querySelector('#contact') !== null").await == true {
            browser.eval("document.querySelector('#contact').textContent = 'lost'").await;
            browser.eval("document.body.classList.add('is-offline')").await;
            check(&mut browser, PAGE, &format!("{path} without its server")).await;
        }
    }
    city.destroy_store().await;
    for (path, least) in [("/", PAGE), ("/display/pophankenweg", DISPLAY)] {
        browser.open(&server.url(path)).await;
        check(&mut browser, least, &format!("{path} without its store")).await;
    }
}

#[tokio::test]
async fn every_text_of_the_display_reaches_a_higher_contrast_in_every_state_by_day_and_night() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    // The site was last heard at 8:45 local time; the last is a night after.
    for (time, state) in [
        ("2026-07-01T06:50:00Z", "is-counting board--day"),
        ("2026-07-01T07:40:00Z", "is-delayed board--day"),
        ("2026-07-01T12:00:00Z", "is-out board--day"),
        ("2026-07-01T23:30:00Z", "is-out board--night"),
    ] {
        city.clock.set(at(time));
        browser.open(&server.url("/display/pophankenweg")).await;
        let classes = state.replace(' ', ".");
        browser.wait_for(&format!("document.querySelector('.board.{classes}')")).await;
        check(&mut browser, DISPLAY, state).await;
        browser.eval("document.querySelector('.board').className += ' is-offline is-cut'").await;
        check(&mut browser, DISPLAY, &format!("{state} without its server")).await;
    }
    // A night with a number.
    let site = counting_site_at_night(&city).await;
    browser.open(&server.url(&format!("/display/{site}"))).await;
    browser.wait_for("document.querySelector('.board.is-counting.board--night')").await;
    check(&mut browser, DISPLAY, "counting at night").await;
    browser.eval("document.querySelector('.board').classList.add('is-offline')").await;
    browser.eval("for (const line of document.querySelectorAll('.board__state')) line.hidden = false").await;
    check(&mut browser, DISPLAY, "counting at night without its server").await;
}

#[tokio::test]
async fn every_text_of_a_feast_a_goal_and_an_estimate_reaches_the_contrast_of_a_display() {
    let city = city_with_a_feast().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.open(&server.url("/display/pophankenweg")).await;
    browser.wait_for("document.querySelector('.board.is-celebrating #pause')").await;
    check(&mut browser, DISPLAY, "celebrating").await;
    browser.eval("document.querySelector('#pause').click()").await;
    browser.wait_for_text(".board__state:not([hidden])", "Angehalten").await;
    check(&mut browser, DISPLAY, "paused").await;
}

async fn counting_site_at_night(city: &City) -> String {
    let site = city.site("Nachtweg", &[("ltr", "hin"), ("rtl", "her")]).await;
    for (time, n) in [("23:00", 1.0), ("23:15", 3.0), ("23:30", 4.0)] {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        let values = [(P::BicycleTotal, "ltr", Some(n)), (P::BicycleTotal, "rtl", Some(n))];
        city.measure(&site, time, &values).await;
    }
    settle(city).await;
    city.clock.set(at("2026-07-01T23:31:00Z"));
    site.key
}
