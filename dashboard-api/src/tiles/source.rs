//! Whose tiles, and under which conditions: the settings `[site.tiles]`.

use axum::http::Uri;
use domain::Truncated;
use serde::{Deserialize, Serialize};

use super::TileId;

/// A tile server the operator may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct TileSource {
    url: String,
    attribution: String,
    licence: String,
    zoom: [u8; 2],
}

/// As written in the settings.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: String,
    attribution: String,
    #[serde(default)]
    licence: String,
    #[serde(default = "any_zoom")]
    zoom: [u8; 2],
}

/// The levels most tile servers have.
const fn any_zoom() -> [u8; 2] {
    [0, 19]
}

/// Deepest level that can be named: a column of level 24 is about two metres.
const DEEPEST: u8 = 24;

/// A tile server that cannot be used as written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileSourceError {
    /// A tile cannot be named by it.
    #[error("`url` is `{0}`: expected {{z}}, {{x}} and {{y}} once each")]
    NoTemplate(String),
    /// Not an address.
    #[error("`url` is `{0}`: expected http:// or https:// with a host and without user or password")]
    NoAddress(String),
    /// Every map has somebody to name.
    #[error("`attribution` is empty: expected whose map it is, as its licence asks for")]
    NoAttribution,
    /// Levels the wrong way round, or too deep.
    #[error("`zoom` is [{0}, {1}]: expected the first and the last level, 0 to 24")]
    NoZoom(u8, u8),
}

impl TileSource {
    /// Whose map it is: stands beside the map.
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// The licence of the map, empty where the attribution says it all.
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// First and last zoom level the server has.
    pub(crate) const fn zoom(&self) -> [u8; 2] {
        self.zoom
    }

    /// The address of a tile; `None` could only be for a template that was not checked.
    pub(super) fn uri(&self, tile: TileId) -> Option<Uri> {
        self.address(tile).parse().ok()
    }

    fn address(&self, TileId { z, x, y }: TileId) -> String {
        let (z, x, y) = (z.to_string(), x.to_string(), y.to_string());
        self.url.replace("{z}", &z).replace("{x}", &x).replace("{y}", &y)
    }
}

impl TryFrom<Written> for TileSource {
    type Error = TileSourceError;

    fn try_from(written: Written) -> Result<Self, TileSourceError> {
        let Written { url, attribution, licence, zoom } = written;
        let found = || Truncated::new(&url).to_string();
        if ["{z}", "{x}", "{y}"].into_iter().any(|name| url.matches(name).count() != 1) {
            return Err(TileSourceError::NoTemplate(found()));
        }
        let source = Self { url: url.clone(), attribution, licence, zoom };
        let uri = source.uri(TileId { z: 0, x: 0, y: 0 });
        let is_address = uri.as_ref().is_some_and(|uri| {
            let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
            is_web && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        });
        // Placeholders in the name of the host would be another host for each tile.
        let host = url.split('/').nth(2).unwrap_or_default();
        if !is_address || host.contains('{') {
            return Err(TileSourceError::NoAddress(found()));
        }
        if source.attribution.trim().is_empty() {
            return Err(TileSourceError::NoAttribution);
        }
        let [first, last] = zoom;
        if first > last || last > DEEPEST {
            return Err(TileSourceError::NoZoom(first, last));
        }
        Ok(source)
    }
}

impl From<TileSource> for Written {
    fn from(source: TileSource) -> Self {
        let TileSource { url, attribution, licence, zoom } = source;
        Self { url, attribution, licence, zoom }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str, attribution: &str, zoom: [u8; 2]) -> Result<TileSource, String> {
        let written = serde_json::json!({"url": url, "attribution": attribution, "zoom": zoom});
        serde_json::from_value(written).map_err(|error| error.to_string())
    }

    #[test]
    fn a_template_becomes_the_address_of_a_tile_with_what_else_it_holds() {
        let source = parse("https://maps.example/t/{z}/{x}/{y}.png?key=a", "© A", [0, 19]).unwrap();
        let address = source.uri(TileId { z: 13, x: 4283, y: 2679 }).unwrap();
        assert_eq!(address, "https://maps.example/t/13/4283/2679.png?key=a");
    }

    #[test]
    fn a_source_that_could_not_be_used_is_refused_by_what_is_wrong() {
        for (url, attribution, zoom, says) in [
            ("https://maps.example/{z}/{x}.png", "© A", [0, 19], "expected {z}, {x} and {y} once each"),
            ("file:///{z}/{x}/{y}", "© A", [0, 19], "expected http:// or https://"),
            ("https://{x}.maps.example/{z}/{y}", "© A", [0, 19], "expected http:// or https://"),
            ("https://me:secret@maps.example/{z}/{x}/{y}", "© A", [0, 19], "without user or password"),
            ("https://maps.example/{z}/{x}/{y}", " ", [0, 19], "`attribution` is empty"),
            ("https://maps.example/{z}/{x}/{y}", "© A", [12, 9], "`zoom` is [12, 9]"),
            ("https://maps.example/{z}/{x}/{y}", "© A", [0, 40], "0 to 24"),
        ] {
            let error = parse(url, attribution, zoom).unwrap_err();
            assert!(error.contains(says), "{url}: {error}");
        }
    }
}
