//! What values mean at the place where the device hangs, against hand arithmetic.

use decoders::{Catalogue, Payload, Profile, ProfileError};
use domain::{Channel, Missing, ObservedProperty as P, Params, Reading, Value};

/// A device that sends whatever is written, at a place where everything can mean something.
const ANYTHING: &str = r#"
vendor = "Acme"
model = "Any"
description = "distances, roads and passers-by"
interval = "10min"
site = ["level", "ice", "directions"]

[decoder]
object = true

[[field]]
path = "distance_mm"
property = "distance"
missing = ["error"]

[[field]]
path = "surface"
property = "surface_temperature"
missing = ["error"]

[[field]]
path = "air"
property = "air_temperature"

[[field]]
path = "humidity"
property = "relative_humidity"
missing = ["error"]

[[field]]
path = "dew_point"
property = "dew_point"

[[field]]
path = "left"
property = "person_count"
channel = "ltr"

[[field]]
path = "right"
property = "person_count"
channel = "rtl"

[[field]]
path = "cars_left"
property = "car_count"
channel = "lane2.ltr"

[[field]]
path = "people"
property = "person_presence"
"#;

fn profile(params: &str) -> Result<Profile, ProfileError> {
    let mut catalogue = Catalogue::default();
    catalogue.add("acme/any", ANYTHING, &|_| Err(String::new())).unwrap();
    catalogue.profile("acme/any", &Params::parse_list(params).unwrap())
}

fn readings(params: &str, object: &str) -> Vec<Reading> {
    let profile = profile(params).unwrap();
    decoders::decode(&profile, &Payload { object: Some(object), ..Payload::new(1, &[]) }).unwrap().readings
}

/// What a place makes of a distance.
fn beside_distance(params: &str, distance: &str) -> Option<Value> {
    let all = readings(params, &format!("{{ \"distance_mm\": {distance} }}"));
    assert_eq!(all[0].property, P::Distance);
    assert!(all.len() <= 2, "{all:?}");
    all.get(1).map(|reading| reading.value)
}

/// The hint of ice.
fn ice(object: &str) -> Option<Value> {
    readings("", object).iter().find(|reading| reading.property == P::IceHint).map(|reading| reading.value)
}

const YES: Option<Value> = Some(Value::Number(1.0));
const NO: Option<Value> = Some(Value::Number(0.0));

