//! Stored uplinks decoded again, after a decoder was mended or a setting changed.

use std::{collections::BTreeMap, fmt, sync::Arc};

use decoders::Catalogue;
use domain::{DevEui, DeviceId};
use jiff::Timestamp;
use store::{
    Device, RedecodeMode, RedecodeOutcome, Redecoded, Store, StoreError, StoredUplink, UplinkFilter,
    ValueChange,
};

use crate::pipeline::{Directory, decode_again};

/// Uplinks decoded before their readings are compared.
const CHUNK: usize = 200;
/// Changes and refusals told one by one; the rest is only counted.
const TOLD: usize = 20;

/// Which stored uplinks are decoded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those of a device.
    Device(DevEui),
    /// Those of all devices with a profile.
    Profile(String),
}

/// What decoding again found, and with [`RedecodeMode::Apply`] replaced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RedecodeReport {
    /// By device, those without a stored uplink too.
    pub devices: BTreeMap<DevEui, DeviceReport>,
    /// Values that are others.
    pub n_values: u64,
    /// The first of them.
    pub first_changes: Vec<(DevEui, ValueChange)>,
    /// The first uplinks that keep their readings because they cannot be decoded any more: when, and why.
    pub first_refusals: Vec<(DevEui, Timestamp, String)>,
}

/// The uplinks of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceReport {
    /// The Thing it is mounted on.
    pub thing_name: String,
    /// Uplinks looked at.
    pub n_uplinks: u64,
    /// Of these, with the same readings as before.
    pub n_unchanged: u64,
    /// With other readings.
    pub n_changed: u64,
    /// Not to be decoded today: their readings stay.
    pub n_refused: u64,
}

/// Why nothing was decoded again.
#[derive(Debug, thiserror::Error)]
pub enum RedecodeError {
    /// No such device is provisioned.
    #[error("there is no device `{0}`; `stadtfunk devices list` shows all")]
    NoSuchDevice(DevEui),
    /// No device has the profile.
    #[error("no device has the profile `{0}`; `stadtfunk devices list` shows those of all")]
    NoDeviceWith(domain::Truncated),
    /// The store could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Selection {
    fn contains(&self, device: &Device) -> bool {
        match self {
            Self::Device(dev_eui) => device.dev_eui == *dev_eui,
            Self::Profile(id) => device.profile == *id,
        }
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(dev_eui) => dev_eui.fmt(f),
            Self::Profile(id) => id.fmt(f),
        }
    }
}

/// Decodes stored uplinks again with the profiles and settings of today and compares them with their readings; with
/// [`RedecodeMode::Apply`] it replaces those that are others.
///
/// It goes from new to old and may be stopped and repeated at any point: each uplink is replaced whole or not at all.
/// What cannot be decoded any more keeps its readings and is told.
pub async fn redecode(
    store: &Store,
    catalogue: &Catalogue,
    selection: &Selection,
    since: Option<Timestamp>,
    mode: RedecodeMode,
) -> Result<RedecodeReport, RedecodeError> {
    let registry = store.registry().await?;
    let chosen: Vec<&Device> =
        registry.devices.values().filter(|device| selection.contains(device)).collect();
    if chosen.is_empty() {
        return Err(match selection {
            Selection::Device(dev_eui) => RedecodeError::NoSuchDevice(*dev_eui),
            Selection::Profile(id) => RedecodeError::NoDeviceWith(domain::Truncated::new(id)),
        });
    }
    let mut report = RedecodeReport::default();
    for device in &chosen {
        let of_device = DeviceReport { thing_name: device.thing_name.clone(), ..DeviceReport::default() };
        report.devices.insert(device.dev_eui, of_device);
    }
    let devices: Vec<DeviceId> = chosen.iter().map(|device| device.id).collect();
    let filter = UplinkFilter { devices, since };
    let directory = Directory::new(registry, catalogue, Arc::clone(store.quality()));
    let subject = selection.to_string();
    let mut before = None;
    loop {
        let uplinks = store.stored_uplinks(filter.clone(), before, CHUNK).await?;
        let Some(last) = uplinks.last() else { return Ok(report) };
        before = Some(last.position());
        let (seen, again) = decoded(uplinks, &directory, &mut report);
        let outcomes = store.redecode(again, &subject, mode).await?;
        for ((dev_eui, time), outcome) in seen.into_iter().zip(outcomes) {
            report.add(dev_eui, time, outcome);
        }
    }
}

/// The uplinks that can be decoded today, each with its device and time; the others are added to the report.
fn decoded(
    uplinks: Vec<StoredUplink>,
    directory: &Directory,
    report: &mut RedecodeReport,
) -> (Vec<(DevEui, Timestamp)>, Vec<Redecoded>) {
    let (mut seen, mut again) = (Vec::new(), Vec::new());
    for stored in uplinks {
        let of_uplink = (stored.uplink.dev_eui, stored.time);
        match decode_again(stored, directory) {
            Ok(redecoded) => {
                seen.push(of_uplink);
                again.push(redecoded);
            }
            Err(detail) => report.add(of_uplink.0, of_uplink.1, RedecodeOutcome::Refused(detail)),
        }
    }
    (seen, again)
}

impl RedecodeReport {
    fn add(&mut self, dev_eui: DevEui, time: Timestamp, outcome: RedecodeOutcome) {
        let device = self.devices.entry(dev_eui).or_default();
        device.n_uplinks += 1;
        match outcome {
            RedecodeOutcome::Unchanged => device.n_unchanged += 1,
            RedecodeOutcome::Changed(changes) => {
                device.n_changed += 1;
                self.n_values += changes.len() as u64;
                let left = TOLD.saturating_sub(self.first_changes.len());
                self.first_changes.extend(changes.into_iter().take(left).map(|change| (dev_eui, change)));
            }
            RedecodeOutcome::Refused(detail) => {
                device.n_refused += 1;
                if self.first_refusals.len() < TOLD {
                    self.first_refusals.push((dev_eui, time, detail));
                }
            }
        }
    }
}
