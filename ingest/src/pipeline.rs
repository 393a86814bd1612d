//! From a received message to what the store commits: pure, no I/O, no clock.

mod consistency;

use std::{collections::HashMap, mem, panic, sync::Arc};

use bytes::Bytes;
use decoders::{Catalogue, ClockTolerance, Decoded, Payload, Profile, ProfileError, Warning};
use domain::{DevEui, Doubt, ErrorChain, EventId, Quality, QualityRules, Truncated, Uplink, Value};
use jiff::Timestamp;
use store::{
    Arrival, Content, DecodedUplink, Device, NewReading, NewValue, Original, QuarantineId, QuarantineReason,
    QuarantinedMessage, Redecoded, Registry, StoredUplink,
};

use crate::{
    envelope::{self, Envelope, EnvelopeError, Protocol, RawMessage, ReceivedUplink},
    time::{Resolved, UplinkTime},
};

/// One message as a source handed it over.
#[derive(Clone, Debug)]
pub struct Received {
    /// The configured name of the source.
    pub source: Arc<str>,
    /// How to read it.
    pub protocol: Protocol,
    /// MQTT topic or HTTP path with query.
    pub topic: Arc<str>,
    /// The message body.
    pub body: Body,
    /// When we received it.
    pub received_at: Timestamp,
    /// The quarantined message this is another attempt at.
    pub retry_of: Option<QuarantineId>,
}

/// A message body within the size limit, or what is kept of a larger one.
#[derive(Clone, Debug)]
pub enum Body {
    /// The whole message.
    Whole(Bytes),
    /// The head of a message above the limit; the rest is let go at once so that large messages cannot
    /// fill the memory while they wait.
    TooLarge {
        /// First [`Body::HEAD_BYTES`] bytes, a copy.
        head: Bytes,
        /// Size of the message.
        n_bytes: u64,
        /// SHA-256 of the message.
        sha256: [u8; 32],
        /// The limit it exceeds.
        limit: usize,
    },
}

impl Body {
    /// How much is kept of a message of so many bytes.
    pub fn n_bytes_kept(n_bytes: usize, limit: usize) -> usize {
        if n_bytes <= limit { n_bytes } else { n_bytes.min(Self::HEAD_BYTES) }
    }

    /// What is kept of a message above the limit.
    pub const HEAD_BYTES: usize = 4096;

    /// Keeps a message of at most `limit` bytes whole.
    pub fn new(payload: Bytes, limit: usize) -> Self {
        if payload.len() <= limit {
            return Self::Whole(payload);
        }
        Self::TooLarge {
            head: Bytes::copy_from_slice(payload.get(..Self::HEAD_BYTES).unwrap_or(&payload)),
            n_bytes: payload.len() as u64,
            sha256: envelope::sha256(&payload),
            limit,
        }
    }
}

/// The devices the pipeline knows, each with its checked profile. Made anew when the registry changes.
#[derive(Debug, Default)]
pub struct Directory {
    rules: Arc<QualityRules>,
    version: u64,
    devices: HashMap<DevEui, KnownDevice>,
}

#[derive(Debug)]
struct KnownDevice {
    device: Device,
    profile: Result<Profile, ProfileError>,
}

impl Directory {
    /// The devices of a registry, each with its profile out of the catalogue, and what is asked of their values.
    pub fn new(registry: Registry, catalogue: &Catalogue, rules: Arc<QualityRules>) -> Self {
        let known = |device: Device| {
            let profile = catalogue.profile(&device.profile, &device.params);
            (device.dev_eui, KnownDevice { device, profile })
        };
        Self {
            rules,
            version: registry.version,
            devices: registry.devices.into_values().map(known).collect(),
        }
    }

    fn device(&self, dev_eui: DevEui) -> Result<&KnownDevice, Sentence> {
        self.devices
            .get(&dev_eui)
            .ok_or_else(|| (QuarantineReason::UnknownDevice, format!("no device `{dev_eui}` is provisioned")))
    }

