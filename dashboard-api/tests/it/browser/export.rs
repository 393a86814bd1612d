//! Saved pages, opened from a folder as from a USB stick.

use serde_json::json;

use super::{Browser, every_page::city_of_all_states};
use crate::export::exported;

#[tokio::test]
async fn saved_pages_open_without_server_or_scripts_and_look_like_ours() {
    let city = city_of_all_states().await;
    let folder = tempfile::tempdir().unwrap();
    exported(&city, folder.path()).await.unwrap();
    city.destroy_store().await;
    let mut browser = Browser::start().await;
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    browser.screen(360, 640).await;
    for name in
        ["index.html", "things/pophankenweg.7d.en.html", "planning/pophankenweg.html", "open-data.html"]
    {
        browser.open(&format!("file://{}/{name}", folder.path().display())).await;
        assert!(browser.text(".export-notice").await.contains("2026, 08:50"), "{name}");
        browser.eval("document.fonts.ready.then(() => true)").await;
        let looks = "({
            fonts: [...document.fonts].filter((font) => font.status === 'loaded').length > 0,
            sheets: [...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet),
            fits: document.documentElement.scrollWidth <= innerWidth,
        })";
        assert_eq!(browser.eval(looks).await, json!({"fonts": true, "sheets": true, "fits": true}), "{name}");
    }
}

#[tokio::test]
async fn a_click_leads_from_saved_page_to_saved_page() {
    let city = city_of_all_states().await;
    let folder = tempfile::tempdir().unwrap();
    exported(&city, folder.path()).await.unwrap();
    let mut browser = Browser::start().await;
    browser.open(&format!("file://{}/index.html", folder.path().display())).await;
    for (link, title) in [
        ("tbody a[href$='pophankenweg.html']", "Pophankenweg"),
        (".tabs a[href$='1y.html']", "Pophankenweg"),
        (".languages a[lang=en]", "Pophankenweg"),
        (".menu a[href$='planning.en.html']", "Planning"),
    ] {
        let before = browser.eval("location.href").await;
        browser.eval(&format!("document.querySelector({link:?}).click()")).await;
        browser.wait_for(&format!("location.href !== {before} && document.readyState === 'complete'")).await;
        assert_eq!(browser.text("h1").await, title, "{link}");
    }
}
