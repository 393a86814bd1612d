//! `/planning`: all counting sites, how they are and how much they have counted.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use domain::{BucketWidth, ObservedProperty, TimeRange};
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use store::Thing;

use super::{Catalogue, Pairs};
use crate::{
    Ageing, AppState, ThingState,
    amount::COMPLETE_ENOUGH,
    counts::CountingSite,
    evaluation::{CLASSES, WeatherStation},
    pages::{
        error_page::PageError,
        map, numbers,
        parts::{language, state_badge},
        texts::Texts,
        ui::Ui,
    },
};

/// A counting site with how much data it has.
struct Row {
    thing: Thing,
    classes: Vec<ObservedProperty>,
    first_at: Option<Timestamp>,
    /// Days of the last year on which all was counted, and days since it began, a year at most.
    complete_days: (usize, usize),
}

/// A station with what it measures.
struct StationRow {
    station: WeatherStation,
    began: Option<Timestamp>,
}

/// `GET /planning`; with a Thing chosen in the form on to its page.
pub(crate) async fn get(
    State(state): State<AppState>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    if let Some((_, key)) = query.iter().find(|(name, key)| name == "thing" && !key.is_empty()) {
        return redirect(key, &query, &ui);
    }
    match rows(&state).await {
        Ok((rows, stations)) => {
            let main = main(&rows, &stations, &state, &ui);
            super::page(&state, &ui, StatusCode::OK, Texts(ui.lang).planning(), &main, &headers)
        }
        Err(error) => error.page(&state.config, &ui),
    }
}

fn redirect(key: &str, query: &[(String, String)], ui: &Ui) -> Response {
    // Keys have letters, digits and hyphens only; what has others names nothing.
    if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Redirect::to(&ui.href("/planning")).into_response();
    }
    let dates = query.iter().filter(|(name, value)| {
        ["from", "to"].contains(&name.as_str()) && value.chars().all(|c| c.is_ascii_digit() || c == '-')
    });
    let dates: Vec<_> = dates.map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if dates.is_empty() { "" } else { "?" };
    Redirect::to(&ui.href(&format!("/planning/{key}{mark}{}", dates.join("&")))).into_response()
}

async fn rows(state: &AppState) -> Result<(Vec<Row>, Vec<StationRow>), PageError> {
    let catalogue = Catalogue::read(state).await?;
    let mut rows = Vec::new();
    for thing in &catalogue.things {
        let datastreams = catalogue.datastreams(thing);
        let sites = CLASSES.iter().filter_map(|class| Some((*class, CountingSite::of(datastreams, *class)?)));
        let sites: Vec<_> = sites.collect();
        let Some((_, site)) = sites.first() else { continue };
        let first_at = sites.iter().filter_map(|(_, site)| site.first_at()).min();
        let complete_days = complete_days(state, site, first_at).await?;
        let classes = sites.iter().map(|(class, _)| *class).collect();
        rows.push(Row { thing: thing.clone(), classes, first_at, complete_days });
    }
    let stations = catalogue.stations().into_iter();
    let stations = stations.map(|station| StationRow { began: station.began(), station }).collect();
    Ok((rows, stations))
}

/// By the days of the first class, all its directions observed.
async fn complete_days(
    state: &AppState,
    site: &CountingSite,
    first_at: Option<Timestamp>,
) -> Result<(usize, usize), PageError> {
    let Some(first_at) = first_at else { return Ok((0, 0)) };
    let midnight = BucketWidth::Day.bucket_of(state.clock.now(), &state.zone).from();
    let local = state.zone.to_datetime(midnight).saturating_sub(1.year());
    let year_ago = local.to_zoned(state.zone.clone()).map_or(first_at, |zoned| zoned.timestamp());
    let from = BucketWidth::Day.bucket_of(year_ago.max(first_at), &state.zone).from();
    let Ok(range) = TimeRange::new(from, midnight) else { return Ok((0, 0)) };
    let mut complete: HashMap<Timestamp, usize> = HashMap::new();
    for buckets in site.buckets(&state.store, BucketWidth::Day, range).await? {
        for bucket in buckets.iter().filter(|bucket| bucket.completeness() >= COMPLETE_ENOUGH) {
            *complete.entry(bucket.range.from()).or_default() += 1;
        }
    }
    let n_complete = complete.values().filter(|n| **n == site.directions.len()).count();
    Ok((n_complete, BucketWidth::Day.buckets(range, &state.zone).count()))
}

