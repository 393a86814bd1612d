//! `/design`: what the pages are made of. Sizes and colours are read from the style sheet itself, contrasts computed from
//! it, so that page and style sheet cannot differ.

mod colours;
mod parts;

use axum::{extract::State, response::Response};
use domain::Theme;
use maud::{Markup, html};

use super::{
    assets, layout, map,
    texts::Texts,
    tokens::{Scheme, Tokens},
    ui::Ui,
};
use crate::AppState;

/// Style sheets whose parts are shown.
const STYLES: [&str; 6] = ["prose.css", "overview.css", "thing.css", "data.css", "themes.css", "design.css"];

/// `GET /design`.
pub(crate) async fn get(State(state): State<AppState>, ui: Ui) -> Response {
    let t = Texts(ui.lang);
    let tokens = Tokens::get();
    let main = html! {
        (layout::intro(&ui, t.design(), t.design_lead()))
        div.prose.design {
            section {
                h2 { (t.design_principles_title()) }
                ul.points {
                    @for principle in [t.design_principle_one(), t.design_principle_two(), t.design_principle_three(), t.design_principle_four()] {
                        li { (principle) }
                    }
                }
            }
            section.design__wide {
                h2 { (t.design_type_title()) }
                p { (t.design_type_text()) }
                (type_scale(tokens, t))
            }
            section.design__wide {
                h2 { (t.design_colours_title()) }
                p { (t.design_colours_text()) }
                (colours::table(tokens, ui.lang))
            }
            section.design__wide {
                h2 { (t.design_space_title()) }
                (spaces(tokens))
            }
            section.design__wide {
                h2 { (t.design_parts_title()) }
                (parts::all(t))
            }
            section.design__wide {
                h2 { (t.design_icons_title()) }
                p { (t.design_icons_text()) }
                (in_both(&icons(t)))
            }
            section {
                h2 { (t.design_fonts_title()) }
                p { (t.design_font_licence()) " · " a href=(assets::href("fonts/OFL.txt")) { (t.design_licence_text()) } }
                p { (t.about_program()) }
            }
        }
    };
    layout::text_page(&state, &ui, t.design(), &STYLES, &main).await
}

/// The same in light and dark, side by side.
fn in_both(part: &Markup) -> Markup {
    html! {
        div.specimens {
            @for scheme in Scheme::BOTH { div.specimen.(scheme.class()) { (part) } }
        }
    }
}

/// Sizes as the style sheet has them, each with a sample; class `design__size-h1` has the size of the token `size-h1`.
fn type_scale(tokens: &Tokens, t: Texts) -> Markup {
    html! {
        dl.scale {
            @for (name, value) in tokens.starting_with("size-") {
                div {
                    dt { code { "--" (name) } br; span.muted { (value) } }
                    dd class=(format!("design__{name}")) { (t.design_sample()) }
                }
            }
            div {
                dt { code { "--font-number" } }
                dd.design__number { "12.345" }
            }
        }
    }
}

fn spaces(tokens: &Tokens) -> Markup {
    html! {
        dl.scale {
            @for (name, value) in tokens.starting_with("space-") {
                div {
                    dt { code { "--" (name) } br; span.muted { (value) } }
                    dd { span class=(format!("design__space design__{name}")) {} }
                }
            }
        }
    }
}

fn icons(t: Texts) -> Markup {
    html! {
        ul.legend {
            @for theme in [Theme::Bicycle, Theme::Traffic, Theme::Weather, Theme::Other] {
                li.(map::theme_class(theme)) {
                    svg viewBox="-11 -11 22 22" width="44" height="44" aria-hidden="true" { (map::symbol(theme)) }
                    (t.theme_name(theme))
                }
            }
            li { (layout::logo()) "stadtfunk" }
        }
    }
}
