//! Raw uplinks decoded again: what is stored afterwards is what a store has that knew the decoder from the start.

use domain::{BucketWidth, Missing, ObservedProperty as P, Quality, TimeRange, Value};
use jiff::{SignedDuration, Timestamp};
use store::{
    Assessed, Content, DecodedUplink, NewReading, NewValue, Outcome, RebuildMode, RedecodeMode,
    RedecodeOutcome, Redecoded, StoredUplink, UplinkFilter, ValueChange,
};

use super::harness::{City, Frame, at, new_device, new_value};
use crate::{Kind, STORE};

const BEGIN: &str = "2026-06-01T10:00:00Z";

fn minutes(n: i64) -> Timestamp {
    at(BEGIN) + SignedDuration::from_mins(n)
}

/// The uplinks of device 1, newest first.
async fn raw(city: &City) -> Vec<StoredUplink> {
    let filter = UplinkFilter { devices: vec![city.device(1).await.id], since: None };
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = city.store.stored_uplinks(filter.clone(), before, 7).await.unwrap();
        let Some(last) = page.last() else { return all };
        before = Some(last.position());
        all.extend(page);
    }
}

/// Uplinks with what another decoder makes of them.
async fn decoded_by(
    city: &City,
    uplinks: Vec<StoredUplink>,
    decoder: &impl Fn(Timestamp) -> Vec<NewReading>,
) -> Vec<Redecoded> {
    let device = city.device(1).await;
    let again = |StoredUplink { id, device: of, time, uplink }| {
        let decoded =
            DecodedUplink { device: of, thing: device.thing, time, readings: decoder(time), uplink };
        Redecoded { id, decoded }
    };
    uplinks.into_iter().map(again).collect()
}

/// Decodes everything again.
async fn redecode(
    city: &City,
    mode: RedecodeMode,
    decoder: impl Fn(Timestamp) -> Vec<NewReading>,
) -> Vec<RedecodeOutcome> {
    let again = decoded_by(city, raw(city).await, &decoder).await;
    city.store.redecode(again, "device 1", mode).await.unwrap()
}

/// A tower with uplinks at these minutes, in the order of arrival.
async fn filled(uplinks: &[i64], decoder: impl Fn(Timestamp) -> Vec<NewReading>) -> City {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    for &n in uplinks {
        let time = minutes(n);
        let mut frame = Frame::new(&device, time);
        for reading in decoder(time) {
            for value in reading.values {
                frame = frame.any(reading.time, value);
            }
        }
        assert_eq!(city.commit(frame.arrival()).await, Outcome::Stored);
    }
    city
}

/// All values with time, property and quality, past the store.
fn observations(city: &City) -> Vec<Vec<String>> {
    let time = match STORE {
        Kind::Sqlite => "time_ms",
        Kind::Timescale | Kind::Postgres => "time",
    };
    let columns = format!("{time}, property, channel, value, quality");
    let from = "observation o JOIN datastream d ON d.id = o.datastream_id";
    city.query(&format!("SELECT {columns} FROM {from} ORDER BY {columns}"))
}

/// All that can be read of what was measured, without the ids.
async fn content(city: &City) -> (Vec<Vec<String>>, Vec<String>, Vec<String>) {
    city.store.settle().await.unwrap();
    let streams = city.store.datastreams(None).await.unwrap();
    let property = |id| streams.iter().find(|stream| stream.id == id).unwrap().property.key();
    let range = TimeRange::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap();
    let mut buckets = Vec::new();
    for width in [BucketWidth::QuarterHour, BucketWidth::Hour, BucketWidth::Day] {
        for (stream, bucket) in city.store.all_buckets(width, range).await.unwrap() {
            buckets.push(format!("{} {} {bucket:?}", width.key(), property(stream)));
        }
    }
    buckets.sort();
    let latest = city.store.latest(None).await.unwrap();
    let line =
        |l: store::Latest| format!("{} {} {:?} {:?}", property(l.datastream), l.time, l.value, l.quality);
    let mut latest: Vec<String> = latest.into_iter().map(line).collect();
    latest.sort();
    (observations(city), buckets, latest)
}

