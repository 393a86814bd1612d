//! What a worker's answer means. A worker is not believed: everything it says is checked and bounded here.

use std::time::Duration;

use serde_json::{Value, value::RawValue};

use crate::{
    CodecError, Outcome, Position,
    limits::{self, bounded, bounded_text},
    wire::{Answer, Done, Failure, Returned},
};

/// What the answer is to.
pub(super) struct Asked<'a> {
    pub source: &'a str,
    pub limit: Duration,
}

impl Asked<'_> {
    /// The engine counts columns in bytes, editors in characters.
    fn place(&self, at: Option<Position>) -> Option<Position> {
        let Position { line, column } = at?;
        let n = |count: u32| usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(1);
        // What is not closed is missed behind the codec, in text of ours: that is the end of the codec.
        let Some(text) = self.source.split('\n').nth(n(line)) else {
            return Some(Position::after(self.source));
        };
        let before = text.get(..n(column)).unwrap_or(text);
        Some(Position { line, column: Position::after(before).column })
    }
}

/// The answer is none that a worker gives: a codec has taken the worker over.
pub(super) struct NoWorker;

/// The meaning of the bytes of an answer, without a worker: for fuzzing.
#[doc(hidden)]
pub fn outcome_of(frame: &[u8], source: &str) -> Option<Result<Outcome, CodecError>> {
    let answer = serde_json::from_slice(frame).ok()?;
    of(answer, &Asked { source, limit: Duration::from_millis(200) }).ok()
}

pub(super) fn of(answer: Answer, asked: &Asked<'_>) -> Result<Result<Outcome, CodecError>, NoWorker> {
    match answer {
        Answer::Done(done) => of_done(done, asked),
        Answer::Failed(failure) => Ok(Err(error(failure, asked))),
        Answer::Ready(_) | Answer::NeedsSource => Err(NoWorker),
    }
}

fn of_done(done: Done, asked: &Asked<'_>) -> Result<Result<Outcome, CodecError>, NoWorker> {
    let Done { result, normalized, log } = done;
    let data = match data(result.data.as_deref(), result.errors)? {
        Ok(data) => data,
        Err(error) => return Ok(Err(error)),
    };
    let mut warnings = result.warnings;
    let normalized = match normalized {
        Some(normalized) => normalized_data(normalized, asked, &mut warnings)?,
        None => None,
    };
    Ok(Ok(Outcome { data, normalized, warnings: bounded(warnings), log: bounded(log) }))
}

/// Whatever `normalizeUplink` does, the decoded data stand: its failure is a warning.
fn normalized_data(
    normalized: Result<Returned, Failure>,
    asked: &Asked<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<Value>, NoWorker> {
    let normalized = match normalized {
        Ok(returned) => {
            warnings.extend(returned.warnings);
            data(returned.data.as_deref(), returned.errors)?
        }
        Err(failure) => Err(error(failure, asked)),
    };
    Ok(normalized.inspect_err(|error| warnings.push(format!("normalizeUplink: {error}"))).ok())
}

fn data(data: Option<&RawValue>, errors: Vec<String>) -> Result<Result<Value, CodecError>, NoWorker> {
    if !errors.is_empty() {
        return Ok(Err(CodecError::Reported { errors: bounded(errors) }));
    }
    let json = data.ok_or(NoWorker)?.get();
    if let Err(error) = limits::check_result(json) {
        return Ok(Err(error));
    }
    let data: Value = serde_json::from_str(json).map_err(|_| NoWorker)?;
    if data.is_object() || data.is_array() { Ok(Ok(data)) } else { Err(NoWorker) }
}

fn error(failure: Failure, asked: &Asked<'_>) -> CodecError {
    match failure {
        Failure::Syntax { message, at } => {
            CodecError::Syntax { message: bounded_text(&message), at: asked.place(at) }
        }
        Failure::NoEntryPoint => CodecError::NoEntryPoint,
        Failure::Thrown { message, at } => {
            CodecError::Thrown { message: bounded_text(&message), at: asked.place(at) }
        }
        Failure::NoResult { found } => CodecError::NoResult { found: bounded_text(&found) },
        Failure::Timeout => CodecError::Timeout { limit: asked.limit },
        Failure::Memory => CodecError::Memory,
        Failure::TooLarge { n_bytes } => limits::result_too_large(n_bytes),
    }
}
