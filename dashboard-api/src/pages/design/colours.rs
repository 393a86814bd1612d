//! The colours in use with their contrasts.

use domain::Lang;
use maud::{Markup, html};

use super::super::{
    numbers,
    texts::Texts,
    tokens::{Rgb, Scheme, Tokens},
};

/// WCAG 2.1, 1.4.3: text.
const TEXT: f64 = 4.5;
/// WCAG 2.1, 1.4.11: what is drawn, and what shows that something can be used.
const DRAWN: f64 = 3.0;

/// Colour, the ground it stands on, and the contrast that needs.
pub(super) const PAIRS: [(&str, &str, f64); 24] = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink-quiet", "paper", TEXT),
    ("ink-quiet", "surface", TEXT),
    ("paper", "ink", TEXT),
    ("hero-ink", "hero-ground", TEXT),
    ("hero-number", "hero-ground", TEXT),
    ("hero-ink", "hero-wheel", TEXT),
    ("on-signal", "signal", TEXT),
    ("live", "paper", TEXT),
    ("stale", "paper", TEXT),
    ("silent", "paper", TEXT),
    ("chart-text", "surface", TEXT),
    ("ink", "map-ground", TEXT),
    ("bicycle", "map-ground", DRAWN),
    ("traffic", "map-ground", DRAWN),
    ("weather", "map-ground", DRAWN),
    ("other", "map-ground", DRAWN),
    ("bicycle", "paper", DRAWN),
    ("weather", "paper", DRAWN),
    ("focus", "paper", DRAWN),
    ("chart-first", "surface", DRAWN),
    ("chart-second", "surface", DRAWN),
    ("chart-axis", "surface", DRAWN),
];

pub(super) fn table(tokens: &Tokens, lang: Lang) -> Markup {
    let t = Texts(lang);
    html! {
        div.data__scroll.design__colours tabindex="0" role="region" aria-label=(t.design_colours_title()) {
            table {
                thead {
                    tr {
                        th scope="col" { (t.design_colour()) }
                        th scope="col" { (t.design_ground()) }
                        th scope="col" { (t.design_needs()) }
                        th scope="col" { (t.design_light()) }
                        th scope="col" { (t.design_dark()) }
                    }
                }
                tbody {
                    @for (colour, ground, needs) in PAIRS {
                        tr {
                            th scope="row" { code { "--" (colour) } }
                            td { code { "--" (ground) } }
                            td { (ratio(needs, lang)) }
                            @for scheme in Scheme::BOTH {
                                @let (colour, ground) = (tokens.colour(colour, scheme), tokens.colour(ground, scheme));
                                td { (swatch(colour, ground)) (ratio(colour.contrast(ground), lang)) " " code.muted { (colour) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `4,51 : 1`, rounded down: a ratio that is not reached must not look as if it were.
fn ratio(ratio: f64, lang: Lang) -> String {
    format!("{}\u{a0}:\u{a0}1", numbers::number((ratio * 100.0).floor() / 100.0, 2, lang))
}

fn swatch(colour: Rgb, ground: Rgb) -> Markup {
    html! {
        svg.swatch viewBox="0 0 44 24" width="44" height="24" aria-hidden="true" focusable="false" {
            rect width="44" height="24" fill=(ground) {}
            circle cx="14" cy="12" r="7" fill=(colour) {}
            // A letter as a drawing: a text would have to be read against the page.
            path d="M26 18L31 6L36 18M28 14H34" fill="none" stroke=(colour) stroke-width="2.2" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_reaches_what_it_needs_in_light_and_dark() {
        let tokens = Tokens::get();
        for (colour, ground, needs) in PAIRS {
            for scheme in Scheme::BOTH {
                let reached = tokens.colour(colour, scheme).contrast(tokens.colour(ground, scheme));
                assert!(
                    reached >= needs,
                    "{scheme:?}: --{colour} on --{ground} is {reached:.2}, needs {needs}"
                );
            }
        }
    }

    #[test]
    fn a_ratio_is_never_rounded_up() {
        assert_eq!(ratio(4.4999, Lang::De), "4,49\u{a0}:\u{a0}1");
        assert_eq!(ratio(21.0, Lang::En), "21.00\u{a0}:\u{a0}1");
    }
}
