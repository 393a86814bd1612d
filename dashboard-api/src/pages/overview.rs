//! `/`: the city's numbers of today, the map, and the list of all sensors.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use domain::{ObservedProperty, Theme};
use maud::{Markup, html};

use super::{
    base_map::{self, Shape},
    error_page::PageError,
    figures::{City, Line},
    layout::{self, Colophon, Head},
    map::{self, Marker},
    numbers,
    texts::Texts,
    ui::Ui,
};
use crate::{AppState, ThingState};

/// Order of the themes in the list.
const THEMES: [Theme; 5] = [Theme::Bicycle, Theme::Traffic, Theme::Weather, Theme::Other, Theme::Device];

/// `GET /`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(base_map): Extension<Arc<base_map::Cache>>,
    ui: Ui,
) -> Response {
    let answer = async {
        let (city, colophon) = (City::read(&state).await?, Colophon::read(&state).await?);
        Ok::<_, PageError>((city, colophon))
    };
    match answer.await {
        Ok((city, colophon)) => {
            let base = base_map.shapes(&state.config).await;
            let main = main(&city, base, &state, &ui);
            let head = Head { title: Texts(ui.lang).overview(), scripts: &["overview.js"] };
            layout::answer(StatusCode::OK, layout::page(&ui, head, &colophon, &main))
        }
        Err(error) => error.page(&ui),
    }
}

fn main(city: &City, base: &[Shape], state: &AppState, ui: &Ui) -> Markup {
    html! {
        (hero(city, state, ui))
        (map_section(city, base, state, ui))
        (list_section(city, state, ui))
    }
}

fn hero(city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let number = |value: f64| numbers::number(value, 1, ui.lang);
    let date = format!(
        "{}, {}",
        numbers::weekday(city.now, &state.zone, ui.lang),
        numbers::date(city.now, &state.zone, ui.lang)
    );
    html! {
        section.hero data-live="hero" {
            div.hero__inner {
                h1.hero__title { (t.tagline()) span.hero__date { (date) } }
                p.hero__count {
                    @match city.bicycles_today {
                        Some(n) => span.hero__number { (numbers::count(n, ui.lang)) },
                        None => span.hero__number.hero__number--none { "–" },
                    }
                    span.hero__label {
                        @if city.n_sites == 0 {
                            (t.no_bicycle_sites())
                        } @else {
                            strong { (t.bicycles_today()) }
                            span { (t.reporting(city.n_sites_live, city.n_sites)) }
                        }
                    }
                }
                dl.facts {
                    (fact(t.temperature(), city.temperature.map(|(value, n)| (number(value), "°C", t.mean_of(n))), t))
                    (fact(t.rain_today(), city.rain_today.map(|(value, n)| (number(value), "mm", t.mean_of(n))), t))
                    (fact(t.wind(), city.wind.map(|(value, n)| {
                        let note = city.gust.map_or_else(
                            || t.mean_of(n),
                            |gust| format!("{} {}\u{a0}m/s", t.gusts(), number(gust)),
                        );
                        (number(value), "m/s", note)
                    }), t))
                }
            }
            (wheel())
        }
    }
}

fn fact(name: &str, value: Option<(String, &str, String)>, t: Texts) -> Markup {
    html! {
        div.fact {
            dt { (name) }
            @match value {
                Some((number, unit, note)) => {
                    dd.fact__value { (number) span.unit { "\u{a0}" (unit) } }
                    dd.fact__note { (note) }
                }
                None => { dd.fact__value.fact__value--none { "–" } dd.fact__note { (t.not_known()) } }
            }
        }
    }
}

/// A large wheel at the edge of the hero: decoration.
fn wheel() -> Markup {
    html! {
        svg.hero__wheel viewBox="-100 -100 200 200" aria-hidden="true" focusable="false" {
            circle r="92" fill="none" stroke-width="9" {}
            circle r="80" fill="none" stroke-width="2" {}
            circle r="9" {}
            @for i in 0..18 {
                line y1="-80" y2="-6" stroke-width="1.6" transform=(format!("rotate({})", i * 20)) {}
            }
        }
    }
}

