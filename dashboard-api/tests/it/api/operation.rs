//! Accounting, health, metrics.

use std::sync::Arc;

use axum::http::StatusCode;
use dashboard_api::SourceStatus;
use domain::{EventId, ObservedProperty as P};
use serde_json::json;
use store::{Arrival, Content, Original};

use crate::harness::{City, NOON, at, get, get_json};

#[tokio::test]
async fn every_message_has_one_outcome_and_they_add_up() {
    let mut city = City::new().await;
    city.state.sources = Arc::new(|| {
        vec![SourceStatus {
            name: "chirpstack".to_owned(),
            state: "waiting".to_owned(),
            since: at(NOON),
            last_message_at: None,
            last_error: Some("broker mqtt.internal.example refuses topic application/7/#".to_owned()),
            n_received: 7,
            n_settled: 4,
            n_in_flight: 0,
            n_lost: 2,
            n_superseded: 1,
        }]
    });
    let site = city.site("Pophankenweg", &[]).await;
    let uplink = city.uplink(&site, at(NOON), &[(P::BicycleCount, "", Some(1.0))]);
    let join = Arrival {
        source: "chirpstack".into(),
        event_id: EventId::new(Some(at(NOON)), [9; 16]),
        received_at: at(NOON),
        retry_of: None,
        original: Original::default(),
        content: Content::Ignored("join"),
    };
    city.store().commit(vec![uplink.clone(), uplink.clone(), join]).await.unwrap();
    city.store().commit(vec![uplink]).await.unwrap();
    insta::assert_json_snapshot!("accounting", get_json(&city.router(), "/api/v1/accounting").await);
}

#[tokio::test]
async fn the_process_is_ready_until_it_is_told_to_end() {
    let city = City::new().await;
    let router = city.router();
    assert_eq!(get_json(&router, "/livez").await, json!({"status": "alive"}));
    assert_eq!(get_json(&router, "/readyz").await["status"], "ready");
    city.state.shutdown.cancel();
    assert_eq!(get(&router, "/livez").await.status, StatusCode::OK);
    let ending = get(&router, "/readyz").await;
    assert_eq!(ending.problem(StatusCode::SERVICE_UNAVAILABLE), "the program is ending");
    assert_eq!(ending.header("retry-after"), "5");
}

#[tokio::test]
async fn a_broken_store_makes_answers_unavailable_but_the_process_stays_alive() {
    let city = City::new().await;
    let router = city.router();
    city.destroy_store().await;
    assert_eq!(get(&router, "/livez").await.status, StatusCode::OK);
    let answer = get(&router, "/readyz").await;
    assert_eq!(
        answer.problem(StatusCode::SERVICE_UNAVAILABLE),
        "the data store does not answer at the moment"
    );
    assert_eq!(answer.json()["code"], "store_unavailable");
    assert!(get(&router, "/metrics").await.body.contains("stadtfunk_store_up 0"));
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_not_by_path() {
    let city = City::new().await;
    let router = city.router();
    for path in ["/api/v1/things/one", "/api/v1/things/two", "/nowhere/1", "/nowhere/2"] {
        get(&router, path).await;
    }
    let metrics = get(&router, "/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in [
        "stadtfunk_http_requests_total{method=\"GET\",route=\"/api/v1/things/{key}\",status=\"404\"} 2",
        "stadtfunk_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 2",
        "stadtfunk_http_request_seconds_count{route=\"/api/v1/things/{key}\"} 2",
        "stadtfunk_live_clients 0",
        "stadtfunk_store_up 1",
        "stadtfunk_store_dirty_quarter_hours 0",
    ] {
        assert!(metrics.body.contains(line), "{line} is not in\n{}", metrics.body);
    }
}
