//! Every payload in `fixtures/` decodes to exactly what its file says, which comes from a data sheet, a public
//! catalogue or hand arithmetic (`source`), never from the decoder.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use decoders::{Catalogue, DecodeError, Decoded, DeviceFact, Payload, Profile};
use domain::{Channel, DeviceTime, Missing, Params, Reading, Value};
use serde::Deserialize;

/// One file: a device family.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureFile {
    profile: String,
    fixture: Vec<Fixture>,
}

/// One payload. Lists that are not given are expected to be empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fixture {
    name: String,
    #[serde(default)]
    params: Params,
    pub(crate) f_port: u8,
    hex: String,
    source: String,
    #[serde(default)]
    readings: Vec<ExpectedReading>,
    #[serde(default)]
    device: BTreeMap<String, toml::Value>,
    #[serde(default)]
    warnings: Vec<String>,
    error: Option<String>,
    offset: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedReading {
    property: String,
    #[serde(default)]
    channel: String,
    value: Option<f64>,
    missing: Option<String>,
    time: Option<String>,
    wraps_at: Option<f64>,
}

impl Fixture {
    pub(crate) fn payload(&self) -> Vec<u8> {
        hex::decode(&self.hex).unwrap()
    }

    pub(crate) fn is_error(&self) -> bool {
        self.error.is_some()
    }

    pub(crate) fn profile(&self, id: &str) -> Profile {
        Catalogue::built_in().profile(id, &self.params).unwrap()
    }
}

/// Every fixture with its profile id, found by walking the folder.
pub(crate) fn all() -> Vec<(String, Fixture)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .flat_map(|vendor| fs::read_dir(vendor.unwrap().path()).unwrap())
        .map(|model| model.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let file: FixtureFile = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(path.with_extension("").ends_with(&file.profile), "{} holds another profile", path.display());
        file.fixture.into_iter().map(move |fixture| (file.profile.clone(), fixture))
    };
    paths.into_iter().flat_map(read).collect()
}

#[test]
fn every_fixture_decodes_to_what_its_source_says() {
    let fixtures = all();
    let failures: Vec<String> = fixtures
        .iter()
        .filter_map(|(id, fixture)| {
            let found =
                decoders::decode(&fixture.profile(id), &Payload::new(fixture.f_port, &fixture.payload()));
            let complaint = complaint(fixture, &found)?;
            Some(format!("{id}, {}:\n  {complaint}", fixture.name))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} fixtures fail\n{}",
        failures.len(),
        fixtures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_family_has_fixtures_of_every_kind() {
    let fixtures = all();
    for info in Catalogue::built_in().profiles() {
        let of_family: Vec<_> = fixtures.iter().filter(|(id, _)| **id == *info.id).map(|(_, f)| f).collect();
        assert!(of_family.iter().any(|f| !f.readings.is_empty()), "{} has no normal uplink", info.id);
        assert!(of_family.iter().any(|f| f.is_error()), "{} has no payload that is refused", info.id);
        assert!(of_family.iter().all(|f| !f.source.is_empty()), "{} has a fixture without source", info.id);
        let names: BTreeSet<_> = of_family.iter().map(|f| &f.name).collect();
        assert_eq!(names.len(), of_family.len(), "{} has two fixtures of one name", info.id);
    }
}

/// What is wrong, if anything.
fn complaint(fixture: &Fixture, found: &Result<Decoded, DecodeError>) -> Option<String> {
    match (found, &fixture.error) {
        (Err(found), Some(expected)) => {
            let offset_is_right = fixture.offset.is_none() || found.offset() == fixture.offset;
            (found.code() != expected || !offset_is_right)
                .then(|| format!("expected error {expected} at {:?}, found {found:?}", fixture.offset))
        }
        (Err(found), None) => Some(format!("unexpected error: {found}")),
        (Ok(found), Some(expected)) => Some(format!("expected error {expected}, found {found:?}")),
        (Ok(found), None) => {
            let expected: Vec<Reading> = fixture.readings.iter().map(ExpectedReading::reading).collect();
            let warnings: Vec<_> = found.warnings.iter().map(decoders::Warning::code).collect();
            if found.readings != expected {
                Some(format!("expected {expected:#?}\n  found {:#?}", found.readings))
            } else if warnings != fixture.warnings {
                Some(format!("expected warnings {:?}, found {:?}", fixture.warnings, found.warnings))
            } else {
                device_complaint(fixture, found)
            }
        }
    }
}

fn device_complaint(fixture: &Fixture, found: &Decoded) -> Option<String> {
    // Of facts with one key the last one counts, as with readings.
    let facts: BTreeMap<String, DeviceFact> =
        found.device.iter().map(|(key, fact)| (key.to_string(), fact.clone())).collect();
    let expected: BTreeMap<String, DeviceFact> =
        fixture.device.iter().map(|(key, value)| (key.clone(), fact(value))).collect();
    (facts != expected).then(|| format!("expected device facts {expected:?}, found {:?}", found.device))
}

fn fact(value: &toml::Value) -> DeviceFact {
    match value {
        toml::Value::String(text) => DeviceFact::Text(text.clone()),
        toml::Value::Float(n) => DeviceFact::Number(*n),
        toml::Value::Integer(n) => DeviceFact::Number(f64::from(u32::try_from(*n).unwrap())),
        other => panic!("{other:?} is no device fact"),
    }
}

impl ExpectedReading {
    fn reading(&self) -> Reading {
        let value = match (self.value, self.missing.as_deref()) {
            (Some(n), None) => Value::Number(n),
            (None, Some(reason)) => Value::Missing(missing(reason)),
            _ => panic!("a reading has either a value or a reason why it is missing"),
        };
        Reading {
            property: self.property.parse().unwrap(),
            channel: self.channel.parse::<Channel>().unwrap(),
            value,
            time: self.time.as_deref().map_or(DeviceTime::Uplink, device_time),
            wraps_at: self.wraps_at,
        }
    }
}

fn missing(key: &str) -> Missing {
    let all = [
        Missing::SensorError,
        Missing::ProbeDisconnected,
        Missing::NothingToMeasure,
        Missing::OutOfRange,
        Missing::NotConfigured,
    ];
    all.into_iter().find(|reason| reason.key() == key).unwrap_or_else(|| panic!("{key} is no reason"))
}

/// `2022-10-12T08:02:38Z` or `20:10`.
fn device_time(text: &str) -> DeviceTime {
    if let Ok(instant) = text.parse() {
        return DeviceTime::At(instant);
    }
    let (hour, minute) = text.split_once(':').unwrap();
    DeviceTime::ClockTime { hour: hour.parse().unwrap(), minute: minute.parse().unwrap() }
}
