//! From a received message to what the store commits: pure, no I/O, no clock.

mod assess;
mod consistency;
mod directory;
mod message;

use std::{collections::HashMap, mem, panic, sync::Arc, time::Duration};

use decoders::{CodecRun, Decoded, Payload, Profile, Warning};
use domain::{DevEui, ErrorChain, EventId, QualityRules, Truncated, Uplink};
use store::{
    Arrival, Content, DecodedUplink, NewReading, Original, QuarantineReason, QuarantinedMessage, Redecoded,
    StoredUplink,
};

use self::{assess::assess, directory::KnownDevice};
pub use self::{
    directory::Directory,
    message::{Body, Received},
};
use crate::{
    envelope::{self, Envelope, EnvelopeError, Protocol, RawMessage, ReceivedUplink},
    time::UplinkTime,
};

/// What the pipeline made of a message.
#[derive(Debug)]
pub struct Examined {
    /// For the store.
    pub arrival: Arrival,
    /// For metrics and the log; `None` for what was not decoded.
    pub notes: Option<Notes>,
}

/// What is worth knowing about a decoded payload.
#[derive(Debug)]
pub struct Notes {
    /// Profile id.
    pub profile: Arc<str>,
    /// The decoder's warnings.
    pub warnings: Vec<Warning>,
    /// Values left out because their instant already had one of the same property and channel.
    pub n_crowded_out: u64,
    /// Values left out because they were measured while the device was not mounted on its Thing.
    pub n_outside_mounting: u64,
}

impl Examined {
    /// Whether a newer directory could give another result.
    pub fn is_unknown_device(&self) -> bool {
        matches!(&self.arrival.content, Content::Quarantine(message) if message.reason == QuarantineReason::UnknownDevice)
    }
}

/// A message the pipeline cannot make a measurement of.
struct Refused {
    reason: QuarantineReason,
    detail: String,
    dev_eui: Option<DevEui>,
    device_name: Option<String>,
}

/// Identifies, decodes and assesses one message.
pub fn examine(message: &Received, directory: &Directory) -> Examined {
    let read = read(message);
    finish(message, read, directory, None)
}

/// The same for many messages, in their order. Makers' codecs run together, which takes far less time than one by one. Blocks while
/// they run, and for some seconds where none can be run: only then is an uplink sent to quarantine for that.
pub fn examine_all(messages: &[Received], directory: &Directory) -> Vec<Examined> {
    let all: Vec<_> = messages.iter().map(read).collect();
    let mut runs = run_codecs(&all, directory);
    for pause in CODEC_PAUSES {
        if !runs.values().any(CodecRun::is_unavailable) {
            break;
        }
        #[expect(clippy::disallowed_methods, reason = "nobody tells when a process can be started again")]
        std::thread::sleep(pause);
        runs = run_codecs(&all, directory);
    }
    let examined = messages.iter().zip(all).enumerate();
    examined.map(|(at, (message, read))| finish(message, read, directory, runs.get(&at))).collect()
}

