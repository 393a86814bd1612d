//! Draws a chart as SVG. Pure: the same chart gives the same picture.

use domain::{Aggregation, Lang, TimeRange};
use jiff::Timestamp;
use plotters::{
    backend::SVGBackend,
    chart::{ChartBuilder, ChartContext},
    coord::{Shift, cartesian::Cartesian2d, types::RangedCoordf64},
    drawing::{DrawingArea, IntoDrawingArea},
    element::{Circle, PathElement, Polygon, Rectangle, Text},
    style::{
        Color, IntoFont, RGBColor, ShapeStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

mod compared;
mod key;

use self::compared::{draw_compared_line, draw_outlines};
pub use self::key::{Key, Mark, keys};
use super::{
    axis::{ValueAxis, time_ticks},
    data::{Cell, Chart, Content, Series},
    ink::{Ink, Theme, dye},
    words,
};

/// Width of the picture in its own units.
pub const WIDTH: u32 = 720;
/// Height of the picture in its own units.
pub const HEIGHT: u32 = 280;

/// plotters places marks on whole units; drawing larger and scaling down keeps lines smooth.
pub(super) const FINE: i32 = 4;
/// Room beside the data for labels, in units of the picture: left, right, top, bottom.
pub(super) const MARGINS: (i32, i32, i32, i32) = (56, 14, 18, 30);
/// Room above that for unit and names in a file of its own. A page says them beside the picture.
const KEY_HEIGHT: i32 = 16;
/// Room above the picture for the title in a file of its own.
const FILE_HEAD: u32 = 28;
/// Size of labels in units of the picture.
const LABEL_SIZE: f64 = 14.0;
/// plotters divides the size of a font by this when it writes SVG.
const PLOTTERS_FONT_SCALE: f64 = 1.24;
/// Stands for the font family until the drawing is finished.
const FONT_MARKER: &str = "chart-font";

/// A chart that could not be drawn: a defect, since it needs nothing but memory.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw the chart")]
pub struct DrawError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// What is said about a chart in words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Unique in the page; letters, digits and `-`.
    pub id: &'a str,
    /// Short title.
    pub title: &'a str,
    /// One sentence with the figures.
    pub description: &'a str,
    /// Language of the axes.
    pub lang: Lang,
}

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws the chart as one `<svg>` element.
pub fn svg(chart: &Chart, words: Words<'_>, theme: Theme) -> Result<String, DrawError> {
    picture((WIDTH, HEIGHT), "chart", &words, theme, "", |root| draw(chart, &words, theme, root))
}

/// Draws a picture of a size in its own units as one `<svg>` element. `under` is SVG of our own in units of the drawing, which are
/// [`FINE`] times as small, for what plotters would need too many words for.
pub(super) fn picture(
    size: (u32, u32),
    class: &str,
    words: &Words<'_>,
    theme: Theme,
    under: &str,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<String, DrawError> {
    let mut drawing = String::new();
    let fine = FINE.unsigned_abs();
    let root = SVGBackend::with_string(&mut drawing, (size.0 * fine, size.1 * fine)).into_drawing_area();
    let drawn = draw(&root).and_then(|()| Ok(root.present()?));
    drop(root);
    drawn.map_err(DrawError)?;
    let hatch = format!("{}-hatch", words.id);
    let drawing = format!("{under}{}", inner(&drawing));
    Ok(frame(&dye(&drawing, theme, &hatch), size, class, words, theme, &hatch))
}

/// The drawing without plotters' own outermost element.
fn inner(drawing: &str) -> &str {
    let after = drawing.split_once('>').map_or(drawing, |(_, rest)| rest);
    after.rsplit_once("</svg>").map_or(after, |(before, _)| before)
}

fn frame(
    drawing: &str,
    (width, height): (u32, u32),
    class: &str,
    words: &Words<'_>,
    theme: Theme,
    hatch: &str,
) -> String {
    let font = if theme == Theme::Page { "inherit" } else { "sans-serif" };
    let line = theme.hatch();
    let drawing = drawing.replace(FONT_MARKER, font);
    let (id, scale) = (words.id, 1.0 / f64::from(FINE));
    let (title, description) = (escape(words.title), escape(words.description));
    // A file has no page around it that says what it shows.
    let (head, ground) = theme.ground().map_or((0, String::new()), |colour| {
        let ink = Ink::Outline.paint(theme, hatch);
        let height = height + FILE_HEAD;
        let ground = format!(
            "<rect width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/><text x=\"4\" y=\"19\" font-family=\"{font}\" \
             font-size=\"15\" font-weight=\"600\" fill=\"{ink}\">{title}</text>"
        );
        (FILE_HEAD, ground)
    });
    let height = height + head;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         lang=\"{lang}\" aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">{title}</title>\
         <desc id=\"{id}-desc\">{description}</desc><defs><pattern id=\"{hatch}\" width=\"28\" height=\"28\" \
         patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0V28\" stroke=\"{line}\" \
         stroke-width=\"12\"/></pattern></defs>{ground}<g transform=\"translate(0 {head}) scale({scale})\">{drawing}</g></svg>",
        lang = words.lang.tag(),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) type Drawn = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn draw(chart: &Chart, words: &Words<'_>, theme: Theme, root: &Area<'_>) -> Drawn {
    let lang = words.lang;
    let axis = value_axis(chart, lang);
    let (left, right, mut top, bottom) = MARGINS;
    if theme != Theme::Page {
        top += KEY_HEIGHT;
        key::draw_keys(chart, words.lang, root)?;
    }
    let mut plot = ChartBuilder::on(root)
        .margin_left(left * FINE)
        .margin_right(right * FINE)
        .margin_top(top * FINE)
        .margin_bottom(bottom * FINE)
        .build_cartesian_2d(0.0..chart.range.seconds(), axis.from..axis.to)?;
    draw_grid(chart, &axis, lang, root, &mut plot)?;
    for (i, series) in chart.series.iter().enumerate() {
        let side = Side::of(i, chart.is_mirrored());
        match chart.property.aggregation() {
            Aggregation::Sum | Aggregation::Total | Aggregation::TimeShare => {
                draw_bars(chart, series, side, &axis, &mut plot)?;
                draw_outlines(chart, i, side, &mut plot)?;
            }
            Aggregation::VectorMean => draw_directions(chart, series, &axis, root, &mut plot)?,
            Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => {
                draw_line(chart, i, &axis, &mut plot)?;
                draw_compared_line(chart, i, &mut plot)?;
            }
        }
    }
    let zero = axis.from.max(0.0).min(axis.to);
    if axis.from <= 0.0 {
        let line = [(0.0, zero), (chart.range.seconds(), zero)];
        plot.draw_series([PathElement::new(line, stroke(Ink::Axis, 1.2))])?;
    }
    Ok(())
}

/// Which way a series is drawn.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Up,
    Down,
}

impl Side {
    fn of(index: usize, mirrored: bool) -> Self {
        if mirrored && index == 1 { Self::Down } else { Self::Up }
    }

    const fn sign(self) -> f64 {
        match self {
            Self::Up => 1.0,
            Self::Down => -1.0,
        }
    }

    const fn ink(self) -> Ink {
        match self {
            Self::Up => Ink::First,
            Self::Down => Ink::Second,
        }
    }

    const fn pale(self) -> Ink {
        match self {
            Self::Up => Ink::FirstPale,
            Self::Down => Ink::SecondPale,
        }
    }
}

impl Chart {
    /// Two directions of a site: one counts upwards, the other downwards from the same line.
    pub fn is_mirrored(&self) -> bool {
        self.series.len() == 2 && self.property.aggregation().adds_up()
    }

    /// Whether the space between smallest and largest value is shown: two of them would hide each other.
    pub fn has_band(&self) -> bool {
        let cells = || self.series.iter().flat_map(|series| &series.cells);
        let spread = |cell: &Cell| matches!(cell.content, Content::Known { spread: Some(_), .. });
        self.series.len() == 1 && cells().any(spread)
    }

    fn x(&self, at: Timestamp) -> f64 {
        at.duration_since(self.range.from()).as_secs_f64().clamp(0.0, self.range.seconds())
    }

    /// The height of a carried amount: spread evenly over the intervals it was counted in, so that the
    /// wide bar has the area of the bars it replaces.
    fn carried_height(&self, amount: &store::Carried) -> f64 {
        let n = self.width.buckets(amount.range, &self.zone).count().max(1);
        amount.sum / n as f64
    }
}

fn value_axis(chart: &Chart, lang: Lang) -> ValueAxis {
    let compared = || {
        let all = chart.compared.iter().flat_map(|compared| compared.series.iter().flatten());
        all.flat_map(|counterpart| counterpart.contents.iter().copied().flatten())
    };
    let known =
        || chart.series.iter().flat_map(|series| &series.cells).map(|cell| cell.content).chain(compared());
    match chart.property.aggregation() {
        Aggregation::VectorMean => ValueAxis::compass(lang),
        Aggregation::TimeShare => ValueAxis::share(lang),
        Aggregation::Sum | Aggregation::Total => {
            let carried = chart.series.iter().flat_map(|series| &series.carried);
            let largest = known()
                .filter_map(Content::value)
                .chain(carried.map(|amount| chart.carried_height(amount)))
                .fold(0.0, f64::max);
            ValueAxis::for_amounts(chart.property, largest, chart.is_mirrored(), lang)
        }
        Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => {
            let (low, high) = known()
                .filter_map(|content| match content {
                    Content::Known { value, spread } => Some(spread.unwrap_or((value, value))),
                    _ => None,
                })
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (a, b)| (low.min(a), high.max(b)));
            let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
            ValueAxis::for_values(chart.property, (low, high), lang)
        }
    }
}

