//! Elvaco CMI 4110 to 4160: modules in heat meters of several makers.
//!
//! Port 2: a byte for the message format, then M-Bus data records; format 2 is JSON instead. Volume and power are those of
//! the heat carrier, the volume is on the channel `heat`; values of tariffs and stored values have channels of their own.
//!
//! Source: Elvaco, user's manuals of CMI 4110 to 4160, "Message formats"; EN 13757-3.

use domain::{Channel, Missing, ObservedProperty as P, Reading, Value};

use crate::{
    DecodeError, Decoded, ParamInfo, ProfileError, Warning,
    blocks::read_blocks,
    params::Settings,
    profile::Device,
    reader::Reader,
    vendor::mbus::{Function, Quantity, Record, read_record},
};

pub(crate) static PARAMS: &[&ParamInfo] = &[];

const JSON: u8 = 2;

#[derive(Debug)]
pub(crate) struct Cmi41xx;

impl Device for Cmi41xx {
    fn new(_: &Settings<'_>) -> Result<Self, ProfileError> {
        Ok(Self)
    }

    fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        if f_port != 2 {
            return Err(DecodeError::WrongFPort { expected: "2".into(), found: f_port });
        }
        let format = Reader::new(payload).u8()?;
        if format == JSON {
            let expected = "a message format of M-Bus records, not JSON".into();
            return Err(DecodeError::WrongType { offset: 0, expected, found: format });
        }
        out.fact("message_format", format);
        read_blocks(payload, 1, out, |reader, out| {
            if let Some(record) = read_record(reader)? {
                write(&record, out);
            }
            Ok(())
        })
    }
}

fn write(record: &Record<'_>, out: &mut Decoded) {
    let (property, place) = match record.quantity {
        Quantity::Energy => (P::HeatTotal, ""),
        Quantity::Volume => (P::WaterVolumeTotal, "heat"),
        Quantity::Power => (P::Power, ""),
        Quantity::Flow => (P::FlowRate, ""),
        Quantity::FlowTemperature => (P::FlowTemperature, ""),
        Quantity::ReturnTemperature => (P::ReturnTemperature, ""),
        Quantity::ExternalTemperature => (P::ProbeTemperature, ""),
        Quantity::Pressure => (P::Pressure, ""),
        Quantity::TemperatureDifference => return fact("temperature_difference_k", record, out),
        Quantity::FabricationNumber => return fact("serial_number", record, out),
        Quantity::ErrorFlags => return fact("error_flags", record, out),
        Quantity::DateTime => return fact("clock_raw", record, out),
        Quantity::Other => return out.warn(Warning::NotMapped("an M-Bus record")),
    };
    let Some(channel) = channel(place, record) else {
        return out.warn(Warning::NotMapped("an M-Bus record of a time of error"));
    };
    let value = record.value.map_or(Value::Missing(Missing::SensorError), Value::from);
    let reading = Reading::new(property, value).on(channel);
    let is_total = matches!(record.quantity, Quantity::Energy | Quantity::Volume);
    out.push(match (record.wraps_at, value.as_number()) {
        (Some(limit), Some(number)) if is_total && (0.0..limit).contains(&number) => {
            reading.wrapping_at(limit)
        }
        _ => reading,
    });
}

fn fact(key: &'static str, record: &Record<'_>, out: &mut Decoded) {
    if let Some(number) = record.value {
        out.fact(key, number);
    }
}

/// `heat`, `t1`, `stored2.t1`, `max`; `None` for what was measured while something was wrong.
fn channel(place: &str, record: &Record<'_>) -> Option<Channel> {
    let kind = match record.function {
        Function::Instantaneous => "",
        Function::Maximum => "max",
        Function::Minimum => "min",
        Function::InError => return None,
    };
    let stored = if record.storage == 0 { String::new() } else { format!("stored{}", record.storage) };
    let tariff = if record.tariff == 0 { String::new() } else { format!("t{}", record.tariff) };
    let parts = [place, kind, &stored, &tariff];
    let key = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    key.parse().ok()
}