fn main(rows: &[Row], stations: &[StationRow], state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        section.intro {
            h1 { (t.planning()) }
            p.lead { (t.planning_lead()) }
            @if !rows.is_empty() { (form(rows, ui)) }
        }
        section.panel.plan-list {
            h2 #sites { (t.planning_sites()) }
            @if rows.is_empty() {
                p.empty { (t.planning_no_sites()) }
            } @else {
                table.plan-table aria-labelledby="sites" {
                    thead {
                        tr {
                            th scope="col" { (t.planning_site()) }
                            th scope="col" { (t.planning_counts()) }
                            th scope="col" { (t.state()) }
                            th scope="col" { (t.planning_since()) }
                            th.plan-table__n scope="col" { (t.planning_year_of_days()) }
                        }
                    }
                    tbody { @for row in rows { (line(row, state, ui)) } }
                }
            }
        }
        @if !stations.is_empty() {
            section.panel.plan-list {
                h2 #stations { (t.weather_stations()) }
                table.plan-table aria-labelledby="stations" {
                    thead {
                        tr {
                            th scope="col" { (t.planning_station()) }
                            th scope="col" { (t.weather_measures()) }
                            th scope="col" { (t.state()) }
                            th scope="col" { (t.planning_since()) }
                        }
                    }
                    tbody { @for row in stations { (station_line(row, state, ui)) } }
                }
            }
        }
    }
}

fn form(rows: &[Row], ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        form.filter method="get" action="/planning" {
            (language(ui))
            label { (t.planning_site())
                select name="thing" { @for row in rows { option value=(row.thing.key) { (row.thing.name) } } }
            }
            label { (t.planning_from()) input type="date" name="from"; }
            label { (t.planning_to()) input type="date" name="to"; }
            button.button type="submit" { (t.planning_show()) }
        }
    }
}

fn line(row: &Row, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let thing = &row.thing;
    let thing_state = ThingState::of(thing.last_heard_at, thing.expected_interval, state.clock.now());
    let (complete, all) = row.complete_days;
    html! {
        tr.(map::state_class(thing_state)) {
            th scope="row" { a href=(ui.href(&format!("/planning/{}", thing.key))) { (thing.name) } }
            td data-label=(t.planning_counts()) {
                (row.classes.iter().map(|class| t.property(*class)).collect::<Vec<_>>().join(", "))
            }
            td data-label=(t.state()) {
                (state_badge(thing_state, Ageing::of(thing.last_heard_at, thing.expected_interval), t))
            }
            td data-label=(t.planning_since()) {
                @match row.first_at {
                    Some(at) => (numbers::date(at, &state.zone, ui.lang)),
                    None => (t.never_heard()),
                }
            }
            td.plan-table__n data-label=(t.planning_year_of_days()) {
                (numbers::count(complete as u64, ui.lang)) " / " (numbers::count(all as u64, ui.lang))
            }
        }
    }
}

fn station_line(row: &StationRow, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let station = &row.station;
    let thing = &station.thing;
    let thing_state = ThingState::of(thing.last_heard_at, thing.expected_interval, state.clock.now());
    let measured = [&station.rain, &station.temperature, &station.humidity, &station.wind, &station.gust];
    let names: Vec<_> = measured.into_iter().flatten().map(|stream| t.property(stream.property)).collect();
    html! {
        tr.(map::state_class(thing_state)) {
            th scope="row" { a href=(ui.href(&format!("/planning/{}/weather", thing.key))) { (thing.name) } }
            td data-label=(t.weather_measures()) { (names.join(", ")) }
            td data-label=(t.state()) {
                (state_badge(thing_state, Ageing::of(thing.last_heard_at, thing.expected_interval), t))
            }
            td data-label=(t.planning_since()) {
                @match row.began {
                    Some(at) => (numbers::date(at, &state.zone, ui.lang)),
                    None => (t.never_heard()),
                }
            }
        }
    }
}
