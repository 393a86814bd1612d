//! Values doubted beside those before them: the same in whatever order they arrive.

use std::{collections::BTreeMap, sync::Arc};

use domain::{Continuity, Doubt, ObservedProperty as P, Plausibility, Quality, QualityRules, TimeRange};
use jiff::{SignedDuration, Timestamp};
use store::{Arrival, NewValue, ReassessMode, RebuildMode, Store};

use super::harness::{City, Frame, at, new_value};
use crate::{Kind, STORE};

const BEGIN: &str = "2026-06-01T10:00:00Z";
const MEASURED: [P; 3] = [P::AirTemperature, P::WindGust, P::SoundLevel];

fn minutes(n: i64) -> Timestamp {
    at(BEGIN) + SignedDuration::from_mins(n)
}

/// The stored qualities of a property, in order of time.
async fn qualities(city: &City, property: P) -> Vec<(Timestamp, Quality)> {
    let range = TimeRange::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap();
    let page = city.store.observations(city.stream(property).await, range, None, 1000).await.unwrap();
    page.items.into_iter().map(|observation| (observation.time, observation.quality)).collect()
}

async fn doubts(city: &City, property: P) -> Vec<Option<Doubt>> {
    qualities(city, property).await.into_iter().map(|(_, quality)| quality.doubt()).collect()
}

/// Temperatures every ten minutes.
async fn tower(temperatures: &[f64], order: impl IntoIterator<Item = usize>) -> City {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    for i in order {
        let time = minutes(10 * i64::try_from(i).unwrap());
        city.commit(Frame::new(&device, time).value(P::AirTemperature, temperatures[i]).arrival()).await;
    }
    city
}

const STEP: Option<Doubt> = Some(Doubt::Step);
const STUCK: Option<Doubt> = Some(Doubt::Stuck);

#[tokio::test]
async fn a_jump_is_doubted_as_it_is_written_and_counts_all_the_same() {
    let city = tower(&[15.0, 15.2, 40.0, 15.1], 0..4).await;
    assert_eq!(doubts(&city, P::AirTemperature).await, [None, None, STEP, None]);
    city.store.settle().await.unwrap();
    let range = TimeRange::new(at(BEGIN), minutes(60)).unwrap();
    let stream = city.stream(P::AirTemperature).await;
    let hour = city.store.buckets(stream, domain::BucketWidth::Hour, range).await.unwrap();
    assert_eq!((hour[0].n, hour[0].max), (4, Some(40.0)));
}

#[tokio::test]
async fn the_newest_value_is_doubted_too_and_no_longer_when_a_late_one_explains_it() {
    let city = tower(&[15.0, 15.2, 17.0, 19.0], [0, 1, 3]).await;
    let latest = || async { city.store.latest(None).await.unwrap()[0].quality };
    // 3.8 K in twenty minutes are possible: 6 would be the limit.
    assert_eq!(latest().await, Quality::Good);

    let city = tower(&[15.0, 15.2, 19.9, 22.0], [0, 1, 3]).await;
    let latest = || async { city.store.latest(None).await.unwrap()[0].quality };
    assert_eq!(latest().await, Quality::Suspect(Doubt::Step), "6.8 K in twenty minutes");
    let device = city.device(1).await;
    city.commit(Frame::new(&device, minutes(20)).value(P::AirTemperature, 19.9).arrival()).await;
    assert_eq!(doubts(&city, P::AirTemperature).await, [None, None, STEP, None], "4.7 K, then 2.1 K");
    assert_eq!(latest().await, Quality::Good);
}

#[tokio::test]
async fn a_late_value_ends_a_run_that_seemed_unbroken() {
    let mut values = vec![4.2; 26];
    let city = tower(&values, (0..26).filter(|i| *i != 5)).await;
    // 180 minutes after the first value, the sixth is missing.
    let found = doubts(&city, P::AirTemperature).await;
    assert_eq!(found.iter().position(|doubt| *doubt == STUCK), Some(17));

    values[5] = 4.3;
    let device = city.device(1).await;
    city.commit(Frame::new(&device, minutes(50)).value(P::AirTemperature, 4.3).arrival()).await;
    // The run begins anew at minute 60 and is three hours long at minute 240.
    let found = doubts(&city, P::AirTemperature).await;
    assert_eq!(found.iter().position(|doubt| *doubt == STUCK), Some(24));
    assert_eq!(city.store.latest(None).await.unwrap()[0].quality, Quality::Suspect(Doubt::Stuck));
}

#[tokio::test]
async fn a_writer_knows_the_values_of_before_its_start_and_of_other_writers() {
    let city = tower(&[15.0, 15.1, 15.2], 0..3).await;
    let device = city.device(1).await;
    let other = city.open_again().await;
    let jump = Frame::new(&device, minutes(30)).value(P::AirTemperature, 25.0).arrival();
    other.commit(vec![jump]).await.unwrap();
    // Beside what this writer has written itself it would be one more step.
    let like_it = Frame::new(&device, minutes(40)).value(P::AirTemperature, 25.1).arrival();
    city.store.commit(vec![like_it]).await.unwrap();
    assert_eq!(doubts(&city, P::AirTemperature).await, [None, None, None, STEP, None]);
}

