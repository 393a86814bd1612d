//! What the views and functions of `grafana/database.sql` make of a few buckets written by hand.

use std::process::Command;

use domain::{Lang, ObservedProperty, Quality};
use testbed::Database;

use super::{database::query, path, read};

/// Makes the views and roles as the guide says.
pub(super) fn load(database: &Database) {
    let output = Command::new(testbed::program("psql"))
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--file"])
        .arg(path("database.sql"))
        .arg(database.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_values_that_count_are_those_of_the_program() {
    let codes: Vec<String> = (0..=u8::MAX)
        .filter(|code| Quality::from_code(*code).is_some_and(Quality::counts))
        .map(|code| code.to_string())
        .collect();
    let list = format!("IN ({})", codes.join(", "));
    let of_quality: Vec<String> = read("database.sql")
        .lines()
        .filter(|line| line.contains("quality") && line.contains(" IN ("))
        .map(|line| line[line.find("IN (").unwrap()..=line.find(')').unwrap()].to_owned())
        .collect();
    assert_eq!(of_quality, [list.as_str(), list.as_str()]);
}

#[test]
fn the_table_of_a_site_has_a_word_for_every_quality() {
    let dashboard = read("dashboards/standort.json");
    for code in (0..=u8::MAX).filter(|code| Quality::from_code(*code).is_some()) {
        assert!(dashboard.contains(&format!("WHEN {code} THEN")), "{code}");
    }
}

/// One site that counts bicycles both ways, feels the wind, and has a counter of its own with a running total.
fn city() -> Database {
    // Without the extension; the panels are tested with it.
    let database = Database::plain();
    database.execute(include_str!("../../../store/migrations/postgres/0001_store.sql"));
    database.execute(
        r#"
        INSERT INTO meta VALUES ('zone', 'Europe/Berlin') ON CONFLICT DO NOTHING;
        INSERT INTO thing VALUES (1, 'damm', 'Damm', '', NULL, NULL, '{"ltr": "stadteinwärts"}');
        INSERT INTO datastream VALUES
            (1, 1, 0, 'bicycle_count', '1', 'ltr', '2026-05-04T10:00Z'),
            (2, 1, 1, 'bicycle_count', '1', 'rtl', '2026-05-04T10:00Z'),
            (3, 1, 2, 'wind_direction', 'deg', '', '2026-05-04T10:00Z'),
            (4, 1, 3, 'air_temperature', 'Cel', '', '2026-05-04T10:00Z'),
            (5, 1, 4, 'car_count', '1', '', '2026-05-04T10:00Z'),
            (6, 1, 5, 'car_total', '1', '', '2026-05-04T10:00Z');
        "#,
    );
    // 10:00 whole; 10:15 one direction half observed, the wind cancelled; 10:30 nothing; 10:45 without a temperature, and
    // what the cars' total counted from 10:15 to 10:45.
    for (start, n, sum, covered, east, north) in [
        ("10:00", "1,1,2,2,1,1", "3,4,0,30,5,6", "900,900,900,900,900,900", "-1", "0"),
        ("10:15", "1,1,2,2,NULL,NULL", "1,2,0,40,NULL,NULL", "450,900,900,900,NULL,NULL", "0", "0"),
        ("10:45", "1,NULL,NULL,0,1,1", "7,NULL,NULL,0,5,6", "900,NULL,NULL,900,900,900", "NULL", "NULL"),
    ] {
        let carried = if start == "10:45" {
            "'{NULL,NULL,NULL,NULL,NULL,\"2026-05-04 10:15Z\"}', '{NULL,NULL,NULL,NULL,NULL,\"2026-05-04 10:45Z\"}', \
             '{NULL,NULL,NULL,NULL,NULL,9}'"
        } else {
            "NULL, NULL, NULL"
        };
        let start = format!("timestamptz '2026-05-04T{start}Z'");
        database.execute(&format!(
            "INSERT INTO bucket VALUES ('15m', 1, {start}, {start} + interval '15 min', '{{{n}}}', '{{{sum}}}', \
             '{{NULL}}', '{{NULL}}', '{{NULL}}', '{{{covered}}}', '{{NULL,NULL,{east}}}', '{{NULL,NULL,{north}}}', NULL, {carried})"
        ));
    }
    load(&database);
    database
}

/// The rows of a query as a planner sees them, columns joined.
fn rows(database: &Database, sql: &str) -> Vec<String> {
    let table = query(database, "grafana_planner", sql).unwrap();
    let line = |row: &Vec<Option<String>>| {
        row.iter().map(|value| value.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" ")
    };
    table.rows.iter().map(line).collect()
}

const RANGE: &str = "'2026-05-04T10:00Z', '2026-05-04T11:00Z'";

#[test]
fn a_line_is_broken_where_nothing_was_measured() {
    let database = city();
    let of = |property: &str| {
        let clock = "to_char(time AT TIME ZONE 'UTC', 'HH24:MI')";
        let function = format!("grafana.values_of('{property}', ARRAY['damm'], {RANGE}, 900000)");
        rows(&database, &format!("SELECT {clock}, value FROM {function}"))
    };
    // 30/2 and 40/2; no bucket at 10:30; a bucket that holds no value at 10:45.
    assert_eq!(of("air_temperature"), ["10:00 15", "10:15 20", "10:30 -", "10:45 -"]);
    // From the west; then two directions that cancel each other.
    assert_eq!(of("wind_direction"), ["10:00 270", "10:15 -"]);
}

#[test]
fn an_amount_that_may_be_more_is_called_so() {
    let database = city();
    let function = format!("grafana.amount_series('bicycle', ARRAY['damm'], {RANGE}, 900000)");
    // Both ways: 3 + 4; 1 + 2, but half of the one way was not observed; one way alone.
    let expected = ["Damm 7", "Damm (mindestens) 3", "Damm (mindestens) 7"];
    assert_eq!(rows(&database, &format!("SELECT metric, value FROM {function}")), expected);
}

#[test]
fn an_hour_that_is_not_over_is_no_whole_one() {
    let database = city();
    database.execute(
        "INSERT INTO bucket SELECT '1h', 1, date_trunc('hour', now()), date_trunc('hour', now()) + interval '1 hour', \
         '{1,1}', '{3,4}', NULL, NULL, NULL, '{3600,3600}', NULL, NULL, NULL, NULL, NULL, NULL",
    );
    let range = "now() - interval '2 hours', now() + interval '1 second'";
    let function = format!("grafana.amount_series('bicycle', ARRAY['damm'], {range}, 3600000)");
    assert_eq!(rows(&database, &format!("SELECT metric, value FROM {function}")), ["Damm (mindestens) 7"]);
}

#[test]
fn a_total_is_preferred_and_counts_what_passed_during_a_silence_once_and_only_inside_the_range() {
    let database = city();
    let amount = |range: &str| {
        let function = format!("grafana.amount_in('car', ARRAY['damm'], {range})");
        rows(&database, &format!("SELECT amount, completeness FROM {function}"))
    };
    // 6 + 6 of the total (the count beside it says 5 + 5) and 9 of the silence: 900 + 900 + 1800 of 3600 s.
    assert_eq!(amount(RANGE), ["21 1"]);
    // The silence began before the range.
    assert_eq!(amount("'2026-05-04T10:30Z', '2026-05-04T11:00Z'"), ["6 0.5"]);
    assert!(amount("'2026-05-04T12:00Z', '2026-05-04T13:00Z'").is_empty());
}

#[test]
fn each_direction_keeps_its_name_and_its_completeness() {
    let database = city();
    let function = format!("grafana.amount_in('bicycle', ARRAY['damm'], {RANGE})");
    // 900 + 450 + 900 and 900 + 900 of 3600 s.
    let expected = ["rtl 6 0.5", "stadteinwärts 11 0.625"];
    assert_eq!(rows(&database, &format!("SELECT direction, amount, completeness FROM {function}")), expected);
}

#[test]
fn the_views_know_every_observed_property_as_the_program_does() {
    let database = city();
    let mut known = rows(&database, "SELECT key || '|' || name || '|' || rule FROM grafana.property");
    let mut expected: Vec<_> = ObservedProperty::ALL
        .iter()
        .map(|property| {
            format!("{}|{}|{}", property.key(), property.name(Lang::De), property.aggregation().key())
        })
        .collect();
    known.sort();
    expected.sort();
    assert_eq!(known, expected);
}

#[test]
fn planners_read_no_device_and_nobody_writes() {
    let database = city();
    let refused = |role: &str, sql: &str| query(&database, role, sql).unwrap_err().to_string();
    for table in
        ["device", "uplink", "quarantine", "reading", "latest", "ingest_event", "audit", "accounting"]
    {
        let error = refused("grafana_planner", &format!("SELECT count(*) FROM {table}"));
        assert!(error.contains("permission denied"), "{table}: {error}");
        assert!(
            query(&database, "grafana_operator", &format!("SELECT count(*) FROM {table}")).is_ok(),
            "{table}"
        );
    }
    for role in ["grafana_planner", "grafana_operator"] {
        // Without the role's own setting it still may not.
        let error = refused(role, "SET TRANSACTION READ WRITE; DELETE FROM thing");
        assert!(error.contains("permission denied"), "{error}");
    }
}

#[test]
fn loading_the_views_again_changes_nothing() {
    let database = city();
    load(&database);
    assert_eq!(rows(&database, "SELECT name FROM grafana.site"), ["Damm"]);
}
