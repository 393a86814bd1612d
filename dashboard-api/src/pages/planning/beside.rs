//! The weather of the same days beside the counts.

use domain::{Lang, Truncated};
use maud::{Markup, html};
use planning::{Calendar, weather::StationDay};
use store::{Datastream, StoreError};

use super::{
    Answered, Catalogue, Site, calendar, compare,
    days::{self, DayCharts},
    sent,
};
use crate::{
    AppState,
    charts::data::Chart,
    counts::CountingSite,
    evaluation::{
        Objection, Period, WeatherStation,
        station::{Detail, by_distance},
    },
    pages::{error_page::PageError, texts::Texts, ui::Ui},
};

/// The station beside a counting site, and the days it measured.
#[derive(Default)]
pub(super) struct Beside {
    /// Nearest first, with the distance in kilometres.
    stations: Vec<(WeatherStation, Option<f64>)>,
    chosen: Option<usize>,
    /// Whether it was chosen by the question and not by its place.
    is_asked: bool,
    /// In the order of the period's days; empty without a station.
    pub(super) days: Vec<StationDay>,
}

impl Beside {
    /// The station asked for, or the nearest.
    pub(super) async fn choose(
        state: &AppState,
        site: &Site,
        query: &[(String, String)],
    ) -> Result<Result<Self, Objection>, PageError> {
        let stations = by_distance(Catalogue::read(state).await?.stations(), site.thing.position);
        let found = sent(query, "weather");
        let chosen = match found.trim() {
            "" => (!stations.is_empty()).then_some(0),
            "none" => None,
            key => {
                let chosen = stations.iter().position(|(station, _)| station.thing.key == key);
                if chosen.is_none() {
                    let keys = stations.iter().map(|(station, _)| station.thing.key.clone());
                    let keys = keys.chain(["none".to_owned()]).collect();
                    let found = Truncated::new(key);
                    return Ok(Err(Objection::NoSuchThing { name: "weather", found, keys }));
                }
                chosen
            }
        };
        Ok(Ok(Self { stations, chosen, is_asked: !found.trim().is_empty(), days: Vec::new() }))
    }

    /// Reads the days of a period.
    pub(super) async fn read(
        self,
        state: &AppState,
        period: &Period,
        _lang: Lang,
    ) -> Result<Self, StoreError> {
        let Some(station) = self.station() else { return Ok(self) };
        let calendar = calendar(state);
        let measured = station.read(&state.store, period.range(&calendar), Detail::Days).await?;
        let days =
            Calendar::dates(period.first, period.last).map(|date| measured.day(&calendar, date)).collect();
        Ok(Self { days, ..self })
    }

    /// The station, if there is one.
    pub(super) fn station(&self) -> Option<&WeatherStation> {
        Some(&self.stations.get(self.chosen?)?.0)
    }

    /// Its key, or `none`.
    pub(super) fn key(&self) -> &str {
        self.station().map_or("none", |station| station.thing.key.as_str())
    }

    /// What a link needs to show the same.
    pub(super) fn query(&self) -> String {
        if self.is_asked { format!("&weather={}", self.key()) } else { String::new() }
    }

    /// Whether there is anything to choose.
    pub(super) fn has_stations(&self) -> bool {
        !self.stations.is_empty()
    }

    /// The field of the form.
    pub(super) fn field(&self, chosen: &str, ui: &Ui) -> Markup {
        let t = Texts(ui.lang);
        html! {
            label { (t.planning_station())
                select name="weather" {
                    @for (station, km) in &self.stations {
                        option value=(station.thing.key) selected[station.thing.key == chosen] {
                            (station.thing.name) (compare::distance(*km, ui))
                        }
                    }
                    option value="none" selected[chosen == "none"] { (t.planning_no_station()) }
                }
            }
        }
    }
}

impl Answered {
    /// The days of the counts, of rain and of temperature; none without a station.
    pub(super) async fn charts(&self, state: &AppState, lang: Lang) -> Result<Vec<Chart>, StoreError> {
        let Some(station) = self.beside.station() else { return Ok(Vec::new()) };
        let range = self.asked.period.range(&calendar(state));
        let counted = CountingSite::of(&self.site.datastreams, self.asked.property);
        let is_counted = |stream: &&Datastream| {
            counted
                .iter()
                .flat_map(|site| &site.directions)
                .any(|direction| direction.datastream == stream.id)
        };
        let counts: Vec<&Datastream> = self.site.datastreams.iter().filter(is_counted).collect();
        let mut charts = Vec::new();
        // Classes of one direction are no directions: their days would be drawn over each other.
        if (1..=2).contains(&counts.len()) {
            charts.push(days::chart(state, &counts, range, self.now, lang).await?);
        }
        for stream in [&station.rain, &station.temperature].into_iter().flatten() {
            charts.push(days::chart(state, &[stream], range, self.now, lang).await?);
        }
        Ok(charts)
    }
}

/// Counts, rain and temperature above each other.
pub(super) fn section(answered: &Answered, charts: &[Chart], state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let Some(station) = answered.beside.station() else { return html! {} };
    let km = answered.beside.chosen.and_then(|i| answered.beside.stations.get(i)?.1);
    html! {
        section.panel.plan-beside.plan-screen aria-labelledby="beside" {
            h2 #beside { (t.weather_beside()) }
            p.plan-note {
                (t.weather_of(&station.thing.name, &compare::distance(km, ui))) " " (t.weather_beside_text()) " "
                a href=(ui.href(&format!(
                    "/planning/{}/weather?from={}&to={}",
                    station.thing.key, answered.asked.period.first, answered.asked.period.last
                ))) { (t.weather_title()) ": " (station.thing.name) }
            }
            div.plan-stack { (DayCharts { charts, period: &answered.asked.period }.markup(state, ui)) }
        }
    }
}
