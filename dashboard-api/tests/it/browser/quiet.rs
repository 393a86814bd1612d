//! Whether a page runs without a complaint of the browser: no error of a script, nothing that its policy forbids, nothing that is
//! not there.

use serde_json::json;

use super::{
    Browser, Server,
    every_page::{PAGES, city_of_all_states},
};
use crate::harness::City;

/// Gathers what a browser would write to its console.
const LISTEN: &str = "
    window.complaints = [];
    const complain = (what) => complaints.push(String(what));
    for (const level of ['error', 'warn']) console[level] = complain;
    addEventListener('error', (event) => complain(event.message ?? `not there: ${event.target.src ?? event.target.href}`), true);
    addEventListener('unhandledrejection', (event) => complain(event.reason));
    addEventListener('securitypolicyviolation', (event) => complain(`${event.violatedDirective}: ${event.blockedURI}`));
";

#[tokio::test]
async fn the_check_hears_an_error_and_what_the_policy_forbids() {
    let city = City::new().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.before_scripts(LISTEN).await;
    browser.open(&server.url("/open-data")).await;
    browser.eval("setTimeout(() => { throw new Error('broken'); })").await;
    browser.eval("document.body.setAttribute('style', 'color: red')").await;
    browser.eval("document.body.append(Object.assign(new Image(), { src: '/not-there.png' }))").await;
    browser.wait_for("complaints.length === 3").await;
}

#[tokio::test]
async fn no_page_makes_the_browser_complain() {
    let city = city_of_all_states().await;
    let server = Server::start(&city).await;
    let mut browser = Browser::start().await;
    browser.before_scripts(LISTEN).await;
    for path in PAGES.iter().copied().chain(["/display/pophankenweg"]) {
        let german = path.replace("lang=en", "lang=de");
        let separator = if german.contains('?') { '&' } else { '?' };
        let english = if path == german { format!("{path}{separator}lang=en") } else { path.to_owned() };
        for path in [german, english] {
            browser.open(&server.url(&path)).await;
            browser.eval("document.fonts.ready.then(() => true)").await;
            assert_eq!(browser.eval("complaints").await, json!([]), "{path}");
        }
    }
}