#[tokio::test]
async fn values_that_prove_nothing_are_neither_compared_nor_doubted_anew() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    let of =
        |minute, value: NewValue| Frame::new(&device, minutes(minute)).any(minutes(minute), value).arrival();
    let with = |number, quality| NewValue { quality, ..new_value(P::AirTemperature, number) };
    let good = |number| new_value(P::AirTemperature, number);
    for arrival in [
        of(0, good(15.0)),
        of(10, good(99.0)),
        of(20, with(30.0, Quality::Suspect(Doubt::Clock))),
        of(30, with(0.0, Quality::Suspect(Doubt::Inconsistent))),
        of(40, good(15.1)),
    ] {
        city.commit(arrival).await;
    }
    let found = qualities(&city, P::AirTemperature).await;
    let suspect = Quality::Suspect;
    assert_eq!(
        found.into_iter().map(|(_, quality)| quality).collect::<Vec<_>>(),
        [Quality::Good, Quality::Bad, suspect(Doubt::Clock), suspect(Doubt::Inconsistent), Quality::Good]
    );
}

#[tokio::test]
async fn doubtful_values_are_counted_by_property_and_doubt() {
    let city = tower(&[15.0, 15.2, 40.0, 15.1], 0..4).await;
    assert_eq!(city.store.doubtful(), [((P::AirTemperature, Doubt::Step), 1)].into());
}

/// Small numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

type Values = BTreeMap<i64, Vec<NewValue>>;

/// What a device measures at some minutes: mostly what it measured before, or something near, or far off.
fn measured(dice: &mut Dice) -> Values {
    let (mut minute, mut values) = (0, [12.0, 3.0, 50.0]);
    let mut all = Values::new();
    for _ in 0..60 {
        minute += match dice.roll(12) {
            0 => 61 + i64::try_from(dice.roll(200)).unwrap(),
            1 => 1,
            _ => 5 + i64::try_from(dice.roll(11)).unwrap(),
        };
        let mut of_instant = Vec::new();
        for (property, value) in MEASURED.into_iter().zip(&mut values) {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            match dice.roll(10) {
                0 => *value = dice.roll(300) as f64,
                1 => *value = dice.roll(40) as f64,
                2 => *value += 0.5,
                _ => {}
            }
            let new = new_value(property, *value);
            match dice.roll(12) {
                0 => {}
                1 if new.quality.counts() => {
                    let doubt = if dice.roll(2) == 0 { Doubt::Clock } else { Doubt::Inconsistent };
                    of_instant.push(NewValue { quality: Quality::Suspect(doubt), ..new });
                }
                _ => of_instant.push(new),
            }
        }
        if !of_instant.is_empty() {
            all.insert(minute, of_instant);
        }
    }
    all
}

/// The qualities that follow from the values alone, in order of time.
fn expected(values: &Values, property: P) -> Vec<(Timestamp, Quality)> {
    let mut continuity = Continuity::default();
    let rule = property.plausibility();
    let mut found = Vec::new();
    for (&minute, of_instant) in values {
        for value in of_instant.iter().filter(|value| value.property == property) {
            let mut quality = value.quality;
            if quality.is_comparable() {
                let number = value.value.as_number().unwrap();
                let doubt = continuity.assess(&rule, minutes(minute).as_millisecond(), number);
                quality = doubt.map_or(quality, Quality::Suspect);
            }
            found.push((minutes(minute), quality));
        }
    }
    found
}

/// One uplink for each instant; some carry the last instants again, as history.
fn arrivals(city_device: &store::Device, values: &Values, dice: &mut Dice) -> Vec<Arrival> {
    let all: Vec<_> = values.iter().collect();
    let mut arrivals = Vec::new();
    for (i, (minute, _)) in all.iter().enumerate() {
        let mut frame = Frame::new(city_device, minutes(**minute));
        let n_back = usize::try_from(dice.roll(4).saturating_sub(1)).unwrap();
        for (minute, of_instant) in &all[i.saturating_sub(n_back)..=i] {
            for value in *of_instant {
                frame = frame.any(minutes(**minute), *value);
            }
        }
        arrivals.push(frame.arrival());
    }
    arrivals
}

