//! The description of the interface says what the interface does.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use domain::ObservedProperty as P;
use serde_json::Value as Json;

use crate::harness::{City, NOON, ask, at, get, get_json};

#[tokio::test]
async fn every_route_is_described() {
    let description = get_json(&City::new().await.router(), "/api/v1/openapi.json").await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<_> = description["paths"].as_object().unwrap().keys().cloned().collect();
    let expected: BTreeSet<_> = [
        "/api/v1/accounting",
        "/api/v1/datastreams",
        "/api/v1/datastreams/{id}",
        "/api/v1/datastreams/{id}/buckets",
        "/api/v1/datastreams/{id}/latest",
        "/api/v1/datastreams/{id}/observations",
        "/api/v1/latest",
        "/api/v1/live",
        "/api/v1/openapi.json",
        "/api/v1/things",
        "/api/v1/things/{key}",
        "/livez",
        "/metrics",
        "/readyz",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(described, expected);
}

#[tokio::test]
async fn every_described_route_answers_and_refuses_other_methods() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    city.measure(&site, at(NOON), &[(P::BicycleCount, "", Some(1.0))]).await;
    city.store().settle().await.unwrap();
    let id = city.datastream(&site, P::BicycleCount, "").await.to_string();
    let router = city.router();
    let description = get_json(&router, "/api/v1/openapi.json").await;
    for (template, _) in description["paths"].as_object().unwrap() {
        let mut path = template.replace("{id}", &id).replace("{key}", &site.key);
        let refused = Request::post(&path).body(Body::empty()).unwrap();
        let refused = ask(&router, refused).await;
        assert_eq!(refused.header("allow"), "GET,HEAD", "{template}");
        assert_eq!(refused.json()["code"], "method_not_allowed");
        if path.ends_with("buckets") {
            path.push_str("?width=1h");
        }
        if path.ends_with("live") {
            // The stream does not end by itself.
            city.state.shutdown.cancel();
            continue;
        }
        if path == "/readyz" {
            continue;
        }
        assert_eq!(get(&router, &path).await.status, 200, "{template}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_parameter_is_explained() {
    let description = get_json(&City::new().await.router(), "/api/v1/openapi.json").await;
    let mut references = Vec::new();
    collect(&description, "$ref", &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.as_str().unwrap().trim_start_matches('#');
        assert!(description.pointer(pointer).is_some(), "{pointer} is missing");
    }
    for (path, item) in description["paths"].as_object().unwrap() {
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            let name = &parameter["name"];
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{path} {name}");
        }
    }
}

fn collect(value: &Json, key: &str, found: &mut Vec<Json>) {
    match value {
        Json::Object(members) => {
            found.extend(members.get(key).cloned());
            members.values().for_each(|member| collect(member, key, found));
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, key, found)),
        _ => {}
    }
}
