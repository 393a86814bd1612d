//! Observations, page by page, as JSON and CSV.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::{DatastreamId, ObservedProperty as P};
use jiff::SignedDuration;
use serde_json::{Value as Json, json};

use crate::harness::{City, NOON, Site, ask, at, get, get_json};

/// Temperatures of -2, -1, 0 degrees and a sensor error, a quarter-hour apart, the last at noon.
async fn frosty() -> (City, Site, DatastreamId) {
    let city = City::new().await;
    let site = city.site("Hafen", &[]).await;
    for (quarter, value) in [(3, Some(-2.0)), (2, Some(-1.0)), (1, Some(0.0)), (0, None)] {
        let time = at(NOON) - SignedDuration::from_mins(15 * quarter);
        city.measure(&site, time, &[(P::AirTemperature, "", value)]).await;
    }
    let id = city.datastream(&site, P::AirTemperature, "").await;
    (city, site, id)
}

#[tokio::test]
async fn observations_have_unit_rule_zone_and_reasons() {
    let (city, _, id) = frosty().await;
    let path = format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02");
    insta::assert_json_snapshot!("observations", get_json(&city.router(), &path).await);
}

#[tokio::test]
async fn without_a_range_the_last_24_hours_are_shown() {
    let (city, site, id) = frosty().await;
    city.measure(&site, at("2026-06-30T09:59:00Z"), &[(P::AirTemperature, "", Some(9.0))]).await;
    city.clock.set(at("2026-07-01T10:00:01Z"));
    let body = get_json(&city.router(), &format!("/api/v1/datastreams/{id}/observations")).await;
    assert_eq!(body["observations"].as_array().unwrap().len(), 4);
    assert_eq!(body["from"], "2026-06-30T10:00:01Z");
}

#[tokio::test]
async fn csv_has_units_both_times_and_an_empty_cell_for_a_missing_value() {
    let (city, _, id) = frosty().await;
    let path = format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02&format=csv");
    let answer = get(&city.router(), &path).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let expected = "\
        time_utc,time_local,thing,property,channel,value [Cel],quality,missing_reason,doubt\r\n\
        2026-07-01T09:15:00Z,2026-07-01T11:15:00+02:00,Hafen,air_temperature,,-2,good,,\r\n\
        2026-07-01T09:30:00Z,2026-07-01T11:30:00+02:00,Hafen,air_temperature,,-1,good,,\r\n\
        2026-07-01T09:45:00Z,2026-07-01T11:45:00+02:00,Hafen,air_temperature,,0,good,,\r\n\
        2026-07-01T10:00:00Z,2026-07-01T12:00:00+02:00,Hafen,air_temperature,,,missing,sensor_error,\r\n";
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn the_accept_header_asks_for_csv() {
    let (city, _, id) = frosty().await;
    let request = Request::get(format!("/api/v1/datastreams/{id}/observations")).header("accept", "text/csv");
    let answer = ask(&city.router(), request.body(Body::empty()).unwrap()).await;
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "accept"));
}

#[tokio::test]
async fn pages_adjoin_while_data_arrives() {
    let (city, site, id) = frosty().await;
    let router = city.router();
    let mut seen: Vec<Json> = Vec::new();
    let mut next =
        Some(format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02&limit=1"));
    while let Some(path) = next {
        let page = get_json(&router, &path).await;
        seen.extend(page["observations"].as_array().unwrap().iter().map(|o| o["time"].clone()));
        next = page["next"].as_str().map(str::to_owned);
        if seen.len() == 2 {
            // One before the page that was read, one after it.
            city.measure(&site, at("2026-07-01T09:20:00Z"), &[(P::AirTemperature, "", Some(5.0))]).await;
            city.measure(&site, at("2026-07-01T09:50:00Z"), &[(P::AirTemperature, "", Some(5.0))]).await;
        }
        assert!(seen.len() <= 6, "pages repeat");
    }
    let expected: Vec<_> = ["09:15", "09:30", "09:45", "09:50", "10:00"]
        .map(|time| json!(format!("2026-07-01T{time}:00Z")))
        .into();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn csv_names_its_next_page_in_a_link_header() {
    let (city, _, id) = frosty().await;
    let router = city.router();
    let path =
        format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02&limit=3&format=csv");
    let first = get(&router, &path).await;
    let next =
        first.header("link").strip_prefix('<').and_then(|l| l.strip_suffix(">; rel=\"next\"")).unwrap();
    let second = get(&router, next).await;
    assert_eq!(second.body.lines().count(), 2);
    assert_eq!(second.header("link"), "");
}

#[tokio::test]
async fn a_closed_range_may_be_kept_for_a_minute_and_an_open_one_not() {
    let (city, _, id) = frosty().await;
    let router = city.router();
    for (to, expected) in [("2026-07-01", "public, max-age=60"), ("2026-07-02", "no-cache")] {
        let path = format!("/api/v1/datastreams/{id}/observations?from=2026-06-30&to={to}");
        assert_eq!(get(&router, &path).await.header("cache-control"), expected);
    }
}

#[tokio::test]
async fn wrong_parameters_are_named_with_what_would_be_right() {
    let (city, _, id) = frosty().await;
    let router = city.router();
    let long = format!("limit={}", "9".repeat(5_000));
    for (query, expected) in [
        ("limit=0", "query parameter `limit`: found `0`, expected a whole number from 1 to 10000"),
        ("limit=10001", "query parameter `limit`: found `10001`, expected a whole number from 1 to 10000"),
        ("limit=1&limit=2", "duplicate query parameter `limit`"),
        ("from=tomorrow", "query parameter `from`: found `tomorrow`, expected a time such as"),
        ("from=2026-07-02&to=2026-07-01", "expected `to` to lie after `from`"),
        ("from=9999-01-01", "query parameter `from`: found `9999-01-01`, expected a year from 1970 to 2199"),
        ("cursor=x", "query parameter `cursor`: `x` is no cursor"),
        ("format=xml", "query parameter `format`: unknown variant `xml`, expected `json` or `csv`"),
        ("form=2026-07-01", "unknown query parameter `form`, expected one of `from`, `to`, `limit`"),
        (&long, "query parameter `limit`: found `9999"),
    ] {
        let answer = get(&router, &format!("/api/v1/datastreams/{id}/observations?{query}")).await;
        let detail = answer.problem(StatusCode::BAD_REQUEST);
        assert!(detail.contains(expected), "{query}: {detail}");
        assert!(detail.len() < 400, "{query}: {} bytes", detail.len());
    }
}
