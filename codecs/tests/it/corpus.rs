//! Codecs in the styles found in the field give what Node gives.
//!
//! The codecs in `tests/corpus` are our own. What they should give was recorded by `tests/corpus/record.mjs` with Node 20, which
//! shares neither the engine nor the host's names with the worker: sloppy script mode, Node's own `Buffer`, a clock that stands.

use std::{collections::BTreeMap, fs, path::Path};

use codecs::{Call, CodecError, Outcome, Pool, Script};
use serde::Deserialize;
use serde_json::Value;

use crate::harness::{RECEIVED_AT_MS, pool};

#[derive(Deserialize)]
struct Recorded {
    expected: BTreeMap<String, Vec<Expected>>,
}

/// What Node gave for one line of input.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Failed {
        failed: String,
        message: Option<String>,
        line: Option<u32>,
        #[serde(default)]
        errors: Vec<String>,
    },
    Decoded {
        data: Value,
        warnings: Vec<String>,
        normalized: Option<Value>,
    },
}

/// A line `//@ fPort hex [name=value ...]` of a codec.
struct Input {
    f_port: u8,
    bytes: Vec<u8>,
    variables: Vec<(String, String)>,
}

impl Input {
    fn parse(line: &str) -> Self {
        let mut parts = line.split(' ');
        let f_port = parts.next().unwrap().parse().unwrap();
        let hex = parts.next().unwrap();
        let bytes =
            (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
        let variables = parts.map(|pair| pair.split_once('=').unwrap());
        let variables = variables.map(|(name, value)| (name.to_owned(), percent_decoded(value))).collect();
        Self { f_port, bytes, variables }
    }
}

fn percent_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_codec_of_the_corpus_gives_what_node_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let recorded: Recorded =
        serde_json::from_str(&fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    assert!(recorded.expected.len() >= 70);
    let pool = pool();
    let differences: Vec<String> = recorded
        .expected
        .iter()
        .flat_map(|(name, expected)| differences(&pool, &folder, name, expected))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn differences(pool: &Pool, folder: &Path, name: &str, expected: &[Expected]) -> Vec<String> {
    let source = fs::read_to_string(folder.join(name).with_extension("js")).unwrap();
    let script = Script::new(name, &source).unwrap();
    let inputs: Vec<Input> =
        source.lines().filter_map(|line| line.strip_prefix("//@ ")).map(Input::parse).collect();
    assert_eq!(inputs.len(), expected.len(), "{name}: record the corpus again");
    let calls = inputs.iter().zip(expected).enumerate().filter_map(|(at, (input, expected))| {
        let outcome = pool.run(&Call {
            script: &script,
            device: "device",
            f_port: input.f_port,
            bytes: &input.bytes,
            received_at_ms: RECEIVED_AT_MS,
            variables: &input.variables,
        });
        difference(outcome, expected).map(|difference| format!("{name}, input {}: {difference}", at + 1))
    });
    calls.collect()
}

fn difference(outcome: Result<Outcome, CodecError>, expected: &Expected) -> Option<String> {
    match (outcome, expected) {
        (Ok(outcome), Expected::Decoded { data, warnings, normalized }) => {
            let is_same = same(&outcome.data, data)
                && (normalized.is_some() == outcome.normalized.is_some())
                && normalized.iter().zip(&outcome.normalized).all(|(a, b)| same(a, b))
                && outcome
                    .warnings
                    .iter()
                    .filter(|warning| !warning.starts_with("normalizeUplink: "))
                    .eq(warnings);
            (!is_same).then(|| format!("\n  {}\n  {data}\n  {outcome:?}", outcome.data))
        }
        (
            Err(CodecError::Thrown { message, at }),
            Expected::Failed { failed, message: expected, line, .. },
        ) if failed == "thrown" => {
            let expected = expected.as_deref().unwrap();
            // Each engine has its own words for its own errors, but the same names.
            let is_own = ["TypeError: ", "SyntaxError: "].iter().find(|name| expected.starts_with(**name));
            let is_same = is_own.map_or(message == expected, |name| message.starts_with(name));
            // Of an error class of the codec, one engine names the constructor and the other who called it.
            let is_placed = expected.starts_with("FrameError") || at.map(|at| at.line) == *line;
            (!is_same || !is_placed).then(|| format!("{message} {at:?}, expected {expected} {line:?}"))
        }
        (Err(CodecError::Reported { errors }), Expected::Failed { failed, errors: expected, .. })
            if failed == "reported" =>
        {
            (errors != *expected).then(|| format!("{errors:?}, expected {expected:?}"))
        }
        (Err(error), Expected::Failed { failed, .. }) if error.code() == failed => None,
        (outcome, expected) => Some(format!("{outcome:?}, expected {expected:?}")),
    }
}

/// Numbers are the same if they are the same 64 bits; JSON may write them as integer or as fraction. Zero has no sign in JSON.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && same(a, b))
        }
        (a, b) => a == b,
    }
}
