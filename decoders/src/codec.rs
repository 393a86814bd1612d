//! Makers' codecs as decoders.

use std::sync::Arc;

use codecs::{Call, CodecError, Outcome, Pool, Script};
use domain::Truncated;

use crate::{DecodeError, Decoded, Payload, Profile, decoded::Warning, object::Mapping, profile::Decoder};

/// A maker's codec with the settings of one device.
#[derive(Debug)]
pub(crate) struct MakersCodec {
    pub(crate) script: Script,
    pub(crate) pool: Arc<Pool>,
    pub(crate) variables: Vec<(String, String)>,
    /// Whether the fields read what `normalizeUplink` made of it.
    pub(crate) is_normalized: bool,
    pub(crate) mapping: Mapping,
}

/// What a codec gave for one payload: data or a failure, not yet read as values.
#[derive(Debug)]
pub struct CodecRun(Result<Outcome, CodecError>);

impl CodecRun {
    /// Whether nothing could run it, which says nothing about codec or payload and may pass.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0, Err(CodecError::Unavailable(_)))
    }
}

/// Runs the codecs of many uplinks, those of one script together: [`decode`](crate::decode) of a payload with its run does not wait
/// for a process. `None` for a profile without a codec.
pub fn run_codecs(uplinks: &[(&Profile, Payload<'_>)]) -> Vec<Option<CodecRun>> {
    let mut runs: Vec<Option<CodecRun>> = uplinks.iter().map(|_| None).collect();
    let mut waiting: Vec<(usize, &MakersCodec, Call<'_>)> = Vec::new();
    for (at, (profile, payload)) in uplinks.iter().enumerate() {
        if let Decoder::Codec(codec) = &profile.decoder {
            waiting.push((at, codec, codec.call(payload)));
        }
    }
    while let Some((_, first, _)) = waiting.first() {
        let pool = &first.pool;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            waiting.iter().partition(|(_, codec, _)| Arc::ptr_eq(&codec.pool, pool));
        let calls: Vec<Call<'_>> = here.iter().map(|(_, _, call)| *call).collect();
        for ((at, ..), outcome) in here.into_iter().zip(pool.run_all(&calls)) {
            if let Some(run) = runs.get_mut(at) {
                *run = Some(CodecRun(outcome));
            }
        }
        waiting = elsewhere;
    }
    runs
}

impl MakersCodec {
    fn call<'a>(&'a self, payload: &Payload<'a>) -> Call<'a> {
        Call {
            script: &self.script,
            device: payload.device,
            f_port: payload.f_port,
            bytes: payload.bytes,
            received_at_ms: payload.received_at.as_millisecond(),
            variables: &self.variables,
        }
    }

    pub(crate) fn decode(&self, payload: &Payload<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
        let run;
        let outcome = if let Some(CodecRun(outcome)) = payload.ran {
            outcome
        } else {
            run = self.pool.run(&self.call(payload));
            &run
        };
        let outcome = outcome.as_ref().map_err(CodecError::clone)?;
        for warning in &outcome.warnings {
            out.warn(Warning::OfCodec(Truncated::new(warning)));
        }
        let normalized = outcome.normalized.as_ref().filter(|_| self.is_normalized);
        self.mapping.read(normalized.unwrap_or(&outcome.data), out);
        Ok(())
    }
}
