//! `stadtfunk decode --codec` and `stadtfunk codec test`: makers' codecs as they are, without a profile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use decoders::codecs::{Call, CodecError, Outcome, Pool, Script};
use domain::{Clock, Params, SystemClock};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::say;
use crate::{cli::CodecCommand, config::codec_pool};

/// One line of a file of vectors. What else stands in a line is for people.
#[derive(Deserialize)]
struct Vector {
    payload_hex: String,
    #[serde(default = "usual_port")]
    f_port: u8,
    /// What the codec returns: the whole (`{"data": …}`) or the data alone. Without it only errors count.
    expected: Option<Json>,
    #[serde(default)]
    variables: Params,
    description: Option<String>,
}

const fn usual_port() -> u8 {
    1
}

/// Prints what a codec makes of one payload.
pub(crate) fn decode(file: &Path, variables: &Params, f_port: u8, payload: &str) -> anyhow::Result<()> {
    let script = read(file)?;
    let bytes = hex::decode(payload.trim()).context("the payload is not hexadecimal")?;
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
        let vector: Vector = serde_json::from_str(line)
            .with_context(|| format!("{place}: expected `payload_hex`, `f_port` and `expected`"))?;
        let bytes = hex::decode(&vector.payload_hex)
            .with_context(|| format!("{place}: `payload_hex` is not hexadecimal"))?;
        n += 1;
        let name = vector.description.clone().unwrap_or_else(|| vector.payload_hex.clone());
        let wrong = match run(&pool, &script, vector.f_port, &bytes, &vector.variables) {
            Ok(outcome) => difference(&outcome, vector.expected.as_ref()),
            Err(error) => Some(error.to_string()),
        };
        match wrong {
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
fn difference(outcome: &Outcome, expected: Option<&Json>) -> Option<String> {
    let expected = expected?;
    let data = match expected.get("data") {
        Some(data)
            if expected.as_object().is_some_and(|all| all.keys().all(|key| WHOLE.contains(&&**key))) =>
        {
            data
        }
        _ => expected,
    };
    (!is_like(&outcome.data, data)).then(|| format!("expected {data}, found {}", outcome.data))
}

/// The members of what a codec returns as a whole.
const WHOLE: [&str; 3] = ["data", "warnings", "errors"];

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
