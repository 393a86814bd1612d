#![expect(clippy::float_cmp, reason = "seconds and counts are exact")]

use domain::Aggregation;
use proptest::prelude::*;

use super::*;

const MIN: i64 = 60_000;

/// Values at minutes, of a device expected every ten minutes.
fn series(points: &[(i64, f64)]) -> Series {
    let points =
        points.iter().map(|&(min, value)| Point { time_ms: min * MIN, value, weight: 1.0 }).collect();
    Series { points, interval_ms: 10 * MIN, wraps_at: None }
}

/// The quarter-hours of the first hour.
fn hour(rule: Aggregation, series: Series) -> Vec<Bucket> {
    quarter_hours(rule, &[series], 0, 60 * MIN)
}

#[test]
fn a_mean_takes_the_values_inside_and_covers_back_to_the_value_before() {
    let buckets = hour(Aggregation::Mean, series(&[(10, 20.0), (20, 22.0), (29, 30.0), (60, 9.0)]));
    assert_eq!((buckets[0].n, buckets[0].sum), (1, 20.0));
    assert_eq!((buckets[1].n, buckets[1].sum), (2, 52.0));
    assert_eq!((buckets[1].min, buckets[1].max, buckets[1].last), (Some(22.0), Some(30.0), Some(30.0)));
    // The first value covers one interval, 00:00 to 00:10; then 10 to 29 without a gap; 60 covers from 50.
    let covered: Vec<f64> = buckets.iter().map(|b| b.covered_seconds).collect();
    assert_eq!(covered, [900.0, 840.0, 0.0, 600.0]);
}

#[test]
fn a_count_belongs_to_the_middle_of_its_interval() {
    // The value of 00:15:03 counts what passed before the quarter-hour ended, that of 00:04 from 23:54 on.
    let mut counts = series(&[(4, 1.0)]);
    counts.points.push(Point { time_ms: 15 * MIN + 3000, value: 7.0, weight: 1.0 });
    let buckets = hour(Aggregation::Sum, counts);
    assert_eq!((buckets[0].n, buckets[0].sum), (1, 7.0));
    assert_eq!(buckets[1].n, 0);
}

#[test]
fn hourly_counts_are_carried_by_the_quarter_hour_in_the_middle() {
    let counts = Series { interval_ms: 60 * MIN, ..series(&[(60, 48.0)]) };
    let buckets = hour(Aggregation::Sum, counts);
    let carried: Vec<_> = buckets.iter().map(|b| b.carried.map(|c| c.sum)).collect();
    assert_eq!(carried, [None, None, Some(48.0), None]);
    assert!(buckets.iter().all(|b| b.n == 0 && b.covered_seconds == 900.0));
}

#[test]
fn the_first_value_of_a_running_total_counts_nothing() {
    let buckets = hour(Aggregation::Total, series(&[(10, 5000.0)]));
    assert!(buckets.iter().all(Bucket::is_empty));
}

#[test]
fn a_running_total_counts_differences_over_a_reset() {
    let buckets = hour(Aggregation::Total, series(&[(2, 5000.0), (12, 5010.0), (22, 3.0), (32, 8.0)]));
    let found: Vec<_> = buckets.iter().map(|b| (b.n, b.sum, b.n_resets)).collect();
    // Middles: 7, 17 and 27 minutes.
    assert_eq!(found, [(1, 10.0, 0), (2, 8.0, 1), (0, 0.0, 0), (0, 0.0, 0)]);
}

#[test]
fn a_running_total_covers_a_short_gap_whose_amount_is_not_carried() {
    // 20 minutes are a gap where 10 are expected, but no more than a quarter-hour and a half.
    let buckets = hour(Aggregation::Total, series(&[(0, 100.0), (20, 130.0)]));
    let found: Vec<_> = buckets.iter().map(|b| (b.sum, b.covered_seconds, b.carried)).collect();
    assert_eq!(found[..2], [(30.0, 900.0, None), (0.0, 300.0, None)]);
    let is_empty: Vec<_> = buckets.iter().map(Bucket::is_empty).collect();
    assert_eq!(is_empty, [false, false, true, true], "what is covered is known to be nothing");
}

#[test]
fn a_running_total_carries_what_it_counted_over_a_gap() {
    let buckets = hour(Aggregation::Total, series(&[(0, 100.0), (50, 160.0)]));
    let carried = buckets[1].carried.unwrap();
    assert_eq!((carried.sum, carried.range.seconds()), (60.0, 3000.0));
    assert!(!buckets[1].is_empty());
    assert_eq!(buckets.iter().map(|b| b.covered_seconds).sum::<f64>(), 0.0);
}

#[test]
fn a_state_holds_until_the_next_value_and_not_over_a_gap() {
    let points = [(5, 1.0), (15, 1.0), (20, 0.0), (30, 0.0), (50, 1.0)];
    let buckets = hour(Aggregation::TimeShare, series(&points));
    let found: Vec<_> = buckets.iter().map(|b| (b.n, b.sum, b.covered_seconds)).collect();
    // On from 5 to 20, off to 30, then unknown: 20 minutes are a gap where 10 are expected.
    assert_eq!(found, [(1, 600.0, 600.0), (2, 300.0, 900.0), (1, 0.0, 0.0), (1, 0.0, 0.0)]);
    assert_eq!(buckets[0].value(Aggregation::TimeShare), Some(1.0));
}

