//! Decentlab DL-ATM41G2, second generation of the DL-ATM41 (data sheet "DL-ATM41G2", payload table).
//!
//! Same length and flags as the first generation, other scales: solar radiation in tenths, precipitation
//! without offset, a running total of the rain at the end.

use domain::ObservedProperty as P;

use super::{
    decentlab::{battery_mv, device_id, offset, payload},
    frame::{Frame, low16, register, wrapped},
    moment::Moment,
};
use crate::world::weather::vapour_pressure;

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Atm41G2 {
    /// Tenths of W/m².
    pub(crate) solar: i32,
    /// µm since the frame before, 0 to 65535.
    pub(crate) precipitation: i32,
    /// Strikes since the frame before.
    pub(crate) strikes: i32,
    /// km.
    pub(crate) strike_distance: i32,
    /// cm/s.
    pub(crate) wind: i32,
    /// Tenths of a degree.
    pub(crate) direction: i32,
    /// cm/s.
    pub(crate) gust: i32,
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Hundredths of a kPa.
    pub(crate) vapour_pressure: i32,
    /// Hundredths of a kPa.
    pub(crate) pressure: i32,
    /// Tenths of a percent.
    pub(crate) humidity: i32,
    /// Tenths of a degree Celsius.
    pub(crate) internal_temperature: i32,
    /// Tenths of a degree.
    pub(crate) tilt: (i32, i32),
    /// µS/cm.
    pub(crate) conductivity: i32,
    /// µm since power-on.
    pub(crate) precipitation_total: u32,
}

impl Atm41G2 {
    /// The two words of the total come low word first.
    pub(crate) fn words(&self) -> [u16; 17] {
        let [high_1, high_2, low_1, low_2] = self.precipitation_total.to_be_bytes();
        [
            offset(self.solar),
            low16(self.precipitation),
            offset(self.strikes),
            offset(self.strike_distance),
            offset(self.wind),
            offset(self.direction),
            offset(self.gust),
            offset(self.temperature),
            offset(self.vapour_pressure),
            offset(self.pressure),
            offset(self.humidity),
            offset(self.internal_temperature),
            offset(self.tilt.0),
            offset(self.tilt.1),
            offset(self.conductivity),
            u16::from_be_bytes([low_1, low_2]),
            u16::from_be_bytes([high_1, high_2]),
        ]
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let m = Atm41G2 {
        solar: register(sky.irradiance, 10.0),
        precipitation: i32::try_from(moment.rain_of_interval(1000.0)).unwrap_or(i32::MAX).min(65_535),
        strikes: 0,
        strike_distance: 0,
        wind: register(sky.wind, 100.0),
        direction: register(sky.wind_from, 10.0) % 3600,
        gust: register(sky.gust, 100.0),
        temperature: register(sky.temperature, 10.0),
        vapour_pressure: register(vapour_pressure(&sky), 10.0),
        pressure: register(sky.pressure, 10.0),
        humidity: register(sky.humidity, 10.0),
        internal_temperature: register(sky.temperature + sky.irradiance / 500.0, 10.0),
        tilt: (-3, 5),
        conductivity: if sky.rain_rate > 0.0 { 18 } else { 0 },
        precipitation_total: wrapped(moment.rain(1000.0), 32),
    };
    let battery = battery_mv(moment);
    Frame::new(1, payload(device_id(moment.device), &m.words(), battery))
        .says(P::SolarIrradiance, f64::from(m.solar) / 10.0)
        .says(P::Precipitation, f64::from(m.precipitation) / 1000.0)
        .says(P::LightningCount, m.strikes)
        .says(P::WindSpeed, f64::from(m.wind) / 100.0)
        .says(P::WindDirection, f64::from(m.direction) / 10.0)
        .says(P::WindGust, f64::from(m.gust) / 100.0)
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::VapourPressure, f64::from(m.vapour_pressure) / 10.0)
        .says(P::AirPressure, f64::from(m.pressure) / 10.0)
        .says(P::RelativeHumidity, f64::from(m.humidity) / 10.0)
        .says(P::PrecipitationTotal, f64::from(m.precipitation_total) / 1000.0)
        .says(P::BatteryVoltage, f64::from(battery) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_example_is_encoded_byte_by_byte() {
        let m = Atm41G2 {
            solar: 92,
            precipitation: 0,
            strikes: 0,
            strike_distance: 0,
            wind: 52,
            direction: 1203,
            gust: 54,
            temperature: 231,
            vapour_pressure: 134,
            pressure: 9729,
            humidity: 470,
            internal_temperature: 237,
            tilt: (457, 159),
            conductivity: 0,
            precipitation_total: 70_000,
        };
        let expected = "02 5ef8 0003 805c 0000 8000 8000 8034 84b3 8036 80e7 8086 a601 81d6 80ed 81c9 809f 8000 \
                        1170 0001 0adc";
        assert_eq!(payload(24_312, &m.words(), 2780), crate::testing::bytes(expected));
    }
}
