#![doc = include_str!("../README.md")]
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