#[test]
fn directions_are_weighted_with_the_speed_and_calm_has_none() {
    let mut wind = series(&[(1, 0.0), (2, 90.0), (3, 180.0)]);
    for (point, speed) in wind.points.iter_mut().zip([3.0, 3.0, 0.0]) {
        point.weight = speed;
    }
    let buckets = hour(Aggregation::VectorMean, wind);
    let direction = buckets[0].value(Aggregation::VectorMean).unwrap();
    assert!((direction - 45.0).abs() < 1e-9, "{direction}");
}

#[test]
fn two_devices_of_one_datastream_cover_time_once() {
    let devices = [series(&[(10, 1.0), (20, 1.0)]), series(&[(12, 2.0), (22, 2.0)])];
    let buckets = quarter_hours(Aggregation::Mean, &devices, 0, 60 * MIN);
    let covered: Vec<f64> = buckets.iter().map(|b| b.covered_seconds).collect();
    assert_eq!(covered, [900.0, 420.0, 0.0, 0.0]);
    assert_eq!(buckets.iter().map(|b| b.n).sum::<u32>(), 4);
}

/// A counter with gaps, resets and wraps: steps in minutes and what it counted.
fn counters() -> impl Strategy<Value = Vec<(i64, u32, bool)>> {
    prop::collection::vec((1..400_i64, 0..500_u32, prop::bool::weighted(0.05)), 2..120)
}

proptest! {
    #[test]
    fn no_increment_of_a_running_total_is_lost_or_doubled(steps in counters()) {
        const LIMIT: f64 = 10_000.0;
        let (mut time, mut value, mut counted) = (0, 9_000.0, 0.0);
        let mut points = vec![(0, value)];
        for (minutes, amount, reset) in steps {
            time += minutes;
            let amount = f64::from(amount);
            // Taken for the limit, a restart from below 5,000 would be a step of more than half the range.
            if reset && value < 5_000.0 && value > amount {
                value = amount;
            } else {
                value = (value + amount) % LIMIT;
            }
            counted += amount;
            points.push((time, value));
        }
        let device = Series { wraps_at: Some(LIMIT), ..series(&points) };
        let end = (time / 15 + 1) * 15 * MIN;
        let quarters = quarter_hours(Aggregation::Total, &[device], 0, end);
        let amount = |b: &Bucket| b.sum + b.carried.map_or(0.0, |c| c.sum);

        let by_quarters: f64 = quarters.iter().map(amount).sum();
        prop_assert!((by_quarters - counted).abs() < 1e-6, "{} of {}", by_quarters, counted);

        // Longer buckets keep every amount, whether they are made of quarter-hours or of hours.
        let merge = |parts: &[Bucket], n: usize| -> Vec<Bucket> {
            parts
                .chunks(n)
                .map(|parts| {
                    let from = parts[0].range.from();
                    let to = from + jiff::SignedDuration::from_millis(
                        i64::try_from(n).unwrap() * (parts[0].range.to().as_millisecond() - from.as_millisecond()),
                    );
                    Bucket::merge(TimeRange::new(from, to).unwrap(), parts.iter().copied())
                })
                .collect()
        };
        let hours = merge(&quarters, 4);
        let days = merge(&quarters, 96);
        for (direct, by_hours) in days.iter().zip(merge(&hours, 24)) {
            prop_assert!((amount(direct) - amount(&by_hours)).abs() < 1e-6);
            prop_assert!((direct.sum - by_hours.sum).abs() < 1e-6);
            prop_assert_eq!(direct.n, by_hours.n);
            prop_assert_eq!(direct.last, by_hours.last);
            prop_assert_eq!(direct.n_resets, by_hours.n_resets);
            prop_assert_eq!(direct.carried.map(|c| c.range), by_hours.carried.map(|c| c.range));
        }
        let by_days: f64 = days.iter().map(amount).sum();
        prop_assert!((by_days - counted).abs() < 1e-6);
        for bucket in quarters.iter().chain(&hours).chain(&days) {
            prop_assert!((0.0..=bucket.range.seconds()).contains(&bucket.covered_seconds));
        }
    }

    #[test]
    fn a_stretch_computed_in_parts_is_the_stretch_computed_at_once(
        points in prop::collection::btree_map(0..600_i64, 0.0..100.0_f64, 1..60),
        cut in 1..40_i64,
        rule in prop::sample::select(vec![
            Aggregation::Mean, Aggregation::Sum, Aggregation::Total, Aggregation::TimeShare,
        ]),
    ) {
        let points: Vec<(i64, f64)> = points.into_iter().collect();
        let (cut, end) = (cut * 15 * MIN, 41 * 15 * MIN);
        let whole = quarter_hours(rule, &[series(&points)], 0, end);
        // What the store reads for a part: the values inside and the nearest to either side.
        let part = |from: i64, to: i64| {
            let before = points.iter().rposition(|p| p.0 * MIN < from).unwrap_or(0);
            let behind = points.iter().position(|p| p.0 * MIN >= to).map_or(points.len(), |i| i + 1);
            quarter_hours(rule, &[series(&points[before..behind])], from, to)
        };
        let parts = [part(0, cut), part(cut, end)].concat();
        prop_assert_eq!(whole, parts);
    }
}
