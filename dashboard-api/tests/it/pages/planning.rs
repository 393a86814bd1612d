//! `/planning`: the figures of counting sites.

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use domain::ObservedProperty as P;
use jiff::{SignedDuration, Timestamp, civil::Date, civil::Time, tz::TimeZone};

use super::{DIRECTIONS, page, settle};
use crate::harness::{City, Site, ask, at, get};

/// Bicycles at Gartenstraße in 2025 by direction, Stadt Münster, dl-de/by-2-0; what the file says of itself is in it.
const GARTENSTRASSE: &str = include_str!("../../../../planning/tests/muenster-gartenstrasse-2025.csv");

/// Writes a year of quarter-hours into the store, a day in each uplink. The hour that the clock shows twice is in the file once:
/// the first one, of summer time.
async fn gartenstrasse(city: &City) -> Site {
    let site = city.site("Gartenstraße", &DIRECTIONS).await;
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    for line in GARTENSTRASSE.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(';').collect();
        let date: Date = fields[0].parse().unwrap();
        let mut readings: HashMap<Timestamp, Vec<(P, &'static str, f64)>> = HashMap::new();
        for (channel, column) in [("ltr", fields[1]), ("rtl", fields[2])] {
            for (count, i) in column.split(',').zip(0_i64..) {
                let Ok(count) = count.parse::<f64>() else { continue };
                let clock = date.to_datetime(Time::midnight()) + SignedDuration::from_mins(15 * i);
                let start = zone.to_ambiguous_timestamp(clock).earlier().unwrap();
                // A device tells a count when its quarter-hour is over.
                let end = start + SignedDuration::from_mins(15);
                readings.entry(end).or_default().push((P::BicycleCount, channel, count));
            }
        }
        let mut readings: Vec<_> = readings.into_iter().collect();
        readings.sort_by_key(|(time, _)| *time);
        city.log(&site, readings).await;
    }
    settle(city).await;
    city.clock.set(at("2026-01-15T11:00:00Z"));
    site
}

