#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod blocks;
mod catalogue;
mod decoded;
mod error;
mod file;
mod layout;
mod native;
mod params;
mod profile;
mod reader;
mod site;
mod vendor;

pub use catalogue::Catalogue;
pub use decoded::{Decoded, DeviceFact, Warning};
pub use error::DecodeError;
pub use file::FileError;
pub use params::{ParamInfo, ProfileError};
pub use profile::{ClockTolerance, Profile, ProfileInfo};

/// Decodes the payload of one uplink.
///
/// A frame that carries no measurement, such as a configuration report, gives no readings but device facts.
pub fn decode(profile: &Profile, f_port: u8, payload: &[u8]) -> Result<Decoded, DecodeError> {
    let mut decoded = Decoded::with_room();
    profile.decode(f_port, payload, &mut decoded)?;
    Ok(decoded)
}
