//! Decentlab DL-ATM41, eleven-parameter weather station (data sheet "DL-ATM41", payload table).

use domain::ObservedProperty as P;

use super::{
    decentlab::{battery_mv, device_id, offset, payload},
    frame::{Frame, register},
    moment::Moment,
};
use crate::world::weather::vapour_pressure;

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Atm41 {
    /// W/m².
    pub(crate) solar: i32,
    /// µm since the frame before.
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
    pub(crate) sensor_temperature: i32,
    /// Tenths of a degree.
    pub(crate) tilt: (i32, i32),
    /// Degrees.
    pub(crate) heading: i32,
    /// cm/s to the north and to the east of where the wind comes from.
    pub(crate) north_east: (i32, i32),
}

impl Atm41 {
    /// All words are offset by 32768.
    pub(crate) fn words(&self) -> [u16; 17] {
        [
            self.solar,
            self.precipitation,
            self.strikes,
            self.strike_distance,
            self.wind,
            self.direction,
            self.gust,
            self.temperature,
            self.vapour_pressure,
            self.pressure,
            self.humidity,
            self.sensor_temperature,
            self.tilt.0,
            self.tilt.1,
            self.heading,
            self.north_east.0,
            self.north_east.1,
        ]
        .map(offset)
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let towards = sky.wind_from.to_radians();
    // Lightning is heard only from heavy showers in warm air.
    let strikes =
        if sky.rain_rate > 8.0 && sky.temperature > 12.0 { register(sky.rain_rate / 6.0, 1.0) } else { 0 };
    let m = Atm41 {
        solar: register(sky.irradiance, 1.0),
        precipitation: i32::try_from(moment.rain_of_interval(1000.0)).unwrap_or(i32::MAX).min(32_767),
        strikes,
        strike_distance: if strikes > 0 { 8 } else { 0 },
        wind: register(sky.wind, 100.0),
        direction: register(sky.wind_from, 10.0) % 3600,
        gust: register(sky.gust, 100.0),
        temperature: register(sky.temperature, 10.0),
        vapour_pressure: register(vapour_pressure(&sky), 10.0),
        pressure: register(sky.pressure, 10.0),
        humidity: register(sky.humidity, 10.0),
        sensor_temperature: register(sky.temperature + sky.irradiance / 500.0, 10.0),
        tilt: (4, -7),
        heading: 172,
        north_east: (register(sky.wind * towards.cos(), 100.0), register(sky.wind * towards.sin(), 100.0)),
    };
    let battery = battery_mv(moment);
    let mut frame = Frame::new(1, payload(device_id(moment.device), &m.words(), battery))
        .says(P::SolarIrradiance, m.solar)
        .says(P::Precipitation, f64::from(m.precipitation) / 1000.0)
        .says(P::LightningCount, m.strikes)
        .says(P::WindSpeed, f64::from(m.wind) / 100.0)
        .says(P::WindDirection, f64::from(m.direction) / 10.0)
        .says(P::WindGust, f64::from(m.gust) / 100.0)
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::VapourPressure, f64::from(m.vapour_pressure) / 10.0)
        .says(P::AirPressure, f64::from(m.pressure) / 10.0)
        .says(P::RelativeHumidity, f64::from(m.humidity) / 10.0)
        .says(P::BatteryVoltage, f64::from(battery) / 1000.0);
    if m.strikes > 0 {
        frame = frame.says(P::LightningDistance, m.strike_distance);
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_sheets_example_is_encoded_byte_by_byte() {
        let m = Atm41 {
            solar: 10,
            precipitation: 0,
            strikes: 0,
            strike_distance: 0,
            wind: 9,
            direction: 299,
            gust: 20,
            temperature: 264,
            vapour_pressure: 180,
            pressure: 9596,
            humidity: 524,
            sensor_temperature: 265,
            tilt: (2, -24),
            heading: 86,
            north_east: (8, 4),
        };
        let expected = "02 035a 0003 800a 8000 8000 8000 8009 812b 8014 8108 80b4 a57c 820c 8109 8002 7fe8 8056 \
                        8008 8004 0bf5";
        assert_eq!(payload(858, &m.words(), 3061), crate::testing::bytes(expected));
    }
}
