//! What the program and its workers say to each other: frames of JSON behind their length (four bytes, little-endian).

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Confinement, Position, ScriptId};

/// What a worker is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    pub script: ScriptId,
    /// Sent again only when the worker asks for it.
    pub source: Option<String>,
    /// What the codec gets, all but the time: JSON text.
    pub input: String,
    pub received_at_ms: i64,
    pub limit_ms: u32,
}

/// What the codec gets.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Input<'a> {
    pub bytes: &'a [u8],
    pub f_port: u8,
    #[serde(serialize_with = "as_object")]
    pub variables: &'a [(String, String)],
}

fn as_object<S: serde::Serializer>(pairs: &&[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// The first frame of a worker.
    Ready(Confinement),
    /// The worker has no context for this script.
    NeedsSource,
    Done(Done),
    Failed(Failure),
}

impl Answer {
    pub(crate) fn needs_source(&self) -> bool {
        matches!(self, Self::NeedsSource)
    }
}

/// What a codec returned.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub result: Returned,
    pub normalized: Option<Result<Returned, Failure>>,
    pub log: Vec<String>,
}

/// The parts of a codec's result.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Returned {
    pub data: Option<Box<RawValue>>,
    #[serde(default)]
    pub errors: Vec<String>,
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    Syntax { message: String, at: Option<Position> },
    NoEntryPoint,
    Thrown { message: String, at: Option<Position> },
    NoResult { found: String },
    Timeout,
    Memory,
    TooLarge { n_bytes: usize },
}

/// One frame.
pub(crate) fn frame(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)?;
    let length = u32::try_from(frame.len().saturating_sub(4)).map_err(io::Error::other)?;
    if let Some(head) = frame.first_chunk_mut() {
        *head = length.to_le_bytes();
    }
    Ok(frame)
}

/// Reads one frame of at most `limit` bytes.
pub(crate) fn read_frame(from: &mut impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut head = [0; 4];
    from.read_exact(&mut head)?;
    let length = usize::try_from(u32::from_le_bytes(head)).map_err(io::Error::other)?;
    if length > limit {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a frame of {length} bytes, at most {limit} are allowed"),
        ));
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(body)
}
