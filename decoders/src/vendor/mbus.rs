//! The data records of M-Bus (EN 13757-3), which meters of many makers send: what is measured, how much, of which tariff.
//!
//! A record is a DIF (bits 0-3 how the number is written, bits 4-5 whether it is a value of now, a maximum, a minimum or of
//! a time of error, bit 6 the lowest bit of the storage number, bit 7: a DIFE follows), up to ten DIFEs (four bits of
//! storage number, two of tariff), a VIF (quantity and power of ten, bit 7: a VIFE follows), VIFEs and the number, least
//! significant byte first.

mod clock;
mod profile;

pub(crate) mod water_meter;

use crate::{DecodeError, reader::Reader};

/// One data record.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// 0: now; otherwise the number of a stored value.
    pub(crate) storage: u64,
    /// 0: the sum over all tariffs.
    pub(crate) tariff: u64,
    /// 0: the meter as a whole.
    pub(crate) subunit: u64,
    pub(crate) function: Function,
    pub(crate) quantity: Quantity,
    /// The number, scaled to the unit of the quantity; `None` if there is none or its digits are not decimal.
    pub(crate) value: Option<f64>,
    /// Where a running total written in decimal digits starts again.
    pub(crate) wraps_at: Option<f64>,
    /// The number as it is written, not scaled.
    pub(crate) number: Option<f64>,
    /// VIF and VIFEs as they stand.
    pub(crate) code: &'a [u8],
    /// The bytes of the number, text or series.
    pub(crate) data: &'a [u8],
    scale: Scale,
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Instantaneous,
    Maximum,
    Minimum,
    InError,
}

/// What is measured, in the unit of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// kWh
    Energy,
    /// m³
    Volume,
    /// W
    Power,
    /// m³/h
    Flow,
    /// °C
    FlowTemperature,
    /// °C
    ReturnTemperature,
    /// K
    TemperatureDifference,
    /// °C
    ExternalTemperature,
    /// bar
    Pressure,
    FabricationNumber,
    /// Bits whose meaning is the maker's.
    ErrorFlags,
    /// Minute, hour, day, month and year as the bits of type F.
    DateTime,
    /// Anything else.
    Other,
}

/// How a quantity follows from the number sent: `number * 10^power / divisor`.
#[derive(Clone, Copy, Debug)]
struct Scale {
    quantity: Quantity,
    power: i32,
    divisor: f64,
}

/// The number of a record as it is written.
enum Number {
    None,
    /// `None`: marked as invalid.
    Binary(Option<f64>),
    /// `None`: not decimal digits; with the power of ten where so many digits end.
    Decimal(Option<f64>, f64),
}

const FILLER: u8 = 0x2f;
/// A VIF whose unit stands behind it in letters, its length first.
const UNIT_IN_LETTERS: u8 = 0x7c;

/// Reads one record; `None` for a filler and for what only the maker can read, which ends the records.
pub(crate) fn read_record<'a>(reader: &mut Reader<'a>) -> Result<Option<Record<'a>>, DecodeError> {
    let dif = reader.u8()?;
    if dif == FILLER {
        return Ok(None);
    }
    if dif & 0x0f == 0x0f {
        reader.bytes(reader.rest().len())?;
        return Ok(None);
    }
    let (storage, tariff, subunit) = read_place(dif, reader)?;
    let from = reader.offset();
    let scale = read_vif(reader)?;
    let code = reader.payload().get(from..reader.offset()).unwrap_or_default();
    if code.first().is_some_and(|vif| vif & 0x7f == UNIT_IN_LETTERS) {
        let length = reader.u8()?;
        reader.bytes(length.into())?;
    }
    let (number, data) = read_number(dif & 0x0f, reader)?;
    let (number, end) = match number {
        Number::None => (None, None),
        Number::Binary(number) => (number, None),
        Number::Decimal(number, end) => (number, Some(end)),
    };
    let (value, wraps_at) = (number.map(|n| scale.apply(n)), end.map(|n| scale.apply(n)));
    let function = match dif >> 4 & 3 {
        0 => Function::Instantaneous,
        1 => Function::Maximum,
        2 => Function::Minimum,
        _ => Function::InError,
    };
    let quantity = scale.quantity;
    Ok(Some(Record {
        storage,
        tariff,
        subunit,
        function,
        quantity,
        value,
        wraps_at,
        number,
        code,
        data,
        scale,
    }))
}

impl Record<'_> {
    /// Another number of the same kind, scaled to the unit of the quantity.
    pub(crate) fn scaled(&self, number: f64) -> f64 {
        self.scale.apply(number)
    }
}

