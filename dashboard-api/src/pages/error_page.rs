//! Pages for what went wrong, in the design of all others: what happened, and what to do.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::ErrorChain;
use maud::{Markup, html};
use store::StoreError;

use super::{
    layout::{self, Colophon, Head},
    texts::Texts,
    ui::Ui,
};
use crate::Config;

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is no Thing with this key.
    #[error("no such thing")]
    NoSuchThing,
    /// The Thing exists, but counts no bicycles; these do: key and name.
    #[error("the thing counts no bicycles")]
    NoBicycles(Vec<(String, String)>),
    /// The store cannot answer now.
    #[error("the data store does not answer at the moment")]
    Store(#[from] StoreError),
    /// A mistake in this program.
    #[error("the page met a mistake in the program")]
    Mistake(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PageError {
    /// The page for readers of `ui`'s language.
    pub fn page(self, config: &Config, ui: &Ui) -> Response {
        let t = Texts(ui.lang);
        match self {
            Self::NoSuchThing => {
                let words = Words { title: t.no_thing_title(), text: t.no_thing_text() };
                response(config, ui, StatusCode::NOT_FOUND, words, &to_all_sensors(ui))
            }
            Self::NoBicycles(sites) => {
                let words = Words { title: t.no_bicycles_title(), text: t.no_bicycles_text() };
                response(config, ui, StatusCode::NOT_FOUND, words, &displays(&sites, ui))
            }
            Self::Mistake(_) => {
                tracing::error!(error = %ErrorChain(&self), "page not shown");
                of_status(config, ui, StatusCode::INTERNAL_SERVER_ERROR, "")
            }
            Self::Store(_) => {
                tracing::error!(error = %ErrorChain(&self), "page not shown");
                of_status(config, ui, StatusCode::SERVICE_UNAVAILABLE, "")
            }
        }
    }
}

/// Seconds after which a page for what passes by itself is tried again.
const TRY_AGAIN_SECONDS: u8 = 30;

/// The page for a status; `detail` is a sentence in English for whoever made the request by hand.
pub fn of_status(config: &Config, ui: &Ui, status: StatusCode, detail: &str) -> Response {
    let t = Texts(ui.lang);
    let words = match status {
        StatusCode::NOT_FOUND => Words { title: t.not_found_title(), text: t.not_found_text() },
        StatusCode::SERVICE_UNAVAILABLE => Words { title: t.unavailable_title(), text: t.unavailable_text() },
        status if status.is_server_error() => Words { title: t.mistake_title(), text: t.mistake_text() },
        _ => Words { title: t.refused_title(), text: t.refused_text() },
    };
    let more = match status {
        StatusCode::NOT_FOUND => to_all_sensors(ui),
        status if status.is_client_error() && !detail.is_empty() => html! {
            p.notice__detail lang="en" { (detail) }
        },
        _ => html! {},
    };
    response(config, ui, status, words, &more)
}

#[derive(Clone, Copy)]
struct Words {
    title: &'static str,
    text: &'static str,
}

fn to_all_sensors(ui: &Ui) -> Markup {
    html! { p { a href=(ui.href("/#sensors")) { (Texts(ui.lang).to_all_sensors()) } } }
}

fn displays(sites: &[(String, String)], ui: &Ui) -> Markup {
    html! {
        @if !sites.is_empty() {
            ul.linklist {
                @for (key, name) in sites {
                    li { a href=(ui.href(&format!("/display/{key}"))) { (name) } }
                }
            }
        }
    }
}

fn response(config: &Config, ui: &Ui, status: StatusCode, words: Words, more: &Markup) -> Response {
    let t = Texts(ui.lang);
    let passes = status == StatusCode::SERVICE_UNAVAILABLE;
    let main = html! {
        section.notice {
            div.notice__inner {
                p.notice__code aria-hidden="true" { (status.as_u16()) }
                div.notice__words {
                    h1 { (words.title) }
                    p.lead { (words.text) }
                    @if passes { p { (t.tries_again(TRY_AGAIN_SECONDS)) } }
                    (more)
                    p { a.button href=(ui.href("/")) { (t.back_to_overview()) } }
                    @if status.is_server_error() && !config.operator.is_empty() {
                        p.notice__operator { (t.footer_operator()) ": " (config.operator) }
                    }
                }
            }
            (layout::wheel("notice__wheel"))
        }
    };
    let head = Head {
        title: words.title,
        styles: &["notice.css"],
        live: None,
        retry_seconds: passes.then_some(TRY_AGAIN_SECONDS),
    };
    let page = layout::page(ui, head, &Colophon::without_figures(config), &main);
    let mut response = layout::answer(status, page);
    if passes {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(u16::from(TRY_AGAIN_SECONDS)));
    }
    response
}
