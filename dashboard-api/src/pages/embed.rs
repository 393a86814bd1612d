//! `/embed/{thing}`: the numbers of a Thing on other web sites, as a page for an `iframe` and as pictures. These alone may
//! be framed; they need no script and set no cookie.

mod course;
pub(super) mod offer;
mod picture;
mod widget;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::ErrorChain;
use maud::{DOCTYPE, Markup, html};

use self::{course::Colours, widget::Widget};
use super::{
    assets, figures, layout, map, numbers, parts::state_badge, texts::Texts, tokens::Scheme, ui::Ui,
};
use crate::{
    ApiError, AppState, Problem,
    charts::png::{PngError, Pngs},
    conditional::{self, Freshness},
    extract::no_thing,
};

/// As on all pages, but that any page may frame this one.
const MAY_BE_FRAMED: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; \
     frame-ancestors *",
);
/// Any site may show it.
const FOR_ALL: (HeaderName, HeaderValue) =
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
/// Seconds after which a page without scripts loads itself again.
const REFRESH_SECONDS: u8 = 120;

/// How a widget looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Look {
    /// As the reader's system; a picture is light.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The query of a widget.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct WidgetQuery {
    #[serde(default)]
    theme: Look,
}

impl Look {
    /// The theme that was asked for; `None` leaves it to the reader's system.
    const fn scheme(self) -> Option<Scheme> {
        match self {
            Self::Auto => None,
            Self::Light => Some(Scheme::Light),
            Self::Dark => Some(Scheme::Dark),
        }
    }

    /// As in the address.
    const fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Pictures that were drawn, so that a crowd costs one drawing.
#[derive(Debug)]
pub(crate) struct Pictures {
    pngs: Pngs,
    drawn: Mutex<VecDeque<(String, Bytes)>>,
}

/// Pictures kept. Each has some tens of kilobytes.
const PICTURES_MAX: usize = 64;

impl Pictures {
    /// Takes turns with all other pictures.
    pub(super) fn new(pngs: &Pngs) -> Self {
        Self { pngs: pngs.clone(), drawn: Mutex::default() }
    }

    async fn png(&self, svg: String) -> Result<Bytes, PngError> {
        let drawn = || self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let known = drawn().iter().find(|(of, _)| *of == svg).map(|(_, png)| png.clone());
        if let Some(png) = known {
            return Ok(png);
        }
        let png = Bytes::from(self.pngs.draw(svg.clone()).await?);
        let mut drawn = drawn();
        drawn.truncate(PICTURES_MAX - 1);
        drawn.push_front((svg, png.clone()));
        Ok(png)
    }
}

/// Shows a Thing on other web sites: a page for an `iframe`; with `.svg` or `.png` behind the key a picture.
///
/// Today's count or the newest values, the last days or hours, and whether the Thing reports. Pictures may be kept for a minute.
#[utoipa::path(
    get,
    path = "/embed/{key}",
    tag = "pictures",
    params(
        ("key" = String, Path, description = "Key of the Thing, `.svg` or `.png` behind it for a picture", example = "pophankenweg.svg"),
        ("theme" = Option<String>, Query, description = "`auto` (the default), `light` or `dark`; `auto` is light in a picture", example = "dark"),
        ("lang" = Option<String>, Query, description = "Language, `de` or `en`; without it that of `Accept-Language`", example = "de"),
    ),
    responses(
        (status = 200, description = "The widget", content((String = "text/html"), (String = "image/svg+xml"), (Vec<u8> = "image/png"))),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing; without `.svg` or `.png` a page says so", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer; without `.svg` or `.png` a page says so", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Query(WidgetQuery { theme }): Query<WidgetQuery>,
    Extension(cities): Extension<Arc<figures::Cache>>,
    Extension(pictures): Extension<Arc<Pictures>>,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    let (key, is_png) = match (name.strip_suffix(".svg"), name.strip_suffix(".png")) {
        (Some(key), _) => (key, false),
        (_, Some(key)) => (key, true),
        (None, None) => return page(&name, theme, &cities, &state, &headers, &ui).await,
    };
    let svg = match read(key, &cities, &state, &ui).await {
        Ok(Some(widget)) => {
            picture::svg(&widget, theme.scheme().unwrap_or(Scheme::Light), &state.zone, &state.config, &ui)
        }
        Ok(None) => return no_thing(key).into_response(),
        Err(error) => return error.into_response(),
    };
    let answer = if is_png {
        match pictures.png(svg).await {
            Ok(png) => conditional::answer(&headers, "image/png", Freshness::Closed, png),
            Err(PngError::Busy) => {
                return ApiError::Busy("too many pictures at once; try again").into_response();
            }
            Err(error) => {
                tracing::error!(error = %ErrorChain(&error), "a widget was not drawn");
                return ApiError::Bug.into_response();
            }
        }
    } else {
        conditional::answer(&headers, "image/svg+xml", Freshness::Closed, svg)
    };
    for_all(conditional::varying(answer, "accept-language"))
}

async fn read(
    key: &str,
    cities: &figures::Cache,
    state: &AppState,
    ui: &Ui,
) -> Result<Option<Widget>, ApiError> {
    let city = cities.get(state).await?;
    Ok(Widget::read(key, &city, state, ui).await?)
}

fn for_all(mut answer: Response) -> Response {
    answer.headers_mut().insert(FOR_ALL.0, FOR_ALL.1);
    answer
}

async fn page(
    key: &str,
    theme: Look,
    cities: &figures::Cache,
    state: &AppState,
    headers: &HeaderMap,
    ui: &Ui,
) -> Response {
    let t = Texts(ui.lang);
    let words = |title, text| html! { div.widget { h1.widget__name { (title) } p { (text) } (more(&ui.href("/"), state, t)) } };
    let (status, title, content) = match read(key, cities, state, ui).await {
        Ok(Some(widget)) => (StatusCode::OK, t.widget_title(&widget.name), content(&widget, state, ui)),
        Ok(None) => (
            StatusCode::NOT_FOUND,
            t.widget_gone_title().to_owned(),
            words(t.widget_gone_title(), t.widget_gone()),
        ),
        Err(error) => {
            tracing::error!(error = %ErrorChain(&error), "widget not shown");
            let content = words(t.widget_away_title(), t.widget_away());
            (StatusCode::SERVICE_UNAVAILABLE, t.widget_away_title().to_owned(), content)
        }
    };
    let html = document(&title, theme, &content, t).into_string();
    let mut answer = if status == StatusCode::OK {
        conditional::answer(headers, "text/html; charset=utf-8", Freshness::Revalidate, html)
    } else {
        let head = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
        (status, head, html).into_response()
    };
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, MAY_BE_FRAMED);
    for_all(conditional::varying(answer, "accept-language"))
}

