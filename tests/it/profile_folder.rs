//! Profiles of the operator's own: what the program says to right and wrong ones, and the pages that explain them.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::program;

const LEVEL: &str = r#"
vendor = "Acme"
model = "Level 1"
description = "distance to water"
interval = "15min"
site = ["level"]

[decoder]
codec = "level-1.js"

[param.offset_mm]
type = "integer"
default = "0"
description = "added to the distance"

[[field]]
path = "distance"
property = "distance"
"#;

const CODEC: &str = "
function decodeUplink(input) {
  if (input.bytes.length !== 2) throw new Error('two bytes, please');
  return { data: { distance: (input.bytes[0] << 8 | input.bytes[1]) + Number(input.variables.offset_mm || 0) } };
}";

/// A folder with files, where commands run.
struct Desk(TempDir);

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, content) in files {
            desk.write(name, content);
        }
        desk
    }

    fn write(&self, name: &str, content: &str) {
        let file = self.0.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(program())
            .args(arguments)
            .current_dir(self.0.path())
            .env("STADTFUNK_PROFILES__DIR", "mine")
            .output()
            .unwrap()
    }

    /// Exit code, and what is said on both channels.
    fn said(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = self.run(arguments);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// What `decode` prints.
    fn decoded(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["decode"], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn value(decoded: &Value, property: &str) -> Value {
    let readings = decoded["readings"].as_array().unwrap();
    readings.iter().find(|reading| reading["property"] == property).unwrap()["value"].clone()
}

#[test]
fn check_names_right_files_wrong_ones_and_codecs_that_cannot_be_loaded() {
    let object = LEVEL.replace("codec = \"level-1.js\"", "object = true");
    let desk = Desk::new(&[
        ("mine/acme/level-1.toml", LEVEL),
        ("mine/acme/level-1.js", CODEC),
        ("mine/acme/typo.toml", &object.replace("property = \"distance\"", "property = \"distence\"")),
        ("mine/acme/syntax.toml", &LEVEL.replace("level-1.js", "syntax.js")),
        ("mine/acme/syntax.js", "function decodeUplink(input) {\n  return { data: {} };\n"),
        ("mine/acme/useless.toml", &LEVEL.replace("level-1.js", "useless.js")),
        ("mine/acme/useless.js", "function decode(input) { return 1; }"),
        ("mine/acme/far.toml", &LEVEL.replace("level-1.js", "../level-1.js")),
        ("mine/acme/Level.toml", LEVEL),
        ("mine/top.toml", LEVEL),
        ("mine/acme/notes.txt", "no profile"),
        ("mine/pmx/tcr.toml", &object),
    ]);
    let (code, said, error) = desk.said(&["profiles", "check", "mine"]);
    assert_eq!(code, Some(1));
    assert_eq!(error, "stadtfunk: 6 of 8 files are wrong\n");
    for line in [
        "ok     acme/level-1",
        "ok     pmx/tcr  (takes the place of the one of this program)",
        "wrong  `mine/acme/typo.toml`: line 18: field, field 1, property: `distence`",
        "wrong  `mine/acme/syntax.toml`: codec syntax.js: syntax error in line 3",
        "wrong  `mine/acme/useless.toml`: codec useless.js: the script has no function `decodeUplink`, `Decode` or `Decoder`",
        "wrong  `mine/acme/far.toml`: line 9: decoder, codec: `../level-1.js` is no file beside this one",
        "wrong  `mine/acme/Level.toml`: `acme/Level` is no profile id",
        "wrong  `mine/top.toml`: `top` is no profile id",
    ] {
        assert!(said.lines().any(|found| found.starts_with(line)), "`{line}` is not in\n{said}");
    }
    assert_eq!(said.lines().count(), 8, "{said}");
}

#[test]
fn check_of_a_folder_without_profiles_or_none_at_all_fails() {
    let desk = Desk::new(&[("mine/readme.txt", "")]);
    assert_eq!(
        desk.said(&["profiles", "check", "mine"]),
        (Some(1), String::new(), "stadtfunk: `mine` has no file `vendor/model.toml`\n".to_owned())
    );
    desk.write("mine/acme/level-1.toml", LEVEL);
    for (dir, message) in [
        ("nowhere", "`nowhere` is not there: expected a folder with files `vendor/model.toml`"),
        (
            "mine/acme/level-1.toml",
            "`mine/acme/level-1.toml` is a file: expected a folder with files `vendor/model.toml`, and the profile in one of them",
        ),
        (
            "mine/acme",
            "`mine/acme` holds `level-1.toml` itself: expected a folder with files `vendor/model.toml`, as the folder above it may be",
        ),
    ] {
        assert_eq!(
            desk.said(&["profiles", "check", dir]),
            (Some(1), String::new(), format!("stadtfunk: {message}\n"))
        );
    }
    assert_eq!(desk.said(&["profiles", "check"]).0, Some(2));
}

#[test]
fn a_wrong_file_stops_every_command_that_needs_profiles_with_exit_code_2() {
    let desk = Desk::new(&[
        ("mine/acme/level-1.toml", &LEVEL.replace("15min", "often")),
        ("mine/acme/level-1.js", CODEC),
    ]);
    for arguments in [
        &["config", "check"][..],
        &["serve"],
        &["profiles"],
        &["decode", "--profile", "pmx/tcr", "--f-port", "1", "00"],
    ] {
        let (code, _, error) = desk.said(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {error}");
        assert!(
            error.contains(
                "`profiles.dir`: `mine/acme/level-1.toml`: line 5: interval: `often` is no interval"
            ),
            "{arguments:?}: {error}"
        );
    }
}

#[test]
fn a_profile_of_ones_own_decodes_with_the_settings_of_the_device() {
    let desk = Desk::new(&[("mine/acme/level-1.toml", LEVEL), ("mine/acme/level-1.js", CODEC)]);
    assert!(desk.said(&["profiles"]).1.contains("acme/level-1 "));
    let profile = ["--profile", "acme/level-1", "--f-port", "2"];
    let place = ["--param", "surface=water", "--param", "mounting_height=4.25"];
    // 0x06c2 is 1730; 4.25 m - 1.73 m = 2.52 m.
    let decoded = desk.decoded(&[&profile[..], &place, &["06c2"]].concat());
    assert_eq!((value(&decoded, "distance"), value(&decoded, "water_level")), (1730.into(), 2.52.into()));
    let decoded = desk.decoded(&[&profile[..], &["--param", "offset_mm=-30", "06c2"]].concat());
    assert_eq!(value(&decoded, "distance"), 1700);

    let (code, said, error) = desk.said(&[&["decode"], &profile[..], &["06"]].concat());
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, Some(1));
    assert_eq!(said["error"]["code"], "thrown");
    assert!(error.contains("the codec threw in line 3") && error.contains("two bytes, please"), "{error}");
    let (code, _, error) =
        desk.said(&[&["decode"], &profile[..], &["--param", "surface=water", "06c2"]].concat());
    assert_eq!(code, Some(2));
    assert!(error.contains("`surface` of `acme/level-1` needs `mounting_height`"), "{error}");
}

#[test]
fn the_normalized_form_of_a_codec_its_history_and_its_clock_can_be_read() {
    let codec = "
function decodeUplink(input) {
  return {
    data: {
      t: input.bytes[0],
      received: input.recvTime.getTime(),
      log: [{ at: '2026-05-04T09:00:00Z', t: 3 }, { at: '2026-05-04T08:00:00Z', t: null }],
    },
    warnings: ['calibrate me'],
  };
}
function normalizeUplink(input) {
  return { data: { air: { temperature: input.data.t } } };
}";
    let head = LEVEL.split("site =").next().unwrap();
    let profile =
        |decoder: &str, fields: &str| format!("{head}[decoder]\ncodec = \"air.js\"\n{decoder}\n{fields}");
    let plain = "
[[field]]
path = \"received\"
fact = \"received_ms\"
[[block]]
path = \"log[*]\"
fields = [{ path = \"at\", time = \"rfc3339\" }, { path = \"t\", property = \"air_temperature\" }]";
    let normalized = "[[field]]\npath = \"air.temperature\"\nproperty = \"air_temperature\"";
    let desk = Desk::new(&[
        ("mine/acme/air.js", codec),
        ("mine/acme/plain.toml", &profile("", plain)),
        ("mine/acme/normalized.toml", &profile("normalized = true", normalized)),
    ]);
    let decoded = desk.decoded(&["--profile", "acme/normalized", "--f-port", "2", "15"]);
    assert_eq!(value(&decoded, "air_temperature"), 21);
    assert_eq!(decoded["warnings"][0]["message"], "the codec warns: calibrate me");

    let decoded = desk.decoded(&["--profile", "acme/plain", "--f-port", "2", "15"]);
    let readings = decoded["readings"].as_array().unwrap();
    assert_eq!(readings.len(), 1, "what is null is no value: {decoded}");
    assert_eq!((&readings[0]["value"], &readings[0]["time"]), (&3.into(), &"2026-05-04T09:00:00Z".into()));
    // 2026 began 1 767 225 600 s after 1970.
    assert!(decoded["device"]["received_ms"].as_f64().unwrap() > 1_767_225_600_000.0, "{decoded}");
}

#[test]
fn what_the_network_server_decoded_is_tried_with_object() {
    let object = LEVEL.replace("codec = \"level-1.js\"", "object = true");
    let desk = Desk::new(&[("mine/acme/level-2.toml", &object)]);
    let profile = ["--profile", "acme/level-2", "--f-port", "2"];
    let decoded = desk.decoded(&[&profile[..], &["--object", "{ \"distance\": \"1730\" }"]].concat());
    assert_eq!(value(&decoded, "distance"), 1730);
    for (further, code, named) in [
        (&["00"][..], 1, "expected its `object`, `decoded_payload` or `normalized_payload`"),
        (&["--object", "{"], 1, "the object of the network server cannot be read"),
        (&[], 2, "<HEX>"),
    ] {
        let (found, _, error) = desk.said(&[&["decode"], &profile[..], further].concat());
        assert_eq!(found, Some(code), "{further:?}: {error}");
        assert!(error.contains(named), "{further:?}: {error}");
    }
    let (code, _, error) = desk.said(&["decode", "--profile", "pmx/tcr", "--f-port", "14", "--object", "{}"]);
    assert_eq!((code, error.contains("`pmx/tcr` reads the payload")), (Some(2), true), "{error}");
}

#[test]
fn a_codec_alone_says_what_it_returns_or_why_not() {
    let desk = Desk::new(&[
        ("right.js", CODEC),
        ("loop.js", "function decodeUplink(input) { while (true) {} }"),
        ("broken.js", "function decodeUplink(input) {\n  return {\n"),
    ]);
    let decode =
        |file: &str, payload: &str| desk.said(&["decode", "--codec", file, "--f-port", "2", payload]);
    assert_eq!(decode("right.js", "06c2").1, "{\"data\":{\"distance\":1730},\"warnings\":[]}\n");
    for (file, payload, error_code, named) in [
        ("right.js", "06", "thrown", "in line 3"),
        ("loop.js", "06", "timeout", "did not end within"),
        ("broken.js", "06", "syntax", "in line 3"),
    ] {
        let (code, said, error) = decode(file, payload);
        assert_eq!(code, Some(1), "{file}: {error}");
        assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["error"]["code"], error_code, "{said}");
        assert!(error.contains(file) && error.contains(named), "{error}");
    }
    for (arguments, code, named) in [
        (&["decode", "--codec", "nowhere.js", "--f-port", "2", "06"][..], 1, "cannot read `nowhere.js`"),
        (&["decode", "--codec", "right.js", "--f-port", "2", "0g"], 1, "not hexadecimal"),
        (&["decode", "--f-port", "2", "06"], 2, "--profile"),
        (
            &["decode", "--codec", "right.js", "--profile", "pmx/tcr", "--f-port", "2", "06"],
            2,
            "cannot be used with",
        ),
        (&["decode", "--codec", "right.js", "--f-port", "2", "--object", "{}"], 2, "cannot be used with"),
    ] {
        let (found, _, error) = desk.said(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {error}");
        assert!(error.contains(named), "{arguments:?}: {error}");
    }
}

#[test]
fn properties_are_listed_with_unit_aggregation_range_and_names() {
    let desk = Desk::new(&[]);
    let (code, said, _) = desk.said(&["properties"]);
    assert_eq!(code, Some(0));
    let line = said.lines().find(|line| line.starts_with("bicycle_count ")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words, ["bicycle_count", "1", "sum", "0", "to", "86400", "Fahrräder", "/", "Bicycles"]);
    let (_, said, _) = desk.said(&["properties", "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    let of =
        |key: &str| said.as_array().unwrap().iter().find(|listed| listed["property"] == key).unwrap().clone();
    assert_eq!(
        of("bicycle_count"),
        serde_json::json!({
            "property": "bicycle_count", "unit": "1", "aggregation": "sum", "plausible": [0, 86400],
            "name": { "de": "Fahrräder", "en": "Bicycles" },
        })
    );
}

#[test]
fn a_payload_is_read_as_people_write_it() {
    let desk = Desk::new(&[("right.js", CODEC), ("mine/readme.txt", "")]);
    for payload in ["06c2", "06 c2", "06:C2", "06-c2", "0x06c2"] {
        let (_, said, error) = desk.said(&["decode", "--codec", "right.js", "--f-port", "2", payload]);
        assert_eq!(said, "{\"data\":{\"distance\":1730},\"warnings\":[]}\n", "{payload}: {error}");
    }
    let (code, said, error) = desk.said(&["decode", "--profile", "pmx/tcr", "--f-port", "14", "03f810420"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["error"]["code"]), (Some(1), &"not_hex".into()));
    assert!(
        error.contains("the payload has 9 hexadecimal digits: expected an even number, two for each byte"),
        "{error}"
    );
}

#[test]
fn codec_test_compares_data_warnings_and_errors() {
    let codec = "function decodeUplink(input) {
        if (input.fPort === 9) return { errors: ['wrong port'] };
        return { data: { t: input.bytes[0] * 0.1 }, warnings: ['low battery'] };
    }";
    let right = r#"{ "f_port": 1, "payload_hex": "03", "expected": { "t": 0.3 } }
{ "description": "whole", "f_port": 1, "payload_hex": "03", "expected": { "data": { "t": 0.3 }, "warnings": ["low battery"] } }
{ "description": "refused", "f_port": 9, "payload_hex": "03", "expected": { "errors": ["wrong port"] } }
"#;
    let wrong = r#"{ "description": "value", "f_port": 1, "payload_hex": "04", "expected": { "t": 0.3 } }
{ "description": "more", "f_port": 1, "payload_hex": "03", "expected": { "t": 0.3, "u": 1 } }
{ "description": "warning", "f_port": 1, "payload_hex": "03", "expected": { "data": { "t": 0.3 }, "warnings": ["rain"] } }
{ "description": "no error", "f_port": 1, "payload_hex": "03", "expected": { "errors": ["wrong port"] } }
{ "description": "error", "f_port": 9, "payload_hex": "03", "expected": { "t": 0.3 } }
"#;
    let desk = Desk::new(&[
        ("c.js", codec),
        ("right.jsonl", right),
        ("wrong.jsonl", wrong),
        ("empty.jsonl", "\n"),
        ("text.jsonl", &format!("{right}\nnonsense\n")),
        ("typo.jsonl", &right.replace("\"expected\": { \"data\"", "\"expcted\": { \"data\"")),
        ("port.jsonl", &right.replace("\"f_port\": 9,", "")),
        ("unchecked.jsonl", "{ \"f_port\": 1, \"payload_hex\": \"03\" }\n"),
        ("digits.jsonl", "{ \"f_port\": 1, \"payload_hex\": \"030\", \"expected\": {} }\n"),
    ]);
    let test = |file: &str| desk.said(&["codec", "test", "c.js", file]);
    assert_eq!(
        test("right.jsonl").1,
        "ok     03\nok     whole\nok     refused\n3 of 3 vectors as expected\n"
    );
    let (code, said, error) = test("wrong.jsonl");
    assert_eq!((code, error), (Some(1), "stadtfunk: 5 of 5 vectors are wrong\n".to_owned()));
    for (line, name) in ["value", "more", "warning", "no error", "error"].into_iter().enumerate() {
        assert!(said.contains(&format!("wrong  `wrong.jsonl`, line {}: {name}: ", line + 1)), "{said}");
    }
    assert!(test("empty.jsonl").2.contains("`empty.jsonl` has no vector"));
    let expected = "expected an object with `payload_hex`, `f_port` and `expected`";
    for (file, named) in [
        ("text.jsonl", "`text.jsonl`, line 5: "),
        ("typo.jsonl", "`typo.jsonl`, line 2: unknown field `expcted`"),
        ("port.jsonl", "`port.jsonl`, line 3: missing field `f_port`"),
        ("unchecked.jsonl", "`unchecked.jsonl`, line 1: missing field `expected`"),
    ] {
        let (code, _, error) = test(file);
        assert_eq!(code, Some(1), "{file}");
        assert!(error.contains(named) && error.contains(expected), "{file}: {error}");
    }
    assert!(test("digits.jsonl").2.contains("line 1: `payload_hex`: the payload has 3 hexadecimal digits"));
}

/// Every ```` ```console ```` block of a page is a dialogue that can be repeated in an empty folder with the files of the other blocks
/// whose first line, or word behind the language, names a file.
#[test]
fn adding_a_device_can_be_repeated_as_the_page_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/adding-a-device.md");
    let page = fs::read_to_string(page).unwrap();
    let desk = Desk::new(&[]);
    let programs = program().parent().unwrap().display();
    let mut n_commands = 0;
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        if language != "console" {
            if let Some((_, name)) = language.split_once(' ') {
                desk.write(name, &format!("{text}\n"));
                continue;
            }
            let (first, rest) = text.split_once('\n').unwrap();
            let name = first.trim_start_matches(['#', '/', ' ']);
            let is_comment = name.len() < first.len();
            let is_file = !name.contains(' ') && name.contains('.');
            if is_comment && is_file {
                desk.write(name, &format!("{rest}\n"));
            }
            continue;
        }
        for dialogue in format!("\n{text}").split("\n$ ").skip(1) {
            let (command, expected) = dialogue.split_once('\n').unwrap_or((dialogue, ""));
            let output = Command::new("sh")
                .args(["-c", &format!("PATH='{programs}':$PATH\n{command} 2>&1")])
                .current_dir(desk.0.path())
                .env("STADTFUNK_PROFILES__DIR", "profiles")
                .output()
                .unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert_eq!(said.trim_end(), expected.trim_end(), "$ {command}");
            n_commands += 1;
        }
    }
    assert!(n_commands >= 14, "{n_commands} commands were found on the page");
}
