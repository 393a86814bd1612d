//! Settings of the HTTP interface.

use std::path::PathBuf;

use crate::{contact::Contact, tiles::TileSource};

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
