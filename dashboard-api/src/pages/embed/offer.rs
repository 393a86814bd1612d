//! `/embed`: choose a site, copy the HTML.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, header},
    response::Response,
};
use maud::{Markup, html};

use super::{
    super::{error_page::PageError, figures, layout, parts::language, texts::Texts, ui::Ui},
    Look,
};
use crate::AppState;

/// What is to be embedded.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Choice {
    thing: Option<String>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    theme: Look,
}

/// In which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Frame,
    Svg,
    Png,
}

impl Kind {
    const fn key(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Frame => "",
            Self::Svg => ".svg",
            Self::Png => ".png",
        }
    }
}

/// `GET /embed?thing=damm&kind=frame&theme=auto`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Query(choice): Query<Choice>,
    Extension(cities): Extension<Arc<figures::Cache>>,
    headers: HeaderMap,
    ui: Ui,
) -> Response {
    let t = Texts(ui.lang);
    let city = match cities.get(&state).await {
        Ok(city) => city,
        Err(error) => return PageError::from(error).page(&state.config, &ui),
    };
    let sites: Vec<_> =
        city.lines.iter().map(|line| (line.thing.key.as_str(), line.thing.name.as_str())).collect();
    let chosen = choice.thing.as_deref().and_then(|key| sites.iter().find(|(site, _)| *site == key));
    let chosen = chosen.or(sites.first()).copied();
    let main = html! {
        (layout::intro(&ui, t.embed(), t.embed_lead()))
        div.prose {
            @match chosen {
                None => p.empty { (t.embed_no_sites()) },
                Some((key, name)) => {
                    (form(&sites, key, &choice, &ui))
                    (code(key, name, &choice, &origin(&state, &headers), &ui))
                }
            }
        }
    };
    layout::text_page(&state, &ui, t.embed(), &["prose.css", "overview.css", "embed.css"], &main).await
}

/// Where these pages are for the rest of the world: from the settings, or as the reader's browser asked for them.
fn origin(state: &AppState, headers: &HeaderMap) -> String {
    if !state.config.url.is_empty() {
        return state.config.url.trim_end_matches('/').to_owned();
    }
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    format!("{scheme}://{}", text("host").unwrap_or("localhost"))
}

fn form(sites: &[(&str, &str)], key: &str, choice: &Choice, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let kinds = [
        (Kind::Frame, t.embed_kind_frame()),
        (Kind::Svg, t.embed_kind_svg()),
        (Kind::Png, t.embed_kind_png()),
    ];
    let looks = [
        (Look::Auto, t.embed_theme_auto()),
        (Look::Light, t.embed_theme_light()),
        (Look::Dark, t.embed_theme_dark()),
    ];
    html! {
        form.filter method="get" action="/embed" {
            (language(ui))
            label {
                span { (t.embed_site()) }
                select name="thing" {
                    @for (site, name) in sites { option value=(site) selected[*site == key] { (name) } }
                }
            }
            label {
                span { (t.embed_kind()) }
                select name="kind" {
                    @for (kind, name) in kinds { option value=(kind.key()) selected[kind == choice.kind] { (name) } }
                }
            }
            label {
                span { (t.embed_theme()) }
                select name="theme" {
                    @for (look, name) in looks { option value=(look.key()) selected[look == choice.theme] { (name) } }
                }
            }
            button.button type="submit" { (t.embed_show()) }
        }
    }
}

/// The HTML to copy, and what it shows.
fn code(key: &str, name: &str, choice: &Choice, origin: &str, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let query = format!("lang={}&theme={}", ui.lang.tag(), choice.theme.key());
    let path = format!("/embed/{key}{}?{query}", choice.kind.extension());
    let title = t.widget_title(name);
    let (address, page) = (format!("{origin}{path}"), format!("{origin}/things/{key}"));
    let snippet = match choice.kind {
        Kind::Frame => {
            html! { iframe src=(address) title=(title) width="360" height="440" loading="lazy" {} }
        }
        Kind::Svg | Kind::Png => {
            html! { a href=(page) { img src=(address) alt=(title) width="360" height="300" loading="lazy"; } }
        }
    };
    html! {
        section {
            h2 #code { (t.embed_code_title()) }
            label.snippet {
                span { (t.embed_code()) }
                textarea readonly rows="5" spellcheck="false" autocomplete="off" { (snippet.into_string()) }
            }
            p.muted { (t.embed_terms()) }
        }
        section {
            h2 { (t.embed_preview_title()) }
            @match choice.kind {
                Kind::Frame => iframe.preview src=(path) title=(title) width="360" height="440" {},
                Kind::Svg | Kind::Png => img.preview src=(path) alt=(title) width="360" height="300";
            }
        }
    }
}
