//! What a chart is compared with, drawn so that colour is not needed to tell it apart: empty bars, dashed or dotted lines.

use domain::TimeRange;
use jiff::Timestamp;
use plotters::element::{Circle, PathElement};

use super::{Chart, Content, Drawn, FINE, Ink, Plot, Side, middle, stroke};

/// Bars that others are compared with, empty and a little wider.
pub(super) fn draw_outlines(chart: &Chart, index: usize, side: Side, plot: &mut Plot<'_, '_>) -> Drawn {
    plot.draw_series(chart.compared_points(index).into_iter().map(|(range, value)| {
        let (from, to) = (chart.x(range.from()), chart.x(range.to()));
        let (from, to) = (from + (to - from) * 0.07, to - (to - from) * 0.07);
        let height = side.sign() * value;
        PathElement::new([(from, 0.0), (from, height), (to, height), (to, 0.0)], stroke(Ink::Outline, 1.5))
    }))?;
    Ok(())
}

/// The line that another is compared with.
pub(super) fn draw_compared_line(chart: &Chart, index: usize, plot: &mut Plot<'_, '_>) -> Drawn {
    let Some(counterpart) = chart.counterpart(index) else { return Ok(()) };
    let ink = compared_ink(chart, index);
    let points: Vec<_> =
        chart.compared_points(index).into_iter().map(|(range, value)| (middle(range), value)).collect();
    let near =
        |a: &(Timestamp, f64), b: &(Timestamp, f64)| b.0.duration_since(a.0) <= counterpart.longest_step;
    for segment in points.chunk_by(near) {
        let points: Vec<_> = segment.iter().map(|(at, value)| (chart.x(*at), *value)).collect();
        match points.as_slice() {
            [alone] => {
                plot.draw_series([Circle::new(*alone, 2 * FINE, stroke(Ink::Second, 1.2))])?;
            }
            _ => {
                plot.draw_series([PathElement::new(points, stroke(ink, 2.0))])?;
            }
        }
    }
    Ok(())
}

/// A line alone is compared with a dashed one, as if it were the second; of two lines each has its own colour dotted.
pub(super) fn compared_ink(chart: &Chart, index: usize) -> Ink {
    match (chart.series.len(), index) {
        (1, _) => Ink::SecondLine,
        (_, 0) => Ink::FirstCompared,
        _ => Ink::SecondCompared,
    }
}

impl Chart {
    /// What a series is compared with, where that has a value, at the intervals of the series.
    fn compared_points(&self, index: usize) -> Vec<(TimeRange, f64)> {
        let (Some(series), Some(counterpart)) = (self.series.get(index), self.counterpart(index)) else {
            return Vec::new();
        };
        let beside = series.cells.iter().zip(&counterpart.contents);
        beside.filter_map(|(cell, content)| Some((cell.range, content.and_then(Content::value)?))).collect()
    }
}
