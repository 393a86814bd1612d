//! Charts as SVG: data from the store, a picture, a sentence and a table that say the same.

pub mod axis;
pub mod data;
pub mod draw;
pub mod heat_map;
pub mod histogram;
pub mod ink;
pub mod png;
pub mod profile;
pub mod range;
pub mod read;
pub mod rose;
pub mod words;

use axum::{
    Router,
    extract::{Path, Query, State},
    http::header,
    response::IntoResponse,
    routing::get,
};
use domain::{DatastreamId, Truncated};

use crate::{
    ApiError, AppState, Problem,
    pages::{title_of, ui::Ui},
};
pub use range::ChartRange;

/// Routes of the charts.
pub fn router() -> Router<AppState> {
    Router::new().route("/charts/{file}", get(chart_file))
}

/// How a chart is drawn.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChartQuery {
    /// How far back it reaches: `24h` (the default), `7d`, `30d` or `1y`.
    #[param(example = "7d")]
    range: Option<String>,
    /// `light` (the default) or `dark`.
    #[param(example = "dark")]
    theme: Option<String>,
    /// Language of the words, `de` or `en`; without it that of `Accept-Language`. Read by [`Ui`]; named here so that
    /// it is no unknown parameter.
    #[serde(rename = "lang")]
    #[param(rename = "lang", example = "de")]
    _lang: Option<String>,
}

/// Draws a Datastream.
///
/// With a title, and a sentence that says what the picture shows.
#[utoipa::path(
    get,
    path = "/charts/{datastream}.svg",
    tag = "pictures",
    params(("datastream" = i64, Path, description = "Number of the Datastream", example = 7), ChartQuery),
    responses(
        (status = 200, description = "The chart", body = String, content_type = "image/svg+xml"),
        (status = 400, description = "A parameter is unknown or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Datastream", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn chart_file(
    State(state): State<AppState>,
    Path(file): Path<String>,
    Query(query): Query<ChartQuery>,
    ui: Ui,
) -> Result<impl IntoResponse, ApiError> {
    let id: DatastreamId = file.strip_suffix(".svg").and_then(|id| id.parse().ok()).ok_or_else(|| {
        ApiError::NotFound(format!(
            "no chart `{}`: expected a datastream's number and `.svg`",
            Truncated::new(&file)
        ))
    })?;
    let range = query.range.as_deref().map_or(Ok(ChartRange::default()), str::parse);
    let range = range.map_err(|error| ApiError::BadRequest(error.to_string()))?;
    let theme = match query.theme.as_deref() {
        None | Some("light") => ink::Theme::Light,
        Some("dark") => ink::Theme::Dark,
        Some(other) => {
            let other = Truncated::new(other);
            return Err(ApiError::BadRequest(format!("`{other}` is no theme: expected light or dark")));
        }
    };
    let datastream = state.store.datastream(id).await?;
    let datastream = datastream.ok_or_else(|| ApiError::NotFound(format!("no datastream `{id}`")))?;
    let chart = read::chart(&state, std::slice::from_ref(&datastream), range, ui.lang).await?;
    let words = draw::Words {
        id: "chart",
        title: &title_of(&datastream, ui.lang),
        description: &words::summary(&chart, range, ui.lang),
        lang: ui.lang,
    };
    let svg = draw::svg(&chart, words, theme).map_err(|error| {
        tracing::error!(error = %domain::ErrorChain(&error), datastream.id = %id, "chart not drawn");
        ApiError::Busy("the chart cannot be drawn at the moment")
    })?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=60")], svg))
}