pub(super) fn stroke(ink: Ink, width: f64) -> ShapeStyle {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few units wide")]
    let width = (width * f64::from(FINE)).round() as u32;
    ink.marker().stroke_width(width)
}

pub(super) fn label(root: &Area<'_>, text: &str, at: (i32, i32), ink: Ink, anchor: (HPos, VPos)) -> Drawn {
    let color: RGBColor = ink.marker();
    let size = LABEL_SIZE * f64::from(FINE) * PLOTTERS_FONT_SCALE;
    let style = (FONT_MARKER, size).into_font().color(&color).pos(Pos::new(anchor.0, anchor.1));
    root.draw(&Text::new(text.to_owned(), at, style))?;
    Ok(())
}

/// A square of a key, its upper left corner given.
pub(super) fn square(root: &Area<'_>, (x, y): (i32, i32), side: i32, ink: Ink) -> Drawn {
    root.draw(&Rectangle::new([(x, y), (x + side, y + side)], ink.marker().filled()))?;
    Ok(())
}

fn draw_grid(chart: &Chart, axis: &ValueAxis, lang: Lang, root: &Area<'_>, plot: &mut Plot<'_, '_>) -> Drawn {
    let end = chart.range.seconds();
    for tick in &axis.ticks {
        plot.draw_series([PathElement::new([(0.0, tick.at), (end, tick.at)], stroke(Ink::Grid, 1.0))])?;
        let (_, y) = plot.backend_coord(&(0.0, tick.at));
        label(root, &tick.label, ((MARGINS.0 - 10) * FINE, y), Ink::Text, (HPos::Right, VPos::Center))?;
    }
    for tick in time_ticks(chart.range, &chart.zone, lang) {
        let x = chart.x(tick.at);
        plot.draw_series([PathElement::new([(x, axis.from), (x, axis.to)], stroke(Ink::Grid, 1.0))])?;
        let (x, y) = plot.backend_coord(&(x, axis.from));
        // A label that would hang over the right edge is left out, its line stays.
        #[expect(clippy::cast_possible_truncation, reason = "a label has a few letters")]
        let half = (tick.label.chars().count() as f64 * LABEL_SIZE * 0.28) as i32 * FINE;
        if x + half <= WIDTH.cast_signed() * FINE {
            label(root, &tick.label, (x, y + 9 * FINE), Ink::Text, (HPos::Center, VPos::Top))?;
        }
    }
    Ok(())
}

