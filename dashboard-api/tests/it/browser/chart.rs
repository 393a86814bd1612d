//! Charts under a pointer, fingers and keys.

use domain::ObservedProperty as P;
use jiff::SignedDuration;
use serde_json::{Value as Json, json};

use super::{Browser, Server};
use crate::{
    harness::{City, at},
    pages::settle,
};

/// A site that counts as many bicycles an hour as the clock shows, on 29 and 30 June 2026 local time.
async fn city() -> City {
    let city = City::new().await;
    let site = city.site("Damm", &[]).await;
    let counts = (0..192).map(|i| {
        let start = at("2026-06-28T22:00:00Z") + SignedDuration::from_mins(15 * i);
        let hour = start.to_zoned(city.state.zone.clone()).hour();
        (start + SignedDuration::from_mins(15), if i % 4 == 0 { f64::from(hour) } else { 0.0 })
    });
    city.count(&site, P::BicycleCount, "", counts).await;
    settle(&city).await;
    city
}

async fn open(server: &Server, path: &str) -> Browser {
    let mut browser = Browser::start().await;
    browser.open(&server.url(path)).await;
    browser.wait_for("document.querySelector('.plot__keys')").await;
    browser.eval("document.querySelector('.plot').scrollIntoView({ block: 'center' })").await;
    browser
}

/// Where an hour of a day of 24 lies on the screen.
async fn place(browser: &mut Browser, hour: f64) -> (f64, f64) {
    let found = browser
        .eval(&format!(
            "(() => {{
                const box = document.querySelector('.plot__keys').getBoundingClientRect();
                return [box.left + (56 + 650 * {hour} / 24) / 720 * box.width, box.top + box.height / 2];
            }})()"
        ))
        .await;
    (found[0].as_f64().unwrap(), found[1].as_f64().unwrap())
}

async fn mouse(browser: &mut Browser, kind: &str, (x, y): (f64, f64), more: Json) {
    let mut event = json!({"type": kind, "x": x, "y": y, "button": "none", "pointerType": "mouse"});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    browser.call("Input.dispatchMouseEvent", event).await;
}

async fn key(browser: &mut Browser, name: &str) {
    for kind in ["keyDown", "keyUp"] {
        let text = if name.chars().count() == 1 && kind == "keyDown" { name } else { "" };
        browser.call("Input.dispatchKeyEvent", json!({"type": kind, "key": name, "text": text})).await;
    }
}

const DAY: &str = "/things/damm?range=day&date=2026-06-29";

#[tokio::test]
async fn the_interval_under_the_pointer_is_read_out_as_the_table_has_it() {
    let city = city().await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, DAY).await;
    let at_eight = place(&mut browser, 8.5).await;
    mouse(&mut browser, "mouseMoved", at_eight, json!({})).await;
    browser.wait_for_text(".readout", "Mo 29.6., 08:00–09:00: 8").await;
    // The cursor covers the hour.
    let cursor = browser
        .eval("['left', 'width'].map((name) => parseFloat(document.querySelector('.plot__cursor').style[name]).toFixed(2))")
        .await;
    // (56 + 650 * 8 / 24) / 720 and 650 / 24 / 720, in percent.
    assert_eq!(cursor, json!(["37.87", "3.76"]));
    mouse(&mut browser, "mouseMoved", (5.0, 5.0), json!({})).await;
    browser.wait_for("document.querySelector('.plot__cursor').hidden").await;
}

#[tokio::test]
async fn arrow_keys_go_from_interval_to_interval_and_what_they_reach_is_said_once_settled() {
    let city = city().await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, DAY).await;
    browser.eval("document.querySelector('.plot__keys').focus()").await;
    key(&mut browser, "Home").await;
    browser.wait_for_text(".readout", "Mo 29.6., 00:00–01:00: 0").await;
    for _ in 0..3 {
        key(&mut browser, "ArrowRight").await;
    }
    browser.wait_for_text(".readout", "03:00–04:00: 3").await;
    browser.wait_for_text("#chart-said", "Mo 29.6., 03:00–04:00: 3").await;
    assert_eq!(browser.eval("document.querySelector('#chart-said').ariaLive").await, "polite");
    key(&mut browser, "End").await;
    key(&mut browser, "ArrowRight").await;
    browser.wait_for_text(".readout", "23:00–00:00: 23").await;
    key(&mut browser, "Escape").await;
    browser.wait_for("document.querySelector('.readout').textContent === ''").await;
}

