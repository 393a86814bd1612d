//! Dragino CPL01, pulse and contact sensor (user manual, section 2.3 "Uplink payload"; TTN device repository,
//! `dragino/cpl01`).

use domain::ObservedProperty as P;

use super::{
    frame::{Frame, low16, register, wrapped},
    moment::Moment,
};

/// The measurement on fPort 2, 11 bytes, big-endian.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cpl01 {
    /// Calculation flag, 0 to 63, an operator's own mark.
    pub(crate) flag: u8,
    pub(crate) alarm: bool,
    /// Whether the contact is open.
    pub(crate) open: bool,
    /// Pulses since power-on, 24 bits.
    pub(crate) pulses: u64,
    /// How long the contact was last open, 24 bits; the manual counts minutes.
    pub(crate) last_open: u32,
    /// Seconds since 1970.
    pub(crate) time: u32,
}

impl Cpl01 {
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![self.flag << 2 | u8::from(self.alarm) << 1 | u8::from(self.open)];
        bytes.extend(&wrapped(self.pulses, 24).to_be_bytes()[1..]);
        bytes.extend(&self.last_open.to_be_bytes()[1..]);
        bytes.extend(self.time.to_be_bytes());
        bytes
    }
}

/// The device's status on fPort 5, sent after a join: model 0x0e, firmware 1.2.0, EU868, no sub-band, battery.
pub(crate) fn status(moment: &Moment<'_>) -> Frame {
    let millivolts = register(moment.battery_volts(2.9, 3.65), 1000.0);
    let [high, low] = low16(millivolts).to_be_bytes();
    Frame::new(5, vec![0x0e, 0x01, 0x20, 0x01, 0xff, high, low])
        .says(P::BatteryVoltage, f64::from(millivolts) / 1000.0)
}

pub(crate) fn frame(moment: &mut Moment<'_>) -> Frame {
    let m = Cpl01 {
        flag: 0,
        alarm: false,
        open: true,
        pulses: moment.pulses(),
        last_open: 0,
        time: u32::try_from(moment.at.as_second()).unwrap_or(0),
    };
    let counted = f64::from(wrapped(m.pulses, 24)) / moment.pulses_per_count as f64;
    Frame::new(2, m.payload()).says(P::BicycleTotal, counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_encoded_byte_by_byte() {
        // Contact open, 74 565 pulses (0x012345), 2 minutes, 2021-11-12T16:16:23Z (0x618e9357).
        let m = Cpl01 { flag: 0, alarm: false, open: true, pulses: 74_565, last_open: 2, time: 0x618e_9357 };
        assert_eq!(m.payload(), crate::testing::bytes("01 012345 000002 618e9357"));
        assert_eq!("2021-11-12T16:16:23Z".parse::<jiff::Timestamp>().unwrap().as_second(), 0x618e_9357);
    }

    #[test]
    fn flag_alarm_and_contact_share_the_first_byte() {
        let m = Cpl01 { flag: 0b10_0001, alarm: true, open: false, pulses: 0, last_open: 0, time: 0 };
        assert_eq!(m.payload()[0], 0b1000_0110);
    }

    #[test]
    fn the_total_starts_again_at_zero_after_24_bits() {
        let m = Cpl01 { flag: 0, alarm: false, open: false, pulses: 1 << 24, last_open: 0, time: 0 };
        assert_eq!(m.payload()[1..4], [0, 0, 0]);
    }
}
