//! Decentlab DL-ATM22, ultrasonic wind sensor (data sheet "DL-ATM22", payload table).

use domain::ObservedProperty as P;

use super::{
    decentlab::{battery_mv, device_id, offset, payload},
    frame::{Frame, register},
    moment::Moment,
};

/// Registers in the order of the payload; all words are offset by 32768.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Atm22 {
    /// cm/s.
    pub(crate) wind: i32,
    /// Tenths of a degree.
    pub(crate) direction: i32,
    /// cm/s.
    pub(crate) gust: i32,
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    /// Tenths of a degree.
    pub(crate) tilt: (i32, i32),
    /// cm/s to the north and to the east of where the wind comes from.
    pub(crate) north_east: (i32, i32),
}

impl Atm22 {
    pub(crate) fn words(&self) -> [u16; 8] {
        [
            self.wind,
            self.direction,
            self.gust,
            self.temperature,
            self.tilt.0,
            self.tilt.1,
            self.north_east.0,
            self.north_east.1,
        ]
        .map(offset)
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let towards = sky.wind_from.to_radians();
    let m = Atm22 {
        wind: register(sky.wind, 100.0),
        direction: register(sky.wind_from, 10.0) % 3600,
        gust: register(sky.gust, 100.0),
        temperature: register(sky.temperature, 10.0),
        tilt: (6, 2),
        north_east: (register(sky.wind * towards.cos(), 100.0), register(sky.wind * towards.sin(), 100.0)),
    };
    let battery = battery_mv(moment);
    Frame::new(1, payload(device_id(moment.device), &m.words(), battery))
        .says(P::WindSpeed, f64::from(m.wind) / 100.0)
        .says(P::WindDirection, f64::from(m.direction) / 10.0)
        .says(P::WindGust, f64::from(m.gust) / 100.0)
        .says(P::AirTemperature, f64::from(m.temperature) / 10.0)
        .says(P::BatteryVoltage, f64::from(battery) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_encoded_byte_by_byte() {
        let m =
            Atm22 { wind: 9, direction: 299, gust: 20, temperature: 264, tilt: (2, -24), north_east: (8, 4) };
        let expected = "02 08c9 0003 8009 812b 8014 8108 8002 7fe8 8008 8004 0bf5";
        assert_eq!(payload(2249, &m.words(), 3061), crate::testing::bytes(expected));
    }
}