/// Storage number, tariff and subunit.
fn read_place(dif: u8, reader: &mut Reader<'_>) -> Result<(u64, u64, u64), DecodeError> {
    let (mut storage, mut tariff, mut subunit) = (u64::from(dif >> 6 & 1), 0, 0);
    let mut is_extended = dif & 0x80 != 0;
    let mut nth = 0_u32;
    while is_extended && nth < 10 {
        let dife = reader.u8()?;
        let storage_shift = nth.saturating_mul(4).saturating_add(1);
        storage |= u64::from(dife & 0x0f) << storage_shift;
        tariff |= u64::from(dife >> 4 & 3) << nth.saturating_mul(2);
        subunit |= u64::from(dife >> 6 & 1) << nth;
        is_extended = dife & 0x80 != 0;
        nth = nth.saturating_add(1);
    }
    Ok((storage, tariff, subunit))
}

fn read_vif(reader: &mut Reader<'_>) -> Result<Scale, DecodeError> {
    let vif = reader.u8()?;
    let (scale, mut last) = match vif {
        0xfb | 0xfd => {
            let extension = reader.u8()?;
            (scale_of_extension(vif, extension & 0x7f), extension)
        }
        _ => (scale_of(vif & 0x7f), vif),
    };
    // A VIFE changes what the value means: of the corrected volume, in the other direction, ...
    let is_changed = last & 0x80 != 0;
    while last & 0x80 != 0 {
        last = reader.u8()?;
    }
    Ok(if is_changed { Scale::OTHER } else { scale })
}

/// EN 13757-3, table of primary VIFs.
fn scale_of(vif: u8) -> Scale {
    let low = |mask: u8| i32::from(vif & mask);
    let of = |quantity, power| Scale { quantity, power, divisor: 1.0 };
    match vif {
        0x00..=0x07 => of(Quantity::Energy, low(7).saturating_sub(6)),
        // A kilowatt hour is 3.6e6 J.
        0x08..=0x0f => Scale { quantity: Quantity::Energy, power: low(7).saturating_sub(5), divisor: 36.0 },
        0x10..=0x17 => of(Quantity::Volume, low(7).saturating_sub(6)),
        0x28..=0x2f => of(Quantity::Power, low(7).saturating_sub(3)),
        0x38..=0x3f => of(Quantity::Flow, low(7).saturating_sub(6)),
        0x58..=0x5b => of(Quantity::FlowTemperature, low(3).saturating_sub(3)),
        0x5c..=0x5f => of(Quantity::ReturnTemperature, low(3).saturating_sub(3)),
        0x60..=0x63 => of(Quantity::TemperatureDifference, low(3).saturating_sub(3)),
        0x64..=0x67 => of(Quantity::ExternalTemperature, low(3).saturating_sub(3)),
        0x68..=0x6b => of(Quantity::Pressure, low(3).saturating_sub(3)),
        0x6d => of(Quantity::DateTime, 0),
        0x78 => of(Quantity::FabricationNumber, 0),
        _ => Scale::OTHER,
    }
}

/// EN 13757-3, tables of the extensions `fb` and `fd`.
fn scale_of_extension(table: u8, vif: u8) -> Scale {
    let of = |quantity, power, divisor| Scale { quantity, power, divisor };
    match (table, vif) {
        // 0.1 and 1 MWh, then 0.1 and 1 GJ.
        (0xfb, 0x00) => of(Quantity::Energy, 2, 1.0),
        (0xfb, 0x01) => of(Quantity::Energy, 3, 1.0),
        (0xfb, 0x08) => of(Quantity::Energy, 3, 36.0),
        (0xfb, 0x09) => of(Quantity::Energy, 4, 36.0),
        (0xfd, 0x17) => of(Quantity::ErrorFlags, 0, 1.0),
        _ => Scale::OTHER,
    }
}

fn read_number<'a>(coding: u8, reader: &mut Reader<'a>) -> Result<(Number, &'a [u8]), DecodeError> {
    let length = match coding {
        0 | 8 => 0,
        1..=4 => usize::from(coding),
        5 => 4,
        6 => 6,
        7 => 8,
        0x09..=0x0c => usize::from(coding).saturating_sub(8),
        0x0e => 6,
        _ => return read_text(reader),
    };
    let bytes = reader.bytes(length)?;
    let number = match (coding, length) {
        (_, 0) => Number::None,
        (5, _) => Number::Binary(real(bytes)),
        (9.., _) => {
            let n_digits = i32::try_from(length.saturating_mul(2)).unwrap_or(0);
            Number::Decimal(decimal(bytes), 10_f64.powi(n_digits))
        }
        _ => Number::Binary(signed(bytes)),
    };
    Ok((number, bytes))
}

