//! Pictures over hours, weekdays, months or ranks: what a site usually counts. Pure: the same profile gives the same picture.

use plotters::{
    chart::ChartBuilder,
    element::{PathElement, Rectangle},
    style::{
        Color,
        text_anchor::{HPos, VPos},
    },
};

use super::{
    axis::ValueAxis,
    draw::{Area, DrawError, Drawn, FINE, MARGINS, Words, label, picture, stroke},
    ink::{Ink, Theme},
};

/// A row of values with their names below.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The values from left to right.
    pub slots: Vec<Slot>,
    /// How they are drawn.
    pub marks: Marks,
    /// How large the picture is.
    pub size: Size,
    /// The value axis; pictures to be compared share one.
    pub axis: ValueAxis,
    /// A value all others are compared with, drawn across.
    pub reference: Option<f64>,
}

/// One place of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// What stands below it; empty for a place without words.
    pub label: String,
    /// Its value, if known.
    pub value: Option<f64>,
    /// Whether enough is known; otherwise the bar is pale.
    pub is_firm: bool,
}

/// How the values of a profile are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// A bar each, with its name below its middle.
    Bars,
    /// A bar each, with its name below its beginning: hours.
    BarsOfTime,
    /// One line through all.
    Line,
}

/// How large a picture is, in its own units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// One of several beside each other.
    Small,
    /// Beside one other.
    Half,
}

impl Size {
    const fn units(self) -> (u32, u32) {
        match self {
            Self::Small => (360, 230),
            Self::Half => (520, 260),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Small => "chart chart--small",
            Self::Half => "chart chart--half",
        }
    }
}

/// Draws the profile as one `<svg>` element for a page.
pub fn svg(profile: &Profile, words: Words<'_>) -> Result<String, DrawError> {
    picture(profile.size.units(), profile.size.class(), &words, Theme::Page, "", |root| draw(profile, root))
}

fn draw(profile: &Profile, root: &Area<'_>) -> Drawn {
    let (left, right, top, bottom) = MARGINS;
    let axis = &profile.axis;
    let end = profile.slots.len().max(1) as f64;
    let mut plot = ChartBuilder::on(root)
        .margin_left(left * FINE)
        .margin_right(right * FINE)
        .margin_top(top * FINE)
        .margin_bottom(bottom * FINE)
        .build_cartesian_2d(0.0..end, axis.from..axis.to)?;
    for tick in &axis.ticks {
        plot.draw_series([PathElement::new([(0.0, tick.at), (end, tick.at)], stroke(Ink::Grid, 1.0))])?;
        let (_, y) = plot.backend_coord(&(0.0, tick.at));
        label(root, &tick.label, ((left - 10) * FINE, y), Ink::Text, (HPos::Right, VPos::Center))?;
    }
    let numbered = || (0_u32..).map(f64::from).zip(&profile.slots);
    for (x, slot) in numbered().filter(|(_, slot)| !slot.label.is_empty()) {
        let x = if profile.marks == Marks::Bars { x + 0.5 } else { x };
        if profile.marks != Marks::Bars {
            plot.draw_series([PathElement::new([(x, axis.from), (x, axis.to)], stroke(Ink::Grid, 1.0))])?;
        }
        let (x, y) = plot.backend_coord(&(x, axis.from));
        label(root, &slot.label, (x, y + 9 * FINE), Ink::Text, (HPos::Center, VPos::Top))?;
    }
    if profile.marks == Marks::Line {
        let points: Vec<_> = numbered().filter_map(|(x, slot)| Some((x, slot.value?))).collect();
        plot.draw_series([PathElement::new(points, stroke(Ink::First, 2.0))])?;
    } else {
        let missing = numbered().filter(|(_, slot)| slot.value.is_none());
        plot.draw_series(missing.map(|(x, _)| {
            Rectangle::new([(x, axis.from), (x + 1.0, axis.to)], Ink::Missing.marker().filled())
        }))?;
        let bar = |x: f64, value: f64| [(x + 0.11, 0.0), (x + 0.89, value)];
        let known = || numbered().filter_map(|(x, slot)| Some((x, slot.value?, slot.is_firm)));
        plot.draw_series(known().map(|(x, value, is_firm)| {
            let ink = if is_firm { Ink::First } else { Ink::FirstPale };
            Rectangle::new(bar(x, value), ink.marker().filled())
        }))?;
        // Pale alone would not stand out from the ground.
        plot.draw_series(known().filter(|(_, _, is_firm)| !is_firm).map(|(x, value, _)| {
            let (from, to) = (x + 0.11, x + 0.89);
            PathElement::new([(from, 0.0), (from, value), (to, value), (to, 0.0)], stroke(Ink::First, 1.2))
        }))?;
    }
    if let Some(reference) = profile.reference {
        plot.draw_series([PathElement::new(
            [(0.0, reference), (end, reference)],
            stroke(Ink::SecondLine, 1.6),
        )])?;
    }
    plot.draw_series([PathElement::new([(0.0, axis.from), (end, axis.from)], stroke(Ink::Axis, 1.2))])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::Lang;

    use super::*;

    fn drawn(values: &[Option<f64>]) -> String {
        let slots = values.iter().map(|&value| Slot { label: "Mo".to_owned(), value, is_firm: true });
        let profile = Profile {
            slots: slots.collect(),
            marks: Marks::Bars,
            size: Size::Half,
            axis: ValueAxis::from_zero(2.0, Lang::De),
            reference: Some(1.0),
        };
        svg(&profile, Words { id: "week", title: "A & B", description: "C", lang: Lang::De }).unwrap()
    }

    #[test]
    fn a_value_that_is_not_known_is_hatched_and_one_of_zero_is_not() {
        assert!(drawn(&[Some(1.0), None]).contains("fill=\"url(#week-hatch)\""));
        assert!(!drawn(&[Some(1.0), Some(0.0)]).contains("fill=\"url(#week-hatch)\""));
    }

    #[test]
    fn the_picture_has_a_title_and_follows_the_page() {
        let svg = drawn(&[Some(1.0)]);
        assert!(svg.contains("<title id=\"week-title\">A &amp; B</title>"), "{svg}");
        assert!(svg.contains("fill=\"var(--chart-first)\""), "{svg}");
    }
}