fn draw_bars(chart: &Chart, series: &Series, side: Side, axis: &ValueAxis, plot: &mut Plot<'_, '_>) -> Drawn {
    let edge = if side == Side::Up { axis.to } else { axis.from };
    let bar = |range: TimeRange, height: f64, ink: Ink, gap: f64| {
        let (from, to) = (chart.x(range.from()), chart.x(range.to()));
        let inset = (to - from) * gap;
        Rectangle::new([(from + inset, 0.0), (to - inset, height)], ink.marker().filled())
    };
    let missing = series.gaps(chart).into_iter().map(|range| bar(range, edge, Ink::Missing, 0.0));
    plot.draw_series(missing)?;
    let height = |amount: &store::Carried| side.sign() * chart.carried_height(amount);
    plot.draw_series(
        series.carried.iter().map(|amount| bar(amount.range, height(amount), side.pale(), 0.0)),
    )?;
    // Pale alone would not stand out from the ground.
    plot.draw_series(series.carried.iter().map(|amount| {
        let (from, to) = (chart.x(amount.range.from()), chart.x(amount.range.to()));
        let height = height(amount);
        PathElement::new([(from, 0.0), (from, height), (to, height), (to, 0.0)], stroke(side.ink(), 1.2))
    }))?;
    let known = series.cells.iter().filter_map(|cell| Some((cell.range, cell.content.value()?)));
    // Outlines beside a narrower bar stay visible where both are of one height.
    let inset = if chart.compared.is_some() { 0.24 } else { 0.11 };
    plot.draw_series(known.map(|(range, value)| bar(range, side.sign() * value, side.ink(), inset)))?;
    Ok(())
}

