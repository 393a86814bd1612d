//! Profile files: any text is a profile or an error that says where. A profile decodes whatever comes.

use std::sync::{Arc, LazyLock};

use decoders::{
    Catalogue, FileError, Payload,
    codecs::{Pool, PoolOptions, WorkerCommand},
};
use domain::Params;

/// Profiles with codecs are read, but no process runs one.
static POOL: LazyLock<Arc<Pool>> = LazyLock::new(|| {
    let worker = WorkerCommand { program: "/nonexistent".into(), arguments: Vec::new() };
    Arc::new(Pool::new(PoolOptions::new(worker)))
});

/// Bytes that lead into most blocks and frames.
const PAYLOADS: [&[u8]; 4] = [
    &[],
    &[0; 64],
    &[0xff; 64],
    &[
        2, 1, 3, 0x67, 4, 0x68, 0x7f, 0xff, 0x80, 0, 0, 1, 0x42, 0xc8, 0, 0, 0x7f, 0x80, 0, 0, 9, 9, 9, 9, 9,
        9, 9,
    ],
];
const OBJECT: &str =
    r#"{"a":{"t":21.5},"temperature":-40,"at":"2026-10-25T00:30:00Z","h":[{"id":1,"value":1e300}]}"#;

/// Reads the text as a profile file.
///
/// # Panics
///
/// Where a promise of the profile files is broken.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut catalogue = Catalogue::default().with_codecs(Arc::clone(&POOL));
    let beside = |name: &str| match name {
        "maker.js" => Ok("function decodeUplink(input) { return { data: {} }; }".to_owned()),
        _ => Err("no such file".to_owned()),
    };
    match catalogue.add("fuzz/model", text, &beside) {
        Ok(()) => decode_with(&catalogue),
        Err(error) => assert_says_where(&error, text),
    }
}

fn assert_says_where(error: &FileError, text: &str) {
    assert!(!error.message.is_empty(), "{error:?}");
    let n_lines = text.matches('\n').count().saturating_add(1);
    assert!(error.line.is_none_or(|line| (1..=n_lines).contains(&line)), "{error:?} in {n_lines} lines");
    assert!(error.line.is_some() || error.key.is_some(), "neither line nor key: {error:?}");
    assert!(error.key.as_ref().is_none_or(|key| !key.is_empty()), "{error:?}");
}

fn decode_with(catalogue: &Catalogue) {
    for info in catalogue.profiles() {
        assert!(info.expected_interval.is_positive(), "{info:?}");
        let Ok(profile) = catalogue.profile(&info.id, &Params::default()) else { continue };
        if profile.runs_codec() {
            continue;
        }
        for bytes in PAYLOADS {
            for f_port in [1, 2, 85] {
                let payload = Payload { object: Some(OBJECT), ..Payload::new(f_port, bytes) };
                let Ok(decoded) = decoders::decode(&profile, &payload) else { continue };
                for reading in decoded.readings {
                    assert!(reading.value.as_number().is_none_or(f64::is_finite), "{reading:?}");
                    assert!(reading.wraps_at.is_none_or(f64::is_finite), "{reading:?}");
                }
            }
        }
    }
}
