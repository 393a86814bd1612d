use domain::{BucketWidth, ObservedProperty};
use jiff::{SignedDuration, tz::TimeZone};
use store::{Bucket, Carried};

use super::*;

fn instant(s: &str) -> Timestamp {
    s.parse().unwrap()
}

/// Hour buckets of a day in Oldenburg: hours since local midnight and their sums.
fn chart(property: ObservedProperty, date: &str, hours: &[(usize, f64)]) -> Chart {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let range = BucketWidth::Day.bucket_of(instant(&format!("{date}T12:00:00Z")), &zone);
    let all: Vec<_> = BucketWidth::Hour.buckets(range, &zone).collect();
    let buckets: Vec<_> = hours
        .iter()
        .map(|(hour, sum)| Bucket { n: 1, sum: *sum, covered_seconds: 3600.0, ..Bucket::empty(all[*hour]) })
        .collect();
    let axis = (range, BucketWidth::Hour, &zone);
    let interval = SignedDuration::from_mins(15);
    let series = Series::new(String::new(), property, &buckets, axis, range.to(), interval);
    Chart {
        property,
        range,
        width: BucketWidth::Hour,
        zone: zone.clone(),
        now: range.to(),
        series: vec![series],
        compared: None,
    }
}

fn drawn(chart: &Chart) -> String {
    let words = Words { id: "c", title: "<Title>", description: "A & B", lang: Lang::De };
    svg(chart, words, Theme::Page).unwrap()
}

fn bars(svg: &str) -> usize {
    svg.lines().filter(|line| line.starts_with("<rect") && line.contains("var(--chart-first)")).count()
}

#[test]
fn a_chart_has_a_bar_for_each_known_hour_and_hatches_the_rest() {
    let svg = drawn(&chart(ObservedProperty::BicycleCount, "2026-06-01", &[(7, 80.0), (8, 0.0), (16, 60.0)]));
    assert_eq!(bars(&svg), 3);
    // Before 7, between 9 and 16, after 17.
    assert_eq!(svg.matches("fill=\"url(#c-hatch)\"").count(), 3);
}

#[test]
fn a_day_of_25_hours_has_25_bars() {
    let hours: Vec<_> = (0..25).map(|hour| (hour, 1.0)).collect();
    assert_eq!(bars(&drawn(&chart(ObservedProperty::BicycleCount, "2026-10-25", &hours))), 25);
}

#[test]
fn a_line_is_broken_and_hatched_where_data_is_missing() {
    let svg = drawn(&chart(
        ObservedProperty::AirTemperature,
        "2026-06-01",
        &[(0, 10.0), (1, 11.0), (20, 12.0), (21, 9.0)],
    ));
    let lines = svg.lines().filter(|line| line.starts_with("<polyline") && line.contains("--chart-first)"));
    assert_eq!(lines.count(), 2);
    assert_eq!(svg.matches("fill=\"url(#c-hatch)\"").count(), 2);
}

#[test]
fn title_and_description_are_text() {
    let svg = drawn(&chart(ObservedProperty::AirTemperature, "2026-06-01", &[]));
    assert!(svg.contains("<title id=\"c-title\">&lt;Title&gt;</title><desc id=\"c-desc\">A &amp; B</desc>"));
}

#[test]
fn an_amount_over_a_gap_is_one_wide_bar_as_large_as_the_bars_it_replaces() {
    let mut chart = chart(ObservedProperty::BicycleTotal, "2026-06-01", &[(7, 40.0)]);
    let range = TimeRange::new(instant("2026-06-01T06:00:00Z"), instant("2026-06-01T10:00:00Z")).unwrap();
    let amount = Carried { range, sum: 200.0 };
    assert!((chart.carried_height(&amount) - 50.0).abs() < 1e-9);
    chart.series[0].carried.push(amount);
    let pale = drawn(&chart).lines().filter(|line| line.contains("var(--chart-first-pale)")).count();
    assert_eq!(pale, 1);
}
