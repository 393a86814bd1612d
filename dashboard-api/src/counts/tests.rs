use domain::ThingId;
use jiff::SignedDuration;

use super::*;

fn instant(s: &str) -> Timestamp {
    s.parse().unwrap()
}

fn range(from: &str, to: &str) -> TimeRange {
    TimeRange::new(instant(from), instant(to)).unwrap()
}

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn stream(id: i64, property: ObservedProperty, channel: &str) -> Datastream {
    Datastream {
        id: DatastreamId(id),
        thing: ThingId(1),
        slot: 0,
        property,
        channel: channel.parse().unwrap(),
        channel_name: None,
        expected_interval: SignedDuration::from_mins(10),
        first_at: None,
    }
}

fn ids(datastreams: &[Datastream]) -> Vec<i64> {
    let site = CountingSite::of_bicycles(datastreams).unwrap();
    site.directions.iter().map(|direction| direction.datastream.0).collect()
}

#[test]
fn a_running_total_is_preferred_and_never_added_to_interval_counts() {
    use ObservedProperty::{BicycleCount, BicycleTotal};
    let streams = [
        stream(1, BicycleCount, "ltr"),
        stream(2, BicycleCount, "rtl"),
        stream(3, BicycleTotal, "ltr"),
        stream(4, BicycleTotal, "rtl"),
    ];
    assert_eq!(ids(&streams), [3, 4]);
    assert_eq!(ids(&streams[..2]), [1, 2]);
}

#[test]
fn a_main_channel_beside_directions_is_their_sum_and_left_out() {
    let streams =
        [stream(1, ObservedProperty::BicycleCount, ""), stream(2, ObservedProperty::BicycleCount, "ltr")];
    assert_eq!(ids(&streams), [2]);
    assert_eq!(ids(&streams[..1]), [1]);
}

#[test]
fn a_weather_station_counts_no_bicycles() {
    assert_eq!(CountingSite::of_bicycles(&[stream(1, ObservedProperty::AirTemperature, "")]), None);
}

#[test]
fn a_week_ago_means_the_same_clock_time_across_the_change_to_winter_time() {
    // Monday 26 October 2026 12:07 in Oldenburg is 11:07 UTC; a week before, 12:00 was 10:00 UTC.
    let (today, week_ago) = comparable_ranges(&berlin(), instant("2026-10-26T11:07:00Z")).unwrap();
    assert_eq!(today, range("2026-10-25T23:00:00Z", "2026-10-26T11:00:00Z"));
    assert_eq!(week_ago, range("2026-10-18T22:00:00Z", "2026-10-19T10:00:00Z"));
}

#[test]
fn nothing_is_compared_in_the_first_quarter_hour_of_a_day() {
    assert_eq!(comparable_ranges(&berlin(), instant("2026-11-22T23:07:00Z")), None);
}
