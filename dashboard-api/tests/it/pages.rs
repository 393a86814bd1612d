//! The pages for people, as a browser gets them.

mod about;
mod colours;
pub(crate) mod display;
mod embed;
mod map;
mod overview;
mod planning;
mod planning_compare;
mod planning_weather;
mod styles;
mod thing;
mod view;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use domain::ObservedProperty as P;
use jiff::SignedDuration;

use crate::harness::{Answer, City, Site, ask, at, get};

const DIRECTIONS: [(&str, &str); 2] = [("ltr", "stadteinwärts"), ("rtl", "stadtauswärts")];

/// Names and descriptions as a careless or hostile operator might write them.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "&lt;i&gt; & \u{202e}drawkcab",
    "</title></svg><script>alert(2)</script>",
];

/// 06:00 UTC is 8 o'clock in Oldenburg: within the first hour 12 bicycles to the left and 30 to the right.
pub(crate) async fn counting_site(city: &City) -> Site {
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    let quarters =
        [("06:00", 100.0, 200.0), ("06:15", 102.0, 210.0), ("06:30", 105.0, 210.0), ("06:45", 112.0, 230.0)];
    for (time, ltr, rtl) in quarters {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        let values = [(P::BicycleTotal, "ltr", Some(ltr)), (P::BicycleTotal, "rtl", Some(rtl))];
        city.measure(&site, time, &values).await;
    }
    settle(city).await;
    city.clock.set(at("2026-07-01T06:50:00Z"));
    site
}

pub(crate) async fn settle(city: &City) {
    city.store().settle().await.expect("the store answers");
}

async fn page(router: &Router, path: &str) -> String {
    let answer = get(router, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    assert!(answer.header("content-type").starts_with("text/html"), "{path}");
    answer.body
}

#[tokio::test]
async fn pages_speak_the_language_of_the_browser_or_the_chosen_one() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    let english = Request::get("/").header("accept-language", "en-GB,en").body(Body::empty()).unwrap();
    let answer = ask(&router, english).await;
    assert!(answer.body.contains("<html lang=\"en\">"));
    assert!(answer.body.contains("bicycles today"));
    assert!(answer.header("vary").contains("accept-language"));

    let chosen = page(&router, "/?lang=en").await;
    assert!(chosen.contains("href=\"/things/pophankenweg?lang=en\""));
    assert!(page(&router, "/").await.contains("href=\"/things/pophankenweg\""));
}

#[tokio::test]
async fn hostile_names_stay_text_on_every_page() {
    let city = City::new().await;
    let mut keys = Vec::new();
    for name in HOSTILE {
        let channels = [("ltr", name), ("rtl", name)];
        let site = city.described_site(name, name, &channels).await;
        for (minute, count) in [(0, 1.0), (15, 5.0)] {
            let time = at("2026-07-01T09:30:00Z") + SignedDuration::from_mins(minute);
            let values = [(P::BicycleTotal, "ltr", Some(count)), (P::BicycleTotal, "rtl", Some(count))];
            city.measure(&site, time, &values).await;
        }
        keys.push((site.key.clone(), city.datastream(&site, P::BicycleTotal, "ltr").await));
    }
    settle(&city).await;
    let router = city.router();
    let mut paths = vec!["/".to_owned()];
    for (key, datastream) in keys {
        paths.extend([
            format!("/things/{key}"),
            format!("/display/{key}"),
            format!("/planning/{key}"),
            format!("/planning/{key}/compare"),
            format!("/planning/{key}/extrapolate"),
            format!("/planning/{key}/years"),
            format!("/charts/{datastream}.svg"),
        ]);
    }
    for path in paths {
        let answer = get(&router, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for forbidden in ["<script>", "<img", "</title></svg>", "&lt;i&gt;"] {
            assert!(!answer.body.contains(forbidden), "{path} has {forbidden}");
        }
    }
}

#[tokio::test]
async fn no_page_loads_anything_from_elsewhere_or_carries_inline_code() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let router = city.router();
    for path in
        ["/", &format!("/things/{}?range=1y", site.key), &format!("/display/{}", site.key), "/things/no-such"]
    {
        let html = get(&router, path).await.body.replace("http://www.w3.org/2000/svg", "");
        for forbidden in [
            "http://",
            "https://",
            "src=\"//",
            "href=\"//",
            " style=\"",
            "<style",
            " onclick=",
            "javascript:",
        ] {
            assert!(!html.contains(forbidden), "{path} has {forbidden}");
        }
    }
}

