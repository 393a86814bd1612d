//! A page that is left open.

use domain::ObservedProperty as P;
use jiff::SignedDuration;

use super::{Browser, Server};
use crate::{
    harness::{City, Site, at},
    pages::{counting_site, settle},
};

/// Lets a test set the page's clock forward, and reach its live stream.
pub(super) const SEAM: &str = "
    const wallClock = Date.now.bind(Date);
    window.aheadMs = 0;
    Date.now = () => wallClock() + aheadMs;
    window.streams = [];
    window.EventSource = class extends EventSource {
        constructor(...parameters) {
            super(...parameters);
            streams.push(this);
        }
    };
";

const ROW: &str = "tbody tr";

pub(super) async fn open(server: &Server, path: &str) -> Browser {
    let mut browser = Browser::start().await;
    browser.before_scripts(SEAM).await;
    browser.open(&server.url(path)).await;
    browser.wait_for("streams.length === 1 && streams[0].readyState === EventSource.OPEN").await;
    browser
}

/// Takes the server away and lets the time pass after which a page says so.
pub(super) async fn lose(server: &mut Server, browser: &mut Browser, selector: &str, text: &str) {
    server.stop().await;
    let text = text.replace(' ', "\\s");
    let said = format!("/{text}/.test(document.querySelector({selector:?}).textContent)");
    browser.wait_for(&format!("(aheadMs += 200, {said})")).await;
}

/// Five bicycles to the left within the quarter-hour to 07:00 UTC.
pub(super) async fn five_more(city: &City, site: &Site) {
    let values = [(P::BicycleTotal, "ltr", Some(117.0)), (P::BicycleTotal, "rtl", Some(230.0))];
    city.clock.set(at("2026-07-01T07:01:00Z"));
    city.measure(site, at("2026-07-01T07:00:00Z"), &values).await;
    settle(city).await;
}

#[tokio::test]
async fn ages_grow_and_states_change_by_themselves() {
    let city = City::new().await;
    counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, "/").await;
    browser.wait_for_text(ROW, "meldet.*vor 5 min").await;
    browser.eval("aheadMs = 35 * 60_000").await;
    browser.wait_for_text(ROW, "verspätet.*vor 40 min").await;
    browser.wait_for("document.querySelector('.marker').classList.contains('is-stale')").await;
    browser.eval("aheadMs = 95 * 60_000").await;
    browser.wait_for_text(ROW, "schweigt.*vor 1 h").await;
    browser.wait_for("document.querySelector('tbody tr').classList.contains('is-silent')").await;
    browser.wait_for_text(".map--wide .marker title", "Pophankenweg, Fahrrad, schweigt").await;
}

#[tokio::test]
async fn a_lost_connection_is_said_with_the_time_of_the_last_contact_and_ends_by_itself() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let mut server = Server::start(&city).await;
    let mut browser = open(&server, "/").await;
    assert_eq!(browser.text("#contact").await, "");

    lose(&mut server, &mut browser, "#contact", "Keine Verbindung zum Server").await;
    let said = browser.text("#contact").await;
    let expected = "Keine Verbindung zum Server. Letzter Kontakt: 08:50 Uhr. Die Werte können veraltet sein.";
    assert_eq!(said, expected);
    assert_eq!(browser.eval("document.querySelector('#contact').ariaLive").await, "polite");

    five_more(&city, &site).await;
    server.start_again().await;
    browser.wait_for_text("#contact", "Verbindung ist wieder da").await;
    browser.wait_for_text(".hero__number", "47").await;
    browser.wait_for_text(".hero__title", "Stand 09:01 Uhr MESZ").await;
    browser.wait_for("(aheadMs += 200, document.querySelector('#contact').textContent === '')").await;
}

#[tokio::test]
async fn an_english_page_of_a_thing_says_it_too() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let mut server = Server::start(&city).await;
    let mut browser = open(&server, "/things/pophankenweg?lang=en").await;
    lose(&mut server, &mut browser, "#contact", "No connection to the server. Last contact: 08:50").await;
    five_more(&city, &site).await;
    server.start_again().await;
    browser.wait_for_text("#contact", "The connection is back").await;
    browser.wait_for_text(".card__value", "47").await;
}

#[tokio::test]
async fn news_reach_an_open_page_and_leave_focus_and_open_tables_alone() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, "/things/pophankenweg").await;
    browser.eval("document.querySelector('.data summary').click()").await;
    browser.eval("document.querySelector('.data summary').focus()").await;
    five_more(&city, &site).await;
    browser.wait_for_text(".card__value", "47").await;
    assert_eq!(
        browser.eval("document.activeElement === document.querySelector('.data summary')").await,
        true
    );
    assert_eq!(browser.eval("document.querySelector('.data').open").await, true);
}

#[tokio::test]
async fn a_page_that_missed_something_loads_itself_again() {
    let city = City::new().await;
    counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, "/").await;
    city.clock.set(at("2026-07-01T06:50:00Z") + SignedDuration::from_mins(20));
    browser.eval("streams[0].dispatchEvent(new MessageEvent('resync'))").await;
    browser.wait_for_text(".hero__title", "Stand 09:10 Uhr").await;
}

#[tokio::test]
async fn a_paused_page_stands_still_and_says_of_when_it_is() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let server = Server::start(&city).await;
    let mut browser = open(&server, "/").await;
    browser.eval("document.querySelector('#pause').click()").await;
    browser.wait_for_text("#contact", "Die Aktualisierung ist angehalten. Stand: 08:50 Uhr.").await;
    browser.wait_for_text("#pause", "Aktualisierung fortsetzen").await;
    browser.wait_for_text(ROW, "1.7.2026, 08:45 MESZ").await;
    assert_eq!(browser.eval("streams[0].readyState === EventSource.CLOSED").await, true);

    five_more(&city, &site).await;
    browser.eval("document.querySelector('#pause').click()").await;
    browser.wait_for_text(".hero__number", "47").await;
    browser.wait_for_text(ROW, "vor 1 min").await;
    assert_eq!(browser.text("#contact").await, "");
}

#[tokio::test]
async fn a_page_of_an_older_program_gets_the_new_one() {
    let city = City::new().await;
    counting_site(&city).await;
    let server = Server::start(&city).await;
    for (path, holder) in [("/", "#main"), ("/display/pophankenweg", ".board")] {
        let mut browser = open(&server, path).await;
        browser.eval(&format!("document.querySelector('{holder}').dataset.revision = 'older'")).await;
        browser.eval("window.isOld = true, streams[0].dispatchEvent(new MessageEvent('resync'))").await;
        browser.wait_for("window.isOld === undefined && document.readyState === 'complete'").await;
    }
}

#[tokio::test]
async fn a_page_that_could_not_be_shown_comes_by_itself_once_it_can() {
    let (broken, city) = (City::new().await, City::new().await);
    counting_site(&broken).await;
    counting_site(&city).await;
    broken.destroy_store().await;
    let mut server = Server::start(&broken).await;
    let mut browser = Browser::start().await;
    browser.before_scripts("setInterval = ((timer) => (work) => timer(work, 20))(setInterval)").await;
    for path in ["/things/pophankenweg", "/display/pophankenweg"] {
        server.router = broken.router();
        server.stop().await;
        server.start_again().await;
        browser.open(&server.url(path)).await;
        browser.wait_for_text("body", "Kurze Pause").await;
        server.stop().await;
        server.router = city.router();
        server.start_again().await;
        browser.wait_for_text("h1", "Pophankenweg").await;
    }
}
