//! What a worker's answer means. A worker is not believed: everything it says is checked and bounded here.

use std::time::Duration;

use serde_json::{Value, value::RawValue};

use crate::{
    CodecError, Outcome,
    limits::{self, bounded, bounded_text},
    wire::{Answer, Done, Failure, Returned},
};

/// The answer is none that a worker gives: a codec has taken the worker over.
pub(super) struct NoWorker;

pub(super) fn of(answer: Answer, limit: Duration) -> Result<Result<Outcome, CodecError>, NoWorker> {
    match answer {
        Answer::Done(done) => of_done(done, limit),
        Answer::Failed(failure) => Ok(Err(error(failure, limit))),
        Answer::Ready(_) | Answer::NeedsSource => Err(NoWorker),
    }
}

fn of_done(done: Done, limit: Duration) -> Result<Result<Outcome, CodecError>, NoWorker> {
    let Done { result, normalized, log } = done;
    let data = match data(result.data.as_deref(), result.errors)? {
        Ok(data) => data,
        Err(error) => return Ok(Err(error)),
    };
    let mut warnings = result.warnings;
    let normalized = match normalized {
        Some(normalized) => normalized_data(normalized, limit, &mut warnings)?,
        None => None,
    };
    Ok(Ok(Outcome { data, normalized, warnings: bounded(warnings), log: bounded(log) }))
}

/// Whatever `normalizeUplink` does, the decoded data stand: its failure is a warning.
fn normalized_data(
    normalized: Result<Returned, Failure>,
    limit: Duration,
    warnings: &mut Vec<String>,
) -> Result<Option<Value>, NoWorker> {
    let normalized = match normalized {
        Ok(returned) => {
            warnings.extend(returned.warnings);
            data(returned.data.as_deref(), returned.errors)?
        }
        Err(failure) => Err(error(failure, limit)),
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

fn error(failure: Failure, limit: Duration) -> CodecError {
    match failure {
        Failure::Syntax { message, at } => CodecError::Syntax { message: bounded_text(&message), at },
        Failure::NoEntryPoint => CodecError::NoEntryPoint,
        Failure::Thrown { message, at } => CodecError::Thrown { message: bounded_text(&message), at },
        Failure::NoResult { found } => CodecError::NoResult { found: bounded_text(&found) },
        Failure::Timeout => CodecError::Timeout { limit },
        Failure::Memory => CodecError::Memory,
        Failure::TooLarge { n_bytes } => limits::result_too_large(n_bytes),
    }
}
