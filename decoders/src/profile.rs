//! Device profiles: which decoder reads a device, with which settings.

use std::{fmt, sync::Arc};

use domain::{Channel, Params};
use jiff::SignedDuration;

use crate::{
    DecodeError, Decoded,
    params::{ParamInfo, ProfileError, Settings},
    registry,
};

/// What is known about a device family before any device of it is installed.
#[derive(Clone, Copy, Debug)]
pub struct ProfileInfo {
    /// `<vendor>/<model>`, stable.
    pub id: &'static str,
    /// Name of the vendor.
    pub vendor: &'static str,
    /// Name of the model.
    pub model: &'static str,
    /// What the device measures, in a sentence.
    pub description: &'static str,
    /// How often the device reports when it leaves the factory.
    pub expected_interval: SignedDuration,
    /// How far the device's own clock may be off before its time is not believed.
    pub clock_tolerance: ClockTolerance,
    /// The settings of the profile.
    pub params: &'static [ParamInfo],
}

/// How far a device time may lie from the time of the uplink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockTolerance {
    /// The device reports what it measured just now: 10 minutes to either side.
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
    info: &'static ProfileInfo,
    params: Params,
    device: Arc<dyn Device>,
}

/// The decoder of one device family, holding its typed settings.
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
    /// Finds the profile and checks every setting.
    pub fn new(id: &str, params: &Params) -> Result<Self, ProfileError> {
        let (info, build) = registry::find(id).ok_or_else(|| registry::unknown(id))?;
        let settings = Settings::new(info, params)?;
        Ok(Self { info, params: params.clone(), device: build(&settings)? })
    }

    /// The device family.
    pub fn info(&self) -> &'static ProfileInfo {
        self.info
    }

    /// What people call the channels of this device, from its `ltr_name` and `rtl_name`.
    pub fn channel_names(&self) -> Vec<(Channel, String)> {
        self.device
            .directed_channels()
            .into_iter()
            .filter_map(|channel| {
                let key = if channel.as_str().ends_with("rtl") { "rtl_name" } else { "ltr_name" };
                Some((channel, self.params.get(key)?.to_owned()))
            })
            .collect()
    }

    pub(crate) fn device(&self) -> &dyn Device {
        &*self.device
    }
}

/// Two profiles are equal if they decode alike: same family, same settings.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.info.id == other.info.id && self.params == other.params
    }
}
