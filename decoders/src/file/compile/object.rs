//! Fields that read an object: what a codec returned or a network server decoded.

use toml::Spanned;

use super::{Compiler, marks};
use crate::{
    FileError,
    file::tables::{BlockTable, ClockWord, FieldTable, File, Word},
    object::{Group, Mapping, Path, Source},
};

impl Compiler<'_> {
    /// The fields of an object.
    pub(super) fn mapping(&self, file: &File) -> Result<Mapping, FileError> {
        self.no_frames(file)?;
        if file.field.is_empty() && file.block.is_empty() {
            let message = "there is none: expected at least one `[[field]]` with a `path`";
            return Err(self.error(file.decoder.span(), "field", message));
        }
        let fields = self.fields(&file.field, "field", &|field, path| self.object_source(field, path))?;
        let mut groups = Vec::new();
        for (n, block) in file.block.iter().enumerate() {
            let name = format!("block {}", n.saturating_add(1));
            let BlockTable { path, fields, .. } = block.get_ref();
            let path = path.as_ref().ok_or_else(|| self.error(block.span(), &name, "has no `path`"))?;
            groups.push(Group {
                path: self.path(path, &name)?,
                fields: self.fields(fields, &name, &|field, path| self.object_source(field, path))?,
            });
        }
        Ok(Mapping { fields, groups, assumed: Vec::new() })
    }

    fn path(&self, path: &Spanned<String>, of: &str) -> Result<Path, FileError> {
        let parsed = Path::parse(path.get_ref());
        parsed.map_err(|error| self.error(path.span(), format!("{of}, path"), error.to_string()))
    }

    fn object_source(&self, field: &Spanned<FieldTable>, path: &str) -> Result<Source, FileError> {
        let table = field.get_ref();
        if table.at.is_some() || table.kind.is_some() || table.bits.is_some() || table.length.is_some() {
            let message = "`at`, `type`, `bits` and `length` are of bytes: expected `path`";
            return Err(self.error(field.span(), path, message));
        }
        if let Some(time) = &table.time
            && matches!(time.get_ref(), ClockWord::HourMinute)
        {
            let message = "`hh:mm` is of bytes: expected `s`, `ms` or `rfc3339`";
            return Err(self.error(time.span(), format!("{path}, time"), message));
        }
        let words = table.texts.iter().flat_map(Spanned::get_ref).filter_map(|(text, word)| match word {
            Word::Number(number) => Some((text.clone(), *number)),
            Word::Text(_) => None,
        });
        let marks =
            table.missing.as_ref().map(|marks| marks::of_reasons(marks.get_ref())).unwrap_or_default();
        let word_marks = marks.into_iter().filter_map(|(mark, reason)| match mark {
            Word::Text(text) => Some((text, reason)),
            Word::Number(_) => None,
        });
        Ok(Source {
            path: table.path.as_ref().map(|given| self.path(given, path)).transpose()?,
            words: words.collect(),
            word_marks: word_marks.collect(),
        })
    }
}
