//! The records of an M-Bus payload: what a value is, and the value.

use jiff::{Timestamp, civil, tz::TimeZone};

use crate::{DecodeError, Decoded, Warning, blocks::unknown, reader::Reader};

/// Most extensions a code may have.
const EXTENSIONS_MAX: usize = 10;
/// Another byte of the code follows.
const MORE: u8 = 0x80;
/// Date and time, "type F" where it has 4 bytes.
const DATE_AND_TIME: u8 = 0x6d;

/// One record: data information (DIF: how it is written, function, storage), value information (VIF: what it is), data.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) storage: u64,
    pub(super) function: Function,
    /// Tariff and subunit; 0 is the meter as a whole.
    part: u64,
    /// Without the bit that says that extensions follow.
    pub(super) vif: u8,
    /// Extensions of the value information as they stand.
    pub(super) vifes: &'a [u8],
    pub(super) data: Data<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Instantaneous,
    Maximum,
    Minimum,
    Error,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data<'a> {
    /// `None` where the meter marks it as invalid.
    Number(Option<f64>),
    /// Times as they stand, series, texts.
    Bytes(&'a [u8]),
}

impl Data<'_> {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => *number,
            Self::Bytes(_) => None,
        }
    }
}

impl Record<'_> {
    /// Whether it is of one tariff or one unit of the meter only.
    pub(super) const fn is_of_part(&self) -> bool {
        self.part != 0
    }

    pub(super) fn is_time(&self) -> bool {
        self.vif == DATE_AND_TIME && self.vifes.is_empty()
    }

    /// The time it says, as the clock of the meter shows it, standard time.
    pub(super) fn time(&self) -> Option<Timestamp> {
        match self.data {
            Data::Bytes(&[minute, hour, day, month]) if self.is_time() => {
                clock_time(minute, hour, day, month)
            }
            _ => None,
        }
    }

    /// Whether it is the value a series of the same quantity starts from.
    pub(super) fn is_base_of(&self, series: &Self) -> bool {
        self.vifes.is_empty()
            && (self.vif, self.storage, self.function, self.part)
                == (series.vif, series.storage, series.function, series.part)
    }
}

/// Reads all records; what comes after one that cannot be read is reported.
pub(super) fn read_records<'a>(
    reader: &mut Reader<'a>,
    out: &mut Decoded,
) -> Result<Vec<Record<'a>>, DecodeError> {
    let mut records = Vec::new();
    if reader.is_empty() {
        return Err(DecodeError::TooShort {
            expected: reader.offset().saturating_add(1),
            found: reader.payload().len(),
        });
    }
    while !reader.is_empty() {
        let begin = reader.offset();
        match read_record(reader) {
            Ok(record) => records.extend(record),
            Err(error) if records.is_empty() => return Err(error),
            Err(error) => {
                out.warn(Warning::about_rest(error, begin, reader.payload()));
                break;
            }
        }
    }
    Ok(records)
}

/// `None`: a filler.
fn read_record<'a>(reader: &mut Reader<'a>) -> Result<Option<Record<'a>>, DecodeError> {
    let begin = reader.offset();
    let dif = reader.u8()?;
    match dif {
        0x2f => return Ok(None),
        // The rest is the maker's own.
        0x0f | 0x1f => {
            let data = Data::Bytes(reader.bytes(reader.rest().len())?);
            let vif = dif;
            let function = Function::Instantaneous;
            return Ok(Some(Record { storage: 0, function, part: 0, vif, vifes: &[], data }));
        }
        _ => {}
    }
    let mut storage = u64::from(dif >> 6 & 1);
    let mut part = 0_u64;
    for (n, extension) in extensions(reader, dif, begin)?.iter().enumerate() {
        let shift = u32::try_from(n).unwrap_or(0).saturating_mul(4).saturating_add(1);
        storage |= u64::from(extension & 0x0f) << shift;
        part = part << 3 | u64::from(extension >> 4 & 7);
    }
    let first = reader.u8()?;
    let vifes = extensions(reader, first, begin)?;
    let vif = first & !MORE;
    if vif == 0x7c {
        // A unit in letters, which stands behind its length.
        let length = reader.u8()?;
        reader.bytes(length.into())?;
    }
    let function = match dif >> 4 & 3 {
        0 => Function::Instantaneous,
        1 => Function::Maximum,
        2 => Function::Minimum,
        _ => Function::Error,
    };
    let data = read_data(reader, dif & 15, vif, begin)?;
    // Extensions carry the bit that says that another one follows; it is no part of their code but of no use either.
    Ok(Some(Record { storage, function, part, vif, vifes, data }))
}

