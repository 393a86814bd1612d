//! `stadtfunk doctor`: a line for each finding, and an exit code for scripts.

use std::process::Output;

use rusqlite::Connection;

use crate::harness::{City, Mosquitto, stadtfunk};

/// The lines of a doctor's report.
fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The one line that contains the text.
fn line(output: &Output, text: &str) -> String {
    let found: Vec<_> = lines(output).into_iter().filter(|line| line.contains(text)).collect();
    assert_eq!(found.len(), 1, "`{text}` in {:#?}", lines(output));
    found.into_iter().next().unwrap()
}

#[test]
fn a_running_city_is_well_and_is_not_disturbed() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    city.start();
    let since = city.get_json("/api/v1/accounting")["sources"][0]["since"].clone();
    let output = city.run(&["doctor"]);
    assert!(output.status.success(), "{:#?}", lines(&output));
    assert!(line(&output, "has schema ").starts_with("ok   store: "));
    assert!(line(&output, "ingests into it").contains("another stadtfunk (process "));
    assert!(line(&output, "free at").contains(" disk: "));
    assert!(line(&output, "clock").starts_with("ok   clock: "));
    assert!(line(&output, "takes us with MQTT 5").starts_with("ok   source `city`: "));
    assert!(line(&output, "`application/+/device/+/event/+` is granted with QoS 1").starts_with("ok "));
    assert!(line(&output, "our session is kept for 168h").starts_with("ok "));
    assert!(line(&output, "1000 messages may be in flight").starts_with("ok "));
    assert_eq!(city.get_json("/api/v1/accounting")["sources"][0]["since"], since, "the session was taken");
}

#[test]
fn a_broker_that_grants_less_is_a_warning_that_says_what_to_change() {
    let broker =
        Mosquitto::start_with("allow_anonymous true\nmax_inflight_messages 20\nmax_packet_size 20000\n");
    let city = City::new(&broker);
    assert!(city.run(&["migrate"]).status.success());
    let output = city.run(&["doctor"]);
    assert!(output.status.success(), "a warning is no failure: {:#?}", lines(&output));
    let in_flight = line(&output, "20 messages may be in flight");
    assert!(in_flight.starts_with("warn source `city`: ") && in_flight.contains("max_inflight_messages"));
    let sizes = line(&output, "packets may have 20000 bytes");
    assert!(sizes.starts_with("warn source `city`: ") && sizes.contains("max_packet_size"));
    assert!(line(&output, "no stadtfunk ingests into it now").starts_with("ok   store: "));
}

#[test]
fn whatever_does_not_work_is_a_failure_with_what_to_do_and_exit_code_1() {
    let broker = Mosquitto::start();
    let city = City::new(&broker);
    drop(broker);
    let output = city.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(line(&output, "there is no store at").starts_with("fail store: "));
    let unreachable = line(&output, "cannot be reached");
    assert!(unreachable.starts_with("fail source `city`: ") && unreachable.contains("check `url`"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("2 of the checks failed"));
    assert!(!city.path("city.sqlite").exists(), "the doctor made a store");

    // A clock that runs behind what was received.
    assert!(city.run(&["migrate"]).status.success());
    let database = Connection::open(city.path("city.sqlite")).unwrap();
    database
        .execute(
            "INSERT INTO quarantine (event_id, source, received_ms, reason, detail, topic, payload, n_bytes)
             VALUES (x'00', 'city', 4102444000000, 'schema', '', '', x'', 0)",
            (),
        )
        .unwrap();
    let output = city.run(&["doctor"]);
    assert!(line(&output, "a message was received at 2099-12-31").starts_with("fail clock: "));

    // Somebody who writes for longer than anybody waits.
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let output = city.run(&["doctor"]);
    assert!(line(&output, "cannot be written").starts_with("fail store: "));
}

#[test]
fn without_a_source_nothing_can_arrive() {
    let output = stadtfunk(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(line(&output, "none configured").starts_with("fail sources: "));
}

#[test]
fn a_database_server_is_judged_by_what_it_says_of_itself() {
    for (database, expected) in [
        (testbed::Database::timescale(), "ok   store: PostgreSQL 17"),
        (testbed::Database::plain(), "warn store: PostgreSQL 17"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("stadtfunk.toml");
        let webhook = "[webhooks.city]\nprotocol = \"chirpstack\"\ntoken = \"0123456789abcdef\"\n";
        std::fs::write(&settings, format!("[store]\nurl = \"{}\"\n{webhook}", database.url())).unwrap();
        let run = |command: &str| stadtfunk(&[command, "--config", settings.to_str().unwrap()]);
        let before = run("doctor");
        assert_eq!(before.status.code(), Some(1));
        assert!(line(&before, "has schema 0").contains("`stadtfunk migrate`"));
        assert!(run("migrate").status.success());
        let output = run("doctor");
        assert!(output.status.success(), "{:#?}", lines(&output));
        assert!(line(&output, "PostgreSQL 17").starts_with(expected), "{:#?}", lines(&output));
        assert!(line(&output, "no stadtfunk ingests into it now").starts_with("ok   store: can be written"));
        assert!(!line(&output, "has schema ").contains("postgres@"), "the password stays out");
    }
}
