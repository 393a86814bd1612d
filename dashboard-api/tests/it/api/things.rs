//! Things, Datastreams and latest values.

use axum::http::{Request, StatusCode};
use domain::ObservedProperty as P;
use jiff::SignedDuration;
use serde_json::{Value as Json, json};

use crate::harness::{City, NOON, ask, at, get, get_json};

async fn pophankenweg() -> (City, axum::Router) {
    let city = City::new().await;
    let channels = [("ltr", "stadteinwärts"), ("rtl", "stadtauswärts")];
    let site = city.described_site("Pophankenweg", "Radweg an der Haaren", &channels).await;
    let values = [
        (P::BicycleCount, "ltr", Some(17.0)),
        (P::BicycleCount, "rtl", Some(0.0)),
        (P::AirTemperature, "", None),
    ];
    city.measure(&site, at(NOON) - SignedDuration::from_mins(5), &values).await;
    let router = city.router();
    (city, router)
}

#[tokio::test]
async fn things_are_geo_json_with_themes_states_and_links() {
    let (_city, router) = pophankenweg().await;
    let answer = get(&router, "/api/v1/things").await;
    assert_eq!(answer.header("content-type"), "application/geo+json");
    insta::assert_json_snapshot!("things", answer.json());
}

#[tokio::test]
async fn one_thing_shows_its_datastreams_with_their_latest_values() {
    let (_city, router) = pophankenweg().await;
    insta::assert_json_snapshot!("thing", get_json(&router, "/api/v1/things/pophankenweg").await);
}

#[tokio::test]
async fn all_latest_values_come_in_one_answer() {
    let (_city, router) = pophankenweg().await;
    insta::assert_json_snapshot!("latest", get_json(&router, "/api/v1/latest").await);
}

#[tokio::test]
async fn zero_is_a_value_and_a_sensor_error_is_null_with_its_reason() {
    let (_city, router) = pophankenweg().await;
    let latest = get_json(&router, "/api/v1/latest").await;
    let of = |property: &str, channel: &str| -> Json {
        let all = latest["latest"].as_array().unwrap();
        let found = all.iter().find(|l| l["property"] == property && l["channel"] == channel).unwrap();
        json!([found["value"], found["missing"]])
    };
    assert_eq!(of("bicycle_count", "rtl"), json!([0.0, null]));
    assert_eq!(of("air_temperature", ""), json!([null, "sensor_error"]));
}

#[tokio::test]
async fn datastreams_can_be_listed_for_one_thing() {
    let (city, router) = pophankenweg().await;
    let other = city.site("Hafen", &[]).await;
    city.measure(&other, at(NOON), &[(P::WindSpeed, "", Some(3.0))]).await;
    let n = async |path: &str| get_json(&router, path).await["datastreams"].as_array().unwrap().len();
    assert_eq!(n("/api/v1/datastreams").await, 4);
    assert_eq!(n("/api/v1/datastreams?thing=hafen").await, 1);
    let missing = get(&router, "/api/v1/datastreams?thing=nowhere").await;
    assert!(missing.problem(StatusCode::NOT_FOUND).contains("`nowhere`"));
}

#[tokio::test]
async fn one_datastream_and_its_latest_value_can_be_asked_for() {
    let (city, router) = pophankenweg().await;
    let thing = city.store().thing("pophankenweg").await.unwrap().unwrap();
    let id = city.store().datastreams(Some(thing.id)).await.unwrap()[0].id;
    let datastream = get_json(&router, &format!("/api/v1/datastreams/{id}")).await;
    assert_eq!(datastream["thing"], "pophankenweg");
    let latest = get_json(&router, &format!("/api/v1/datastreams/{id}/latest")).await;
    assert_eq!(latest["latest"]["time"], "2026-07-01T09:55:00Z");
    assert_eq!(latest["unit"]["ucum"], "1");
}

#[tokio::test]
async fn a_thing_falls_silent_as_time_passes() {
    let (city, router) = pophankenweg().await;
    let state = async || {
        let thing = get_json(&router, "/api/v1/things/pophankenweg").await;
        thing["properties"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state().await, "live");
    city.clock.set(at("2026-07-01T10:33:00Z"));
    assert_eq!(state().await, "stale");
    city.clock.set(at("2026-07-01T11:26:00Z"));
    assert_eq!(state().await, "silent");
}

#[tokio::test]
async fn a_new_thing_was_never_heard_and_has_no_values() {
    let city = City::new().await;
    city.site("Neubau", &[]).await;
    let thing = get_json(&city.router(), "/api/v1/things/neubau").await;
    assert_eq!(thing["properties"]["state"], "never");
    assert_eq!(thing["properties"]["last_heard_at"], Json::Null);
    assert_eq!(thing["properties"]["datastreams"], json!([]));
}

#[tokio::test]
async fn a_committed_value_is_in_the_next_answer() {
    let (city, router) = pophankenweg().await;
    get_json(&router, "/api/v1/latest").await;
    let other = city.site("Hafen", &[]).await;
    city.measure(&other, at(NOON), &[(P::WindSpeed, "", Some(3.0))]).await;
    let latest = get_json(&router, "/api/v1/latest").await;
    assert!(latest["latest"].as_array().unwrap().iter().any(|l| l["thing"] == "hafen" && l["value"] == 3.0));
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_twice() {
    let (_city, router) = pophankenweg().await;
    for path in ["/api/v1/things", "/api/v1/latest", "/api/v1/datastreams", "/api/v1/openapi.json"] {
        let first = get(&router, path).await;
        let request = Request::get(path).header("if-none-match", first.header("etag"));
        let second = ask(&router, request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(second.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(second.body, "");
    }
}

#[tokio::test]
async fn no_public_answer_names_a_device() {
    let (_city, router) = pophankenweg().await;
    for path in [
        "/api/v1/things",
        "/api/v1/things/pophankenweg",
        "/api/v1/datastreams",
        "/api/v1/latest",
        "/api/v1/accounting",
        "/metrics",
    ] {
        let body = get(&router, path).await.body.to_lowercase();
        for secret in ["a8404100", "a8-40", "dev_eui", "deveui", "01020304", "gateway"] {
            assert!(!body.contains(secret), "{path} says {secret}");
        }
    }
}
