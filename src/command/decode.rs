//! `stadtfunk decode`: one payload to JSON.

use std::path::Path;

use decoders::{Decoded, DeviceFact, Payload, Profile, ProfileError};
use domain::{Clock, DeviceTime, SystemClock};
use serde_json::{Map, Value as Json, json};

use super::{codec, hex_input, say, value};
use crate::{
    cli::{self, DecodeArgs},
    config::{self, ConfigError},
};

/// Prints the readings; a payload that cannot be read prints `{"error": …}` and exits with 1.
pub(crate) fn run(settings: Option<&Path>, args: &DecodeArgs) -> anyhow::Result<()> {
    let params = cli::params(&args.params)?;
    let payload = args.payload.as_deref().unwrap_or_default();
    let id = match (&args.profile, &args.codec) {
        (Some(id), _) => id,
        (None, Some(codec)) => return codec::decode(codec, &params, args.f_port, payload),
        (None, None) => anyhow::bail!(ConfigError::Argument("expected --profile or --codec".to_owned())),
    };
    let catalogue = config::load(settings, None)?.profiles.catalogue()?;
    let profile = catalogue.profile(id, &params).map_err(|error| {
        let list = if matches!(error, ProfileError::UnknownProfile { .. }) {
            " (`stadtfunk profiles` lists all)"
        } else {
            ""
        };
        ConfigError::Argument(format!("{error}{list}"))
    })?;
    if args.object.is_some() && !profile.reads_object() {
        let message = format!("`--object` is for profiles with `object = true`; `{id}` reads the payload");
        anyhow::bail!(ConfigError::Argument(message));
    }
    let bytes = match hex_input::bytes(payload) {
        Ok(bytes) => bytes,
        Err(error) => return refuse(&profile, args.f_port, "not_hex", &error, None),
    };
    let received_at = SystemClock.now();
    let object = args.object.as_deref();
    let payload = Payload { received_at, object, ..Payload::new(args.f_port, &bytes) };
    match decoders::decode(&profile, &payload) {
        Ok(decoded) => say(to_json(&profile, args.f_port, &decoded).to_string()),
        Err(error) => refuse(&profile, args.f_port, error.code(), &error.to_string(), error.offset()),
    }
}

fn refuse(
    profile: &Profile,
    f_port: u8,
    code: &str,
    message: &str,
    byte: Option<usize>,
) -> anyhow::Result<()> {
    say(json!({
        "profile": profile.info().id,
        "f_port": f_port,
        "error": { "code": code, "message": message, "byte": byte },
    })
    .to_string())?;
    anyhow::bail!("cannot decode: {message}")
}

fn to_json(profile: &Profile, f_port: u8, decoded: &Decoded) -> Json {
    let readings: Vec<Json> = decoded.readings.iter().map(reading).collect();
    let warnings: Vec<Json> = decoded
        .warnings
        .iter()
        .map(|warning| json!({ "code": warning.code(), "message": warning.to_string() }))
        .collect();
    let device: Map<String, Json> = decoded
        .device
        .iter()
        .map(|(key, fact)| {
            let value = match fact {
                DeviceFact::Number(n) => value::number(*n),
                DeviceFact::Text(text) => json!(text),
            };
            (key.to_string(), value)
        })
        .collect();
    json!({
        "profile": profile.info().id,
        "f_port": f_port,
        "readings": readings,
        "warnings": warnings,
        "device": device,
    })
}

fn reading(reading: &domain::Reading) -> Json {
    let mut json = json!({
        "property": reading.property.key(),
        "channel": reading.channel.as_str(),
        "unit": reading.property.unit().ucum,
    });
    value::add_to(&mut json, reading.value);
    match reading.time {
        DeviceTime::Uplink => {}
        DeviceTime::At(time) => json["time"] = json!(time.to_string()),
        DeviceTime::ClockTime { hour, minute } => {
            json["clock_time"] = json!(format!("{hour:02}:{minute:02}"));
        }
    }
    json
}