#[test]
fn a_distance_to_water_is_a_level_above_the_zero_of_the_gauge() {
    // 1.85 m + 4.25 m - 1.73 m = 4.37 m; without a datum 2.52 m; water below the gauge's zero is negative.
    let gauge = "surface=water; mounting_height=4.25";
    let all = readings(&format!("{gauge}; datum=1.85"), r#"{ "distance_mm": 1730 }"#);
    assert_eq!(all, [Reading::number(P::Distance, 1730.0), Reading::number(P::WaterLevel, 4.37)]);
    assert_eq!(beside_distance(gauge, "1730"), Some(Value::Number(2.52)));
    assert_eq!(beside_distance(gauge, "4300"), Some(Value::Number(-0.05)));
    assert_eq!(beside_distance(&format!("{gauge}; datum=-2.5"), "1730"), Some(Value::Number(0.02)));
}

#[test]
fn a_distance_to_the_ground_is_a_depth_of_snow() {
    // 2.5 m - 2.18 m = 32 cm; noise below the ground stays visible.
    let all = readings("surface=snow; mounting_height=2.5", r#"{ "distance_mm": 2180 }"#);
    assert_eq!(all[1], Reading::number(P::SnowDepth, 32.0));
    assert_eq!(beside_distance("surface=snow; mounting_height=2.5", "2504"), Some(Value::Number(-0.4)));
}

#[test]
fn a_distance_in_a_container_is_a_share_of_its_depth() {
    // The sensor hangs 1.2 m above the bottom, the container is 1 m deep: 0.7 m of distance are 0.5 m of content.
    let container = "surface=fill; mounting_height=1.2; depth=1";
    for (distance, percent) in [
        ("700", 50.0),
        ("200", 100.0),
        ("1200", 0.0),
        ("876", 32.4),
        // Noise to five per cent beyond full and empty is none.
        ("150", 100.0),
        ("1250", 0.0),
        // What is further away is no noise; the quality check marks it.
        ("100", 110.0),
        ("1300", -10.0),
    ] {
        assert_eq!(beside_distance(container, distance), Some(Value::Number(percent)), "{distance} mm");
    }
    let all = readings(container, r#"{ "distance_mm": 700 }"#);
    assert_eq!(all[1].property, P::FillLevel);
}

#[test]
fn without_a_distance_there_is_no_level_for_the_same_reason_and_without_a_surface_none_at_all() {
    let missing = Some(Value::Missing(Missing::SensorError));
    for place in ["surface=water; mounting_height=4", "surface=fill; mounting_height=1; depth=1"] {
        assert_eq!(beside_distance(place, "\"error\""), missing, "{place}");
    }
    assert_eq!(beside_distance("", "1730"), None);
    assert_eq!(readings("surface=water; mounting_height=4", r#"{ "people": 3 }"#).len(), 1);
}

#[test]
fn the_settings_of_a_place_are_checked_when_a_device_is_added() {
    for (params, said) in [
        (
            "surface=water",
            "`surface` of `acme/any` needs `mounting_height`: expected metres from 0 to 100, such as 4.25",
        ),
        (
            "surface=fill; mounting_height=1.2",
            "`surface` of `acme/any` needs `depth`: expected metres above 0 and up to 100",
        ),
        (
            "mounting_height=4.25",
            "`mounting_height` of `acme/any` needs `surface`: expected water, snow or fill",
        ),
        ("depth=1.2", "`depth` of `acme/any` needs `surface`: expected water, snow or fill"),
        ("surface=ice; mounting_height=1", "`surface` of `acme/any` is `ice`: expected water, snow or fill"),
        (
            "surface=water; mounting_height=4,25",
            "`mounting_height` of `acme/any` is `4,25`: expected metres from 0 to 100, such as 4.25",
        ),
        ("surface=water; mounting_height=-1", "is `-1`: expected metres from 0 to 100"),
        ("surface=water; mounting_height=425", "is `425`: expected metres from 0 to 100"),
        ("surface=water; mounting_height=4; datum=high", "is `high`: expected metres from -500 to 9000"),
        ("surface=fill; mounting_height=1; depth=0", "is `0`: expected metres above 0 and up to 100"),
        ("swap=yes", "`swap` of `acme/any` is `yes`: expected true or false"),
        ("height=4", "`height` is no parameter of `acme/any`: expected `surface`"),
    ] {
        let error = profile(params).unwrap_err().to_string();
        assert!(error.contains(said), "{params}: {error}");
    }
}

#[test]
fn rime_is_hinted_at_where_a_surface_is_at_or_below_freezing_and_the_dew_point() {
    for (surface, dew_point, hint) in [
        (-1.0, -0.5, YES),
        (-1.0, -1.0, YES),
        (0.0, 0.0, YES),
        (-1.0, -1.1, NO),
        (0.1, 3.0, NO),
        (2.0, -3.0, NO),
    ] {
        let object = format!("{{ \"surface\": {surface}, \"dew_point\": {dew_point} }}");
        assert_eq!(ice(&object), hint, "{object}");
    }
}

#[test]
fn a_dew_point_that_is_not_measured_follows_from_air_temperature_and_humidity() {
    // Magnus' formula (WMO-No. 8, annex 4.B) for air of 5 °C and 60 %: ln 0.6 + 17.62 * 5 / 248.12 = -0.15575, and
    // 243.12 * -0.15575 / (17.62 + 0.15575) = -2.13 °C.
    for (air, humidity, surface, hint) in [
        // Saturated air has its own temperature as dew point.
        (-3.0, 100.0, -3.0, YES),
        (-3.0, 100.0, -2.9, NO),
        (5.0, 60.0, -2.15, YES),
        (5.0, 60.0, -2.10, NO),
        // Far above freezing no surface below the dew point is icy: it is dew.
        (20.0, 50.0, 9.2, NO),
    ] {
        let object = format!("{{ \"air\": {air}, \"humidity\": {humidity}, \"surface\": {surface} }}");
        assert_eq!(ice(&object), hint, "{object}");
    }
}

#[test]
fn what_is_missing_gives_no_hint_of_ice() {
    let missing = |reason| Some(Value::Missing(reason));
    assert_eq!(ice(r#"{ "surface": "error", "dew_point": 1 }"#), missing(Missing::SensorError));
    assert_eq!(ice(r#"{ "surface": -1, "air": 1, "humidity": "error" }"#), missing(Missing::SensorError));
    // No air has no humidity at all: what the sensor says cannot be.
    assert_eq!(ice(r#"{ "surface": -1, "air": 1, "humidity": 0 }"#), missing(Missing::SensorError));
    assert_eq!(ice(r#"{ "surface": -1 }"#), None);
    assert_eq!(ice(r#"{ "air": 1, "humidity": 90 }"#), None);
}

#[test]
fn a_device_on_the_other_side_of_the_road_has_its_directions_exchanged() {
    let object = r#"{ "left": 3, "right": 5, "cars_left": 7, "people": 2 }"#;
    let counts = |params: &str| -> Vec<(String, Value)> {
        readings(params, object).iter().map(|r| (r.channel.as_str().to_owned(), r.value)).collect()
    };
    let of = |channels: [&str; 4]| -> Vec<(String, Value)> {
        channels.map(str::to_owned).into_iter().zip([3.0, 5.0, 7.0, 2.0].map(Value::Number)).collect()
    };
    assert_eq!(counts("swap=false"), of(["ltr", "rtl", "lane2.ltr", ""]));
    assert_eq!(counts("swap=true"), of(["rtl", "ltr", "lane2.rtl", ""]));
}

#[test]
fn directions_have_the_names_the_operator_gives_them() {
    let names = profile("ltr_name=stadteinwärts; rtl_name=stadtauswärts").unwrap().channel_names();
    let expected = [("ltr", "stadteinwärts"), ("rtl", "stadtauswärts"), ("lane2.ltr", "stadteinwärts")];
    assert_eq!(names, expected.map(|(key, name)| (Channel::literal(key), name.to_owned())));
}
