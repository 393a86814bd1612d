//! The settings of a device, as a file declares them.

use toml::Spanned;

use super::Compiler;
use crate::{
    FileError, ParamInfo,
    file::tables::{ParamTable, ParamWord},
    params::ParamKind,
};

impl Compiler<'_> {
    pub(super) fn param(&self, key: &str, table: &Spanned<ParamTable>) -> Result<ParamInfo, FileError> {
        let ParamTable { kind, min, max, choices, default, assumed, description } = table.get_ref();
        let path = format!("param {key}");
        let is_key = !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && !key.starts_with(|c: char| c.is_ascii_digit());
        if !is_key || key == "x" {
            let message = "no key of a setting: expected a-z, 0-9 and _, not `x`, a letter first";
            return Err(self.error(table.span(), path, message));
        }
        let kind = match kind {
            ParamWord::Number => ParamKind::Number { min: *min, max: *max, is_whole: false },
            ParamWord::Integer => ParamKind::Number { min: *min, max: *max, is_whole: true },
            ParamWord::Text => ParamKind::Text,
            ParamWord::Choice if choices.is_empty() => {
                return Err(self.error(table.span(), path, "a choice without `choices`"));
            }
            ParamWord::Choice => ParamKind::Choice(choices.clone()),
        };
        if let Some(default) = default
            && !kind.takes(default.get_ref())
        {
            let message = format!("`{}` is no right value: expected {}", default.get_ref(), kind.expected());
            return Err(self.error(default.span(), format!("{path}, default"), message));
        }
        Ok(ParamInfo {
            key: key.to_owned().into(),
            default: default.as_ref().map(|default| default.get_ref().clone().into()),
            expected: kind.expected().into(),
            description: description.clone().into(),
            is_assumed: *assumed,
            kind,
        })
    }
}
