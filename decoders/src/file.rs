//! Profile files: text in, a profile definition out, or the line and key that is wrong.
//!
//! The form of the file is described in `docs/profiles.md`.

mod compile;
mod tables;

use std::{fmt, ops::Range, sync::Arc};

use codecs::{Pool, Script};
use domain::{Channel, Params};

use crate::{
    codec::MakersCodec,
    layout::{Binding, Layout},
    native::{self, Build},
    object::Mapping,
    params::{ProfileError, Settings},
    profile::{Decoder, Profile, ProfileInfo},
    site::{Feature, Site},
};

/// A profile before a device has it: everything but the settings.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) info: Arc<ProfileInfo>,
    features: Vec<Feature>,
    decoder: Unbound,
    /// Channels the file names that end in `ltr` or `rtl`.
    directed_channels: Vec<Channel>,
}

/// A decoder without the settings of a device.
#[derive(Clone, Debug)]
enum Unbound {
    Coded(Build),
    Layout(Layout),
    Object(Mapping),
    Codec { script: Script, pool: Arc<Pool>, is_normalized: bool, mapping: Mapping },
}

/// What a profile file may need besides its own text.
pub(crate) struct Surroundings<'a> {
    /// Reads a file beside it.
    pub(crate) beside: &'a dyn Fn(&str) -> Result<String, String>,
    /// Runs makers' codecs; without it a profile with a codec is refused.
    pub(crate) pool: Option<&'a Arc<Pool>>,
}

/// A file that is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{message}", Line(.line), Key(.key))]
pub struct FileError {
    /// Counted from 1; `None` where something is missing altogether.
    pub line: Option<usize>,
    /// The key at fault, with the way to it: `block 2, field 1, value`.
    pub key: Option<String>,
    /// What was expected and what was found.
    pub message: String,
}

struct Line<'a>(&'a Option<usize>);
struct Key<'a>(&'a Option<String>);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, "line {line}: "))
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |key| write!(f, "{key}: "))
    }
}

impl FileError {
    fn at(text: &str, span: &Range<usize>, key: impl Into<String>, message: impl Into<String>) -> Self {
        let before = text.get(..span.start.min(text.len())).unwrap_or_default();
        let line = before.matches('\n').count().saturating_add(1);
        Self { line: Some(line), key: Some(key.into()), message: message.into() }
    }
}

impl Definition {
    /// Reads a profile file; `id` is its path.
    pub(crate) fn parse(id: &str, text: &str, around: &Surroundings<'_>) -> Result<Self, FileError> {
        compile::definition(id, text, around)
    }

    /// The profile of a device with these settings.
    pub(crate) fn profile(&self, params: &Params) -> Result<Profile, ProfileError> {
        let settings = Settings::new(&self.info.id, &self.info.params, params)?;
        let site = Site::new(&self.features, &settings)?;
        let (decoder, of_decoder) = match &self.decoder {
            Unbound::Coded(build) => {
                let device = build(&settings)?;
                let channels = device.directed_channels();
                (Decoder::Coded(device), channels)
            }
            Unbound::Layout(layout) => {
                (Decoder::Layout(Arc::new(layout.bind(&settings))), self.directed_channels.clone())
            }
            Unbound::Object(mapping) => {
                let mapping = mapping.bind(&Binding::new(&settings));
                (Decoder::Object(Arc::new(mapping)), self.directed_channels.clone())
            }
            Unbound::Codec { script, pool, is_normalized, mapping } => {
                let binding = Binding::new(&settings);
                let codec = MakersCodec {
                    script: script.clone(),
                    pool: Arc::clone(pool),
                    variables: settings.texts(),
                    is_normalized: *is_normalized,
                    // The codec may look at each of its variables.
                    mapping: Mapping { assumed: binding.assumed(), ..mapping.bind(&binding) },
                };
                (Decoder::Codec(Arc::new(codec)), self.directed_channels.clone())
            }
        };
        Ok(Profile {
            info: Arc::clone(&self.info),
            params: params.clone(),
            decoder,
            directed_channels: of_decoder,
            site,
        })
    }
}

/// The natives a file may name, for messages.
fn natives() -> String {
    let mut names: Vec<&str> = vec!["decentlab", "milesight", "blocks", "frames"];
    names.extend(native::names());
    names.join(", ")
}
