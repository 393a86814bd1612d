//! A chart in words: its summary, its table.

use domain::{Aggregation, BucketWidth, Lang, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    data::{Chart, Content, Series},
    range::ChartRange,
};
use crate::pages::{numbers, texts::Texts};

/// The summary of a chart in a sentence or two, also its description for those who cannot see it.
pub fn summary(chart: &Chart, range: ChartRange, lang: Lang) -> String {
    let mut sentence = span(range, lang).to_owned();
    if let (true, Some(sum)) = (chart.series.len() > 1, sum(chart, lang)) {
        sentence += &lang.pick(format!(" zusammen {sum}"), format!(" {sum} together"));
    }
    let parts: Vec<_> = chart.series.iter().map(|series| of_series(chart, series, lang)).collect();
    format!("{sentence}: {}.{}", parts.join("; "), gaps(chart, lang))
}

/// The sum of all series with its unit, as a lower bound where too much is missing.
pub fn sum(chart: &Chart, lang: Lang) -> Option<String> {
    Some(amount(chart, chart.sum()?, chart.series.iter().any(Series::is_lower_bound), lang))
}

fn amount(chart: &Chart, sum: f64, is_lower_bound: bool, lang: Lang) -> String {
    let sum = numbers::value_with_unit(chart.property, sum, lang);
    if is_lower_bound { Texts(lang).at_least(&sum) } else { sum }
}

fn of_series(chart: &Chart, series: &Series, lang: Lang) -> String {
    let show = |value| numbers::value_with_unit(chart.property, value, lang);
    let known: Vec<_> =
        series.cells.iter().filter_map(|cell| Some((cell.range, cell.content.value()?))).collect();
    let name = if series.name.is_empty() { String::new() } else { format!("{} ", series.name) };
    let nothing = || format!("{name}{}", nothing(series, lang));
    match chart.property.aggregation() {
        Aggregation::Sum | Aggregation::Total => {
            let Some(sum) = series.sum(chart.range) else { return nothing() };
            let most = known.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
            let most = most.filter(|(_, value)| *value > 0.0).map(|(range, value)| {
                let when = cell_name(range, chart.width, &chart.zone, lang);
                format!(" ({} {}: {when})", lang.pick("am meisten", "most"), show(value))
            });
            let sum = amount(chart, sum, series.is_lower_bound(), lang);
            format!("{name}{sum}{}", most.unwrap_or_default())
        }
        Aggregation::VectorMean => {
            let Some((_, last)) = known.last() else { return nothing() };
            format!("{}{} {}", name, lang.pick("zuletzt aus", "last from"), numbers::compass(*last, lang))
        }
        Aggregation::TimeShare => {
            if known.is_empty() {
                return nothing();
            }
            let mean = known.iter().map(|(_, share)| share).sum::<f64>() / known.len() as f64;
            let percent = numbers::percent(mean, lang);
            format!("{name}{percent} {}", lang.pick("der beobachteten Zeit", "of the observed time"))
        }
        Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => {
            let extremes = series.cells.iter().filter_map(|cell| match cell.content {
                Content::Known { value, spread } => Some(spread.unwrap_or((value, value))),
                _ => None,
            });
            let extremes = extremes.reduce(|(low, high), (a, b)| (low.min(a), high.max(b)));
            match extremes.map(|(low, high)| (show(low), show(high))) {
                Some((low, high)) if low == high => {
                    lang.pick(format!("{name}durchgehend {low}"), format!("{name}{low} throughout"))
                }
                Some((low, high)) => lang.pick(
                    format!("{name}zwischen {low} und {high}"),
                    format!("{name}between {low} and {high}"),
                ),
                None => nothing(),
            }
        }
    }
}

