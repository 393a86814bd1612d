//! Settings of the HTTP interface.

use std::path::PathBuf;

use crate::{contact::Contact, tiles::TileSource};

/// An address that is none of the web.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found `{0}`, expected the address of the pages such as `https://data.city.example`")]
pub struct UrlError(domain::Truncated);

/// What the pages and the interface need to know about the city.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Name of the city, as the pages show it.
    pub city: String,
    /// Who answers for the data, as the pages show it.
    pub operator: String,
    /// Where the pages are for the public, `https://data.city.example`; empty where the address a reader asked for is right.
    pub url: String,
    /// A GeoJSON file of lines and areas drawn under the sensors; none draws a plain grid.
    pub base_map: Option<PathBuf>,
    /// Whose map it is; must be shown where a licence asks for it. Empty takes the `attribution` of the file.
    pub base_map_attribution: String,
    /// Live streams served at once.
    pub max_live_clients: usize,
    /// Whom readers can turn to.
    pub contact: Contact,
    /// A tile server for the background of the map, under what the file draws.
    pub tiles: Option<TileSource>,
}

impl Config {
    /// The public address must be one that others can link to: it stands in the HTML they copy.
    pub fn check_url(&self) -> Result<(), UrlError> {
        let is_right = self.url.is_empty()
            || self.url.parse::<axum::http::Uri>().is_ok_and(|url| {
                matches!(url.scheme_str(), Some("http" | "https"))
                    && url.host().is_some_and(|host| !host.is_empty())
            });
        if is_right { Ok(()) } else { Err(UrlError(domain::Truncated::new(&self.url))) }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            city: "Oldenburg".to_owned(),
            operator: String::new(),
            url: String::new(),
            base_map: None,
            base_map_attribution: String::new(),
            max_live_clients: 1_000,
            contact: Contact::default(),
            tiles: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_is_one_of_the_web() {
        let check = |url: &str| Config { url: url.to_owned(), ..Config::default() }.check_url();
        for url in ["", "https://data.city.example", "http://10.0.0.1:8080/", "https://city.example/daten"] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in
            ["javascript:alert(1)", "data.city.example", "x", "ftp://city.example", "https://", "https://a b"]
        {
            assert!(
                check(url).is_err_and(|error| error.to_string().contains("expected the address")),
                "{url}"
            );
        }
    }
}
