//! Buckets as the store keeps them.

use domain::{BucketWidth, ObservedProperty as P, Quality, TimeRange};
use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, test_runner::TestRunner};
use store::{Arrival, Bucket, NewValue};

use super::harness::{City, Frame, at, new_device, new_value};
use crate::{Kind, STORE};

fn range(from: &str, to: &str) -> TimeRange {
    TimeRange::new(at(from), at(to)).unwrap()
}

fn june_first() -> TimeRange {
    range("2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z")
}

async fn buckets(city: &City, property: P, width: BucketWidth, range: TimeRange) -> Vec<Bucket> {
    city.store.settle().await.unwrap();
    let stream = city.stream(property).await;
    city.store.buckets(stream, width, range).await.unwrap()
}

/// A day of a station that reports every ten minutes at :00, :10, ... the number of the report.
async fn regular_day(city: &City, day: TimeRange, property: P) -> usize {
    let device = city.device(1).await;
    let mut batch = Vec::new();
    let mut time = day.from() + SignedDuration::from_mins(10);
    while time <= day.to() {
        let value = f64::from(u32::try_from(batch.len()).unwrap());
        batch.push(Frame::new(&device, time).value(property, value).arrival());
        time += SignedDuration::from_mins(10);
    }
    let n = batch.len();
    city.store.commit(batch).await.unwrap();
    n
}

#[tokio::test]
async fn days_have_as_many_quarter_hours_as_the_clock_gives_them() {
    for (from, to, n_quarters, n_reports) in [
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 92, 138),
        ("2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z", 96, 144),
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 100, 150),
    ] {
        let city = City::with_tower().await;
        let day = range(from, to);
        assert_eq!(regular_day(&city, day, P::BicycleCount).await, n_reports);

        let quarters = buckets(&city, P::BicycleCount, BucketWidth::QuarterHour, day).await;
        let hours = buckets(&city, P::BicycleCount, BucketWidth::Hour, day).await;
        let days = buckets(&city, P::BicycleCount, BucketWidth::Day, day).await;
        assert_eq!((quarters.len(), hours.len(), days.len()), (n_quarters, n_quarters / 4, 1));
        // Every report counts for the day, also that of midnight: it counted before midnight.
        let n = u32::try_from(n_reports).unwrap();
        assert_eq!((days[0].n, days[0].sum), (n, f64::from(n * (n - 1) / 2)));
        assert_eq!(days[0].range, day);
        assert_eq!(days[0].completeness(), 1.0);
        assert_eq!(hours.iter().map(|h| h.sum).sum::<f64>(), days[0].sum);
        assert_eq!(quarters.iter().map(|q| q.sum).sum::<f64>(), days[0].sum);
    }
}

#[tokio::test]
async fn the_counts_of_a_quarter_hour_are_those_of_its_reports() {
    let city = City::with_tower().await;
    regular_day(&city, june_first(), P::AirTemperature).await;
    let quarters = buckets(&city, P::AirTemperature, BucketWidth::QuarterHour, june_first()).await;
    // 00:10 (0) lies in the first quarter-hour, 00:20 (1) in the second, 00:30 (2) and 00:40 (3) in the third.
    let sums: Vec<_> = quarters.iter().take(3).map(|q| (q.n, q.sum)).collect();
    assert_eq!(sums, [(1, 0.0), (1, 1.0), (2, 5.0)]);
    assert_eq!((quarters[2].min, quarters[2].max, quarters[2].last), (Some(2.0), Some(3.0), Some(3.0)));
}

#[tokio::test]
async fn sql_users_find_one_row_for_each_bucket() {
    let city = City::with_tower().await;
    regular_day(&city, june_first(), P::BicycleCount).await;
    city.store.settle().await.unwrap();
    let start = match STORE {
        Kind::Sqlite => "v.start_ms = 1780264800000",
        Kind::Timescale | Kind::Postgres => "v.start_at = '2026-05-31T22:00:00Z'",
    };
    let rows = city.query(&format!(
        "SELECT v.n, v.sum, v.covered_seconds FROM bucket_value v JOIN datastream d ON d.id = v.datastream_id
         WHERE d.property = 'bicycle_count' AND v.width = '1h' AND {start}"
    ));
    // The first hour of 1 June 2026 in Berlin: reports 0 to 5.
    assert_eq!(rows, [["6", "15", "3600"]]);
}

