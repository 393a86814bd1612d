//! A widget as a picture of its own: an SVG without style sheet, script or font file, which anything can show.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::{
    super::{
        figures::Words,
        map, numbers,
        texts::Texts,
        tokens::{Scheme, Tokens},
        ui::Ui,
    },
    course::{self, Colours},
    widget::Widget,
};
use crate::{Config, ThingState};

/// Typefaces: those of the program for a PNG, which are files of one weight each, then those of the reader's machine.
const TEXT: &str = "Barlow, system-ui, sans-serif";
const BOLD: &str = "Barlow SemiBold, Barlow, system-ui, sans-serif";
const NUMBER: &str = "Barlow Condensed SemiBold, Barlow Condensed, Arial Narrow, sans-serif";
/// Units across and down, each a CSS pixel.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 300.0;
const EDGE: f64 = 20.0;
/// Longest name and line that fit, characters.
const NAME_MAX: usize = 34;
const LINE_MAX: usize = 50;

pub(super) fn svg(widget: &Widget, scheme: Scheme, zone: &TimeZone, config: &Config, ui: &Ui) -> String {
    let t = Texts(ui.lang);
    let tokens = Tokens::get();
    let colour = |name| tokens.colour(name, scheme).to_string();
    let (ink, quiet) = (colour("ink"), colour("ink-quiet"));
    let colours =
        Colours { mark: colour("chart-first"), quiet: colour("chart-axis"), text: colour("chart-text") };
    let heard = widget.last_heard_at.map(|at| numbers::date_time(at, zone, ui.lang));
    let description = description(widget, zone, t);
    let mut lines = widget.comparison.iter().cloned().chain(widget.others.iter().map(in_a_line)).take(2);
    let drawing = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) width=(WIDTH) height=(HEIGHT)
            role="img" lang=(ui.lang.tag()) font-family=(TEXT) {
            title { (widget.name) }
            desc { (description) }
            rect width=(WIDTH) height=(HEIGHT) fill=(colour("surface")) {}
            rect width=(WIDTH) height="6" fill=(colour(map::theme_key(widget.theme))) {}
            text x=(EDGE) y="38" font-size="19" font-weight="600" font-family=(BOLD) fill=(ink) { (shortened(&widget.name, NAME_MAX)) }
            (sign(widget.state, &colour))
            text x=(EDGE + 18.0) y="60" font-size="13" fill=(quiet) {
                (t.state_name(widget.state)) @if let Some(heard) = heard { ", " (t.as_of()) " " (heard) }
            }
            @match &widget.first {
                Some(first) => {
                    text x=(EDGE) y="118" font-size="52" font-weight="600" fill=(ink)
                        font-family=(NUMBER) { (first.number.as_deref().unwrap_or("–")) }
                    text x=(EDGE) y="138" font-size="14" font-weight="600" font-family=(BOLD) fill=(ink) { (shortened(&first.label, LINE_MAX)) }
                }
                None => text x=(EDGE) y="118" font-size="17" fill=(ink) { (t.widget_nothing()) },
            }
            @if let Some(line) = lines.next() { text x=(EDGE) y="156" font-size="13" fill=(quiet) { (shortened(&line, LINE_MAX)) } }
            @if let Some(line) = lines.next() { text x=(EDGE) y="173" font-size="13" fill=(quiet) { (shortened(&line, LINE_MAX)) } }
            @if let Some(course) = &widget.course {
                g transform=(format!("translate({EDGE} 178) scale({:.4} 1)", (WIDTH - 2.0 * EDGE) / course::WIDTH)) {
                    (course.marks(zone, t, &colours))
                }
            }
            text x=(EDGE) y=(HEIGHT - 10.0) font-size="12" fill=(quiet) {
                "stadtfunk" @if !config.city.is_empty() { " " (config.city) }
            }
        }
    };
    drawing.into_string()
}

/// All the picture says, in words.
pub(super) fn description(widget: &Widget, zone: &TimeZone, t: Texts) -> String {
    let first = widget.first.iter().map(in_a_line);
    let others = widget.comparison.iter().cloned().chain(widget.others.iter().map(in_a_line));
    let course = widget.course.iter().map(|course| course.sentence(zone, t));
    let state = std::iter::once(t.state_name(widget.state).to_owned());
    first.chain(others).chain(state).chain(course).collect::<Vec<_>>().join(". ")
}

fn in_a_line(words: &Words) -> String {
    match &words.number {
        Some(number) => format!("{number} {}", words.label),
        None => words.label.clone(),
    }
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        text.to_owned()
    } else {
        text.chars().take(longest - 1).chain(['…']).collect()
    }
}

/// A state by form as well as by colour, as on the pages.
fn sign(state: ThingState, colour: &impl Fn(&'static str) -> String) -> Markup {
    html! {
        g transform=(format!("translate({} 55.5)", EDGE + 6.0)) {
            @match state {
                ThingState::Live => circle r="5.5" fill=(colour("live")) {},
                ThingState::Stale => {
                    circle r="5" fill="none" stroke=(colour("stale")) stroke-width="2" {}
                    path d="M0 -5A5 5 0 0 0 0 5Z" fill=(colour("stale")) {}
                },
                ThingState::Silent => rect x="-5" y="-5" width="10" height="10" fill=(colour("silent")) {},
                ThingState::Never => circle r="5" fill="none" stroke=(colour("ink-quiet")) stroke-width="2" stroke-dasharray="3 2" {},
            }
        }
    }
}
