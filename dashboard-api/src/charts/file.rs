//! `/charts/{datastreams}.{form}`: a chart as a file of its own.

use axum::{
    extract::{Extension, Path, State},
    http::HeaderMap,
    response::Response,
};
use domain::{DatastreamId, ErrorChain, ObservedProperty, Truncated};
use store::Datastream;

use super::{
    data::revision,
    draw::{self, DrawError, Words},
    export::ChartBody,
    heat_map, histogram,
    ink::Theme,
    period::Asked,
    png::{PngError, Pngs},
    read, rose,
    view::{AskedView, Other, View, ViewError},
    words,
};
use crate::{
    ApiError, AppState, Problem,
    conditional::{self, Freshness},
    csv_text,
    extract::{Query, no_datastream},
    pages::{channels, texts::Texts, ui::Ui},
};

/// What is drawn, and how.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChartQuery {
    /// `day`, `week`, `month` or `year` of the calendar, or up to now `24h` (the default), `7d`, `30d`, `1y`.
    #[param(example = "month")]
    range: Option<String>,
    /// Any day of a period of the calendar; without it the present one.
    #[param(example = "2026-10-01")]
    date: Option<String>,
    /// In place of both: where the period begins, RFC 3339 or a local date for its midnight.
    #[param(example = "2026-10-01")]
    from: Option<String>,
    /// Where it ends.
    #[param(example = "2026-10-15")]
    to: Option<String>,
    /// What it is compared with: `previous`, `year` (before), `date` or `site:KEY`.
    #[param(example = "previous")]
    compare: Option<String>,
    /// A day of the other period, with `compare=date`.
    #[param(example = "2026-09-01")]
    compare_date: Option<String>,
    /// What is drawn: the `course` (the default), `hours` of the clock by days, a wind `rose` (of direction and speed), or a `histogram`.
    #[param(example = "course")]
    kind: Option<String>,
    /// `light` (the default), `dark` or `print`.
    #[param(example = "dark")]
    theme: Option<String>,
    /// What the pages' links carry: while it names what is shown, the answer may be kept for good.
    #[param(example = "0123456789abcdef")]
    v: Option<String>,
    /// Language of the words, `de` or `en`; without it that of `Accept-Language`. Read by [`Ui`]; named here so that
    /// it is no unknown parameter.
    #[serde(rename = "lang")]
    #[param(rename = "lang", example = "de")]
    _lang: Option<String>,
}

/// What a file is.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Svg,
    Png,
    Csv,
    Json,
}

/// What is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Course,
    Hours,
    Rose,
    Histogram,
}

