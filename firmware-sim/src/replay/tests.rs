use std::collections::{HashMap, HashSet};

use domain::ErrorChain;
use jiff::{civil::date, tz::TimeZone};

use super::*;

const HEADER: &str = "Datetime,100000007 (Testweg),101000007 (Testweg einwärts),102000007 (Testweg auswärts),\
                      100000007-status,101000007-status,102000007-status\n";

/// Rows of local times with the counts 1, 2, 3 ... on the first and 10 on the second channel.
fn file(times: &[&str]) -> String {
    let rows = times.iter().zip(1..).map(|(time, n)| format!("{time},{},{n},10,0,0,0\n", n + 10));
    HEADER.to_owned() + &rows.collect::<String>()
}

fn quarter_hours(date: &str, hours: std::ops::Range<u32>) -> Vec<String> {
    hours
        .flat_map(|hour| [0, 15, 30, 45].map(|minute| format!("{hour:02}:{minute:02}")))
        .map(|time| format!("{date} {time}"))
        .collect()
}

fn replay(csv: &str, options: &ReplayOptions) -> Replay {
    muenster(csv.as_bytes(), options).unwrap()
}

fn refusal(csv: &str) -> String {
    let error = muenster(csv.as_bytes(), &ReplayOptions::new(ReplayKind::Interval)).unwrap_err();
    ErrorChain(&error).to_string()
}

fn truths(replay: &Replay) -> Vec<Truth> {
    replay.messages().filter_map(|message| message.truth).collect()
}

