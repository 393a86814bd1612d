use domain::ThingId;
use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;
/// 2026-06-01T00:00:00Z.
const BEGIN_MS: i64 = 1_780_272_000_000;
const DAYS: i64 = 2;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millisecond(BEGIN_MS + minutes * MINUTE).unwrap()
}

fn range() -> TimeRange {
    TimeRange::new(at(0), at(DAYS * 1440)).unwrap()
}

/// Devices that report every so many minutes, each with a phase of its own; those uplinks are lost that `is_lost` says.
fn city(
    n_devices: i64,
    interval: i64,
    mut is_lost: impl FnMut(i64, i64) -> bool,
) -> (Vec<Reception>, Vec<Gap>) {
    let (mut receptions, mut gaps) = (Vec::new(), Vec::new());
    for device in 0..n_devices {
        let phase = device * 7 % interval;
        let times: Vec<i64> = (0..DAYS * 1440 / interval).map(|k| phase + k * interval).collect();
        let heard: Vec<i64> = times.iter().copied().filter(|&t| t == phase || !is_lost(device, t)).collect();
        let reception = Reception {
            device: DeviceId(device),
            thing: ThingId(device),
            profile: "elsys/ers".into(),
            expected_interval: SignedDuration::from_mins(interval),
            until: None,
            first_heard_at: at(phase),
            last_heard_at: at(*heard.last().unwrap()),
            n_received: 0,
            n_missing: 0,
            n_resets: 0,
        };
        gaps.extend(heard.windows(2).filter(|pair| pair[1] - pair[0] > interval).map(|pair| Gap {
            device: DeviceId(device),
            thing: ThingId(device),
            from: at(pair[0]),
            to: at(pair[1]),
            n_missing: u64::try_from((pair[1] - pair[0]) / interval - 1).unwrap(),
            is_open: false,
        }));
        gaps.extend(reception.silence(range().to()));
        receptions.push(reception);
    }
    (receptions, gaps)
}

/// An even number below 100 for a device and a time, the same in each run.
fn percent(device: i64, time: i64, seed: u64) -> u64 {
    let mut x = seed
        ^ device.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ time.unsigned_abs().wrapping_mul(0xbf58_476d_1ce4_e5b9);
    for shift in [30, 27, 31] {
        x = (x ^ (x >> shift)).wrapping_mul(0x94d0_49bb_1331_11eb);
    }
    (x >> 33) % 100
}

#[test]
fn an_hour_in_which_nothing_came_of_any_device_is_an_outage() {
    // Lost from 10:00 to 11:00.
    let (receptions, gaps) = city(8, 10, |_, t| (600..660).contains(&t));
    let found = outages(range(), &receptions, &gaps);
    assert_eq!(found, [Outage { from: at(600), to: at(660), n_devices: 8, n_missing: 48 }]);
}

#[test]
fn a_quarter_hour_is_enough() {
    let (receptions, gaps) = city(40, 10, |_, t| (600..615).contains(&t));
    let found = outages(range(), &receptions, &gaps);
    assert_eq!(
        found.iter().map(|o| (o.from, o.to, o.n_devices)).collect::<Vec<_>>(),
        [(at(600), at(615), 40)]
    );
}

#[test]
fn an_outage_of_an_hour_shows_where_devices_report_hourly() {
    let (receptions, gaps) = city(30, 60, |_, t| (600..720).contains(&t));
    let found = outages(range(), &receptions, &gaps);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].from <= at(630) && found[0].to >= at(690), "{found:?}");
    assert_eq!(found[0].n_devices, 30);
}

#[test]
fn an_outage_that_goes_on_is_one() {
    let (receptions, gaps) = city(8, 10, |_, t| t >= DAYS * 1440 - 45);
    let found = outages(range(), &receptions, &gaps);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].from, found[0].to), (at(DAYS * 1440 - 45), at(DAYS * 1440)));
}

#[test]
fn four_devices_are_no_outage() {
    let (receptions, gaps) = city(4, 10, |_, t| (600..660).contains(&t));
    assert_eq!(outages(range(), &receptions, &gaps), []);
}

#[test]
fn one_gateway_of_a_large_city_is_an_outage_from_twenty_devices_on() {
    for (n_behind, is_one) in [(19, false), (20, true)] {
        let (receptions, gaps) = city(500, 10, |device, t| device < n_behind && (600..660).contains(&t));
        assert_eq!(!outages(range(), &receptions, &gaps).is_empty(), is_one, "{n_behind}");
    }
}

#[test]
fn devices_that_broke_down_long_ago_are_no_outage() {
    let (receptions, gaps) = city(9, 10, |device, t| device < 5 && t > 60 * device);
    let found = outages(range(), &receptions, &gaps);
    assert!(found.iter().all(|outage| outage.to <= at(25 * 60)), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What the radio loses, device by device, is never our outage.
    #[test]
    fn loss_of_the_radio_is_no_outage(seed in any::<u64>(), share in 0_u64..=10, size in prop::sample::select(vec![(15, 10), (60, 10), (60, 60), (500, 10)])) {
        let (receptions, gaps) = city(size.0, size.1, |device, t| percent(device, t, seed) < share);
        prop_assert_eq!(outages(range(), &receptions, &gaps), []);
    }

    /// An outage shows through what the radio loses, with about its length.
    #[test]
    fn an_outage_shows_through_loss_of_the_radio(seed in any::<u64>(), share in 0_u64..=10, begin in 100_i64..2000, length in 30_i64..300) {
        let (receptions, gaps) = city(100, 10, |device, t| (begin..begin + length).contains(&t) || percent(device, t, seed) < share);
        let found = outages(range(), &receptions, &gaps);
        prop_assert_eq!(found.len(), 1, "{:?}", found);
        prop_assert!((found[0].from.as_millisecond() - at(begin).as_millisecond()).abs() <= 15 * MINUTE);
        prop_assert!((found[0].to.as_millisecond() - at(begin + length).as_millisecond()).abs() <= 15 * MINUTE);
        prop_assert!(found[0].n_devices >= 95);
    }
}