    /// The registry's version this was made from.
    pub const fn version(&self) -> u64 {
        self.version
    }
}

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
    let payload = match &message.body {
        Body::Whole(payload) => payload.as_ref(),
        Body::TooLarge { n_bytes, sha256, limit, .. } => {
            let event_id = envelope::of_raw_message(&message.source, &message.topic, sha256);
            let refused = Refused {
                reason: QuarantineReason::TooLarge,
                detail: format!(
                    "message of {n_bytes} bytes, the limit is {limit}; sha256 `{}`",
                    hex::encode(sha256)
                ),
                dev_eui: None,
                device_name: None,
            };
            return quarantine(message, event_id, refused);
        }
    };
    let raw = RawMessage {
        source: &message.source,
        topic: &message.topic,
        payload,
        received_at: message.received_at,
    };
    match parse(message.protocol, raw) {
        Ok(Envelope::Other { event_id, kind }) => {
            Examined { arrival: arrival(message, event_id, Content::Ignored(kind)), notes: None }
        }
        Ok(Envelope::Uplink(received)) => {
            let event_id = received.uplink.event_id;
            uplink(message, *received, directory)
                .unwrap_or_else(|refused| quarantine(message, event_id, refused))
        }
        Err(refused) => {
            let event_id =
                envelope::of_raw_message(&message.source, &message.topic, &envelope::sha256(payload));
            quarantine(message, event_id, refused)
        }
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

fn uplink(message: &Received, received: ReceivedUplink, directory: &Directory) -> Result<Examined, Refused> {
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
        measure(known, &uplink, times, &directory.rules).map_err(refuse)?;
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
        let measured =
            measure(known, &uplink, times.ok_or_else(|| no_true_time(&uplink))?, &directory.rules)?;
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
) -> Result<Measured, Sentence> {
    mounted_at(&known.device, times.reference().time)
        .map_err(|detail| (QuarantineReason::UnknownDevice, detail))?;
    let profile = known.profile.as_ref().map_err(|error| {
        let id = Truncated::new(&known.device.profile);
        (QuarantineReason::UnknownProfile, format!("profile `{id}`: {}", ErrorChain(error)))
    })?;
    let mut decoded = decode(profile, uplink)?;
    let (mut readings, n_crowded_out) = assess(&decoded, times, profile.info().clock_tolerance, rules);
    // The log of a device that was moved reaches back to its old place.
    let n_outside_mounting = readings
        .extract_if(.., |reading| mounted_at(&known.device, reading.time).is_err())
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

/// Whether the device hung on its Thing at that time; otherwise the sentence for operators.
fn mounted_at(device: &Device, time: Timestamp) -> Result<(), String> {
    let (eui, thing) = (device.dev_eui, Truncated::new(&device.thing_name));
    match (device.since, device.until) {
        (Some(since), _) if time < since => {
            Err(format!("device `{eui}` is mounted on `{thing}` only since {since}; uplink of {time}"))
        }
        (_, Some(until)) if time >= until => {
            Err(format!("device `{eui}` was mounted on `{thing}` only until {until}; uplink of {time}"))
        }
        _ => Ok(()),
    }
}

/// Decodes a payload; the error is a sentence that names profile, port and byte.
fn decode(profile: &Profile, uplink: &Uplink) -> Result<Decoded, Sentence> {
    let (id, f_port) = (&profile.info().id, uplink.f_port);
    let device = uplink.dev_eui.to_string();
    let payload = Payload {
        f_port: f_port.get(),
        bytes: &uplink.payload,
        device: &device,
        received_at: uplink.received_at,
        object: uplink.object.as_deref(),
    };
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

/// Gives each value its instant and its quality, and groups values of one instant, in order of time.
fn assess(
    decoded: &Decoded,
    times: UplinkTime,
    tolerance: ClockTolerance,
    rules: &QualityRules,
) -> (Vec<NewReading>, u64) {
    let mut by_time: Vec<(NewReading, Vec<bool>)> = Vec::with_capacity(1);
    let mut n_crowded_out = 0;
    for reading in &decoded.readings {
        let Resolved { time, is_suspect } = times.resolve(reading.time, tolerance);
        let value = NewValue {
            property: reading.property,
            channel: reading.channel,
            value: reading.value,
            quality: quality(reading, is_suspect, rules),
            wraps_at: reading.wraps_at,
        };
        let place = by_time.iter().position(|(known, _)| known.time == time).unwrap_or(by_time.len());
        if place == by_time.len() {
            by_time.push((NewReading { time, values: Vec::new() }, Vec::new()));
        }
        let Some((of_time, suspects)) = by_time.get_mut(place) else { continue };
        let same = of_time
            .values
            .iter_mut()
            .zip(suspects.iter_mut())
            .find(|(known, _)| known.property == value.property && known.channel == value.channel);
        match same {
            None => {
                of_time.values.push(value);
                suspects.push(is_suspect);
            }
            // Old entries of a log with a wrong clock all fall on the time of the uplink: the value that
            // was measured then wins. Of two equal ones the later does, as in the vendors' own decoders.
            Some((known, was_suspect)) => {
                n_crowded_out += 1;
                if *was_suspect || !is_suspect {
                    (*known, *was_suspect) = (value, is_suspect);
                }
            }
        }
    }
    let mut readings: Vec<_> = by_time.into_iter().map(|(reading, _)| reading).collect();
    readings.sort_by_key(|reading| reading.time);
    for reading in &mut readings {
        consistency::doubt_contradictions(&mut reading.values, rules);
    }
    (readings, n_crowded_out)
}

fn quality(reading: &domain::Reading, is_suspect: bool, rules: &QualityRules) -> Quality {
    match reading.value {
        Value::Missing(reason) => Quality::Missing(reason),
        Value::Number(value) => match rules.of(reading.property).assess(value) {
            Quality::Good | Quality::NotEvaluated if is_suspect => Quality::Suspect(Doubt::Clock),
            quality => quality,
        },
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