#[tokio::test]
async fn a_week_is_merged_from_its_days() {
    let city = City::with_tower().await;
    regular_day(&city, june_first(), P::BicycleCount).await;
    regular_day(&city, range("2026-06-02T22:00:00Z", "2026-06-03T22:00:00Z"), P::BicycleCount).await;
    // 1 June 2026 is a Monday.
    let weeks = buckets(&city, P::BicycleCount, BucketWidth::Week, june_first()).await;
    assert_eq!(weeks.len(), 1);
    assert_eq!(weeks[0].range, range("2026-05-31T22:00:00Z", "2026-06-07T22:00:00Z"));
    assert_eq!((weeks[0].n, weeks[0].sum), (288, 20_592.0));
    let months = buckets(&city, P::BicycleCount, BucketWidth::Month, june_first()).await;
    assert_eq!(months[0].sum, 20_592.0);
    let years = buckets(&city, P::BicycleCount, BucketWidth::Year, june_first()).await;
    assert_eq!(years[0].range, range("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"));
    assert!(years[0].completeness() < 0.01);
}

#[tokio::test]
async fn a_late_value_corrects_the_buckets() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    let total =
        |time: &str, value: f64| Frame::new(&device, at(time)).value(P::BicycleTotal, value).arrival();
    city.commit(total("2026-06-01T08:00:00Z", 100.0)).await;
    city.commit(total("2026-06-01T14:00:00Z", 220.0)).await;
    let day = buckets(&city, P::BicycleTotal, BucketWidth::Day, june_first()).await;
    // Known for the day, but not when in it.
    assert_eq!((day[0].sum, day[0].carried), (120.0, None));
    let hours = buckets(&city, P::BicycleTotal, BucketWidth::Hour, june_first()).await;
    assert_eq!(hours.len(), 1);
    assert_eq!((hours[0].n, hours[0].sum), (0, 0.0));
    assert_eq!(hours[0].carried.unwrap().sum, 120.0);
    assert_eq!(hours[0].range.from(), at("2026-06-01T11:00:00Z"));

    city.commit(total("2026-06-01T09:00:00Z", 110.0)).await;
    let hours = buckets(&city, P::BicycleTotal, BucketWidth::Hour, june_first()).await;
    let found: Vec<_> =
        hours.iter().map(|h| (h.range.from().to_string(), h.sum, h.carried.map(|c| c.sum))).collect();
    assert_eq!(
        found,
        [
            ("2026-06-01T08:00:00Z".to_owned(), 10.0, None),
            ("2026-06-01T11:00:00Z".to_owned(), 0.0, Some(110.0)),
        ]
    );
    let day = buckets(&city, P::BicycleTotal, BucketWidth::Day, june_first()).await;
    assert_eq!((day[0].sum, day[0].n), (120.0, 2));
}

#[tokio::test]
async fn after_a_device_swap_the_total_goes_on_with_the_new_device() {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(2, "Turm", 10)]).await.unwrap();
    let (old, new) = (city.device(1).await, city.device(2).await);
    let total = |device, minute: i64, value: f64| {
        let time = at("2026-06-01T08:00:00Z") + SignedDuration::from_mins(minute);
        Frame::new(device, time).value(P::BicycleTotal, value).arrival()
    };
    city.store
        .commit(vec![
            total(&old, 0, 9000.0),
            total(&old, 10, 9007.0),
            total(&new, 20, 3.0),
            total(&new, 30, 5.0),
        ])
        .await
        .unwrap();
    let day = buckets(&city, P::BicycleTotal, BucketWidth::Day, june_first()).await;
    assert_eq!((day[0].sum, day[0].n_resets), (9.0, 0));
}

#[tokio::test]
async fn a_16_bit_counter_goes_on_behind_its_limit() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    let total = |time: &str, value: f64| {
        let time = at(time);
        let value = NewValue { wraps_at: Some(65_536.0), ..new_value(P::BicycleTotal, value) };
        Frame::new(&device, time).any(time, value).arrival()
    };
    city.commit(total("2026-06-01T08:00:00Z", 65_530.0)).await;
    city.commit(total("2026-06-01T08:10:00Z", 4.0)).await;
    let day = buckets(&city, P::BicycleTotal, BucketWidth::Day, june_first()).await;
    assert_eq!((day[0].sum, day[0].n_resets), (10.0, 0));
}

