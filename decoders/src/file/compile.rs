//! From the tables of a file to a definition: names are resolved, expressions read, everything that can be wrong is found here.

use std::{ops::Range, sync::Arc};

use codecs::Script;
use domain::{Channel, Missing, PersonalData};
use jiff::SignedDuration;
use toml::Spanned;

use super::{
    Definition, FileError, Surroundings, Unbound, natives,
    tables::{
        BlockTable, ClockWord, Conditions, DecoderTable, EachTable, FieldTable, File, Formula, FrameTable,
        LengthTable, Marks, OrderWord, ParamTable, ParamWord, PersonalDataWord, ReasonWord, Word,
    },
};
use crate::{
    ParamInfo, ProfileInfo,
    layout::{
        Attributes, Block, Blocks, Decentlab, Each, Frame, Frames, Layout, Length, SETTINGS_MAX, Scope,
        expression::{self, Expression, Names},
        field::{Bytes, Clock, Field, Observation, Source, Target, TextForm},
        number::{BitField, ByteOrder, NumberKind, NumberType},
        units::Conversion,
    },
    native,
    object::{Group, Mapping, Path, Source as InObject},
    params::ParamKind,
};

/// Fields side by side; more is no frame of a device.
const FIELDS_MAX: usize = 128;

pub(super) fn definition(id: &str, text: &str, around: &Surroundings<'_>) -> Result<Definition, FileError> {
    let file: File = toml::from_str(text).map_err(|error| of_toml(text, &error))?;
    let compiler = Compiler::new(text, &file)?;
    let expected_interval = compiler.interval(&file.interval)?;
    let table = file.decoder.get_ref();
    compiler.no_keys_of_others(table)?;
    let mut params = compiler.params.clone();
    params.extend(file.site.iter().flat_map(|feature| feature.params()).map(|param| (*param).clone()));
    let (decoder, name) = match (&table.native, &table.codec, &table.object) {
        (Some(native), None, None) => {
            compiler.no_fields(&file)?;
            let decoder = compiler.native(&file, native, &mut params)?;
            (decoder, format!("native {}", native.get_ref()))
        }
        (None, Some(codec), None) => {
            let script = compiler.script(codec, around)?;
            let pool = around.pool.ok_or_else(|| {
                compiler.error(codec.span(), "decoder, codec", "makers' codecs cannot be run here")
            })?;
            let decoder = Unbound::Codec {
                script,
                pool: Arc::clone(pool),
                is_normalized: table.normalized.as_ref().is_some_and(|normalized| *normalized.get_ref()),
                mapping: compiler.mapping(&file)?,
            };
            (decoder, format!("codec {}", codec.get_ref()))
        }
        (None, None, Some(object)) if *object.get_ref() => {
            (Unbound::Object(compiler.mapping(&file)?), "object of the network server".to_owned())
        }
        _ => {
            let message = "expected one of `native = \"...\"`, `codec = \"file.js\"` and `object = true`";
            return Err(compiler.error(file.decoder.span(), "decoder", message));
        }
    };
    if params.len() > SETTINGS_MAX {
        let message = format!("{} settings: expected at most {SETTINGS_MAX}", params.len());
        return Err(compiler.error(file.decoder.span(), "param", message));
    }
    let info = ProfileInfo {
        id: id.into(),
        vendor: file.vendor,
        model: file.model,
        description: file.description,
        decoder: name,
        expected_interval,
        clock_tolerance: file.clock,
        personal_data: match file.personal_data {
            PersonalDataWord::None => PersonalData::None,
            PersonalDataWord::AggregateOnly => PersonalData::AggregateOnly,
        },
        params,
    };
    let directed_channels = compiler.directed_channels.into_inner();
    Ok(Definition { info: Arc::new(info), features: file.site, decoder, directed_channels })
}

/// What the TOML reader says, with its line and key.
fn of_toml(text: &str, error: &toml::de::Error) -> FileError {
    let message = error.message().trim().to_owned();
    match error.span() {
        Some(span) => {
            let FileError { line, .. } = FileError::at(text, &span, "", "");
            FileError { line, key: key_at(text, &span), message }
        }
        None => FileError { line: None, key: None, message },
    }
}

