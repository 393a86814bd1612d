//! How often values of each size came: classes of speed, of temperature. Pure: the same values give the same picture.

use domain::Lang;
use plotters::{
    chart::ChartBuilder,
    element::{PathElement, Rectangle},
    style::{
        Color,
        text_anchor::{HPos, VPos},
    },
};

use super::{
    axis::{ValueAxis, decimals, round_step},
    draw::{Area, DrawError, Drawn, FINE, MARGINS, Words, label, picture, stroke},
    ink::{Ink, Theme},
};
use crate::pages::numbers;

/// Classes of equal width, lowest first, with how many values are in each.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Where the first class begins.
    pub from: f64,
    /// Width of a class.
    pub width: f64,
    /// Values in each class; a value on a limit belongs to the class above it.
    pub counts: Vec<u32>,
    /// What stands behind numbers of the lower axis.
    pub unit: String,
    /// Values of note, drawn across with their words: V85.
    pub marks: Vec<(f64, String)>,
}

/// Width and height of the picture in its own units.
const SIZE: (u32, u32) = (720, 280);
/// More classes than this are no overview, fewer no shape.
const MOST_CLASSES: f64 = 16.0;

impl Histogram {
    /// Sorts values into classes of a round width; `None` of nothing.
    pub fn of(values: &[f64], unit: &str) -> Option<Self> {
        let low = values.iter().copied().reduce(f64::min)?;
        let high = values.iter().copied().reduce(f64::max)?;
        let width = round_step(((high - low) / MOST_CLASSES).max(0.1));
        let first = (low / width).floor();
        let class = |value: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to a few")]
            let class = ((value / width).floor() - first).max(0.0) as usize;
            class
        };
        let mut counts = vec![0_u32; class(high) + 1];
        for value in values {
            if let Some(count) = counts.get_mut(class(*value)) {
                *count += 1;
            }
        }
        Some(Self { from: first * width, width, counts, unit: unit.to_owned(), marks: Vec::new() })
    }

    /// Classes counted elsewhere.
    pub fn of_counts(from: f64, width: f64, counts: Vec<u32>, unit: &str) -> Self {
        Self { from, width, counts, unit: unit.to_owned(), marks: Vec::new() }
    }

    /// All values.
    pub fn n(&self) -> u64 {
        self.counts.iter().map(|n| u64::from(*n)).sum()
    }

    /// The limits of a class.
    pub fn limits(&self, class: usize) -> (f64, f64) {
        let from = self.from + self.width * class as f64;
        (from, from + self.width)
    }

    /// A limit as people write it.
    pub fn limit_text(&self, limit: f64, lang: Lang) -> String {
        numbers::measured(limit, decimals(self.width), lang)
    }
}

/// Draws the histogram as one `<svg>` element; the upright axis has shares of all values.
pub fn svg(histogram: &Histogram, words: Words<'_>, theme: Theme) -> Result<String, DrawError> {
    picture(SIZE, "chart", &words, theme, "", |root| draw(histogram, words.lang, root))
}

