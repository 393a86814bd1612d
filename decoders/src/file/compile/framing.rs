//! Blocks and frames: the framings whose content a file lists.

use toml::Spanned;

use super::Compiler;
use crate::{
    FileError,
    file::tables::{BlockTable, DecoderTable, EachTable, FieldTable, File, FrameTable, LengthTable},
    layout::{Attributes, Block, Blocks, Decentlab, Each, Frame, Frames, Length, Scope},
};

impl Compiler<'_> {
    pub(super) fn decentlab(&self, file: &File) -> Result<Decentlab, FileError> {
        self.no_frames(file)?;
        if file.block.is_empty() || file.block.len() > 16 {
            let message = format!("{} blocks: expected 1 to 16, one for each flag", file.block.len());
            return Err(self.error(file.decoder.span(), "block", message));
        }
        let mut blocks = Vec::new();
        for (n, block) in file.block.iter().enumerate() {
            let path = format!("block {}", n.saturating_add(1));
            let scope = self.scope(&block.get_ref().fields, &path, true)?;
            if !scope.has_fixed_length() {
                let message = "`when` is not possible here: a block of this framing has a fixed length";
                return Err(self.error(block.span(), path, message));
            }
            blocks.push(scope);
        }
        Ok(Decentlab { blocks })
    }

    pub(super) fn blocks(
        &self,
        table: &DecoderTable,
        blocks: &[Spanned<BlockTable>],
    ) -> Result<Blocks, FileError> {
        let is_milesight = table.native.as_ref().is_some_and(|native| native.get_ref() == "milesight");
        let id_bytes = match &table.id_bytes {
            None if is_milesight => 2,
            None => 1,
            Some(n) if matches!(n.get_ref(), 1 | 2) => *n.get_ref(),
            Some(n) => return Err(self.error(n.span(), "decoder, id_bytes", "expected 1 or 2")),
        };
        let has_length_byte = table.length_byte.as_ref().is_some_and(|has| *has.get_ref());
        let mut found: Vec<Block> = Vec::new();
        for (n, block) in blocks.iter().enumerate() {
            let BlockTable { id, path: of_object, length, fields } = block.get_ref();
            let path = format!("block {}", n.saturating_add(1));
            if let Some(of_object) = of_object {
                return Err(self.error(of_object.span(), path, "`path` is of objects: expected `id`"));
            }
            let id = id.as_ref().ok_or_else(|| self.error(block.span(), &path, "has no `id`"))?;
            let bytes = self.bytes(id, &path, "id")?;
            let number = match (id_bytes, bytes.as_slice()) {
                (1, [id]) => u16::from(*id),
                (2, [high, low]) => u16::from_be_bytes([*high, *low]),
                _ => {
                    let message = format!("`{}`: expected {id_bytes} bytes in hexadecimal", id.get_ref());
                    return Err(self.error(id.span(), format!("{path}, id"), message));
                }
            };
            if found.iter().any(|other| other.id == number) {
                let message = format!("`{}` is there twice", id.get_ref());
                return Err(self.error(id.span(), format!("{path}, id"), message));
            }
            let scope = self.scope(fields, &path, length.is_some() || has_length_byte)?;
            if length.is_some_and(|length| length < scope.length()) {
                let message = format!("the fields need {} bytes", scope.length());
                return Err(self.error(block.span(), format!("{path}, length"), message));
            }
            if length.is_none() && scope.length() == 0 && !has_length_byte {
                let message = "no field that reads a byte: expected `fields`, or `length` for data to skip";
                return Err(self.error(block.span(), path, message));
            }
            found.push(Block { id: number, length: *length, scope });
        }
        found.sort_by_key(|block| block.id);
        Ok(Blocks {
            id_bytes,
            skip: table.skip.as_ref().map_or(0, |skip| *skip.get_ref()),
            has_length_byte,
            attributes: if is_milesight { Attributes::Milesight } else { Attributes::None },
            known: found,
        })
    }

    pub(super) fn frames(&self, table: &DecoderTable, file: &File) -> Result<Frames, FileError> {
        if file.frame.is_empty() {
            return Err(self.error(file.decoder.span(), "frame", "there is none: expected at least one"));
        }
        let blocks = if file.block.is_empty() { None } else { Some(self.blocks(table, &file.block)?) };
        let frame = |(n, frame): (usize, &Spanned<FrameTable>)| {
            let path = format!("frame {}", n.saturating_add(1));
            let FrameTable { f_port, first, length, fields, each, blocks_from } = frame.get_ref();
            if let Some(from) = blocks_from
                && blocks.is_none()
            {
                return Err(self.error(
                    from.span(),
                    format!("{path}, blocks_from"),
                    "the file has no `[[block]]`",
                ));
            }
            Ok(Frame {
                f_ports: f_port.clone(),
                first: first.as_ref().map_or(Ok(Vec::new()), |first| self.bytes(first, &path, "first"))?,
                length: match length {
                    None => Length::Fields,
                    Some(LengthTable::Exact(length)) => Length::OneOf(vec![*length]),
                    Some(LengthTable::OneOf(lengths)) => Length::OneOf(lengths.clone()),
                    Some(LengthTable::AtLeast { min }) => Length::AtLeast(*min),
                },
                scope: self.scope(fields, &path, true)?,
                each: each.as_ref().map(|each| self.each(each, &path)).transpose()?,
                blocks_from: blocks_from.as_ref().map(|from| *from.get_ref()),
            })
        };
        let frames = file.frame.iter().enumerate().map(frame).collect::<Result<_, _>>()?;
        Ok(Frames { frames, blocks })
    }

    fn each(&self, table: &EachTable, path: &str) -> Result<Each, FileError> {
        let path = format!("{path}, each");
        let scope = self.scope(&table.fields, &path, true)?;
        let length = *table.length.get_ref();
        if length == 0 || length < scope.length() {
            let message = format!("{length} bytes: the fields need {}", scope.length().max(1));
            return Err(self.error(table.length.span(), format!("{path}, length"), message));
        }
        let trailer = match &table.until {
            None => 0,
            Some(until) => usize::try_from(until.get_ref().saturating_neg()).map_err(|_| {
                self.error(until.span(), format!("{path}, until"), "expected 0 or a negative number")
            })?,
        };
        Ok(Each { from: table.from, length, trailer, scope })
    }

    /// Bytes written in hexadecimal, with or without spaces.
    fn bytes(&self, text: &Spanned<String>, path: &str, key: &str) -> Result<Vec<u8>, FileError> {
        hex::decode(text.get_ref().replace(' ', "")).map_err(|_| {
            let message = format!("`{}` is not hexadecimal: expected such as `03 67`", text.get_ref());
            self.error(text.span(), format!("{path}, {key}"), message)
        })
    }

    /// Fields side by side in bytes. `has_end`: whether places may be counted from the end.
    fn scope(&self, fields: &[Spanned<FieldTable>], path: &str, has_end: bool) -> Result<Scope, FileError> {
        Ok(Scope::new(self.fields(fields, path, &|field, path| self.binary_source(field, path, has_end))?))
    }
}
