//! Device profiles: which decoder reads a device, with which settings.

use std::{fmt, sync::Arc};

use domain::{Channel, Params, PersonalData};
use jiff::SignedDuration;

use crate::{
    DecodeError, Decoded, Payload,
    codec::MakersCodec,
    layout::Bound,
    object::Mapping,
    params::{ParamInfo, ProfileError, Settings},
    site::Site,
};

/// What is known about a device family before any device of it is installed.
#[derive(Clone, Debug)]
pub struct ProfileInfo {
    /// `<vendor>/<model>`, stable.
    pub id: Arc<str>,
    /// Name of the vendor.
    pub vendor: String,
    /// Name of the model.
    pub model: String,
    /// What the device measures, in a sentence.
    pub description: String,
    /// The decoder: `native decentlab`, `codec maker.js`, `object`.
    pub decoder: String,
    /// How often the device reports when it leaves the factory.
    pub expected_interval: SignedDuration,
    /// How far the device's own clock may be off before its time is not believed.
    pub clock_tolerance: ClockTolerance,
    /// What its values may say about a person, where that is not what their properties say.
    pub personal_data: Option<PersonalData>,
    /// The settings of the profile.
    pub params: Vec<ParamInfo>,
}

/// How far a device time may lie from the time of the uplink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockTolerance {
    /// The device reports what it measured just now: 10 minutes to either side.
    #[default]
    Strict,
    /// The device may send old entries of its log: 30 days back, 2 minutes ahead.
    Datalog,
}

impl ClockTolerance {
    /// Earliest and latest believable device time, relative to the time of the uplink.
    pub const fn bounds(self) -> (SignedDuration, SignedDuration) {
        match self {
            Self::Strict => (SignedDuration::from_mins(-10), SignedDuration::from_mins(10)),
            Self::Datalog => (SignedDuration::from_hours(-30 * 24), SignedDuration::from_mins(2)),
        }
    }
}

/// A profile with its settings checked: whatever exists can decode.
#[derive(Clone, Debug)]
pub struct Profile {
    pub(crate) info: Arc<ProfileInfo>,
    pub(crate) params: Params,
    pub(crate) decoder: Decoder,
    pub(crate) directed_channels: Vec<Channel>,
    pub(crate) site: Site,
}

/// What reads the payloads of one device.
#[derive(Clone, Debug)]
pub(crate) enum Decoder {
    Coded(Arc<dyn Device>),
    Layout(Arc<Bound>),
    Object(Arc<Mapping>),
    Codec(Arc<MakersCodec>),
}

fn read_object(mapping: &Mapping, payload: &Payload<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
    let expected = "`object`, `decoded_payload` or `normalized_payload`";
    let text = payload.object.ok_or(DecodeError::NoObject { expected })?;
    let object = serde_json::from_str(text).map_err(|error| DecodeError::BadObject(error.to_string()))?;
    mapping.read(&object, out);
    Ok(())
}

/// The decoder of a device family no table describes, holding its typed settings.
pub(crate) trait Device: fmt::Debug + Send + Sync {
    /// Takes what it needs from settings that are known to be settings of the profile.
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError>
    where
        Self: Sized;

    /// Reads one payload into `out`; what `out` holds after an error is thrown away.
    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError>;

    /// The channels that stand for a direction of travel; keys end in `ltr` or `rtl`.
    fn directed_channels(&self) -> Vec<Channel> {
        Vec::new()
    }
}

impl Profile {
    /// The device family.
    pub fn info(&self) -> &ProfileInfo {
        &self.info
    }

    /// What people call the channels of this device, from its `ltr_name` and `rtl_name`.
    pub fn channel_names(&self) -> Vec<(Channel, String)> {
        let named = |channel: &Channel| {
            let key = if channel.as_str().ends_with("rtl") { "rtl_name" } else { "ltr_name" };
            Some((*channel, self.params.get(key)?.to_owned()))
        };
        self.directed_channels.iter().filter_map(named).collect()
    }

    /// Whether it reads what the network server decoded.
    pub fn reads_object(&self) -> bool {
        matches!(self.decoder, Decoder::Object(_))
    }

    /// Whether it runs a maker's codec, and may wait.
    pub fn runs_codec(&self) -> bool {
        matches!(self.decoder, Decoder::Codec(_))
    }

    pub(crate) fn decode(&self, payload: &Payload<'_>, out: &mut Decoded) -> Result<(), DecodeError> {
        match &self.decoder {
            Decoder::Coded(device) => device.decode(payload.f_port, payload.bytes, out),
            Decoder::Layout(layout) => layout.decode(payload.f_port, payload.bytes, out),
            Decoder::Object(mapping) => read_object(mapping, payload, out),
            Decoder::Codec(codec) => codec.decode(payload, out),
        }?;
        self.site.complete(out);
        Ok(())
    }
}

/// Two profiles are equal if they decode alike: same family, same settings.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.info.id == other.info.id && self.params == other.params
    }
}
