//! The map, and beside it how many sensors report.

use maud::{Markup, html};

use super::{
    super::{
        base_map::Shape,
        figures::City,
        map::{self, Marker},
        parts::age,
        texts::Texts,
        ui::Ui,
    },
    THEMES,
};
use crate::{AppState, ThingState};

pub(super) fn section(city: &City, base: &[Shape], state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
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
                        (map::draw(&markers, base, map::WIDE, ui))
                        (map::draw(&markers, base, map::NARROW, ui))
                    }
                    (health(city, state, ui))
                }
                @if !base.is_empty() && !state.config.base_map_attribution.is_empty() {
                    p.attribution { (state.config.base_map_attribution) }
                }
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
