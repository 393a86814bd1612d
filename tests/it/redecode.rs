//! `stadtfunk redecode` beside a running service.

use serde_json::{Value, json};
use testbed::Database;

use crate::harness::{City, Mosquitto, program, stadtfunk, wait_for};

const EUI: &str = "70b3d57ed0000401";
/// Decentlab DL-TBRG, data sheet, payload format, 0202f8000300040258409a00000c54 in base64: device 0x02f8, sensors 0x0003, four tips in 600 s, 0x409a = 16538 tips since
/// it was installed, 0x0c54 = 3156 mV.
const FOUR_TIPS: &str = "AgL4AAMABAJYQJoAAAxU";
/// The same gauge, unplugged, 0202f800020c54: sensors 0x0002, only the battery.
const UNPLUGGED: &str = "AgL4AAIMVA==";

/// A `ChirpStack` uplink as a line of a recording, heard at that minute of an hour.
fn line(minute: u32, f_cnt: u32, data: &str) -> String {
    let payload = json!({
        "deduplicationId": format!("r-{f_cnt}"),
        "time": format!("2026-06-01T10:{minute:02}:00Z"),
        "deviceInfo": { "deviceName": "gauge", "devEui": EUI },
        "devAddr": "00189440", "fCnt": f_cnt, "fPort": 1, "data": data, "rxInfo": [],
    });
    let topic = format!("application/a/device/{EUI}/event/up");
    json!({ "topic": topic, "payload": payload.to_string(), "time": 0 }).to_string()
}

/// A city with a gauge of 0.1 mm (the default), three uplinks of it stored, running.
fn rain(broker: &Mosquitto, mut city: City) -> City {
    said(&city, &["devices", "add", EUI, "--name", "Regen", "--profile", "decentlab/dl-tbrg"]);
    city.start();
    let lines = [line(10, 1, FOUR_TIPS), line(20, 2, FOUR_TIPS), line(30, 3, UNPLUGGED)].join("\n");
    let recording = city.file("uplinks.jsonl", lines);
    said(&city, &["replay", recording.to_str().unwrap(), "--broker", &broker.url()]);
    wait_for("three uplinks to be stored", || {
        latest(&city, "battery_voltage")["time"] == "2026-06-01T10:30:00Z"
    });
    city
}

