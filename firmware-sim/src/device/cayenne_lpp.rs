//! Cayenne Low Power Payload 1.0 (myDevices): channel, type and big-endian value, repeated.

use domain::{Channel, ObservedProperty as P};

use super::{
    frame::{Frame, byte, low16, register},
    moment::Moment,
};

/// Values on the channels 1 to 4 of the node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CayenneLpp {
    /// Channel 1, type 103: tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Channel 2, type 104: half percents.
    pub(crate) humidity: u8,
    /// Channel 3, type 101: lux, at most 65535.
    pub(crate) light: i32,
    /// Channel 4, type 115: tenths of hPa.
    pub(crate) pressure: i32,
}

impl CayenneLpp {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![1, 103];
        bytes.extend(low16(self.temperature).to_be_bytes());
        bytes.extend([2, 104, self.humidity, 3, 101]);
        bytes.extend(low16(self.light).to_be_bytes());
        bytes.extend([4, 115]);
        bytes.extend(low16(self.pressure).to_be_bytes());
        bytes
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let m = CayenneLpp {
        temperature: register(sky.temperature, 10.0),
        humidity: byte(register(sky.humidity, 2.0)),
        light: register(sky.irradiance, 120.0).min(65_535),
        pressure: register(sky.pressure, 10.0),
    };
    Frame::new(1, m.payload())
        .says_on(Channel::number(1), P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says_on(Channel::number(2), P::RelativeHumidity, f64::from(m.humidity) / 2.0)
        .says_on(Channel::number(3), P::Illuminance, m.light)
        .says_on(Channel::number(4), P::AirPressure, f64::from(m.pressure) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_channels_are_encoded_byte_by_byte() {
        // -4.1 °C (0xffd7) and 48.5 % (0x61) as in published examples; 12 345 lx (0x3039), 1013.2 hPa (0x2794).
        let m = CayenneLpp { temperature: -41, humidity: 97, light: 12_345, pressure: 10_132 };
        assert_eq!(m.payload(), crate::testing::bytes("0167ffd7 026861 03653039 04732794"));
    }
}