/// A text has its length in front and is no number.
fn read_text<'a>(reader: &mut Reader<'a>) -> Result<(Number, &'a [u8]), DecodeError> {
    let length = reader.u8()?;
    let length = match length {
        0x00..=0xbf => length,
        0xc0..=0xdf => length & 0x0f,
        _ => length & 0x1f,
    };
    Ok((Number::None, reader.bytes(usize::from(length))?))
}

/// Two digits in each byte; `f` in front is a minus.
fn decimal(bytes: &[u8]) -> Option<f64> {
    let digits = hex::encode(bytes.iter().rev().copied().collect::<Vec<_>>());
    let (sign, digits) = match digits.strip_prefix('f') {
        Some(rest) => (-1.0, rest),
        None => (1.0, digits.as_str()),
    };
    let is_decimal = digits.bytes().all(|digit| digit.is_ascii_digit());
    is_decimal.then(|| digits.parse().ok()).flatten().map(|number: f64| number * sign)
}

/// A whole number with a sign; only the top bit set means that it is invalid.
fn signed(bytes: &[u8]) -> Option<f64> {
    let unused = 64_u32.saturating_sub(u32::try_from(bytes.len()).ok()?.saturating_mul(8));
    let raised = unsigned(bytes)?.checked_shl(unused)?;
    (raised != 1 << 63).then(|| (raised.cast_signed() >> unused) as f64)
}

/// A whole number of 1 to 8 bytes.
fn unsigned(bytes: &[u8]) -> Option<u64> {
    let number = || bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    (1..=8).contains(&bytes.len()).then(number)
}

fn real(bytes: &[u8]) -> Option<f64> {
    let real = f32::from_le_bytes(bytes.try_into().ok()?);
    // The shortest decimal that is this number: 21.8, not 21.799999237060547.
    real.is_finite().then(|| real.to_string().parse().ok())?
}

impl Scale {
    const OTHER: Self = Self { quantity: Quantity::Other, power: 0, divisor: 1.0 };

    fn apply(self, number: f64) -> f64 {
        // Divided by one number, as a product with a fraction would not print as short.
        let power = 10_f64.powi(self.power.abs());
        if self.power < 0 { number / (power * self.divisor) } else { number * power / self.divisor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(hex: &str) -> Record<'static> {
        let bytes = hex::decode(hex).unwrap().leak();
        let mut reader = Reader::new(bytes);
        let record = read_record(&mut reader).unwrap().unwrap();
        assert!(reader.is_empty());
        record
    }

    #[test]
    fn numbers_are_scaled_to_one_unit_of_each_quantity() {
        // Hand arithmetic from the tables of EN 13757-3.
        for (hex, quantity, value) in [
            ("0c0652676102", Quantity::Energy, 2_616_752.0),
            ("04031f000000", Quantity::Energy, 0.031),
            ("040e10270000", Quantity::Energy, 100_000.0 / 36.0),
            ("04fb0102000000", Quantity::Energy, 2000.0),
            ("0413ffffff7f", Quantity::Volume, 2_147_483.647),
            ("0b3b6500f0", Quantity::Flow, -0.065),
            ("025afcff", Quantity::FlowTemperature, -0.4),
            ("0a5f4100", Quantity::ReturnTemperature, 41.0),
            ("02fd170001", Quantity::ErrorFlags, 256.0),
        ] {
            let record = read(hex);
            assert_eq!((record.quantity, record.value), (quantity, Some(value)), "{hex}");
        }
    }

    #[test]
    fn storage_number_tariff_and_kind_stand_in_front() {
        let record = read("dc21061234567800".get(..14).unwrap());
        assert_eq!((record.storage, record.tariff, record.function), (3, 2, Function::Maximum));
        assert_eq!(record.wraps_at, Some(100_000_000.0));
    }

    #[test]
    fn digits_that_are_none_are_no_value() {
        assert_eq!(read("0a5aa106").value, None);
        assert_eq!(read("041300000080").value, None, "only the top bit is set");
    }

    #[test]
    fn a_value_that_means_something_else_is_not_taken_for_the_plain_one() {
        assert_eq!(read("04933c01000000").quantity, Quantity::Other);
    }
}
