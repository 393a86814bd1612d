//! The framing all Milesight sensors share.
//!
//! Channel u8, type u8, little-endian data, repeated; no length byte. A channel means something only
//! together with the model. Channel `ff` carries attributes of the device, `fe` and `ff` also the echo of a
//! setting that was changed by downlink. A channel with the top bit set is the alarm form of the channel
//! without it: the same value and one more byte. History blocks (`20 ce`, `21 ce`) carry their own time.
//! The port is a setting of the device (85 by default) and is not looked at.
//!
//! Source: Milesight user guides, chapter "Device Payload"; Milesight-IoT/SensorDecoders.

use domain::DeviceTime;
use jiff::Timestamp;

use crate::{
    DecodeError, Decoded,
    blocks::{read_blocks, unknown},
    layout::milesight::read_attribute,
    reader::Reader,
};

/// Reads a payload; `read_channel` reads the channels of the model and says whether it knew the pair.
pub(super) fn decode(
    payload: &[u8],
    out: &mut Decoded,
    mut read_channel: impl FnMut([u8; 2], &mut Reader<'_>, &mut Decoded) -> Result<bool, DecodeError>,
) -> Result<(), DecodeError> {
    read_blocks(payload, 0, out, |reader, out| {
        let begin = reader.offset();
        let pair = reader.array()?;
        if read_channel(pair, reader, out)? || read_attribute(pair, reader, out)? {
            Ok(())
        } else {
            Err(unknown(reader, begin, 2))
        }
    })
}

/// The time of a history block: u32 seconds since 1970 UTC.
pub(super) fn history_time(reader: &mut Reader<'_>) -> Result<DeviceTime, DecodeError> {
    let seconds = reader.u32_le()?;
    Ok(Timestamp::from_second(seconds.into()).map_or(DeviceTime::Uplink, DeviceTime::At))
}