#[tokio::test]
async fn bad_values_take_no_part() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    let time = at("2026-06-01T08:00:00Z");
    // 327.67 °C is the mark of a probe that is not connected, read as a number.
    let bad = new_value(P::AirTemperature, 327.67);
    assert_eq!(bad.quality, Quality::Bad);
    city.commit(Frame::new(&device, time).any(time, bad).arrival()).await;
    city.commit(Frame::new(&device, at("2026-06-01T08:10:00Z")).value(P::AirTemperature, 20.0).arrival())
        .await;
    let day = buckets(&city, P::AirTemperature, BucketWidth::Day, june_first()).await;
    assert_eq!((day[0].n, day[0].sum, day[0].max), (1, 20.0, Some(20.0)));
}

#[tokio::test]
async fn a_direction_is_weighted_with_the_speed_of_its_reading() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    let wind = |time: &str, direction: f64, speed: f64| {
        Frame::new(&device, at(time)).value(P::WindDirection, direction).value(P::WindSpeed, speed).arrival()
    };
    city.commit(wind("2026-06-01T08:01:00Z", 0.0, 3.0)).await;
    city.commit(wind("2026-06-01T08:11:00Z", 90.0, 4.0)).await;
    let hour = buckets(&city, P::WindDirection, BucketWidth::Hour, june_first()).await;
    let (east, north) = hour[0].vector.unwrap();
    assert!((east - 4.0).abs() < 1e-9 && (north - 3.0).abs() < 1e-9, "{east} {north}");
}

#[tokio::test]
async fn a_longer_interval_of_a_device_changes_what_is_a_gap() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    for time in ["2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z"] {
        city.commit(Frame::new(&device, at(time)).value(P::AirTemperature, 20.0).arrival()).await;
    }
    let covered =
        async || buckets(&city, P::AirTemperature, BucketWidth::Day, june_first()).await[0].covered_seconds;
    // Ten minutes before each value.
    assert_eq!(covered().await, 1200.0);
    city.store.import_devices(vec![new_device(1, "Turm", 60)]).await.unwrap();
    assert_eq!(covered().await, 7200.0);
}

/// A bucket, of which property and width.
type Entry = (String, BucketWidth, Bucket);

