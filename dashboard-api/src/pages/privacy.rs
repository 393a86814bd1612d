//! `/privacy`: what is stored of readers, which is next to nothing, and what the sensors know.

use axum::{extract::State, response::Response};
use maud::html;

use super::{layout, texts::Texts, ui::Ui};
use crate::AppState;

/// `GET /privacy`.
pub(crate) async fn get(State(state): State<AppState>, ui: Ui) -> Response {
    let t = Texts(ui.lang);
    let tiles = state.config.tiles.as_ref().map(|_| t.privacy_tiles());
    let readers = [t.privacy_no_cookies(), t.privacy_no_others()].into_iter().chain(tiles).chain([
        t.privacy_log(),
        t.privacy_display(),
        t.privacy_embed(),
    ]);
    let main = html! {
        (layout::intro(&ui, t.privacy(), t.privacy_lead()))
        div.prose {
            section {
                h2 { (t.privacy_readers_title()) }
                ul.points { @for sentence in readers { li { (sentence) } } }
            }
            section {
                h2 { (t.privacy_sensors_title()) }
                ul.points {
                    @for sentence in [t.privacy_counts(), t.privacy_personal(), t.privacy_devices()] { li { (sentence) } }
                }
            }
            section {
                h2 { (t.privacy_mail_title()) }
                p { (t.privacy_mail()) }
                p {
                    @match state.config.contact.privacy_url() {
                        Some(url) => a href=(url) { (t.privacy_operator_notice()) },
                        None => (t.privacy_no_operator_notice()),
                    }
                }
            }
        }
    };
    layout::text_page(&state, &ui, t.privacy(), &["prose.css"], &main).await
}
