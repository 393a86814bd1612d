//! The settings of a profile: text from the operator in, checked values out.

use std::borrow::Cow;

use domain::{Params, Truncated};

use crate::layout::expression::Decimal;

mod classes;
mod directions;
mod pulses;
mod rain_gauge;
mod scale;

pub(crate) use classes::{Categories, CategoryReport, Class};
pub(crate) use directions::{LTR, LTR_NAME, RTL, RTL_NAME};
pub(crate) use pulses::{COUNTS, PULSES_PER_COUNT, PulseCounter};
pub(crate) use rain_gauge::RainGauge;
pub(crate) use scale::Scale;

/// A setting a profile knows.
#[derive(Clone, Debug)]
pub struct ParamInfo {
    /// Its key.
    pub key: Cow<'static, str>,
    /// What is assumed if it is not given; `None` if nothing is.
    pub default: Option<Cow<'static, str>>,
    /// Which values are right, as text.
    pub expected: Cow<'static, str>,
    /// What it is for, in a sentence.
    pub description: Cow<'static, str>,
    /// Whether each uplink says that the default was assumed.
    pub is_assumed: bool,
    /// Which values are right.
    pub(crate) kind: ParamKind,
}

/// Which values of a setting are right.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ParamKind {
    /// Checked by the decoder that uses it.
    OfDecoder,
    Number {
        min: Option<f64>,
        max: Option<f64>,
        is_whole: bool,
    },
    Choice(Vec<String>),
    Text,
}

/// Why a profile cannot be used as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// There is no such profile.
    #[error("`{id}` is no profile this program decodes{}", did_you_mean(.nearest))]
    UnknownProfile {
        /// As given.
        id: Truncated,
        /// Known ids that could be meant; mostly one or none.
        nearest: Vec<String>,
    },
    /// The profile has no such setting.
    #[error("`{key}` is no parameter of `{profile}`: expected {}", list_or_none(.known))]
    UnknownParam {
        /// The profile.
        profile: String,
        /// As given.
        key: Truncated,
        /// The settings it has.
        known: Vec<String>,
    },
    /// A setting has a value that is not right.
    #[error("`{key}` of `{profile}` is `{found}`: expected {expected}")]
    BadValue {
        /// The profile.
        profile: String,
        /// The setting.
        key: String,
        /// As given.
        found: Truncated,
        /// What is right.
        expected: String,
    },
    /// A setting needs another one that was not given.
    #[error("`{key}` of `{profile}` needs `{needed}`: expected {expected}")]
    Needs {
        /// The profile.
        profile: String,
        /// The setting that was given.
        key: String,
        /// The one that is missing.
        needed: String,
        /// What would be right.
        expected: String,
    },
    /// Two counters of a device are declared to count the same class.
    #[error(
        "`{first}` and `{second}` of `{profile}` are both `{class}`: filters may overlap and an object would be counted twice, expected each class once"
    )]
    SharedClass {
        /// The profile.
        profile: String,
        /// One setting.
        first: String,
        /// The other.
        second: String,
        /// The class both name.
        class: &'static str,
    },
}

/// The settings of one device, known to be settings of its profile and in their range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    profile: &'a str,
    known: &'a [ParamInfo],
    params: &'a Params,
}

impl ParamInfo {
    /// A setting a coded decoder checks by itself.
    pub(crate) const fn of_decoder(
        key: &'static str,
        default: Option<&'static str>,
        expected: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            key: Cow::Borrowed(key),
            default: match default {
                Some(default) => Some(Cow::Borrowed(default)),
                None => None,
            },
            expected: Cow::Borrowed(expected),
            description: Cow::Borrowed(description),
            is_assumed: false,
            kind: ParamKind::OfDecoder,
        }
    }
}

