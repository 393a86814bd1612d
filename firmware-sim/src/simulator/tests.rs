use std::collections::HashMap;

use domain::DevEui;

use super::*;
use crate::RadioConditions;

fn range(from: &str, to: &str) -> TimeRange {
    TimeRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

fn day() -> TimeRange {
    range("2026-05-12T00:00:00Z", "2026-05-13T00:00:00Z")
}

/// The start of the day, long enough to see everything but the calendar.
fn early() -> TimeRange {
    range("2026-05-12T00:00:00Z", "2026-05-12T05:00:00Z")
}

fn run(scenario: Scenario, seed: u64, range: TimeRange) -> Vec<Message> {
    Simulator::new(scenario, seed).messages(range).collect()
}

fn uplinks(messages: &[Message]) -> impl Iterator<Item = &Truth> {
    messages.iter().filter_map(|message| message.truth.as_ref())
}

/// Some of the city's devices, measuring once an hour so that months stay short.
fn hourly(names: &[&str]) -> Scenario {
    let mut scenario = Scenario::oldenburg();
    scenario.devices.retain(|device| names.contains(&device.name.as_str()));
    for device in &mut scenario.devices {
        device.interval = SignedDuration::from_hours(1);
    }
    assert_eq!(scenario.devices.len(), names.len());
    scenario
}

fn eui_of(name: &str) -> DevEui {
    Scenario::oldenburg().devices().iter().find(|device| device.name == name).unwrap().dev_eui
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (a, b) = (run(Scenario::oldenburg(), 7, early()), run(Scenario::oldenburg(), 7, early()));
    assert!(a.len() > 900, "{} messages", a.len());
    assert!(a == b);
    assert!(a != run(Scenario::oldenburg(), 8, early()));
}

#[test]
fn a_night_in_pieces_is_the_night_in_one_go() {
    let in_one_go = run(Scenario::oldenburg(), 7, early());
    let mut simulator = Simulator::new(Scenario::oldenburg(), 7);
    let mut in_pieces = Vec::new();
    let mut from = early().from();
    for seconds in [1, 59, 4000, 6000, 7, 3600, 86_400] {
        let to = (from + SignedDuration::from_secs(seconds)).min(early().to());
        in_pieces.extend(simulator.messages(TimeRange::new(from, to).unwrap()));
        from = to;
    }
    assert_eq!(from, early().to());
    assert!(in_pieces == in_one_go);
}

#[test]
fn yesterday_can_be_asked_for_after_toearly() {
    let yesterday = range("2026-05-11T00:00:00Z", "2026-05-11T02:00:00Z");
    let mut simulator = Simulator::new(Scenario::oldenburg(), 7);
    let n_today = simulator.messages(early()).count();
    assert!(n_today > 0);
    let after: Vec<_> = simulator.messages(yesterday).collect();
    assert!(after == run(Scenario::oldenburg(), 7, yesterday));
}

#[test]
fn messages_come_in_the_order_of_their_publication_and_inside_the_range() {
    let messages = run(Scenario::oldenburg(), 1, early());
    assert!(messages.is_sorted_by_key(|message| message.at));
    assert!(messages.iter().all(|message| early().contains(message.at)));
}

#[test]
fn frame_counters_rise_by_one_and_start_again_at_a_join() {
    let names = ["Pophankenweg", "Damm", "Donnerschweer Straße", "Nadorster Straße", "Hafen"];
    let scenario = hourly(&names).with_radio(RadioConditions::PERFECT);
    // Long enough for every device to join again.
    let messages = run(scenario, 3, range("2026-01-01T00:00:00Z", "2026-03-10T00:00:00Z"));
    let mut last: HashMap<DevEui, (u64, u32)> = HashMap::new();
    let mut joins = 0;
    for truth in uplinks(&messages) {
        if let Some((session, f_cnt)) = last.insert(truth.dev_eui, (truth.session, truth.f_cnt.0)) {
            if truth.session == session {
                assert_eq!(truth.f_cnt.0, f_cnt + 1, "{}", truth.dev_eui);
            } else {
                assert_eq!((truth.session, truth.f_cnt.0), (session + 1, 0), "{}", truth.dev_eui);
                joins += 1;
            }
        }
    }
    assert_eq!(last.len(), names.len());
    assert!(joins >= 4 + 60, "four devices join again, the one on the street light every evening: {joins}");
    let join_messages = messages.iter().filter(|message| message.truth.is_none()).count();
    assert!((joins..=joins + 1).contains(&join_messages), "one join message before each new session");
}

#[test]
fn loss_and_second_deliveries_are_near_their_share() {
    let conditions = RadioConditions { loss: 0.1, duplicates: 0.05, late: 0.0 };
    let all = run(Scenario::oldenburg().with_radio(RadioConditions::PERFECT), 5, day());
    let heard = run(Scenario::oldenburg().with_radio(conditions), 5, day());
    let (n_all, n_heard) =
        (uplinks(&all).count() as f64, uplinks(&heard).filter(|truth| !truth.is_duplicate).count() as f64);
    let n_twice = uplinks(&heard).filter(|truth| truth.is_duplicate).count() as f64;
    // About 6000 frames: four standard deviations are 1.6 and 1.2 percentage points.
    assert!((1.0 - n_heard / n_all - 0.1).abs() < 0.016, "{n_heard} of {n_all}");
    assert!((n_twice / n_heard - 0.05).abs() < 0.012, "{n_twice} twice of {n_heard}");
}

#[test]
fn a_second_delivery_repeats_the_frame_under_another_id() {
    let conditions = RadioConditions { loss: 0.0, duplicates: 0.2, late: 0.0 };
    let messages = run(Scenario::oldenburg().with_radio(conditions), 5, day());
    let mut first = HashMap::new();
    let mut n_pairs = 0;
    for message in &messages {
        let Some(truth) = &message.truth else { continue };
        let key = (truth.dev_eui, truth.session, truth.f_cnt);
        let body: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        let part = |key: &str| body[key].clone();
        if truth.is_duplicate {
            // Its first delivery may lie before the day.
            let Some((at, data, id)) = first.get(&key) else { continue };
            let at: &Timestamp = at;
            assert_eq!(part("data"), *data);
            assert_ne!(part("deduplicationId"), *id);
            assert!(message.at > *at && message.at <= *at + SignedDuration::from_mins(10));
            n_pairs += 1;
        } else {
            first.insert(key, (message.at, part("data"), part("deduplicationId")));
        }
    }
    assert!(n_pairs > 500);
}

#[test]
fn nadorster_strasse_is_silent_by_day_and_botanischer_garten_has_no_temperature() {
    let messages = run(Scenario::oldenburg(), 1, day());
    let silent = eui_of("Nadorster Straße");
    let hours: Vec<i8> = uplinks(&messages)
        .filter(|truth| truth.dev_eui == silent)
        .map(|truth| TimeZone::UTC.to_datetime(truth.measured_at).hour())
        .collect();
    assert!(hours.len() > 50);
    assert!(hours.iter().all(|hour| !(5..21).contains(hour)));

    let broken = eui_of("Botanischer Garten");
    let temperatures: Vec<_> = uplinks(&messages)
        .filter(|truth| truth.dev_eui == broken)
        .flat_map(|truth| &truth.observed)
        .filter(|observed| observed.property == domain::ObservedProperty::AirTemperature)
        .collect();
    assert!(temperatures.len() > 100);
    assert!(temperatures.iter().all(|observed| observed.value.as_number().is_none()));
}

#[test]
fn an_outage_silences_one_device_and_shows_in_its_frame_counter() {
    let damm = eui_of("Damm");
    let outage = range("2026-05-12T06:00:00Z", "2026-05-12T08:00:00Z");
    let scenario = Scenario::oldenburg().with_radio(RadioConditions::PERFECT).with_outage(damm, outage);
    let messages = run(scenario, 1, day());
    let f_cnts: Vec<u32> =
        uplinks(&messages).filter(|truth| truth.dev_eui == damm).map(|truth| truth.f_cnt.0).collect();
    let jumps: Vec<u32> = f_cnts
        .windows(2)
        .filter(|pair| pair[1] > pair[0])
        .map(|pair| pair[1] - pair[0])
        .filter(|d| *d != 1)
        .collect();
    assert_eq!(jumps, [13], "twelve frames of ten minutes are missing");
}

#[test]
fn a_running_total_never_falls_over_a_join() {
    let quellenweg = eui_of("Quellenweg");
    let messages = run(hourly(&["Quellenweg"]), 2, range("2026-01-01T00:00:00Z", "2026-03-10T00:00:00Z"));
    let totals: Vec<f64> = uplinks(&messages)
        .filter(|truth| truth.dev_eui == quellenweg && truth.f_port == 2 && !truth.is_duplicate)
        .filter_map(|truth| truth.observed[0].value.as_number())
        .collect();
    assert!(totals.len() > 1500);
    let falls = totals.windows(2).filter(|pair| pair[1] < pair[0]).count();
    // A late frame may be overtaken by the next one: then, and only then, it arrives after a larger total.
    assert!(falls <= totals.len() / 100, "{falls} falls");
    assert!(totals.iter().copied().fold(f64::MIN, f64::max) > totals[0] + 60.0 * 1000.0);
}

#[test]
fn nothing_was_published_before_the_city_was_equipped() {
    assert!(run(Scenario::oldenburg(), 1, range("2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z")).is_empty());
}
