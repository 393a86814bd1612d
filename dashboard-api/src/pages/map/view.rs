//! Which part of the world a picture shows, and where.

use std::f64::consts::{PI, TAU};

use domain::Position;

use super::Frame;
use crate::tiles::TileId;

/// A point in spherical Mercator coordinates: radians east, and northwards in the same measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mercator {
    east: f64,
    north: f64,
}

impl Mercator {
    /// Farthest latitude of Web Mercator: there the world is a square.
    const LATITUDE_LIMIT: f64 = 85.051_129;

    /// Projects a place; `None` near the poles, which have none on this map.
    pub(crate) fn of(position: Position) -> Option<Self> {
        let latitude = position.latitude();
        let north = (std::f64::consts::FRAC_PI_4 + latitude.to_radians() / 2.0).tan().ln();
        (latitude.abs() <= Self::LATITUDE_LIMIT)
            .then_some(Self { east: position.longitude().to_radians(), north })
    }

    /// Metres on the ground for one unit of this projection, here.
    fn metres_per_unit(self) -> f64 {
        const EARTH_RADIUS_M: f64 = 6_378_137.0;
        // cos(latitude) of the inverse projection.
        EARTH_RADIUS_M / self.north.cosh()
    }
}

/// The part of the world in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    west: f64,
    north: f64,
    /// Picture units for one unit of the projection.
    zoom: f64,
    /// Metres on the ground for one picture unit, in the middle.
    metres: f64,
}

/// A tile and where it lies in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlacedTile {
    /// Which.
    pub(crate) id: TileId,
    /// Its left edge.
    pub(crate) x: f64,
    /// Its upper edge.
    pub(crate) y: f64,
    /// Its width and height.
    pub(crate) size: f64,
}

/// Tiles have 256 pixels; drawn a little larger they cost a quarter of those of the next level.
const TILE_UNITS_MAX: f64 = 304.0;
/// Never closer than this many metres across, however near to each other the Things are.
const SMALLEST_WIDTH_M: f64 = 1_200.0;
/// Free edge around the outermost markers, in picture units.
const EDGE: f64 = 48.0;

impl View {
    pub(crate) fn around(points: &[Mercator], frame: Frame) -> Option<Self> {
        let bounds = points.iter().fold(None, |bounds: Option<(Mercator, Mercator)>, point| {
            let (low, high) = bounds.unwrap_or((*point, *point));
            Some((
                Mercator { east: low.east.min(point.east), north: low.north.min(point.north) },
                Mercator { east: high.east.max(point.east), north: high.north.max(point.north) },
            ))
        });
        let (low, high) = bounds?;
        let middle = Mercator {
            east: f64::midpoint(low.east, high.east),
            north: f64::midpoint(low.north, high.north),
        };
        let room = (frame.width - 2.0 * EDGE, frame.height - 2.0 * EDGE);
        let zoom_for = |room: f64, span: f64| if span > 0.0 { room / span } else { f64::INFINITY };
        let closest = frame.width / (SMALLEST_WIDTH_M / middle.metres_per_unit());
        let zoom =
            zoom_for(room.0, high.east - low.east).min(zoom_for(room.1, high.north - low.north)).min(closest);
        Some(Self {
            west: middle.east - frame.width / 2.0 / zoom,
            north: middle.north + frame.height / 2.0 / zoom,
            zoom,
            metres: middle.metres_per_unit() / zoom,
        })
    }

    pub(super) fn place(self, point: Mercator) -> (f64, f64) {
        ((point.east - self.west) * self.zoom, (self.north - point.north) * self.zoom)
    }

    /// Whether any part of a line may be inside the picture.
    pub(super) fn meets(self, line: &[Mercator], frame: Frame) -> bool {
        let points: Vec<_> = line.iter().map(|point| self.place(*point)).collect();
        let outside = points.iter().all(|(x, _)| *x < 0.0)
            || points.iter().all(|(x, _)| *x > frame.width)
            || points.iter().all(|(_, y)| *y < 0.0)
            || points.iter().all(|(_, y)| *y > frame.height);
        !outside
    }

    /// The SVG transform that puts what was drawn for this view, in units of `unit`, into another one.
    pub(super) fn transform_to(self, other: Self, unit: f64) -> String {
        let scale = other.zoom / self.zoom * unit;
        let x = (self.west - other.west) * other.zoom;
        let y = (other.north - self.north) * other.zoom;
        format!("translate({x:.2} {y:.2}) scale({scale:.5})")
    }

    /// The tiles that cover the picture, of the level whose pixels are about as large as those of a screen. None where the
    /// server has no level so coarse.
    pub(crate) fn tiles(self, frame: Frame, [first, last]: [u8; 2]) -> Vec<PlacedTile> {
        let world = TAU * self.zoom;
        let level = (world / TILE_UNITS_MAX).log2().ceil().clamp(0.0, f64::from(last));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 24")]
        let z = level as u8;
        if z < first {
            return Vec::new();
        }
        let n = 1_i64 << z;
        let size = world / n as f64;
        #[expect(clippy::cast_possible_truncation, reason = "at most 2^24 columns")]
        let index = |distance: f64| (distance / size).floor() as i64;
        let (west, north) = ((self.west + PI) * self.zoom, (PI - self.north) * self.zoom);
        let columns = index(west)..=index(west + frame.width);
        let rows = index(north).max(0)..=index(north + frame.height).min(n - 1);
        let placed = |column: i64, row: i64| {
            // West of the first column is the last one.
            let x = u32::try_from(column.rem_euclid(n)).ok()?;
            let id = TileId { z, x, y: u32::try_from(row).ok()? };
            Some(PlacedTile { id, x: column as f64 * size - west, y: row as f64 * size - north, size })
        };
        let places = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        places.filter_map(|(column, row)| placed(column, row)).collect()
    }

