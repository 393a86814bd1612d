//! Names from outside, through JSON and CSV: text stays text.

use domain::{DatastreamId, ObservedProperty as P};
use serde_json::Value as Json;

use crate::harness::{City, NOON, Site, at, get, get_json};

fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title><svg onload=alert(1)>",
        "&lt;b&gt; &#x27;",
        "javascript:alert(1)",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "'; DROP TABLE thing; --",
        "=HYPERLINK(\"http://x.example\",\"click\")",
        "=cmd|' /C calc'!A0",
        "+49 441 235",
        "-1+1",
        "@SUM(1+1)",
        "\tTabulator",
        "two\r\nlines: and, commas; \"quotes\"",
        "data: x\n\nevent: resync",
        "bell \u{7} escape \u{1b}[31m",
        "right to left \u{202e}gnp.exe",
        "zero\u{200b}width \u{feff}mark",
        "Straße 北京 🚲 e\u{301}",
        "../../etc/passwd%00",
    ]
    .map(str::to_owned)
    .into();
    names.push("long".repeat(2_500));
    names
}

async fn hostile_city(name: &str) -> (City, Site, DatastreamId) {
    let city = City::new().await;
    let site = city.described_site(name, name, &[("ltr", name)]).await;
    city.measure(&site, at(NOON), &[(P::AirTemperature, "ltr", Some(-1.5))]).await;
    let id = city.datastream(&site, P::AirTemperature, "ltr").await;
    (city, site, id)
}

#[tokio::test]
async fn a_name_is_the_same_text_in_json_however_it_is_written() {
    for name in hostile_names() {
        let (city, site, id) = hostile_city(&name).await;
        let router = city.router();
        let stored = city.store().thing(&site.key).await.unwrap().unwrap().name;
        let things = get_json(&router, "/api/v1/things").await;
        assert_eq!(things["features"][0]["properties"]["name"], Json::from(stored.clone()));
        let datastream = get_json(&router, &format!("/api/v1/datastreams/{id}")).await;
        assert_eq!(datastream["thing_name"], Json::from(stored));
        // JSON is told to be JSON: no browser reads a page into it.
        let answer = get(&router, "/api/v1/things").await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.body.chars().any(char::is_control), "{name:?}");
        city.state.shutdown.cancel();
    }
}

#[tokio::test]
async fn a_name_is_one_harmless_cell_in_csv_and_numbers_stay_numbers() {
    for name in hostile_names() {
        let (city, _, id) = hostile_city(&name).await;
        let path = format!("/api/v1/datastreams/{id}/observations?from=2026-07-01&to=2026-07-02&format=csv");
        let body = get(&city.router(), &path).await.body;
        let mut reader = csv::Reader::from_reader(body.as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1, "{name:?}");
        for column in [2, 4] {
            let cell = &rows[0][column];
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']), "{name:?} gives {cell:?}");
            assert!(!cell.chars().any(char::is_control), "{name:?} gives {cell:?}");
            assert!(cell.chars().count() <= 82, "{} characters", cell.chars().count());
        }
        assert_eq!(&rows[0][5], "-1.5");
        city.state.shutdown.cancel();
    }
}

#[tokio::test]
async fn keys_in_links_can_be_followed() {
    for name in hostile_names() {
        let (city, site, _) = hostile_city(&name).await;
        let router = city.router();
        let things = get_json(&router, "/api/v1/things").await;
        let link = things["features"][0]["properties"]["links"]["self"].as_str().unwrap();
        assert_eq!(get_json(&router, link).await["id"], Json::from(site.key), "{name:?}");
        city.state.shutdown.cancel();
    }
}