/// Draws the series at an index as a line.
fn draw_line(chart: &Chart, index: usize, axis: &ValueAxis, plot: &mut Plot<'_, '_>) -> Drawn {
    let Some(series) = chart.series.get(index) else { return Ok(()) };
    let ink = if index == 0 { Ink::First } else { Ink::SecondLine };
    draw_gaps(chart, series, axis, plot)?;
    for segment in segments(series) {
        let x = |cell: &Cell| chart.x(middle(cell.range));
        if chart.has_band() {
            let spread: Vec<_> = segment
                .iter()
                .filter_map(|cell| match cell.content {
                    Content::Known { value, spread } => Some((x(cell), spread.unwrap_or((value, value)))),
                    _ => None,
                })
                .collect();
            let lows = spread.iter().map(|(x, (low, _))| (*x, *low));
            let highs = spread.iter().rev().map(|(x, (_, high))| (*x, *high));
            let around = lows.chain(highs).collect::<Vec<_>>();
            plot.draw_series([Polygon::new(around, Ink::Band.marker().filled())])?;
        }
        let points: Vec<_> =
            segment.iter().filter_map(|cell| Some((x(cell), cell.content.value()?))).collect();
        match points.as_slice() {
            [alone] => {
                plot.draw_series([Circle::new(*alone, 2 * FINE, ink.marker().filled())])?;
            }
            _ => {
                plot.draw_series([PathElement::new(points, stroke(ink, 2.0))])?;
            }
        }
    }
    Ok(())
}

/// A point for each direction, and above them an arrow with the wind for as many as have room.
fn draw_directions(
    chart: &Chart,
    series: &Series,
    axis: &ValueAxis,
    root: &Area<'_>,
    plot: &mut Plot<'_, '_>,
) -> Drawn {
    draw_gaps(chart, series, axis, plot)?;
    let known: Vec<_> = series
        .cells
        .iter()
        .filter_map(|cell| Some((chart.x(middle(cell.range)), cell.content.value()?)))
        .collect();
    plot.draw_series(known.iter().map(|point| Circle::new(*point, 2 * FINE, Ink::First.marker().filled())))?;
    let every = (series.cells.len() / 24).max(1);
    for (x, degrees) in known.iter().step_by(every) {
        let (x, top) = plot.backend_coord(&(*x, axis.to));
        for line in arrow(f64::from(x), f64::from(top - 10 * FINE), *degrees) {
            root.draw(&PathElement::new(line, stroke(Ink::First, 1.6)))?;
        }
    }
    Ok(())
}

/// An arrow pointing where the wind blows to, as three strokes.
fn arrow(x: f64, y: f64, from_degrees: f64) -> [Vec<(i32, i32)>; 3] {
    let length = 7.5 * f64::from(FINE);
    let towards = |degrees: f64, length: f64| {
        let angle = degrees.to_radians();
        (length * angle.sin(), -length * angle.cos())
    };
    let (dx, dy) = towards(from_degrees + 180.0, length);
    #[expect(clippy::cast_possible_truncation, reason = "inside the picture")]
    let point = |x: f64, y: f64| (x.round() as i32, y.round() as i32);
    let tip = point(x + dx, y + dy);
    let barb = |turn: f64| {
        let (bx, by) = towards(from_degrees + turn, length * 0.6);
        vec![tip, point(x + dx + bx, y + dy + by)]
    };
    [vec![point(x - dx, y - dy), tip], barb(30.0), barb(-30.0)]
}

/// Hatches every stretch without data that the line does not bridge.
fn draw_gaps(chart: &Chart, series: &Series, axis: &ValueAxis, plot: &mut Plot<'_, '_>) -> Drawn {
    plot.draw_series(series.gaps(chart).into_iter().map(|gap| {
        let corners = [(chart.x(gap.from()), axis.from), (chart.x(gap.to()), axis.to)];
        Rectangle::new(corners, Ink::Missing.marker().filled())
    }))?;
    Ok(())
}

/// Known intervals near enough to each other for one line.
fn segments(series: &Series) -> Vec<Vec<Cell>> {
    let known: Vec<_> = series.cells.iter().copied().filter(|cell| cell.content.value().is_some()).collect();
    known
        .chunk_by(|a, b| middle(b.range).duration_since(middle(a.range)) <= series.longest_step)
        .map(<[Cell]>::to_vec)
        .collect()
}

fn middle(range: TimeRange) -> Timestamp {
    range.from() + range.to().duration_since(range.from()) / 2
}

#[cfg(test)]
mod tests;
