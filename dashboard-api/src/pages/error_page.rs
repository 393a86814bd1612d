//! Pages for what went wrong, in the design of all others.

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

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// No such page.
    #[error("no such page")]
    NotFound,
    /// The Thing exists, but counts no bicycles; these do: key and name.
    #[error("the thing counts no bicycles")]
    NoBicycles(Vec<(String, String)>),
    /// The store cannot answer now.
    #[error("the data store does not answer at the moment")]
    Store(#[from] StoreError),
}

impl PageError {
    /// The page for readers of `ui`'s language.
    pub fn page(self, ui: &Ui) -> Response {
        let t = Texts(ui.lang);
        match self {
            Self::NotFound => not_found(ui),
            Self::NoBicycles(sites) => {
                let list = html! {
                    @if !sites.is_empty() {
                        ul.linklist {
                            @for (key, name) in &sites {
                                li { a href=(ui.href(&format!("/display/{key}"))) { (name) } }
                            }
                        }
                    }
                };
                response(ui, StatusCode::NOT_FOUND, t.no_bicycles_title(), t.no_bicycles_text(), &list)
            }
            Self::Store(_) => {
                tracing::error!(error = %ErrorChain(&self), "page not shown");
                let none = html! {};
                let (title, text) = (t.unavailable_title(), t.unavailable_text());
                let mut response = response(ui, StatusCode::SERVICE_UNAVAILABLE, title, text, &none);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
                response
            }
        }
    }
}

/// The page for an address that does not exist.
pub fn not_found(ui: &Ui) -> Response {
    let t = Texts(ui.lang);
    response(ui, StatusCode::NOT_FOUND, t.not_found_title(), t.not_found_text(), &html! {})
}

fn response(ui: &Ui, status: StatusCode, title: &str, text: &str, more: &Markup) -> Response {
    let main = html! {
        section.notice {
            p.notice__code aria-hidden="true" { (status.as_u16()) }
            h1 { (title) }
            p.lead { (text) }
            (more)
            p { a.button href=(ui.href("/")) { (Texts(ui.lang).back_to_overview()) } }
        }
    };
    let page = layout::page(ui, Head { title, live: None }, &Colophon::default(), &main);
    layout::answer(status, page)
}