/// The buckets of everything, in a form that can be compared.
async fn everything(city: &City) -> Vec<Entry> {
    city.store.settle().await.unwrap();
    let mut all = Vec::new();
    for stream in city.store.datastreams(None).await.unwrap() {
        for width in [BucketWidth::QuarterHour, BucketWidth::Hour, BucketWidth::Day] {
            let whole = range("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
            for bucket in city.store.buckets(stream.id, width, whole).await.unwrap() {
                all.push((stream.property.key().to_owned(), width, bucket));
            }
        }
    }
    all.sort_by(|a, b| (&a.0, a.1, a.2.range.from()).cmp(&(&b.0, b.1, b.2.range.from())));
    all
}

const NONE: (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());

/// What only the one and what only the other has.
fn differences(one: &[Entry], other: &[Entry]) -> (Vec<Entry>, Vec<Entry>) {
    let only = |a: &[Entry], b: &[Entry]| a.iter().filter(|e| !b.contains(e)).cloned().collect();
    (only(one, other), only(other, one))
}

fn story(device: &store::Device, steps: &[(i64, u32)]) -> Vec<Arrival> {
    let mut time: Timestamp = at("2026-03-28T20:00:00Z");
    let mut total = 0;
    let mut arrivals = Vec::new();
    for (i, &(minutes, amount)) in steps.iter().enumerate() {
        time += SignedDuration::from_mins(minutes);
        total = if amount == 13 { 0 } else { total + amount };
        // Whole numbers, so that sums do not depend on the order of adding.
        let mut frame = Frame::new(device, time)
            .f_cnt(u32::try_from(i).unwrap())
            .event(i as u64)
            .value(P::BicycleTotal, f64::from(total))
            .value(P::AirTemperature, f64::from(amount % 30))
            .value(P::Occupancy, f64::from(amount % 2));
        if amount % 3 == 0 {
            frame = frame.value(P::CarCount, f64::from(amount));
        }
        arrivals.push(frame.arrival());
    }
    arrivals
}

#[test]
fn buckets_depend_neither_on_the_order_of_arrival_nor_on_duplicates() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let steps = prop::collection::vec((1..300_i64, 0..60_u32), 1..40);
    let config = ProptestConfig {
        // Each case makes databases, which takes a server longer than a file.
        cases: if STORE == Kind::Sqlite { 24 } else { 6 },
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&(steps, any::<u64>()), |(steps, seed)| {
            runtime.block_on(async {
                let in_order = City::with_tower().await;
                let arrivals = story(&in_order.device(1).await, &steps);
                in_order.store.commit(arrivals.clone()).await.unwrap();
                let expected = everything(&in_order).await;

                // Shuffled, one in three twice, in batches of five with the buckets computed between.
                let mut shuffled: Vec<Arrival> = arrivals.clone();
                shuffled.extend(arrivals.iter().step_by(3).cloned());
                let mut state = seed | 1;
                for i in (1..shuffled.len()).rev() {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let j = usize::try_from(state >> 33).unwrap() % (i + 1);
                    shuffled.swap(i, j);
                }
                let city = City::with_tower().await;
                for batch in shuffled.chunks(5) {
                    city.store.commit(batch.to_vec()).await.unwrap();
                    city.store.settle().await.unwrap();
                }
                prop_assert_eq!(differences(&everything(&city).await, &expected), NONE);

                // From scratch: another interval and back marks everything.
                city.store.import_devices(vec![new_device(1, "Turm", 25)]).await.unwrap();
                city.store.settle().await.unwrap();
                city.store.import_devices(vec![new_device(1, "Turm", 10)]).await.unwrap();
                prop_assert_eq!(differences(&everything(&city).await, &expected), NONE);
                Ok(())
            })
        })
        .unwrap();
}

#[tokio::test]
async fn a_short_gap_of_a_running_total_is_covered_whatever_arrives_first() {
    // 21 minutes: more than one and a half intervals, yet not too long for a quarter-hour.
    for order in [[0, 1], [1, 0]] {
        let city = City::with_tower().await;
        let device = city.device(1).await;
        let frames = [("2026-06-01T08:09:00Z", 5.0), ("2026-06-01T08:30:00Z", 9.0)]
            .map(|(time, value)| Frame::new(&device, at(time)).value(P::BicycleTotal, value).arrival());
        for i in order {
            city.commit(frames[i].clone()).await;
            city.store.settle().await.unwrap();
        }
        let hour = buckets(&city, P::BicycleTotal, BucketWidth::Hour, june_first()).await;
        assert_eq!((hour[0].sum, hour[0].covered_seconds), (4.0, 1260.0));
    }
}

#[tokio::test]
async fn the_buckets_of_all_things_are_those_of_each_datastream() {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(2, "Pier", 10)]).await.unwrap();
    let (tower, pier) = (city.device(1).await, city.device(2).await);
    for minute in [10, 20, 40, 70, 90] {
        let time = at("2026-06-01T08:00:00Z") + SignedDuration::from_mins(minute);
        city.commit(Frame::new(&tower, time).value(P::AirTemperature, 7.0).arrival()).await;
        let frame = Frame::new(&pier, time).value(P::BicycleCount, 5.0).value(P::CarCount, 9.0);
        city.commit(frame.arrival()).await;
    }
    city.store.settle().await.unwrap();
    for (width, range) in [
        (BucketWidth::QuarterHour, range("2026-06-01T08:00:00Z", "2026-06-01T09:15:00Z")),
        (BucketWidth::Hour, june_first()),
        (BucketWidth::Day, june_first()),
    ] {
        let all = city.store.all_buckets(width, range).await.unwrap();
        let mut n = 0;
        for stream in city.store.datastreams(None).await.unwrap() {
            let own: Vec<_> =
                all.iter().filter(|(id, b)| *id == stream.id && b.n > 0).map(|(_, b)| *b).collect();
            assert_eq!(own, city.store.buckets(stream.id, width, range).await.unwrap());
            n += own.len();
        }
        assert!(n > 2, "{width:?}: {n} buckets");
    }
}
