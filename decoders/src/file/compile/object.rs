//! Fields that read an object: what a codec returned or a network server decoded.

use toml::Spanned;

use super::{Compiler, marks};
use crate::{
    FileError,
    file::tables::{BlockTable, ClockWord, FieldTable, File, Word},
    layout::{
        expression::Expression,
        field::{Field, Observation, Target},
    },
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
        let fields = self.object_fields(&file.field, "field")?;
        let mut groups = Vec::new();
        for (n, block) in file.block.iter().enumerate() {
            let name = format!("block {}", n.saturating_add(1));
            let BlockTable { path, fields, .. } = block.get_ref();
            let path = path.as_ref().ok_or_else(|| self.error(block.span(), &name, "has no `path`"))?;
            groups.push(Group { path: self.path(path, &name)?, fields: self.object_fields(fields, &name)? });
        }
        Ok(Mapping { fields, groups, assumed: Vec::new() })
    }

    fn object_fields(
        &self,
        tables: &[Spanned<FieldTable>],
        of: &str,
    ) -> Result<Vec<Field<Source>>, FileError> {
        let fields = self.fields(tables, of, &|field, path| self.object_source(field, path))?;
        for (n, (field, table)) in fields.iter().zip(tables).enumerate() {
            let path = format!("{of}, field {}", n.saturating_add(1));
            let refuse = |message: &str| Err(self.error(table.span(), &path, message));
            if matches!(field.target, Target::Nothing) && table.get_ref().name.is_none() {
                return refuse("says nothing: expected one of `property`, `fact`, `time` and `name`");
            }
            if field.source.path.is_none() && !is_computed(field) {
                return refuse(
                    "has nothing to read: expected a `path`, or a `value` computed from other fields or settings",
                );
            }
            if let Target::Observation(this) = &field.target
                && field.when.is_none()
                && fields.iter().take(n).any(|earlier| earlier.when.is_none() && is_of(earlier, this))
            {
                let channel = if this.channel == domain::Channel::MAIN { "" } else { " of this channel" };
                return refuse(&format!(
                    "`{}`{channel} is there twice: expected another `channel`, or a `when` in one of them",
                    this.property.key()
                ));
            }
        }
        Ok(fields)
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
        if let Some(optional) = &table.optional
            && table.time.is_none()
        {
            let message = "belongs to a `time`, which is not there";
            return Err(self.error(optional.span(), format!("{path}, optional"), message));
        }
        Ok(Source {
            is_optional: table.optional.as_ref().is_some_and(|optional| *optional.get_ref()),
            path: table.path.as_ref().map(|given| self.path(given, path)).transpose()?,
            words: words.collect(),
            word_marks: word_marks.collect(),
        })
    }
}

/// Whether there is something to compute it from. Without a path `x` is no number, and a constant is what is known of nothing:
/// one that only counts under a condition on other fields is an event.
fn is_computed(field: &Field<Source>) -> bool {
    let names =
        |expression: &Expression| !expression.fields().is_empty() || !expression.settings().is_empty();
    field
        .value
        .as_ref()
        .is_some_and(|value| !value.uses_x() && (names(value) || field.when.as_ref().is_some_and(names)))
}

fn is_of(field: &Field<Source>, other: &Observation) -> bool {
    matches!(&field.target, Target::Observation(this) if this.property == other.property && this.channel == other.channel)
}
