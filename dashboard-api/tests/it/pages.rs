//! The pages for people, as a browser gets them.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use domain::{Missing, ObservedProperty as P};
use jiff::{SignedDuration, Timestamp};

use crate::harness::{City, Site, ask, at, get};

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
async fn counting_site(city: &City) -> Site {
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

async fn settle(city: &City) {
    city.store().settle().await.expect("the store answers");
}

async fn page(router: &Router, path: &str) -> String {
    let answer = get(router, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    assert!(answer.header("content-type").starts_with("text/html"), "{path}");
    answer.body
}

#[tokio::test]
async fn the_overview_shows_what_the_city_counted_today_and_how_many_sites_report() {
    let city = City::new().await;
    counting_site(&city).await;
    let html = page(&city.router(), "/").await;
    assert!(html.contains("<span class=\"hero__number\">42</span>"), "{html}");
    assert!(html.contains("1 von 1 Zählstelle melden"));
}

#[tokio::test]
async fn what_nobody_measured_is_unknown_and_not_zero() {
    let city = City::new().await;
    city.site("Damm", &DIRECTIONS).await;
    let html = page(&city.router(), "/").await;
    assert!(html.contains("hero__number--none"));
    assert!(html.contains("unbekannt"));
    assert!(html.contains("nie gehört"));
}

#[tokio::test]
async fn the_weather_of_the_hero_is_the_mean_of_fresh_values() {
    let city = City::new().await;
    for (name, time, value) in [("A", "09:55", 20.0), ("B", "09:50", 23.0), ("Yesterday's", "04:00", 5.0)] {
        let site = city.site(name, &[]).await;
        let time = at(&format!("2026-07-01T{time}:00Z"));
        city.measure(&site, time, &[(P::AirTemperature, "", Some(value))]).await;
    }
    let html = page(&city.router(), "/?lang=en").await;
    assert!(html.contains("21.5<span class=\"unit\">\u{a0}°C</span>"), "{html}");
    assert!(html.contains("mean of 2 stations"));
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
async fn a_thing_shows_each_direction_with_chart_sentence_and_table() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let html = page(&city.router(), &format!("/things/{}", site.key)).await;
    let sentence = "In den letzten 24 Stunden zusammen 42: stadteinwärts 12 (am meisten 12: Mi 1.7., 08:00–09:00); \
                    stadtauswärts 30 (am meisten 30: Mi 1.7., 08:00–09:00).";
    assert!(html.contains(sentence), "{html}");
    assert!(html.contains("<title id=\"ds-"));
    assert!(html.contains("Mi 1.7., 08:00–09:00"));
    assert!(html.contains("keine Daten"));
}

#[tokio::test]
async fn what_the_sensor_said_about_a_missing_value_is_told_apart_from_lost_data() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    // Eight quarter-hours of the last 24 hours have a word of the sensor, one has a value.
    let first = at("2026-07-01T07:35:00Z");
    for quarter in 0..8 {
        let time = first + SignedDuration::from_mins(15 * quarter);
        city.lack(&site, time, P::BicycleSpeed, Missing::NothingToMeasure).await;
        city.lack(&site, time, P::AirTemperature, Missing::ProbeDisconnected).await;
    }
    city.measure(&site, at("2026-07-01T09:35:00Z"), &[(P::BicycleSpeed, "", Some(18.0))]).await;
    settle(&city).await;
    let router = city.router();
    let html = page(&router, &format!("/things/{}", site.key)).await;
    // 24 hours up to 13:00 local time: 96 quarter-hours, of which the last four are not over.
    assert!(html.contains("Für 9\u{a0}% der Zeit gab es nichts zu messen."), "{html}");
    // The quarter-hour after the last value is empty, too, but the next value may still be on time.
    assert!(html.contains("Für 89\u{a0}% der Zeit liegen keine Daten vor."));
    assert!(html.contains("<td>nichts zu messen</td>"));
    assert!(html.contains("ohne Linie: Es gab nichts zu messen"));
    assert!(html.contains("In den letzten 24 Stunden: Fühler nicht angeschlossen."));
    assert!(html.contains("<td>Fühler nicht angeschlossen</td>"));

    let english = page(&router, &format!("/things/{}?lang=en", site.key)).await;
    assert!(english.contains("For 9% of the time there was nothing to measure."), "{english}");
    assert!(english.contains("probe not connected"));
}

#[tokio::test]
async fn two_directions_of_a_speed_share_one_chart_and_both_are_named() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    for (time, ltr, rtl) in [("09:30", 18.0, 21.0), ("09:45", 19.0, 23.0)] {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        let values = [(P::BicycleSpeed, "ltr", Some(ltr)), (P::BicycleSpeed, "rtl", Some(rtl))];
        city.measure(&site, time, &values).await;
    }
    settle(&city).await;
    let html = page(&city.router(), &format!("/things/{}", site.key)).await;
    assert_eq!(html.matches("<article").count(), 1, "{html}");
    assert!(html.contains("<li class=\"key key--first\">stadteinwärts</li>"));
    assert!(html.contains("<li class=\"key key--second\">stadtauswärts</li>"));
    for value in ["19\u{a0}km/h", "23\u{a0}km/h"] {
        assert!(html.contains(&format!(">{value}</b>")), "{value}");
    }
    assert!(html.contains("stadteinwärts zwischen 18\u{a0}km/h und 19\u{a0}km/h; stadtauswärts zwischen"));
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

async fn board(router: &Router, city: &City, now: Timestamp) -> String {
    city.clock.set(now);
    page(router, "/display/pophankenweg").await
}

#[tokio::test]
async fn the_display_says_honestly_how_old_its_number_is() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    let heard_at = at("2026-07-01T06:45:00Z");
    let after = |minutes| heard_at + SignedDuration::from_mins(minutes);

    let live = board(&router, &city, after(5)).await;
    assert!(live.contains("is-counting") && live.contains("data-count=\"42\""), "{live}");
    assert!(live.contains("seit dem 1.\u{a0}Juli 2026"));

    let delayed = board(&router, &city, after(60)).await;
    assert!(delayed.contains("is-delayed") && delayed.contains("data-count=\"42\""));
    assert!(delayed.contains("Stand 08:45\u{a0}Uhr"));

    let out = board(&router, &city, after(15 * 6 + 1)).await;
    assert!(out.contains("is-out") && out.contains("Außer Betrieb"));
    assert!(!out.contains("data-count"), "{out}");
    assert!(out.contains("1.\u{a0}Juli 2026, 08:45\u{a0}Uhr"));
    assert!(out.contains("<strong>42</strong>"));
}

