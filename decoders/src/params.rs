//! The settings of a profile: text from the operator in, checked values out.

use domain::{Params, Truncated};

use crate::ProfileInfo;

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
#[derive(Clone, Copy, Debug)]
pub struct ParamInfo {
    /// Its key.
    pub key: &'static str,
    /// What is assumed if it is not given; `None` if nothing is.
    pub default: Option<&'static str>,
    /// Which values are right, as text.
    pub expected: &'static str,
    /// What it is for, in a sentence.
    pub description: &'static str,
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
        nearest: Vec<&'static str>,
    },
    /// The profile has no such setting.
    #[error("`{key}` is no parameter of `{profile}`: expected {}", list_or_none(.known))]
    UnknownParam {
        /// The profile.
        profile: &'static str,
        /// As given.
        key: Truncated,
        /// The settings it has.
        known: Vec<&'static str>,
    },
    /// A setting has a value that is not right.
    #[error("`{key}` of `{profile}` is `{found}`: expected {expected}")]
    BadValue {
        /// The profile.
        profile: &'static str,
        /// The setting.
        key: &'static str,
        /// As given.
        found: Truncated,
        /// What is right.
        expected: &'static str,
    },
    /// Two counters of a device are declared to count the same class.
    #[error(
        "`{first}` and `{second}` of `{profile}` are both `{class}`: filters may overlap and an object would be counted twice, expected each class once"
    )]
    SharedClass {
        /// The profile.
        profile: &'static str,
        /// One setting.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The class both name.
        class: &'static str,
    },
}

/// The settings of one device, known to have no unknown key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    info: &'static ProfileInfo,
    params: &'a Params,
}

impl<'a> Settings<'a> {
    /// Refuses keys the profile does not know, and names that cannot be shown.
    pub(crate) fn new(info: &'static ProfileInfo, params: &'a Params) -> Result<Self, ProfileError> {
        let settings = Self { info, params };
        for (key, value) in params.iter() {
            let known = info.params.iter().find(|param| param.key == key);
            let param = known.ok_or_else(|| ProfileError::UnknownParam {
                profile: info.id,
                key: Truncated::new(key),
                known: info.params.iter().map(|param| param.key).collect(),
            })?;
            if [LTR_NAME.key, RTL_NAME.key].contains(&param.key) && !directions::is_name(value) {
                return Err(settings.bad_value(param));
            }
        }
        Ok(settings)
    }

    /// The profile the settings belong to.
    pub(crate) fn profile(&self) -> &'static str {
        self.info.id
    }

    /// A positive decimal number.
    pub(crate) fn scale(&self, param: &'static ParamInfo) -> Result<Option<Scale>, ProfileError> {
        self.parsed(param, |text| text.parse().ok())
    }

    /// A word out of a few.
    pub(crate) fn choice<T>(
        &self,
        param: &'static ParamInfo,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ProfileError> {
        self.parsed(param, meaning)
    }

    fn parsed<T>(
        &self,
        param: &'static ParamInfo,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ProfileError> {
        match self.params.get(param.key) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or_else(|| self.bad_value(param)),
        }
    }

    fn bad_value(&self, param: &'static ParamInfo) -> ProfileError {
        ProfileError::BadValue {
            profile: self.info.id,
            key: param.key,
            found: Truncated::new(self.params.get(param.key).unwrap_or_default()),
            expected: param.expected,
        }
    }
}

fn did_you_mean(ids: &[&str]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    if ids.is_empty() { String::new() } else { format!(": did you mean {}?", ids.join(" or ")) }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn list_or_none(words: &[&str]) -> String {
    if words.is_empty() { "none".to_owned() } else { list(words) }
}
