//! Buckets: the calendar, missing values, carried amounts.

use axum::http::StatusCode;
use domain::{DatastreamId, Missing, ObservedProperty as P};
use jiff::SignedDuration;
use serde_json::{Value as Json, json};

use crate::harness::{City, Site, at, get, get_json};

async fn city_with(property: P) -> (City, Site, DatastreamId) {
    let city = City::new().await;
    let site = city.site("Hafen", &[]).await;
    city.measure(&site, at("2026-01-01T11:00:00Z"), &[(property, "", Some(1.0))]).await;
    let id = city.datastream(&site, property, "").await;
    (city, site, id)
}

async fn buckets(city: &City, id: DatastreamId, query: &str) -> Json {
    city.store().settle().await.unwrap();
    get_json(&city.router(), &format!("/api/v1/datastreams/{id}/buckets?{query}")).await
}

fn column(series: &Json, name: &str) -> Vec<Json> {
    series["buckets"].as_array().unwrap().iter().map(|bucket| bucket[name].clone()).collect()
}

#[tokio::test]
async fn a_local_day_has_92_96_or_100_quarter_hours() {
    let (city, _, id) = city_with(P::AirTemperature).await;
    city.store().settle().await.unwrap();
    let router = city.router();
    for (from, to, n) in [
        ("2026-03-29", "2026-03-30", 92),
        ("2026-06-01", "2026-06-02", 96),
        ("2026-10-25", "2026-10-26", 100),
    ] {
        let path = format!("/api/v1/datastreams/{id}/buckets?width=15m&from={from}&to={to}");
        let series = get_json(&router, &path).await;
        assert_eq!(series["buckets"].as_array().unwrap().len(), n, "{from}");
        assert_eq!(series["zone"], "Europe/Berlin");
    }
}

#[tokio::test]
async fn a_mean_has_its_spread_coverage_and_gaps() {
    let (city, site, id) = city_with(P::AirTemperature).await;
    for (time, value) in [("08:15", 10.0), ("08:30", 12.0), ("08:45", 14.0), ("09:00", 16.0)] {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        city.measure(&site, time, &[(P::AirTemperature, "", Some(value))]).await;
    }
    let query = "width=1h&from=2026-07-01T07:00:00Z&to=2026-07-01T12:00:00Z";
    insta::assert_json_snapshot!("buckets_of_a_mean", buckets(&city, id, query).await);
}

#[tokio::test]
async fn nobody_passed_is_zero_and_nobody_counted_is_null() {
    let (city, site, id) = city_with(P::BicycleCount).await;
    for (time, value) in [("08:15", 0.0), ("08:30", 0.0), ("08:45", 0.0), ("09:00", 0.0)] {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        city.measure(&site, time, &[(P::BicycleCount, "", Some(value))]).await;
    }
    let series = buckets(&city, id, "width=1h&from=2026-07-01T07:00:00Z&to=2026-07-01T11:00:00Z").await;
    assert_eq!(column(&series, "value")[1], json!(0.0));
    assert_eq!(column(&series, "value")[2], Json::Null);
    assert_eq!(column(&series, "missing")[2], json!("no_data"));
    assert_eq!(column(&series, "missing")[3], json!("not_yet"));
}

#[tokio::test]
async fn a_bucket_without_a_value_has_the_reason_the_sensor_gave_in_json_and_csv() {
    let (city, site, id) = city_with(P::CarSpeed).await;
    let time = |minute: &str| at(&format!("2026-07-01T08:{minute}:00Z"));
    for minute in ["05", "10"] {
        city.lack(&site, time(minute), P::CarSpeed, Missing::NothingToMeasure).await;
    }
    city.lack(&site, time("20"), P::CarSpeed, Missing::SensorError).await;
    city.measure(&site, time("35"), &[(P::CarSpeed, "", Some(999.0))]).await;
    city.measure(&site, time("40"), &[(P::AirTemperature, "", Some(20.0))]).await;
    city.store().settle().await.unwrap();
    let router = city.router();
    let path = format!("/api/v1/datastreams/{id}/buckets?width=15m&from={}&to={}", time("00"), time("59"));
    let series = get_json(&router, &path).await;
    assert_eq!(column(&series, "value"), vec![Json::Null; 4]);
    let expected = ["nothing_to_measure", "sensor_error", "implausible", "no_data"];
    assert_eq!(column(&series, "missing"), expected);
    let csv = get(&router, &format!("{path}&format=csv")).await.body;
    for (line, reason) in csv.lines().skip(1).zip(expected) {
        assert!(line.contains(&format!(",car_speed,,,{reason},0,")), "{line}");
    }

    let latest = get_json(&router, &format!("/api/v1/datastreams/{id}/latest")).await;
    assert_eq!(latest["latest"]["quality"], "bad");
    city.lack(&site, time("50"), P::CarSpeed, Missing::NothingToMeasure).await;
    let latest = get_json(&router, &format!("/api/v1/datastreams/{id}/latest")).await;
    assert_eq!(latest["latest"]["missing"], "nothing_to_measure");
}

