//! Widgets for other web sites: a page that may be framed, and pictures.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use dashboard_api::Config;
use domain::ObservedProperty as P;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{counting_site, page, settle};
use crate::harness::{City, ask, at, get};

/// Status, headers and bytes, which may be no text.
async fn fetch(router: &axum::Router, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn city() -> City {
    let city = City::new().await;
    let station = city.site("Schlossgarten", &[]).await;
    for minute in ["00", "15", "30", "45"] {
        let time = at(&format!("2026-07-01T06:{minute}:00Z"));
        let values = [(P::AirTemperature, "", Some(17.5)), (P::WindSpeed, "", Some(2.0))];
        city.measure(&station, time, &values).await;
    }
    city.site("Neu", &[]).await;
    counting_site(&city).await;
    settle(&city).await;
    city
}

#[tokio::test]
async fn widgets_may_be_framed_and_no_other_page_may() {
    let router = city().await.router();
    for path in
        ["/embed/pophankenweg", "/embed/schlossgarten?theme=dark&lang=en", "/embed/neu", "/embed/gone"]
    {
        let answer = get(&router, path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors *") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(
            answer.headers.get(header::SET_COOKIE).is_none()
                && answer.headers.get("x-frame-options").is_none()
        );
    }
    for path in ["/", "/embed", "/things/pophankenweg", "/display/pophankenweg", "/feedback", "/nowhere"] {
        let policy = get(&router, path).await.header("content-security-policy").to_owned();
        assert!(policy.ends_with("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a_counting_site_shows_todays_count_its_state_and_the_way_back() {
    let router = city().await.router();
    let html = page(&router, "/embed/pophankenweg").await.replace('\u{a0}', " ");
    assert!(html.contains("<b>mind. 42</b> <span>Fahrräder heute</span>"), "{html}");
    assert!(html.contains("meldet") && html.contains("Stand 1.7.2026, 08:45 MESZ"));
    assert!(html.contains("Die letzten sieben Tage: "), "the chart in words");
    assert!(html.contains("heute mind. 42"), "{html}");
    assert!(html.contains("Do unbekannt"), "a day nobody counted is no zero: {html}");
    assert!(html.contains("href=\"/things/pophankenweg\" target=\"_blank\" rel=\"noopener\""));
    assert!(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"120\"></noscript>"));
}

#[tokio::test]
async fn a_station_shows_its_newest_values_and_a_site_never_heard_says_so() {
    let router = city().await.router();
    let html = page(&router, "/embed/schlossgarten?lang=en").await.replace('\u{a0}', " ");
    assert!(html.contains("<b>17.5 °C</b> <span>air temperature</span>"), "{html}");
    assert!(html.contains("<b>2.0 m/s</b>"));
    let html = page(&router, "/embed/neu").await;
    assert!(html.contains("Noch keine Messwerte") && html.contains("nie gehört"), "{html}");
}

#[tokio::test]
async fn a_theme_that_is_asked_for_holds_whatever_the_system_prefers() {
    let router = city().await.router();
    assert!(page(&router, "/embed/neu").await.contains("<html lang=\"de\">"));
    assert!(page(&router, "/embed/neu?theme=dark").await.contains("<html lang=\"de\" class=\"theme-dark\">"));
    assert!(
        page(&router, "/embed/neu?theme=light").await.contains("<html lang=\"de\" class=\"theme-light\">")
    );
    assert_eq!(get(&router, "/embed/neu?theme=pink").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_site_that_is_gone_and_a_lost_store_are_told_inside_the_frame() {
    let city = city().await;
    let router = city.router();
    let gone = get(&router, "/embed/gone").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(
        gone.body.contains("<h1 class=\"widget__name\">Diesen Standort gibt es nicht mehr</h1>"),
        "{}",
        gone.body
    );
    city.destroy_store().await;
    city.clock.set(at("2026-07-01T06:55:00Z"));
    let away = get(&router, "/embed/pophankenweg").await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.body.contains("Gerade keine Daten"), "{}", away.body);
    assert!(away.header("content-security-policy").ends_with("frame-ancestors *"));
}

#[tokio::test]
async fn pictures_say_the_same_without_style_sheets_and_may_be_kept_for_a_minute() {
    let router = city().await.router();
    let (status, headers, svg) = fetch(&router, "/embed/pophankenweg.svg").await;
    let svg = String::from_utf8(svg).unwrap().replace('\u{a0}', " ");
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "image/svg+xml");
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    assert!(
        svg.starts_with("<svg xmlns=")
            && svg.contains("mind. 42")
            && svg.contains("<title>Pophankenweg</title>"),
        "{svg}"
    );
    for forbidden in ["<style", "style=", "var(", "<script", "href", "<image"] {
        assert!(!svg.contains(forbidden), "{forbidden}: {svg}");
    }
    let dark = fetch(&router, "/embed/pophankenweg.svg?theme=dark").await.2;
    assert!(String::from_utf8(dark).unwrap().contains("#14252a"), "the dark surface");

    let (status, headers, png) = fetch(&router, "/embed/pophankenweg.png?lang=en").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "image/png");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // Width and height stand at 16 and 20: two pixels for each unit of 360 by 300.
    assert_eq!((&png[16..20], &png[20..24]), (&720_u32.to_be_bytes()[..], &600_u32.to_be_bytes()[..]));
    let etag = headers[header::ETAG].clone();
    let again = Request::get("/embed/pophankenweg.png?lang=en").header("if-none-match", etag);
    assert_eq!(ask(&router, again.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
    let problem = get(&router, "/embed/gone.svg").await.problem(StatusCode::NOT_FOUND);
    assert!(problem.starts_with("there is no Thing `gone`"), "{problem}");
}

#[tokio::test]
async fn names_stay_text_in_widgets_and_in_the_html_to_copy() {
    let city = City::new().await;
    let site = city.site("\"><script>alert(1)</script>", &[]).await;
    city.measure(&site, at("2026-07-01T09:45:00Z"), &[(P::AirTemperature, "", Some(20.0))]).await;
    let router = city.router();
    for path in [format!("/embed/{}", site.key), format!("/embed/{}.svg", site.key), "/embed".to_owned()] {
        let body = get(&router, &path).await.body;
        assert!(!body.contains("<script>alert"), "{path}: {body}");
    }
    // Copied out of the text field the name is still no HTML: escaped once for the page and once for the snippet.
    assert!(get(&router, "/embed").await.body.contains("&amp;lt;script&amp;gt;"));
}

#[tokio::test]
async fn the_html_to_copy_has_the_public_address() {
    let url = "https://daten.stadt.example/".to_owned();
    let city = City::with_config(Config { url, ..Config::default() }).await;
    counting_site(&city).await;
    let router = city.router();
    let html = page(&router, "/embed?thing=pophankenweg&theme=dark&lang=en").await;
    let snippet = "&lt;iframe src=&quot;https://daten.stadt.example/embed/pophankenweg?lang=en&amp;amp;theme=dark&quot;";
    assert!(html.contains(snippet), "{html}");
    let html = page(&router, "/embed?thing=pophankenweg&kind=png").await;
    assert!(html.contains("&lt;img src=&quot;https://daten.stadt.example/embed/pophankenweg.png?"), "{html}");
    assert!(html.contains("href=&quot;https://daten.stadt.example/things/pophankenweg&quot;"));
}
