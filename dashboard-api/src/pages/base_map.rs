//! The city's own base map: lines and areas from a GeoJSON file, read once.

use std::path::Path;

use domain::ErrorChain;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::map::Mercator;
use crate::Config;

/// A line or area of the map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// How it is drawn.
    pub(crate) kind: Kind,
    /// Lines, or the rings of an area.
    pub(crate) lines: Vec<Vec<Mercator>>,
}

/// What a shape is, by the feature's property `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `water`: rivers, lakes, canals.
    Water,
    /// `green`: parks and woods.
    Green,
    /// `road`.
    Road,
    /// `rail`.
    Rail,
    /// Anything else, such as a boundary.
    Other,
}

impl Kind {
    /// The word in a feature's property and in class names.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Green => "green",
            Self::Road => "road",
            Self::Rail => "rail",
            Self::Other => "other",
        }
    }
}

/// Holds the map once it was read.
#[derive(Debug, Default)]
pub(crate) struct Cache(OnceCell<Vec<Shape>>);

impl Cache {
    /// The configured base map; empty if none is configured or it cannot be read, which is logged once.
    pub(crate) async fn shapes(&self, config: &Config) -> &[Shape] {
        let Some(path) = &config.base_map else { return &[] };
        self.0.get_or_init(|| read(path)).await
    }
}

async fn read(path: &Path) -> Vec<Shape> {
    let path_owned = path.to_owned();
    let text = tokio::task::spawn_blocking(move || std::fs::read(path_owned)).await;
    let parsed = text
        .map_err(std::io::Error::other)
        .and_then(|text| text)
        .and_then(|text| serde_json::from_slice::<Value>(&text).map_err(std::io::Error::other));
    match parsed {
        Ok(geojson) => shapes(&geojson),
        Err(error) => {
            tracing::warn!(path = %path.display(), error = %ErrorChain(&error), "base map not readable");
            Vec::new()
        }
    }
}

/// The lines and areas of a GeoJSON object; points and what is malformed are left out.
fn shapes(geojson: &Value) -> Vec<Shape> {
    let features: Vec<&Value> = match geojson["type"].as_str() {
        Some("FeatureCollection") => geojson["features"].as_array().into_iter().flatten().collect(),
        _ => vec![geojson],
    };
    features
        .into_iter()
        .filter_map(|feature| {
            let geometry = if feature["type"] == "Feature" { &feature["geometry"] } else { feature };
            let coordinates = &geometry["coordinates"];
            let lines = match geometry["type"].as_str()? {
                "LineString" => vec![line(coordinates)],
                "MultiLineString" | "Polygon" => coordinates.as_array()?.iter().map(line).collect(),
                "MultiPolygon" => {
                    coordinates.as_array()?.iter().filter_map(Value::as_array).flatten().map(line).collect()
                }
                _ => return None,
            };
            let kind = match feature["properties"]["kind"].as_str() {
                Some("water") => Kind::Water,
                Some("green") => Kind::Green,
                Some("road") => Kind::Road,
                Some("rail") => Kind::Rail,
                _ => Kind::Other,
            };
            let lines: Vec<_> = lines.into_iter().filter(|line| line.len() > 1).collect();
            (!lines.is_empty()).then_some(Shape { kind, lines })
        })
        .collect()
}

fn line(coordinates: &Value) -> Vec<Mercator> {
    let point = |point: &Value| {
        let (longitude, latitude) = (point.get(0)?.as_f64()?, point.get(1)?.as_f64()?);
        Mercator::of(domain::Position::new(latitude, longitude).ok()?)
    };
    coordinates.as_array().into_iter().flatten().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_areas_are_read_and_points_and_nonsense_left_out() {
        let geojson = serde_json::json!({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"kind": "water"},
             "geometry": {"type": "LineString", "coordinates": [[8.2, 53.1], [8.3, 53.2]]}},
            {"type": "Feature", "properties": null,
             "geometry": {"type": "Polygon", "coordinates": [[[8.2, 53.1], [8.3, 53.2], [8.2, 53.1]]]}},
            {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [8.2, 53.1]}},
            {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[8.2], "x"]}},
            {"type": "Feature", "geometry": null},
        ]});
        let kinds: Vec<_> = shapes(&geojson).iter().map(|shape| shape.kind).collect();
        assert_eq!(kinds, [Kind::Water, Kind::Other]);
    }
}
