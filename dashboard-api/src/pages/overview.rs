//! `/`: the city's numbers of today, the map, and the list of all sensors.

mod city_map;
mod list;
mod sentences;

pub(crate) use self::city_map::tile;

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use domain::Theme;
use jiff::SignedDuration;
use maud::{Markup, html};

use super::{
    base_map,
    error_page::PageError,
    figures::{self, City},
    layout::{self, Colophon, Head, Live},
    map, numbers,
    texts::Texts,
    ui::Ui,
};
use crate::{AppState, tiles::Tiles};

/// Order of the themes in the list.
const THEMES: [Theme; 5] = [Theme::Bicycle, Theme::Traffic, Theme::Weather, Theme::Other, Theme::Device];

/// `GET /`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(base_map): Extension<Arc<base_map::Cache>>,
    Extension(cities): Extension<Arc<figures::Cache>>,
    Extension(tiles): Extension<Option<Arc<Tiles>>>,
    ui: Ui,
) -> Response {
    let answer = async {
        let city = cities.get(&state).await?;
        Ok::<_, PageError>((city, Colophon::read(&state).await?))
    };
    match answer.await {
        Ok((city, colophon)) => {
            let base = base_map.get(&state.config).await;
            let main = html! {
                (hero(&city, &state, &ui))
                (city_map::section(&city, base, tiles.as_deref(), &state, &ui))
                (list::section(&city, &state, &ui))
            };
            // The whole city is never quiet: twice a minute is often enough.
            let live = Live {
                script: "overview.js",
                now: city.now,
                zone: &state.zone,
                thing: None,
                every: SignedDuration::from_secs(30),
            };
            let head = Head {
                title: Texts(ui.lang).overview(),
                styles: &["overview.css", "map.css"],
                live: Some(live),
                retry_seconds: None,
            };
            layout::answer(StatusCode::OK, layout::page(&ui, head, &colophon, &main))
        }
        Err(error) => error.page(&state.config, &ui),
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
    let time = numbers::oclock(city.now, &state.zone, ui.lang);
    let zone = numbers::zone_name(city.now, &state.zone, ui.lang);
    html! {
        section.hero data-live="hero" {
            div.hero__inner {
                h1.hero__title {
                    (t.tagline())
                    " " span.hero__date { (date) ", " (t.as_of()) " " (time) " " (zone) }
                }
                (now(city, state, ui))
                p.hero__count {
                    @match city.bicycles_today {
                        Some(n) => span.hero__number { (numbers::count(n, ui.lang)) },
                        None => span.hero__number.hero__number--none { "–" },
                    }
                    span.hero__label {
                        @if city.n_sites == 0 {
                            (t.no_bicycle_sites())
                        } @else {
                            strong { (t.bicycles_today(city.bicycles_today)) }
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
                    @if let Some(passed) = &city.story.vehicles {
                        (fact(t.vehicles_today(), passed.n.map(|n| {
                            (numbers::count(n, ui.lang), "", t.of_sites(passed.n_sites))
                        }), t))
                    }
                    @if let Some(water) = city.story.water.first() {
                        (fact(t.water_level(), Some((numbers::number(water.level, 2, ui.lang), "m", water.site.clone())), t))
                    }
                }
            }
            (layout::wheel("hero__wheel"))
        }
    }
}

/// The city now in sentences, and what deserves attention.
fn now(city: &City, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let reader = sentences::Reader { now: city.now, zone: &state.zone, lang: ui.lang };
    let (paragraphs, hints) = (reader.paragraphs(&city.story), reader.hints(&city.story));
    html! {
        @if !paragraphs.is_empty() || !hints.is_empty() {
            div.now {
                @if !paragraphs.is_empty() {
                    ul.now__topics aria-label=(t.now_title()) {
                        @for paragraph in &paragraphs {
                            @let (theme, name) = topic(paragraph.topic, t);
                            li {
                                svg.now__sign viewBox="-11 -11 22 22" width="22" height="22" aria-hidden="true" {
                                    (map::symbol(theme))
                                }
                                p { span.visually-hidden { (name) ": " } (paragraph.text) }
                            }
                        }
                    }
                }
                @if !hints.is_empty() {
                    div.hint {
                        @for hint in &hints { p { strong { (hint) } } }
                        p.hint__source { (t.own_hint()) }
                    }
                }
            }
        }
    }
}

fn topic(topic: sentences::Topic, t: Texts) -> (Theme, &'static str) {
    match topic {
        sentences::Topic::Weather => (Theme::Weather, t.now_weather()),
        sentences::Topic::Bicycles => (Theme::Bicycle, t.now_bicycles()),
        sentences::Topic::Traffic => (Theme::Traffic, t.now_traffic()),
        sentences::Topic::Water => (Theme::Other, t.now_water()),
    }
}

fn fact(name: &str, value: Option<(String, &str, String)>, t: Texts) -> Markup {
    html! {
        div.fact {
            dt { (name) }
            @match value {
                Some((number, unit, note)) => {
                    dd.fact__value { (number) @if !unit.is_empty() { span.unit { "\u{a0}" (unit) } } }
                    dd.fact__note { (note) }
                }
                None => { dd.fact__value.fact__value--none { "–" } dd.fact__note { (t.not_known()) } }
            }
        }
    }
}