fn said(city: &City, arguments: &[&str]) -> String {
    let output = city.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The newest value of a property, as `devices show` tells it.
fn latest(city: &City, property: &str) -> Value {
    let shown: Value = serde_json::from_str(&said(city, &["devices", "show", EUI])).unwrap();
    let values = shown["latest"].as_array().unwrap();
    values.iter().find(|value| value["property"] == property).cloned().unwrap_or_default()
}

fn a_gauge_whose_tips_were_twice_as_large(broker: &Mosquitto, city: City) {
    let city = rain(broker, city);
    let redecode = ["redecode", "--device", EUI];
    let text = said(&city, &redecode);
    assert_eq!(
        text,
        format!("{EUI}  3 uplinks, 3 unchanged, 0 changed, 0 refused  Regen\nnothing is to be changed\n")
    );

    let other = ["--name", "Regen", "--profile", "decentlab/dl-tbrg", "--param", "mm_per_tip=0.2"];
    said(&city, &[&["devices", "add", EUI][..], &other].concat());
    // Four tips of 0.1 mm and of 0.2 mm; 16538 tips are 1653.8 mm and 3307.6 mm.
    let dry = said(&city, &redecode);
    for told in [
        "2026-06-01T10:20:00Z  precipitation: 0.4 -> 0.8\n",
        "2026-06-01T10:10:00Z  precipitation_total: 1653.8 -> 3307.6\n",
        // The newest one has no value, but says where the total wraps: 2^32 tips.
        "3 uplinks, 0 unchanged, 3 changed, 0 refused  Regen\n",
        "nothing was changed: `--apply` replaces the readings\n",
    ] {
        assert!(dry.contains(told), "{dry}");
    }
    assert!(!dry.contains("battery"), "{dry}");
    assert_eq!(said(&city, &redecode), dry, "a dry run changes nothing");

    // First the later half, as if the run had been broken off.
    let since = said(&city, &["redecode", "--device", EUI, "--since", "2026-06-01T10:20:00Z", "--apply"]);
    assert!(since.contains("2 uplinks, 0 unchanged, 2 changed, 0 refused"), "{since}");
    let rest = said(&city, &["redecode", "--profile", "decentlab/dl-tbrg", "--apply"]);
    assert!(rest.contains("3 uplinks, 2 unchanged, 1 changed, 0 refused"), "{rest}");
    assert!(rest.ends_with("\n1 replaced\n"), "{rest}");
    let again = said(&city, &["redecode", "--profile", "decentlab/dl-tbrg", "--apply"]);
    assert!(again.contains("3 uplinks, 3 unchanged, 0 changed, 0 refused"), "{again}");
    said(&city, &["rebuild", "--check"]);
    let missing = latest(&city, "precipitation");
    assert_eq!(
        (&missing["time"], &missing["missing"]),
        (&json!("2026-06-01T10:30:00Z"), &json!("probe_disconnected"))
    );

    // A profile that does not know the payload: nothing is lost.
    said(&city, &["devices", "add", EUI, "--name", "Regen", "--profile", "pmx/tcr"]);
    let refused = said(&city, &["redecode", "--device", EUI, "--apply"]);
    assert!(refused.contains("3 uplinks, 0 unchanged, 0 changed, 3 refused"), "{refused}");
    assert!(
        refused.contains("2026-06-01T10:10:00Z  keeps its readings: profile `pmx/tcr`, fPort 1: "),
        "{refused}"
    );
    assert_eq!(latest(&city, "battery_voltage")["value"], 3.156);
}

#[test]
fn another_setting_reaches_what_is_stored_in_a_file() {
    let broker = Mosquitto::start();
    a_gauge_whose_tips_were_twice_as_large(&broker, City::new(&broker));
}

#[test]
fn another_setting_reaches_what_is_stored_in_timescale() {
    let (broker, database) = (Mosquitto::start(), Database::timescale());
    let city = City::in_database(&broker, &database);
    said(&city, &["migrate"]);
    a_gauge_whose_tips_were_twice_as_large(&broker, city);
}

#[test]
fn a_wrong_selection_or_time_is_answered_with_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(program());
        let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = run(&["redecode", "--device", EUI]);
    assert_eq!(code, Some(1), "{text}");
    assert!(!folder.path().join("data").exists(), "a store was made");
    let added = run(&["devices", "add", EUI, "--name", "Regen", "--profile", "decentlab/dl-tbrg"]);
    assert_eq!(added.0, Some(0), "{}", added.1);
    for (arguments, code, named) in [
        (&["redecode"][..], 2, "--device <DEVEUI>|--profile <ID>"),
        (&["redecode", "--apply"], 2, "--device <DEVEUI>|--profile <ID>"),
        (&["redecode", "--device", EUI, "--profile", "pmx/tcr"], 2, "--profile"),
        (&["redecode", "--device", "4711"], 2, "16 hexadecimal digits"),
        (
            &["redecode", "--device", EUI, "--since", "yesterday"],
            2,
            "expected a time such as 2026-06-01T10:00:00Z",
        ),
        (&["redecode", "--device", "70b3d57ed0000499"], 1, "there is no device `70b3d57ed0000499`"),
        (&["redecode", "--profile", "pmx/trc"], 1, "no device has the profile `pmx/trc`"),
    ] {
        let (found, text) = run(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{arguments:?}: {text}");
        assert!(text.contains(named), "{arguments:?}: {text}");
    }
    assert_eq!(stadtfunk(&["redecode", "--help"]).status.code(), Some(0));
}
