//! Barani MeteoWind, anemometer (baranidesign.com, "MeteoWind message format": version 9, and the open
//! format of 2022).

use domain::ObservedProperty as P;

use super::{
    frame::{Bits, Frame, limited, register},
    moment::Moment,
};

/// The message format the firmware speaks; only the length tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// 72 bits.
    Version9,
    /// 80 bits.
    Year2022,
}

/// Registers of version 9; speeds in tenths of m/s, directions in degrees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Version9 {
    /// Twentieths of a volt above 3 V.
    pub(crate) battery: i32,
    pub(crate) mean: i32,
    /// How much the strongest was above the mean.
    pub(crate) above: i32,
    /// How much the weakest was below the mean.
    pub(crate) below: i32,
    pub(crate) direction: i32,
    pub(crate) gust_direction: i32,
    /// How far the direction swung to the right and to the left.
    pub(crate) swing: (i32, i32),
}

impl Version9 {
    pub(crate) fn payload(&self) -> Vec<u8> {
        Bits::default()
            .put(0, 2)
            .put_measured(self.battery, 5)
            .put_measured(self.mean, 9)
            .put_measured(self.above, 9)
            .put_measured(self.below, 9)
            .put_measured(self.direction, 9)
            .put_measured(self.gust_direction, 9)
            .put_measured(self.swing.0, 8)
            .put_measured(self.swing.1, 8)
            .put(0, 4)
            .into_bytes()
    }
}

/// Registers of the format of 2022; speeds in tenths of m/s, directions in degrees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Year2022 {
    /// Running number of the message.
    pub(crate) index: u8,
    /// Fifths of a volt above 3 V.
    pub(crate) battery: i32,
    pub(crate) mean: i32,
    /// How much the strongest three seconds were above the mean.
    pub(crate) above: i32,
    /// How much the weakest three seconds were below the mean.
    pub(crate) below: i32,
    pub(crate) deviation: i32,
    pub(crate) direction: i32,
    pub(crate) gust_direction: i32,
    pub(crate) direction_deviation: i32,
    /// When the gust was, in steps of five seconds.
    pub(crate) gust_time: i32,
}

impl Year2022 {
    pub(crate) fn payload(&self) -> Vec<u8> {
        Bits::default()
            .put(self.index.into(), 8)
            .put_measured(self.battery, 3)
            .put_measured(self.mean, 9)
            .put_measured(self.above, 9)
            .put_measured(self.below, 9)
            .put_measured(self.deviation, 8)
            .put_measured(self.direction, 9)
            .put_measured(self.gust_direction, 9)
            .put_measured(self.direction_deviation, 7)
            .put_measured(self.gust_time, 7)
            .put(0, 2)
            .into_bytes()
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>, format: Format) -> Frame {
    let sky = moment.sky();
    let mean = register(sky.wind, 10.0);
    let above = register(sky.gust, 10.0) - mean;
    let below = mean - register(sky.lull, 10.0).min(mean);
    let direction = register(sky.wind_from, 1.0) % 360;
    let gust_direction = (direction + 7) % 360;
    let volts = moment.battery_volts(3.3, 4.2) - 3.0;
    let tenths = |register: i32| f64::from(register) / 10.0;
    let frame = match format {
        Format::Version9 => {
            let m = Version9 {
                battery: register(volts, 20.0),
                mean,
                above,
                below,
                direction,
                gust_direction,
                swing: (21, 18),
            };
            Frame::new(1, m.payload()).says(P::BatteryVoltage, f64::from(60 + limited(m.battery, 5)) / 20.0)
        }
        Format::Year2022 => {
            let m = Year2022 {
                index: moment.at.as_second().div_euclid(600).to_le_bytes()[0],
                battery: register(volts, 5.0),
                mean,
                above,
                below,
                deviation: above / 3,
                direction,
                gust_direction,
                direction_deviation: 14,
                gust_time: 40,
            };
            Frame::new(1, m.payload())
                .says(P::BatteryVoltage, f64::from(15 + limited(m.battery, 3)) / 5.0)
                .says(P::WindSpeedDeviation, tenths(m.deviation))
        }
    };
    frame
        .says(P::WindSpeed, tenths(mean))
        .says(P::WindGust, tenths(mean + above))
        .says(P::WindLull, tenths(mean - below))
        .says(P::WindDirection, direction)
        .says(P::WindGustDirection, gust_direction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_9_is_encoded_bit_by_bit() {
        // 4.1 V; 5.7 m/s, up to 12.1 and down to 2.6; 245 and 250 degrees; swing 18 and 21: from the bit table.
        let m = Version9 {
            battery: 22,
            mean: 57,
            above: 64,
            below: 31,
            direction: 245,
            gust_direction: 250,
            swing: (18, 21),
        };
        assert_eq!(m.payload(), crate::testing::bytes("2c392007deafa12150"));
    }

    #[test]
    fn the_format_of_2022_is_encoded_bit_by_bit() {
        let m = Year2022 {
            index: 5,
            battery: 4,
            mean: 57,
            above: 64,
            below: 31,
            deviation: 12,
            direction: 245,
            gust_direction: 250,
            direction_deviation: 14,
            gust_time: 40,
        };
        // 00000101 100 000111001 001000000 000011111 00001100 011110101 011111010 0001110 0101000 00
        let bits = "00000101100000111001001000000000011111000011000111101010111110100001110010100000";
        let expected: Vec<u8> =
            (0..10).map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).unwrap()).collect();
        assert_eq!(m.payload(), expected);
    }
}
