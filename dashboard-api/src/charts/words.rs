//! A chart in words: its summary, its table.

use domain::{Aggregation, BucketWidth, Lang, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    data::{Cell, Chart, Content, Series},
    period::{Period, Unit},
    range::ChartRange,
};
use crate::pages::{numbers, texts::Texts};

/// The summary of a chart in a sentence or two, also its description for those who cannot see it.
pub fn summary(chart: &Chart, period: Period, lang: Lang) -> String {
    let mut sentence = match period {
        Period::Last(range) => span(range, Texts(lang)).to_owned(),
        _ => period_name(period, chart.now, &chart.zone, lang),
    };
    if let (true, Some(sum)) = (chart.series.len() > 1, sum(chart, lang)) {
        sentence = format!("{sentence} {}", Texts(lang).together(&sum));
    }
    let parts: Vec<_> = chart.series.iter().map(|series| of_series(chart, series, lang)).collect();
    format!("{sentence}: {}.{}{}", parts.join("; "), gaps(chart, lang), compared(chart, lang))
}

/// A period for people: `Oktober 2026`, `1.–7. …`.
pub fn period_name(period: Period, now: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let range = period.range(now, zone);
    let (first, end) = (range.from(), range.to() - jiff::SignedDuration::from_secs(1));
    let local = first.to_zoned(zone.clone());
    let until = |at: Timestamp| numbers::date(at, zone, lang);
    let is_midnight = |at: Timestamp| BucketWidth::Day.bucket_of(at, zone).from() == at;
    match period {
        Period::Calendar(Unit::Day, _) => {
            format!("{}, {}", numbers::weekday(first, zone, lang), until(first))
        }
        Period::Calendar(Unit::Month, _) => {
            format!("{}\u{a0}{}", numbers::month(local.month(), lang), local.year())
        }
        Period::Calendar(Unit::Year, _) => local.year().to_string(),
        Period::Last(_) | Period::Between(_) if !(is_midnight(range.from()) && is_midnight(range.to())) => {
            format!(
                "{} – {}",
                numbers::date_time(first, zone, lang),
                numbers::date_time(range.to(), zone, lang)
            )
        }
        Period::Calendar(Unit::Week, _) | Period::Last(_) | Period::Between(_) => {
            let (from, to) = (until(first), until(end));
            if from == to { from } else { format!("{from} – {to}") }
        }
    }
}

/// A sentence on what the chart is compared with; empty where nothing is.
fn compared(chart: &Chart, lang: Lang) -> String {
    let t = Texts(lang);
    let Some(other) = &chart.compared else { return String::new() };
    let Some(difference) = chart.difference() else {
        return format!(" {}", t.compared_nowhere(&other.name));
    };
    let (own, others) = (value(chart, difference.own, lang), value(chart, difference.other, lang));
    let change = if chart.property.aggregation().adds_up() && difference.other > 0.0 {
        let share = difference.own / difference.other - 1.0;
        format!("{}{}", plus(share), numbers::percent(share, lang))
    } else {
        signed(chart, difference.own - difference.other, lang)
    };
    let (n, of) = (difference.n as u64, difference.n_possible as u64);
    let sentence = if chart.property.aggregation().adds_up() {
        t.compared_sums(&other.name, &own, &others, &change, n, of)
    } else {
        t.compared_means(&other.name, &own, &others, &change, n, of)
    };
    format!(" {sentence}")
}

/// A value as the table has it.
fn value(chart: &Chart, x: f64, lang: Lang) -> String {
    if chart.property.aggregation() == Aggregation::TimeShare {
        numbers::percent(x, lang)
    } else {
        numbers::value_with_unit(chart.property, x, lang)
    }
}

/// A difference with its sign.
fn signed(chart: &Chart, x: f64, lang: Lang) -> String {
    let text = value(chart, x, lang);
    if text.starts_with('−') { text } else { format!("{}{text}", plus(x)) }
}

fn plus(x: f64) -> &'static str {
    if x > 0.0 { "+" } else { "" }
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
    let t = Texts(lang);
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
                format!(" ({})", t.most(&show(value), &when))
            });
            let sum = amount(chart, sum, series.is_lower_bound(), lang);
            format!("{name}{sum}{}", most.unwrap_or_default())
        }
        Aggregation::VectorMean => {
            let Some((_, last)) = known.last() else { return nothing() };
            format!("{name}{}", t.last_from(numbers::compass(*last, lang)))
        }
        Aggregation::TimeShare => {
            if known.is_empty() {
                return nothing();
            }
            let mean = known.iter().map(|(_, share)| share).sum::<f64>() / known.len() as f64;
            format!("{name}{}", t.of_the_observed_time(&numbers::percent(mean, lang)))
        }
        Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => {
            let extremes = series.cells.iter().filter_map(|cell| match cell.content {
                Content::Known { value, spread } => Some(spread.unwrap_or((value, value))),
                _ => None,
            });
            let extremes = extremes.reduce(|(low, high), (a, b)| (low.min(a), high.max(b)));
            match extremes.map(|(low, high)| (show(low), show(high))) {
                Some((low, high)) if low == high => format!("{name}{}", t.throughout(&low)),
                Some((low, high)) => format!("{name}{}", t.between_values(&low, &high)),
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
            Texts(lang).nothing_to_measure()
        }
        None => Texts(lang).no_data_received(),
    }
}

