//! `/plain`: what every main page shows, in plain language.

use axum::{extract::State, response::Response};
use maud::html;

use super::{layout, texts::Texts, ui::Ui};
use crate::AppState;

/// One page in plain language.
struct Section {
    id: &'static str,
    title: &'static str,
    sentences: Vec<&'static str>,
    /// The page itself, if it has one address.
    path: Option<&'static str>,
}

/// Where the plain words for a page are.
pub(super) fn address(path: &str) -> String {
    let id = match path.split('/').nth(1).unwrap_or_default() {
        "" => "overview",
        "things" => "site",
        "display" | "embed" => "display",
        "planning" => "planning",
        "open-data" => "data",
        "accessibility" | "feedback" | "privacy" | "about" => "rights",
        _ => return "/plain".to_owned(),
    };
    format!("/plain#{id}")
}

/// `GET /plain`.
pub(crate) async fn get(State(state): State<AppState>, ui: Ui) -> Response {
    let t = Texts(ui.lang);
    let main = html! {
        (layout::intro(&ui, t.plain_language(), t.plain_lead()))
        div.prose.plain {
            @for section in sections(t) {
                section #(section.id) {
                    h2 { (section.title) }
                    @for sentence in section.sentences { p { (sentence) } }
                    @if let Some(path) = section.path { p { a href=(ui.href(path)) { (t.plain_to_page()) } } }
                }
            }
        }
    };
    layout::text_page(&state, &ui, t.plain_language(), &["prose.css"], &main).await
}

fn sections(t: Texts) -> [Section; 7] {
    let section = |id, title, sentences, path| Section { id, title, sentences, path };
    [
        section(
            "overview",
            t.plain_overview_title(),
            vec![
                t.plain_overview_1(),
                t.plain_overview_2(),
                t.plain_overview_3(),
                t.plain_overview_4(),
                t.plain_overview_5(),
                t.plain_overview_6(),
            ],
            Some("/"),
        ),
        section(
            "map",
            t.plain_map_title(),
            vec![t.plain_map_1(), t.plain_map_2(), t.plain_map_3(), t.plain_map_4()],
            Some("/#map"),
        ),
        section(
            "site",
            t.plain_site_title(),
            vec![t.plain_site_1(), t.plain_site_2(), t.plain_site_3(), t.plain_site_4()],
            Some("/#sensors"),
        ),
        section(
            "display",
            t.plain_display_title(),
            vec![t.plain_display_1(), t.plain_display_2(), t.plain_display_3(), t.plain_display_4()],
            None,
        ),
        section(
            "planning",
            t.plain_planning_title(),
            vec![t.plain_planning_1(), t.plain_planning_2(), t.plain_planning_3()],
            Some("/planning"),
        ),
        section("data", t.plain_data_title(), vec![t.plain_data_1(), t.plain_data_2()], Some("/open-data")),
        section(
            "rights",
            t.plain_rights_title(),
            vec![t.plain_rights_1(), t.plain_rights_2(), t.plain_rights_3()],
            Some("/feedback"),
        ),
    ]
}
