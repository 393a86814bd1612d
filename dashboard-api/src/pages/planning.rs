//! `/planning`: the figures of a counting site for planners, as a page, a printable report and CSV.

mod beside;
pub(crate) mod compare;
mod csv;
mod curves;
mod days;
pub(crate) mod extrapolate;
mod figures;
mod hours;
pub(super) mod list;
mod parts;
mod report;
mod sheet;
pub(crate) mod weather;
pub(crate) mod years;

use super::parts::language;
use beside::Beside;
use parts::{
    PeriodFields, about, crumbs, date_field, date_in_words, lead, nothing, objected, period_form,
    period_words, sent, tabs,
};

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use domain::{ErrorChain, Lang, ObservedProperty, ThingId};
use jiff::Timestamp;
use maud::Markup;
use planning::{Calendar, Resolution, calendar::SchoolHolidays};
use store::{Datastream, Thing};

use super::{
    channels,
    error_page::PageError,
    layout::{self, Colophon, Head},
    texts::Texts,
    ui::Ui,
};
use crate::{
    ApiError, AppState, Problem,
    conditional::{self, Freshness},
    counts::CountingSite,
    csv_text,
    evaluation::{self, Asked, CLASSES, Evaluation, Motor, Objection, Speeds, WeatherStation, counts},
    extract::no_thing,
};

/// Names and values of a query, in its order.
type Pairs = Query<Vec<(String, String)>>;

/// A Thing with what it counts.
struct Site {
    thing: Thing,
    datastreams: Vec<Datastream>,
    /// What planners count, if it does.
    classes: Vec<ObservedProperty>,
    /// First observation of a count.
    began: Option<Timestamp>,
}

impl Site {
    /// Whether its devices tell classes of speed.
    fn has_speed_classes(&self) -> bool {
        let is_class = |stream: &Datastream| {
            stream.property == ObservedProperty::ObjectCount && stream.channel.as_str().starts_with("class")
        };
        self.datastreams.iter().any(is_class)
    }
}

/// A counting site with the answer to a question.
struct Answered {
    site: Site,
    asked: Asked,
    evaluation: Evaluation,
    beside: Beside,
    now: Timestamp,
}

/// Why there are no figures. `S` is what the form needs to be shown again.
enum Unanswered<S> {
    /// The question is wrong: shown with the form.
    Objection(Box<S>, Option<Objection>),
    /// The Thing of this name has nothing of the kind.
    Nothing(String),
    /// Anything else.
    Error(PageError),
}

/// What is asked of a counting site.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Asked` reads")]
struct FiguresQuery {
    /// First day; without it a year before the last.
    #[param(example = "2026-01-01")]
    from: Option<String>,
    /// Last day, included; without both the last twelve whole months.
    #[param(example = "2026-12-31")]
    to: Option<String>,
    /// What is counted: `bicycle_count`, `car_count`, `lorry_count`, `person_count` or `object_count`; without it the first of them that the
    /// Thing counts.
    #[param(example = "bicycle_count")]
    property: Option<String>,
    /// `1` leaves out days with zeros that look like an outage.
    #[param(example = "1")]
    without_suspect: Option<String>,
    /// Key of the weather station beside the counts; without it the nearest, `none` for none.
    #[param(example = "schlossgarten")]
    weather: Option<String>,
    /// Where the speed classes of a radar begin, km/h, as set up on the device: V85 needs them.
    #[param(example = "1,8,26,50")]
    speed_bounds: Option<String>,
    /// Language, `de` or `en`; without it that of `Accept-Language`.
    #[param(example = "de")]
    lang: Option<String>,
}

/// What is asked of a weather station.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Period` reads")]
struct PeriodQuery {
    /// First day; without it a year before the last.
    #[param(example = "2026-01-01")]
    from: Option<String>,
    /// Last day, included; without both the last twelve whole months.
    #[param(example = "2026-12-31")]
    to: Option<String>,
    /// Language, `de` or `en`; without it that of `Accept-Language`.
    #[param(example = "de")]
    lang: Option<String>,
}