fn document(title: &str, theme: Look, content: &Markup, t: Texts) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(t.0.tag()) class=[theme.scheme().map(Scheme::class)] {
            head {
                (layout::common_head(title))
                @for style in ["layout.css", "themes.css", "embed.css"] { link rel="stylesheet" href=(assets::href(style)); }
                script type="module" src=(assets::href("embed.js")) {}
                noscript { meta http-equiv="refresh" content=(REFRESH_SECONDS); }
            }
            body.embed {
                main #main data-live="widget" { (content) }
                p.widget__lost #lost role="status" hidden data-text=(t.widget_lost("{time}")) {}
            }
        }
    }
}

fn content(widget: &Widget, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let colours = Colours {
        mark: "var(--chart-first)".to_owned(),
        quiet: "var(--chart-axis)".to_owned(),
        text: "var(--chart-text)".to_owned(),
    };
    html! {
        article.widget.(map::theme_class(widget.theme)).(map::state_class(widget.state)) {
            h1.widget__name { (widget.name) }
            p.widget__state {
                (state_badge(widget.state, widget.ageing, t))
                @if let Some(at) = widget.last_heard_at {
                    time datetime=(numbers::rfc3339(at, &state.zone)) { (t.as_of()) " " (numbers::date_time(at, &state.zone, ui.lang)) }
                }
            }
            @match &widget.first {
                Some(first) => p.widget__first {
                    b { (first.number.as_deref().unwrap_or("–")) } " " span { (first.label) }
                },
                None => p { (t.widget_nothing()) },
            }
            @if let Some(comparison) = &widget.comparison { p.widget__line { (comparison) } }
            @if !widget.others.is_empty() {
                ul.widget__others {
                    @for words in &widget.others { li { b { (words.number.as_deref().unwrap_or("–")) } " " span { (words.label) } } }
                }
            }
            @if let Some(course) = &widget.course {
                figure.widget__course {
                    figcaption { (course.title(t)) }
                    svg viewBox=(format!("0 0 {} {}", course::WIDTH, course::HEIGHT)) role="img"
                        aria-label=(course.sentence(&state.zone, t)) { (course.marks(&state.zone, t, &colours)) }
                }
            }
            (more(&ui.href(&format!("/things/{}", widget.key)), state, t))
        }
    }
}

/// The way to the whole page: in a window of its own, since no other page of ours may be framed.
fn more(href: &str, state: &AppState, t: Texts) -> Markup {
    html! {
        p.widget__more {
            a href=(href) target="_blank" rel="noopener" {
                (t.widget_more()) span.visually-hidden { " (" (t.widget_new_window()) ")" }
            }
            span { "stadtfunk" @if !state.config.city.is_empty() { " " (state.config.city) } }
        }
    }
}
