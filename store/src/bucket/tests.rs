#![expect(clippy::float_cmp, reason = "seconds and counts are exact")]

use super::*;

fn range(from: &str, to: &str) -> TimeRange {
    TimeRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

fn hour() -> TimeRange {
    range("2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z")
}

fn quarter(i: i64) -> TimeRange {
    let start = hour().from() + jiff::SignedDuration::from_mins(15 * i);
    TimeRange::new(start, start + jiff::SignedDuration::from_mins(15)).unwrap()
}

#[test]
fn means_are_merged_by_their_sums() {
    let first = Bucket {
        n: 2,
        sum: 20.0,
        min: Some(9.0),
        max: Some(11.0),
        last: Some(11.0),
        covered_seconds: 900.0,
        ..Bucket::empty(quarter(0))
    };
    let third = Bucket {
        n: 1,
        sum: 40.0,
        min: Some(40.0),
        max: Some(40.0),
        last: Some(40.0),
        covered_seconds: 300.0,
        ..Bucket::empty(quarter(2))
    };
    let whole = Bucket::merge(hour(), [first, third]);
    assert_eq!(whole.value(Aggregation::Mean), Some(20.0));
    assert_eq!(whole.value(Aggregation::Minimum), Some(9.0));
    assert_eq!(whole.value(Aggregation::Maximum), Some(40.0));
    assert_eq!(whole.last, Some(40.0));
    assert!((whole.completeness() - 1.0 / 3.0).abs() < 1e-9);
}

#[test]
fn a_bucket_without_values_has_no_value_not_zero() {
    let rules = [
        Aggregation::Mean,
        Aggregation::Minimum,
        Aggregation::Maximum,
        Aggregation::Sum,
        Aggregation::Total,
        Aggregation::VectorMean,
        Aggregation::TimeShare,
    ];
    for rule in rules {
        assert_eq!(Bucket::empty(hour()).value(rule), None, "{rule:?}");
    }
}

#[test]
fn north_west_and_north_east_make_north() {
    // 315° and 45° with the same speed: east -0.7 and 0.7, north 0.7 twice.
    let part = 0.5_f64.sqrt();
    let west = Bucket { n: 1, vector: Some((-part, part)), ..Bucket::empty(quarter(0)) };
    let east = Bucket { n: 1, vector: Some((part, part)), ..Bucket::empty(quarter(1)) };
    let direction = Bucket::merge(hour(), [west, east]).value(Aggregation::VectorMean).unwrap();
    assert!(direction.abs() < 1e-6, "{direction}");
    assert!((west.value(Aggregation::VectorMean).unwrap() - 315.0).abs() < 1e-6);
}

#[test]
fn opposite_directions_have_no_mean() {
    let cancelled = Bucket { n: 2, vector: Some((0.0, 0.0)), ..Bucket::empty(hour()) };
    assert_eq!(cancelled.value(Aggregation::VectorMean), None);
}

#[test]
fn the_share_of_time_is_that_of_the_observed_time() {
    let half = Bucket { sum: 225.0, covered_seconds: 450.0, ..Bucket::empty(quarter(0)) };
    assert_eq!(half.value(Aggregation::TimeShare), Some(0.5));
    assert_eq!(half.completeness(), 0.5);
}

#[test]
fn an_amount_over_a_gap_becomes_part_of_the_sum_where_it_fits() {
    // 40 minutes inside the hour, 10 of 15 minutes of its quarter uncovered otherwise.
    let gap = range("2026-06-01T10:05:00Z", "2026-06-01T10:45:00Z");
    let before = Bucket { n: 1, sum: 2.0, covered_seconds: 300.0, ..Bucket::empty(quarter(0)) };
    let carrier = Bucket { carried: Some(Carried { range: gap, sum: 12.0 }), ..Bucket::empty(quarter(1)) };
    let after = Bucket { n: 2, sum: 4.0, covered_seconds: 900.0, ..Bucket::empty(quarter(3)) };
    let whole = Bucket::merge(hour(), [before, carrier, after]);
    assert_eq!((whole.n, whole.sum, whole.carried), (4, 18.0, None));
    assert_eq!(whole.covered_seconds, 3600.0);
}

#[test]
fn an_hourly_count_covers_its_hour_once() {
    // Every quarter-hour is covered; the one in the middle carries the hour's count.
    let covered = |i| Bucket { covered_seconds: 900.0, ..Bucket::empty(quarter(i)) };
    let carrier = Bucket { carried: Some(Carried { range: hour(), sum: 50.0 }), ..covered(2) };
    let whole = Bucket::merge(hour(), [covered(0), covered(1), carrier, covered(3)]);
    assert_eq!((whole.n, whole.sum, whole.covered_seconds), (1, 50.0, 3600.0));
}

#[test]
fn an_amount_over_a_longer_gap_stays_carried() {
    let night = range("2026-06-01T05:00:00Z", "2026-06-01T16:00:00Z");
    let carrier = Bucket { carried: Some(Carried { range: night, sum: 900.0 }), ..Bucket::empty(quarter(1)) };
    let whole = Bucket::merge(hour(), [carrier]);
    assert_eq!(whole.value(Aggregation::Total), None);
    assert_eq!(whole.carried, Some(Carried { range: night, sum: 900.0 }));
    assert_eq!(whole.covered_seconds, 0.0);
}

#[test]
fn two_carried_amounts_become_one_over_both() {
    let mut bucket = Bucket::empty(hour());
    bucket.carry(Carried { range: range("2026-06-01T05:00:00Z", "2026-06-01T11:00:00Z"), sum: 1.0 });
    bucket.carry(Carried { range: range("2026-06-01T10:00:00Z", "2026-06-01T16:00:00Z"), sum: 2.0 });
    let hull = range("2026-06-01T05:00:00Z", "2026-06-01T16:00:00Z");
    assert_eq!(bucket.carried, Some(Carried { range: hull, sum: 3.0 }));
}