/// Two stores say the same, and every bucket of the first follows from its readings.
async fn same(city: &City, other: &City) {
    let (is, should) = (content(city).await, content(other).await);
    assert_eq!(is.0, should.0, "readings");
    assert_eq!(is.1, should.1, "buckets");
    assert_eq!(is.2, should.2, "newest values");
    let report = city.store.rebuild(RebuildMode::Check).await.unwrap();
    assert_eq!(report.first, []);
    // Readings of an uplink have adjoining ids, and the uplink knows them.
    let torn = "uplink u WHERE u.n_readings <>
        (SELECT count(*) FROM reading r WHERE r.uplink_id = u.id
         AND r.id >= u.first_reading AND r.id < u.first_reading + u.n_readings)
        AND u.duplicate_of IS NULL";
    assert_eq!(city.count(torn), 0);
}

/// Ids and values as they lie in the table.
fn rows(city: &City) -> Vec<Vec<String>> {
    city.query(r#"SELECT id, uplink_id, "values", quality FROM reading ORDER BY id"#)
}

/// A rain gauge whose bucket tips at `mm`: tips of the last ten minutes, all tips since it was installed, battery.
fn gauge(mm: f64) -> impl Fn(Timestamp) -> Vec<NewReading> {
    move |time| {
        let n = (time.as_second() - at(BEGIN).as_second()) / 60;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let (tips, all) = ((n / 10 % 4) as f64, (n * 3 % 700) as f64);
        let total = NewValue { wraps_at: Some(700.0 * mm), ..new_value(P::PrecipitationTotal, all * mm) };
        let values = vec![new_value(P::Precipitation, tips * mm), total, new_value(P::BatteryVoltage, 3.1)];
        vec![NewReading { time, values }]
    }
}

/// Every ten minutes for six hours, an hour missing, the last four in the wrong order.
fn day() -> Vec<i64> {
    let mut uplinks: Vec<i64> = (0..36).map(|n| n * 10).filter(|n| !(120..180).contains(n)).collect();
    let n = uplinks.len();
    uplinks.swap(n - 1, n - 4);
    uplinks
}

#[tokio::test]
async fn the_same_decoder_changes_nothing_and_writes_nothing() {
    let city = filled(&day(), gauge(0.1)).await;
    city.store.settle().await.unwrap();
    let before = (rows(&city), city.count("audit"));
    let outcomes = redecode(&city, RedecodeMode::Apply, gauge(0.1)).await;
    assert_eq!(outcomes, vec![RedecodeOutcome::Unchanged; day().len()]);
    assert_eq!((rows(&city), city.count("audit")), before);
    assert_eq!(city.count("dirty"), 0);
}

#[tokio::test]
async fn after_another_setting_all_is_as_if_it_had_been_so_from_the_start() {
    let (city, other) = (filled(&day(), gauge(0.1)).await, filled(&day(), gauge(0.2)).await);
    city.store.settle().await.unwrap();
    let ids = city.query("SELECT id, uplink_id FROM reading ORDER BY id");
    let outcomes = redecode(&city, RedecodeMode::Apply, gauge(0.2)).await;
    assert!(outcomes.iter().any(|outcome| matches!(outcome, RedecodeOutcome::Changed(_))));
    same(&city, &other).await;
    assert_eq!(city.query("SELECT id, uplink_id FROM reading ORDER BY id"), ids, "the instants are the same");
    let wraps = "SELECT slot, wraps_at FROM device_channel ORDER BY slot";
    assert_eq!(city.query(wraps), other.query(wraps));
    assert!(city.count("audit WHERE action = 'redecode' AND subject = 'device 1'") >= 1);

    let once = (rows(&city), city.count("audit"));
    let outcomes = redecode(&city, RedecodeMode::Apply, gauge(0.2)).await;
    assert!(outcomes.iter().all(|outcome| *outcome == RedecodeOutcome::Unchanged));
    assert_eq!((rows(&city), city.count("audit")), once);
}

#[tokio::test]
async fn a_dry_run_tells_each_value_and_changes_none() {
    let city = filled(&[10, 20], gauge(0.1)).await;
    city.store.settle().await.unwrap();
    let before = (rows(&city), city.count("audit"));
    let outcomes = redecode(&city, RedecodeMode::DryRun, gauge(0.2)).await;
    let good = |value| Some(Assessed { value: Some(value), quality: Quality::Good });
    let change = |n, property: P, old, new| {
        let quality = property.plausibility().assess(old);
        let of = |value| good(value).map(|found: Assessed| Assessed { quality, ..found });
        ValueChange { time: minutes(n), property, channel: domain::Channel::MAIN, old: of(old), new: of(new) }
    };
    // One tip in the first ten minutes, two in the next; 30 and 60 tips in all.
    let of = |n, tips, all| {
        let mut changes = vec![
            change(n, P::Precipitation, tips * 0.1, tips * 0.2),
            change(n, P::PrecipitationTotal, all * 0.1, all * 0.2),
        ];
        changes.sort_by_key(|change| change.property);
        RedecodeOutcome::Changed(changes)
    };
    assert_eq!(outcomes, [of(20, 2.0, 60.0), of(10, 1.0, 30.0)]);
    assert_eq!((rows(&city), city.count("audit")), before);
    assert_eq!(city.count("dirty"), 0);
}

#[tokio::test]
async fn an_interrupted_run_leaves_whole_uplinks_and_the_next_one_completes_it() {
    let (city, other) = (filled(&day(), gauge(0.1)).await, filled(&day(), gauge(0.2)).await);
    let first: Vec<StoredUplink> = raw(&city).await.into_iter().take(11).collect();
    let again = decoded_by(&city, first, &gauge(0.2)).await;
    city.store.redecode(again, "device 1", RedecodeMode::Apply).await.unwrap();
    let n_old = raw(&city).await.len() - 11;

    let outcomes = redecode(&city, RedecodeMode::Apply, gauge(0.2)).await;
    assert!(outcomes[..11].iter().all(|outcome| *outcome == RedecodeOutcome::Unchanged));
    let n_changed = outcomes.iter().filter(|o| matches!(o, RedecodeOutcome::Changed(_))).count();
    // At the very beginning nothing had tipped: zero stays zero.
    assert_eq!(n_changed, n_old - 1);
    same(&city, &other).await;
}

/// A number from a number, the same every time (`SplitMix64`).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A decoder that makes up to three instants of an uplink, shared with its neighbours, with any of four values.
fn any_decoder(seed: u64) -> impl Fn(Timestamp) -> Vec<NewReading> {
    move |time| {
        let of_uplink = mixed(seed ^ u64::try_from(time.as_second()).unwrap());
        let mut readings = Vec::new();
        for back in 0..3_u32 {
            let dice = mixed(of_uplink + u64::from(back));
            if dice.is_multiple_of(3) {
                continue;
            }
            let mut values = Vec::new();
            for (i, property) in
                [P::AirTemperature, P::BicycleTotal, P::WindDirection, P::WindSpeed].into_iter().enumerate()
            {
                let dice = mixed(dice + u64::try_from(i).unwrap());
                let number = f64::from(u32::try_from(dice >> 8 & 31).unwrap());
                match dice % 5 {
                    0 => {}
                    1 => {
                        let reason = Missing::SensorError;
                        let (value, quality) = (Value::Missing(reason), Quality::Missing(reason));
                        values.push(NewValue { value, quality, ..new_value(property, 0.0) });
                    }
                    _ => values.push(new_value(property, number)),
                }
            }
            if !values.is_empty() {
                let time = time - SignedDuration::from_mins(10 * i64::from(back));
                readings.push(NewReading { time, values });
            }
        }
        readings.reverse();
        readings
    }
}

#[tokio::test]
async fn whatever_the_decoders_are_all_is_as_if_the_new_one_had_been_there_from_the_start() {
    for seed in 0..8 {
        let (old, new) = (any_decoder(mixed(seed)), any_decoder(mixed(seed + 1000)));
        let mut uplinks: Vec<i64> = (0..14).map(|n| n * 10 + n / 7 * 240).collect();
        uplinks.sort_by_key(|n| mixed(seed + n.unsigned_abs()));
        let (city, other) = (filled(&uplinks, old).await, filled(&uplinks, &new).await);
        city.store.settle().await.unwrap();
        redecode(&city, RedecodeMode::Apply, &new).await;
        same(&city, &other).await;
        let again = redecode(&city, RedecodeMode::Apply, &new).await;
        assert!(again.iter().all(|outcome| *outcome == RedecodeOutcome::Unchanged), "seed {seed}: {again:?}");
    }
}

#[tokio::test]
async fn the_newest_value_goes_back_when_the_newest_uplink_says_nothing_any_more() {
    let city = filled(&[0, 10, 20], gauge(0.1)).await;
    let silent_at_the_end = |time| if time == minutes(20) { Vec::new() } else { gauge(0.1)(time) };
    redecode(&city, RedecodeMode::Apply, silent_at_the_end).await;
    let latest = city.store.latest(None).await.unwrap();
    assert_eq!(latest.len(), 3);
    assert!(latest.iter().all(|latest| latest.time == minutes(10)), "{latest:?}");

    // The id of what was removed is not given again: whoever follows the newest readings misses none.
    let device = city.device(1).await;
    city.commit(Frame::new(&device, minutes(30)).value(P::BatteryVoltage, 3.0).arrival()).await;
    assert_eq!(city.query("SELECT max(id) FROM reading"), [["4"]]);
}

#[tokio::test]
async fn only_what_is_touched_is_computed_again() {
    let city = filled(&day(), gauge(0.1)).await;
    city.store.settle().await.unwrap();
    // Whoever computes this quarter-hour again finds another sum.
    let (sum, start) = match STORE {
        Kind::Sqlite => ("'[99]'", format!("start_ms = {}", minutes(30).as_millisecond())),
        Kind::Timescale | Kind::Postgres => ("'{99}'", format!("start_at = '{}'", minutes(30))),
    };
    city.execute(&format!("UPDATE bucket SET sum = {sum} WHERE width = '15m' AND {start}"));
    let battery_low = |time| {
        let mut readings = gauge(0.1)(time);
        if time == minutes(200) {
            readings[0].values[2] = new_value(P::BatteryVoltage, 2.5);
        }
        readings
    };
    let outcomes = redecode(&city, RedecodeMode::Apply, battery_low).await;
    assert_eq!(outcomes.iter().filter(|o| **o != RedecodeOutcome::Unchanged).count(), 1);
    city.store.settle().await.unwrap();
    let report = city.store.rebuild(RebuildMode::Check).await.unwrap();
    // The day is put together from its quarter-hours, the hour of ours was not touched.
    assert!(report.quarter_hours.n_different > 0, "the quarter-hour was computed again");
    assert_eq!(report.hours.n_different, 0);
    let quarters = report.first.iter().filter(|found| found.width == BucketWidth::QuarterHour);
    assert!(quarters.clone().all(|found| found.start == minutes(30)), "{:?}", report.first);
}

#[tokio::test]
async fn a_device_that_hangs_elsewhere_now_keeps_what_it_measured_before() {
    let city = filled(&[0, 10], gauge(0.1)).await;
    city.store.import_devices(vec![new_device(1, "Hafen", 10)]).await.unwrap();
    let before = rows(&city);
    let outcomes = redecode(&city, RedecodeMode::Apply, gauge(0.2)).await;
    for outcome in outcomes {
        let RedecodeOutcome::Refused(sentence) = outcome else { panic!("{outcome:?}") };
        assert!(sentence.contains("its readings are those of Thing"), "{sentence}");
    }
    assert_eq!(rows(&city), before);
}

#[tokio::test]
async fn second_copies_are_not_decoded_again_and_since_leaves_out_what_is_older() {
    let city = filled(&[0, 10, 20], gauge(0.1)).await;
    let device = city.device(1).await;
    let copy = Frame::new(&device, minutes(20)).event(4711).arrival();
    assert!(matches!(copy.content, Content::Uplink(_)));
    assert_eq!(city.commit(copy).await, Outcome::DuplicateFrame);
    assert_eq!(raw(&city).await.len(), 3);
    let since = |time| UplinkFilter { devices: vec![device.id], since: Some(time) };
    let found = city.store.stored_uplinks(since(minutes(10)), None, 10).await.unwrap();
    assert_eq!(found.iter().map(|u| u.time).collect::<Vec<_>>(), [minutes(20), minutes(10)]);
    let nobody = UplinkFilter::default();
    assert_eq!(city.store.stored_uplinks(nobody, None, 10).await.unwrap(), []);
}
