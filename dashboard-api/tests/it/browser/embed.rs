//! Widgets on a page of somebody else, in a real browser.

use axum::{Router, response::Html, routing::get};
use serde_json::json;
use tokio::net::TcpListener;

use super::{Browser, Server};
use crate::{harness::City, pages::counting_site};

/// A page of another origin that frames an address of ours.
async fn page_of_another(framed: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let html =
        format!("<!doctype html><title>Other</title><iframe src=\"{framed}\" width=360 height=380></iframe>");
    let router = Router::new().route("/", get(async move || Html(html)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

/// The address the frame of the page shows; a browser shows its own error page in place of what may not be framed.
async fn framed(browser: &mut Browser) -> String {
    let tree = browser.call("Page.getFrameTree", json!({})).await;
    tree["frameTree"]["childFrames"][0]["frame"]["url"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_widget_is_shown_on_a_page_of_another_origin_and_no_other_page_is() {
    let city = City::new().await;
    counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    for (path, is_shown) in [
        ("/embed/pophankenweg?theme=dark&lang=de", true),
        ("/embed/gone", true),
        ("/", false),
        ("/things/pophankenweg", false),
        ("/display/pophankenweg", false),
        ("/embed", false),
    ] {
        let ours = server.url(path);
        browser.open(&page_of_another(ours.clone()).await).await;
        let found = framed(&mut browser).await;
        assert_eq!(found == ours, is_shown, "{path}: {found}");
        assert!(is_shown || found.starts_with("chrome-error:"), "{path}: {found}");
    }
}

#[tokio::test]
async fn a_widget_stays_current_by_itself_and_says_when_it_cannot() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let mut server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    // A minute of the widget is a twentieth of a second here.
    let quick = "const real = setTimeout; window.setTimeout = (f, ms) => real(f, ms > 1000 ? 50 : ms);";
    browser.before_scripts(quick).await;
    browser.open(&server.url("/embed/pophankenweg")).await;
    browser.wait_for_text(".widget__first", "42").await;
    let values = [(domain::ObservedProperty::BicycleTotal, "rtl", Some(235.0))];
    city.measure(&site, crate::harness::at("2026-07-01T06:50:00Z"), &values).await;
    crate::pages::settle(&city).await;
    city.clock.set(crate::harness::at("2026-07-01T06:51:00Z"));
    browser.wait_for_text(".widget__first", "47").await;
    server.stop().await;
    browser.wait_for("!document.querySelector('#lost').hidden").await;
    browser.wait_for_text("#lost", "Keine Verbindung. Stand").await;
    server.start_again().await;
    browser.wait_for("document.querySelector('#lost').hidden").await;
}

#[tokio::test]
async fn a_widget_is_complete_without_scripts() {
    let city = City::new().await;
    counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    browser.open(&server.url("/embed/pophankenweg")).await;
    let text = browser.text(".widget").await;
    for part in ["Pophankenweg", "meldet", "mind. 42", "Fahrräder heute", "Mehr dazu"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
