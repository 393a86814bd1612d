//! Refuses what would change nothing in the decoder of a file.

use domain::ObservedProperty;
use toml::Spanned;

use super::Compiler;
use crate::{
    FileError,
    file::tables::{DecoderTable, File},
    site::Feature,
};

impl Compiler<'_> {
    /// Refuses what would change nothing in this decoder.
    pub(super) fn no_keys_of_others(&self, table: &DecoderTable) -> Result<(), FileError> {
        let native = table.native.as_ref().map(|native| native.get_ref().as_str());
        let of_bytes = [
            ("id_bytes", table.id_bytes.as_ref().map(Spanned::span)),
            ("order", table.order.as_ref().map(Spanned::span)),
            ("skip", table.skip.as_ref().map(Spanned::span)),
            ("length_byte", table.length_byte.as_ref().map(Spanned::span)),
        ];
        let reads_bytes = matches!(native, Some("blocks" | "frames"));
        if let Some((key, span)) =
            of_bytes.into_iter().find_map(|(key, span)| span.filter(|_| !reads_bytes).map(|span| (key, span)))
        {
            let message = "belongs to `native = \"blocks\"` or `\"frames\"`";
            return Err(self.error(span, format!("decoder, {key}"), message));
        }
        match &table.normalized {
            Some(normalized) if table.codec.is_none() => {
                Err(self.error(normalized.span(), "decoder, normalized", "belongs to `codec`"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn no_frames(&self, file: &File) -> Result<(), FileError> {
        match file.frame.first() {
            None => Ok(()),
            Some(frame) => Err(self.error(frame.span(), "frame", "this decoder reads blocks, not frames")),
        }
    }

    pub(super) fn no_tables(&self, file: &File) -> Result<(), FileError> {
        let first = file.frame.first().map(Spanned::span).or_else(|| file.block.first().map(Spanned::span));
        match first {
            None => Ok(()),
            Some(span) => {
                Err(self.error(span, "block or frame", "a coded decoder knows its frames by itself"))
            }
        }
    }

    pub(super) fn no_fields(&self, file: &File) -> Result<(), FileError> {
        match file.field.first() {
            None => Ok(()),
            Some(field) => {
                let message = "belongs to a codec or an object; bytes are read by `[[block]]` or `[[frame]]`";
                Err(self.error(field.span(), "field", message))
            }
        }
    }

    /// Refuses a level without the distance it follows from.
    pub(super) fn has_what_its_site_needs(&self, file: &File) -> Result<(), FileError> {
        let Some(site) = &file.site else { return Ok(()) };
        let distance = ObservedProperty::Distance.key();
        let has_distance =
            file.fields().any(|field| field.property.as_ref().is_some_and(|name| name.get_ref() == distance));
        if site.get_ref().0.contains(&Feature::Level) && !has_distance {
            let message = "`level` follows from a distance: expected a field with `property = \"distance\"`";
            return Err(self.error(site.span(), "site", message));
        }
        Ok(())
    }
}
