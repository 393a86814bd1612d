//! `/`: the city's numbers of today, the map, and the list of all sensors.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use domain::{Channel, ObservedProperty, Theme};
use jiff::SignedDuration;
use maud::{Markup, html};

use super::{
    base_map::{self, Shape},
    channels,
    error_page::PageError,
    figures::{self, City, Figure, Line, Shown, When},
    layout::{self, Colophon, Head, Live},
    map::{self, Marker},
    numbers,
    texts::Texts,
    ui::Ui,
};
use crate::{Ageing, AppState, ThingState, amount::Amount};

/// Order of the themes in the list.
const THEMES: [Theme; 5] = [Theme::Bicycle, Theme::Traffic, Theme::Weather, Theme::Other, Theme::Device];

/// `GET /`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(base_map): Extension<Arc<base_map::Cache>>,
    Extension(cities): Extension<Arc<figures::Cache>>,
    ui: Ui,
) -> Response {
    let answer = async {
        let moment = (*state.store.newest().borrow(), state.clock.now().as_second());
        let city = cities.get(moment, || City::read(&state)).await?;
        Ok::<_, PageError>((city, Colophon::read(&state).await?))
    };
    match answer.await {
        Ok((city, colophon)) => {
            let base = base_map.shapes(&state.config).await;
            let main = main(&city, base, &state, &ui);
            // The whole city is never quiet: twice a minute is often enough.
            let live = Live {
                script: "overview.js",
                now: city.now,
                zone: &state.zone,
                thing: None,
                every: SignedDuration::from_secs(30),
            };
            let head = Head { title: Texts(ui.lang).overview(), live: Some(live), refresh_seconds: None };
            layout::answer(StatusCode::OK, layout::page(&ui, head, &colophon, &main))
        }
        Err(error) => error.page(&state.config, &ui),
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
    let time = numbers::oclock(city.now, &state.zone, ui.lang);
    let zone = numbers::zone_name(city.now, &state.zone, ui.lang);
    html! {
        section.hero data-live="hero" {
            div.hero__inner {
                h1.hero__title {
                    (t.tagline())
                    " " span.hero__date { (date) ", " (t.as_of()) " " (time) " " (zone) }
                }
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
                }
            }
            (layout::wheel("hero__wheel"))
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
                    (pause_button(t))
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
                        th scope="col" { (t.as_of()) }
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
        tr.(map::state_class(line.state)) data-stale-at=[line.ageing().map(|ageing| ageing.stale_after.as_millisecond())]
            data-silent-at=[line.ageing().map(|ageing| ageing.silent_after.as_millisecond())] data-theme=(map::theme_key(line.theme)) data-name=(thing.name.to_lowercase()) {
            th scope="row" { a href=(ui.href(&format!("/things/{}", thing.key))) { (thing.name) } }
            td { (periods(line, state, ui)) }
            td { (state_badge(line.state, line.ageing(), t)) }
            td {
                @match thing.last_heard_at {
                    Some(at) => (age(at, city.now, state, ui)),
                    None => (t.never_heard()),
                }
            }
        }
    }
}

/// The figures of a Thing, each line with the time it stands for.
fn periods(line: &Line, state: &AppState, ui: &Ui) -> Markup {
    html! {
        @if line.periods.is_empty() { span.muted { (Texts(ui.lang).no_value()) } }
        @for period in &line.periods {
            div.period {
                p.period__when { (when(&period.when, state, ui)) }
                ul.figures {
                    @for shown in &period.figures { li { (figure(shown, state, ui)) } }
                }
            }
        }
    }
}

fn when(when: &When, state: &AppState, ui: &Ui) -> String {
    let t = Texts(ui.lang);
    match when {
        When::Today { until, n_directions } => {
            let until = until.map(|until| numbers::oclock(until, &state.zone, ui.lang));
            t.today_of(until.as_deref(), *n_directions)
        }
        When::Interval { length, directions } => {
            let mean = t.mean_over(&numbers::interval(*length));
            let name = |(channel, name): &(Channel, Option<String>)| {
                name.clone().unwrap_or_else(|| channels::of_key(*channel, &[], t.0))
            };
            match directions.as_slice() {
                [] | [_] => mean,
                several => format!("{mean}, {}", several.iter().map(name).collect::<Vec<_>>().join(" / ")),
            }
        }
        When::Latest => t.latest().to_owned(),
    }
}

fn figure(shown: &Shown, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let property = shown.property;
    let channel = shown.channel.as_ref().map(|(channel, name)| {
        let name = name.clone().unwrap_or_else(|| channels::of_key(*channel, &[], t.0));
        format!(" · {name}")
    });
    let name = format!("{}{}", t.beside_a_number(property), channel.unwrap_or_default());
    match &shown.figure {
        Figure::Amount(amount) => html! {
            @match fallen_or_passed(property, *amount, t) {
                Some(number) => { b { (number) } " " span { (t.counted(property, amount.n())) } }
                None => { b { "–" } " " span { (t.counted(property, None)) ": " (t.not_known()) } }
            }
        },
        Figure::Between(range, amount) => html! {
            @let hour = t.between(
                &numbers::clock_time(range.from(), &state.zone, t.0),
                &numbers::clock_time(range.to(), &state.zone, t.0),
            );
            @match fallen_or_passed(property, *amount, t) {
                Some(number) => { b { (number) } " " span { (hour) } }
                None => { b { "–" } " " span { (hour) ": " (t.not_known()) } }
            }
        },
        Figure::Values(values) => html! { b { (joined(property, values, t)) } " " span { (name) } },
        Figure::Reason(reason) => html! { b { "–" } " " span { (name) ": " (t.reason(*reason)) } },
    }
}

/// A sum with its unit, if one is known.
fn fallen_or_passed(property: ObservedProperty, amount: Amount, t: Texts) -> Option<String> {
    let number = numbers::value_with_unit(property, amount.sum?, t.0);
    Some(if amount.is_lower_bound() { t.at_least(&number) } else { number })
}

/// `19 / 20 km/h`, `19 / – km/h`.
fn joined(property: ObservedProperty, values: &[Option<f64>], t: Texts) -> String {
    if let [Some(only)] = values {
        return match property {
            ObservedProperty::WindDirection => numbers::compass(*only, t.0).to_owned(),
            _ => numbers::reading(property, *only, t.0),
        };
    }
    let number = |value: &Option<f64>| value.map_or("–".to_owned(), |x| numbers::value(property, x, t.0));
    let numbers: Vec<_> = values.iter().map(number).collect();
    format!("{}\u{a0}{}", numbers.join("\u{a0}/\u{a0}"), property.unit().symbol)
}

/// A state as shape, colour and word; the script changes it when its time is over.
pub(crate) fn state_badge(state: ThingState, ageing: Option<Ageing>, t: Texts) -> Markup {
    html! {
        span.state.(map::state_class(state))
            data-stale-at=[ageing.map(|ageing| ageing.stale_after.as_millisecond())]
            data-silent-at=[ageing.map(|ageing| ageing.silent_after.as_millisecond())] {
            span.state__sign aria-hidden="true" {}
            span.state__name { (t.state_name(state)) }
        }
    }
}

/// Shown by the script, which gives it its function (WCAG 2.2.2).
pub(crate) fn pause_button(t: Texts) -> Markup {
    html! {
        button.button.button--quiet #pause type="button" hidden data-pause=(t.pause()) data-resume=(t.resume()) {
            (t.pause())
        }
    }
}

/// A relative time, which the script keeps true, with the absolute one in its attributes.
pub(crate) fn age(at: jiff::Timestamp, now: jiff::Timestamp, state: &AppState, ui: &Ui) -> Markup {
    html! {
        time datetime=(numbers::rfc3339(at, &state.zone)) title=(numbers::date_time(at, &state.zone, ui.lang))
            data-at=(at.as_millisecond()) {
            (numbers::ago(at, now, ui.lang))
        }
    }
}
