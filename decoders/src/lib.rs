#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use jiff::Timestamp;

mod blocks;
mod catalogue;
mod codec;
mod decoded;
mod error;
mod file;
mod layout;
mod misspelt;
mod native;
mod object;
mod params;
mod profile;
mod reader;
mod site;
mod vendor;

pub use catalogue::Catalogue;
pub use codec::{CodecRun, run_codecs};
pub use codecs;
pub use decoded::{Decoded, DeviceFact, FoundTime, Warning};
pub use error::DecodeError;
pub use file::FileError;
pub use params::{ParamInfo, ProfileError};
pub use profile::{ClockTolerance, Profile, ProfileInfo};

/// One uplink, as far as a decoder looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'a> {
    /// The port.
    pub f_port: u8,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Whose uplink it is: a device whose codec has to be stopped is suspended alone.
    pub device: &'a str,
    /// When it was received: the clock of a maker's codec stands at this time.
    pub received_at: Timestamp,
    /// What the network server decoded, as JSON.
    pub object: Option<&'a str>,
    /// What the device's codec gave, where it was run before ([`run_codecs`]).
    pub ran: Option<&'a CodecRun>,
}

impl<'a> Payload<'a> {
    /// A payload of a device without name, received at the epoch.
    pub const fn new(f_port: u8, bytes: &'a [u8]) -> Self {
        Self { f_port, bytes, device: "", received_at: Timestamp::UNIX_EPOCH, object: None, ran: None }
    }
}

/// Decodes the payload of one uplink.
///
/// A frame that carries no measurement, such as a configuration report, gives no readings but device facts. A profile with a
/// maker's codec waits for the process that runs it, up to some seconds.
pub fn decode(profile: &Profile, payload: &Payload<'_>) -> Result<Decoded, DecodeError> {
    let mut decoded = Decoded::with_room();
    profile.decode(payload, &mut decoded)?;
    Ok(decoded)
}
