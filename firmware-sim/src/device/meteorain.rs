//! Barani MeteoRain, rain gauge (baranidesign.com, "Open rain data format", bit table, 48 bits).

use domain::ObservedProperty as P;

use super::{
    frame::{Bits, Frame, limited, register, wrapped},
    moment::Moment,
};

/// Rain per click in mm; the operator must know it (parameter `mm_per_click`).
pub(crate) const MM_PER_CLICK: f64 = 0.2;

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeteoRain {
    /// Running number of the message.
    pub(crate) index: u8,
    /// Twentieths of a volt above 3 V.
    pub(crate) battery: i32,
    /// Clicks since power-on.
    pub(crate) clicks: u64,
    /// Shortest time between two clicks as the device codes it; 255: none.
    pub(crate) shortest: u32,
    /// Warmer than 2 °C inside.
    pub(crate) warm: bool,
    pub(crate) heater: bool,
    /// Hundredths of a click to add for heavy rain, since power-on.
    pub(crate) correction: u64,
}

impl MeteoRain {
    pub(crate) fn payload(&self) -> Vec<u8> {
        Bits::default()
            .put(self.index.into(), 8)
            .put_measured(self.battery, 5)
            .put(wrapped(self.clicks, 12), 12)
            .put(self.shortest, 8)
            .put(self.warm.into(), 1)
            .put(self.heater.into(), 1)
            .put(wrapped(self.correction, 12), 12)
            .put(0, 1)
            .into_bytes()
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let sky = moment.sky();
    let clicked = moment.rain_of_interval(1.0 / MM_PER_CLICK);
    let m = MeteoRain {
        index: moment.at.as_second().div_euclid(600).to_le_bytes()[0],
        battery: register(moment.battery_volts(3.3, 4.2) - 3.0, 20.0),
        clicks: moment.rain(1.0 / MM_PER_CLICK),
        shortest: if clicked < 2 { 255 } else { limited(register(clicked as f64, 0.3), 8) },
        warm: sky.temperature > 2.0,
        heater: sky.temperature < 1.0,
        correction: 0,
    };
    Frame::new(1, m.payload())
        .says(P::BatteryVoltage, f64::from(60 + limited(m.battery, 5)) / 20.0)
        .says(P::PrecipitationTotal, f64::from(wrapped(m.clicks, 12)) / 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_about_to_wrap_is_encoded_bit_by_bit() {
        // Message 8, 4.05 V, 4095 clicks, no interval, colder than 2 °C, heater on: from the bit table.
        let m = MeteoRain {
            index: 8,
            battery: 21,
            clicks: 4095,
            shortest: 255,
            warm: false,
            heater: true,
            correction: 0,
        };
        assert_eq!(m.payload(), crate::testing::bytes("08afffffa000"));
    }

    #[test]
    fn the_click_after_4095_is_0() {
        let m = MeteoRain {
            index: 0,
            battery: 0,
            clicks: 4096,
            shortest: 0,
            warm: false,
            heater: false,
            correction: 0,
        };
        assert_eq!(m.payload(), [0; 6]);
    }
}
