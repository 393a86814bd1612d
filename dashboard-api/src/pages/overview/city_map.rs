//! The map with its tiles, and beside it how many sensors report.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use maud::{Markup, html};

use super::{
    super::{
        base_map::BaseMap,
        figures::{self, City},
        map::{self, Ground, Marker},
        parts::age,
        texts::Texts,
        ui::Ui,
    },
    THEMES,
};
use crate::{
    ApiError, AppState, ThingState,
    conditional::{self, Freshness},
    tiles::{TileId, Tiles},
};

/// A browser keeps a tile for a day.
const TILE_CACHING: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `GET /map/tiles/{z}/{x}/{y}`: a tile of the map's background. Only those that the map shows: this is nobody's way to
/// another server.
pub(crate) async fn tile(
    State(state): State<AppState>,
    Extension(cities): Extension<Arc<figures::Cache>>,
    Extension(tiles): Extension<Option<Arc<Tiles>>>,
    Path((z, x, y)): Path<(u8, u32, u32)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = TileId { z, x, y };
    let no_such = || ApiError::NotFound(format!("the map shows no tile {z}/{x}/{y}"));
    let tiles = tiles.ok_or_else(no_such)?;
    let city = cities.get(&state).await?;
    let positions = city.lines.iter().filter_map(|line| line.thing.position);
    if !map::shows(positions, id, tiles.source().zoom()) {
        return Err(no_such());
    }
    let tile =
        tiles.get(id).await.ok_or(ApiError::Elsewhere("the tile server does not answer with a tile"))?;
    let mut answer = conditional::answer(&headers, tile.content_type, Freshness::Revalidate, tile.bytes);
    answer.headers_mut().insert(header::CACHE_CONTROL, TILE_CACHING);
    Ok(answer)
}

pub(super) fn section(
    city: &City,
    base: &BaseMap,
    tiles: Option<&Tiles>,
    state: &AppState,
    ui: &Ui,
) -> Markup {
    let t = Texts(ui.lang);
    let in_trouble = tiles.is_some_and(Tiles::is_in_trouble);
    // What would not come is not asked for.
    let source = tiles.filter(|_| !in_trouble).map(Tiles::source);
    let ground = Ground { shapes: &base.shapes, tiles: source };
    let markers: Vec<_> = city
        .lines
        .iter()
        .filter_map(|line| {
            Some(Marker {
                key: &line.thing.key,
                name: &line.thing.name,
                position: line.thing.position?,
                theme: line.theme,
                state: line.state,
                ageing: line.ageing(),
            })
        })
        .collect();
    html! {
        section.panel aria-labelledby="map" {
            div.panel__head {
                h2 #map { (t.map()) }
                (legend(city, t))
            }
            @if markers.is_empty() {
                p.empty { (t.map_empty()) }
            } @else {
                div.citymap data-live="map" {
                    div.mapframe {
                        (map::draw(&markers, ground, ui))
                    }
                    (health(city, state, ui))
                }
                @if !base.shapes.is_empty() && !base.attribution.is_empty() {
                    p.attribution { (base.attribution) }
                }
                @if let Some(source) = source {
                    p.attribution data-online {
                        (source.attribution())
                        @if !source.licence().is_empty() { " · " (t.map_licence()) ": " (source.licence()) }
                    }
                }
                @if in_trouble { p.attribution data-online role="status" { (t.tiles_failed()) } }
            }
        }
    }
}

/// Sites named beside the map because nothing is heard of them.
const MAX_UNWELL: usize = 8;

/// How many Things report, and which do not.
fn health(city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let n = |state| city.lines.iter().filter(|line| line.state == state).count();
    let unwell: Vec<_> = city.lines.iter().filter(|line| line.state != ThingState::Live).collect();
    let states = [ThingState::Live, ThingState::Stale, ThingState::Silent, ThingState::Never];
    html! {
        div.health {
            h3 { (t.n_sensors(city.lines.len())) }
            ul.health__states {
                @for (state, n) in states.map(|state| (state, n(state))).into_iter().filter(|(_, n)| *n > 0) {
                    li.state.(map::state_class(state)) {
                        span.state__sign aria-hidden="true" {}
                        span { (t.n_in_state(n, state)) }
                    }
                }
            }
            @if !unwell.is_empty() {
                ul.health__unwell {
                    @for line in unwell.iter().take(MAX_UNWELL) {
                        li {
                            a href=(ui.href(&format!("/things/{}", line.thing.key))) { (line.thing.name) }
                            span.muted {
                                @match line.thing.last_heard_at {
                                    Some(at) => { (t.last_heard()) " " (age(at, city.now, state, ui)) }
                                    None => (t.state_name(ThingState::Never)),
                                }
                            }
                        }
                    }
                }
                @if unwell.len() > MAX_UNWELL { p.muted { (t.and_more(unwell.len() - MAX_UNWELL)) } }
            }
        }
    }
}

fn legend(city: &City, t: Texts) -> Markup {
    html! {
        ul.legend {
            @for theme in THEMES.into_iter().filter(|theme| city.lines.iter().any(|line| line.theme == *theme)) {
                li.(map::theme_class(theme)) {
                    svg viewBox="-11 -11 22 22" width="22" height="22" aria-hidden="true" { (map::symbol(theme)) }
                    (t.theme_name(theme))
                }
            }
        }
    }
}
