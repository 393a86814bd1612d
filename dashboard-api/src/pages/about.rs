//! `/about`: how the numbers come about, who answers for them, and whose work is in the pages.

use std::sync::Arc;

use axum::{Extension, extract::State, response::Response};
use maud::html;

use super::{base_map, feedback, layout, texts::Texts, ui::Ui};
use crate::AppState;

/// `GET /about`.
pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(base_map): Extension<Arc<base_map::Cache>>,
    ui: Ui,
) -> Response {
    let t = Texts(ui.lang);
    let config = &state.config;
    let file = base_map.get(config).await;
    let file = (!file.attribution.is_empty()).then(|| file.attribution.clone());
    let tiles = config.tiles.as_ref().map(|tiles| match tiles.licence() {
        "" => tiles.attribution().to_owned(),
        licence => format!("{}, {licence}", tiles.attribution()),
    });
    let maps: Vec<_> = file.into_iter().chain(tiles).collect();
    let main = html! {
        (layout::intro(&ui, t.about(), t.about_lead()))
        div.prose {
            section {
                h2 { (t.about_how_title()) }
                p { (t.about_how_radio()) }
                ul.points {
                    @for sentence in [t.about_how_missing(), t.about_how_bounds(), t.about_how_hints()] { li { (sentence) } }
                }
            }
            section {
                h2 { (t.about_who_title()) }
                p { @if config.operator.is_empty() { (t.about_no_operator()) } @else { strong { (config.operator) } } }
                (feedback::ways(&config.contact, None, t))
            }
            section {
                h2 { (t.about_sources_title()) }
                ul.points {
                    li { (t.about_program()) }
                    li { (t.about_fonts()) }
                    li { (t.about_icons()) }
                    li { (t.about_holidays()) }
                    @for map in &maps { li { (t.about_map()) ": " (map) } }
                    @if maps.is_empty() { li { (t.about_no_map()) } }
                }
            }
        }
    };
    layout::text_page(&state, &ui, t.about(), &["prose.css"], &main).await
}
