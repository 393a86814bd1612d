//! Decentlab DL-TBRG, tipping bucket rain gauge (data sheet "DL-TBRG", payload table).

use domain::ObservedProperty as P;

use super::{
    decentlab::{battery_mv, device_id, payload},
    frame::{Frame, wrapped},
    moment::Moment,
};

/// Rain per tip in mm; the operator must know it (parameter `mm_per_tip`), the frame does not say it.
pub(crate) const MM_PER_TIP: f64 = 0.1;

/// Registers in the order of the payload; the words have no offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tbrg {
    /// Tips since the frame before.
    pub(crate) tips: u16,
    /// Seconds since the frame before.
    pub(crate) interval: u16,
    /// Tips since power-on; low word first.
    pub(crate) total: u32,
}

impl Tbrg {
    pub(crate) fn words(self) -> [u16; 4] {
        let [high_1, high_2, low_1, low_2] = self.total.to_be_bytes();
        let word = |a, b| u16::from_be_bytes([a, b]);
        [self.tips, self.interval, word(low_1, low_2), word(high_1, high_2)]
    }
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let per_mm = 1.0 / MM_PER_TIP;
    let seconds = moment.at.as_second() - moment.since.as_second();
    let m = Tbrg {
        tips: u16::try_from(moment.rain_of_interval(per_mm)).unwrap_or(u16::MAX),
        interval: u16::try_from(seconds).unwrap_or(u16::MAX),
        total: wrapped(moment.rain(per_mm), 32),
    };
    let battery = battery_mv(moment);
    Frame::new(1, payload(device_id(moment.device), &m.words(), battery))
        .says(P::Precipitation, f64::from(m.tips) / 10.0)
        .says(P::PrecipitationTotal, f64::from(m.total) / 10.0)
        .says(P::BatteryVoltage, f64::from(battery) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_example_is_encoded_byte_by_byte() {
        let m = Tbrg { tips: 4, interval: 600, total: 16_538 };
        let expected = "02 02f8 0003 0004 0258 409a 0000 0c54";
        assert_eq!(payload(760, &m.words(), 3156), crate::testing::bytes(expected));
    }
}
