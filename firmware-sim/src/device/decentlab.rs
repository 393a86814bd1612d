//! Decentlab's common framing, protocol version 2 (decentlab.com, "LoRaWAN payload format").

/// Offset of signed words: a word of 32768 is zero.
const ZERO: i32 = 32_768;

/// A frame with both blocks: the sensor's words and the battery in mV.
///
/// Bytes: protocol version 2, device id, flags (bit 0 sensor, bit 1 battery), then 16-bit words, all
/// big-endian.
pub(super) fn payload(device_id: u16, sensor: &[u16], battery_mv: u16) -> Vec<u8> {
    let mut bytes = vec![2];
    bytes.extend(device_id.to_be_bytes());
    bytes.extend(0b11_u16.to_be_bytes());
    bytes.extend(sensor.iter().chain([&battery_mv]).flat_map(|word| word.to_be_bytes()));
    bytes
}

/// A signed register as an offset word.
pub(super) fn offset(register: i32) -> u16 {
    super::frame::low16(register + ZERO)
}

/// The serial number inside the payload.
pub(super) fn device_id(device: u32) -> u16 {
    super::frame::low16(device.cast_signed() + 4100)
}

/// Battery of two alkaline cells in mV.
pub(super) fn battery_mv(moment: &super::moment::Moment<'_>) -> u16 {
    super::frame::low16(super::frame::register(moment.battery_volts(2.1, 3.15), 1000.0))
}