    /// A round length of about a fifth of the picture: metres and picture units.
    pub(super) fn scale(self, frame: Frame) -> (f64, f64) {
        let wanted = frame.width * self.metres / 5.0;
        let power = 10_f64.powf(wanted.log10().floor());
        let metres = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|m| *m <= wanted).unwrap_or(power);
        (metres, metres / self.metres)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::WIDE, *};

    fn mercator(latitude: f64, longitude: f64) -> Mercator {
        Mercator::of(Position::new(latitude, longitude).unwrap()).unwrap()
    }

    #[test]
    fn the_projection_is_web_mercator() {
        // EPSG:3857 of 53.14 N 8.21 E: x = 6 378 137 m * 0.143292 rad, y = 6 378 137 m * ln tan 71.57°,
        // that is 913 933 m and 6 378 137 m * ln 3.00086 = 7 008 936 m.
        let point = mercator(53.14, 8.21);
        assert!((point.east * 6_378_137.0 - 913_933.0).abs() < 1.0);
        assert!((point.north * 6_378_137.0 - 7_008_936.0).abs() < 1.0);
        assert!((mercator(85.051_128, 0.0).north - PI).abs() < 1e-6);
    }

    #[test]
    fn all_things_lie_inside_the_picture_with_north_up() {
        let points = [mercator(53.10, 8.15), mercator(53.18, 8.25), mercator(53.14, 8.20)];
        let view = View::around(&points, WIDE).unwrap();
        for point in points {
            let (x, y) = view.place(point);
            assert!((EDGE - 0.1..=WIDE.width - EDGE + 0.1).contains(&x), "{x}");
            assert!((EDGE - 0.1..=WIDE.height - EDGE + 0.1).contains(&y), "{y}");
        }
        assert!(view.place(points[1]).1 < view.place(points[0]).1);
    }

    #[test]
    fn a_single_thing_is_shown_with_its_surroundings() {
        let view = View::around(&[mercator(53.14, 8.21)], WIDE).unwrap();
        assert!((view.metres * WIDE.width - SMALLEST_WIDTH_M).abs() < 0.1);
        let (metres, units) = view.scale(WIDE);
        assert!((metres - 200.0).abs() < 1e-6);
        assert!((units - 200.0 / SMALLEST_WIDTH_M * WIDE.width).abs() < 0.1);
    }

    #[test]
    fn a_place_lies_in_the_tile_that_has_its_name() {
        // The tile of the market place of Oldenburg on level 14, by hand: x = (8.2146 + 180) / 360 * 16384 = 8565.85,
        // y = (1 - ln(tan 53.1389° + sec 53.1389°) / pi) / 2 * 16384 = (1 - 1.098868 / pi) / 2 * 16384 = 5326.6.
        let market = mercator(53.1389, 8.2146);
        let view = View::around(&[market], WIDE).unwrap();
        let tiles = view.tiles(WIDE, [0, 14]);
        let (x, y) = view.place(market);
        let covers = |tile: &&PlacedTile| {
            (tile.x..tile.x + tile.size).contains(&x) && (tile.y..tile.y + tile.size).contains(&y)
        };
        let tile = tiles.iter().find(covers).unwrap();
        assert_eq!(tile.id, TileId { z: 14, x: 8565, y: 5326 });
        assert!(((x - tile.x) / tile.size - 0.85).abs() < 0.02);
    }

    #[test]
    fn tiles_cover_the_picture_and_are_few() {
        for points in [vec![mercator(53.14, 8.21)], vec![mercator(53.10, 8.15), mercator(53.18, 8.25)]] {
            let view = View::around(&points, WIDE).unwrap();
            let tiles = view.tiles(WIDE, [0, 19]);
            assert!((9..=49).contains(&tiles.len()), "{}", tiles.len());
            for corner in [(0.0, 0.0), (WIDE.width, 0.0), (0.0, WIDE.height), (WIDE.width, WIDE.height)] {
                let covers = |tile: &PlacedTile| {
                    tile.x <= corner.0
                        && corner.0 <= tile.x + tile.size
                        && tile.y <= corner.1
                        && corner.1 <= tile.y + tile.size
                };
                assert!(tiles.iter().any(covers), "{corner:?}");
            }
        }
    }

    #[test]
    fn a_server_without_coarse_levels_gives_no_tile_rather_than_thousands() {
        let view = View::around(&[mercator(53.0, 8.0), mercator(54.0, 9.0)], WIDE).unwrap();
        assert_eq!(view.tiles(WIDE, [16, 19]), []);
    }

    #[test]
    fn what_was_drawn_for_one_view_lies_at_the_same_place_in_another() {
        let points = [mercator(53.10, 8.15), mercator(53.18, 8.25)];
        let (wide, narrow) =
            (View::around(&points, WIDE).unwrap(), View::around(&points, super::super::NARROW).unwrap());
        let transform = wide.transform_to(narrow, 0.5);
        let numbers: Vec<f64> = transform
            .split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
            .filter_map(|number| number.parse().ok())
            .collect();
        let (x, y) = wide.place(points[0]);
        let (there_x, there_y) = narrow.place(points[0]);
        assert!((x * 2.0 * numbers[2] + numbers[0] - there_x).abs() < 0.1, "{transform}");
        assert!((y * 2.0 * numbers[2] + numbers[1] - there_y).abs() < 0.1, "{transform}");
    }
}