impl ParamKind {
    /// Which values are right, for people.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::OfDecoder | Self::Text => "1 to 40 characters without control characters".to_owned(),
            Self::Choice(words) => words.join(", "),
            Self::Number { min, max, is_whole } => {
                let kind = if *is_whole { "a whole number" } else { "a number" };
                match (min, max) {
                    (Some(min), Some(max)) => format!("{kind} from {min} to {max}"),
                    (Some(min), None) => format!("{kind} from {min} on"),
                    (None, Some(max)) => format!("{kind} up to {max}"),
                    (None, None) => kind.to_owned(),
                }
            }
        }
    }

    /// Whether a text is a right value.
    pub(crate) fn takes(&self, text: &str) -> bool {
        match self {
            Self::OfDecoder => true,
            Self::Text => directions::is_name(text),
            Self::Choice(words) => words.iter().any(|word| word == text),
            Self::Number { min, max, is_whole } => signed_decimal(text).is_some_and(|decimal| {
                let number = decimal.number();
                min.is_none_or(|min| number >= min)
                    && max.is_none_or(|max| number <= max)
                    && (!is_whole || number.fract() == 0.0)
            }),
        }
    }
}

impl<'a> Settings<'a> {
    /// Refuses keys the profile does not know, and values that are not right.
    pub(crate) fn new(
        profile: &'a str,
        known: &'a [ParamInfo],
        params: &'a Params,
    ) -> Result<Self, ProfileError> {
        let settings = Self { profile, known, params };
        for (key, value) in params.iter() {
            let param = known.iter().find(|param| param.key == key);
            let param = param.ok_or_else(|| ProfileError::UnknownParam {
                profile: profile.to_owned(),
                key: Truncated::new(key),
                known: known.iter().map(|param| param.key.to_string()).collect(),
            })?;
            let is_name = [&LTR_NAME.key, &RTL_NAME.key].contains(&&param.key);
            if !param.kind.takes(value) || (is_name && !directions::is_name(value)) {
                return Err(settings.bad_value(param));
            }
        }
        Ok(settings)
    }

    /// The profile the settings belong to.
    pub(crate) fn profile(&self) -> &'a str {
        self.profile
    }

    /// All settings of the profile.
    pub(crate) fn known(&self) -> &'a [ParamInfo] {
        self.known
    }

    /// Whether a setting was given.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.params.get(key).is_some()
    }

    /// The number given or assumed for each setting of the profile, in its order.
    pub(crate) fn numbers(&self) -> Vec<Option<Decimal>> {
        self.known.iter().map(|param| self.number(&param.key)).collect()
    }

    /// Every setting given or assumed, as text.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        let text = |param: &ParamInfo| {
            let value = self.params.get(&param.key).or(param.default.as_deref())?;
            Some((param.key.to_string(), value.to_owned()))
        };
        self.known.iter().filter_map(text).collect()
    }

    /// The number given or assumed for a setting.
    pub(crate) fn number(&self, key: &str) -> Option<Decimal> {
        let default = || self.known.iter().find(|param| param.key == key)?.default.as_deref();
        signed_decimal(self.params.get(key).or_else(default)?)
    }

    /// A positive decimal number.
    pub(crate) fn scale(&self, param: &ParamInfo) -> Result<Option<Scale>, ProfileError> {
        self.parsed(param, |text| text.parse().ok())
    }

    /// A word out of a few.
    pub(crate) fn choice<T>(
        &self,
        param: &ParamInfo,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ProfileError> {
        self.parsed(param, meaning)
    }

    /// The error of a setting without another one it needs.
    pub(crate) fn needs(&self, key: &str, needed: &ParamInfo) -> ProfileError {
        ProfileError::Needs {
            profile: self.profile.to_owned(),
            key: key.to_owned(),
            needed: needed.key.to_string(),
            expected: needed.expected.to_string(),
        }
    }

    fn parsed<T>(
        &self,
        param: &ParamInfo,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ProfileError> {
        match self.params.get(&param.key) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or_else(|| self.bad_value(param)),
        }
    }

    fn bad_value(&self, param: &ParamInfo) -> ProfileError {
        ProfileError::BadValue {
            profile: self.profile.to_owned(),
            key: param.key.to_string(),
            found: Truncated::new(self.params.get(&param.key).unwrap_or_default()),
            expected: param.expected.to_string(),
        }
    }
}

/// A decimal number with or without a sign.
pub(crate) fn signed_decimal(text: &str) -> Option<Decimal> {
    match text.strip_prefix('-') {
        Some(rest) => Decimal::parse(rest).map(|decimal| Decimal { digits: -decimal.digits, ..decimal }),
        None => Decimal::parse(text),
    }
}

fn did_you_mean(ids: &[String]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    if ids.is_empty() { String::new() } else { format!(": did you mean {}?", ids.join(" or ")) }
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn list_or_none(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { list(words) }
}
