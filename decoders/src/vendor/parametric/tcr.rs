//! Parametric TCR: traffic radar, first generation.
//!
//! Firmware 1 (prefix `be 02`, version, big-endian):
//!
//! * Port 15, version 1: battery u8 %, solar power u16 mW, temperature i16 /10 deg C, speed classes.
//! * Port 15, version 2: battery u16 **mV**, then the same. The version changes the width of a field.
//! * A speed class is 6 bytes: objects from the left u16, their mean speed u8 km/h, the same from the right.
//!   Low-speed devices send 2 classes, high-speed devices 4.
//! * Port 190: configuration, 27 bytes, with the bounds of the classes.
//!
//! Firmware 2: counter frame `a2` (see the PMX TCR) on ports 14 to 17 for classes 0 to 3, device id
//! `be 02 type d2` of 10 bytes on port 190, setting `c1` on port 1.
//!
//! A class is a band of speed set on the device (by default 1-7, 8-25, 26-49 and 50-120 km/h). As with the PMX
//! TCR it is unclassified traffic on `classN.ltr` and `classN.rtl` until the operator declares it.
//!
//! Source: docs.pmx.systems, TCR LoRaWAN payload description V1.3 and V2.2.

use domain::{Channel, DeviceTime, ObservedProperty as P};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError,
    params::{Categories, CategoryReport, LTR_NAME, RTL_NAME, Settings},
    profile::Device,
    reader::Reader,
    vendor::pmx::{counters::CounterFrame, models},
};

pub(crate) static PARAMS: &[&ParamInfo] = &[&CLASS0, &CLASS1, &CLASS2, &CLASS3, &LTR_NAME, &RTL_NAME];

static CLASS0: ParamInfo = class("class0", "what speed class 0 is set up to count");
static CLASS1: ParamInfo = class("class1", "what speed class 1 is set up to count");
static CLASS2: ParamInfo = class("class2", "what speed class 2 is set up to count");
static CLASS3: ParamInfo = class("class3", "what speed class 3 is set up to count");

const fn class(key: &'static str, description: &'static str) -> ParamInfo {
    ParamInfo::of_decoder(key, None, "bicycle, car, lorry, person or ignore", description)
}

const CHANNELS: [(Channel, Channel); 4] = [
    (Channel::literal("class0.ltr"), Channel::literal("class0.rtl")),
    (Channel::literal("class1.ltr"), Channel::literal("class1.rtl")),
    (Channel::literal("class2.ltr"), Channel::literal("class2.rtl")),
    (Channel::literal("class3.ltr"), Channel::literal("class3.rtl")),
];

#[derive(Debug)]
pub(crate) struct Tcr {
    classes: Categories,
}

impl Device for Tcr {
    fn new(settings: &Settings<'_>) -> Result<Self, ProfileError> {
        let params = [&CLASS0, &CLASS1, &CLASS2, &CLASS3];
        Ok(Self { classes: Categories::new(settings, params, &CHANNELS)? })
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        match (f_port, payload.first()) {
            (1, _) => decode_setting(payload, out),
            (15, Some(0xbe)) => self.decode_classes(payload, out),
            (14..=17, _) => {
                let CounterFrame { ltr, rtl, time } = CounterFrame::parse(payload, out)?;
                self.classes.push(usize::from(f_port.saturating_sub(14)), ltr, rtl, time, out);
                Ok(())
            }
            (190, _) if payload.get(3) == Some(&0xd2) && payload.len() == 10 => decode_id(payload, out),
            (190, _) => decode_config(payload, out),
            (found, _) => Err(DecodeError::WrongFPort { expected: "1, 14 to 17 or 190".into(), found }),
        }
    }

    fn directed_channels(&self) -> Vec<Channel> {
        self.classes.channels()
    }
}

