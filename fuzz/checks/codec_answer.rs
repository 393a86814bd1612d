//! What a worker process says a maker's codec returned: a codec may have taken the worker over.

/// Reads one answer.
///
/// # Panics
///
/// Where a promise of the codecs is broken.
pub(crate) fn check(data: &[u8]) {
    use codecs::{CodecError, MAX_RESULT_BYTES};

    match codecs::outcome_of(data, "function decodeUplink(input) {\n  return { data: {}, \u{1f321}: 1 };\n}")
    {
        Some(Ok(outcome)) => {
            assert!(outcome.data.is_object() || outcome.data.is_array());
            assert!(outcome.data.to_string().len() <= 2 * MAX_RESULT_BYTES);
            for said in outcome.warnings.iter().chain(&outcome.log) {
                assert!(said.chars().count() <= 600 && !said.contains(char::is_control), "{said:?}");
            }
            assert!(outcome.warnings.len() <= 20 && outcome.log.len() <= 20);
        }
        Some(Err(CodecError::Syntax { at, .. } | CodecError::Thrown { at, .. })) => {
            assert!(at.is_none_or(|at| at.line <= 3), "{at:?}");
        }
        Some(Err(error)) => assert!(error.to_string().chars().count() < 20_000),
        None => {}
    }
}
