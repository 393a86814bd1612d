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
    /// Whether the lines enclose something.
    pub(crate) is_area: bool,
    /// Lines, or the rings of an area.
    pub(crate) lines: Vec<Vec<Mercator>>,
}

/// What a shape is: by the feature's property `kind`, or by the tags of `OpenStreetMap`. What comes first is drawn first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// `green`: parks and woods.
    Green,
    /// `water`: rivers, lakes, canals.
    Water,
    /// Anything else, such as a boundary.
    Other,
    /// `way`: paths for feet and bicycles.
    Way,
    /// `street`: where people live.
    Street,
    /// `road`: where most of the traffic is.
    Road,
    /// `rail`.
    Rail,
}

impl Kind {
    /// Of a feature's properties.
    fn of(properties: &Value) -> Self {
        let tag = |key: &str| properties[key].as_str().unwrap_or_default();
        match tag("kind") {
            "water" => return Self::Water,
            "green" => return Self::Green,
            "road" => return Self::Road,
            "street" => return Self::Street,
            "way" => return Self::Way,
            "rail" => return Self::Rail,
            _ => {}
        }
        match (tag("highway").trim_end_matches("_link"), tag("waterway"), tag("railway")) {
            ("motorway" | "trunk" | "primary" | "secondary" | "tertiary", _, _) => Self::Road,
            ("path" | "footway" | "cycleway" | "pedestrian" | "track" | "steps" | "bridleway", _, _) => {
                Self::Way
            }
            ("", "", "") => match (tag("natural"), tag("landuse"), tag("leisure")) {
                ("water", _, _) => Self::Water,
                ("wood", _, _) | (_, "forest" | "grass" | "meadow", _) | (_, _, "park" | "garden") => {
                    Self::Green
                }
                _ => Self::Other,
            },
            ("", "", _) => Self::Rail,
            ("", _, _) => Self::Water,
            _ => Self::Street,
        }
    }

    /// The word in a feature's property and in class names.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Green => "green",
            Self::Way => "way",
            Self::Street => "street",
            Self::Road => "road",
            Self::Rail => "rail",
            Self::Other => "other",
        }
    }
}

/// The operator's map.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct BaseMap {
    /// Its lines and areas.
    pub(crate) shapes: Vec<Shape>,
    /// Whose it is, as the file says.
    pub(crate) attribution: String,
}

/// Holds the map once it was read.
#[derive(Debug, Default)]
pub(crate) struct Cache(OnceCell<BaseMap>);

impl Cache {
    /// The configured base map; empty if none is configured or it cannot be read, which is logged once.
    pub(crate) async fn get(&self, config: &Config) -> &BaseMap {
        let read = async || match &config.base_map {
            None => BaseMap::default(),
            Some(path) => {
                let map = read(path).await;
                let named = &config.base_map_attribution;
                if named.is_empty() { map } else { BaseMap { attribution: named.clone(), ..map } }
            }
        };
        self.0.get_or_init(read).await
    }
}

async fn read(path: &Path) -> BaseMap {
    let path_owned = path.to_owned();
    let text = tokio::task::spawn_blocking(move || std::fs::read(path_owned)).await;
    let parsed = text
        .map_err(std::io::Error::other)
        .and_then(|text| text)
        .and_then(|text| serde_json::from_slice::<Value>(&text).map_err(std::io::Error::other));
    match parsed {
        Ok(geojson) => {
            let attribution = geojson["attribution"].as_str().unwrap_or_default().to_owned();
            BaseMap { shapes: shapes(&geojson), attribution }
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), error = %ErrorChain(&error), "base map not readable");
            BaseMap::default()
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
            let geometry = geometry["type"].as_str()?;
            let lines = match geometry {
                "LineString" => vec![line(coordinates)],
                "MultiLineString" | "Polygon" => coordinates.as_array()?.iter().map(line).collect(),
                "MultiPolygon" => {
                    coordinates.as_array()?.iter().filter_map(Value::as_array).flatten().map(line).collect()
                }
                _ => return None,
            };
            let lines: Vec<_> = lines.into_iter().filter(|line| line.len() > 1).collect();
            let (kind, is_area) = (Kind::of(&feature["properties"]), geometry.ends_with("Polygon"));
            (!lines.is_empty()).then_some(Shape { kind, is_area, lines })
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

    #[test]
    fn what_a_line_is_follows_from_our_word_or_from_the_tags_of_openstreetmap() {
        for (properties, kind) in [
            (serde_json::json!({"kind": "rail"}), Kind::Rail),
            (serde_json::json!({"highway": "secondary", "name": "Cloppenburger Straße"}), Kind::Road),
            (serde_json::json!({"highway": "trunk_link"}), Kind::Road),
            (serde_json::json!({"highway": "residential"}), Kind::Street),
            (serde_json::json!({"highway": "cycleway"}), Kind::Way),
            (serde_json::json!({"waterway": "river"}), Kind::Water),
            (serde_json::json!({"natural": "water"}), Kind::Water),
            (serde_json::json!({"leisure": "park"}), Kind::Green),
            (serde_json::json!({"boundary": "administrative"}), Kind::Other),
            (Value::Null, Kind::Other),
        ] {
            assert_eq!(Kind::of(&properties), kind, "{properties}");
        }
    }
}
