//! Milesight EM300-DI, pulse counter with temperature and humidity (user guide, "Uplink data": channel, type,
//! value; little-endian).

use domain::ObservedProperty as P;

use super::{
    frame::{Frame, byte, low16, register, wrapped},
    moment::Moment,
};

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Em300Di {
    /// Percent.
    pub(crate) battery: u8,
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Half percents.
    pub(crate) humidity: u8,
    /// Pulses since power-on, 32 bits.
    pub(crate) pulses: u64,
}

impl Em300Di {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![0x01, 0x75, self.battery, 0x03, 0x67];
        bytes.extend(low16(self.temperature).to_le_bytes());
        bytes.extend([0x04, 0x68, self.humidity, 0x05, 0xc8]);
        bytes.extend(wrapped(self.pulses, 32).to_le_bytes());
        bytes
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let m = Em300Di {
        battery: byte(register(moment.battery(), 100.0)),
        temperature: register(sky.temperature, 10.0),
        humidity: byte(register(sky.humidity, 2.0)),
        pulses: moment.pulses(),
    };
    let counted = f64::from(wrapped(m.pulses, 32)) / moment.pulses_per_count as f64;
    Frame::new(85, m.payload())
        .says(P::BatteryLevel, m.battery)
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::RelativeHumidity, f64::from(m.humidity) / 2.0)
        .says(P::BicycleTotal, counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_encoded_byte_by_byte() {
        // 92 %, 30.8 °C, 50.5 %, 256 pulses.
        let m = Em300Di { battery: 92, temperature: 308, humidity: 101, pulses: 256 };
        assert_eq!(m.payload(), crate::testing::bytes("01755c 03673401 046865 05c800010000"));
    }
}
