//! What lies under the markers: tiles, the operator's lines and areas, or a plain grid.

use std::{collections::BTreeMap, fmt::Write as _};

use maud::{Markup, html};

use super::{
    super::base_map::{Kind, Shape},
    Frame,
    view::View,
};
use crate::tiles::TileSource;

/// What there is to draw under the markers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ground<'a> {
    /// Lines and areas of the operator's own map.
    pub(crate) shapes: &'a [Shape],
    /// Where tiles come from; `None` draws none.
    pub(crate) tiles: Option<&'a TileSource>,
}

/// How far a line may leave its true course, in units of the wide picture, about a pixel each: shorter bends cost bytes and
/// nobody sees them.
const TOLERANCE: f64 = 0.6;
/// Steps of the coordinates in one unit of the wide picture.
const STEPS: f64 = 2.0;

impl Ground<'_> {
    /// The lines and areas, once for all pictures: each places them in its own view. `views` are those of the pictures,
    /// the wide one first.
    pub(super) fn store(self, views: &[(View, Frame)]) -> Markup {
        let Some((wide, _)) = views.first() else { return html! {} };
        html! {
            @if !self.shapes.is_empty() {
                svg.map__store width="0" height="0" aria-hidden="true" focusable="false" {
                    defs { g #ground {
                        @for ((kind, is_area), path) in paths(self.shapes, *wide, views) {
                            path.(format!("map__{}", kind.key())).map__area[is_area] d=(path)
                                vector-effect="non-scaling-stroke" {}
                        }
                    } }
                }
            }
        }
    }

    /// What one picture shows of it.
    pub(super) fn layer(self, wide: View, view: View, frame: Frame, scale_units: f64) -> Markup {
        html! {
            @if self.shapes.is_empty() { (grid(scale_units, frame)) }
            @if let Some(source) = self.tiles {
                g.map__tiles data-online {
                    @for tile in view.tiles(frame, source.zoom()) {
                        image href=(format!("/map/tiles/{}/{}/{}", tile.id.z, tile.id.x, tile.id.y))
                            x=(format!("{:.1}", tile.x)) y=(format!("{:.1}", tile.y))
                            // A little more, so that no seam shows between two tiles.
                            width=(format!("{:.1}", tile.size + 0.5)) height=(format!("{:.1}", tile.size + 0.5)) {}
                    }
                }
            }
            @if !self.shapes.is_empty() {
                use href="#ground" transform=(wide.transform_to(view, 1.0 / STEPS)) {}
            }
        }
    }
}

/// The paths of each kind, areas apart, in the order they are drawn.
fn paths(
    shapes: &[Shape],
    wide: View,
    views: &[(View, Frame)],
) -> impl Iterator<Item = ((Kind, bool), String)> {
    let mut paths: BTreeMap<(Kind, bool), String> = BTreeMap::new();
    for shape in shapes {
        for line in &shape.lines {
            if !views.iter().any(|(view, frame)| view.meets(line, *frame)) {
                continue;
            }
            let points: Vec<_> = line.iter().map(|point| wide.place(*point)).collect();
            let is_area = shape.is_area && line.first() == line.last();
            append(paths.entry((shape.kind, is_area)).or_default(), &simplified(&points), is_area);
        }
    }
    paths.into_iter().filter(|(_, path)| !path.is_empty())
}

/// Adds a line in whole steps, each point relative to the one before.
fn append(path: &mut String, points: &[(f64, f64)], is_area: bool) {
    #[expect(clippy::cast_possible_truncation, reason = "a picture has some thousand steps")]
    let step = |(x, y): &(f64, f64)| ((x * STEPS).round() as i64, (y * STEPS).round() as i64);
    let mut steps = points.iter().map(step);
    let Some(first) = steps.next() else { return };
    let (mut before, length) = (first, path.len());
    let _ = write!(path, "M{} {}", first.0, first.1);
    let mut n = 0;
    for next in steps {
        let (dx, dy) = (next.0 - before.0, next.1 - before.1);
        if (dx, dy) != (0, 0) {
            let letter = if n == 0 {
                "l"
            } else if dx < 0 {
                ""
            } else {
                " "
            };
            let _ = write!(path, "{letter}{dx}{}{dy}", if dy < 0 { "" } else { " " });
            n += 1;
            before = next;
        }
    }
    if n == 0 {
        path.truncate(length);
    } else if is_area {
        path.push('z');
    }
}

/// The line without points that are nearly on the way between those that stay (Douglas and Peucker).
fn simplified(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut stays = vec![false; points.len()];
    (stays[0], stays[last]) = (true, true);
    let mut parts = vec![(0, last)];
    while let Some((from, to)) = parts.pop() {
        let farthest = (from + 1..to)
            .map(|i| (i, distance(points[i], points[from], points[to])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, _)) = farthest.filter(|(_, distance)| *distance > TOLERANCE) {
            stays[i] = true;
            parts.extend([(from, i), (i, to)]);
        }
    }
    points.iter().zip(stays).filter(|(_, stays)| *stays).map(|(point, _)| *point).collect()
}

/// How far a point is from the line between two others.
fn distance(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let squared = dx * dx + dy * dy;
    let along = if squared > 0.0 {
        (((point.0 - from.0) * dx + (point.1 - from.1) * dy) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (point.0 - from.0 - along * dx).hypot(point.1 - from.1 - along * dy)
}

fn grid(step: f64, frame: Frame) -> Markup {
    let lines = |to: f64| {
        std::iter::successors(Some(step / 2.0), move |at| Some(at + step)).take_while(move |at| *at < to)
    };
    let across = lines(frame.height).map(|y| format!("M0 {y:.1}H{}", frame.width));
    let down = lines(frame.width).map(|x| format!("M{x:.1} 0V{}", frame.height));
    html! { path.map__grid d=(across.chain(down).collect::<String>()) {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_the_way_are_left_out_and_bends_stay() {
        let line = [(0.0, 0.0), (5.0, 0.3), (10.0, 0.0), (10.0, 8.0)];
        assert_eq!(simplified(&line), [(0.0, 0.0), (10.0, 0.0), (10.0, 8.0)]);
        assert_eq!(simplified(&[(1.0, 1.0)]), [(1.0, 1.0)]);
        assert_eq!(simplified(&[]), []);
    }

    #[test]
    fn a_line_is_written_in_steps_and_an_area_is_closed() {
        let mut path = String::new();
        append(&mut path, &[(0.0, 0.0), (5.0, -1.0), (4.0, 3.0)], false);
        // A line too short to be seen.
        append(&mut path, &[(7.0, 7.0), (7.1, 7.1)], false);
        append(&mut path, &[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0)], true);
        assert_eq!(path, "M0 0l10-2-2 8M2 2l2 0 0 2-2-2z");
    }
}