/// Draws Datastreams, or gives the figures that would be drawn.
///
/// One Datastream, or several of one Thing and property (`7,8`), with title, names and a sentence that says what the picture shows.
#[utoipa::path(
    get,
    path = "/charts/{file}",
    tag = "pictures",
    params(("file" = String, Path, description = "Numbers of Datastreams of one Thing, joined by `,`, and `.svg`, `.png`, `.csv` or `.json`", example = "7.svg"), ChartQuery),
    responses(
        (status = 200, description = "The chart", content((String = "image/svg+xml"), (Vec<u8> = "image/png"), (String = "text/csv"), (ChartBody = "application/json"))),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is unknown or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Datastream", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer, or too many pictures are being drawn", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(pngs): Extension<Pngs>,
    Path(file): Path<String>,
    Query(query): Query<ChartQuery>,
    headers: HeaderMap,
    ui: Ui,
) -> Result<Response, ApiError> {
    let (ids, form) = parse_file(&file)?;
    let (kind, theme) = (parse_kind(query.kind.as_deref())?, parse_theme(query.theme.as_deref())?);
    if kind != Kind::Course && matches!(form, Form::Csv | Form::Json) {
        return Err(ApiError::BadRequest(
            "query parameter `kind`: found another than course for a table, expected svg or png for it"
                .to_owned(),
        ));
    }
    let mut datastreams = datastreams(&state, &ids).await?;
    fits(kind, &datastreams)?;
    let thing = state
        .store
        .things()
        .await?
        .into_iter()
        .find(|thing| Some(thing.id) == datastreams.first().map(|d| d.thing));
    let thing = thing
        .ok_or_else(|| ApiError::NotFound(format!("there is no Thing of `{}`", Truncated::new(&file))))?;
    channels::complete(&mut datastreams, &thing.channel_names, ui.lang);
    let asked = AskedView {
        period: Asked {
            range: query.range.as_deref(),
            date: query.date.as_deref(),
            from: query.from.as_deref(),
            to: query.to.as_deref(),
        },
        compare: query.compare.as_deref(),
        compare_date: query.compare_date.as_deref(),
    };
    let view = View::read(&state, asked, &thing, ui.lang).await?;

    let when = words::period_name(view.period, view.now, &state.zone, ui.lang);
    let title = title(&datastreams, &ui);
    let title = format!("{title} – {}, {when}", thing.name);
    let (svg, named) = match kind {
        Kind::Course => {
            let chart = read::chart(&state, &datastreams, &view, ui.lang).await?;
            let named = chart.revision(&thing.name);
            if matches!(form, Form::Csv | Form::Json) {
                let freshness = freshness(&view, &state, &query, &named);
                let body = ChartBody::new(&chart, &datastreams);
                let answer = if form == Form::Csv {
                    conditional::answer(
                        &headers,
                        csv_text::CONTENT_TYPE,
                        freshness,
                        body.csv(&chart, ui.lang),
                    )
                } else {
                    conditional::answer(&headers, "application/json", freshness, conditional::json(&body))
                };
                return Ok(conditional::varying(answer, "accept-language"));
            }
            let summary = words::summary(&chart, view.period, ui.lang);
            (draw::svg(&chart, said(&title, &summary, &ui), theme), named)
        }
        Kind::Hours => {
            let map = read::heat_map(&state, &datastreams, view.period, view.now, ui.lang).await?;
            let named = revision(&map);
            (heat_map::svg(&map, said(&title, Texts(ui.lang).heat_map_text(), &ui), theme), named)
        }
        Kind::Rose => {
            let of = |property| datastreams.iter().find(|stream| stream.property == property);
            let (Some(direction), Some(speed)) =
                (of(ObservedProperty::WindDirection), of(ObservedProperty::WindSpeed))
            else {
                return Err(ApiError::BadRequest(
                    "query parameter `kind`: found rose, expected a Datastream of wind_direction and one of wind_speed".to_owned(),
                ));
            };
            let rose = read::rose(&state, direction, speed, view.period, view.now).await?;
            let named = revision(&rose);
            let title = format!("{} – {}, {when}", Texts(ui.lang).wind_rose(), thing.name);
            (rose::svg(&rose, said(&title, Texts(ui.lang).wind_rose_text(), &ui), theme), named)
        }
        Kind::Histogram => {
            let Some(first) = datastreams.first() else { return Err(no_datastream(Truncated::new(&file))) };
            let found = read::histogram(&state, first, view.period, view.now).await?;
            let found = found.ok_or_else(|| {
                ApiError::NotFound(format!("no values of this period in `{}`", Truncated::new(&file)))
            })?;
            let named = revision(&found);
            (histogram::svg(&found, said(&title, Texts(ui.lang).histogram_text(), &ui), theme), named)
        }
    };
    let svg = svg.map_err(|error: DrawError| {
        tracing::error!(error = %ErrorChain(&error), "chart not drawn");
        ApiError::Bug
    })?;
    let freshness = freshness(&view, &state, &query, &named);
    let answer = if form == Form::Png {
        let png = pngs.draw(svg).await.map_err(|error| match error {
            PngError::Busy => ApiError::Busy("too many pictures are being drawn; try again in a moment"),
            error => {
                tracing::error!(error = %ErrorChain(&error), "picture not drawn");
                ApiError::Bug
            }
        })?;
        conditional::answer(&headers, "image/png", freshness, png)
    } else {
        conditional::answer(&headers, "image/svg+xml", freshness, svg)
    };
    Ok(conditional::varying(answer, "accept-language"))
}

/// The title of a chart of these Datastreams: the property, with the channel of a single one.
pub(crate) fn title(datastreams: &[Datastream], ui: &Ui) -> String {
    let t = Texts(ui.lang);
    match datastreams {
        [one] => t.datastream(one),
        _ => datastreams.first().map_or_else(String::new, |first| t.property(first.property).to_owned()),
    }
}

fn said<'a>(title: &'a str, description: &'a str, ui: &Ui) -> Words<'a> {
    Words { id: "chart", title, description, lang: ui.lang }
}

