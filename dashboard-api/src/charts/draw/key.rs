//! What is drawn how.

use domain::{Aggregation, Lang};
use plotters::{
    element::PathElement,
    style::text_anchor::{HPos, VPos},
};

use super::{Area, Chart, Drawn, FINE, Ink, MARGINS, compared::compared_ink, label, square, stroke, words};

/// What a file has in place of the page around it: the unit, and what is which.
pub(super) fn draw_keys(chart: &Chart, lang: Lang, root: &Area<'_>) -> Drawn {
    let row = 9;
    let unit = words::unit(chart, lang);
    label(root, &unit, (4 * FINE, row * FINE), Ink::Text, (HPos::Left, VPos::Center))?;
    let mut x = MARGINS.0.max(width_of(&unit) + 26);
    for key in keys(chart) {
        let y = row * FINE;
        match key.mark {
            Mark::Bar(ink) => square(root, (x * FINE, y - 6 * FINE), 12 * FINE, ink)?,
            Mark::Outline => {
                let (left, right) = (x * FINE, (x + 12) * FINE);
                let corners = [
                    (left, y - 6 * FINE),
                    (right, y - 6 * FINE),
                    (right, y + 6 * FINE),
                    (left, y + 6 * FINE),
                    (left, y - 6 * FINE),
                ];
                root.draw(&PathElement::new(corners, stroke(Ink::Outline, 1.5)))?;
            }
            Mark::Line(ink) => {
                root.draw(&PathElement::new([((x - 8) * FINE, y), ((x + 14) * FINE, y)], stroke(ink, 2.4)))?;
            }
        }
        label(root, key.name, ((x + 18) * FINE, y), Ink::Text, (HPos::Left, VPos::Center))?;
        x += width_of(key.name) + 46;
    }
    Ok(())
}

/// About how wide a label is, in units of the picture.
fn width_of(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(0) * 7
}

/// One entry of a key: what is drawn how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key<'a> {
    /// How it is drawn.
    pub mark: Mark,
    /// What it is.
    pub name: &'a str,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// Filled bars.
    Bar(Ink),
    /// Empty bars.
    Outline,
    /// A line; the ink knows its dashes.
    Line(Ink),
}

/// What is drawn how; empty where a chart has one series and nothing beside it.
pub fn keys(chart: &Chart) -> Vec<Key<'_>> {
    let is_bars = matches!(
        chart.property.aggregation(),
        Aggregation::Sum | Aggregation::Total | Aggregation::TimeShare
    );
    let mut keys = Vec::new();
    for (i, series) in
        chart.series.iter().enumerate().filter(|_| chart.series.len() > 1 || chart.compared.is_some())
    {
        let mark = match (is_bars, i) {
            (true, 0) => Mark::Bar(Ink::First),
            (true, _) => Mark::Bar(Ink::Second),
            (false, 0) => Mark::Line(Ink::First),
            (false, _) => Mark::Line(Ink::SecondLine),
        };
        keys.push(Key { mark, name: &series.name });
    }
    if let Some(compared) = &chart.compared {
        for i in (0..chart.series.len()).filter(|i| chart.counterpart(*i).is_some()) {
            let mark = if is_bars { Mark::Outline } else { Mark::Line(compared_ink(chart, i)) };
            if !keys.iter().any(|key| key.mark == mark) {
                keys.push(Key { mark, name: &compared.name });
            }
        }
    }
    keys.retain(|key| !key.name.is_empty());
    keys
}
