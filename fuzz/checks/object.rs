//! What a network server decoded, read by the fields of a profile.
//!
//! The first byte of an input chooses the profile, the rest is the object: JSON as it came.

use std::sync::LazyLock;

use decoders::{Catalogue, Payload, Profile};
use domain::Params;

const HEAD: &str =
    "vendor = \"Acme\"\nmodel = \"T1\"\ndescription = \"all kinds of fields\"\ninterval = \"10min\"\n";

/// Fields of every kind: units, words, marks, conditions, expressions, times, groups, places, what a site adds.
const PROFILES: [&str; 3] = [
    r#"
[decoder]
object = true
[param.k]
type = "number"
default = "0.1"
description = "any"
[[field]]
path = "air.t"
property = "air_temperature"
unit = "[degF]"
missing = ["No Sensor", -999]
decimals = 2
[[field]]
path = "lid"
property = "contact_open"
texts = { open = 1, closed = 0 }
[[field]]
path = "n"
name = "n"
[[field]]
path = "s[*]"
property = "soil_moisture"
value = "x * k / n"
missing_if = { out_of_range = "x > 100" }
[[field]]
path = "w"
property = "precipitation_total"
value = "x * k"
wraps_at = "256 * k"
[[field]]
value = "sqrt(n) - ln(n) + exp(n) + pow(n, 9)"
property = "wind_speed"
when = "n >= 0 || bit(n, 3)"
[[field]]
path = "at"
time = "ms"
[[field]]
path = "fw"
fact = "firmware"
texts = { 0 = "old", 1 = "new" }
"#,
    r#"
site = ["level"]
[decoder]
object = true
[[field]]
path = "d"
property = "distance"
unit = "cm"
[[block]]
path = "h[*][k=1]"
fields = [
    { path = "at", time = "rfc3339" },
    { path = "d[0]", property = "distance", unit = "m" },
    { path = "c", name = "c", missing = { probe_disconnected = [-1, "NC"] } },
    { property = "air_pressure", value = "c % 7 + round(c)", unit = "hPa" },
]
"#,
    r#"
site = ["ice"]
[decoder]
object = true
[[field]]
path = "[0].road"
property = "surface_temperature"
unit = "K"
[[field]]
path = "[0].air.t"
property = "air_temperature"
[[field]]
path = "[0].air.h"
property = "relative_humidity"
[[field]]
path = "[0].time"
time = "s"
"#,
];

static BOUND: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    PROFILES
        .iter()
        .map(|text| {
            let mut catalogue = Catalogue::default();
            let added = catalogue.add("acme/t1", &format!("{HEAD}{text}"), &|_| Err(String::new()));
            added.unwrap_or_else(|error| panic!("{error}"));
            catalogue.profile("acme/t1", &Params::default()).unwrap_or_else(|error| panic!("{error}"))
        })
        .collect()
});

/// Reads the object.
///
/// # Panics
///
/// Where a promise of the decoders is broken.
pub(crate) fn check(data: &[u8]) {
    let Some((choice, object)) = data.split_first() else { return };
    let Ok(object) = std::str::from_utf8(object) else { return };
    let Some(profile) = BOUND.get(usize::from(*choice) % PROFILES.len()) else { return };
    let payload = Payload { object: Some(object), ..Payload::new(1, &[]) };
    let decoded = decoders::decode(profile, &payload);
    assert_eq!(decoded, decoders::decode(profile, &payload), "the same object is always read alike");
    for reading in decoded.iter().flat_map(|decoded| &decoded.readings) {
        assert!(reading.value.as_number().is_none_or(f64::is_finite), "{reading:?}");
        assert!(reading.wraps_at.is_none_or(f64::is_finite), "{reading:?}");
    }
}
