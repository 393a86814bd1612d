//! The map of all Things as SVG: Web Mercator, a marker each, labels where they have room.

mod ground;
mod labels;
mod spread;
mod view;

use domain::{Position, Theme};
use maud::{Markup, PreEscaped, html};

use self::view::View;
pub(crate) use self::{ground::Ground, view::Mercator};
use super::{numbers, texts::Texts, ui::Ui};
use crate::{Ageing, ThingState, tiles::TileId};

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

/// Draws the map for each kind of screen; the style sheet shows one of them.
pub(crate) fn draw(markers: &[Marker<'_>], ground: Ground<'_>, ui: &Ui) -> Markup {
    let points: Vec<_> = markers.iter().filter_map(|marker| Mercator::of(marker.position)).collect();
    let views = views(&points);
    let Some((wide, _)) = views.first() else { return html! {} };
    html! {
        (ground.store(&views))
        @for (view, frame) in &views { (picture(markers, ground, *wide, *view, *frame, ui)) }
    }
}

/// Whether any picture of a map with Things at these places shows a tile.
pub(crate) fn shows(positions: impl Iterator<Item = Position>, tile: TileId, zoom: [u8; 2]) -> bool {
    let points: Vec<_> = positions.filter_map(Mercator::of).collect();
    let mut tiles = views(&points).into_iter().flat_map(|(view, frame)| view.tiles(frame, zoom));
    tiles.any(|shown| shown.id == tile)
}

/// What the pictures show, the wide one first.
fn views(points: &[Mercator]) -> Vec<(View, Frame)> {
    [WIDE, NARROW].into_iter().filter_map(|frame| Some((View::around(points, frame)?, frame))).collect()
}

fn picture(
    markers: &[Marker<'_>],
    ground: Ground<'_>,
    wide: View,
    view: View,
    frame: Frame,
    ui: &Ui,
) -> Markup {
    let t = Texts(ui.lang);
    let placed: Vec<_> =
        markers.iter().filter_map(|marker| Some((marker, Mercator::of(marker.position)?))).collect();
    let points: Vec<_> = placed.iter().map(|(_, point)| *point).collect();
    let places: Vec<_> = points.iter().map(|point| view.place(*point)).collect();
    let at = spread::apart(&places);
    let names: Vec<_> = placed.iter().map(|(marker, _)| labels::shortened(marker.name)).collect();
    let spots = labels::place(&at, &names, frame);
    let (scale_m, scale_units) = view.scale(frame);
    html! {
        svg class=(frame.class) viewBox=(format!("0 0 {} {}", frame.width, frame.height)) role="group"
            aria-label=(t.map_description()) {
            g aria-hidden="true" { (ground.layer(wide, view, frame, scale_units)) }
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