/// The key a span is, or in whose value it lies, as far as its line shows.
fn key_at(text: &str, span: &Range<usize>) -> Option<String> {
    let is_of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let before = text.get(..span.start)?.rsplit('\n').next()?;
    let is_followed_by_value = text.get(span.end..)?.trim_start().starts_with('=');
    let is_header = !before.is_empty() && before.trim().chars().all(|c| c == '[');
    let key = if is_followed_by_value || is_header {
        text.get(span.clone())
    } else {
        before.rsplit_once('=').and_then(|(before, _)| before.trim_end().rsplit(|c| !is_of_key(c)).next())
    };
    key.filter(|key| !key.is_empty() && key.chars().all(is_of_key)).map(str::to_owned)
}

/// Reads where the number of a field stands; the text is the way to the field, for errors.
type ReadsSource<'a, S> = dyn Fn(&Spanned<FieldTable>, &str) -> Result<S, FileError> + 'a;

struct Compiler<'a> {
    text: &'a str,
    order: ByteOrder,
    /// What a number is that names no type; `None` where each has to.
    default_type: Option<&'static str>,
    params: Vec<ParamInfo>,
    directed_channels: std::cell::RefCell<Vec<Channel>>,
}

/// What names stand for among fields side by side.
struct ScopeNames<'a> {
    fields: Vec<Option<String>>,
    params: &'a [ParamInfo],
}

impl Names for ScopeNames<'_> {
    fn resolve(&self, name: &str) -> Option<Expression> {
        let field = self.fields.iter().position(|field| field.as_deref() == Some(name));
        let setting = || self.params.iter().position(|param| param.key == name).map(Expression::Setting);
        field.map(Expression::Field).or_else(setting)
    }
}

impl<'a> Compiler<'a> {
    fn new(text: &'a str, file: &File) -> Result<Self, FileError> {
        let table = file.decoder.get_ref();
        let native = table.native.as_ref().map(|native| native.get_ref().as_str());
        let (order, default_type) = match (native, &table.order) {
            (Some("decentlab"), _) => (ByteOrder::Big, Some("u16")),
            (Some("milesight"), _) => (ByteOrder::Little, Some("u16")),
            (_, Some(order)) if matches!(order.get_ref(), OrderWord::Le) => (ByteOrder::Little, None),
            _ => (ByteOrder::Big, None),
        };
        let mut compiler = Self {
            text,
            order,
            default_type,
            params: Vec::new(),
            directed_channels: std::cell::RefCell::default(),
        };
        for (key, table) in &file.param {
            let param = compiler.param(key, table)?;
            compiler.params.push(param);
        }
        Ok(compiler)
    }

    fn error(&self, span: Range<usize>, key: impl Into<String>, message: impl Into<String>) -> FileError {
        FileError::at(self.text, &span, key, message)
    }

    fn interval(&self, text: &Spanned<String>) -> Result<SignedDuration, FileError> {
        let parsed = text.get_ref().parse::<SignedDuration>().ok().filter(SignedDuration::is_positive);
        parsed.ok_or_else(|| {
            let message = format!("`{}` is no interval: expected such as `10min` or `1h`", text.get_ref());
            self.error(text.span(), "interval", message)
        })
    }

