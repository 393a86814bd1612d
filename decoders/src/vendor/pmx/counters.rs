//! The counter frame `a2` of PMX firmware, also sent by Parametric devices from firmware 2.2 on.
//!
//! 10 bytes: `a2`; hour u8 and minute u8 at the end of the measuring interval, by a clock whose date and zone
//! are not sent; objects left to right u16, their mean speed u8 km/h; objects right to left u16, their mean
//! speed u8 km/h; supply voltage u8 /10 V. Counts are those of the interval.
//!
//! Source: docs.pmx.systems, TCR LoRaWAN payload description.

use domain::{DeviceTime, ObservedProperty, Reading};

use crate::{DecodeError, Decoded, Warning, params::CategoryReport, reader::Reader};

/// One counter frame without its supply voltage, which is already among the readings.
pub(in crate::vendor) struct CounterFrame {
    pub(in crate::vendor) ltr: CategoryReport,
    pub(in crate::vendor) rtl: CategoryReport,
    pub(in crate::vendor) time: DeviceTime,
}

impl CounterFrame {
    /// Reads the frame and adds the supply voltage.
    pub(in crate::vendor) fn parse(payload: &[u8], out: &mut Decoded) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(payload);
        reader.expect(0xa2, "0xa2, a counter frame")?;
        let [hour, minute] = reader.array()?;
        let ltr = CategoryReport { count: reader.u16_be()?, speed: reader.u8()? };
        let rtl = CategoryReport { count: reader.u16_be()?, speed: reader.u8()? };
        let decivolts = reader.u8()?;
        reader.finish()?;

        let time = if hour < 24 && minute < 60 {
            DeviceTime::ClockTime { hour, minute }
        } else {
            out.warn(Warning::InvalidClock { hour, minute });
            DeviceTime::Uplink
        };
        let voltage = Reading::number(ObservedProperty::BatteryVoltage, f64::from(decivolts) / 10.0);
        out.push(voltage.at(time));
        Ok(Self { ltr, rtl, time })
    }
}