#[tokio::test]
async fn a_site_that_never_reported_has_not_started_and_shows_no_zero() {
    let city = City::new().await;
    let site = city.site("Damm", &DIRECTIONS).await;
    // A first value only begins a running total: nothing is counted yet.
    let first = [(P::BicycleTotal, "ltr", Some(500.0))];
    city.measure(&site, at("2026-07-01T09:55:00Z"), &first).await;
    settle(&city).await;
    let html = page(&city.router(), "/display/damm").await;
    assert!(html.contains("board__number--none"), "{html}");
    assert!(!html.contains("data-count"));
}

#[tokio::test]
async fn a_thing_without_bicycles_has_no_display_and_is_told_which_have() {
    let city = City::new().await;
    counting_site(&city).await;
    let tower = city.site("Wetter", &[]).await;
    city.measure(&tower, at("2026-07-01T06:00:00Z"), &[(P::AirTemperature, "", Some(15.0))]).await;
    let answer = get(&city.router(), "/display/wetter").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Hier werden keine Fahrräder gezählt"));
    assert!(answer.body.contains("href=\"/display/pophankenweg\""));
}

#[tokio::test]
async fn today_is_compared_with_a_week_ago_only_if_both_days_were_observed() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &DIRECTIONS).await;
    let router = city.router();
    // Wednesday 1 July from local midnight (22:00 UTC the day before) to 10:00 UTC: 2 bicycles a
    // quarter-hour; a week before 1.
    let mut total = 0.0;
    for (midnight, rate) in [("2026-06-23T22:00:00Z", 1.0), ("2026-06-30T22:00:00Z", 2.0)] {
        for quarter in 0..=48 {
            let time = at(midnight) + SignedDuration::from_mins(15 * quarter);
            total += rate;
            let values = [(P::BicycleTotal, "ltr", Some(total)), (P::BicycleTotal, "rtl", Some(0.0))];
            city.measure(&site, time, &values).await;
        }
    }
    settle(&city).await;
    let html = board(&router, &city, at("2026-07-01T10:05:00Z")).await;
    assert!(html.contains("100\u{a0}% mehr als letzten Mittwoch bis 12:00\u{a0}Uhr"), "{html}");

    let html = board(&router, &city, at("2026-07-01T10:05:00Z") + SignedDuration::from_hours(24)).await;
    assert!(!html.contains("board__compare"));
}

#[tokio::test]
async fn a_chart_file_has_a_mark_for_each_hour_with_data_and_words_for_all() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let datastream = city.datastream(&site, P::BicycleTotal, "rtl").await;
    let router = city.router();
    let answer = get(&router, &format!("/charts/{datastream}.svg?range=24h&lang=en")).await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert!(answer.body.contains(">Bicycles · stadtauswärts</title>"), "{}", answer.body);
    assert!(answer.body.contains("30 (most 30: Wed 1 Jul, 08:00–09:00)"));
    // One hour is known; the 23 before it are one hatched stretch.
    assert_eq!(answer.body.matches("fill=\"#0b5d63\"").count(), 1);
    assert_eq!(answer.body.matches("fill=\"url(#chart-hatch)\"").count(), 1);

    let dark = get(&router, &format!("/charts/{datastream}.svg?theme=dark")).await;
    assert!(dark.body.contains("#0f1e21"));
    let wrong = get(&router, &format!("/charts/{datastream}.svg?range=2h")).await;
    assert_eq!(
        wrong.problem(StatusCode::BAD_REQUEST),
        "`2h` is no range of a chart: expected 24h, 7d, 30d or 1y"
    );
}

#[tokio::test]
async fn an_address_that_does_not_exist_gets_a_page_in_the_design() {
    let city = City::new().await;
    let answer = get(&city.router(), "/things/nowhere?lang=en").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Nothing here"));
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
