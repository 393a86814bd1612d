//! From the tables of a file to a definition: names are resolved, expressions read, everything that can be wrong is found here.

mod fields;
mod framing;
mod marks;
mod object;
mod refusals;
mod setting;
mod source;
mod target;
mod toml_error;

use std::{cell::RefCell, ops::Range, sync::Arc};

use codecs::Script;
use domain::{Channel, PersonalData};
use jiff::SignedDuration;
use toml::Spanned;

use super::{
    Definition, FileError, Surroundings, Unbound, natives,
    tables::{File, OrderWord, PersonalDataWord},
};
use crate::{
    ParamInfo, ProfileInfo,
    layout::{Layout, SETTINGS_MAX, number::ByteOrder},
    native,
};

pub(super) fn definition(id: &str, text: &str, around: &Surroundings<'_>) -> Result<Definition, FileError> {
    let file: File = toml::from_str(text).map_err(|error| toml_error::of_toml(text, &error))?;
    let compiler = Compiler::new(text, &file)?;
    let expected_interval = compiler.interval(&file.interval)?;
    let table = file.decoder.get_ref();
    compiler.no_keys_of_others(table)?;
    let mut params = compiler.params.clone();
    let features = file.site.as_ref().map(|site| site.get_ref().0.clone()).unwrap_or_default();
    params.extend(features.iter().flat_map(|feature| feature.params()).map(|param| (*param).clone()));
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
    if !matches!(decoder, Unbound::Coded(_)) {
        compiler.has_what_its_site_needs(&file)?;
    }
    let info = ProfileInfo {
        id: id.into(),
        vendor: file.vendor,
        model: file.model,
        description: file.description,
        decoder: name,
        expected_interval,
        clock_tolerance: file.clock,
        personal_data: file.personal_data.map(|class| match class {
            PersonalDataWord::None => PersonalData::None,
            PersonalDataWord::AggregateOnly => PersonalData::AggregateOnly,
        }),
        params,
    };
    let directed_channels = compiler.directed_channels.into_inner();
    Ok(Definition { info: Arc::new(info), features, decoder, directed_channels })
}

struct Compiler<'a> {
    text: &'a str,
    order: ByteOrder,
    /// What a number is that names no type; `None` where each has to.
    default_type: Option<&'static str>,
    params: Vec<ParamInfo>,
    directed_channels: RefCell<Vec<Channel>>,
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
        let mut compiler =
            Self { text, order, default_type, params: Vec::new(), directed_channels: RefCell::default() };
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
}
