//! `/planning`: the figures of a counting site for planners, as a page, a printable report and CSV.

mod csv;
mod curves;
mod figures;
pub(super) mod list;
mod report;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{ErrorChain, Lang, ObservedProperty};
use jiff::{Timestamp, civil::Date};
use maud::Markup;
use planning::{Calendar, calendar::SchoolHolidays};
use store::{Datastream, Thing};

use super::{
    channels,
    error_page::PageError,
    layout::{self, Colophon, Head},
    ui::Ui,
};
use crate::{
    ApiError, AppState, Problem,
    conditional::{self, Freshness},
    counts::CountingSite,
    csv_text,
    evaluation::{self, Asked, CLASSES, Evaluation, Motor, Objection, counts},
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

/// A counting site with the answer to a question.
struct Answered {
    site: Site,
    asked: Asked,
    evaluation: Evaluation,
    now: Timestamp,
}

/// Why there are no figures.
enum Unanswered {
    /// The site counts nothing, or the question is wrong: shown with the form.
    Objection(Box<Site>, Option<Objection>),
    /// Anything else.
    Error(PageError),
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
        ("from" = Option<String>, Query, description = "First day; without it a year before the last", example = "2026-01-01"),
        ("to" = Option<String>, Query, description = "Last day, included; without both the last twelve whole months", example = "2026-12-31"),
        ("property" = Option<String>, Query, description = "What is counted: `bicycle_count`, `car_count`, `lorry_count`, `person_count` or `object_count`; without it the first of them that the Thing counts", example = "bicycle_count"),
        ("without_suspect" = Option<String>, Query, description = "`1` leaves out days with zeros that look like an outage", example = "1"),
        ("lang" = Option<String>, Query, description = "Language, `de` or `en`; without it that of `Accept-Language`", example = "de"),
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
            let main = report::main(&answered, &state, &ui);
            page(&state, &ui, StatusCode::OK, &answered.site.thing.name, &main, &headers)
        }
        Err(Unanswered::Objection(site, objection)) => {
            let status = if objection.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
            let main = report::objection(&site, objection.as_ref(), &query, &state, &ui);
            page(&state, &ui, status, &site.thing.name, &main, &headers)
        }
        Err(Unanswered::Error(error)) => error.page(&state.config, &ui),
    }
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
        ("from" = Option<String>, Query, description = "First day; without it a year before the last", example = "2026-01-01"),
        ("to" = Option<String>, Query, description = "Last day, included; without both the last twelve whole months", example = "2026-12-31"),
        ("property" = Option<String>, Query, description = "What is counted: `bicycle_count`, `car_count`, `lorry_count`, `person_count` or `object_count`; without it the first of them that the Thing counts", example = "bicycle_count"),
        ("without_suspect" = Option<String>, Query, description = "`1` leaves out days with zeros that look like an outage", example = "1"),
        ("lang" = Option<String>, Query, description = "Language, `de` or `en`; without it that of `Accept-Language`", example = "de"),
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
    match answer(state, key, query, ui.lang).await {
        Ok(answered) => {
            let body = write(&answered, state, ui.lang);
            let answer = conditional::answer(headers, csv_text::CONTENT_TYPE, Freshness::Revalidate, body);
            conditional::varying(answer, "accept-language")
        }
        Err(Unanswered::Objection(_, Some(objection))) => {
            ApiError::BadRequest(objection.to_string()).into_response()
        }
        Err(Unanswered::Objection(_, None)) => {
            ApiError::NotFound("this Thing counts nothing; /planning lists those that do".to_owned())
                .into_response()
        }
        Err(Unanswered::Error(PageError::NoSuchThing)) => no_thing(key).into_response(),
        Err(Unanswered::Error(PageError::Store(error))) => ApiError::Store(error).into_response(),
        Err(Unanswered::Error(error)) => {
            tracing::error!(error = %ErrorChain(&error), "figures not computed");
            ApiError::Bug.into_response()
        }
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
    let head = Head { title, styles: &["data.css", "planning.css"], live: None, retry_seconds: None };
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
) -> Result<Answered, Unanswered> {
    let site = read_site(state, key, lang).await?;
    if site.classes.is_empty() {
        return Err(Unanswered::Objection(Box::new(site), None));
    }
    let now = state.clock.now();
    let date = |at: Timestamp| state.zone.to_datetime(at).date();
    let asked = match Asked::parse(query, &site.classes, site.began.map(date), date(now)) {
        Ok(asked) => asked,
        Err(objection) => return Err(Unanswered::Objection(Box::new(site), Some(objection))),
    };
    let evaluation = evaluate(state, &site, asked, lang).await?;
    Ok(Answered { site, asked, evaluation, now })
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

async fn evaluate(state: &AppState, site: &Site, asked: Asked, lang: Lang) -> Result<Evaluation, PageError> {
    let calendar = calendar(state);
    let period = evaluation::period(&asked, &calendar);
    let read = async |class| counts::read(&state.store, &site.datastreams, class, period, lang).await;
    let raw = read(asked.property).await?.ok_or(PageError::NoSuchThing)?;
    let motor = match evaluation::counterpart(asked.property) {
        None => None,
        Some(other) => read(other).await?.map(|other| match asked.property {
            ObservedProperty::LorryCount => Motor { cars: other, lorries: raw.clone() },
            _ => Motor { cars: raw.clone(), lorries: other },
        }),
    };
    // A year takes some tens of milliseconds, in which other requests are answered.
    let task = move || evaluation::evaluate(&raw, motor.as_ref(), &asked, &calendar);
    let evaluated = tokio::task::spawn_blocking(task).await;
    evaluated
        .map_err(|error| PageError::Mistake(error.into()))?
        .map_err(|error| PageError::Mistake(error.into()))
}

/// The city's days with the holidays that are compiled in.
fn calendar(state: &AppState) -> Calendar {
    Calendar::new(state.zone.clone(), SchoolHolidays::lower_saxony())
}

/// `3. Dezember 2026`.
fn date_in_words(date: Date, state: &AppState, lang: Lang) -> String {
    let midnight = date.to_zoned(state.zone.clone()).map(|zoned| zoned.timestamp());
    midnight.map_or_else(|_| date.to_string(), |at| super::numbers::date(at, &state.zone, lang))
}

impl From<PageError> for Unanswered {
    fn from(error: PageError) -> Self {
        Self::Error(error)
    }
}

impl From<store::StoreError> for Unanswered {
    fn from(error: store::StoreError) -> Self {
        Self::Error(error.into())
    }
}
