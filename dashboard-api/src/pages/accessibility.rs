//! `/accessibility`: the statement that Directive (EU) 2016/2102 and BITV 2.0 ask for.

use axum::{extract::State, response::Response};
use jiff::{civil::Date, tz::TimeZone};
use maud::html;

use super::{feedback, layout, numbers, texts::Texts, ui::Ui};
use crate::AppState;

/// When the statement was last gone through, with all it says of tests and limits.
const REVIEWED: Date = jiff::civil::date(2026, 11, 25);

/// `GET /accessibility`.
pub(crate) async fn get(State(state): State<AppState>, ui: Ui) -> Response {
    let t = Texts(ui.lang);
    let reviewed = REVIEWED.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).unwrap_or_default();
    let date = numbers::date(reviewed, &TimeZone::UTC, ui.lang);
    let tested = [
        t.accessibility_tested_axe(),
        t.accessibility_tested_contrast(),
        t.accessibility_tested_reflow(),
        t.accessibility_tested_keyboard(),
        t.accessibility_tested_scripts(),
    ];
    let limits = [
        t.accessibility_limit_sign(),
        t.accessibility_limit_map(),
        t.accessibility_limit_charts(),
        t.accessibility_limit_names(),
        t.accessibility_limit_english(),
    ];
    let main = html! {
        (layout::intro(&ui, t.accessibility_title(), t.accessibility_lead()))
        div.prose {
            section {
                h2 { (t.accessibility_scope_title()) }
                p { (t.accessibility_scope()) }
                p { (t.accessibility_law()) }
            }
            section {
                h2 { (t.accessibility_state_title()) }
                p { strong { (t.accessibility_state()) } }
            }
            section {
                h2 { (t.accessibility_tested_title()) }
                ul.points { @for sentence in tested { li { (sentence) } } }
                p { (t.accessibility_tested_not()) }
            }
            section {
                h2 { (t.accessibility_limits_title()) }
                ul.points { @for sentence in limits { li { (sentence) } } }
            }
            section {
                h2 { (t.accessibility_date_title()) }
                p { (t.accessibility_date(&date)) }
            }
            section {
                h2 { (t.accessibility_contact_title()) }
                p { (t.accessibility_contact()) }
                (feedback::ways(&state.config.contact, None, t))
                p { a.button href=(ui.href("/feedback?page=/accessibility")) { (t.accessibility_to_feedback()) } }
            }
            section {
                h2 { (t.accessibility_enforcement_title()) }
                @match state.config.contact.enforcement() {
                    Some((name, url)) => {
                        p { (t.accessibility_enforcement()) }
                        p { @match url { Some(url) => a href=(url) { (name) }, None => (name) } }
                    }
                    None => p { (t.accessibility_no_enforcement()) },
                }
            }
        }
    };
    layout::text_page(&state, &ui, t.accessibility_title(), &["prose.css"], &main).await
}
