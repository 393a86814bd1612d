//! Whether everything fits: on small screens, on the map, through a thin line.

use domain::ObservedProperty as P;
use serde_json::json;

use super::{Browser, Server, every_page::PAGES};
use crate::{
    harness::{City, at},
    pages::counting_site,
};

/// Real places of Oldenburg: some far out, some within a few hundred metres of each other, two on one spot.
const PLACES: [(&str, (f64, f64)); 14] = [
    ("Etzhorn", (53.1858, 8.2427)),
    ("Kreyenbrück", (53.1124, 8.2168)),
    ("Tweelbäke", (53.1195, 8.2785)),
    ("Ammerländer Heerstraße", (53.1575, 8.1694)),
    ("Universität Wechloy", (53.1516, 8.1632)),
    ("Lappan", (53.1430, 8.2137)),
    ("Lange Straße", (53.1406, 8.2133)),
    ("Pferdemarkt", (53.1460, 8.2127)),
    ("Hauptbahnhof", (53.1430, 8.2237)),
    ("Stau", (53.1415, 8.2240)),
    ("Cäcilienbrücke", (53.1348, 8.2161)),
    ("Damm", (53.1337, 8.2194)),
    ("Schlossgarten", (53.1356, 8.2102)),
    ("Schlossgarten, Wiese", (53.1356, 8.2102)),
];

async fn city_of_places() -> City {
    let city = City::new().await;
    for (name, place) in PLACES {
        let site = city.placed_site(name, "", &[], place).await;
        let values = [(P::AirTemperature, "", Some(17.0)), (P::PrecipitationTotal, "", Some(3.0))];
        city.measure(&site, at("2026-07-01T06:45:00Z"), &values).await;
    }
    counting_site(&city).await;
    city
}

#[tokio::test]
async fn names_on_the_map_cover_neither_each_other_nor_a_marker() {
    let city = city_of_places().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    for (width, map, least) in [(1440, ".map--wide", 13), (390, ".map--narrow", 5)] {
        browser.screen(width, 900).await;
        browser.open(&server.url("/")).await;
        browser.eval("document.fonts.ready.then(() => true)").await;
        let boxes = format!(
            "(() => {{
                const shown = (selector) => [...document.querySelectorAll('{map} ' + selector)]
                    .filter((element) => element.checkVisibility())
                    .map((element) => ({{ name: element.textContent, box: element.getBoundingClientRect() }}));
                const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
                const names = shown('.marker__label');
                const frame = document.querySelector('.mapframe').getBoundingClientRect();
                const found = [];
                names.forEach((one, i) => {{
                    for (const other of [...names.slice(i + 1), ...shown('.symbol')]) {{
                        if (meet(one.box, other.box)) found.push(one.name + ' meets ' + (other.name || 'a marker'));
                    }}
                    if (one.box.left < frame.left || one.box.right > frame.right) found.push(one.name + ' is cut off');
                }});
                return {{ n: names.length, found }};
            }})()"
        );
        let result = browser.eval(&boxes).await;
        assert_eq!(result["found"], json!([]), "{width} px");
        assert!(result["n"].as_u64() >= Some(least), "{width} px: {result}");
    }
}

#[tokio::test]
async fn no_page_scrolls_sideways_on_the_smallest_screen() {
    let city = city_of_places().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.screen(320, 640).await;
    for path in PAGES.iter().copied().chain(["/things/universitaet-wechloy?lang=en", "/display/pophankenweg"])
    {
        browser.open(&server.url(path)).await;
        let wide = "[...document.querySelectorAll('body *')]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('svg'))
            .map((element) => element.className)";
        let overflow = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(browser.eval(overflow).await, false, "{path}: {}", browser.eval(wide).await);
    }
}

#[tokio::test]
async fn a_page_is_light_and_comes_from_us_alone() {
    let city = city_of_places().await;
    let server = Server::start(&city).await;
    for path in PAGES.iter().copied().chain(["/display/pophankenweg"]) {
        // A browser of its own has nothing in its cache.
        let mut browser = Browser::start().await;
        browser.open(&server.url(path)).await;
        browser.eval("document.fonts.ready.then(() => true)").await;
        let loaded =
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
            .filter((entry) => !entry.name.includes('/api/v1/live'))
            .map((entry) => ({ url: entry.name, bytes: entry.transferSize }))";
        let loaded = browser.eval(loaded).await;
        let loaded = loaded.as_array().unwrap();
        let bytes: u64 = loaded.iter().filter_map(|entry| entry["bytes"].as_u64()).sum();
        assert!((10_000..150_000).contains(&bytes), "{path}: {bytes} bytes: {loaded:?}");
        let ours = server.url("/");
        assert!(loaded.iter().all(|entry| entry["url"].as_str().unwrap().starts_with(&ours)), "{loaded:?}");
    }
}

#[tokio::test]
async fn every_report_for_planners_prints_on_one_page_of_a4() {
    let city = city_of_places().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    for path in [
        "/planning/pophankenweg",
        "/planning/pophankenweg/compare",
        "/planning/pophankenweg/extrapolate",
        "/planning/pophankenweg/years",
        "/planning/schlossgarten/weather",
    ] {
        browser.open(&server.url(path)).await;
        let print = |page: &str| json!({"preferCSSPageSize": true, "pageRanges": page});
        browser.call("Page.printToPDF", print("1")).await;
        let second = browser.try_call("Page.printToPDF", print("2")).await;
        assert!(second.is_err(), "{path} has a second page");
    }
}
