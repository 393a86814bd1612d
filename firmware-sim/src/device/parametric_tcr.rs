//! Parametric TCR, traffic counting radar of the first generation (docs.pmx.systems, "LoRa payload" V1.3 and
//! V2.2; Element parser `parametric_tcr.ex`). Classes are speed bands; the bounds come with the configuration.

use domain::{Channel, ObservedProperty as P};

use super::{
    frame::{Frame, byte, low16, register},
    moment::{Moment, Passed},
    pmx_tcr::properties,
};
use crate::world::traffic::Usage;

/// Version of the payload; it changes the width of the battery field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Battery in percent, one byte.
    V1,
    /// Battery in mV, two bytes.
    V2,
}

/// Lower and upper bounds of the four speed classes in km/h, as in the vendor's example.
const BOUNDS: [u8; 8] = [1, 7, 8, 25, 26, 49, 50, 120];

/// Registers in the order of the payload; class k counts flows 2k (left) and 2k+1 (right).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tcr {
    pub(crate) version: Version,
    /// Percent for V1, mV for V2.
    pub(crate) battery: i32,
    /// mW.
    pub(crate) solar: i32,
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
    pub(crate) classes: [(Passed, Passed); 4],
}

impl Tcr {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![0xbe, 0x02];
        match self.version {
            Version::V1 => bytes.extend([0x01, byte(self.battery)]),
            Version::V2 => {
                bytes.push(0x02);
                bytes.extend(low16(self.battery).to_be_bytes());
            }
        }
        bytes.extend(low16(self.solar).to_be_bytes());
        bytes.extend(low16(self.temperature).to_be_bytes());
        for passed in self.classes.iter().flat_map(|(left, right)| [left, right]) {
            bytes.extend(passed.count.to_be_bytes());
            bytes.push(passed.speed);
        }
        bytes
    }
}

/// The configuration, sent on fPort 190 after a join.
pub(crate) fn configuration(version: Version, moment: &Moment<'_>) -> Frame {
    let minutes = (moment.at.as_second() - moment.since.as_second()) / 60;
    let [high, low] = u16::try_from(minutes).unwrap_or(u16::MAX).to_be_bytes();
    let version = match version {
        Version::V1 => 1,
        Version::V2 => 2,
    };
    // Type 0, firmware 1.0.0, time span mode, class a, unconfirmed; link check daily, no hold-off, full
    // sensitivity, no lane distances.
    let mut bytes = vec![0xbe, 0x02, version, 0, 1, 0, 0, 0, 0, 0, high, low, 0x05, 0xa0, 0, 0, 100, 0, 0];
    bytes.extend(BOUNDS);
    Frame::new(190, bytes)
}

pub(crate) fn frame(moment: &mut Moment<'_>, version: Version) -> Frame {
    let battery = match version {
        Version::V1 => register(moment.battery(), 100.0),
        Version::V2 => register(moment.battery_volts(3.3, 4.15), 1000.0),
    };
    let m = Tcr {
        version,
        battery,
        solar: moment.solar_panel(),
        temperature: register(moment.housing_temperature(), 10.0),
        classes: [0, 2, 4, 6].map(|first| (moment.passed(first), moment.passed(first + 1))),
    };
    let mut frame = Frame::new(15, m.payload())
        .says(P::SolarPanelPower, f64::from(m.solar) / 1000.0)
        .says(P::DeviceTemperature, f64::from(m.temperature) / 10.0);
    frame = match version {
        Version::V1 => frame.says(P::BatteryLevel, m.battery),
        Version::V2 => frame.says(P::BatteryVoltage, f64::from(m.battery) / 1000.0),
    };
    for (class, (left, right)) in m.classes.into_iter().enumerate() {
        let Some((usage, _)) = moment.flows.get(2 * class) else { continue };
        // The scenarios map the classes 0 to 2; the fastest stays a class without a name.
        let (prefix, (count, speed)) = match usage {
            Usage::FastCar => ("class3.", (P::ObjectCount, P::ObjectSpeed)),
            usage => ("", properties(*usage)),
        };
        for (direction, passed) in [("ltr", left), ("rtl", right)] {
            let channel = format!("{prefix}{direction}").parse().unwrap_or(Channel::MAIN);
            frame = frame.says_on(channel, count, passed.count);
            if passed.count > 0 {
                frame = frame.says_on(channel, speed, passed.speed);
            }
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcr(version: Version, battery: i32) -> Tcr {
        let passed = |count, speed| Passed { count, speed };
        Tcr {
            version,
            battery,
            solar: 3300,
            temperature: -15,
            classes: [
                (passed(1, 5), passed(0, 0)),
                (passed(300, 19), passed(2, 18)),
                (passed(0, 0), passed(7, 44)),
                (passed(0, 0), passed(0, 0)),
            ],
        }
    }

    const CLASSES: &str = "0001 05 0000 00 012c 13 0002 12 0000 00 0007 2c 0000 00 0000 00";

    #[test]
    fn version_1_has_the_battery_in_one_byte() {
        let expected = format!("be0201 64 0ce4 fff1 {CLASSES}");
        assert_eq!(tcr(Version::V1, 100).payload(), crate::testing::bytes(&expected));
    }

    #[test]
    fn version_2_has_the_battery_in_two_bytes() {
        let expected = format!("be0202 0fa0 0ce4 fff1 {CLASSES}");
        assert_eq!(tcr(Version::V2, 4000).payload(), crate::testing::bytes(&expected));
    }
}
