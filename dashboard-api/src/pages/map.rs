//! The map of all Things as SVG: Web Mercator, a marker each, labels where they have room.

mod labels;
mod spread;

use domain::{Position, Theme};
use maud::{Markup, PreEscaped, html};

use super::{base_map::Shape, numbers, texts::Texts, ui::Ui};
use crate::{Ageing, ThingState};

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

/// One Thing on the map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marker<'a> {
    /// Public key.
    pub(crate) key: &'a str,
    /// Name for people.
    pub(crate) name: &'a str,
    /// Where.
    pub(crate) position: Position,
    /// Decides on shape and colour.
    pub(crate) theme: Theme,
    /// A silent Thing is hollow.
    pub(crate) state: ThingState,
    /// When that changes without another uplink.
    pub(crate) ageing: Option<Ageing>,
}

/// The size of the picture, in its own units, about a CSS pixel each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Class of the picture: which screens show it.
    pub(crate) class: &'static str,
    /// Across.
    pub(crate) width: f64,
    /// Down.
    pub(crate) height: f64,
    /// Whether there is room for lines that lead from a marker to a name farther away.
    pub(crate) has_leaders: bool,
}

/// For screens wider than a telephone.
pub(crate) const WIDE: Frame =
    Frame { class: "map map--wide", width: 800.0, height: 700.0, has_leaders: true };
/// For telephones: letters stay readable.
pub(crate) const NARROW: Frame =
    Frame { class: "map map--narrow", width: 380.0, height: 460.0, has_leaders: false };

/// The part of the world in the picture.
#[derive(Clone, Copy, Debug)]
struct View {
    west: f64,
    north: f64,
    /// Picture units for one unit of the projection.
    zoom: f64,
    /// Metres on the ground for one picture unit, in the middle.
    metres: f64,
}

/// Never closer than this many metres across, however near to each other the Things are.
const SMALLEST_WIDTH_M: f64 = 1_200.0;
/// Free edge around the outermost markers, in picture units.
const EDGE: f64 = 48.0;

impl View {
    fn around(points: &[Mercator], frame: Frame) -> Option<Self> {
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

    fn place(self, point: Mercator) -> (f64, f64) {
        ((point.east - self.west) * self.zoom, (self.north - point.north) * self.zoom)
    }

    /// A round length of about a fifth of the picture: metres and picture units.
    fn scale(self, frame: Frame) -> (f64, f64) {
        let wanted = frame.width * self.metres / 5.0;
        let power = 10_f64.powf(wanted.log10().floor());
        let metres = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|m| *m <= wanted).unwrap_or(power);
        (metres, metres / self.metres)
    }
}