#[tokio::test]
async fn in_whatever_order_values_arrive_the_same_ones_are_doubted() {
    let n_seeds = match STORE {
        Kind::Sqlite => 60,
        Kind::Timescale | Kind::Postgres => 6,
    };
    let mut n_doubted = BTreeMap::new();
    for seed in 0..n_seeds {
        let dice = &mut Dice(seed);
        let values = measured(dice);
        let city = City::with_tower().await;
        let mut arrivals = arrivals(&city.device(1).await, &values, dice);
        // In order; in pieces that come backwards; shuffled.
        match seed % 3 {
            0 => {}
            1 => {
                let n = 1 + usize::try_from(dice.roll(20)).unwrap();
                arrivals = arrivals.chunks(n).rev().flatten().cloned().collect();
            }
            _ => arrivals.sort_by_cached_key(|_| dice.roll(u64::MAX)),
        }
        while !arrivals.is_empty() {
            let n = (1 + usize::try_from(dice.roll(9)).unwrap()).min(arrivals.len());
            city.store.commit(arrivals.drain(..n).collect()).await.unwrap();
        }
        for property in MEASURED {
            let should = expected(&values, property);
            for doubt in should.iter().filter_map(|(_, quality)| quality.doubt()) {
                *n_doubted.entry((property, doubt)).or_insert(0_u32) += 1;
            }
            assert_eq!(qualities(&city, property).await, should, "seed {seed}, {property}");
        }
        let latest = city.store.latest(None).await.unwrap();
        for latest in latest {
            let streams = city.store.datastreams(None).await.unwrap();
            let property = streams.iter().find(|stream| stream.id == latest.datastream).unwrap().property;
            let newest = expected(&values, property).pop().unwrap();
            assert_eq!((latest.time, latest.quality), newest, "seed {seed}, newest {property}");
        }
    }
    // The values are such that the test says something.
    for doubt in [Doubt::Step, Doubt::Stuck] {
        let of_doubt = n_doubted.iter().filter(|((_, of), _)| *of == doubt);
        assert!(of_doubt.map(|(_, n)| n).sum::<u32>() > 10, "{n_doubted:?}");
    }
}

/// The same city with other rules.
async fn ruled_by(city: &City, change: impl FnOnce(&mut QualityRules)) -> Store {
    let mut rules = QualityRules::default();
    change(&mut rules);
    Store::open(store::Config { quality: Arc::new(rules), ..city.config() }).await.unwrap()
}

#[tokio::test]
async fn other_rules_reach_stored_values_only_when_somebody_asks() {
    let city = tower(&[15.0, 15.2, 40.0, 15.1, -30.0], 0..5).await;
    city.store.settle().await.unwrap();
    let temperature = P::AirTemperature;
    let rule = temperature.plausibility();
    let changed = ruled_by(&city, |rules| {
        rules.set(temperature, Plausibility { range: Some((-20.0, 50.0)), step: None, ..rule });
    })
    .await;
    assert_eq!(doubts(&city, temperature).await, [None, None, STEP, None, STEP]);

    let told = changed.reassess(ReassessMode::DryRun).await.unwrap();
    let of = |from, to| ((temperature, from, to), 1);
    let step = Quality::Suspect(Doubt::Step);
    assert_eq!(told.n_values, 5);
    assert_eq!(told.changes, [of(step, Quality::Good), of(step, Quality::Bad)].into());
    assert_eq!(doubts(&city, temperature).await, [None, None, STEP, None, STEP], "a dry run");

    assert_eq!(changed.reassess(ReassessMode::Apply).await.unwrap(), told);
    let found: Vec<_> = qualities(&city, temperature).await.into_iter().map(|(_, quality)| quality).collect();
    assert_eq!(found, [Quality::Good, Quality::Good, Quality::Good, Quality::Good, Quality::Bad]);
    assert_eq!(city.store.latest(None).await.unwrap()[0].quality, Quality::Bad);
    // What does not count any more is in no bucket any more.
    changed.settle().await.unwrap();
    let report = changed.rebuild(RebuildMode::Check).await.unwrap();
    assert_eq!(report.n_different(), 0);
    let hour = TimeRange::new(at(BEGIN), minutes(60)).unwrap();
    let stream = city.stream(temperature).await;
    let buckets = changed.buckets(stream, domain::BucketWidth::Hour, hour).await.unwrap();
    assert_eq!((buckets[0].n, buckets[0].min), (4, Some(15.0)));

    // And back: whoever has the old rules finds what they found at first.
    city.store.reassess(ReassessMode::Apply).await.unwrap();
    assert_eq!(doubts(&city, temperature).await, [None, None, STEP, None, STEP]);
    assert_eq!(changed.reassess(ReassessMode::DryRun).await.unwrap().n_changed(), 2);
    assert_eq!(city.store.reassess(ReassessMode::DryRun).await.unwrap().n_changed(), 0);
}

#[tokio::test]
async fn what_was_assessed_as_it_came_needs_no_other_assessment() {
    for seed in 0..4 {
        let dice = &mut Dice(seed);
        let values = measured(dice);
        let city = City::with_tower().await;
        let arrivals = arrivals(&city.device(1).await, &values, dice);
        city.store.commit(arrivals).await.unwrap();
        let report = city.store.reassess(ReassessMode::DryRun).await.unwrap();
        assert_eq!(report.changes, BTreeMap::new(), "seed {seed}");
    }
}