/// Pauses before codecs that could not be run are tried again: a machine that starts no process now may in a moment.
const CODEC_PAUSES: [Duration; 4] =
    [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What is in a message, or why it cannot be read, with its identity.
type Read = Result<Envelope, (EventId, Refused)>;

fn read(message: &Received) -> Read {
    let payload = match &message.body {
        Body::Whole(payload) => payload.as_ref(),
        Body::TooLarge { n_bytes, sha256, limit, .. } => {
            let event_id = envelope::of_raw_message(&message.source, &message.topic, sha256);
            let detail =
                format!("message of {n_bytes} bytes, the limit is {limit}; sha256 `{}`", hex::encode(sha256));
            let refused =
                Refused { reason: QuarantineReason::TooLarge, detail, dev_eui: None, device_name: None };
            return Err((event_id, refused));
        }
    };
    let raw = RawMessage {
        source: &message.source,
        topic: &message.topic,
        payload,
        received_at: message.received_at,
    };
    parse(message.protocol, raw).map_err(|refused| {
        (envelope::of_raw_message(&message.source, &message.topic, &envelope::sha256(payload)), refused)
    })
}

/// The codecs of all uplinks that have one, by the place of the uplink.
fn run_codecs(all: &[Read], directory: &Directory) -> HashMap<usize, CodecRun> {
    let uplinks: Vec<(usize, &Profile, &Uplink, String)> = all
        .iter()
        .enumerate()
        .filter_map(|(at, read)| {
            let Ok(Envelope::Uplink(received)) = read else { return None };
            let profile = directory.device(received.uplink.dev_eui).ok()?.profile.as_ref().ok()?;
            let name = received.uplink.dev_eui.to_string();
            profile.runs_codec().then_some((at, profile, &received.uplink, name))
        })
        .collect();
    let payloads: Vec<(&Profile, Payload<'_>)> =
        uplinks.iter().map(|(_, profile, uplink, name)| (*profile, payload(uplink, name, None))).collect();
    let runs = decoders::run_codecs(&payloads);
    uplinks.iter().zip(runs).filter_map(|((at, ..), run)| Some((*at, run?))).collect()
}

fn finish(message: &Received, read: Read, directory: &Directory, ran: Option<&CodecRun>) -> Examined {
    match read {
        Ok(Envelope::Other { event_id, kind }) => {
            Examined { arrival: arrival(message, event_id, Content::Ignored(kind)), notes: None }
        }
        Ok(Envelope::Uplink(received)) => {
            let event_id = received.uplink.event_id;
            uplink(message, *received, directory, ran)
                .unwrap_or_else(|refused| quarantine(message, event_id, refused))
        }
        Err((event_id, refused)) => quarantine(message, event_id, refused),
    }
}

fn parse(protocol: Protocol, raw: RawMessage<'_>) -> Result<Envelope, Refused> {
    let parsed = unless_panicking(|| envelope::parse(protocol, raw)).ok_or_else(|| Refused {
        reason: QuarantineReason::Schema,
        detail: format!("reading a message of `{}` panicked", protocol.key()),
        dev_eui: None,
        device_name: None,
    })?;
    parsed.map_err(Refused::from)
}

/// The result, or `None` if there was a panic. Code that panics has a bug, but its message must not keep
/// the neighbours from being stored, and it would come again after every restart.
fn unless_panicking<T>(read: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(panic::AssertUnwindSafe(read)).ok()
}

fn uplink(
    message: &Received,
    received: ReceivedUplink,
    directory: &Directory,
    ran: Option<&CodecRun>,
) -> Result<Examined, Refused> {
    let ReceivedUplink { mut uplink, device_name } = received;
    let refuse = |(reason, detail)| Refused {
        reason,
        detail,
        dev_eui: Some(uplink.dev_eui),
        device_name: device_name.clone(),
    };
    let known = directory.device(uplink.dev_eui).map_err(refuse)?;
    let times = UplinkTime::new(uplink.network_time, uplink.received_at);
    let times = times.ok_or_else(|| refuse(no_true_time(&uplink)))?;
    let Measured { readings, notes, reads_object } =
        measure(known, &uplink, times, &directory.rules, ran).map_err(refuse)?;
    if !reads_object {
        uplink.object = None;
    }
    let decoded_uplink = DecodedUplink {
        device: known.device.id,
        thing: known.device.thing,
        time: times.reference().time,
        readings,
        uplink,
    };
    let event_id = decoded_uplink.uplink.event_id;
    let arrival = arrival(message, event_id, Content::Uplink(Box::new(decoded_uplink)));
    Ok(Examined { arrival, notes: Some(notes) })
}

/// Decodes a stored uplink as if it came now, with the device's profile and settings of today; the error is a sentence
/// for operators.
pub fn decode_again(stored: StoredUplink, directory: &Directory) -> Result<Redecoded, String> {
    let StoredUplink { id, device, time, uplink } = stored;
    let again = || {
        let known = directory.device(uplink.dev_eui)?;
        let times = UplinkTime::of_stored(time, uplink.network_time, uplink.received_at);
        let times = times.ok_or_else(|| no_true_time(&uplink))?;
        let measured = measure(known, &uplink, times, &directory.rules, None)?;
        Ok((known.device.thing, measured.readings))
    };
    let (thing, readings) = again().map_err(|(_, detail): Sentence| detail)?;
    Ok(Redecoded { id, decoded: DecodedUplink { device, thing, time, readings, uplink } })
}

/// Why an uplink cannot be measured, for operators.
type Sentence = (QuarantineReason, String);

/// What an uplink of a known device measured.
struct Measured {
    readings: Vec<NewReading>,
    notes: Notes,
    /// Whether the network server's own values were read.
    reads_object: bool,
}

fn measure(
    known: &KnownDevice,
    uplink: &Uplink,
    times: UplinkTime,
    rules: &QualityRules,
    ran: Option<&CodecRun>,
) -> Result<Measured, Sentence> {
    known.mounted_at(times.reference().time).map_err(|detail| (QuarantineReason::UnknownDevice, detail))?;
    let profile = known.profile.as_ref().map_err(|error| {
        let id = Truncated::new(&known.device.profile);
        (QuarantineReason::UnknownProfile, format!("profile `{id}`: {}", ErrorChain(error)))
    })?;
    let mut decoded = decode(profile, uplink, ran)?;
    let (mut readings, n_crowded_out) = assess(&decoded, times, profile.info().clock_tolerance, rules);
    // The log of a device that was moved reaches back to its old place.
    let n_outside_mounting = readings
        .extract_if(.., |reading| known.mounted_at(reading.time).is_err())
        .map(|reading| reading.values.len() as u64)
        .sum();
    let notes = Notes {
        profile: Arc::clone(&profile.info().id),
        warnings: mem::take(&mut decoded.warnings),
        n_crowded_out,
        n_outside_mounting,
    };
    Ok(Measured { readings, notes, reads_object: profile.reads_object() })
}

fn no_true_time(uplink: &Uplink) -> Sentence {
    let ours = uplink.received_at;
    let detail = format!("the message names no time that can be true, and our clock counted as {ours:.0}");
    (QuarantineReason::Clock, detail)
}

/// Decodes a payload; the error is a sentence that names profile, port and byte.
fn decode(profile: &Profile, uplink: &Uplink, ran: Option<&CodecRun>) -> Result<Decoded, Sentence> {
    let (id, f_port) = (&profile.info().id, uplink.f_port);
    let device = uplink.dev_eui.to_string();
    let payload = payload(uplink, &device, ran);
    let decoded = unless_panicking(|| decoders::decode(profile, &payload)).ok_or_else(|| {
        let detail = format!("the decoder of profile `{id}` panicked on fPort {f_port}");
        (QuarantineReason::DecoderError, detail)
    })?;
    decoded.map_err(|error| {
        let byte = error.offset().map(|offset| format!(" (byte {offset})")).unwrap_or_default();
        let reason = if error.is_timeout() {
            QuarantineReason::DecoderTimeout
        } else {
            QuarantineReason::DecoderError
        };
        (reason, format!("profile `{id}`, fPort {f_port}: {}{byte}", ErrorChain(&error)))
    })
}

fn payload<'a>(uplink: &'a Uplink, device: &'a str, ran: Option<&'a CodecRun>) -> Payload<'a> {
    Payload {
        f_port: uplink.f_port.get(),
        bytes: &uplink.payload,
        device,
        received_at: uplink.received_at,
        object: uplink.object.as_deref(),
        ran,
    }
}

