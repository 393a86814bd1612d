//! Elsys generic payload, as an outdoor node with sound level sends it (elsys.se, "Sensor payload", version 11):
//! tag and fixed big-endian value, repeated.

use domain::ObservedProperty as P;
use rand::Rng;

use super::{
    frame::{Frame, byte, low16, register},
    moment::Moment,
};

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elsys {
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Percent.
    pub(crate) humidity: u8,
    /// Lux, at most 65535.
    pub(crate) light: i32,
    /// mV.
    pub(crate) battery: i32,
    /// Thousandths of hPa.
    pub(crate) pressure: i32,
    /// dB, highest and mean.
    pub(crate) sound: (u8, u8),
}

impl Elsys {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![0x01];
        bytes.extend(low16(self.temperature).to_be_bytes());
        bytes.extend([0x02, self.humidity, 0x04]);
        bytes.extend(low16(self.light).to_be_bytes());
        bytes.push(0x07);
        bytes.extend(low16(self.battery).to_be_bytes());
        bytes.push(0x14);
        bytes.extend(self.pressure.to_be_bytes());
        bytes.extend([0x15, self.sound.0, self.sound.1]);
        bytes
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    // A square is louder by day, in wind and in rain.
    let day = if sky.irradiance > 5.0 { 12.0 } else { 0.0 };
    let sound = 46.0 + day + sky.wind + sky.rain_rate.min(8.0) + 4.0 * moment.rng(0).random::<f64>();
    let m = Elsys {
        temperature: register(sky.temperature, 10.0),
        humidity: byte(register(sky.humidity, 1.0)),
        light: register(sky.irradiance, 120.0).min(65_535),
        battery: register(moment.battery_volts(3.2, 3.66), 1000.0),
        pressure: register(sky.pressure, 1000.0),
        sound: (byte(register(sound + 14.0, 1.0)), byte(register(sound, 1.0))),
    };
    Frame::new(5, m.payload())
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::RelativeHumidity, m.humidity)
        .says(P::Illuminance, m.light)
        .says(P::BatteryVoltage, f64::from(m.battery) / 1000.0)
        .says(P::AirPressure, f64::from(m.pressure) / 1000.0)
        .says(P::SoundLevelMax, m.sound.0)
        .says(P::SoundLevel, m.sound.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_is_encoded_byte_by_byte() {
        // -5.0 °C and 80 % as in the vendor's example; 189 lx, 3574 mV, sound 64 and 44 dB as in an ERS Sound's
        // frame; 964.433 hPa as in an ELT-2's.
        let m = Elsys {
            temperature: -50,
            humidity: 80,
            light: 189,
            battery: 3574,
            pressure: 964_433,
            sound: (64, 44),
        };
        assert_eq!(m.payload(), crate::testing::bytes("01ffce 0250 0400bd 070df6 14000eb751 15402c"));
    }
}