/// What is said of a series without any value: the sensor's own reason where it gave one.
fn nothing(series: &Series, lang: Lang) -> &'static str {
    let contents = || series.cells.iter().map(|cell| cell.content);
    let unusable = contents().find_map(|content| match content {
        Content::Unusable(quality) => Some(quality),
        _ => None,
    });
    match unusable {
        Some(quality) => Texts(lang).reason(quality),
        None if contents().any(|content| content == Content::NothingToMeasure) => {
            lang.pick("nichts zu messen", "nothing to measure")
        }
        None => lang.pick("keine Daten empfangen", "no data received"),
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

/// Sentences on how much of the time has no value, and why; empty if none.
fn gaps(chart: &Chart, lang: Lang) -> String {
    let past = || {
        chart.series.iter().flat_map(|series| {
            let gaps = series.gaps(chart);
            let cells = series.cells.iter().filter(|cell| cell.content.was_possible());
            cells.map(move |cell| {
                let in_gap = gaps.iter().any(|gap| gap.contains(cell.range.from()));
                (cell.content, in_gap)
            })
        })
    };
    let n = past().count();
    let sentence = |is: fn((Content, bool)) -> bool, de: &str, en: &str| {
        let found = past().filter(|cell| is(*cell)).count();
        if found == 0 || found == n {
            return String::new();
        }
        let percent = numbers::percent((found as f64 / n as f64).max(0.01), lang);
        lang.pick(format!(" Für {percent} der Zeit {de}."), format!(" For {percent} of the time {en}."))
    };
    let nothing = sentence(
        |(content, _)| content == Content::NothingToMeasure,
        "gab es nichts zu messen",
        "there was nothing to measure",
    );
    let unusable = sentence(
        |(content, in_gap)| in_gap && matches!(content, Content::Unusable(_)),
        "gab der Sensor keinen gültigen Wert",
        "the sensor gave no valid value",
    );
    let no_data = sentence(
        |(content, in_gap)| in_gap && content == Content::NoData,
        "liegen keine Daten vor",
        "there is no data",
    );
    [nothing, unusable, no_data, beginning(chart, lang)].concat()
}

/// A sentence on when the data begins, if that is within the chart; empty if not.
fn beginning(chart: &Chart, lang: Lang) -> String {
    let begins = |series: &Series| {
        let first = series.cells.iter().find(|cell| cell.content.was_possible())?;
        (series.cells.first()?.content == Content::NoSensor).then_some(first.range.from())
    };
    let all: Option<Vec<_>> = chart.series.iter().map(begins).collect();
    let Some(from) = all.and_then(|all| all.into_iter().min()) else { return String::new() };
    let day = numbers::date(from, &chart.zone, lang);
    let hourly = matches!(chart.width, BucketWidth::QuarterHour | BucketWidth::Hour);
    let at = if hourly { format!(", {}", numbers::oclock(from, &chart.zone, lang)) } else { String::new() };
    lang.pick(format!(" Daten gibt es seit dem {day}{at}."), format!(" There is data since {day}{at}."))
}

/// What the value axis counts: the unit, for amounts with the length of an interval.
pub fn unit(chart: &Chart, lang: Lang) -> String {
    let unit = chart.property.unit().symbol;
    let every = match chart.width {
        BucketWidth::QuarterHour => lang.pick("je Viertelstunde", "per quarter-hour"),
        BucketWidth::Hour => lang.pick("je Stunde", "per hour"),
        BucketWidth::Day => lang.pick("je Tag", "per day"),
        BucketWidth::Week => lang.pick("je Woche", "per week"),
        BucketWidth::Month => lang.pick("je Monat", "per month"),
        BucketWidth::Year => lang.pick("je Jahr", "per year"),
    };
    match chart.property.aggregation() {
        Aggregation::Sum | Aggregation::Total => format!("{unit} {every}").trim().to_owned(),
        Aggregation::TimeShare => lang.pick("Anteil der Zeit", "share of the time").to_owned(),
        Aggregation::VectorMean => lang.pick("Wind aus", "wind from").to_owned(),
        Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => unit.to_owned(),
    }
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

/// The data as a table, newest first, without intervals that lie ahead or before the first value.
pub fn rows(chart: &Chart, lang: Lang) -> Vec<Row> {
    let n = chart.series.iter().map(|series| series.cells.len()).max().unwrap_or(0);
    (0..n)
        .rev()
        .filter_map(|i| {
            let cells: Vec<_> = chart.series.iter().filter_map(|series| series.cells.get(i)).collect();
            let range = cells.first()?.range;
            let was_possible = cells.iter().any(|cell| cell.content.was_possible());
            let values = cells.iter().map(|cell| cell_text(chart, cell.content, lang)).collect();
            let when = cell_name(range, chart.width, &chart.zone, lang);
            was_possible.then_some(Row { from: range.from(), when, values })
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
            Aggregation::TimeShare => numbers::percent(value, lang),
            _ => numbers::value_with_unit(chart.property, value, lang),
        },
        Content::Carried => {
            lang.pick("in längerem Zeitraum gezählt", "counted over a longer time").to_owned()
        }
        Content::NothingToMeasure => lang.pick("nichts zu messen", "nothing to measure").to_owned(),
        Content::Unusable(quality) => Texts(lang).reason(quality).to_owned(),
        Content::NoData => lang.pick("keine Daten", "no data").to_owned(),
        Content::NoSensor => lang.pick("noch kein Sensor", "no sensor yet").to_owned(),
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
            format!("{}, {}", day(range.from()), numbers::clock_range(range, zone, lang))
        }
        BucketWidth::Day => day(range.from()),
        BucketWidth::Week | BucketWidth::Month | BucketWidth::Year => {
            format!("{} – {}", day(range.from()), day(range.to() - jiff::SignedDuration::from_hours(2)))
        }
    }
}

/// Whether a note on wide, pale bars is due.
pub fn has_carried(chart: &Chart) -> bool {
    chart.series.iter().any(|series| !series.carried.is_empty())
}