/// Shows the figures of a counting site for planners: as a page, with `.csv` behind the key as a table.
///
/// Both days of the period included. Each figure with its days, how many of them are valid, its 95 % interval and its method.
#[utoipa::path(
    get,
    path = "/planning/{key}",
    tag = "planning",
    params(
        ("key" = String, Path, description = "Key of the Thing, `.csv` behind it for the table", example = "pophankenweg.csv"),
        FiguresQuery,
    ),
    responses(
        (status = 200, description = "The figures", content((String = "text/csv"), (String = "text/html"))),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is wrong; without `.csv` a page says so", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing, or one that counts nothing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(query): Pairs,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    if let Some(key) = key.strip_suffix(".csv") {
        return file(&state, key, &query, &headers, &ui, csv::figures).await;
    }
    match answer(&state, &key, &query, ui.lang).await {
        Ok(answered) => {
            let charts = match answered.charts(&state, ui.lang).await {
                Ok(charts) => charts,
                Err(error) => return PageError::Store(error).page(&state.config, &ui),
            };
            let main = report::main(&answered, &charts, &state, &ui);
            page(&state, &ui, StatusCode::OK, &answered.site.thing.name, &main, &headers)
        }
        Err(Unanswered::Objection(site, objection)) => {
            let main = report::objection(&site, objection.as_ref(), &query, &ui);
            page(&state, &ui, StatusCode::BAD_REQUEST, &site.thing.name, &main, &headers)
        }
        Err(Unanswered::Nothing(_)) if measures_weather(&state, &key).await => {
            Redirect::to(&ui.href(&format!("/planning/{key}/weather"))).into_response()
        }
        Err(unanswered) => failed(unanswered, &state, &headers, &ui),
    }
}

/// Whether a Thing has a page for its weather.
async fn measures_weather(state: &AppState, key: &str) -> bool {
    let Ok(Some(thing)) = state.store.thing(key).await else { return false };
    let Ok(datastreams) = state.store.datastreams(Some(thing.id)).await else { return false };
    WeatherStation::of(&thing, &datastreams).is_some()
}

/// Lists the days that the figures of a counting site are made of.
///
/// All directions together and each of them; a day of which too little is known has no value.
#[utoipa::path(
    get,
    path = "/planning/{key}/days.csv",
    tag = "planning",
    params(
        ("key" = String, Path, description = "Key of the Thing", example = "pophankenweg"),
        FiguresQuery,
    ),
    responses(
        (status = 200, description = "The days", body = String, content_type = "text/csv"),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing, or one that counts nothing", body = Problem, content_type = "application/problem+json"),
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
    file(&state, &key, &query, &headers, &ui, csv::days).await
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
    csv_file(answered.map(|answered| write(&answered, state, ui.lang)), key, COUNTS_NOTHING, headers)
}

/// Why there is no file of a Thing without counts.
const COUNTS_NOTHING: &str = "this Thing counts nothing; /planning lists those that do";

/// A file with an `ETag`, or why there is none; `nothing` says so of a Thing without such figures.
fn csv_file<S>(
    body: Result<Vec<u8>, Unanswered<S>>,
    key: &str,
    nothing: &str,
    headers: &HeaderMap,
) -> Response {
    match body {
        Ok(body) => {
            let answer = conditional::answer(headers, csv_text::CONTENT_TYPE, Freshness::Revalidate, body);
            conditional::varying(answer, "accept-language")
        }
        Err(unanswered) => csv_error(unanswered, key, nothing).into_response(),
    }
}

/// Why there is no file.
fn csv_error<S>(unanswered: Unanswered<S>, key: &str, nothing: &str) -> ApiError {
    match unanswered {
        Unanswered::Objection(_, Some(objection)) => ApiError::BadRequest(objection.to_string()),
        Unanswered::Objection(_, None) | Unanswered::Nothing(_) => ApiError::NotFound(nothing.to_owned()),
        Unanswered::Error(PageError::NoSuchThing) => no_thing(key),
        Unanswered::Error(PageError::Store(error)) => ApiError::Store(error),
        Unanswered::Error(error) => {
            tracing::error!(error = %ErrorChain(&error), "figures not computed");
            ApiError::Bug
        }
    }
}

/// The page that says why there is none, where there is no form to be shown again.
fn failed<S>(unanswered: Unanswered<S>, state: &AppState, headers: &HeaderMap, ui: &Ui) -> Response {
    match unanswered {
        Unanswered::Error(error) => error.page(&state.config, ui),
        Unanswered::Nothing(thing) => {
            let main = nothing(&thing, Texts(ui.lang).planning_counts_nothing(), ui);
            page(state, ui, StatusCode::NOT_FOUND, &thing, &main, headers)
        }
        Unanswered::Objection(..) => PageError::NoSuchThing.page(&state.config, ui),
    }
}

/// All Things with what they measure.
struct Catalogue {
    things: Vec<Thing>,
    datastreams: HashMap<ThingId, Vec<Datastream>>,
}

impl Catalogue {
    async fn read(state: &AppState) -> Result<Self, PageError> {
        let mut datastreams: HashMap<_, Vec<_>> = HashMap::new();
        for datastream in state.store.datastreams(None).await? {
            datastreams.entry(datastream.thing).or_default().push(datastream);
        }
        Ok(Self { things: state.store.things().await?, datastreams })
    }

