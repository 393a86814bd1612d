//! Device payloads to readings: device profiles and native decoders. Pure: no I/O, no clock.
//!
//! A [`Profile`] is what an operator chose for a device: one entry of [`profiles`] with its settings checked.
//! [`decode`] turns the payload of one uplink into [`Decoded`]: readings in the units of
//! [`domain::ObservedProperty`], facts about the device, and warnings.
//!
//! ```
//! let profile = decoders::Profile::new("decentlab/dl-tbrg", &domain::Params::parse_list("mm_per_tip=0.2")?)?;
//! let decoded = decoders::decode(&profile, 1, &[0x02, 0x02, 0xf8, 0x00, 0x02, 0x0c, 0x54])?;
//! assert!(decoded.readings.contains(&domain::Reading::number(domain::ObservedProperty::BatteryVoltage, 3.156)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What holds for every decoder:
//!
//! - Every length is checked. A payload that is too short is an error or a partial result with a warning,
//!   never a zero.
//! - A device's mark for "sensor error" or "no probe" is [`domain::Missing`], never a number.
//! - A format without length bytes ends at the first block it does not know; what was decoded before is
//!   kept and the rest is reported as [`Warning::Unparsed`].
//! - Integers are divided by powers of ten, never multiplied by a fraction, so that a number prints as the
//!   data sheet writes it.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod blocks;
mod decoded;
mod error;
mod params;
mod profile;
mod reader;
mod registry;
mod vendor;

pub use decoded::{Decoded, DeviceFact, Warning};
pub use error::DecodeError;
pub use params::{ParamInfo, ProfileError};
pub use profile::{ClockTolerance, Profile, ProfileInfo};
pub use registry::profiles;

/// Decodes the payload of one uplink.
///
/// A frame that carries no measurement, such as a configuration report, gives no readings but device facts.
pub fn decode(profile: &Profile, f_port: u8, payload: &[u8]) -> Result<Decoded, DecodeError> {
    let mut decoded = Decoded::with_room();
    profile.device().decode(f_port, payload, &mut decoded)?;
    Ok(decoded)
}
