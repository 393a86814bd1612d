//! A chart in words: its title, its summary, its table.

use domain::{Aggregation, BucketWidth, Lang, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    data::{Chart, Content, Series, needs_an_event},
    range::ChartRange,
};
use crate::pages::numbers;

/// The one-sentence summary of a chart, also its description for those who cannot see it.
pub fn summary(chart: &Chart, range: ChartRange, lang: Lang) -> String {
    let span = span(range, lang);
    let sentences: Vec<_> = chart.series.iter().map(|series| of_series(chart, series, lang)).collect();
    if chart.property.aggregation().adds_up() && chart.series.len() > 1 {
        let sums = chart.series.iter().filter_map(|series| series.sum(chart.range));
        let known = sums.fold(None, |sum, n| Some(sum.unwrap_or(0.0) + n));
        if let Some(sum) = known {
            let sum = numbers::value_with_unit(chart.property, sum, lang);
            let parts = sentences.join("; ");
            return format!(
                "{span}: {} {sum}. {parts}.{}",
                lang.pick("zusammen", "together"),
                gaps(chart, lang)
            );
        }
    }
    format!("{span}: {}.{}", sentences.join("; "), gaps(chart, lang))
}

fn of_series(chart: &Chart, series: &Series, lang: Lang) -> String {
    let show = |value| numbers::value_with_unit(chart.property, value, lang);
    let known: Vec<_> =
        series.cells.iter().filter_map(|cell| Some((cell.range, cell.content.value()?))).collect();
    let name = if series.name.is_empty() { String::new() } else { format!("{} ", series.name) };
    let nothing = if needs_an_event(chart.property) {
        lang.pick("keine Daten oder nichts zu messen", "no data or nothing to measure")
    } else {
        lang.pick("keine Daten empfangen", "no data received")
    };
    let nothing = format!("{name}{nothing}");
    match chart.property.aggregation() {
        Aggregation::Sum | Aggregation::Total => {
            let Some(sum) = series.sum(chart.range) else { return nothing };
            let most = known.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
            let most = most.filter(|(_, value)| *value > 0.0).map(|(range, value)| {
                let when = cell_name(range, chart.width, &chart.zone, lang);
                format!(", {} {} ({when})", lang.pick("am meisten", "most"), show(value))
            });
            format!("{name}{}{}", show(sum), most.unwrap_or_default())
        }
        Aggregation::VectorMean => {
            let Some((_, last)) = known.last() else { return nothing };
            format!("{}{} {}", name, lang.pick("zuletzt aus", "last from"), numbers::compass(*last, lang))
        }
        Aggregation::TimeShare => {
            if known.is_empty() {
                return nothing;
            }
            let mean = known.iter().map(|(_, share)| share).sum::<f64>() / known.len() as f64;
            let percent = numbers::number(mean * 100.0, 0, lang);
            format!("{name}{percent}\u{a0}% {}", lang.pick("der beobachteten Zeit", "of the observed time"))
        }
        Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => {
            let extremes = series.cells.iter().filter_map(|cell| match cell.content {
                Content::Known { value, spread } => Some(spread.unwrap_or((value, value))),
                Content::Carried | Content::NoData | Content::NotYet => None,
            });
            match extremes.reduce(|(low, high), (a, b)| (low.min(a), high.max(b))) {
                Some((low, high)) => lang.pick(
                    format!("{name}zwischen {} und {}", show(low), show(high)),
                    format!("{name}between {} and {}", show(low), show(high)),
                ),
                None => nothing,
            }
        }
    }
}

fn span(range: ChartRange, lang: Lang) -> &'static str {
    match range {
        ChartRange::Day => lang.pick("In den letzten 24 Stunden", "In the last 24 hours"),
        ChartRange::Week => lang.pick("In den letzten 7 Tagen", "In the last 7 days"),
        ChartRange::Month => lang.pick("In den letzten 30 Tagen", "In the last 30 days"),
        ChartRange::Year => lang.pick("Im letzten Jahr", "In the last year"),
    }
}