fn quarantine(message: &Received, event_id: EventId, refused: Refused) -> Examined {
    let content = Content::Quarantine(Box::new(QuarantinedMessage {
        reason: refused.reason,
        detail: refused.detail,
        dev_eui: refused.dev_eui,
        device_name: refused.device_name,
    }));
    Examined { arrival: arrival(message, event_id, content), notes: None }
}

fn arrival(message: &Received, event_id: EventId, content: Content) -> Arrival {
    Arrival {
        source: Arc::clone(&message.source),
        event_id,
        received_at: message.received_at,
        retry_of: message.retry_of,
        original: original(message),
        content,
    }
}

/// The message as it came. Cheap: topic and payload are shared.
fn original(message: &Received) -> Original {
    let (payload, n_bytes) = match &message.body {
        Body::Whole(payload) => (payload, payload.len() as u64),
        Body::TooLarge { head, n_bytes, .. } => (head, *n_bytes),
    };
    Original { topic: Arc::clone(&message.topic), payload: payload.clone(), n_bytes }
}

impl From<EnvelopeError> for Refused {
    fn from(error: EnvelopeError) -> Self {
        Self {
            reason: error.problem.reason(),
            detail: ErrorChain(&error.problem).to_string(),
            dev_eui: error.dev_eui,
            device_name: error.device_name,
        }
    }
}

#[cfg(test)]
mod tests;