/// The bytes that extend a code.
fn extensions<'a>(reader: &mut Reader<'a>, first: u8, begin: usize) -> Result<&'a [u8], DecodeError> {
    let from = reader.offset();
    let mut last = first;
    while last & MORE != 0 {
        if reader.offset().saturating_sub(from) == EXTENSIONS_MAX {
            return Err(unknown(reader, begin, 2));
        }
        last = reader.u8()?;
    }
    Ok(reader.payload().get(from..reader.offset()).unwrap_or_default())
}

fn read_data<'a>(reader: &mut Reader<'a>, field: u8, vif: u8, begin: usize) -> Result<Data<'a>, DecodeError> {
    let length = match field {
        0 | 8 => 0,
        n @ (1..=4 | 6) => usize::from(n),
        5 => 4,
        7 => 8,
        n @ 9..=12 => usize::from(n & 7),
        14 => 6,
        13 => return read_variable(reader, begin),
        _ => return Err(unknown(reader, begin, 2)),
    };
    let bytes = reader.bytes(length)?;
    Ok(match field {
        _ if matches!(vif, 0x6c | 0x6d) => Data::Bytes(bytes),
        0 | 8 => Data::Bytes(bytes),
        5 => Data::Number(real(bytes)),
        9..=12 | 14 => Data::Number(digits(bytes)),
        _ => Data::Number(signed(bytes)),
    })
}

/// Data that begins with its length.
fn read_variable<'a>(reader: &mut Reader<'a>, begin: usize) -> Result<Data<'a>, DecodeError> {
    match reader.u8()? {
        n @ 0..=0xbf => Ok(Data::Bytes(reader.bytes(n.into())?)),
        n @ 0xc0..=0xc9 => Ok(Data::Number(digits(reader.bytes((n & 15).into())?))),
        n @ 0xd0..=0xd9 => Ok(Data::Number(digits(reader.bytes((n & 15).into())?).map(|number| -number))),
        n @ 0xe0..=0xe8 => Ok(Data::Number(signed(reader.bytes((n & 15).into())?))),
        _ => Err(unknown(reader, begin, 2)),
    }
}

/// A whole number with a sign; only the top bit set means that it is invalid.
pub(super) fn signed(bytes: &[u8]) -> Option<f64> {
    let shift = 64_u32.saturating_sub(u32::try_from(bytes.len()).ok()?.saturating_mul(8));
    let raised = unsigned(bytes)?.checked_shl(shift)?;
    (raised != 1 << 63).then(|| (raised.cast_signed() >> shift) as f64)
}

/// A whole number of at most 8 bytes.
pub(super) fn unsigned(bytes: &[u8]) -> Option<u64> {
    (1..=8)
        .contains(&bytes.len())
        .then(|| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn real(bytes: &[u8]) -> Option<f64> {
    let real = f32::from_le_bytes(bytes.try_into().ok()?);
    // The shortest decimal that is this number: 21.8, not 21.799999237060547.
    real.is_finite().then(|| real.to_string().parse().ok())?
}

/// Two decimal digits in each byte; an `f` in front is a minus.
fn digits(bytes: &[u8]) -> Option<f64> {
    let text = hex::encode(bytes.iter().rev().copied().collect::<Vec<_>>());
    let (sign, text) = text.strip_prefix('f').map_or((1.0, text.as_str()), |text| (-1.0, text));
    let number = text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<u64>().ok())??;
    Some(sign * number as f64)
}

/// Type F. Years up to 80 without a century are of this one; a clock in summer time is an hour ahead.
fn clock_time(minute: u8, hour: u8, day: u8, month: u8) -> Option<Timestamp> {
    let is_invalid = minute & 0x80 != 0;
    let year = i16::from(day >> 5 | month >> 4 << 3);
    let year = match i16::from(hour >> 5 & 3) {
        0 if year <= 80 => year.checked_add(2000)?,
        century => century.checked_mul(100)?.checked_add(1900)?.checked_add(year)?,
    };
    let part = |byte: u8| i8::try_from(byte).ok();
    let (month, day) = (part(month & 15)?, part(day & 31)?);
    let at = civil::DateTime::new(year, month, day, part(hour & 31)?, part(minute & 63)?, 0, 0).ok()?;
    let at = at.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let summer = jiff::SignedDuration::from_hours(i64::from(hour >> 7));
    if is_invalid { None } else { at.checked_sub(summer).ok() }
}
