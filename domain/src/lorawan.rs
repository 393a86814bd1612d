//! The LoRaWAN fields an application sees.

use std::fmt;

/// The application port of an uplink, 1 to 223 (LoRaWAN 1.0.4, section 4.3.2).
///
/// Port 0 carries MAC commands, 224 the test protocol, the rest is reserved: none of them is a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FPort(u8);

/// A number that is no application port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fPort {0} is no application port: expected 1 to 223")]
pub struct FPortError(pub u32);

impl FPort {
    /// The port number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u32> for FPort {
    type Error = FPortError;

    fn try_from(port: u32) -> Result<Self, Self::Error> {
        match u8::try_from(port) {
            Ok(n @ 1..=223) => Ok(Self(n)),
            _ => Err(FPortError(port)),
        }
    }
}

impl fmt::Display for FPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The frame counter of an uplink, full 32 bits as the network server reconstructed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FCnt(pub u32);

impl fmt::Display for FCnt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What tells one LoRaWAN session of a device from the next: the session key id (The Things Stack) or
/// the DevAddr (ChirpStack). Not an identity of the device, and no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SessionKey(pub String);