    fn param(&self, key: &str, table: &Spanned<ParamTable>) -> Result<ParamInfo, FileError> {
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

    /// Refuses what would change nothing in this decoder.
    fn no_keys_of_others(&self, table: &DecoderTable) -> Result<(), FileError> {
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

    fn no_frames(&self, file: &File) -> Result<(), FileError> {
        match file.frame.first() {
            None => Ok(()),
            Some(frame) => Err(self.error(frame.span(), "frame", "this decoder reads blocks, not frames")),
        }
    }

    fn no_tables(&self, file: &File) -> Result<(), FileError> {
        let first = file.frame.first().map(Spanned::span).or_else(|| file.block.first().map(Spanned::span));
        match first {
            None => Ok(()),
            Some(span) => {
                Err(self.error(span, "block or frame", "a coded decoder knows its frames by itself"))
            }
        }
    }

    fn no_fields(&self, file: &File) -> Result<(), FileError> {
        match file.field.first() {
            None => Ok(()),
            Some(field) => {
                let message = "belongs to a codec or an object; bytes are read by `[[block]]` or `[[frame]]`";
                Err(self.error(field.span(), "field", message))
            }
        }
    }

    fn native(
        &self,
        file: &File,
        native: &Spanned<String>,
        params: &mut Vec<ParamInfo>,
    ) -> Result<Unbound, FileError> {
        let table = file.decoder.get_ref();
        match native.get_ref().as_str() {
            "decentlab" => Ok(Unbound::Layout(Layout::Decentlab(self.decentlab(file)?))),
            "milesight" | "blocks" => {
                self.no_frames(file)?;
                Ok(Unbound::Layout(Layout::Blocks(self.blocks(table, &file.block)?)))
            }
            "frames" => Ok(Unbound::Layout(Layout::Frames(self.frames(table, file)?))),
            name => {
                let Some((build, of_decoder)) = native::find(name) else {
                    let message = format!("`{name}` is no decoder: expected one of {}", natives());
                    return Err(self.error(native.span(), "decoder, native", message));
                };
                self.no_tables(file)?;
                let is_new = |param: &&&ParamInfo| params.iter().all(|known| known.key != param.key);
                let others: Vec<ParamInfo> =
                    of_decoder.iter().filter(is_new).map(|param| (*param).clone()).collect();
                params.splice(0..0, others);
                Ok(Unbound::Coded(build))
            }
        }
    }

    fn script(&self, codec: &Spanned<String>, around: &Surroundings<'_>) -> Result<Script, FileError> {
        let name = codec.get_ref();
        let refuse = |message: String| self.error(codec.span(), "decoder, codec", message);
        let is_beside = !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
        if !is_beside {
            return Err(refuse(format!("`{name}` is no file beside this one")));
        }
        let source =
            (around.beside)(name).map_err(|error| refuse(format!("`{name}` cannot be read: {error}")))?;
        Script::new(name, &source).map_err(|error| refuse(error.to_string()))
    }

    /// The fields of an object.
    fn mapping(&self, file: &File) -> Result<Mapping, FileError> {
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

    fn object_source(&self, field: &Spanned<FieldTable>, path: &str) -> Result<InObject, FileError> {
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
        let marks = table.missing.as_ref().map(|marks| of_reasons(marks.get_ref())).unwrap_or_default();
        let word_marks = marks.into_iter().filter_map(|(mark, reason)| match mark {
            Word::Text(text) => Some((text, reason)),
            Word::Number(_) => None,
        });
        Ok(InObject {
            path: table.path.as_ref().map(|given| self.path(given, path)).transpose()?,
            words: words.collect(),
            word_marks: word_marks.collect(),
        })
    }

    fn decentlab(&self, file: &File) -> Result<Decentlab, FileError> {
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

    fn blocks(&self, table: &DecoderTable, blocks: &[Spanned<BlockTable>]) -> Result<Blocks, FileError> {
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

    fn frames(&self, table: &DecoderTable, file: &File) -> Result<Frames, FileError> {
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

    /// Fields side by side that may name each other.
    fn fields<S>(
        &self,
        fields: &[Spanned<FieldTable>],
        path: &str,
        source: &ReadsSource<'_, S>,
    ) -> Result<Vec<Field<S>>, FileError> {
        if let Some(beyond) = fields.get(FIELDS_MAX) {
            return Err(self.error(beyond.span(), path, format!("more than {FIELDS_MAX} fields")));
        }
        let mut names = ScopeNames { fields: Vec::new(), params: &self.params };
        for field in fields {
            let table = field.get_ref();
            let is_main = table.channel.is_none();
            let property = table.property.as_ref().filter(|_| is_main).map(Spanned::get_ref);
            let name = table.name.as_ref().map(Spanned::get_ref).or(property).cloned();
            if let (Some(given), Some(name)) = (&table.name, &name)
                && (name == "x" || names.fields.contains(&table.name.as_ref().map(|n| n.get_ref().clone())))
            {
                let message = format!("`{name}` is taken");
                return Err(self.error(given.span(), format!("{path}, name"), message));
            }
            names.fields.push(name);
        }
        let compiled = fields.iter().enumerate().map(|(n, field)| {
            let path = format!("{path}, field {}", n.saturating_add(1));
            self.field(field, &path, &names, source)
        });
        let compiled: Vec<Field<S>> = compiled.collect::<Result<_, _>>()?;
        for (n, (field, table)) in compiled.iter().zip(fields).enumerate() {
            let earlier = |other: &usize| *other < n;
            if let Some(when) = &field.when
                && !when.fields().iter().all(earlier)
            {
                let message = "`when` may name only fields before it";
                return Err(self.error(
                    table.span(),
                    format!("{path}, field {}", n.saturating_add(1)),
                    message,
                ));
            }
            if needs_itself(&compiled, n) {
                let message = "the value is needed to compute itself";
                return Err(self.error(
                    table.span(),
                    format!("{path}, field {}", n.saturating_add(1)),
                    message,
                ));
            }
        }
        Ok(compiled)
    }

    fn binary_source(
        &self,
        field: &Spanned<FieldTable>,
        path: &str,
        has_end: bool,
    ) -> Result<Source, FileError> {
        let table = field.get_ref();
        if table.path.is_some() {
            return Err(self.error(field.span(), path, "`path` is of objects: expected `at` and `type`"));
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
            && of_reasons(marks.get_ref()).iter().any(|(mark, _)| matches!(mark, Word::Text(_)))
        {
            let message = "bytes have no words: expected numbers";
            return Err(self.error(marks.span(), format!("{path}, missing"), message));
        }
        Ok(source)
    }

    fn field<S>(
        &self,
        field: &Spanned<FieldTable>,
        path: &str,
        names: &ScopeNames<'_>,
        source: &ReadsSource<'_, S>,
    ) -> Result<Field<S>, FileError> {
        let table = field.get_ref();
        let key = |key: &str| format!("{path}, {key}");
        let formula = |formula: &Spanned<Formula>, name: &str| {
            expression::parse(&formula.get_ref().0, names).map_err(|error| {
                let message = format!("`{}` {error}", formula.get_ref().0);
                self.error(formula.span(), key(name), message)
            })
        };
        let value = table.value.as_ref().map(|value| formula(value, "value")).transpose()?;
        let when = table.when.as_ref().map(|when| formula(when, "when")).transpose()?;
        if when.as_ref().is_some_and(Expression::uses_x) {
            let message = "`when` says whether the number is there and cannot use it: `x` is not possible";
            return Err(self.error(field.span(), key("when"), message));
        }
        let missing_if = match &table.missing_if {
            None => Vec::new(),
            Some(conditions) => {
                let parse = |text: &String, reason: Missing| {
                    let condition = expression::parse(text, names).map_err(|error| {
                        self.error(conditions.span(), key("missing_if"), format!("`{text}` {error}"))
                    })?;
                    Ok((condition, reason))
                };
                match conditions.get_ref() {
                    Conditions::NothingToMeasure(text) => vec![parse(text, Missing::NothingToMeasure)?],
                    Conditions::ByReason(by_reason) => by_reason
                        .iter()
                        .map(|(reason, text)| parse(text, reason.missing()))
                        .collect::<Result<_, _>>()?,
                }
            }
        };
        let marks = table.missing.as_ref().map(|marks| of_reasons(marks.get_ref())).unwrap_or_default();
        let marks = marks.into_iter().filter_map(|(mark, reason)| match mark {
            Word::Number(number) => Some((number, reason)),
            Word::Text(_) => None,
        });
        let decimals = table.decimals.as_ref();
        if let Some(decimals) = decimals.filter(|decimals| !(0..=12).contains(decimals.get_ref())) {
            return Err(self.error(decimals.span(), key("decimals"), "expected 0 to 12"));
        }
        let target = self.target(field, path, &formula)?;
        Ok(Field {
            source: source(field, path)?,
            marks: marks.collect(),
            when,
            missing_if,
            value,
            decimals: decimals.map(|decimals| *decimals.get_ref()),
            target,
        })
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

    fn target(
        &self,
        field: &Spanned<FieldTable>,
        path: &str,
        formula: &impl Fn(&Spanned<Formula>, &str) -> Result<Expression, FileError>,
    ) -> Result<Target, FileError> {
        let table = field.get_ref();
        let key = |key: &str| format!("{path}, {key}");
        let n_targets = [table.property.is_some(), table.fact.is_some(), table.time.is_some()];
        if n_targets.into_iter().filter(|is_there| *is_there).count() > 1 {
            return Err(self.error(field.span(), path, "expected one of `property`, `fact` and `time`"));
        }
        if let Some(property) = &table.property {
            let name = property.get_ref();
            let property = name
                .parse::<domain::ObservedProperty>()
                .map_err(|error| self.error(property.span(), key("property"), error.to_string()))?;
            let channel = match &table.channel {
                None => Channel::MAIN,
                Some(channel) => channel
                    .get_ref()
                    .parse::<Channel>()
                    .map_err(|error| self.error(channel.span(), key("channel"), error.to_string()))?,
            };
            if channel.as_str().ends_with("ltr") || channel.as_str().ends_with("rtl") {
                let mut directed = self.directed_channels.borrow_mut();
                if !directed.contains(&channel) {
                    directed.push(channel);
                }
            }
            let unit = match &table.unit {
                None => None,
                Some(unit) => {
                    Some(Conversion::between(unit.get_ref(), property.unit()).ok_or_else(|| {
                        let to = property.unit().ucum;
                        let message =
                            format!("`{}` cannot become `{to}`, the unit of `{name}`", unit.get_ref());
                        self.error(unit.span(), key("unit"), message)
                    })?)
                }
            };
            let wraps_at = table.wraps_at.as_ref().map(|limit| formula(limit, "wraps_at")).transpose()?;
            if let (Some(given), Some(limit)) = (&table.wraps_at, &wraps_at)
                && (limit.uses_x() || !limit.fields().is_empty())
            {
                let message =
                    format!("`{}`: expected a number or an expression of settings", given.get_ref().0);
                return Err(self.error(given.span(), key("wraps_at"), message));
            }
            return Ok(Target::Observation(Observation { property, channel, unit, wraps_at }));
        }
        let only_of_properties = [
            ("channel", table.channel.as_ref().map(Spanned::span)),
            ("unit", table.unit.as_ref().map(Spanned::span)),
            ("wraps_at", table.wraps_at.as_ref().map(Spanned::span)),
        ];
        for (name, given) in only_of_properties {
            if let Some(span) = given {
                return Err(self.error(span, key(name), "belongs to a `property`, which is not there"));
            }
        }
        if let Some(fact) = &table.fact {
            let texts =
                table.texts.iter().flat_map(Spanned::get_ref).filter_map(|(number, word)| match word {
                    Word::Text(text) => Some((number, text)),
                    Word::Number(_) => None,
                });
            let texts = texts.map(|(number, text)| {
                let of = number.parse::<f64>().map_err(|_| {
                    self.error(field.span(), key("texts"), format!("`{number}` is no number"))
                })?;
                Ok((of, text.as_str().into()))
            });
            return Ok(Target::Fact {
                key: fact.get_ref().as_str().into(),
                texts: texts.collect::<Result<_, _>>()?,
            });
        }
        Ok(match table.time.as_ref().map(|time| *time.get_ref()) {
            Some(ClockWord::Seconds) => Target::Time(Clock::Seconds),
            Some(ClockWord::Milliseconds) => Target::Time(Clock::Milliseconds),
            Some(ClockWord::HourMinute) => Target::Time(Clock::HourMinute),
            Some(ClockWord::Rfc3339) => Target::Time(Clock::Rfc3339),
            None => Target::Nothing,
        })
    }
}

impl ReasonWord {
    const fn missing(self) -> Missing {
        match self {
            Self::SensorError => Missing::SensorError,
            Self::ProbeDisconnected => Missing::ProbeDisconnected,
            Self::NothingToMeasure => Missing::NothingToMeasure,
            Self::OutOfRange => Missing::OutOfRange,
            Self::NotConfigured => Missing::NotConfigured,
        }
    }
}

/// Marks with what each means.
fn of_reasons(marks: &Marks) -> Vec<(Word, Missing)> {
    match marks {
        Marks::SensorError(marks) => marks.iter().map(|mark| (mark.clone(), Missing::SensorError)).collect(),
        Marks::ByReason(by_reason) => by_reason
            .iter()
            .flat_map(|(reason, marks)| marks.iter().map(|mark| (mark.clone(), reason.missing())))
            .collect(),
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

/// Whether the value of a field leads back to itself.
fn needs_itself<S>(fields: &[Field<S>], start: usize) -> bool {
    let needed = |index: usize| {
        fields.get(index).into_iter().flat_map(|field| field.expressions().flat_map(Expression::fields))
    };
    let mut seen = vec![false; fields.len()];
    let mut open: Vec<usize> = needed(start).collect();
    while let Some(index) = open.pop() {
        if index == start {
            return true;
        }
        match seen.get_mut(index) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        open.extend(needed(index));
    }
    false
}
