//! The devices the pipeline knows.

use std::{collections::HashMap, sync::Arc};

use decoders::{Catalogue, Profile, ProfileError};
use domain::{DevEui, QualityRules, Truncated};
use jiff::Timestamp;
use store::{Device, QuarantineReason, Registry};

use super::Sentence;

/// The devices the pipeline knows, each with its checked profile. Made anew when the registry changes.
#[derive(Debug, Default)]
pub struct Directory {
    pub(super) rules: Arc<QualityRules>,
    version: u64,
    devices: HashMap<DevEui, KnownDevice>,
    runs_codecs: bool,
}

#[derive(Debug)]
pub(super) struct KnownDevice {
    pub(super) device: Device,
    pub(super) profile: Result<Profile, ProfileError>,
}

impl Directory {
    /// The devices of a registry, each with its profile out of the catalogue, and what is asked of their values.
    pub fn new(registry: Registry, catalogue: &Catalogue, rules: Arc<QualityRules>) -> Self {
        let known = |device: Device| {
            let profile = catalogue.profile(&device.profile, &device.params);
            (device.dev_eui, KnownDevice { device, profile })
        };
        let devices: HashMap<_, _> = registry.devices.into_values().map(known).collect();
        let runs_codecs =
            devices.values().any(|known: &KnownDevice| known.profile.as_ref().is_ok_and(Profile::runs_codec));
        Self { rules, version: registry.version, devices, runs_codecs }
    }

    /// Whether to examine a message may mean to wait for a maker's codec.
    pub const fn runs_codecs(&self) -> bool {
        self.runs_codecs
    }

    pub(super) fn device(&self, dev_eui: DevEui) -> Result<&KnownDevice, Sentence> {
        self.devices
            .get(&dev_eui)
            .ok_or_else(|| (QuarantineReason::UnknownDevice, format!("no device `{dev_eui}` is provisioned")))
    }

    /// The registry's version this was made from.
    pub const fn version(&self) -> u64 {
        self.version
    }
}

impl KnownDevice {
    /// Whether the device hung on its Thing at that time; otherwise the sentence for operators.
    pub(super) fn mounted_at(&self, time: Timestamp) -> Result<(), String> {
        let device = &self.device;
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
}
