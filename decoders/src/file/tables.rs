//! The tables of a profile file as they are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use crate::{ClockTolerance, site::Feature};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) vendor: String,
    pub(super) model: String,
    pub(super) description: String,
    /// For whoever reads the file.
    #[serde(rename = "source")]
    pub(super) _source: Option<String>,
    pub(super) interval: Spanned<String>,
    #[serde(default)]
    pub(super) clock: ClockTolerance,
    pub(super) site: Option<Spanned<Features>>,
    pub(super) personal_data: Option<PersonalDataWord>,
    pub(super) decoder: Spanned<DecoderTable>,
    #[serde(default)]
    pub(super) param: BTreeMap<String, Spanned<ParamTable>>,
    #[serde(default)]
    pub(super) block: Vec<Spanned<BlockTable>>,
    #[serde(default)]
    pub(super) frame: Vec<Spanned<FrameTable>>,
    #[serde(default)]
    pub(super) field: Vec<Spanned<FieldTable>>,
}

/// What the values can mean at the place of the device.
#[derive(Clone, Debug)]
pub(super) struct Features(pub(super) Vec<Feature>);

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Features;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list, such as `[\"level\"]`")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Features, A::Error> {
                let mut features = Vec::new();
                while let Some(feature) = list.next_element()? {
                    features.push(feature);
                }
                Ok(Features(features))
            }
        }
        deserializer.deserialize_seq(Visitor)
    }
}

impl File {
    /// Every field there is, of blocks, frames and the object.
    pub(super) fn fields(&self) -> impl Iterator<Item = &FieldTable> {
        let of_blocks = self.block.iter().flat_map(|block| &block.get_ref().fields);
        let of_frames = self
            .frame
            .iter()
            .map(Spanned::get_ref)
            .flat_map(|frame| frame.fields.iter().chain(frame.each.iter().flat_map(|each| &each.fields)));
        self.field.iter().chain(of_blocks).chain(of_frames).map(Spanned::get_ref)
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PersonalDataWord {
    None,
    AggregateOnly,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecoderTable {
    pub(super) native: Option<Spanned<String>>,
    pub(super) codec: Option<Spanned<String>>,
    pub(super) object: Option<Spanned<bool>>,
    pub(super) normalized: Option<Spanned<bool>>,
    pub(super) id_bytes: Option<Spanned<usize>>,
    pub(super) order: Option<Spanned<OrderWord>>,
    pub(super) skip: Option<Spanned<usize>>,
    pub(super) length_byte: Option<Spanned<bool>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OrderWord {
    Be,
    Le,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParamTable {
    #[serde(rename = "type")]
    pub(super) kind: ParamWord,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    #[serde(default)]
    pub(super) choices: Vec<String>,
    pub(super) default: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) assumed: bool,
    pub(super) description: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ParamWord {
    Number,
    Integer,
    Text,
    Choice,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockTable {
    pub(super) id: Option<Spanned<String>>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) length: Option<usize>,
    pub(super) fields: Vec<Spanned<FieldTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameTable {
    #[serde(default)]
    pub(super) f_port: Vec<u8>,
    pub(super) first: Option<Spanned<String>>,
    pub(super) length: Option<LengthTable>,
    #[serde(default)]
    pub(super) fields: Vec<Spanned<FieldTable>>,
    pub(super) each: Option<EachTable>,
    pub(super) blocks_from: Option<Spanned<usize>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a number of bytes, a list of them or `{ min = 8 }`")]
pub(super) enum LengthTable {
    Exact(usize),
    OneOf(Vec<usize>),
    AtLeast { min: usize },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EachTable {
    pub(super) from: usize,
    pub(super) length: Spanned<usize>,
    /// Negative: how many bytes before the end of the frame the last entry ends.
    pub(super) until: Option<Spanned<i32>>,
    pub(super) fields: Vec<Spanned<FieldTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldTable {
    pub(super) name: Option<Spanned<String>>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) at: Option<i32>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    pub(super) length: Option<Spanned<usize>>,
    pub(super) bits: Option<Spanned<[u32; 2]>>,
    pub(super) value: Option<Spanned<Formula>>,
    pub(super) decimals: Option<Spanned<i32>>,
    pub(super) missing: Option<Spanned<Marks>>,
    pub(super) when: Option<Spanned<Formula>>,
    pub(super) missing_if: Option<Spanned<Conditions>>,
    pub(super) property: Option<Spanned<String>>,
    pub(super) channel: Option<Spanned<String>>,
    pub(super) unit: Option<Spanned<String>>,
    pub(super) wraps_at: Option<Spanned<Formula>>,
    pub(super) fact: Option<Spanned<String>>,
    pub(super) texts: Option<Spanned<BTreeMap<String, Word>>>,
    pub(super) time: Option<Spanned<ClockWord>>,
    pub(super) optional: Option<Spanned<bool>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) enum ClockWord {
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "hh:mm")]
    HourMinute,
    #[serde(rename = "rfc3339")]
    Rfc3339,
}

/// A number or a word.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a number or a text")]
pub(super) enum Word {
    Number(f64),
    Text(String),
}

/// Raw numbers that are no value.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a list of numbers, or such a list for each reason: `{ sensor_error = [65535] }`"
)]
pub(super) enum Marks {
    SensorError(Vec<Word>),
    ByReason(BTreeMap<ReasonWord, Vec<Word>>),
}

/// Conditions under which a value is missing.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a condition, or one for each reason: `{ out_of_range = \"x > 9000\" }`")]
pub(super) enum Conditions {
    NothingToMeasure(String),
    ByReason(BTreeMap<ReasonWord, String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReasonWord {
    SensorError,
    ProbeDisconnected,
    NothingToMeasure,
    OutOfRange,
    NotConfigured,
}

/// An expression: a text, or simply a number.
#[derive(Debug)]
pub(super) struct Formula(pub(super) String);

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Formula;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an expression such as \"x / 10\", or a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Formula, E> {
                Ok(Formula(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Formula, E> {
                Ok(Formula(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Formula, E> {
                Ok(Formula(number.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