fn span(range: ChartRange, t: Texts) -> &'static str {
    match range {
        ChartRange::Day => t.span_day(),
        ChartRange::Week => t.span_week(),
        ChartRange::Month => t.span_month(),
        ChartRange::Year => t.span_year(),
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
    let t = Texts(lang);
    let sentence = |is: fn((Content, bool)) -> bool, say: fn(Texts, &str) -> String| {
        let found = past().filter(|cell| is(*cell)).count();
        if found == 0 || found == n {
            return String::new();
        }
        let percent = numbers::percent((found as f64 / n as f64).max(0.01), lang);
        format!(" {}", say(t, &percent))
    };
    let nothing = sentence(|(content, _)| content == Content::NothingToMeasure, Texts::gap_of_nothing);
    let unusable = sentence(
        |(content, in_gap)| in_gap && matches!(content, Content::Unusable(_)),
        Texts::gap_of_the_sensor,
    );
    let no_data = sentence(|(content, in_gap)| in_gap && content == Content::NoData, Texts::gap_of_data);
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
    format!(" {}", Texts(lang).data_since(&format!("{day}{at}")))
}

/// What the value axis counts: the unit, for amounts with the length of an interval.
pub fn unit(chart: &Chart, lang: Lang) -> String {
    let t = Texts(lang);
    let unit = chart.property.unit().symbol;
    let every = match chart.width {
        BucketWidth::QuarterHour => t.per_quarter_hour(),
        BucketWidth::Hour => t.per_hour(),
        BucketWidth::Day => t.per_day(),
        BucketWidth::Week => t.per_week(),
        BucketWidth::Month => t.per_month(),
        BucketWidth::Year => t.per_year(),
    };
    match chart.property.aggregation() {
        Aggregation::Sum | Aggregation::Total => format!("{unit} {every}").trim().to_owned(),
        Aggregation::TimeShare => t.share_of_time().to_owned(),
        Aggregation::VectorMean => t.wind_from().to_owned(),
        Aggregation::Mean | Aggregation::Minimum | Aggregation::Maximum => unit.to_owned(),
    }
}

/// One line of the table under a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The interval.
    pub range: TimeRange,
    /// The interval for people.
    pub when: String,
    /// One text per series: the value with its unit, or why there is none; where it is compared, the other value and
    /// the difference behind it.
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
            let of_series = |(j, cell): (usize, &&Cell)| {
                let mut texts = vec![cell_text(chart, cell.content, lang)];
                if let Some(counterpart) = chart.counterpart(j) {
                    let other = counterpart.contents.get(i).copied().flatten();
                    texts.push(other.map_or_else(|| "–".to_owned(), |other| cell_text(chart, other, lang)));
                    let both = chart.series.get(j).and_then(|series| chart.pair(series, counterpart, i));
                    texts.push(
                        both.map_or_else(|| "–".to_owned(), |(own, other)| signed(chart, own - other, lang)),
                    );
                }
                texts
            };
            let values = cells.iter().enumerate().flat_map(of_series).collect();
            let when = cell_name(range, chart.width, &chart.zone, lang);
            was_possible.then_some(Row { range, when, values })
        })
        .collect()
}

fn cell_text(chart: &Chart, content: Content, lang: Lang) -> String {
    let t = Texts(lang);
    match content {
        Content::Known { value, .. } => match chart.property.aggregation() {
            Aggregation::VectorMean => {
                let degrees = numbers::value_with_unit(chart.property, value, lang);
                format!("{degrees} ({})", numbers::compass(value, lang))
            }
            Aggregation::TimeShare => numbers::percent(value, lang),
            _ => numbers::value_with_unit(chart.property, value, lang),
        },
        Content::Carried => t.counted_over_longer().to_owned(),
        Content::NothingToMeasure => t.nothing_to_measure().to_owned(),
        Content::Unusable(quality) => t.reason(quality).to_owned(),
        Content::NoData => t.no_data().to_owned(),
        Content::NoSensor => t.no_sensor_yet().to_owned(),
        Content::NotYet => t.not_over_yet().to_owned(),
    }
}

/// An interval for people: `Mo 23.11., 14:00–15:00`.
fn cell_name(range: TimeRange, width: BucketWidth, zone: &TimeZone, lang: Lang) -> String {
    let day = |at: Timestamp| {
        let local = at.to_zoned(zone.clone());
        Texts(lang).short_day_of(
            numbers::short_weekday(at, zone, lang),
            &local.day().to_string(),
            &local.month().to_string(),
            &numbers::short_month(local.month(), lang),
        )
    };
    match width {
        BucketWidth::QuarterHour | BucketWidth::Hour => {
            format!("{}, {}", day(range.from()), numbers::clock_range(range, zone, lang))
        }
        BucketWidth::Day => day(range.from()),
        BucketWidth::Month => {
            let local = range.from().to_zoned(zone.clone());
            format!("{}\u{a0}{}", numbers::month(local.month(), lang), local.year())
        }
        BucketWidth::Week | BucketWidth::Year => {
            format!("{} – {}", day(range.from()), day(range.to() - jiff::SignedDuration::from_hours(2)))
        }
    }
}

/// Whether a note on wide, pale bars is due.
pub fn has_carried(chart: &Chart) -> bool {
    chart.series.iter().any(|series| !series.carried.is_empty())
}
