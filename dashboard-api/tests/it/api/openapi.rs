//! The description of the interface says what the interface does.

use std::collections::BTreeSet;

use axum::{Router, body::Body, http::Request};
use dashboard_api::Further;
use domain::ObservedProperty as P;
use serde_json::Value as Json;
use utoipa::OpenApi;

use crate::harness::{City, NOON, ask, at, get, get_json};

/// Pages for people and what they are made of: no interface for programs.
const PAGES: [&str; 20] = [
    "/",
    "/about",
    "/accessibility",
    "/design",
    "/embed",
    "/feedback",
    "/plain",
    "/privacy",
    "/open-data",
    "/planning",
    "/planning/{}/compare",
    "/planning/{}/extrapolate",
    "/planning/{}/weather",
    "/planning/{}/years",
    "/assets/{}/{}",
    "/display/worker.js",
    "/display/{}/fragment",
    "/favicon.svg",
    "/map/tiles/{}/{}/{}",
    "/things/{}",
];

/// A route or described path, names of parameters left out. The router takes a whole segment as parameter, the
/// description may say more of it (`{id}.svg`).
fn shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.contains('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// The routes of a router, its own for what does not exist left out. It lists them nowhere but in its debug
/// output: `RouteId(3): "/livez"`.
fn routes(router: &Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let quoted = text.split("RouteId(").filter_map(|part| part.split_once("): \"")?.1.split('"').next());
    quoted.filter(|path| !path.contains("axum_fallback")).map(shape).collect()
}

#[tokio::test]
async fn every_route_but_the_pages_is_described_and_nothing_else() {
    let router = City::new().await.router();
    let description = get_json(&router, "/api/v1/openapi.json").await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<_> =
        description["paths"].as_object().unwrap().keys().map(|path| shape(path)).collect();
    let mut expected = routes(&router);
    for page in PAGES {
        assert!(expected.remove(page), "there is no page {page}");
    }
    assert_eq!(described, expected);
    for path in ["/api/v1/datastreams/{}/buckets", "/charts/{}", "/display/{}"] {
        assert!(described.contains(path), "{path} is missing");
    }
}

#[tokio::test]
async fn routes_of_the_program_are_described_beside_the_others() {
    #[derive(OpenApi)]
    #[openapi(paths(hello), tags((name = "greetings")))]
    struct Greetings;

    #[utoipa::path(get, path = "/hello", tag = "greetings", responses((status = 200, body = String)))]
    async fn hello() -> &'static str {
        "moin"
    }

    let routes = Router::new().route("/hello", axum::routing::get(hello));
    let city = City::new().await;
    let further = Further { routes, description: Greetings::openapi() };
    let router = dashboard_api::router_with(city.state.clone(), further);
    let description = get_json(&router, "/api/v1/openapi.json").await;
    assert_eq!(description["paths"]["/hello"]["get"]["tags"][0], "greetings");
    assert!(description["paths"]["/livez"].is_object());
    assert_eq!(get(&router, "/hello").await.status, 200);
}

#[tokio::test]
async fn every_described_route_answers_and_refuses_other_methods() {
    let city = City::new().await;
    let site = city.site("Pophankenweg", &[]).await;
    let values = [(P::BicycleCount, "", Some(1.0)), (P::AirTemperature, "", Some(20.0))];
    city.measure(&site, at(NOON), &values).await;
    city.store().settle().await.unwrap();
    let id = city.datastream(&site, P::BicycleCount, "").await.to_string();
    let router = city.router();
    let description = get_json(&router, "/api/v1/openapi.json").await;
    for (template, _) in description["paths"].as_object().unwrap() {
        let mut path = template.replace("{id}", &id).replace("{key}", &site.key);
        path = path.replace("{file}", &format!("{id}.svg"));
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
