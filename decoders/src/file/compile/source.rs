//! Where the number of a field stands among the bytes, and how it is written.

use toml::Spanned;

use super::{Compiler, marks};
use crate::{
    FileError,
    file::tables::{ClockWord, FieldTable, Formula, Word},
    layout::{
        field::{Bytes, Source, TextForm},
        number::{BitField, ByteOrder, NumberKind, NumberType},
    },
};

impl Compiler<'_> {
    pub(super) fn binary_source(
        &self,
        field: &Spanned<FieldTable>,
        path: &str,
        has_end: bool,
    ) -> Result<Source, FileError> {
        let table = field.get_ref();
        if table.path.is_some() {
            return Err(self.error(field.span(), path, "`path` is of objects: expected `at` and `type`"));
        }
        if let Some(optional) = &table.optional {
            let message = "is of the times of objects";
            return Err(self.error(optional.span(), format!("{path}, optional"), message));
        }
        if table.at.is_some_and(|at| at < 0) && !has_end {
            let message = "a block without a length has no end to count from";
            return Err(self.error(field.span(), format!("{path}, at"), message));
        }
        let uses_x = |value: &Spanned<Formula>| {
            let mut words = value.get_ref().0.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            words.any(|word| word == "x")
        };
        let is_computed = table.at.is_none()
            && table.kind.is_none()
            && table.bits.is_none()
            && table.value.as_ref().is_some_and(|value| !uses_x(value));
        let source = if is_computed { Source::Computed } else { self.source(field, path)? };
        let is_text = matches!(source, Source::Bytes { reading: Bytes::Text { .. }, .. });
        if is_text && table.fact.is_none() {
            let message = "`hex`, `ascii` and `version` are for facts";
            return Err(self.error(field.span(), format!("{path}, type"), message));
        }
        if let Some(time) = &table.time
            && matches!(time.get_ref(), ClockWord::Rfc3339)
        {
            let message = "`rfc3339` is of objects: expected `s`, `ms` or `hh:mm`";
            return Err(self.error(time.span(), format!("{path}, time"), message));
        }
        if let Some(texts) = &table.texts
            && table.fact.is_none()
        {
            let message = "belongs to a `fact`, which is not there";
            return Err(self.error(texts.span(), format!("{path}, texts"), message));
        }
        if let Some(marks) = &table.missing
            && marks::of_reasons(marks.get_ref()).iter().any(|(mark, _)| matches!(mark, Word::Text(_)))
        {
            let message = "bytes have no words: expected numbers";
            return Err(self.error(marks.span(), format!("{path}, missing"), message));
        }
        Ok(source)
    }

    fn source(&self, field: &Spanned<FieldTable>, path: &str) -> Result<Source, FileError> {
        let table = field.get_ref();
        let kind = match (&table.kind, self.default_type) {
            (Some(kind), _) => kind.get_ref().as_str(),
            (None, Some(default)) => default,
            (None, None) => {
                let message = "no `type`: expected such as `u16` or `i16le`";
                return Err(self.error(field.span(), path, message));
            }
        };
        let length = || {
            let length = table.length.as_ref().ok_or_else(|| {
                self.error(
                    field.span(),
                    format!("{path}, length"),
                    format!("`{kind}` needs a `length` in bytes"),
                )
            })?;
            match length.get_ref() {
                1..=64 => Ok(*length.get_ref()),
                _ => Err(self.error(length.span(), format!("{path}, length"), "expected 1 to 64 bytes")),
            }
        };
        let reading = match kind {
            "hex" | "hexbe" | "hexle" => {
                Bytes::Text { form: TextForm::Hex, length: length()?, order: written(kind, ByteOrder::Big) }
            }
            "ascii" => Bytes::Text { form: TextForm::Ascii, length: length()?, order: ByteOrder::Big },
            "version" | "versionbe" | "versionle" => {
                Bytes::Text { form: TextForm::Version, length: length()?, order: written(kind, self.order) }
            }
            "bcd" | "bcdbe" | "bcdle" => Bytes::Number(NumberType {
                kind: NumberKind::Bcd,
                length: length()?.min(8),
                order: written(kind, self.order),
            }),
            _ => Bytes::Number(NumberType::parse(kind, self.order).ok_or_else(|| {
                let message = format!(
                    "`{kind}` is no type: expected such as `u8`, `i16`, `u32le`, `f32be`, `bcd`, `hex`"
                );
                let span = table.kind.as_ref().map_or_else(|| field.span(), Spanned::span);
                self.error(span, format!("{path}, type"), message)
            })?),
        };
        let bits = match &table.bits {
            None => None,
            Some(bits) => {
                let [lowest, width] = *bits.get_ref();
                let all = u32::try_from(reading.length()).unwrap_or(0).saturating_mul(8);
                if width == 0 || lowest.saturating_add(width) > all {
                    let message = format!("[{lowest}, {width}]: expected [lowest, width] within {all} bits");
                    return Err(self.error(bits.span(), format!("{path}, bits"), message));
                }
                Some(BitField { lowest, width })
            }
        };
        Ok(Source::Bytes { at: table.at, reading, bits })
    }
}

/// The order at the end of the name of a type, or else the usual one.
fn written(kind: &str, usual: ByteOrder) -> ByteOrder {
    match (kind.ends_with("be"), kind.ends_with("le")) {
        (true, _) => ByteOrder::Big,
        (_, true) => ByteOrder::Little,
        _ => usual,
    }
}
