//! Doubtful values: served with their doubt, counted for each Thing, told on its page.

use domain::{DatastreamId, ObservedProperty as P};
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::{City, NOON, at, get, get_json};

/// A harbour with a spike of 40 degrees between 15 and 15, and a temperature no city has.
async fn spiky() -> (City, DatastreamId) {
    let city = City::new().await;
    let site = city.site("Hafen", &[]).await;
    for (quarter, value) in [(4, 15.0), (3, 15.0), (2, 40.0), (1, 15.0), (0, 327.67)] {
        let time = at(NOON) - SignedDuration::from_mins(15 * quarter);
        city.measure(&site, time, &[(P::AirTemperature, "", Some(value))]).await;
    }
    let id = city.datastream(&site, P::AirTemperature, "").await;
    (city, id)
}

#[tokio::test]
async fn a_doubtful_value_is_served_with_its_doubt() {
    let (city, id) = spiky().await;
    let path = format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02");
    let body = get_json(&city.router(), &path).await;
    let said = |i: usize| body["observations"][i].clone();
    let of = |i: usize| json!([said(i)["value"], said(i)["quality"], said(i)["doubt"]]);
    assert_eq!(of(1), json!([15.0, "good", null]));
    assert_eq!(of(2), json!([40.0, "suspect", "step"]));
    assert_eq!(of(3), json!([15.0, "good", null]));
    assert_eq!(of(4), json!([327.67, "bad", null]));
}

#[tokio::test]
async fn a_doubtful_value_is_doubtful_in_csv_too() {
    let (city, id) = spiky().await;
    let path = format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02&format=csv");
    let answer = get(&city.router(), &path).await;
    assert!(answer.body.contains(",Hafen,air_temperature,,40,suspect,,step\r\n"), "{}", answer.body);
}

#[tokio::test]
async fn a_thing_tells_what_its_values_of_the_last_day_are_worth() {
    let (city, _) = spiky().await;
    let thing = get_json(&city.router(), "/api/v1/things/hafen").await;
    let expected = json!({
        "since": "2026-06-30T10:00:00Z", "values": 5, "doubtful": {"step": 1}, "bad": 1, "missing": 0
    });
    assert_eq!(thing["properties"]["quality"], expected);
}

#[tokio::test]
async fn the_page_of_a_thing_says_so_in_words() {
    let (city, _) = spiky().await;
    let router = city.router();
    let german = get(&router, "/things/hafen?lang=de").await.body;
    assert!(german.contains("1 zweifelhaft, 1 unglaubhaft von 5 Messwerten"), "{german}");
    let english = get(&router, "/things/hafen?lang=en").await.body;
    assert!(english.contains("1 doubtful, 1 implausible of 5 values"), "{english}");
}

#[tokio::test]
async fn the_newest_value_is_shown_with_its_doubt() {
    let city = City::new().await;
    let site = city.site("Hafen", &[]).await;
    for (quarter, value) in [(2, 15.0), (1, 15.0), (0, 40.0)] {
        let time = at(NOON) - SignedDuration::from_mins(15 * quarter);
        city.measure(&site, time, &[(P::AirTemperature, "", Some(value))]).await;
    }
    let router = city.router();
    let german = get(&router, "/things/hafen?lang=de").await.body;
    assert!(german.contains("zweifelhaft: sprunghaft geändert"), "{german}");
    let english = get(&router, "/things/hafen?lang=en").await.body;
    assert!(english.contains("doubtful: changed too fast"), "{english}");
}