#[tokio::test]
async fn keys_wheel_and_links_zoom_and_the_address_follows() {
    let city = city().await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, DAY).await;
    browser.eval("document.querySelector('.plot__keys').focus(), window.isSame = true").await;
    key(&mut browser, "+").await;
    // Twelve hours around noon.
    browser
        .wait_for("location.search === '?from=2026-06-29T04%3A00%3A00Z&to=2026-06-29T16%3A00%3A00Z'")
        .await;
    browser.wait_for_text("#view-h", "29.6.2026, 06:00 MESZ – 29.6.2026, 18:00 MESZ").await;
    browser.wait_for_text("#chart-said", "29.6.2026, 06:00 MESZ").await;
    assert_eq!(browser.eval("document.querySelectorAll('.data tbody tr').length").await, 12);
    assert_eq!(browser.eval("document.activeElement.className").await, "plot__keys");

    browser.eval("document.querySelector('[data-zoom]').click()").await;
    browser.wait_for("location.search === '?from=2026-06-28T22:00:00Z&to=2026-06-29T22:00:00Z'").await;
    browser.wait_for_text(".step--word", "Zurücksetzen").await;
    browser.eval("document.querySelector('.step--word').click()").await;
    browser.wait_for("location.search === '?range=day&date=2026-06-29'").await;

    // A wheel alone is for the page; with control it zooms around the pointer.
    let at_six = place(&mut browser, 6.0).await;
    mouse(&mut browser, "mouseWheel", at_six, json!({"deltaX": 0, "deltaY": -100, "modifiers": 2})).await;
    // Seven tenths of 24 hours are 17; six hours before the pointer become four.
    browser
        .wait_for("location.search === '?from=2026-06-29T00%3A00%3A00Z&to=2026-06-29T17%3A00%3A00Z'")
        .await;
    assert_eq!(browser.eval("window.isSame").await, true);
}

#[tokio::test]
async fn dragging_moves_along_the_time_and_never_ahead_of_today() {
    let city = city().await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, DAY).await;
    let drag = async |browser: &mut Browser, from: f64, to: f64| {
        let (from, to) = (place(browser, from).await, place(browser, to).await);
        mouse(browser, "mousePressed", from, json!({"button": "left", "clickCount": 1})).await;
        mouse(browser, "mouseMoved", (f64::midpoint(from.0, to.0), from.1), json!({"button": "left"})).await;
        mouse(browser, "mouseMoved", to, json!({"button": "left"})).await;
        mouse(browser, "mouseReleased", to, json!({"button": "left", "clickCount": 1})).await;
    };
    // Six hours to the left: what comes later moves in.
    drag(&mut browser, 12.0, 6.0).await;
    browser
        .wait_for("location.search === '?from=2026-06-29T04%3A00%3A00Z&to=2026-06-30T04%3A00%3A00Z'")
        .await;
    browser.wait_for_text("#view-h", "30.6.2026, 06:00").await;
    assert_eq!(browser.eval("document.querySelector('.plot svg').style.translate").await, "");

    browser.open(&server.url("/things/damm?from=2026-06-30T10:00:00Z&to=2026-07-01T10:00:00Z")).await;
    browser.wait_for("document.querySelector('.plot__keys')").await;
    browser.eval("document.querySelector('.plot').scrollIntoView({ block: 'center' })").await;
    drag(&mut browser, 20.0, 4.0).await;
    browser
        .wait_for("location.search === '?from=2026-06-30T22%3A00%3A00Z&to=2026-07-01T22%3A00%3A00Z'")
        .await;
}

#[tokio::test]
async fn two_fingers_zoom() {
    let city = city().await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, DAY).await;
    let touch = async |browser: &mut Browser, kind: &str, hours: &[f64]| {
        let mut points = Vec::new();
        for (id, hour) in hours.iter().enumerate() {
            let (x, y) = place(browser, *hour).await;
            points.push(json!({"x": x, "y": y, "id": id}));
        }
        browser.call("Input.dispatchTouchEvent", json!({"type": kind, "touchPoints": points})).await;
    };
    touch(&mut browser, "touchStart", &[10.0]).await;
    touch(&mut browser, "touchStart", &[10.0, 14.0]).await;
    touch(&mut browser, "touchMove", &[8.0, 16.0]).await;
    touch(&mut browser, "touchEnd", &[]).await;
    // Twice as far apart: half as long, around noon.
    browser
        .wait_for("location.search === '?from=2026-06-29T04%3A00%3A00Z&to=2026-06-29T16%3A00%3A00Z'")
        .await;
}

#[tokio::test]
async fn without_a_script_every_step_and_form_is_a_plain_link() {
    let city = city().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    browser.open(&server.url(DAY)).await;
    assert_eq!(browser.eval("document.querySelectorAll('.plot__own > *').length").await, 0);
    browser.eval("document.querySelector('[aria-label^=\"Kürzeren\"]').click()").await;
    browser.wait_for("location.search === '?from=2026-06-29T04:00:00Z&to=2026-06-29T16:00:00Z'").await;
    browser.wait_for("document.querySelector('[name=compare]')").await;
    browser.eval("document.querySelector('[name=compare]').value = 'previous'").await;
    browser.eval("document.querySelector('[name=compare]').form.submit()").await;
    browser.wait_for("location.search.includes('compare=previous')").await;
    browser.wait_for("document.querySelector('.key--outline')").await;
    browser.eval("document.querySelector('[type=date][name=date]').value = '2026-06-30'").await;
    browser.eval("document.querySelector('[type=date][name=date]').form.submit()").await;
    browser.wait_for_text("#view-h", "Dienstag, 30. Juni 2026").await;
    browser.wait_for("document.querySelector('.key--outline')").await;
}