fn map_section(city: &City, base: &[Shape], state: &AppState, ui: &Ui) -> Markup {
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
                div.mapframe {
                    (map::draw(&markers, base, map::WIDE, ui))
                    (map::draw(&markers, base, map::NARROW, ui))
                }
                @if !base.is_empty() && !state.config.base_map_attribution.is_empty() {
                    p.attribution { (state.config.base_map_attribution) }
                }
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

fn list_section(city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let present: Vec<_> =
        THEMES.into_iter().filter(|theme| city.lines.iter().any(|line| line.theme == *theme)).collect();
    html! {
        section.panel aria-labelledby="sensors" {
            div.panel__head {
                h2 #sensors { (t.sensors()) }
                // Shown by the script, which gives it its function.
                form.filter #filter hidden role="search" {
                    label { span { (t.search()) } input #filter-text type="search" autocomplete="off"; }
                    label {
                        span { (t.theme()) }
                        select #filter-theme {
                            option value="" { (t.all_themes()) }
                            @for theme in &present {
                                option value=(map::theme_key(*theme)) { (t.theme_name(*theme)) }
                            }
                        }
                    }
                    button.button.button--quiet #pause type="button"
                        data-resume=(t.resume()) aria-pressed="false" { (t.pause()) }
                }
            }
            @if city.lines.is_empty() { p.empty { (t.no_sensors()) } }
            p.empty #no-match role="status" hidden data-text=(t.no_match()) {}
            div data-live="list" {
                @for theme in present { (group(theme, city, state, ui)) }
            }
        }
    }
}

fn group(theme: Theme, city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let lines: Vec<_> = city.lines.iter().filter(|line| line.theme == theme).collect();
    html! {
        section.group.(map::theme_class(theme)) data-group {
            h3.group__title {
                svg viewBox="-11 -11 22 22" width="22" height="22" aria-hidden="true" { (map::symbol(theme)) }
                (t.theme_name(theme)) span.group__n { (lines.len()) }
            }
            table.sensors {
                thead {
                    tr {
                        th scope="col" { (t.site()) }
                        th scope="col" { (t.values()) }
                        th scope="col" { (t.state()) }
                        th scope="col" { (t.last_heard()) }
                    }
                }
                tbody {
                    @for line in lines { (row(line, city, state, ui)) }
                }
            }
        }
    }
}

fn row(line: &Line, city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let thing = &line.thing;
    html! {
        tr.(map::state_class(line.state)) data-theme=(map::theme_key(line.theme)) data-name=(thing.name.to_lowercase()) {
            th scope="row" { a href=(ui.href(&format!("/things/{}", thing.key))) { (thing.name) } }
            td { (values(line, t)) }
            td { (state_badge(line.state, t)) }
            td {
                @match thing.last_heard_at {
                    Some(at) => (age(at, city.now, state, ui)),
                    None => (t.never_heard()),
                }
            }
        }
    }
}

fn values(line: &Line, t: Texts) -> Markup {
    html! {
        @if !line.counts_bicycles && line.values.is_empty() { span.muted { (t.no_value()) } }
        @else {
            ul.values {
                @if line.counts_bicycles {
                    li {
                        b { (line.bicycles_today.map_or_else(|| "–".to_owned(), |n| numbers::count(n, t.0))) }
                        " " span { (t.bicycles_today()) }
                    }
                }
                @for (property, value) in &line.values {
                    li { b { (shown(*property, *value, t)) } " " span { (t.property(*property)) } }
                }
            }
        }
    }
}

fn shown(property: ObservedProperty, value: f64, t: Texts) -> String {
    match property {
        ObservedProperty::WindDirection => numbers::compass(value, t.0).to_owned(),
        _ => numbers::value_with_unit(property, value, t.0),
    }
}

/// A state as shape, colour and word.
pub(crate) fn state_badge(state: ThingState, t: Texts) -> Markup {
    html! { span.state.(map::state_class(state)) { span.state__sign aria-hidden="true" {} (t.state_name(state)) } }
}

/// A relative time with the absolute one in its attributes.
pub(crate) fn age(at: jiff::Timestamp, now: jiff::Timestamp, state: &AppState, ui: &Ui) -> Markup {
    html! {
        time datetime=(numbers::rfc3339(at, &state.zone)) title=(numbers::date_time(at, &state.zone, ui.lang)) {
            (numbers::ago(at, now, ui.lang))
        }
    }
}
