//! What the network server decoded becomes readings by the fields of a profile file.

use decoders::{Catalogue, DecodeError, Decoded, DeviceFact, Payload};
use domain::{Channel, DeviceTime, Missing, ObservedProperty as P, Params, Reading, Value};

/// What a profile with these fields and settings makes of an object.
fn read_with(profile: &str, params: &str, object: Option<&str>) -> Result<Decoded, DecodeError> {
    let head = "vendor = \"Acme\"\nmodel = \"T1\"\ndescription = \"air\"\ninterval = \"10min\"\n[decoder]\nobject = true\n";
    let mut catalogue = Catalogue::default();
    catalogue.add("acme/t1", &format!("{head}{profile}"), &|_| Err(String::new())).unwrap();
    let profile = catalogue.profile("acme/t1", &Params::parse_list(params).unwrap()).unwrap();
    assert!(profile.reads_object());
    decoders::decode(&profile, &Payload { object, ..Payload::new(1, &[]) })
}

fn read(profile: &str, object: &str) -> Decoded {
    read_with(profile, "", Some(object)).unwrap()
}

fn at(time: &str) -> DeviceTime {
    DeviceTime::At(time.parse().unwrap())
}

fn codes(decoded: &Decoded) -> Vec<&'static str> {
    decoded.warnings.iter().map(decoders::Warning::code).collect()
}

/// Soil and water at one place, as a codec at a ChirpStack writes them.
const STATION: &str = r#"
[[field]]
path = "air.temperature"
property = "air_temperature"
unit = "[degF]"
missing = ["No Sensor", -999]

[[field]]
path = "battery"
property = "battery_voltage"
unit = "mV"

[[field]]
path = "lid"
property = "contact_open"
texts = { open = 1, closed = 0 }

[[field]]
path = "leak"
property = "water_leak"

[[field]]
path = "probes[0].moisture"
property = "soil_moisture"
channel = "1"

[[field]]
path = "probes[1].moisture"
property = "soil_moisture"
channel = "2"

[[field]]
path = "firmware"
fact = "firmware"
"#;

#[test]
fn numbers_words_truths_and_units_of_an_object_become_readings() {
    // 68 degrees Fahrenheit are 20 Celsius, 3584 mV are 3.584 V.
    let decoded = read(
        STATION,
        r#"{
            "air": { "temperature": 68 }, "battery": "3584", "lid": "open", "leak": false,
            "probes": [{ "moisture": 21.5 }, { "moisture": " 30 " }], "firmware": "1.10", "rssi": -81
        }"#,
    );
    assert_eq!(
        decoded.readings,
        [
            Reading::number(P::AirTemperature, 20.0),
            Reading::number(P::BatteryVoltage, 3.584),
            Reading::number(P::ContactOpen, 1.0),
            Reading::number(P::WaterLeak, 0.0),
            Reading::number(P::SoilMoisture, 21.5).on(Channel::literal("1")),
            Reading::number(P::SoilMoisture, 30.0).on(Channel::literal("2")),
        ]
    );
    // A version stays as it is written: 1.10 is not 1.1.
    assert_eq!(decoded.device, [("firmware".into(), DeviceFact::Text("1.10".to_owned()))]);
    assert_eq!(codes(&decoded), [""; 0]);
}

