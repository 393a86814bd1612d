//! `stadtfunk decode --codec` and `stadtfunk codec test`: makers' codecs as they are, without a profile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use decoders::codecs::{Call, CodecError, Outcome, Pool, Script};
use domain::{Clock, Params, SystemClock};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{hex_input, say};
use crate::{cli::CodecCommand, config::codec_pool};

/// One line of a file of vectors. A key that is not known would be an expectation that is never looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    payload_hex: String,
    f_port: u8,
    /// What the codec returns: the whole (`{"data": …, "warnings": […]}`, `{"errors": […]}`) or the data alone.
    expected: Json,
    #[serde(default)]
    variables: Params,
    description: Option<String>,
}

/// Prints what a codec makes of one payload.
pub(crate) fn decode(file: &Path, variables: &Params, f_port: u8, payload: &str) -> anyhow::Result<()> {
    let script = read(file)?;
    let bytes = hex_input::bytes(payload).map_err(anyhow::Error::msg)?;
    match run(&codec_pool(), &script, f_port, &bytes, variables) {
        Ok(outcome) => say(to_json(&outcome).to_string()),
        Err(error) => {
            say(json!({ "error": { "code": error.code(), "message": error.to_string() } }).to_string())?;
            anyhow::bail!("`{}`: {error}", file.display())
        }
    }
}

/// Runs a codec over a file of vectors.
pub(crate) fn test(command: &CodecCommand) -> anyhow::Result<()> {
    let CodecCommand::Test { codec, vectors } = command;
    let script = read(codec)?;
    let text = fs::read_to_string(vectors).with_context(|| format!("cannot read `{}`", vectors.display()))?;
    let pool = codec_pool();
    let (mut n, mut n_wrong) = (0_u32, 0_u32);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = Place { file: vectors.clone(), line: number + 1 };
        let vector: Vector = serde_json::from_str(line).map_err(|error| {
            let expected = "expected an object with `payload_hex`, `f_port` and `expected`, and if need be `variables` and `description`";
            anyhow::anyhow!("{place}: {}: {expected}", without_place(&error))
        })?;
        let bytes = hex_input::bytes(&vector.payload_hex)
            .map_err(|error| anyhow::anyhow!("{place}: `payload_hex`: {error}"))?;
        n += 1;
        let name = vector.description.clone().unwrap_or_else(|| vector.payload_hex.clone());
        let found = run(&pool, &script, vector.f_port, &bytes, &vector.variables);
        match difference(&found, &vector.expected) {
            None => say(format!("ok     {name}"))?,
            Some(difference) => {
                n_wrong += 1;
                say(format!("wrong  {place}: {name}: {difference}"))?;
            }
        }
    }
    anyhow::ensure!(n > 0, "`{}` has no vector", vectors.display());
    anyhow::ensure!(n_wrong == 0, "{n_wrong} of {n} vectors are wrong");
    say(format!("{n} of {n} vectors as expected"))
}

/// What is wrong with a line; the JSON reader calls each the first.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place)
        .map_or_else(|| text.clone(), |said| format!("{said} (column {})", error.column()))
}

struct Place {
    file: PathBuf,
    line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`, line {}", self.file.display(), self.line)
    }
}

/// What is not as expected, if anything. Numbers count as equal within the noise of floating point.
fn difference(found: &Result<Outcome, CodecError>, expected: &Json) -> Option<String> {
    let whole = whole(expected);
    let errors = whole.and_then(|whole| whole.get("errors")).filter(|errors| **errors != json!([]));
    let outcome = match (found, errors) {
        (Err(CodecError::Reported { errors: found }), Some(expected)) if json!(found) == *expected => {
            return None;
        }
        (Err(error), Some(errors)) => return Some(format!("expected the errors {errors}, found: {error}")),
        (Err(error), None) => return Some(error.to_string()),
        (Ok(outcome), Some(errors)) => {
            return Some(format!("expected the errors {errors}, found {}", outcome.data));
        }
        (Ok(outcome), None) => outcome,
    };
    // `normalizeUplink` may warn of more.
    let warnings = whole.and_then(|whole| whole.get("warnings")).and_then(Json::as_array);
    let is_warned_of = |expected: &&Json| outcome.warnings.iter().any(|found| *expected == found);
    if let Some(warning) = warnings.into_iter().flatten().find(|warning| !is_warned_of(warning)) {
        return Some(format!("expected the warning {warning}, found {}", json!(outcome.warnings)));
    }
    let data = match whole {
        Some(whole) => whole.get("data")?,
        None => expected,
    };
    (!is_like(&outcome.data, data)).then(|| format!("expected {data}, found {}", outcome.data))
}

/// All that a codec returns, if it is not the data alone.
fn whole(expected: &Json) -> Option<&Map<String, Json>> {
    let object = expected.as_object().filter(|object| !object.is_empty())?;
    let is_data = object.get("data").is_none_or(|data| data.is_object() || data.is_array());
    let are_lists = ["warnings", "errors"].iter().all(|key| object.get(*key).is_none_or(Json::is_array));
    let has_no_other = object.keys().all(|key| ["data", "warnings", "errors"].contains(&&**key));
    (is_data && are_lists && has_no_other).then_some(object)
}

fn is_like(found: &Json, expected: &Json) -> bool {
    match (found, expected) {
        (Json::Number(a), Json::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
            _ => a == b,
        },
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_like(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_like(a, b)))
        }
        (a, b) => a == b,
    }
}

fn read(file: &Path) -> anyhow::Result<Script> {
    let source = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    Script::new(&name, &source).with_context(|| format!("`{}`", file.display()))
}

fn run(
    pool: &Pool,
    script: &Script,
    f_port: u8,
    bytes: &[u8],
    variables: &Params,
) -> Result<Outcome, CodecError> {
    let variables: Vec<(String, String)> =
        variables.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let received_at_ms = SystemClock.now().as_millisecond();
    pool.run(&Call { script, device: "", f_port, bytes, received_at_ms, variables: &variables })
}

fn to_json(outcome: &Outcome) -> Json {
    let mut json = json!({ "data": outcome.data, "warnings": outcome.warnings });
    if let Some(normalized) = &outcome.normalized {
        json["normalized"] = normalized.clone();
    }
    if !outcome.log.is_empty() {
        json["log"] = json!(outcome.log);
    }
    json
}
