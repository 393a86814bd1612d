use domain::ThingId;

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
    let site = BicycleSite::of(datastreams).unwrap();
    site.directions.iter().map(|direction| direction.datastream.0).collect()
}

fn bucket(range: TimeRange, sum: f64, covered_seconds: f64) -> Bucket {
    Bucket {
        range,
        n: 1,
        sum,
        min: None,
        max: None,
        last: None,
        vector: None,
        covered_seconds,
        n_resets: 0,
        carried: None,
    }
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
    assert_eq!(BicycleSite::of(&[stream(1, ObservedProperty::AirTemperature, "")]), None);
}

#[test]
fn no_buckets_is_unknown_and_an_observed_hour_without_bicycles_is_zero() {
    let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
    let now = instant("2026-11-23T11:00:00Z");
    assert_eq!(Count::of(&[], hour, now), Count { amount: None, completeness: 0.0 });
    let observed = Count::of(&[bucket(hour, 0.0, 3600.0)], hour, now);
    assert_eq!(observed, Count { amount: Some(0), completeness: 1.0 });
}

#[test]
fn the_first_value_of_a_counter_is_not_zero_bicycles() {
    let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
    let first = Bucket { last: Some(5000.0), ..Bucket::empty(hour) };
    assert_eq!(Count::of(&[first], hour, hour.to()).amount, None);
}

#[test]
fn an_amount_is_counted_although_too_little_was_heard_to_call_the_time_observed() {
    let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
    let count = Count::of(&[bucket(hour, 7.0, 0.0)], hour, hour.to());
    assert_eq!(count, Count { amount: Some(7), completeness: 0.0 });
}

#[test]
fn completeness_counts_only_time_that_has_passed() {
    // 9 of the 10 hours since midnight were observed; the rest of the day lies ahead.
    let day = range("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z");
    let count = Count::of(&[bucket(day, 90.0, 9.0 * 3600.0)], day, instant("2026-11-23T09:00:00Z"));
    assert_eq!(count, Count { amount: Some(90), completeness: 0.9 });
}

#[test]
fn an_amount_over_a_gap_counts_once_and_only_inside_the_range() {
    let first = range("2026-11-23T10:00:00Z", "2026-11-23T10:15:00Z");
    let last = range("2026-11-23T11:45:00Z", "2026-11-23T12:00:00Z");
    let gap = Carried { range: range("2026-11-23T10:10:00Z", "2026-11-23T11:50:00Z"), sum: 40.0 };
    let carrying = |range, sum, covered| Bucket { carried: Some(gap), ..bucket(range, sum, covered) };
    let buckets = [carrying(first, 5.0, 600.0), carrying(last, 7.0, 600.0)];

    let both = range("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z");
    // 5 + 7 + 40 bicycles; 600 + 600 + 6000 of 7200 seconds.
    assert_eq!(Count::of(&buckets, both, both.to()), Count { amount: Some(52), completeness: 1.0 });

    let second_hour = range("2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z");
    assert_eq!(Count::of(&buckets, second_hour, both.to()).amount, Some(7));
}

#[test]
fn one_silent_direction_does_not_silence_the_other() {
    let hour = range("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
    let count = SiteCount::of(&[vec![bucket(hour, 12.0, 3600.0)], vec![]], hour, hour.to());
    assert_eq!(count.total(), Count { amount: Some(12), completeness: 0.0 });
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
