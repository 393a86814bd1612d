//! PMX TCR: traffic radar, second generation.
//!
//! The first byte is the type of the frame, the port says which counter it is:
//!
//! | port | first byte | frame |
//! |---|---|---|
//! | 13 | `a2` | every object, unfiltered |
//! | 14 to 17 | `a2` | filter category 1 to 4 |
//! | 190 | `d2` | device id, 8 bytes, after a join |
//! | 1 | `c2` | answer to a configuration request: key u8, value u8 or u16 |
//!
//! **A category is a filter, not a class.** Each of the four has its own range of size and speed, set by the
//! installer; "category 2 counts bicycles" is a property of the installation. So a category is reported as
//! unclassified traffic on channels of its own (`cat2.ltr`, `cat2.rtl`) until the operator declares it with
//! `cat2=bicycle`; declared, it is `bicycle_count` and `bicycle_speed` on `ltr` and `rtl`. The filters do not
//! exclude each other: an object may fall in two of them, and the unfiltered count need not be their sum.
//! Therefore two categories cannot be declared to be the same class, and nothing is added up here.
//!
//! Left and right are as seen from the device; which of them leads into town is a property of the site
//! (`ltr_name`, `rtl_name`).
//!
//! Source: docs.pmx.systems, TCR LoRaWAN payload description; akenza-io/device-type-library `pmx/tcr`.

use domain::{Channel, ObservedProperty};

use super::{counters::CounterFrame, models};
use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    params::{Categories, LTR, LTR_NAME, RTL, RTL_NAME, Settings},
    profile::Device,
    reader::Reader,
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&CAT1, &CAT2, &CAT3, &CAT4, &LTR_NAME, &RTL_NAME];

static CAT1: ParamInfo = category("cat1", "what filter category 1 (port 14) is set up to count");
static CAT2: ParamInfo = category("cat2", "what filter category 2 (port 15) is set up to count");
static CAT3: ParamInfo = category("cat3", "what filter category 3 (port 16) is set up to count");
static CAT4: ParamInfo = category("cat4", "what filter category 4 (port 17) is set up to count");

const fn category(key: &'static str, description: &'static str) -> ParamInfo {
    ParamInfo::of_decoder(key, None, "bicycle, car, lorry, person or ignore", description)
}

const CHANNELS: [(Channel, Channel); 4] = [
    (Channel::literal("cat1.ltr"), Channel::literal("cat1.rtl")),
    (Channel::literal("cat2.ltr"), Channel::literal("cat2.rtl")),
    (Channel::literal("cat3.ltr"), Channel::literal("cat3.rtl")),
    (Channel::literal("cat4.ltr"), Channel::literal("cat4.rtl")),
];

#[derive(Debug)]
pub(crate) struct Tcr {
    categories: Categories,
}

impl Device for Tcr {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        let params = [&CAT1, &CAT2, &CAT3, &CAT4];
        Ok(Self { categories: Categories::new(settings, params, &CHANNELS)? })
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        match f_port {
            1 => decode_setting(payload, out),
            13 => {
                let CounterFrame { ltr, rtl, time } = CounterFrame::parse(payload, out)?;
                ltr.push_as(ObservedProperty::ObjectCount, ObservedProperty::ObjectSpeed, LTR, time, out);
                rtl.push_as(ObservedProperty::ObjectCount, ObservedProperty::ObjectSpeed, RTL, time, out);
                Ok(())
            }
            14..=17 => {
                let CounterFrame { ltr, rtl, time } = CounterFrame::parse(payload, out)?;
                self.categories.push(usize::from(f_port.saturating_sub(14)), ltr, rtl, time, out);
                Ok(())
            }
            190 => decode_id(payload, out),
            found => Err(DecodeError::WrongFPort { expected: "1, 13 to 17 or 190".into(), found }),
        }
    }

    fn directed_channels(&self) -> Vec<Channel> {
        self.categories.channels()
    }
}

fn decode_id(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    reader.expect(0xd2, "0xd2, a device id frame")?;
    let [model, level, speed_class, firmware, firmware_patch, charger, charger_patch] = reader.array()?;
    reader.finish()?;
    out.fact("device_type", models::device_type(model));
    out.fact("feature_level", models::feature_level(level));
    out.fact("speed_class", models::speed_class(speed_class));
    out.fact("firmware_version", models::version(firmware, firmware_patch));
    out.fact("solar_charger_version", models::version(charger, charger_patch));
    Ok(())
}

fn decode_setting(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    reader.expect(0xc2, "0xc2, a configuration frame")?;
    out.fact("config_key", reader.u8()?);
    match reader.rest() {
        [value] => out.fact("config_value", *value),
        // Longer values are filled up behind the first two bytes.
        [high, low, ..] => out.fact("config_value", u16::from_be_bytes([*high, *low])),
        [] => return Err(DecodeError::TooShort { expected: 3, found: payload.len() }),
    }
    Ok(())
}