/// Draws the map for one kind of screen.
pub(crate) fn draw(markers: &[Marker<'_>], base: &[Shape], frame: Frame, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let placed: Vec<_> =
        markers.iter().filter_map(|marker| Some((marker, Mercator::of(marker.position)?))).collect();
    let points: Vec<_> = placed.iter().map(|(_, point)| *point).collect();
    let Some(view) = View::around(&points, frame) else { return html! {} };
    let places: Vec<_> = points.iter().map(|point| view.place(*point)).collect();
    let at = spread::apart(&places);
    let names: Vec<_> = placed.iter().map(|(marker, _)| labels::shortened(marker.name)).collect();
    let spots = labels::place(&at, &names, frame);
    let (scale_m, scale_units) = view.scale(frame);
    html! {
        svg class=(frame.class) viewBox=(format!("0 0 {} {}", frame.width, frame.height)) role="group"
            aria-label=(t.map_description()) {
            @if base.is_empty() { (grid(scale_units, frame)) } @else { (ground(base, view, frame)) }
            @for (place, at) in places.iter().zip(&at).filter(|(place, at)| place != at) {
                path.map__place d=(format!("M{:.1} {:.1}L{:.1} {:.1}", place.0, place.1, at.0, at.1)) {}
            }
            @for (((marker, _), (x, y)), (name, spot)) in placed.iter().zip(&at).zip(names.iter().zip(&spots)) {
                a.marker.(theme_class(marker.theme)).(state_class(marker.state))
                    href=(ui.href(&format!("/things/{}", marker.key)))
                    data-stale-at=[marker.ageing.map(|ageing| ageing.stale_after.as_millisecond())]
                    data-silent-at=[marker.ageing.map(|ageing| ageing.silent_after.as_millisecond())]
                    data-theme=(theme_key(marker.theme)) data-name=(marker.name.to_lowercase()) {
                    title {
                        (marker.name) ", " (t.theme_name(marker.theme)) ", "
                        span.state__name { (t.state_name(marker.state)) }
                    }
                    g transform=(format!("translate({x:.1} {y:.1})")) {
                        @if let Some((end_x, end_y)) = spot.and_then(|spot| spot.leader) {
                            path.marker__leader d=(format!("M0 0L{:.1} {:.1}", end_x - x, end_y - y)) {}
                        }
                        circle.marker__halo r="17" {}
                        (symbol(marker.theme))
                        @match spot {
                            Some(spot) => text.marker__label x=(format!("{:.1}", spot.x - x)) y=(format!("{:.1}", spot.y - y))
                                text-anchor=(spot.anchor) { (name) },
                            // Shown while the marker is pointed at.
                            None => text.marker__label.marker__label--spare y="-16" text-anchor="middle" { (name) },
                        }
                    }
                }
            }
            (furniture(scale_m, scale_units, frame, ui))
        }
    }
}

/// Scale bar and north arrow.
fn furniture(metres: f64, units: f64, frame: Frame, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let length = if metres >= 1000.0 {
        format!("{}\u{a0}km", numbers::number(metres / 1000.0, 0, ui.lang))
    } else {
        format!("{}\u{a0}m", numbers::number(metres, 0, ui.lang))
    };
    let (x, y) = (20.0, frame.height - 20.0);
    html! {
        g.map__furniture aria-hidden="true" {
            path d=(format!("M{x} {}V{y}H{:.1}V{}", y - 7.0, x + units, y - 7.0)) {}
            text x=(format!("{:.1}", x + units + 8.0)) y=(y + 1.0) { (length) }
            g transform=(format!("translate({} 40)", frame.width - 30.0)) {
                path.map__north d="M0 -20L7 4L0 -1L-7 4Z" {}
                text text-anchor="middle" y="22" { (t.north()) }
            }
        }
    }
}

fn grid(step: f64, frame: Frame) -> Markup {
    let lines = |to: f64| {
        std::iter::successors(Some(step / 2.0), move |at| Some(at + step)).take_while(move |at| *at < to)
    };
    let across = lines(frame.height).map(|y| format!("M0 {y:.1}H{}", frame.width));
    let down = lines(frame.width).map(|x| format!("M{x:.1} 0V{}", frame.height));
    html! { path.map__grid d=(across.chain(down).collect::<String>()) {} }
}

fn ground(base: &[Shape], view: View, frame: Frame) -> Markup {
    html! {
        g aria-hidden="true" {
            @for shape in base {
                @let path = path(shape, view, frame);
                @if !path.is_empty() { path.(format!("map__{}", shape.kind.key())) d=(path) {} }
            }
        }
    }
}

/// The path of a shape; empty if it lies wholly outside the picture.
fn path(shape: &Shape, view: View, frame: Frame) -> String {
    let mut path = String::new();
    for line in &shape.lines {
        let points: Vec<_> = line.iter().map(|point| view.place(*point)).collect();
        let outside = points.iter().all(|(x, _)| *x < 0.0)
            || points.iter().all(|(x, _)| *x > frame.width)
            || points.iter().all(|(_, y)| *y < 0.0)
            || points.iter().all(|(_, y)| *y > frame.height);
        if outside {
            continue;
        }
        for (i, (x, y)) in points.iter().enumerate() {
            path.push(if i == 0 { 'M' } else { 'L' });
            path.push_str(&format_point(*x, *y));
        }
        if line.first() == line.last() {
            path.push('Z');
        }
    }
    path
}

fn format_point(x: f64, y: f64) -> String {
    format!("{x:.1} {y:.1}")
}

/// The sign of a theme: a shape of its own, so that colour is not needed to tell them apart.
pub(crate) fn symbol(theme: Theme) -> PreEscaped<&'static str> {
    PreEscaped(match theme {
        Theme::Bicycle => "<circle class=\"symbol\" r=\"8\"/>",
        Theme::Traffic => "<rect class=\"symbol\" x=\"-7.5\" y=\"-7.5\" width=\"15\" height=\"15\"/>",
        Theme::Weather => "<path class=\"symbol\" d=\"M0 -9.5L9.5 7H-9.5Z\"/>",
        Theme::Device | Theme::Other => "<path class=\"symbol\" d=\"M0 -9.5L9.5 0L0 9.5L-9.5 0Z\"/>",
    })
}

/// Class of a theme's colour.
pub(crate) fn theme_class(theme: Theme) -> &'static str {
    match theme {
        Theme::Bicycle => "theme-bicycle",
        Theme::Traffic => "theme-traffic",
        Theme::Weather => "theme-weather",
        Theme::Device | Theme::Other => "theme-other",
    }
}

/// The theme as the filter names it.
pub(crate) fn theme_key(theme: Theme) -> &'static str {
    theme_class(theme).trim_start_matches("theme-")
}

/// Class of a state's colour and form.
pub(crate) fn state_class(state: ThingState) -> &'static str {
    match state {
        ThingState::Live => "is-live",
        ThingState::Stale => "is-stale",
        ThingState::Silent => "is-silent",
        ThingState::Never => "is-never",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!((mercator(85.051_128, 0.0).north - std::f64::consts::PI).abs() < 1e-6);
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
}
