//! What a Thing's values are worth, in plain words.

use maud::{Markup, html};

use super::{
    super::{texts::Texts, ui::Ui},
    ThingPage,
};

/// An entry of the list of details, where there is something to say.
pub(super) fn details(page: &ThingPage, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let found = page.quality.as_ref().filter(|quality| quality.n_doubtful() + quality.bad > 0);
    html! {
        @if let Some(quality) = found {
            div {
                dt { (t.doubtful_24h()) }
                dd { (t.doubtful(quality.n_doubtful(), quality.bad, quality.values)) }
            }
        }
    }
}