    fn datastreams(&self, thing: &Thing) -> &[Datastream] {
        self.datastreams.get(&thing.id).map_or(&[], Vec::as_slice)
    }

    fn stations(&self) -> Vec<WeatherStation> {
        self.things.iter().filter_map(|thing| WeatherStation::of(thing, self.datastreams(thing))).collect()
    }
}

/// A page with an `ETag`. Its footer has no figure that changes with every message.
fn page(
    state: &AppState,
    ui: &Ui,
    status: StatusCode,
    title: &str,
    main: &Markup,
    headers: &HeaderMap,
) -> Response {
    let head =
        Head { title, styles: &["data.css", "charts.css", "planning.css"], live: None, retry_seconds: None };
    let page = layout::page(ui, head, &Colophon::without_figures(&state.config), main);
    if status != StatusCode::OK {
        return layout::answer(status, page);
    }
    let html = "text/html; charset=utf-8";
    let answer = conditional::answer(headers, html, Freshness::Revalidate, page.into_string());
    conditional::varying(answer, "accept-language")
}

async fn answer(
    state: &AppState,
    key: &str,
    query: &[(String, String)],
    lang: Lang,
) -> Result<Answered, Unanswered<Site>> {
    let site = read_site(state, key, lang).await?;
    if site.classes.is_empty() {
        return Err(Unanswered::Nothing(site.thing.name));
    }
    let now = state.clock.now();
    let date = |at: Timestamp| state.zone.to_datetime(at).date();
    let asked = match Asked::parse(query, &site.classes, site.began.map(date), date(now)) {
        Ok(asked) => asked,
        Err(objection) => return Err(Unanswered::Objection(Box::new(site), Some(objection))),
    };
    let beside = match Beside::choose(state, &site, query).await? {
        Ok(beside) => beside,
        Err(objection) => return Err(Unanswered::Objection(Box::new(site), Some(objection))),
    };
    let beside = beside.read(state, &asked.period, lang).await?;
    let evaluation = evaluate(state, &site, &asked, lang).await?;
    Ok(Answered { site, asked, evaluation, beside, now })
}

async fn read_site(state: &AppState, key: &str, lang: Lang) -> Result<Site, PageError> {
    let thing = state.store.thing(key).await?.ok_or(PageError::NoSuchThing)?;
    let mut datastreams = state.store.datastreams(Some(thing.id)).await?;
    channels::complete(&mut datastreams, &thing.channel_names, lang);
    let counted = |class: &ObservedProperty| CountingSite::of(&datastreams, *class);
    let sites: Vec<_> = CLASSES.iter().filter_map(|class| Some((*class, counted(class)?))).collect();
    let began = sites.iter().filter_map(|(_, site)| site.first_at()).min();
    let classes = sites.iter().map(|(class, _)| *class).collect();
    Ok(Site { thing, datastreams, classes, began })
}

async fn evaluate(state: &AppState, site: &Site, asked: &Asked, lang: Lang) -> Result<Evaluation, PageError> {
    let calendar = calendar(state);
    let period = asked.period.range(&calendar);
    let finest = Resolution::QuarterHour;
    let read = async |class| counts::read(&state.store, &site.datastreams, class, period, finest, lang).await;
    let raw = read(asked.property).await?.ok_or(PageError::NoSuchThing)?;
    let motor = match evaluation::counterpart(asked.property) {
        None => None,
        Some(other) => read(other).await?.map(|other| match asked.property {
            ObservedProperty::LorryCount => Motor { cars: other, lorries: raw.clone() },
            _ => Motor { cars: raw.clone(), lorries: other },
        }),
    };
    let speeds = Speeds::read(&state.store, &site.datastreams, asked.property, period).await?;
    let asked = asked.clone();
    // A year takes some tens of milliseconds, in which other requests are answered.
    let task = move || evaluation::evaluate(&raw, motor.as_ref(), speeds.as_ref(), &asked, &calendar);
    let evaluated = tokio::task::spawn_blocking(task).await;
    evaluated
        .map_err(|error| PageError::Mistake(error.into()))?
        .map_err(|error| PageError::Mistake(error.into()))
}

/// The city's days with the holidays that are compiled in.
fn calendar(state: &AppState) -> Calendar {
    Calendar::new(state.zone.clone(), SchoolHolidays::lower_saxony())
}

impl<S> From<PageError> for Unanswered<S> {
    fn from(error: PageError) -> Self {
        Self::Error(error)
    }
}

impl<S> From<store::StoreError> for Unanswered<S> {
    fn from(error: store::StoreError) -> Self {
        Self::Error(error.into())
    }
}
