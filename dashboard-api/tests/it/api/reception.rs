//! What arrived and what did not, for programs.

use axum::http::StatusCode;
use serde_json::json;

use crate::harness::{City, at, get, get_json};

/// 10:05 on the day before [`NOON`](crate::harness::NOON): an uplink each quarter-hour until ten minutes before noon.
const FIRST: &str = "2026-06-30T10:05:00Z";
const N: u32 = 96;

/// Six sites that lost four uplinks from 20:05 to 20:50; the first one lost another one in the night.
pub(crate) async fn city_with_an_outage() -> City {
    let city = City::new().await;
    for n in 0..6 {
        let site = city.site(&format!("Standort {n}"), &[]).await;
        city.hear(&site, at(FIRST), N, |f_cnt| (40..44).contains(&f_cnt) || (n == 0 && f_cnt == 60)).await;
    }
    city
}

#[tokio::test]
async fn the_accounting_names_what_is_missing_and_an_outage() {
    let city = city_with_an_outage().await;
    let answer = get(&city.router(), "/api/v1/accounting").await;
    // 6 times 96 were sent; 6 times 4 and one more are missing.
    let expected = json!({
        "expected": 576, "received": 551, "missing": 25, "share": 0.9566, "n_devices": 6, "n_silent": 0,
        "outages": [{
            "from": "2026-06-30T20:00:00Z", "to": "2026-06-30T21:00:00Z", "n_devices": 6, "n_missing": 24
        }],
    });
    assert_eq!(answer.json()["reception"], expected);
    assert!(!answer.body.to_lowercase().contains("a84041"), "no DevEUI is public");
}

#[tokio::test]
async fn a_thing_tells_what_it_lost_in_an_outage_and_what_by_itself() {
    let city = city_with_an_outage().await;
    let thing = get_json(&city.router(), "/api/v1/things/standort-0").await;
    let reception = &thing["properties"]["reception"];
    let expected = json!({
        "since": FIRST, "expected": 96, "received": 91, "missing": 5, "missing_in_outages": 4, "share": 0.9479
    });
    assert_eq!(reception["last_24h"], expected);
    assert_eq!(reception["last_7d"], expected);
    let outage = json!({"from": "2026-06-30T20:00:00Z", "to": "2026-06-30T21:00:00Z", "n_missing": 4});
    assert_eq!(reception["outages"], json!([outage]));
}

#[tokio::test]
async fn an_outage_that_goes_on_shows_before_the_first_uplink_after_it() {
    let city = city_with_an_outage().await;
    // The last uplinks were heard at 09:50; ten are missing since.
    city.clock.set(at("2026-07-01T12:30:00Z"));
    let router = city.router();
    let outages = &get_json(&router, "/api/v1/accounting").await["reception"]["outages"];
    let goes_on = json!({
        "from": "2026-07-01T10:00:00Z", "to": "2026-07-01T12:30:00Z", "n_devices": 6, "n_missing": 60
    });
    assert_eq!(outages[1], goes_on);
    let thing = get_json(&router, "/api/v1/things/standort-1").await;
    // Since 12:00 on the day before: 88 were sent by frame counter, and ten should have been since.
    let day = &thing["properties"]["reception"]["last_24h"];
    assert_eq!(
        json!([day["expected"], day["received"], day["missing"], day["missing_in_outages"]]),
        json!([98, 84, 14, 14])
    );
}

#[tokio::test]
async fn of_what_was_never_heard_nothing_is_said() {
    let city = City::new().await;
    city.site("Neubau", &[]).await;
    let router = city.router();
    let reception = &get_json(&router, "/api/v1/accounting").await["reception"];
    assert_eq!(
        json!([reception["share"], reception["expected"], reception["outages"]]),
        json!([null, 0, []])
    );
    let thing = get_json(&router, "/api/v1/things/neubau").await;
    assert_eq!(thing["properties"].get("reception"), None);
    // Gauges by profile have no member yet, and the others are there all the same.
    let metrics = get(&router, "/metrics").await;
    assert_eq!(metrics.status, StatusCode::OK);
    assert!(metrics.body.contains("\nstadtfunk_devices_silent 0\n"), "{}", metrics.body);
    assert!(!metrics.body.contains("stadtfunk_uplinks_missing"));
}

#[tokio::test]
async fn metrics_tell_an_outage_and_what_is_missing() {
    let city = city_with_an_outage().await;
    let router = city.router();
    assert!(
        !get(&router, "/metrics").await.body.contains("stadtfunk_outage_devices"),
        "nothing is known yet"
    );
    get(&router, "/api/v1/accounting").await;
    let metrics = async |lines: [&str; 4]| {
        let body = get(&router, "/metrics").await.body;
        for line in lines {
            assert!(body.contains(&format!("\n{line}\n")), "{line} is not in\n{body}");
        }
    };
    metrics([
        "stadtfunk_uplinks_received{profile=\"pmx/tcr\"} 551",
        "stadtfunk_uplinks_missing{profile=\"pmx/tcr\"} 25",
        "stadtfunk_devices_silent 0",
        "stadtfunk_outage_devices 0",
    ])
    .await;
    city.clock.set(at("2026-07-01T12:30:00Z"));
    get(&router, "/api/v1/accounting").await;
    metrics([
        "stadtfunk_uplinks_received{profile=\"pmx/tcr\"} 551",
        "stadtfunk_uplinks_missing{profile=\"pmx/tcr\"} 25",
        "stadtfunk_devices_silent 6",
        "stadtfunk_outage_devices 6",
    ])
    .await;
}

#[tokio::test]
async fn metrics_that_are_too_old_are_none() {
    let city = city_with_an_outage().await;
    let router = city.router();
    get(&router, "/api/v1/accounting").await;
    city.clock.set(at("2026-07-01T10:05:01Z"));
    assert!(!get(&router, "/metrics").await.body.contains("stadtfunk_outage_devices"));
}
