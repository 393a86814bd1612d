//! Barani MeteoHelix, weather station (baranidesign.com, "MeteoHelix message decoder", bit table, 88 bits).

use domain::{Missing, ObservedProperty as P};

use super::{
    frame::{Bits, Frame, limited, register, wrapped},
    moment::Moment,
};

/// Rain per click in mm; the operator must know it (parameter `mm_per_click`).
pub(crate) const MM_PER_CLICK: f64 = 0.2;

/// The state of the temperature and humidity probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    /// Works.
    Connected,
    /// Gives nothing: its fields are all ones.
    Lost,
}

/// Temperature and humidity as the probe gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Air {
    /// Tenths of a degree above -100 °C.
    pub(crate) temperature: i32,
    /// Tenths of a degree the lowest was below the mean.
    pub(crate) below: i32,
    /// Tenths of a degree the highest was above the mean.
    pub(crate) above: i32,
    /// Fifths of a percent.
    pub(crate) humidity: i32,
}

/// Registers in the order of the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeteoHelix {
    /// Twentieths of a volt above 3 V.
    pub(crate) battery: i32,
    /// `None`: sensor error.
    pub(crate) air: Option<Air>,
    /// Fives of Pa above 50 000 Pa.
    pub(crate) pressure: i32,
    /// Twos of W/m².
    pub(crate) irradiance: i32,
    /// Twos of W/m² the highest was above the mean.
    pub(crate) irradiance_above: i32,
    /// Clicks since power-on.
    pub(crate) clicks: u64,
    /// Shortest time between two clicks as the device codes it; 255: none.
    pub(crate) shortest: u32,
}

impl MeteoHelix {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let bits = Bits::default().put(1, 2).put_measured(self.battery, 5);
        let (bits, humidity) = match self.air {
            Some(air) => (
                bits.put_measured(air.temperature, 11).put_measured(air.below, 6).put_measured(air.above, 6),
                Some(air.humidity),
            ),
            None => (bits.put_error(11).put_error(6).put_error(6), None),
        };
        let bits = match humidity {
            Some(humidity) => bits.put_measured(humidity, 9),
            None => bits.put_error(9),
        };
        bits.put_measured(self.pressure, 14)
            .put_measured(self.irradiance, 10)
            .put_measured(self.irradiance_above, 9)
            .put(wrapped(self.clicks, 8), 8)
            .put(self.shortest, 8)
            .into_bytes()
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>, probe: Probe) -> Frame {
    let skies = [0.0, 0.5, 1.0].map(|share| moment.sky_at(share));
    let mean = |pick: fn(&crate::world::weather::Sky) -> f64| skies.iter().map(pick).sum::<f64>() / 3.0;
    let (temperature, irradiance) = (mean(|sky| sky.temperature), mean(|sky| sky.irradiance));
    let lowest = skies.iter().map(|sky| sky.temperature).fold(f64::MAX, f64::min);
    let highest = skies.iter().map(|sky| sky.temperature).fold(f64::MIN, f64::max);
    let brightest = skies.iter().map(|sky| sky.irradiance).fold(0.0, f64::max);
    let clicked = moment.rain_of_interval(1.0 / MM_PER_CLICK);
    let m = MeteoHelix {
        battery: register(moment.battery_volts(3.3, 4.2) - 3.0, 20.0),
        air: (probe == Probe::Connected).then(|| Air {
            temperature: register(temperature + 100.0, 10.0),
            below: register(temperature - lowest, 10.0),
            above: register(highest - temperature, 10.0),
            humidity: register(mean(|sky| sky.humidity), 5.0),
        }),
        pressure: register(mean(|sky| sky.pressure) * 100.0 - 50_000.0, 0.2),
        irradiance: register(irradiance, 0.5),
        irradiance_above: register(brightest - irradiance, 0.5),
        clicks: moment.rain(1.0 / MM_PER_CLICK),
        shortest: if clicked < 2 { 255 } else { limited(register(clicked as f64, 0.3), 8) },
    };
    let irradiance = 2 * limited(m.irradiance, 10);
    let frame = Frame::new(1, m.payload())
        .says(P::BatteryVoltage, f64::from(60 + limited(m.battery, 5)) / 20.0)
        .says(P::AirPressure, f64::from(50_000 + 5 * limited(m.pressure, 14)) / 100.0)
        .says(P::SolarIrradiance, irradiance)
        .says(P::SolarIrradianceMax, irradiance + 2 * limited(m.irradiance_above, 9))
        .says(P::PrecipitationTotal, f64::from(wrapped(m.clicks, 8)) / 5.0);
    match m.air {
        Some(air) => frame
            .says(P::AirTemperature, f64::from(air.temperature - 1000) / 10.0)
            .says(P::AirTemperatureMin, f64::from(air.temperature - 1000 - air.below) / 10.0)
            .says(P::AirTemperatureMax, f64::from(air.temperature - 1000 + air.above) / 10.0)
            .says(P::RelativeHumidity, f64::from(limited(air.humidity, 9)) / 5.0),
        None => [P::AirTemperature, P::AirTemperatureMin, P::AirTemperatureMax, P::RelativeHumidity]
            .into_iter()
            .fold(frame, |frame, property| frame.lacks(property, Missing::SensorError)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_from_the_field_is_encoded_bit_by_bit() {
        // 4.15 V, 12.7 °C (12.6 to 12.9), 56.8 %, 101 065 Pa, 176 W/m² (up to 188), 1 click.
        let m = MeteoHelix {
            battery: 23,
            air: Some(Air { temperature: 1127, below: 1, above: 2, humidity: 284 }),
            pressure: 10_213,
            irradiance: 88,
            irradiance_above: 6,
            clicks: 1,
            shortest: 255,
        };
        assert_eq!(m.payload(), crate::testing::bytes("6f19c10a393f28b00601ff"));
    }

    #[test]
    fn a_lost_probe_is_all_ones_in_its_fields_only() {
        let m = MeteoHelix {
            battery: 20,
            air: None,
            pressure: 10_000,
            irradiance: 0,
            irradiance_above: 0,
            clicks: 256 + 7,
            shortest: 255,
        };
        // 01 10100 | 11 x 11 111111 111111 | 9 x 1 | 10011100010000 | 10 x 0 | 9 x 0 | 00000111 | 11111111
        let bits = "01101001111111111111111111111111111111110011100010000000000000000000000000000111\
                    11111111";
        let expected: Vec<u8> =
            (0..11).map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).unwrap()).collect();
        assert_eq!(m.payload(), expected);
    }
}