#[test]
fn what_is_null_or_absent_is_no_value_and_a_mark_is_a_missing_one() {
    let decoded = read(STATION, r#"{ "air": { "temperature": null }, "probes": [] }"#);
    assert_eq!(decoded, Decoded::default());
    for object in [r#"{ "air": { "temperature": "No Sensor" } }"#, r#"{ "air": { "temperature": -999 } }"#] {
        let missing = Reading::new(P::AirTemperature, Value::Missing(Missing::SensorError));
        assert_eq!(read(STATION, object).readings, [missing], "{object}");
    }
}

#[test]
fn an_object_in_which_no_field_is_found_says_what_it_has_and_what_was_expected() {
    let fields = "[[field]]\npath = \"temperature\"\nproperty = \"air_temperature\"\n\
                  [[block]]\npath = \"log[*]\"\nfields = [{ path = \"at\", time = \"s\" }, { path = \"t\", property = \"air_temperature\" }]\n";
    for (object, found) in [
        (r#"{ "Temperature": 21, "hum": 60 }"#, "`Temperature`, `hum`"),
        (r#"{ "a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1 }"#, "`a`, `b`, `c`, `d`, `e`, ..."),
        (r#"[{ "t": 21 }]"#, "a list of 1, the first with `t`"),
        (r#"{ "log": [{ "temp": 21 }] }"#, "`log`"),
    ] {
        let decoded = read(fields, object);
        assert_eq!(codes(&decoded), ["nothing_found"], "{object}");
        assert_eq!(
            decoded.warnings[0].to_string(),
            format!(
                "the object has {found}, and no field of the profile is in it: expected `temperature`, `log[*].at`, `log[*].t`"
            )
        );
    }
    for object in ["{}", "[]", r#"{ "temperature": null, "hum": 60 }"#] {
        assert_eq!(codes(&read(fields, object)), [""; 0], "{object}");
    }
}

#[test]
fn marks_have_reasons() {
    let field = "[[field]]\npath = \"t\"\nproperty = \"probe_temperature\"\n\
                 missing = { probe_disconnected = [\"NC\"], out_of_range = [327.67] }\n";
    for (object, reason) in
        [(r#"{ "t": "NC" }"#, Missing::ProbeDisconnected), (r#"{ "t": 327.67 }"#, Missing::OutOfRange)]
    {
        assert_eq!(read(field, object).readings, [Reading::new(P::ProbeTemperature, Value::Missing(reason))]);
    }
}

#[test]
fn what_is_no_number_is_no_value_and_a_warning() {
    for found in ["\"warm\"", "{ \"value\": 3 }", "[3]"] {
        let decoded =
            read(STATION, &format!("{{ \"air\": {{ \"temperature\": {found} }}, \"battery\": 3000 }}"));
        assert_eq!(decoded.readings, [Reading::number(P::BatteryVoltage, 3.0)], "{found}");
        assert_eq!(codes(&decoded), ["not_a_number"], "{found}");
    }
    let warning = read(STATION, r#"{ "lid": "ajar" }"#).warnings[0].to_string();
    assert_eq!(warning, "`lid` is `ajar`: expected a number");
}

#[test]
fn a_decoded_payload_of_the_things_stack_is_filtered_by_what_its_elements_have() {
    let fields = r#"
[[field]]
path = "messages[*][measurementId=4097].measurementValue"
property = "air_temperature"

[[field]]
path = "messages[*][type=Battery].value"
property = "battery_level"
"#;
    // The form of SenseCAP's decoder: groups of measurements with a number that says what they are.
    let decoded = read(
        fields,
        r#"{ "err": 0, "valid": true, "messages": [
            [{ "measurementId": "4097", "measurementValue": 8.1 }, { "measurementId": "4098", "measurementValue": 66 }],
            [{ "measurementId": 4097, "measurementValue": "8.2" }, { "type": "Battery", "value": 97 }]
        ] }"#,
    );
    let temperature = |celsius| Reading::number(P::AirTemperature, celsius);
    assert_eq!(
        decoded.readings,
        [temperature(8.1), temperature(8.2), Reading::number(P::BatteryLevel, 97.0)]
    );
}

#[test]
fn a_normalized_payload_is_a_list_of_measurements() {
    // The Things Stack's normalized payload: an array of measurements in its own words; their time may be left out.
    let fields = "[[block]]\npath = \"[*]\"\nfields = [{ path = \"time\", time = \"rfc3339\", optional = true }, { path = \"air.temperature\", property = \"air_temperature\" }]\n";
    let decoded = read(
        fields,
        r#"[{ "time": "2026-10-23T06:00:00Z", "air": { "temperature": 7.5 } }, { "air": { "temperature": 7.25 } }]"#,
    );
    assert_eq!(
        decoded.readings,
        [
            Reading::number(P::AirTemperature, 7.5).at(at("2026-10-23T06:00:00Z")),
            Reading::number(P::AirTemperature, 7.25),
        ]
    );
}

/// A log whose entries have a time of their own, and a value of now.
const LOG: &str = r#"
[[field]]
path = "level"
property = "water_level"
unit = "cm"

[[block]]
path = "history[*]"
fields = [
    { path = "at", time = "KIND" },
    { path = "level", property = "water_level", unit = "cm" },
    { path = "t", property = "water_temperature", when = "water_level > 0" },
]
"#;

#[test]
fn the_entries_of_a_log_have_their_own_time_in_each_form_it_is_written_in() {
    // 1 792 735 200 s after 1970 are 2026-10-23 06:00:00 UTC: 20 749 days and 21 600 s.
    for (kind, six, five) in [
        ("rfc3339", "\"2026-10-23T06:00:00Z\"", "\"2026-10-23T07:00:00+02:00\""),
        ("s", "1792735200", "\"1792731600\""),
        ("ms", "1792735200000", "1792731600000"),
    ] {
        let object = format!(
            "{{ \"level\": 120, \"history\": [{{ \"at\": {six}, \"level\": 118, \"t\": 9 }}, {{ \"at\": {five}, \"level\": 0, \"t\": 9 }}] }}"
        );
        let (six, five) = (at("2026-10-23T06:00:00Z"), at("2026-10-23T05:00:00Z"));
        assert_eq!(
            read(&LOG.replace("KIND", kind), &object).readings,
            [
                Reading::number(P::WaterLevel, 1.2),
                Reading::number(P::WaterLevel, 1.18).at(six),
                Reading::number(P::WaterTemperature, 9.0).at(six),
                Reading::number(P::WaterLevel, 0.0).at(five),
            ],
            "{kind}"
        );
    }
}

#[test]
fn an_entry_whose_time_is_absent_or_cannot_be_read_is_left_out_with_a_warning() {
    for (kind, at, warning) in [
        (
            "rfc3339",
            "\"at\": \"yesterday\",",
            "is `yesterday`: expected date and time with an offset such as `Z`: `2026-10-23T06:00:00Z`",
        ),
        (
            "rfc3339",
            "\"at\": \"2026-10-23T06:00:00\",",
            "is `2026-10-23T06:00:00`: expected date and time with an offset such as `Z`: `2026-10-23T06:00:00Z`",
        ),
        (
            "rfc3339",
            "\"at\": 1792735200,",
            "is `1792735200`: expected date and time with an offset such as `Z`: `2026-10-23T06:00:00Z`",
        ),
        (
            "rfc3339",
            "",
            "is not there: expected date and time with an offset such as `Z`: `2026-10-23T06:00:00Z`",
        ),
        ("s", "\"at\": null,", "is not there: expected the seconds since 1970"),
        ("ms", "\"at\": [5],", "is `[5]`: expected the milliseconds since 1970"),
    ] {
        let object = format!(
            "{{ \"level\": 120, \"history\": [{{ {at} \"level\": 118, \"t\": 9 }}, {{ {at} \"level\": 119 }}] }}"
        );
        let decoded = read(&LOG.replace("KIND", kind), &object);
        assert_eq!(decoded.readings, [Reading::number(P::WaterLevel, 1.2)], "{object}");
        let warnings: Vec<String> = decoded
            .warnings
            .iter()
            .map(ToString::to_string)
            .filter(|text| text.contains("left out"))
            .collect();
        assert_eq!(
            warnings,
            [format!("`history[*].at` {warning}; the values with it are left out")],
            "{object}"
        );
    }
}

/// Values of an object as a whole whose time it names.
const DATED: &str = r#"
[[field]]
path = "at"
time = "s"
OPTIONAL

[[field]]
path = "level"
property = "water_level"
unit = "cm"

[[field]]
path = "firmware"
fact = "firmware"
"#;

#[test]
fn an_object_without_its_time_has_no_values_unless_its_profile_calls_the_time_optional() {
    let strict = DATED.replace("OPTIONAL", "");
    let optional = DATED.replace("OPTIONAL", "optional = true");
    let level = Reading::number(P::WaterLevel, 1.2);
    let none: [Reading; 0] = [];
    let without = r#"{ "level": 120, "firmware": "1.2" }"#;
    let decoded = read(&strict, without);
    assert_eq!((&decoded.readings[..], codes(&decoded)), (&none[..], vec!["no_time"]));
    assert_eq!(decoded.device.len(), 1, "what the device says about itself needs no time");
    let decoded = read(&optional, without);
    assert_eq!((decoded.readings, decoded.warnings), (vec![level], Vec::new()));
    let wrong = r#"{ "at": "noon", "level": 120 }"#;
    for profile in [&strict, &optional] {
        let decoded = read(profile, wrong);
        assert_eq!((&decoded.readings[..], codes(&decoded)), (&none[..], vec!["no_time"]));
    }
    // Nothing is lost where there is no value.
    assert_eq!(codes(&read(&strict, r#"{ "firmware": "1.2" }"#)), [""; 0]);
}

#[test]
fn fields_compute_with_each_other_and_with_the_settings_of_the_device() {
    let fields = r#"
[param.density]
type = "number"
min = 0.5
max = 2
default = "1"
assumed = true
description = "density of the liquid, kg/L"

[[field]]
path = "pressure_mbar"
name = "p"

[[field]]
path = "air_mbar"
name = "air"

[[field]]
value = "(p - air) / (9.80665 * density)"
property = "water_level"
unit = "cm"
decimals = 3
"#;
    // 98.0665 / 9.80665 = 10 cm, and 8 cm of what is 1.25 times as dense.
    let object = Some(r#"{ "pressure_mbar": 1098.0665, "air_mbar": 1000 }"#);
    let assumed = read_with(fields, "", object).unwrap();
    assert_eq!(assumed.readings, [Reading::number(P::WaterLevel, 0.1)]);
    assert_eq!(assumed.warnings.len(), 1);
    assert_eq!(assumed.warnings[0].to_string(), "default parameter used: `density` is not set, `1` assumed");
    let set = read_with(fields, "density=1.25", object).unwrap();
    assert_eq!((set.readings, set.warnings), (vec![Reading::number(P::WaterLevel, 0.08)], Vec::new()));
    let without_air = read_with(fields, "density=1", Some(r#"{ "pressure_mbar": 1098 }"#)).unwrap();
    assert_eq!(
        without_air.readings,
        [Reading::new(P::WaterLevel, Value::Missing(Missing::NothingToMeasure))]
    );
}

#[test]
fn an_uplink_without_an_object_is_refused_and_says_what_was_expected() {
    let error = read_with(STATION, "", None).unwrap_err();
    assert_eq!(error.code(), "no_object");
    assert_eq!(
        error.to_string(),
        "the network server decoded nothing: expected its `object`, `decoded_payload` or `normalized_payload`"
    );
    assert_eq!(read_with(STATION, "", Some("{ \"air\": ")).unwrap_err().code(), "bad_object");
}
