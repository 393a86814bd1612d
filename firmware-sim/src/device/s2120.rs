//! Seeed SenseCAP S2120, 8-in-1 weather station (user guide, section "Payload decoding"; frame ids 4A, 4B, 4C).

use domain::ObservedProperty as P;

use super::{
    frame::{Frame, byte, low16, register, wrapped},
    moment::Moment,
};

/// Registers in the order of the payload; all values big-endian.
#[derive(Clone, Copy, Debug)]
pub(crate) struct S2120 {
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Percent.
    pub(crate) humidity: u8,
    /// Lux.
    pub(crate) light: u32,
    /// Tenths of the UV index.
    pub(crate) uv: u8,
    /// Tenths of m/s.
    pub(crate) wind: i32,
    /// Degrees.
    pub(crate) direction: i32,
    /// Thousandths of mm/h.
    pub(crate) rain_rate: u32,
    /// Tens of Pa.
    pub(crate) pressure: i32,
    /// Tenths of m/s.
    pub(crate) gust: i32,
    /// µm since power-on.
    pub(crate) rain_total: u32,
    /// Percent; the device adds it now and then.
    pub(crate) battery: Option<u8>,
}

impl S2120 {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![0x4a];
        bytes.extend(low16(self.temperature).to_be_bytes());
        bytes.push(self.humidity);
        bytes.extend(self.light.to_be_bytes());
        bytes.push(self.uv);
        bytes.extend(low16(self.wind).to_be_bytes());
        bytes.push(0x4b);
        bytes.extend(low16(self.direction).to_be_bytes());
        bytes.extend(self.rain_rate.to_be_bytes());
        bytes.extend(low16(self.pressure).to_be_bytes());
        bytes.push(0x4c);
        bytes.extend(low16(self.gust).to_be_bytes());
        bytes.extend(self.rain_total.to_be_bytes());
        if let Some(battery) = self.battery {
            bytes.extend([0x03, battery]);
        }
        bytes
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let hourly = moment.at.as_second() / 3600 != moment.since.as_second() / 3600;
    let m = S2120 {
        temperature: register(sky.temperature, 10.0),
        humidity: byte(register(sky.humidity, 1.0)),
        // Daylight has about 120 lm per W.
        light: u32::try_from(register(sky.irradiance, 120.0)).unwrap_or(0),
        uv: byte(register(sky.irradiance / 130.0, 10.0)),
        wind: register(sky.wind, 10.0),
        direction: register(sky.wind_from, 1.0) % 360,
        rain_rate: u32::try_from(register(sky.rain_rate, 1000.0)).unwrap_or(0),
        pressure: register(sky.pressure, 10.0),
        gust: register(sky.gust, 10.0),
        rain_total: wrapped(moment.rain(1000.0), 32),
        battery: hourly.then(|| byte(register(moment.battery(), 100.0))),
    };
    let mut frame = Frame::new(3, m.payload())
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::RelativeHumidity, m.humidity)
        .says(P::Illuminance, m.light)
        .says(P::UvIndex, f64::from(m.uv) / 10.0)
        .says(P::WindSpeed, f64::from(m.wind) / 10.0)
        .says(P::WindDirection, m.direction)
        .says(P::PrecipitationIntensity, f64::from(m.rain_rate) / 1000.0)
        .says(P::AirPressure, f64::from(m.pressure) / 10.0)
        .says(P::WindGust, f64::from(m.gust) / 10.0)
        .says(P::PrecipitationTotal, f64::from(m.rain_total) / 1000.0);
    if let Some(battery) = m.battery {
        frame = frame.says(P::BatteryLevel, battery);
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_from_the_field_is_encoded_byte_by_byte() {
        let m = S2120 {
            temperature: 75,
            humidity: 81,
            light: 284,
            uv: 0,
            wind: 24,
            direction: 258,
            rain_rate: 0,
            pressure: 10_129,
            gust: 28,
            rain_total: 1524,
            battery: None,
        };
        let expected = "4a 004b 51 0000011c 00 0018 4b 0102 00000000 2791 4c 001c 000005f4";
        assert_eq!(m.payload(), crate::testing::bytes(expected));
    }

    #[test]
    fn frost_is_a_negative_temperature_and_the_battery_follows_at_the_end() {
        let m = S2120 {
            temperature: -52,
            humidity: 100,
            light: 0,
            uv: 0,
            wind: 0,
            direction: 0,
            rain_rate: 0,
            pressure: 10_300,
            gust: 0,
            rain_total: 0,
            battery: Some(87),
        };
        let payload = m.payload();
        assert_eq!(payload[1..3], [0xff, 0xcc]);
        assert_eq!(payload[payload.len() - 2..], [0x03, 87]);
    }
}