/// A sentence on how much is missing; empty if nothing is.
fn gaps(chart: &Chart, lang: Lang) -> String {
    let past = |series: &Series| series.cells.iter().filter(|cell| cell.content != Content::NotYet).count();
    let n: usize = chart.series.iter().map(past).sum();
    let missing = chart
        .series
        .iter()
        .flat_map(|series| &series.cells)
        .filter(|cell| cell.content == Content::NoData)
        .count();
    if missing == 0 || missing == n {
        return String::new();
    }
    let percent = numbers::number((missing as f64 / n as f64 * 100.0).max(1.0), 0, lang);
    // A bucket does not say which of the two it was.
    let (german, english) = if needs_an_event(chart.property) {
        (
            "gab es nichts zu messen oder liegen keine Daten vor",
            "there was nothing to measure or there is no data",
        )
    } else {
        ("liegen keine Daten vor", "there is no data")
    };
    lang.pick(
        format!(" Für {percent}\u{a0}% der Zeit {german}."),
        format!(" For {percent}\u{a0}% of the time {english}."),
    )
}

/// One line of the table under a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Start of the interval.
    pub from: Timestamp,
    /// The interval for people.
    pub when: String,
    /// One text per series: the value with its unit, or why there is none.
    pub values: Vec<String>,
}

/// The data as a table, newest first, without intervals that lie ahead.
pub fn rows(chart: &Chart, lang: Lang) -> Vec<Row> {
    let n = chart.series.iter().map(|series| series.cells.len()).max().unwrap_or(0);
    (0..n)
        .rev()
        .filter_map(|i| {
            let cells: Vec<_> = chart.series.iter().filter_map(|series| series.cells.get(i)).collect();
            let range = cells.first()?.range;
            let ahead = cells.iter().all(|cell| cell.content == Content::NotYet);
            let values = cells.iter().map(|cell| cell_text(chart, cell.content, lang)).collect();
            let when = cell_name(range, chart.width, &chart.zone, lang);
            (!ahead).then_some(Row { from: range.from(), when, values })
        })
        .collect()
}

fn cell_text(chart: &Chart, content: Content, lang: Lang) -> String {
    match content {
        Content::Known { value, .. } => match chart.property.aggregation() {
            Aggregation::VectorMean => {
                let degrees = numbers::value_with_unit(chart.property, value, lang);
                format!("{degrees} ({})", numbers::compass(value, lang))
            }
            Aggregation::TimeShare => format!("{}\u{a0}%", numbers::number(value * 100.0, 0, lang)),
            _ => numbers::value_with_unit(chart.property, value, lang),
        },
        Content::Carried => {
            lang.pick("in längerem Zeitraum gezählt", "counted over a longer time").to_owned()
        }
        Content::NoData if needs_an_event(chart.property) => {
            lang.pick("keine Daten oder nichts zu messen", "no data or nothing to measure").to_owned()
        }
        Content::NoData => lang.pick("keine Daten", "no data").to_owned(),
        Content::NotYet => lang.pick("noch offen", "not over yet").to_owned(),
    }
}

/// An interval for people: `Mo 23.11., 14:00–15:00`.
fn cell_name(range: TimeRange, width: BucketWidth, zone: &TimeZone, lang: Lang) -> String {
    let day = |at: Timestamp| {
        let weekday = numbers::short_weekday(at, zone, lang);
        let local = at.to_zoned(zone.clone());
        let month = numbers::month(local.month(), lang);
        lang.pick(
            format!("{weekday} {}.{}.", local.day(), local.month()),
            format!("{weekday} {} {}", local.day(), month.chars().take(3).collect::<String>()),
        )
    };
    match width {
        BucketWidth::QuarterHour | BucketWidth::Hour => {
            let (from, to) = (numbers::clock_time(range.from(), zone), numbers::clock_time(range.to(), zone));
            format!("{}, {from}–{to}", day(range.from()))
        }
        BucketWidth::Day => day(range.from()),
        BucketWidth::Week | BucketWidth::Month | BucketWidth::Year => {
            format!("{} – {}", day(range.from()), day(range.to() - jiff::SignedDuration::from_hours(2)))
        }
    }
}

/// Whether a note on wide, pale bars is due.
pub fn has_carried(chart: &Chart) -> bool {
    let shown = |amount: &store::Carried| amount.range.overlap_seconds(chart.range) > 0.0;
    chart.series.iter().any(|series| series.carried.iter().any(shown))
}