#[tokio::test]
async fn open_data_has_a_page_whose_every_address_answers() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    for (lang, title) in [("de", "Offene Daten"), ("en", "Open data")] {
        let html = page(&router, &format!("/open-data?lang={lang}")).await;
        assert!(html.contains(&format!("<h1>{title}</h1>")), "{html}");
        let addresses: Vec<_> =
            html.split('"').filter(|part| part.starts_with("/api/v1/")).map(str::to_owned).collect();
        assert!(addresses.len() >= 5, "{addresses:?}");
        for address in addresses {
            assert_eq!(get(&router, &address).await.status, StatusCode::OK, "{address}");
        }
    }
    assert!(page(&router, "/?lang=en").await.contains("href=\"/open-data?lang=en\""));
}

/// What a browser gets.
async fn browse(router: &Router, path: &str) -> Answer {
    let request = Request::get(path).header("accept", "text/html,*/*;q=0.8");
    ask(router, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_address_that_does_not_exist_gets_a_page_that_says_where_to_go() {
    let city = City::new().await;
    let router = city.router();
    for (path, title) in [
        ("/nowhere?lang=en", "Nothing here"),
        ("/nowhere", "Hier ist nichts"),
        ("/things/nowhere?lang=en", "There is no such site"),
        ("/things/nowhere", "Diesen Standort gibt es nicht"),
        ("/display/nowhere", "Diesen Standort gibt es nicht"),
        ("/assets/x/nothing.css", "Hier ist nichts"),
        ("/charts/7.svg", "Hier ist nichts"),
    ] {
        let answer = browse(&router, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains(&format!("<h1>{title}</h1>")), "{path}: {}", answer.body);
        let list = if path.contains("lang=en") { "/?lang=en#sensors" } else { "/#sensors" };
        assert!(answer.body.contains(&format!("href=\"{list}\"")), "{path}");
        assert!(answer.body.contains("<span class=\"wordmark__city\">Oldenburg</span>"), "{path}");
    }
}

#[tokio::test]
async fn a_lost_store_is_a_short_break_that_ends_by_itself() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    city.destroy_store().await;
    for path in ["/", "/things/pophankenweg", "/display/pophankenweg"] {
        for (lang, title) in [("de", "Kurze Pause"), ("en", "Back in a moment")] {
            let answer = browse(&router, &format!("{path}?lang={lang}")).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(answer.body.contains(title), "{path}: {}", answer.body);
            assert!(answer.body.contains("<meta http-equiv=\"refresh\""), "{path}");
        }
    }
    let display = browse(&router, "/display/pophankenweg").await.body;
    assert!(display.contains("class=\"board board--day is-out\"") && !display.contains("masthead"));
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_refused_with_what_was_wrong() {
    let city = City::new().await;
    counting_site(&city).await;
    let answer = browse(&city.router(), "/things/pophankenweg?range=7d&range=30d").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("So geht es nicht"), "{}", answer.body);
    assert!(answer.body.contains("duplicate field `range`"));
}

#[tokio::test]
async fn assets_are_kept_for_a_year_under_an_address_that_changes_with_them() {
    let city = City::new().await;
    let router = city.router();
    let html = page(&router, "/").await;
    let css =
        html.split('"').find(|part| part.starts_with("/assets/") && part.ends_with("tokens.css")).unwrap();
    let answer = get(&router, css).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    let again = Request::get(css).header("if-none-match", answer.header("etag")).body(Body::empty()).unwrap();
    assert_eq!(ask(&router, again).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(get(&router, "/assets/old/tokens.css").await.header("cache-control"), "public, no-cache");
    assert_eq!(get(&router, "/favicon.svg").await.header("content-type"), "image/svg+xml");
}