#[tokio::test]
async fn what_a_counter_counted_over_a_gap_is_carried_once() {
    let (city, site, id) = city_with(P::BicycleTotal).await;
    for (time, total) in [("06:00", 100.0), ("06:15", 110.0), ("09:15", 170.0), ("09:30", 171.0)] {
        let time = at(&format!("2026-07-01T{time}:00Z"));
        city.measure(&site, time, &[(P::BicycleTotal, "", Some(total))]).await;
    }
    let series = buckets(&city, id, "width=1h&from=2026-07-01T06:00:00Z&to=2026-07-01T10:00:00Z").await;
    let carried: Vec<_> =
        column(&series, "carried").into_iter().filter(|carried| !carried.is_null()).collect();
    let expected = json!({"from": "2026-07-01T06:15:00Z", "to": "2026-07-01T09:15:00Z", "sum": 60.0});
    assert_eq!(carried, [expected]);
    assert_eq!(column(&series, "missing")[1], json!("counted_in_longer_interval"));
    assert_eq!(column(&series, "missing")[2], json!("counted_in_longer_interval"));
    let known: f64 = column(&series, "value").iter().filter_map(Json::as_f64).sum();
    assert!((known + 60.0 - 71.0).abs() < 1e-9, "{known} and 60 are not the counter's difference of 71");

    // Alone, the last hour of the silence does not hold its middle and is told the same.
    let query = "width=1h&from=2026-07-01T08:00:00Z&to=2026-07-01T09:00:00Z";
    let path = format!("/api/v1/datastreams/{id}/buckets?{query}");
    let alone = get_json(&city.router(), &path).await;
    assert_eq!(column(&alone, "missing"), [json!("counted_in_longer_interval")]);
    assert_eq!(column(&alone, "carried"), [Json::Null]);
}

#[tokio::test]
async fn buckets_as_csv_leave_missing_values_empty_and_say_why() {
    let (city, site, id) = city_with(P::BicycleCount).await;
    city.measure(&site, at("2026-07-01T08:15:00Z"), &[(P::BicycleCount, "", Some(3.0))]).await;
    city.store().settle().await.unwrap();
    let query = "width=15m&from=2026-07-01T08:00:00Z&to=2026-07-01T08:30:00Z&format=csv";
    let answer = get(&city.router(), &format!("/api/v1/datastreams/{id}/buckets?{query}")).await;
    let lines: Vec<_> = answer.body.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].contains(",value [1],missing_reason,"), "{}", lines[0]);
    assert!(lines[1].contains(",bicycle_count,,3,,1,"), "{}", lines[1]);
    assert!(lines[2].contains(",bicycle_count,,,no_data,0,"), "{}", lines[2]);
}

#[tokio::test]
async fn ten_thousand_buckets_are_answered_and_one_more_is_refused_with_advice() {
    let (city, _, id) = city_with(P::AirTemperature).await;
    city.store().settle().await.unwrap();
    let router = city.router();
    let from = at("2026-01-01T00:00:00Z");
    let path = |n: i64| {
        let to = from + SignedDuration::from_mins(15 * n);
        format!("/api/v1/datastreams/{id}/buckets?width=15m&from={from}&to={to}")
    };
    let series = get_json(&router, &path(10_000)).await;
    assert_eq!(series["buckets"].as_array().unwrap().len(), 10_000);
    let refused = get(&router, &path(10_001)).await.problem(StatusCode::BAD_REQUEST);
    assert!(refused.contains("ask for a shorter range or a greater width"), "{refused}");
}

#[tokio::test]
async fn the_width_must_be_given_and_known() {
    let (city, _, id) = city_with(P::AirTemperature).await;
    let router = city.router();
    let detail = async |query: &str| {
        let answer = get(&router, &format!("/api/v1/datastreams/{id}/buckets?{query}")).await;
        answer.problem(StatusCode::BAD_REQUEST)
    };
    assert_eq!(detail("").await, "missing query parameter `width`");
    let unknown = detail("width=2h").await;
    assert!(unknown.contains("`2h` is no bucket width: expected 15m, 1h, 1d, 1w, 1mo or 1y"), "{unknown}");
}

#[tokio::test]
async fn every_width_answers_with_adjoining_calendar_buckets() {
    let (city, _, id) = city_with(P::AirTemperature).await;
    city.store().settle().await.unwrap();
    let router = city.router();
    for (width, n) in [("15m", 96), ("1h", 168), ("1d", 31), ("1w", 53), ("1mo", 13), ("1y", 11)] {
        let series = get_json(&router, &format!("/api/v1/datastreams/{id}/buckets?width={width}")).await;
        let (from, to) = (column(&series, "from"), column(&series, "to"));
        assert!(from.iter().skip(1).eq(to.iter().take(to.len() - 1)), "{width} has gaps");
        assert!(from.len().abs_diff(n) <= 1, "{width}: {} buckets", from.len());
    }
}