/// Ten days of 4 bicycles a quarter-hour and direction from 1 June 2026 on, without directions where `channel` is empty.
async fn even_site(city: &City, name: &str, property: P, channels: &[&'static str]) -> Site {
    let site = city.site(name, &DIRECTIONS).await;
    let midnight = at("2026-05-31T22:00:00Z");
    for day in 0..10 {
        let quarters = (1..=96).map(|i| midnight + SignedDuration::from_mins(15 * (96 * day + i)));
        let values = |_| channels.iter().map(|channel| (property, *channel, 4.0)).collect();
        city.log(&site, quarters.map(|time| (time, values(time))).collect()).await;
    }
    settle(city).await;
    site
}

/// The lines of a CSV by figure and scope.
async fn figures(router: &Router, path: &str) -> HashMap<(String, String), HashMap<String, String>> {
    let answer = get(router, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    assert!(answer.header("content-type").starts_with("text/csv"), "{path}");
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let rows = reader.deserialize::<HashMap<String, String>>().map(Result::unwrap);
    rows.map(|row| ((row["figure"].clone(), row["scope"].clone()), row)).collect()
}

#[tokio::test]
async fn the_figures_of_a_year_are_those_of_an_independent_computation_to_the_last_digit() {
    let city = City::new().await;
    gartenstrasse(&city).await;
    let router = city.router();
    let year = "from=2025-01-01&to=2025-12-31&property=bicycle_count";
    let figures = figures(&router, &format!("/planning/gartenstrasse.csv?{year}")).await;
    let cell = |figure: &str, column: &str| figures[&(figure.into(), "cross_section".into())][column].clone();
    // planning/tests/independent/volumes.py prints these of the same file.
    let of = |figure: &str| [cell(figure, "value"), cell(figure, "n_valid"), cell(figure, "n_expected")];
    assert_eq!(of("dtv"), ["2634.531296008843", "350", "365"]);
    assert_eq!(of("dtvw5"), ["3197.3888888888887", "180", "188"]);
    assert_eq!(cell("peak_hour", "value"), "463");
    assert_eq!(cell("busiest_hour_30", "value"), "387");
    assert_eq!(cell("dtvw5", "day_set"), "mon_fri_normal");
    assert_eq!((cell("dtv", "provisional"), cell("total", "at_least")), ("0".into(), "1".into()));

    let page = page(&router, &format!("/planning/gartenstrasse?{year}")).await;
    for shown in [
        "2.635",
        "350 von 365 Tagen",
        "3.197",
        "180 von 188 Tagen",
        "mind.\u{a0}463",
        "MSV30",
        "mind.\u{a0}387",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(page.contains("Mo–Fr ohne Feiertage und Schulferien"), "the day set is part of the figure");

    let days = get(&router, &format!("/planning/gartenstrasse/days.csv?{year}")).await;
    assert_eq!(days.body.lines().count(), 366);
    let incomplete = days.body.lines().filter(|line| line.contains(",incomplete,")).count();
    assert_eq!(incomplete, 15, "twelve last days of months and three with one direction only");
}

#[tokio::test]
async fn a_mean_of_some_weekdays_is_no_mean_of_all() {
    let city = City::new().await;
    gartenstrasse(&city).await;
    // A Tuesday to a Thursday, all three valid, no holiday.
    let path = "/planning/gartenstrasse.csv?from=2025-03-04&to=2025-03-06&property=bicycle_count";
    let figures = figures(&city.router(), path).await;
    let cell = |figure: &str, column: &str| figures[&(figure.into(), "cross_section".into())][column].clone();
    for name in ["dtv", "dtvw5", "dtvw"] {
        assert_eq!(cell(name, "missing_reason"), "no_valid_day_of_a_weekday", "{name}");
        assert_eq!(cell(name, "value"), "", "{name}");
    }
    assert_eq!((cell("dimido", "n_valid"), cell("dimido", "missing_reason")), ("3".into(), String::new()));
}

#[tokio::test]
async fn an_even_site_has_the_figures_of_hand_arithmetic() {
    let city = City::new().await;
    even_site(&city, "Ebene", P::BicycleCount, &["ltr", "rtl"]).await;
    let router = city.router();
    let figures = figures(&router, "/planning/ebene.csv?from=2026-06-02&to=2026-06-08").await;
    let cell = |figure: &str, column: &str| figures[&(figure.into(), "cross_section".into())][column].clone();
    // 96 quarter-hours of 8 are 768 a day, 7 days 5376, an hour 32, each direction half.
    assert_eq!([cell("dtv", "value"), cell("dtv", "low_95"), cell("dtv", "high_95")], ["768", "768", "768"]);
    assert_eq!([cell("total", "value"), cell("total", "at_least")], ["5376", "0"]);
    assert_eq!(cell("peak_hour", "value"), "32");
    assert_eq!(cell("direction_split_days", "value"), "50");
    assert_eq!(cell("dtv", "provisional"), "1", "a week is no year");
    assert_eq!(figures[&("busiest_hour_30".into(), "ltr".into())]["value"], "16");
    assert!(!figures.contains_key(&("dtv_aashto".into(), "cross_section".into())), "no day is missing");
    assert!(!figures.contains_key(&("rls19_mt".into(), "cross_section".into())), "bicycles make no noise");
}

#[tokio::test]
async fn motor_traffic_has_inputs_of_rls_19_and_no_default_values() {
    let city = City::new().await;
    let site = even_site(&city, "Wall", P::CarCount, &[""]).await;
    let midnight = at("2026-05-31T22:00:00Z");
    let lorries =
        (1..=960).map(|i| (midnight + SignedDuration::from_mins(15 * i), vec![(P::LorryCount, "", 1.0)]));
    city.log(&site, lorries.collect()).await;
    settle(&city).await;
    let router = city.router();
    let figures = figures(&router, "/planning/wall.csv?from=2026-06-02&to=2026-06-08&lang=en").await;
    let cell = |figure: &str, column: &str| figures[&(figure.into(), "cross_section".into())][column].clone();
    // 4 cars and a lorry a quarter-hour: 20 an hour, a fifth of them lorries.
    assert_eq!([cell("rls19_mt", "value"), cell("rls19_mn", "value")], ["20", "20"]);
    assert_eq!(cell("heavy_share", "value"), "20");
    assert!(cell("heavy_share", "method").contains("by length"));
    assert!(page(&router, "/planning/wall").await.contains("nicht geprüft"));
}

#[tokio::test]
async fn a_year_without_known_school_holidays_lacks_only_the_figures_that_need_them() {
    let city = City::new().await;
    even_site(&city, "Ebene", P::BicycleCount, &[""]).await;
    city.clock.set(at("2035-01-01T11:00:00Z"));
    let router = city.router();
    let path = "/planning/ebene?from=2034-06-01&to=2034-06-30";
    let page = page(&router, path).await;
    assert!(page.contains("Schulferien von 2034 nicht hinterlegt (bekannt: 2023 bis 2027)"));
    let figures = figures(&router, "/planning/ebene.csv?from=2034-06-01&to=2034-06-30").await;
    let reason = |figure: &str| &figures[&(figure.into(), "cross_section".into())]["missing_reason"];
    assert_eq!(reason("dtvw5"), "school_holidays_unknown");
    assert_eq!(reason("dtv"), "no_valid_day");
}

#[tokio::test]
async fn zeros_that_look_like_an_outage_are_told_and_left_out_only_when_asked() {
    let city = City::new().await;
    let site = city.site("Still", &[]).await;
    let midnight = at("2026-03-01T23:00:00Z");
    for day in 0..30 {
        let quarters = (1..=96).map(|i| {
            let time = midnight + SignedDuration::from_mins(15 * (96 * day + i));
            (time, vec![(P::BicycleCount, "", if day == 20 { 0.0 } else { 10.0 })])
        });
        city.log(&site, quarters.collect()).await;
    }
    settle(&city).await;
    let router = city.router();
    let period = "from=2026-03-02&to=2026-03-28&property=bicycle_count";
    let with = page(&router, &format!("/planning/still?{period}")).await;
    assert!(with.contains("Verdacht auf Ausfall"));
    assert!(with.contains("Die Kennwerte enthalten diese Nullen"));
    let dtv = ("dtv".to_owned(), "cross_section".to_owned());
    let rows = figures(&router, &format!("/planning/still.csv?{period}")).await;
    // 27 days of 960, one of them zero.
    assert_eq!((rows[&dtv]["n_valid"].as_str(), rows[&dtv]["suspect_days"].as_str()), ("27", "1 included"));
    let rows = figures(&router, &format!("/planning/still.csv?{period}&without_suspect=1")).await;
    assert_eq!((rows[&dtv]["value"].as_str(), rows[&dtv]["n_valid"].as_str()), ("960", "26"));
    assert_eq!(rows[&dtv]["suspect_days"], "1 left out");
    let without = page(&router, &format!("/planning/still?{period}&without_suspect=1")).await;
    assert!(without.contains("in allen Kennwerten ausgelassen"));
}

#[tokio::test]
async fn what_a_counter_tells_after_a_gap_belongs_to_the_day_and_the_total_and_to_no_hour() {
    let city = City::new().await;
    let site = city.site("Brücke", &[]).await;
    // A running total, 4 more each quarter-hour from midnight of 1 June on; of 3 June the uplinks after 10:00 until 12:00 are lost.
    let midnight = at("2026-05-31T22:00:00Z");
    let lost = 2 * 96 + 41..=2 * 96 + 48;
    let readings = (0..=960_u32).filter(|i| !lost.contains(i)).map(|i| {
        let time = midnight + SignedDuration::from_mins(15 * i64::from(i));
        (time, vec![(P::BicycleTotal, "", 4.0 * f64::from(i))])
    });
    city.log(&site, readings.collect()).await;
    settle(&city).await;
    let router = city.router();
    let period = "from=2026-06-02&to=2026-06-08";
    let figures = figures(&router, &format!("/planning/bruecke.csv?{period}")).await;
    let of = |figure: &str| {
        let row = &figures[&(figure.into(), "cross_section".into())];
        ["value", "n_valid", "n_expected", "at_least"].map(|column| row[column].clone())
    };
    // 384 a day. The increment from 10:00 to 12:15 is 36. Two hours are unknown; of that from 12 to 13 o'clock three quarter-hours
    // are known.
    assert_eq!(of("dtv"), ["384", "7", "7", "0"]);
    assert_eq!(of("total"), ["2688", "672", "672", "0"]);
    assert_eq!(of("busiest_hour_30"), ["16", "166", "168", "1"]);
    let page = page(&router, &format!("/planning/bruecke?{period}")).await;
    assert!(page.contains("davon 36 über Lücken, nur als Summe bekannt"));
}

#[tokio::test]
async fn a_wrong_question_is_answered_in_words_with_the_form_to_put_it_right() {
    let city = City::new().await;
    even_site(&city, "Ebene", P::BicycleCount, &[""]).await;
    city.site("Leer", &[]).await;
    let router = city.router();
    for (query, german, english) in [
        ("from=2026-06-05&to=2026-06-01", "„bis“ muss auf „von“ folgen", "must not lie before"),
        ("from=gestern", "„von“ ist gestern", "“from” is gestern"),
        ("from=2030-01-01&to=2030-12-31", "Gezählt ist bis 2026-06-30", "counted is until 2026-06-30"),
        ("from=2019-01-01", "höchstens 1096", "at most 1096"),
        ("property=einhorn", "Klasse einhorn gibt es nicht", "no class einhorn"),
        ("property=car_count", "Pkw werden hier nicht gezählt", "Cars are not counted here"),
        ("without_suspect=x", "erwartet wird 0 oder 1", "expected is 0 or 1"),
    ] {
        for (lang, words) in [("de", german), ("en", english)] {
            let answer = get(&router, &format!("/planning/ebene?{query}&lang={lang}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(answer.body.contains(words), "{query}: {words}");
            assert!(answer.body.contains("<form"), "{query}");
        }
        let file = get(&router, &format!("/planning/ebene.csv?{query}")).await;
        assert!(file.problem(StatusCode::BAD_REQUEST).contains("found") || query.starts_with("property=car"));
    }
    assert_eq!(get(&router, "/planning/nirgends").await.status, StatusCode::NOT_FOUND);
    let nothing = get(&router, "/planning/leer").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.body.contains("Hier wird nichts gezählt"));
}

#[tokio::test]
async fn the_list_has_counting_sites_only_and_its_form_leads_on_without_scripts() {
    let city = City::new().await;
    even_site(&city, "Ebene", P::BicycleCount, &["ltr", "rtl"]).await;
    let station = city.site("Wetter", &[]).await;
    city.measure(&station, at("2026-06-30T10:00:00Z"), &[(P::AirTemperature, "", Some(20.0))]).await;
    settle(&city).await;
    let router = city.router();
    let list = page(&router, "/planning?lang=en").await;
    assert!(list.contains("href=\"/planning/ebene?lang=en\"") && !list.contains("/planning/wetter?"));
    // From 1 June until 30 June 30 days have passed, 10 of them counted.
    assert!(list.contains("10 / 30"), "{list}");
    assert!(!list.contains("<script"), "all of it works without");
    let chosen = get(&router, "/planning?thing=ebene&from=2026-06-02&to=&lang=en").await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    assert_eq!(chosen.header("location"), "/planning/ebene?from=2026-06-02&to=&lang=en");
    let elsewhere = get(&router, "/planning?thing=//example.org").await;
    assert_eq!(elsewhere.header("location"), "/planning");
}

#[tokio::test]
async fn a_page_is_sent_once_while_nothing_changes() {
    let city = City::new().await;
    even_site(&city, "Ebene", P::BicycleCount, &["ltr", "rtl"]).await;
    let router = city.router();
    for path in ["/planning", "/planning/ebene", "/planning/ebene.csv", "/planning/ebene/days.csv"] {
        let first = get(&router, path).await;
        let etag = first.header("etag").to_owned();
        let again = Request::get(path).header("if-none-match", &etag).body(Body::empty()).unwrap();
        assert_eq!(ask(&router, again).await.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(first.header("vary").contains("accept-language"), "{path}");
    }
}

#[tokio::test]
async fn tables_say_what_their_columns_are_and_pictures_what_they_show() {
    let city = City::new().await;
    even_site(&city, "Ebene", P::BicycleCount, &["ltr", "rtl"]).await;
    let page = page(&city.router(), "/planning/ebene?from=2026-06-02&to=2026-06-08").await;
    let n = |text: &str| page.matches(text).count();
    assert_eq!(n("<th>"), 0, "every header has its scope");
    assert_eq!(n("<caption"), n("plan-table "), "every table of figures has a caption");
    assert!(n("<svg xmlns") >= 3);
    assert_eq!(n("<svg xmlns"), n("<desc"), "every picture has a description");
    assert_eq!(n("<h1"), 1);
}