impl Tcr {
    fn decode_classes(&self, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let mut reader = Reader::new(payload);
        match read_prefix(&mut reader)? {
            1 => {
                check_length(payload, &[20, 32], "20 or 32 in version 1")?;
                out.value(P::BatteryLevel, f64::from(reader.u8()?));
            }
            2 => {
                check_length(payload, &[21, 33], "21 or 33 in version 2")?;
                out.value(P::BatteryVoltage, f64::from(reader.u16_be()?) / 1000.0);
            }
            found => return Err(wrong_version(found)),
        }
        out.value(P::SolarPanelPower, f64::from(reader.u16_be()?) / 1000.0);
        out.value(P::DeviceTemperature, f64::from(reader.i16_be()?) / 10.0);
        for index in 0..CHANNELS.len() {
            if reader.is_empty() {
                break;
            }
            let ltr = CategoryReport { count: reader.u16_be()?, speed: reader.u8()? };
            let rtl = CategoryReport { count: reader.u16_be()?, speed: reader.u8()? };
            self.classes.push(index, ltr, rtl, DeviceTime::Uplink, out);
        }
        Ok(())
    }
}

fn decode_config(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    match read_prefix(&mut reader)? {
        1 | 2 => {}
        found => return Err(wrong_version(found)),
    }
    out.fact("device_type", reader.u8()?);
    let [major, minor, patch] = reader.array()?;
    out.fact("firmware_version", format!("{major}.{minor}.{patch}"));
    out.fact("operating_mode", reader.u8()?);
    out.fact("lorawan_class", reader.u8()?);
    out.fact("confirmed_uplinks", reader.u8()?);
    out.fact("report_interval_min", reader.u16_be()?);
    out.fact("link_check_interval_min", reader.u16_be()?);
    out.fact("hold_off_s", reader.u16_be()?);
    out.fact("radar_sensitivity_percent", reader.u8()?);
    out.fact("ltr_lane_distance", reader.u8()?);
    out.fact("rtl_lane_distance", reader.u8()?);
    for (from, to) in [
        ("class0_from_kmh", "class0_to_kmh"),
        ("class1_from_kmh", "class1_to_kmh"),
        ("class2_from_kmh", "class2_to_kmh"),
        ("class3_from_kmh", "class3_to_kmh"),
    ] {
        out.fact(from, reader.u8()?);
        out.fact(to, reader.u8()?);
    }
    reader.finish()
}

fn decode_id(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    let model = read_prefix(&mut reader)?;
    let [_frame_type, speed_class, _reserved] = reader.array()?;
    let [firmware, firmware_patch, charger, charger_patch] = reader.array()?;
    out.fact("device_type", models::device_type(model));
    out.fact("speed_class", models::speed_class(speed_class));
    out.fact("firmware_version", models::version(firmware, firmware_patch));
    out.fact("solar_charger_version", models::version(charger, charger_patch));
    reader.finish()
}

fn decode_setting(payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
    let mut reader = Reader::new(payload);
    reader.expect(0xc1, "0xc1, a configuration frame")?;
    out.fact("config_key", reader.u8()?);
    match reader.rest() {
        [] => Err(DecodeError::TooShort { expected: 3, found: payload.len() }),
        // How wide a value is depends on the key: it is kept as it stands.
        value => {
            out.fact("config_value", hex::encode(value));
            Ok(())
        }
    }
}

/// Reads `be 02` and gives the byte after it.
fn read_prefix(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    reader.expect(0xbe, "0xbe, the vendor")?;
    reader.expect(0x02, "0x02, the TCR family")?;
    reader.u8()
}

fn check_length(payload: &[u8], lengths: &[usize], expected: &'static str) -> Result<(), DecodeError> {
    if lengths.contains(&payload.len()) {
        Ok(())
    } else {
        Err(DecodeError::NoSuchLength { expected: expected.into(), found: payload.len() })
    }
}

const fn wrong_version(found: u8) -> DecodeError {
    DecodeError::WrongType {
        offset: 2,
        expected: std::borrow::Cow::Borrowed("1 or 2, the payload version"),
        found,
    }
}
