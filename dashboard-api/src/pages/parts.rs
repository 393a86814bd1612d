//! Small parts that several pages have.

use domain::ErrorChain;
use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};

use super::{map, numbers, texts::Texts, ui::Ui};
use crate::{Ageing, AppState, ThingState, charts::draw::DrawError};

/// A state as shape, colour and word; the script changes it when its time is over.
pub(crate) fn state_badge(state: ThingState, ageing: Option<Ageing>, t: Texts) -> Markup {
    html! {
        span.state.(map::state_class(state))
            data-stale-at=[ageing.map(|ageing| ageing.stale_after.as_millisecond())]
            data-silent-at=[ageing.map(|ageing| ageing.silent_after.as_millisecond())] {
            span.state__sign aria-hidden="true" {}
            span.state__name { (t.state_name(state)) }
        }
    }
}

/// Shown by the script, which gives it its function (WCAG 2.2.2).
pub(crate) fn pause_button(t: Texts) -> Markup {
    html! {
        button.button.button--quiet #pause type="button" hidden data-pause=(t.pause()) data-resume=(t.resume()) {
            (t.pause())
        }
    }
}

/// A relative time, which the script keeps true, with the absolute one in its attributes.
pub(crate) fn age(at: Timestamp, now: Timestamp, state: &AppState, ui: &Ui) -> Markup {
    html! {
        time datetime=(numbers::rfc3339(at, &state.zone)) title=(numbers::date_time(at, &state.zone, ui.lang))
            data-at=(at.as_millisecond()) {
            (numbers::ago(at, now, ui.lang))
        }
    }
}

/// A chart that was drawn, or words in its place: the table beside it holds.
pub(crate) fn drawn(svg: Result<String, DrawError>, ui: &Ui) -> Markup {
    match svg {
        Ok(svg) => PreEscaped(svg),
        Err(error) => {
            tracing::error!(error = %ErrorChain(&error), "chart not drawn");
            html! { p.empty { (Texts(ui.lang).chart_failed()) } }
        }
    }
}

/// In a form: carries on the language that was chosen.
pub(crate) fn language(ui: &Ui) -> Markup {
    html! { @if let Some(lang) = ui.chosen() { input type="hidden" name="lang" value=(lang.tag()); } }
}