fn draw(histogram: &Histogram, lang: Lang, root: &Area<'_>) -> Drawn {
    let n = (histogram.n().max(1)) as f64;
    let largest = histogram.counts.iter().copied().max().unwrap_or(0);
    let axis = ValueAxis::from_zero((100.0 * f64::from(largest) / n).max(1.0), lang);
    let (left, right, top, bottom) = MARGINS;
    let end = histogram.limits(histogram.counts.len().max(1)).0;
    let mut plot = ChartBuilder::on(root)
        .margin_left(left * FINE)
        .margin_right(right * FINE)
        .margin_top((top + 4) * FINE)
        .margin_bottom(bottom * FINE)
        .build_cartesian_2d(histogram.from..end, axis.from..axis.to)?;
    for tick in &axis.ticks {
        let line = [(histogram.from, tick.at), (end, tick.at)];
        plot.draw_series([PathElement::new(line, stroke(Ink::Grid, 1.0))])?;
        let (_, y) = plot.backend_coord(&(histogram.from, tick.at));
        let words = format!("{}{}", tick.label, crate::pages::texts::Texts(lang).percent_sign());
        label(root, &words, ((left - 8) * FINE, y), Ink::Text, (HPos::Right, VPos::Center))?;
    }
    let every = histogram.counts.len().div_ceil(10).max(1);
    for class in (0..=histogram.counts.len()).step_by(every) {
        let limit = histogram.limits(class).0;
        let (x, y) = plot.backend_coord(&(limit, axis.from));
        let is_last = class + every > histogram.counts.len();
        let unit = if is_last && !histogram.unit.is_empty() {
            format!("\u{a0}{}", histogram.unit)
        } else {
            String::new()
        };
        let text = format!("{}{unit}", histogram.limit_text(limit, lang));
        // The one with the unit is longer and ends below the plot's edge.
        let anchor = if is_last { HPos::Right } else { HPos::Center };
        let x = if is_last { x + 12 * FINE } else { x };
        label(root, &text, (x, y + 9 * FINE), Ink::Text, (anchor, VPos::Top))?;
    }
    let bars = histogram.counts.iter().enumerate().filter(|(_, n)| **n > 0);
    plot.draw_series(bars.map(|(class, count)| {
        let (from, to) = histogram.limits(class);
        let inset = (to - from) * 0.03;
        let height = 100.0 * f64::from(*count) / n;
        Rectangle::new([(from + inset, 0.0), (to - inset, height)], Ink::First.marker().filled())
    }))?;
    let base = [(histogram.from, 0.0), (end, 0.0)];
    plot.draw_series([PathElement::new(base, stroke(Ink::Axis, 1.2))])?;
    for (value, words) in &histogram.marks {
        let line = [(*value, axis.from), (*value, axis.to)];
        plot.draw_series([PathElement::new(line, stroke(Ink::Second, 2.0))])?;
        let (x, y) = plot.backend_coord(&(*value, axis.to));
        label(root, words, (x, y - 3 * FINE), Ink::Second, (HPos::Center, VPos::Bottom))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_round_classes_and_one_on_a_limit_into_the_upper() {
        // From -3.2 to 12: a sixteenth of 15.2 is 0.95, so classes are 1 wide and begin at -4.
        let histogram = Histogram::of(&[-3.2, 0.0, 0.9, 1.0, 12.0], "°C").unwrap();
        assert_eq!((histogram.from, histogram.width, histogram.counts.len()), (-4.0, 1.0, 17));
        assert_eq!((histogram.counts[0], histogram.counts[4], histogram.counts[5]), (1, 2, 1));
        assert_eq!((histogram.counts[16], histogram.n()), (1, 5));
    }

    #[test]
    fn nothing_has_no_shape_and_one_value_has_one_class() {
        assert_eq!(Histogram::of(&[], "°C"), None);
        let one = Histogram::of(&[20.0], "km/h").unwrap();
        assert_eq!((one.limits(0).0, one.counts), (20.0, vec![1]));
    }

    #[test]
    fn each_class_with_values_has_a_bar_and_a_mark_its_words() {
        let mut histogram = Histogram::of_counts(30.0, 5.0, vec![10, 0, 30, 60], "km/h");
        histogram.marks.push((48.0, "V85 48 km/h".to_owned()));
        let words = Words { id: "v", title: "A", description: "B", lang: Lang::De };
        let svg = svg(&histogram, words, Theme::Page).unwrap();
        let bars = svg.lines().filter(|l| l.starts_with("<rect") && l.contains("var(--chart-first)")).count();
        assert_eq!(bars, 3, "{svg}");
        assert!(
            svg.contains("V85 48 km/h") && svg.contains("50\u{a0}km/h") && svg.contains("60\u{a0}%"),
            "{svg}"
        );
    }
}
