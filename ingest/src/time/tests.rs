use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NETWORK: &str = "2026-11-23T12:00:30.250Z";

/// The instant of a value of an uplink the network heard at [`NETWORK`] and we received a second later.
fn resolve(device: DeviceTime, tolerance: ClockTolerance) -> (String, bool) {
    let received = at(NETWORK) + SignedDuration::from_secs(1);
    let resolved = UplinkTime::new(Some(at(NETWORK)), received).unwrap().resolve(device, tolerance);
    (resolved.time.to_string(), resolved.is_suspect)
}

#[test]
fn device_times_are_believed_within_the_tolerance_of_the_profile() {
    use ClockTolerance::{Datalog, Strict};
    let network = (NETWORK, true);
    // device clock, tolerance, expected instant and doubt
    let table = [
        ("2026-11-23T12:00:30.250Z", Strict, ("2026-11-23T12:00:30.25Z", false)),
        ("2026-11-23T11:50:30.250Z", Strict, ("2026-11-23T11:50:30.25Z", false)),
        ("2026-11-23T11:50:30.249Z", Strict, network),
        // Ahead is believed for two minutes only, whatever the profile.
        ("2026-11-23T12:02:30.250Z", Strict, ("2026-11-23T12:02:30.25Z", false)),
        ("2026-11-23T12:02:30.251Z", Strict, network),
        ("2026-11-23T12:02:30.251Z", Datalog, network),
        // Thirty days back is 24 October.
        ("2026-10-24T12:00:30.250Z", Datalog, ("2026-10-24T12:00:30.25Z", false)),
        ("2026-10-24T12:00:30.249Z", Datalog, network),
        ("1980-01-06T00:00:00Z", Datalog, network),
    ];
    for (device, tolerance, (time, is_suspect)) in table {
        let found = resolve(DeviceTime::At(at(device)), tolerance);
        assert_eq!(found, (at(time).to_string(), is_suspect), "{device} {tolerance:?}");
    }
}

#[test]
fn a_clock_without_date_and_zone_is_read_by_its_minute() {
    // hour, minute, expected
    let table = [
        (13, 0, ("2026-11-23T12:00:00Z", false)), // local clock, one hour ahead of UTC
        (12, 0, ("2026-11-23T12:00:00Z", false)),
        (23, 55, ("2026-11-23T11:55:00Z", false)),
        (12, 2, ("2026-11-23T12:02:00Z", false)), // ahead by less than two minutes
        (12, 3, (NETWORK, true)),                 // 11:03, an hour ago, or three minutes ahead: neither
        (11, 51, ("2026-11-23T11:51:00Z", false)),
        (11, 50, (NETWORK, true)), // ten and a half minutes back
    ];
    for (hour, minute, (time, is_suspect)) in table {
        let found = resolve(DeviceTime::ClockTime { hour, minute }, ClockTolerance::Strict);
        assert_eq!(found, (at(time).to_string(), is_suspect), "{hour}:{minute}");
    }
}

#[test]
fn without_a_network_time_ours_is_taken_and_doubted() {
    let received = at("2026-11-23T12:00:30.2504Z");
    let times = UplinkTime::new(None, received).unwrap();
    let expected = Resolved { time: at("2026-11-23T12:00:30.250Z"), is_suspect: true };
    assert_eq!(times.reference(), expected);
    assert_eq!(times.resolve(DeviceTime::Uplink, ClockTolerance::Strict), expected);
    // A device clock that agrees with ours is good evidence.
    let device = DeviceTime::At(at("2026-11-23T12:00:00Z"));
    let resolved = times.resolve(device, ClockTolerance::Strict);
    assert_eq!(resolved, Resolved { time: at("2026-11-23T12:00:00Z"), is_suspect: false });
}

#[test]
fn instants_are_rounded_to_the_millisecond() {
    let times = UplinkTime::new(Some(at("2026-11-23T12:00:00.0005Z")), at("2026-11-23T12:00:01Z")).unwrap();
    assert_eq!(times.reference().time, at("2026-11-23T12:00:00.001Z"));
}

#[test]
fn the_first_believable_network_time_is_taken() {
    let received = at("2026-11-23T12:00:00Z");
    let first = |candidates: &[&str]| network_time(candidates.iter().copied(), received);
    assert_eq!(first(&[]), None);
    assert_eq!(first(&["", "yesterday", "0001-01-01T00:00:00Z", "1980-01-21T00:00:10Z"]), None);
    assert_eq!(first(&["2014-12-31T23:59:59Z", "2015-01-01T00:00:00Z"]), Some(at("2015-01-01T00:00:00Z")));
    assert_eq!(first(&["2026-11-23T12:02:00Z"]), Some(at("2026-11-23T12:02:00Z")));
    assert_eq!(
        first(&["2026-11-23T12:02:00.001Z", "2026-11-20T12:00:00Z"]),
        Some(at("2026-11-20T12:00:00Z"))
    );
}

#[test]
fn a_clock_of_ours_before_lorawan_existed_is_no_judge() {
    let booted = at("1970-01-01T00:00:40Z");
    assert_eq!(network_time([NETWORK].into_iter(), booted), Some(at(NETWORK)));
    assert_eq!(network_time(["1980-01-06T00:00:00Z"].into_iter(), booted), None);
    let times = UplinkTime::new(Some(at(NETWORK)), booted).unwrap();
    assert_eq!(times.reference(), Resolved { time: at(NETWORK), is_suspect: false });
    // The device's clock is judged by the network's alone.
    let device = DeviceTime::At(at("2026-11-23T12:00:00Z"));
    let resolved = times.resolve(device, ClockTolerance::Strict);
    assert_eq!(resolved, Resolved { time: at("2026-11-23T12:00:00Z"), is_suspect: false });
}

#[test]
fn without_any_time_that_can_be_true_there_is_none() {
    assert!(UplinkTime::new(None, at("2014-12-31T23:59:59Z")).is_none());
    assert!(UplinkTime::new(None, at("2015-01-01T00:00:00Z")).is_some());
}

proptest! {
    #[test]
    fn no_measurement_lies_more_than_two_minutes_ahead_of_our_clock(
        network_ms in 1_500_000_000_000_i64..1_900_000_000_000,
        late_ms in -120_000_i64..1_000_000_000,
        device_offset_ms in -10_000_000_000_i64..10_000_000_000,
        (hour, minute) in (0_u8..24, 0_u8..60),
        is_datalog: bool,
    ) {
        let network = Timestamp::from_millisecond(network_ms).unwrap();
        let received = Timestamp::from_millisecond(network_ms + late_ms).unwrap();
        let device = Timestamp::from_millisecond(network_ms + device_offset_ms).unwrap();
        let tolerance = if is_datalog { ClockTolerance::Datalog } else { ClockTolerance::Strict };
        let times = UplinkTime::new(Some(network), received).unwrap();
        for device in [DeviceTime::Uplink, DeviceTime::At(device), DeviceTime::ClockTime { hour, minute }] {
            let resolved = times.resolve(device, tolerance);
            prop_assert!(resolved.time <= received + SignedDuration::from_mins(2));
            if resolved.is_suspect {
                prop_assert_eq!(resolved.time, network);
            }
        }
    }
}
