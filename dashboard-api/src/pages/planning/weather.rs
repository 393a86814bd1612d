//! `/planning/{thing}/weather`: what a station tells planners of a period.

mod lines;
mod pictures;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::Lang;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    Pairs, PeriodFields as Fields, Unanswered, calendar, date_in_words,
    days::{self, DayCharts},
    period_words, sheet,
};
use crate::{
    AppState, Problem,
    charts::data::Chart,
    csv_text::{self, CsvTable},
    evaluation::{
        Objection, Period, WeatherStation,
        station::Detail,
        weather::{WeatherReport, range_to_read},
    },
    pages::{error_page::PageError, texts::Texts, ui::Ui},
};

/// The figures of a station in a period.
struct Answered {
    station: WeatherStation,
    period: Period,
    report: WeatherReport,
    charts: Vec<Chart>,
    now: Timestamp,
}

/// `GET /planning/{key}/weather`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    match answer(&state, &key, &query, ui.lang).await {
        Ok(answered) => {
            let title = title(&answered.station, &ui);
            super::page(&state, &ui, StatusCode::OK, &title, &main(&answered, &state, &ui), &headers)
        }
        Err(Unanswered::Objection(station, objection)) => {
            let status = StatusCode::BAD_REQUEST;
            let main = objected(&station, objection.as_ref(), &query, &ui);
            super::page(&state, &ui, status, &title(&station, &ui), &main, &headers)
        }
        Err(Unanswered::Nothing(thing)) => {
            let main = super::nothing(&thing, Texts(ui.lang).weather_none(), &ui);
            super::page(&state, &ui, StatusCode::NOT_FOUND, &thing, &main, &headers)
        }
        Err(Unanswered::Error(error)) => error.page(&state.config, &ui),
    }
}

/// Tables the weather at a station for planners.
///
/// Rain sums, kinds of days, wind and comfort of a period, each figure with how much of the time was observed and its method.
#[utoipa::path(
    get,
    path = "/planning/{key}/weather.csv",
    tag = "planning",
    params(("key" = String, Path, description = "Key of the Thing", example = "schlossgarten"), super::PeriodQuery),
    responses(
        (status = 200, description = "The figures", body = String, content_type = "text/csv"),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing, or one that measures no weather", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_csv(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    file(&state, &key, &query, &headers, &ui, figures_csv).await
}

/// Lists the days of a station.
///
/// Rain, temperature, humidity and wind of each local day; what was observed too little has no value.
#[utoipa::path(
    get,
    path = "/planning/{key}/weather/days.csv",
    tag = "planning",
    params(("key" = String, Path, description = "Key of the Thing", example = "schlossgarten"), super::PeriodQuery),
    responses(
        (status = 200, description = "The days", body = String, content_type = "text/csv"),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing, or one that measures no weather", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_days(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    file(&state, &key, &query, &headers, &ui, days_csv).await
}

async fn file(
    state: &AppState,
    key: &str,
    query: &[(String, String)],
    headers: &HeaderMap,
    ui: &Ui,
    write: fn(&Answered, &AppState, Lang) -> Vec<u8>,
) -> Response {
    let answered = answer(state, key, query, ui.lang).await;
    let nothing = "this Thing measures no weather; /planning lists those that do";
    super::csv_file(answered.map(|answered| write(&answered, state, ui.lang)), key, nothing, headers)
}

async fn answer(
    state: &AppState,
    key: &str,
    query: &[(String, String)],
    lang: Lang,
) -> Result<Answered, Unanswered<WeatherStation>> {
    let thing = state.store.thing(key).await?.ok_or(PageError::NoSuchThing)?;
    let datastreams = state.store.datastreams(Some(thing.id)).await?;
    let Some(station) = WeatherStation::of(&thing, &datastreams) else {
        return Err(Unanswered::Nothing(thing.name));
    };
    let now = state.clock.now();
    let date = |at: Timestamp| state.zone.to_datetime(at).date();
    let period = match Period::parse(query, ("from", "to"), station.began().map(date), date(now)) {
        Ok(period) => period,
        Err(objection) => return Err(Unanswered::Objection(Box::new(station), Some(objection))),
    };
    let calendar = calendar(state);
    let read = range_to_read(&period, &calendar);
    let measured = station.read(&state.store, read, Detail::QuarterHours).await?;
    let streams = [station.temperature.as_ref(), station.rain.as_ref(), station.gust.as_ref()];
    let mut charts = Vec::new();
    for stream in streams.into_iter().flatten() {
        charts.push(days::chart(state, &[stream], period.range(&calendar), now, lang).await?);
    }
    let task = move || WeatherReport::new(&measured, &period, &calendar);
    let report = tokio::task::spawn_blocking(task).await.map_err(|error| PageError::Mistake(error.into()))?;
    Ok(Answered { station, period, report, charts, now })
}

fn title(station: &WeatherStation, ui: &Ui) -> String {
    format!("{}: {}", station.thing.name, Texts(ui.lang).weather_title())
}