/// A picture of the present is good for a minute; see [`Freshness`] for the rest.
fn freshness(view: &View, state: &AppState, query: &ChartQuery, named: &str) -> Freshness {
    let shown = view.period.range(view.now, &state.zone).to();
    let ends = match &view.other {
        Some(Other::Period(shift)) => {
            let other = shift.period(view.period, view.now, &state.zone);
            shown.max(other.range(view.now, &state.zone).to())
        }
        Some(Other::Site(..)) | None => shown,
    };
    match Freshness::of_range(ends, view.now) {
        _ if query.v.as_deref() == Some(named) => Freshness::Named,
        Freshness::Revalidate => Freshness::Closed,
        other => other,
    }
}

/// Most Datastreams in one picture: a site has two directions.
const MOST: usize = 2;

fn parse_file(file: &str) -> Result<(Vec<DatastreamId>, Form), ApiError> {
    let no_chart = || {
        ApiError::NotFound(format!(
            "no chart `{}`: expected numbers of one or two datastreams such as `7` or `7,8`, and `.svg`, `.png`, `.csv` or `.json`",
            Truncated::new(file)
        ))
    };
    let (ids, form) = file.rsplit_once('.').ok_or_else(no_chart)?;
    let form = match form {
        "svg" => Form::Svg,
        "png" => Form::Png,
        "csv" => Form::Csv,
        "json" => Form::Json,
        _ => return Err(no_chart()),
    };
    let ids: Result<Vec<DatastreamId>, _> = ids.split(',').take(MOST + 1).map(str::parse).collect();
    let ids = ids.map_err(|_| no_chart())?;
    if ids.len() > MOST || ids.iter().collect::<std::collections::HashSet<_>>().len() < ids.len() {
        return Err(no_chart());
    }
    Ok((ids, form))
}

fn parse_kind(kind: Option<&str>) -> Result<Kind, ApiError> {
    Ok(match kind {
        None | Some("course") => Kind::Course,
        Some("hours") => Kind::Hours,
        Some("rose") => Kind::Rose,
        Some("histogram") => Kind::Histogram,
        Some(other) => {
            return Err(ApiError::BadRequest(format!(
                "query parameter `kind`: found `{}`, expected course, hours, rose or histogram",
                Truncated::new(other)
            )));
        }
    })
}

fn parse_theme(theme: Option<&str>) -> Result<Theme, ApiError> {
    let theme = theme.map_or(Ok(Theme::Light), str::parse);
    theme.map_err(|error: super::ink::ParseThemeError| ApiError::BadRequest(error.to_string()))
}

/// The Datastreams, all of one Thing.
async fn datastreams(state: &AppState, ids: &[DatastreamId]) -> Result<Vec<Datastream>, ApiError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(state.store.datastream(*id).await?.ok_or_else(|| no_datastream(id.0))?);
    }
    let is_one_thing =
        found.windows(2).all(|two| two.first().map(|d| d.thing) == two.last().map(|d| d.thing));
    if !is_one_thing {
        return Err(ApiError::BadRequest(
            "found datastreams of several Things, expected one; `compare=site:KEY` compares sites".to_owned(),
        ));
    }
    Ok(found)
}

/// Whether a kind of chart can show these Datastreams: an axis has one unit, and temperatures cannot be added.
fn fits(kind: Kind, datastreams: &[Datastream]) -> Result<(), ApiError> {
    let adds_up = datastreams.iter().all(|stream| stream.property.aggregation().adds_up());
    match kind {
        Kind::Rose => Ok(()),
        Kind::Histogram if datastreams.len() > 1 => Err(only_one("histogram")),
        Kind::Hours if datastreams.len() > 1 && !adds_up => Err(only_one("hours")),
        Kind::Course | Kind::Hours | Kind::Histogram => one_property(datastreams),
    }
}

fn only_one(kind: &str) -> ApiError {
    ApiError::BadRequest(format!(
        "query parameter `kind`: found {kind} of two datastreams, expected one, or two of counts for hours"
    ))
}

fn one_property(datastreams: &[Datastream]) -> Result<(), ApiError> {
    let is_one =
        datastreams.windows(2).all(|two| two.first().map(|d| d.property) == two.last().map(|d| d.property));
    if is_one {
        return Ok(());
    }
    let keys: Vec<_> = datastreams.iter().map(|stream| stream.property.key()).collect();
    Err(ApiError::BadRequest(format!(
        "found datastreams of {}, expected those of one property",
        keys.join(" and ")
    )))
}

impl From<ViewError> for ApiError {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Store(error) => Self::Store(error),
            wrong @ (ViewError::Period(_) | ViewError::Comparison(_)) => Self::BadRequest(wrong.to_string()),
        }
    }
}
