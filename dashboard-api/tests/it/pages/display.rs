//! The public bike display.

use axum::{Router, http::StatusCode};
use domain::ObservedProperty as P;
use jiff::{SignedDuration, Timestamp};

use super::{DIRECTIONS, counting_site, page, settle};
use crate::harness::{City, at, get};

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
    assert!(live.contains("<strong>42</strong> <span>Fahrräder seit dem 1.\u{a0}Juli 2026"));
    assert!(live.contains("<span>Mittwoch, 1.\u{a0}Juli</span>"));
    // Nobody knows what passed between midnight and eight.
    assert!(live.contains("mindestens: Für einen Teil des Tages fehlen Daten"));

    let delayed = board(&router, &city, after(60)).await;
    assert!(delayed.contains("is-delayed") && delayed.contains("data-count=\"42\""));
    assert!(delayed.contains("Stand 08:45\u{a0}Uhr"));

    let out = board(&router, &city, after(15 * 6 + 1)).await;
    assert!(out.contains("is-out") && out.contains("Außer Betrieb"));
    assert!(!out.contains("data-count"), "{out}");
    assert!(out.contains("1.\u{a0}Juli 2026, 08:45\u{a0}Uhr"));
    assert!(out.contains("Zuletzt gezählt: <strong>42</strong> Fahrräder am 1.\u{a0}Juli 2026"));
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
    assert!(!html.contains("mindestens"));
    assert!(html.contains("100\u{a0}% mehr als letzten Mittwoch bis 12:00\u{a0}Uhr"), "{html}");

    let html = board(&router, &city, at("2026-07-01T10:05:00Z") + SignedDuration::from_hours(24)).await;
    assert!(!html.contains("board__compare"));
}
