//! Milesight WTS506, weather station (user guide, "Uplink data": channel, type, value; little-endian).

use domain::ObservedProperty as P;

use super::{
    frame::{Frame, byte, low16, register, wrapped},
    moment::Moment,
};

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wts506 {
    /// Percent.
    pub(crate) battery: u8,
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Half percents.
    pub(crate) humidity: u8,
    /// Tenths of a degree.
    pub(crate) direction: i32,
    /// Tenths of hPa.
    pub(crate) pressure: i32,
    /// Tenths of m/s.
    pub(crate) wind: i32,
    /// Hundredths of mm since power-on.
    pub(crate) rain_total: u32,
    /// The device's own count beside the total; its meaning is not stated.
    pub(crate) rain_counter: u8,
}

impl Wts506 {
    /// Rain in the newer form `08 ec` with 32 bits.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![0x01, 0x75, self.battery, 0x03, 0x67];
        bytes.extend(low16(self.temperature).to_le_bytes());
        bytes.extend([0x04, 0x68, self.humidity, 0x05, 0x84]);
        bytes.extend(low16(self.direction).to_le_bytes());
        bytes.extend([0x06, 0x73]);
        bytes.extend(low16(self.pressure).to_le_bytes());
        bytes.extend([0x07, 0x92]);
        bytes.extend(low16(self.wind).to_le_bytes());
        bytes.extend([0x08, 0xec]);
        bytes.extend(self.rain_total.to_le_bytes());
        bytes.push(self.rain_counter);
        bytes
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let m = Wts506 {
        battery: byte(register(moment.battery(), 100.0)),
        temperature: register(sky.temperature, 10.0),
        humidity: byte(register(sky.humidity, 2.0)),
        direction: register(sky.wind_from, 10.0) % 3600,
        pressure: register(sky.pressure, 10.0),
        wind: register(sky.wind, 10.0),
        rain_total: wrapped(moment.rain(100.0), 32),
        rain_counter: byte(wrapped(moment.rain(5.0), 8).cast_signed()),
    };
    Frame::new(85, m.payload())
        .says(P::BatteryLevel, m.battery)
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::RelativeHumidity, f64::from(m.humidity) / 2.0)
        .says(P::WindDirection, f64::from(m.direction) / 10.0)
        .says(P::AirPressure, f64::from(m.pressure) / 10.0)
        .says(P::WindSpeed, f64::from(m.wind) / 10.0)
        .says(P::PrecipitationTotal, f64::from(m.rain_total) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_frame_is_encoded_byte_by_byte() {
        let m = Wts506 {
            battery: 100,
            temperature: 272,
            humidity: 113,
            direction: 1350,
            pressure: 10_154,
            wind: 402,
            rain_total: 5060,
            rain_counter: 37,
        };
        // The published frame up to the wind; the rain in the form with 32 bits: 5060 = 0x13c4.
        let expected = "017564 03671001 046871 05844605 0673aa27 07929201 08ec c4130000 25";
        assert_eq!(m.payload(), crate::testing::bytes(expected));
    }
}