#[test]
fn a_row_becomes_an_uplink_at_the_end_of_its_quarter_hour() {
    let csv = file(&["2025-06-01 23:30", "2025-06-01 23:45", "2025-06-02 00:00"]);
    let replay = replay(&csv, &ReplayOptions::new(ReplayKind::Interval));
    let truths = truths(&replay);
    let ends: Vec<String> = truths.iter().map(|truth| truth.measured_at.to_string()).collect();
    assert_eq!(ends, ["2025-06-01T21:45:00Z", "2025-06-01T22:00:00Z", "2025-06-01T22:15:00Z"]);
    // 22:00 UTC; 2 from left to right, 10 from right to left, at 18 km/h; 5.0 V.
    assert_eq!(truths[1].payload, crate::testing::bytes("a2 16 00 0002 12 000a 12 32"));
    assert_eq!(truths.iter().map(|truth| truth.f_cnt.0).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(replay.messages().skip(1).all(|message| {
        let truth = message.truth.unwrap();
        let delay = message.at.as_millisecond() - truth.measured_at.as_millisecond();
        (0..10_000).contains(&delay)
    }));
}

#[test]
fn day_sums_follow_the_file_s_own_dates() {
    let csv = file(&["2025-06-01 23:30", "2025-06-01 23:45", "2025-06-02 00:00"]);
    for kind in [ReplayKind::Interval, ReplayKind::RunningTotal] {
        let sums = replay(&csv, &ReplayOptions::new(kind)).day_sums();
        assert_eq!(sums, [(date(2025, 6, 1), 11 + 12), (date(2025, 6, 2), 13)]);
    }
}

#[test]
fn the_autumn_hour_that_is_in_the_file_once_is_summer_time() {
    let times = quarter_hours("2025-10-26", 1..4);
    let csv = file(&times.iter().map(String::as_str).collect::<Vec<_>>());
    let replay = replay(&csv, &ReplayOptions::new(ReplayKind::Interval));
    let starts: Vec<String> = truths(&replay)
        .iter()
        .map(|truth| (truth.measured_at - SignedDuration::from_mins(15)).to_string())
        .collect();
    assert_eq!(starts[3], "2025-10-25T23:45:00Z", "01:45 summer time");
    assert_eq!(starts[4], "2025-10-26T00:00:00Z", "02:00 summer time");
    assert_eq!(starts[8], "2025-10-26T02:00:00Z", "03:00 winter time, an hour's gap before it");
    let expected = (1..=12).map(|n| n + 10).sum::<u64>();
    assert_eq!(replay.day_sums(), [(date(2025, 10, 26), expected)]);
}

#[test]
fn an_autumn_hour_that_is_in_the_file_twice_is_both() {
    let times =
        ["2025-10-26 02:30", "2025-10-26 02:45", "2025-10-26 02:00", "2025-10-26 02:15", "2025-10-26 03:00"];
    let ends: Vec<String> = truths(&replay(&file(&times), &ReplayOptions::new(ReplayKind::Interval)))
        .iter()
        .map(|truth| truth.measured_at.to_string())
        .collect();
    assert_eq!(ends[1], "2025-10-26T01:00:00Z");
    assert_eq!(ends[2], "2025-10-26T01:15:00Z");
}

#[test]
fn the_spring_day_continues_over_the_hour_that_does_not_exist() {
    let mut times = quarter_hours("2025-03-30", 1..2);
    times.extend(quarter_hours("2025-03-30", 3..4));
    let csv = file(&times.iter().map(String::as_str).collect::<Vec<_>>());
    let ends: Vec<Timestamp> = truths(&replay(&csv, &ReplayOptions::new(ReplayKind::Interval)))
        .iter()
        .map(|t| t.measured_at)
        .collect();
    assert!(ends.windows(2).all(|pair| pair[1] == pair[0] + SignedDuration::from_mins(15)));
}

#[test]
fn differences_of_the_running_total_are_the_rows_counts_also_after_a_gap() {
    // Two hours are missing, and one total is empty.
    let csv = file(&["2025-06-01 10:00", "2025-06-01 10:15", "2025-06-01 12:15", "2025-06-01 12:30"])
        + "2025-06-01 12:45,,,7,0,,0\n2025-06-01 13:00,99,49,50,0,0,0\n";
    let replay = replay(&csv, &ReplayOptions::new(ReplayKind::RunningTotal));
    assert_eq!(replay.n_rows_skipped(), 1);
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let sent: Vec<(String, f64)> = truths(&replay)
        .iter()
        .map(|truth| {
            let local = zone.to_datetime(truth.measured_at).time();
            (
                format!("{:02}:{:02}", local.hour(), local.minute()),
                truth.observed[0].value.as_number().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("10:00", 0.0),
        ("10:15", 11.0),
        ("10:30", 23.0),
        ("12:15", 23.0),
        ("12:30", 36.0),
        ("12:45", 50.0),
        ("13:00", 50.0),
        ("13:15", 149.0),
    ];
    assert_eq!(sent, expected.map(|(time, total)| (time.to_owned(), total)));
    assert_eq!(replay.day_sums(), [(date(2025, 6, 1), 149)]);
}

#[test]
fn a_missing_direction_is_no_zero_for_the_interval_counter() {
    let csv = file(&["2025-06-01 10:00"]) + "2025-06-01 10:15,7,,7,0,,0\n";
    let replay = replay(&csv, &ReplayOptions::new(ReplayKind::Interval));
    assert_eq!((replay.n_uplinks(), replay.n_rows_skipped()), (1, 1));
}

fn a_week() -> String {
    let times: Vec<String> =
        (2..9).flat_map(|day| quarter_hours(&format!("2025-06-{day:02}"), 0..24)).collect();
    file(&times.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn second_deliveries_and_redeliveries_are_near_their_share() {
    let options = ReplayOptions {
        duplicates: 0.1,
        redelivered: 0.05,
        shuffle: SignedDuration::from_mins(20),
        seed: 3,
        ..ReplayOptions::new(ReplayKind::Interval)
    };
    let replay = replay(&a_week(), &options);
    let mut ids_of_frame: HashMap<u32, HashSet<String>> = HashMap::new();
    let mut bodies: HashMap<Vec<u8>, usize> = HashMap::new();
    for message in replay.messages().skip(1) {
        let body: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        let id = body["deduplicationId"].as_str().unwrap().to_owned();
        ids_of_frame.entry(message.truth.unwrap().f_cnt.0).or_default().insert(id);
        *bodies.entry(message.payload).or_default() += 1;
    }
    let n = replay.n_uplinks();
    assert_eq!(ids_of_frame.len(), n, "nothing is lost");
    let twice = ids_of_frame.values().filter(|ids| ids.len() == 2).count() as f64 / n as f64;
    let again = bodies.values().filter(|copies| **copies == 2).count() as f64 / n as f64;
    // 672 uplinks: four standard deviations.
    assert!((twice - 0.1).abs() < 0.047 && (again - 0.05).abs() < 0.034, "{twice} and {again}");
}

#[test]
fn shuffled_messages_overtake_each_other_within_the_window() {
    let shuffle = SignedDuration::from_mins(40);
    let options = ReplayOptions { shuffle, ..ReplayOptions::new(ReplayKind::RunningTotal) };
    let replay = replay(&a_week(), &options);
    let messages: Vec<_> = replay.messages().skip(1).collect();
    assert!(messages.is_sorted_by_key(|message| message.at));
    let f_cnts: Vec<u32> = messages.iter().map(|message| message.truth.as_ref().unwrap().f_cnt.0).collect();
    assert!(!f_cnts.is_sorted());
    for message in &messages {
        let late = message.at - message.truth.as_ref().unwrap().measured_at;
        assert!(late.total(jiff::Unit::Second).unwrap() <= 40.0 * 60.0 + 10.0);
    }
}

#[test]
fn the_same_seed_replays_the_same_bytes() {
    let options = ReplayOptions { seed: 9, duplicates: 0.2, ..ReplayOptions::new(ReplayKind::Interval) };
    let run = || replay(&a_week(), &options).messages().collect::<Vec<_>>();
    assert!(run() == run());
}

#[test]
fn broken_files_are_refused_with_the_row() {
    assert_eq!(
        refusal("Datetime,Testweg\n"),
        "the header names `Testweg` in column 2: expected `<id> (<name>)` of the site"
    );
    assert_eq!(
        refusal("Datetime,1 (A),2 (B),1-status\n"),
        "the header names 1 channels: a two-way counter needs 2"
    );
    assert_eq!(
        refusal(&file(&["2025-03-30 02:15"])),
        "row 2: `2025-03-30 02:15` is no local time of Europe/Berlin: expected `YYYY-MM-DD hh:mm`"
    );
    assert_eq!(
        refusal(&file(&["2025-06-01 10:15", "2025-06-01 10:00"])),
        "row 3: `2025-06-01 10:00` does not lie after the row before"
    );
    assert_eq!(
        refusal(&(HEADER.to_owned() + "2025-06-01 10:00,-3,1,2,0,0,0\n")),
        "row 2: `-3` is no count of a quarter-hour: expected 0 to 65535"
    );
}
