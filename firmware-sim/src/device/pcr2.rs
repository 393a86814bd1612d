//! Parametric PCR2, people counting radar, extended payload (TTN device repository, `parametric/pcr2`; Element
//! parser `parametric_pcr2.ex`).

use domain::{Channel, ObservedProperty as P};

use super::{
    frame::{Frame, byte, low16, register, wrapped},
    moment::Moment,
};

const LTR: Channel = Channel::literal("ltr");
const RTL: Channel = Channel::literal("rtl");

/// Version of the extended payload; it changes the width of the battery field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Battery in percent, one byte; 16 bytes in all.
    V3,
    /// Battery in mV, two bytes; 17 bytes in all.
    V4,
}

/// Registers in the order of the payload, big-endian.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pcr2 {
    pub(crate) version: Version,
    /// Passages since the frame before, left to right and right to left.
    pub(crate) counts: (u16, u16),
    /// Passages since power-on modulo 65536.
    pub(crate) sums: (u16, u16),
    /// Percent for V3, mV for V4.
    pub(crate) battery: i32,
    /// mW.
    pub(crate) solar: i32,
    /// Tenths of a degree Celsius.
    pub(crate) temperature: i32,
}

impl Pcr2 {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![0xbe, 0x01, if self.version == Version::V3 { 3 } else { 4 }];
        for word in [self.counts.0, self.counts.1, self.sums.0, self.sums.1] {
            bytes.extend(word.to_be_bytes());
        }
        match self.version {
            Version::V3 => bytes.push(byte(self.battery)),
            Version::V4 => bytes.extend(low16(self.battery).to_be_bytes()),
        }
        bytes.extend(low16(self.solar).to_be_bytes());
        bytes.extend(low16(self.temperature).to_be_bytes());
        bytes
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>, version: Version) -> Frame {
    let mut sum = |n| u16::try_from(wrapped(moment.total(n), 16)).unwrap_or(u16::MAX);
    let sums = (sum(0), sum(1));
    let m = Pcr2 {
        version,
        counts: (moment.passed(0).count, moment.passed(1).count),
        sums,
        battery: match version {
            Version::V3 => register(moment.battery(), 100.0),
            Version::V4 => register(moment.battery_volts(3.3, 4.15), 1000.0),
        },
        solar: moment.solar_panel(),
        temperature: register(moment.housing_temperature(), 10.0),
    };
    let frame = Frame::new(14, m.payload())
        .says_on(LTR, P::PersonCount, m.counts.0)
        .says_on(RTL, P::PersonCount, m.counts.1)
        .says_on(LTR, P::PersonTotal, m.sums.0)
        .says_on(RTL, P::PersonTotal, m.sums.1)
        .says(P::SolarPanelPower, f64::from(m.solar) / 1000.0)
        .says(P::DeviceTemperature, f64::from(m.temperature) / 10.0);
    match version {
        Version::V3 => frame.says(P::BatteryLevel, m.battery),
        Version::V4 => frame.says(P::BatteryVoltage, f64::from(m.battery) / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_3_is_encoded_as_published() {
        let m = Pcr2 {
            version: Version::V3,
            counts: (0, 0),
            sums: (1, 0),
            battery: 100,
            solar: 3300,
            temperature: 313,
        };
        assert_eq!(m.payload(), crate::testing::bytes("be01030000000000010000640ce40139"));
    }

    #[test]
    fn version_4_is_encoded_as_published() {
        let m = Pcr2 {
            version: Version::V4,
            counts: (0, 0),
            sums: (0, 0),
            battery: 0,
            solar: 0,
            temperature: 316,
        };
        assert_eq!(m.payload(), crate::testing::bytes("be0104000000000000000000000000013c"));
    }
}
