//! The map's background: a file of the operator and tiles of another server, which is a real one here.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get as on_get,
};
use dashboard_api::{Config, TileSource};
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::page;
use crate::harness::{City, get};

/// A PNG of one pixel begins like every other.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of a picture";

/// How a tile server behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Behaviour {
    Good,
    Fails,
    SendsAPage,
    LiesAboutItsPicture,
    SendsFarTooMuch,
    Redirects,
}

#[derive(Clone)]
struct TileServer {
    behaviour: Behaviour,
    n_asked: Arc<AtomicUsize>,
    user_agents: Arc<std::sync::Mutex<Vec<String>>>,
}

async fn answer(
    State(server): State<TileServer>,
    Path(_): Path<(u8, u32, String)>,
    headers: HeaderMap,
) -> Response {
    server.n_asked.fetch_add(1, Ordering::SeqCst);
    let user_agent = headers[header::USER_AGENT].to_str().unwrap().to_owned();
    server.user_agents.lock().unwrap().push(user_agent);
    assert!(headers.get(header::COOKIE).is_none() && headers.get(header::REFERER).is_none());
    let png = [(header::CONTENT_TYPE, "image/png")];
    match server.behaviour {
        Behaviour::Good => (png, PNG).into_response(),
        Behaviour::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Behaviour::SendsAPage => ([(header::CONTENT_TYPE, "text/html")], "<script>").into_response(),
        Behaviour::LiesAboutItsPicture => (png, "<svg onload='alert(1)'>").into_response(),
        Behaviour::SendsFarTooMuch => (png, [PNG, &vec![0; 300 * 1024]].concat()).into_response(),
        Behaviour::Redirects => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere.png")]).into_response(),
    }
}

/// A city whose map has tiles from a server that behaves like this.
async fn city_with_tiles(behaviour: Behaviour) -> (Router, TileServer) {
    let server = TileServer { behaviour, n_asked: Arc::default(), user_agents: Arc::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().route("/t/{z}/{x}/{y}", on_get(answer)).with_state(server.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let tiles: TileSource = serde_json::from_value(serde_json::json!({
        "url": format!("http://{address}/t/{{z}}/{{x}}/{{y}}.png"),
        "attribution": "© Kartenamt",
        "licence": "dl-de/by-2-0",
    }))
    .unwrap();
    let contact = serde_json::from_value(serde_json::json!({"email": "karte@stadt.example"})).unwrap();
    let city = City::with_config(Config { tiles: Some(tiles), contact, ..Config::default() }).await;
    city.site("Lappan", &[]).await;
    (city.router(), server)
}

/// The addresses of the tiles on the map.
async fn tiles_of(router: &Router) -> Vec<String> {
    let html = page(router, "/").await;
    html.split('"').filter(|part| part.starts_with("/map/tiles/")).map(str::to_owned).collect()
}

/// Status, type and bytes, which are no text.
async fn fetch(router: &Router, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

#[tokio::test]
async fn tiles_come_from_our_own_address_and_each_is_asked_for_once() {
    let (router, server) = city_with_tiles(Behaviour::Good).await;
    let tiles = tiles_of(&router).await;
    assert!((8..80).contains(&tiles.len()), "{tiles:?}");
    let all = tiles.iter().chain(&tiles).map(|path| fetch(&router, path));
    for (status, headers, bytes) in futures::future::join_all(all).await {
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=86400");
        assert_eq!(bytes, PNG);
    }
    let distinct: std::collections::BTreeSet<_> = tiles.iter().collect();
    assert_eq!(server.n_asked.load(Ordering::SeqCst), distinct.len());
    let user_agent = server.user_agents.lock().unwrap()[0].clone();
    assert!(
        user_agent.starts_with("stadtfunk/") && user_agent.ends_with("(karte@stadt.example)"),
        "{user_agent}"
    );
    let html = page(&router, "/").await;
    assert!(html.contains("© Kartenamt · Lizenz: dl-de/by-2-0"));
}

#[tokio::test]
async fn a_tile_that_the_map_does_not_show_is_asked_of_nobody() {
    let (router, server) = city_with_tiles(Behaviour::Good).await;
    let shown = tiles_of(&router).await;
    let z = shown[0].split('/').nth(3).unwrap();
    for path in ["/map/tiles/0/0/0", "/map/tiles/3/4/2", &format!("/map/tiles/{z}/0/0"), "/map/tiles/99/1/1"]
    {
        assert_eq!(get(&router, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/map/tiles/1/1/-1", "/map/tiles/..%2f1/1/1", "/map/tiles/12/1/http:evil.example"] {
        assert_eq!(get(&router, path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(server.n_asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn without_its_tiles_the_map_stands_and_says_so() {
    let (router, server) = city_with_tiles(Behaviour::Fails).await;
    let tiles = tiles_of(&router).await;
    for path in &tiles {
        assert_eq!(fetch(&router, path).await.0, StatusCode::BAD_GATEWAY, "{path}");
    }
    assert_eq!(server.n_asked.load(Ordering::SeqCst), 1, "a server in trouble is left alone");
    let html = page(&router, "/").await;
    assert!(html.contains("Der Kartenhintergrund ist gerade nicht erreichbar."));
    assert!(html.contains("marker__label") && html.contains("map__grid"));
    assert!(tiles_of(&router).await.is_empty(), "what would not come is not asked for");
}

#[tokio::test]
async fn what_is_no_picture_of_fair_size_is_not_passed_on() {
    for behaviour in [
        Behaviour::SendsAPage,
        Behaviour::LiesAboutItsPicture,
        Behaviour::SendsFarTooMuch,
        Behaviour::Redirects,
    ] {
        let (router, server) = city_with_tiles(behaviour).await;
        let tile = tiles_of(&router).await.remove(0);
        for _ in 0..2 {
            assert_eq!(fetch(&router, &tile).await.0, StatusCode::BAD_GATEWAY, "{behaviour:?}");
        }
        assert_eq!(server.n_asked.load(Ordering::SeqCst), 1, "{behaviour:?}");
    }
}

#[tokio::test]
async fn without_a_tile_server_there_are_no_tiles() {
    let city = City::new().await;
    city.site("Lappan", &[]).await;
    let router = city.router();
    assert!(tiles_of(&router).await.is_empty());
    assert_eq!(get(&router, "/map/tiles/14/8565/5326").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_operators_file_is_drawn_once_for_both_pictures_with_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.geojson");
    let geojson = serde_json::json!({"type": "FeatureCollection", "attribution": "© OpenStreetMap contributors",
        "features": [{"type": "Feature", "properties": {"highway": "primary"},
            "geometry": {"type": "LineString", "coordinates": [[8.2100, 53.1430], [8.2146, 53.1440], [8.2190, 53.1430]]}}]});
    std::fs::write(&path, geojson.to_string()).unwrap();
    let city = City::with_config(Config { base_map: Some(path), ..Config::default() }).await;
    city.site("Lappan", &[]).await;
    let html = page(&city.router(), "/").await;
    assert_eq!(html.matches("class=\"map__road\"").count(), 1, "{html}");
    assert_eq!(html.matches("href=\"#ground\"").count(), 2);
    assert!(html.contains("© OpenStreetMap contributors"));
    assert!(!html.contains("map__grid"));
}