fn main(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let (station, report) = (&answered.station, &answered.report);
    let lines = lines::of(report, ui.lang);
    html! {
        div.report.report--weather {
            section.intro {
                (super::crumbs(ui))
                h1 { (station.thing.name) }
                p.lead { (t.weather_title()) ", " (period_words(&answered.period, state, ui)) }
                @if answered.period.is_cut {
                    p.plan-completeness { (t.cut(&date_in_words(answered.period.last, state, ui))) }
                }
            }
            (super::period_form(&format!("/planning/{}/weather", station.thing.key), &Fields::of(&answered.period), ui))
            section.panel.plan-section {
                (leads(&lines, state, ui))
                (sheet::table(&lines, t.planning_figures(), "", &state.zone, ui))
                p.plan-note { strong { (t.weather_hint_note()) } " " (t.weather_hint_site()) }
            }
            div.panel.plan-curves.plan-weather {
                (DayCharts { charts: &answered.charts, period: &answered.period }.markup(state, ui))
                (pictures::rose(report, ui))
                (pictures::months(report, ui))
            }
            (colophon(answered, state, ui))
        }
    }
}

fn objected(
    station: &WeatherStation,
    objection: Option<&Objection>,
    query: &[(String, String)],
    ui: &Ui,
) -> Markup {
    html! {
        (super::objected(&station.thing.name, objection, ui))
        (super::period_form(&format!("/planning/{}/weather", station.thing.key), &Fields::of_query(query), ui))
    }
}

/// Four figures, large.
fn leads(lines: &[sheet::Line], state: &AppState, ui: &Ui) -> Markup {
    let keys = ["rain_total", "rain_heaviest_1h", "temperature_max", "gust_max"];
    html! {
        dl.plan-leads {
            @for line in keys.iter().filter_map(|key| lines.iter().find(|line| line.key == *key)) {
                (super::lead(line, state, ui))
            }
        }
    }
}

fn colophon(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let key = &answered.station.thing.key;
    let query = format!("from={}&to={}", answered.period.first, answered.period.last);
    html! {
        section.panel.plan-colophon {
            h2 { (t.planning_rules()) }
            ul {
                li { (t.weather_rule_rain()) }
                li { (t.weather_rule_days()) }
                li { (t.weather_rule_comfort()) }
                li { (t.weather_rule_wind()) }
                li { (t.weather_rule_missing()) }
            }
            p.plan-screen.plan-files {
                a.button href=(ui.href(&format!("/planning/{key}/weather.csv?{query}"))) download { (t.planning_csv()) }
                a.button href=(ui.href(&format!("/planning/{key}/weather/days.csv?{query}"))) download { (t.planning_days_csv()) }
                a href=(ui.href(&format!("/planning/{key}/weather?{query}"))) { (t.planning_link()) }
                a href=(ui.href(&format!("/things/{key}"))) { (t.planning_thing()) }
            }
            (super::about(&answered.station.thing.name, t.weather_title(), &answered.period, answered.now, state, ui))
        }
    }
}

fn figures_csv(answered: &Answered, state: &AppState, lang: Lang) -> Vec<u8> {
    let about = [
        ("thing", answered.station.thing.name.clone()),
        ("from", answered.period.first.to_string()),
        ("to", answered.period.last.to_string()),
    ];
    sheet::csv(&lines::of(&answered.report, lang), &about, &state.zone)
}

fn days_csv(answered: &Answered, _state: &AppState, _lang: Lang) -> Vec<u8> {
    let header = [
        "date",
        "thing",
        "rain mm",
        "rain at_least",
        "rain covered",
        "rain 06-20 mm",
        "temperature mean °C",
        "temperature min °C",
        "temperature max °C",
        "humidity mean %",
        "wind mean m/s",
        "gust max m/s",
        "frost",
        "ice",
        "summer",
        "hot",
        "tropical_night",
    ];
    let mut table = CsvTable::new(header.map(Into::into));
    let name = csv_text::text(&answered.station.thing.name);
    for (day, kind) in answered.report.days.iter().zip(&answered.report.kinds) {
        let observed = day.rain.covered > 0.0;
        let is = |is: Option<bool>| is.map_or("", |is| if is { "1" } else { "0" });
        table.row([
            day.date.to_string().into(),
            name.clone(),
            csv_text::number(observed.then_some(day.rain.mm)),
            if !observed {
                ""
            } else if day.rain.at_least {
                "1"
            } else {
                "0"
            }
            .into(),
            csv_text::number(Some(day.rain.covered)),
            csv_text::number(day.weather.rain_mm),
            csv_text::number(day.weather.temperature),
            csv_text::number(day.temperature.map(|(low, _)| low)),
            csv_text::number(day.temperature.map(|(_, high)| high)),
            csv_text::number(day.humidity),
            csv_text::number(day.weather.wind),
            csv_text::number(day.gust),
            is(kind.frost).into(),
            is(kind.ice).into(),
            is(kind.summer).into(),
            is(kind.hot).into(),
            is(kind.tropical_night).into(),
        ]);
    }
    table.into_bytes()
}
