//! `/open-data`: what there is for programs and tables, for people who look for it.

use axum::{extract::State, response::Response};
use maud::{Markup, html};

use super::{layout, texts::Texts, ui::Ui};
use crate::AppState;

/// `GET /open-data`.
pub(crate) async fn get(State(state): State<AppState>, ui: Ui) -> Response {
    layout::text_page(&state, &ui, Texts(ui.lang).open_data(), &["prose.css"], &main(&state, &ui)).await
}

fn main(state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let addresses = [
        ("/api/v1/things", t.open_things()),
        ("/api/v1/datastreams", t.open_datastreams()),
        ("/api/v1/latest", t.open_latest()),
        ("/api/v1/accounting", t.open_accounting()),
        ("/api/v1/openapi.json", t.open_description()),
    ];
    html! {
        (layout::intro(ui, t.open_data(), t.open_lead()))
        div.prose {
            section {
                h2 { (t.open_tables_title()) }
                p { (t.open_tables_text()) }
                p { a.button href=(ui.href("/#sensors")) { (t.to_all_sensors()) } }
            }
            section {
                h2 { (t.open_interface_title()) }
                p { (t.open_interface_text()) }
                dl.addresses {
                    @for (path, what) in addresses {
                        div { dt { a href=(path) { (path) } } dd { (what) } }
                    }
                    // A stream has no end to be opened in a browser.
                    div { dt { "/api/v1/live" } dd { (t.open_live()) } }
                }
            }
            section {
                h2 { (t.open_meaning_title()) }
                ul.points {
                    li { (t.open_missing()) }
                    li { (t.open_days()) }
                    li { (t.open_gaps()) }
                }
            }
            @if !state.config.operator.is_empty() {
                p.muted { (t.footer_operator()) ": " (state.config.operator) }
            }
        }
    }
}
