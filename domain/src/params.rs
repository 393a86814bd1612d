//! The settings of one device, as the operator wrote them.

use std::collections::BTreeMap;

/// Key-value pairs of a device import or of `--param KEY=VALUE`; the profile turns them into typed settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Params(BTreeMap<String, String>);

/// A text that is no list of `key=value`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no parameter: expected `key=value`")]
pub struct ParseParamError(pub crate::Truncated);

impl Params {
    /// Parses `key=value; key=value`, the form used in CSV files. Empty text is no parameter.
    pub fn parse_list(text: &str) -> Result<Self, ParseParamError> {
        let mut params = Self::default();
        for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
            params.insert_pair(pair)?;
        }
        Ok(params)
    }

    /// Adds one `key=value`; a later value replaces an earlier one of the same key.
    pub fn insert_pair(&mut self, pair: &str) -> Result<(), ParseParamError> {
        match pair.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                self.0.insert(key.trim().to_owned(), value.trim().to_owned());
                Ok(())
            }
            _ => Err(ParseParamError(crate::Truncated::new(pair))),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// All pairs, ordered by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_at_semicolons() {
        let params = Params::parse_list("mm_per_click=0.2; cat1 = bicycle;").unwrap();
        assert_eq!(params.get("mm_per_click"), Some("0.2"));
        assert_eq!(params.get("cat1"), Some("bicycle"));
    }

    #[test]
    fn a_word_without_a_value_is_refused() {
        assert!(Params::parse_list("mm_per_click").is_err());
    }
}
