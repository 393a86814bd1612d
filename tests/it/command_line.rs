//! What people and scripts see of the command line.

use std::process::Command;

use serde_json::Value;

use crate::harness::{program, stadtfunk};

fn standard_error(arguments: &[&str]) -> (Option<i32>, String) {
    let output = stadtfunk(arguments);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_wrong_argument_is_answered_with_one_sentence_and_exit_code_2() {
    for (arguments, named) in [
        (&["demo", "--port", "web"][..], "expected a port number from 0 to 65535"),
        (&["demo", "--spede", "2"], "--spede"),
        (
            &["decode", "--profile", "pmx/tcr", "--f-port", "0", "00"],
            "expected an application port from 1 to 223",
        ),
        (&["decode", "--profile", "pmx/trc", "--f-port", "1", "00"], "pmx/tcr"),
        (&["devices", "retire", "4711"], "16 hexadecimal digits"),
        (&["launch"], "launch"),
    ] {
        let (code, text) = standard_error(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{arguments:?}: {text}");
        assert!(text.contains(named), "{arguments:?}: {text}");
    }
}

/// What the program says to a settings file, and its exit code.
fn said_to(command: &[&str], settings: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stadtfunk.toml"), settings).unwrap();
    std::fs::write(folder.path().join("empty.pem"), "no certificate in here\n").unwrap();
    let output = Command::new(program()).args(command).current_dir(folder.path()).output().unwrap();
    assert!(!folder.path().join("data").exists(), "a store was made with `{settings}`");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_demo_takes_the_profiles_of_the_settings_and_refuses_a_folder_that_is_not_there() {
    let (code, text) =
        said_to(&["demo", "--port", "0", "--mqtt-port", "0"], "[profiles]\ndir = \"nowhere\"\n");
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("profiles.dir") && text.contains("nowhere"), "{text}");
}

#[test]
fn a_wrong_setting_is_refused_by_check_and_serve_with_the_same_sentence_and_exit_code_2() {
    let source = "[ingest.sources.a]\nprotocol = \"chirpstack\"\n";
    for (settings, named) in [
        ("[http]\nlissen = \"127.0.0.1:1\"\n".to_owned(), "`http.lissen`"),
        ("[http]\nlisten = \"8080\"\n".to_owned(), "expected an address and port such as 127.0.0.1:8080"),
        ("role = \"everything\"\n".to_owned(), "everything"),
        ("zone = \"Etc/Unknown\"\n".to_owned(), "`zone`"),
        ("[log]\nfilter = \"info,ingest=loud\"\n".to_owned(), "`log.filter`: found `info,ingest=loud`"),
        ("[log]\nfilter = \"inof\"\n".to_owned(), "`log.filter`: found `inof`"),
        ("[store]\npath = \":memory:\"\n".to_owned(), "`store.path`"),
        ("[store]\npath = \".\"\n".to_owned(), "`store.path`"),
        (
            "[site]\nmax_live_clients = 9223372036854775807\n".to_owned(),
            "`site.max_live_clients`: found 9223372036854775807, expected 0 to 1000000",
        ),
        ("role = \n".to_owned(), "TOML parse error at line 1"),
        (format!("{source}url = \"http://x\"\n"), "mqtt://host"),
        (format!("{source}url = \"mqtt://x\"\nwindow = 70000\n"), "a whole number from 0 to 65535"),
        (
            format!("{source}url = \"mqtt://x\"\ntopics = [\"a/#/b\"]\n"),
            "`topics` of source `a` holds `a/#/b`",
        ),
        (
            format!("{source}url = \"mqtts://x\"\nca_file = \"nowhere.pem\"\n"),
            "`ca_file` of source `a` is `nowhere.pem`: expected a PEM file with certificates: I/O error: No such file",
        ),
        (
            format!("{source}url = \"mqtts://x\"\nca_file = \"empty.pem\"\n"),
            "`ca_file` of source `a` is `empty.pem`: expected a PEM file with certificates: there is no certificate in it",
        ),
        ("[display]\ngoal_per_year = 0\n".to_owned(), "`display.goal_per_year`"),
        (
            "[display.things]\ndamm = { goal_per_year = \"many\" }\n".to_owned(),
            "`display.things.damm.goal_per_year`",
        ),
        (
            "[display.co2]\ng_per_km = 140\nkm_per_trip = 0\n".to_owned(),
            "`km_per_trip` is 0: expected more than 0 and at most 100",
        ),
        ("[display.co2]\ng_per_km = 140\n".to_owned(), "km_per_trip"),
        ("[ingest]\nbatch_max = 0\n".to_owned(), "`batch_max` is 0: expected 1 to 100000"),
        (
            "[webhooks.a]\nprotocol = \"chirpstack\"\ntoken = \"sixteen cháracters\"\n".to_owned(),
            "the token of `a`",
        ),
        (
            "[webhooks.\"a b\"]\nprotocol = \"chirpstack\"\ntoken = \"0123456789abcdef\"\n".to_owned(),
            "`a b` is no name",
        ),
    ] {
        let (code, text) = said_to(&["config", "check"], &settings);
        assert_eq!(code, Some(2), "{settings}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{settings}: {text}");
        assert!(text.contains(named), "{settings}: {text}");
        assert_eq!(said_to(&["serve"], &settings), (code, text), "{settings}");
    }
}

#[test]
fn an_unknown_variable_of_ours_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(program())
        .args(["config", "check"])
        .env("STADTFUNK_HTTP__LISSEN", "127.0.0.1:1")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).to_lowercase().contains("lissen"));
}

#[test]
fn decode_prints_readings_with_property_value_and_unit() {
    // PMX TCR, data sheet example: 20:10, left to right 1000 at 50 km/h, right to left 1100 at 52 km/h, 5.1 V.
    let output = stadtfunk(&[
        "decode",
        "--profile",
        "pmx/tcr",
        "--param",
        "cat1=bicycle",
        "--f-port",
        "14",
        "a2140a03e832044c3433",
    ]);
    assert!(output.status.success());
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let value = |property: &str, channel: &str| {
        let readings = json["readings"].as_array().unwrap();
        readings.iter().find(|r| r["property"] == property && r["channel"] == channel).unwrap()["value"]
            .clone()
    };
    assert_eq!(value("bicycle_count", "ltr"), 1000);
    assert_eq!(value("bicycle_count", "rtl"), 1100);
    assert_eq!(value("bicycle_speed", "rtl"), 52);
    assert_eq!(value("battery_voltage", ""), 5.1);
}

#[test]
fn a_payload_that_cannot_be_read_names_the_byte_and_exits_with_1() {
    let output = stadtfunk(&["decode", "--profile", "pmx/tcr", "--f-port", "14", "a2140a03"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["error"]["byte"].is_number(), "{json}");
}

#[test]
fn the_example_settings_are_the_defaults() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config/example.toml");
    let from_example = stadtfunk(&["config", "print", "--config", example]);
    let defaults = stadtfunk(&["config", "print"]);
    assert!(from_example.status.success(), "{}", String::from_utf8_lossy(&from_example.stderr));
    assert_eq!(String::from_utf8(from_example.stdout).unwrap(), String::from_utf8(defaults.stdout).unwrap());
}
