//! Days one after the other: counts and weather above each other on the same axis of time.

use domain::{Aggregation, BucketWidth, Lang, TimeRange};
use jiff::Timestamp;
use maud::{Markup, html};
use store::{Datastream, StoreError};

use crate::{
    AppState, amount,
    charts::{
        data::{Chart, Series},
        draw,
        draw::Words,
        ink::Theme,
    },
    evaluation::Period,
    pages::{channels, numbers, parts::drawn, texts::Texts, ui::Ui},
};

/// The days of Datastreams of one property.
pub(super) async fn chart(
    state: &AppState,
    datastreams: &[&Datastream],
    range: TimeRange,
    now: Timestamp,
    lang: Lang,
) -> Result<Chart, StoreError> {
    let Some(first) = datastreams.first() else { unreachable!("a chart has at least one datastream") };
    let width = BucketWidth::Day;
    let around = amount::with_surroundings(range, first.property.aggregation());
    let mut series = Vec::with_capacity(datastreams.len());
    for datastream in datastreams {
        let buckets = state.store.buckets(datastream.id, width, around).await?;
        let mut one = Series::new(
            channels::name(datastream, lang),
            first.property,
            &buckets,
            (range, width, &state.zone),
            now,
            datastream.expected_interval,
        );
        one.begin(datastream.first_at);
        series.push(one);
    }
    Ok(Chart {
        property: first.property,
        range,
        width,
        zone: state.zone.clone(),
        now,
        series,
        compared: None,
    })
}

/// Charts of days below each other.
pub(super) struct DayCharts<'a> {
    pub(super) charts: &'a [Chart],
    pub(super) period: &'a Period,
}

impl DayCharts<'_> {
    /// Each with its name and unit; the figures are in the file of days.
    pub(super) fn markup(&self, state: &AppState, ui: &Ui) -> Markup {
        let t = Texts(ui.lang);
        html! {
            @for chart in self.charts {
                @let name = t.days_of(t.property(chart.property));
                @let id = format!("days-{}", chart.property.key().replace('_', "-"));
                section.plan-section.plan-days aria-labelledby=(format!("{id}-h")) {
                    h2 id=(format!("{id}-h")) { (name) }
                    p { (self.describe(chart, ui)) }
                    @if chart.is_empty() {
                        p.empty { (t.no_data()) }
                    } @else {
                        (picture(chart, &id, &name, &self.describe(chart, ui), ui))
                    }
                    (self.table(chart, &name, state, ui))
                }
            }
        }
    }

    /// What the picture shows, in a sentence.
    fn describe(&self, chart: &Chart, ui: &Ui) -> String {
        let t = Texts(ui.lang);
        let days = self.period.n_days();
        let known =
            |series: &Series| series.cells.iter().filter(|cell| cell.content.value().is_some()).count();
        let n = chart.series.iter().map(known).max().unwrap_or(0);
        let count = |n: usize| numbers::count(n as u64, ui.lang);
        let known = t.valid_of_days(&count(n), &count(usize::try_from(days).unwrap_or(0)));
        let symbol = chart.property.unit().symbol;
        let unit = if symbol.is_empty() { String::new() } else { format!(" in {symbol}") };
        match chart.property.aggregation() {
            rule if rule.adds_up() => t.days_text_sum(&unit, &known),
            Aggregation::Maximum => t.days_text_max(&unit, &known),
            _ => t.days_text_mean(&unit, &known),
        }
    }

    /// A table where it is short enough to read; longer periods are in the file.
    fn table(&self, chart: &Chart, name: &str, state: &AppState, ui: &Ui) -> Markup {
        let t = Texts(ui.lang);
        if self.period.n_days() > LONGEST_TABLE {
            return html! { p.muted.plan-screen { (t.days_in_file()) } };
        }
        let value = |value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |value| numbers::value(chart.property, value, ui.lang))
        };
        let n_cells = chart.series.first().map_or(0, |series| series.cells.len());
        html! {
            details.data {
                summary { (t.as_table()) }
                div.data__scroll tabindex="0" role="region" aria-label=(format!("{name}: {}", t.as_table())) {
                    table {
                        thead {
                            tr {
                                th scope="col" { (t.planning_day()) }
                                @for series in &chart.series {
                                    th scope="col" {
                                        @if series.name.is_empty() { (t.property(chart.property)) } @else { (series.name) }
                                    }
                                }
                            }
                        }
                        tbody {
                            @for i in 0..n_cells {
                                tr {
                                    th scope="row" {
                                        @if let Some(cell) = chart.series.first().and_then(|series| series.cells.get(i)) {
                                            (numbers::day(cell.range.from(), &state.zone, ui.lang))
                                        }
                                    }
                                    @for series in &chart.series {
                                        td { (value(series.cells.get(i).and_then(|cell| cell.content.value()))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Longest table of days in a page.
const LONGEST_TABLE: i32 = 92;

fn picture(chart: &Chart, id: &str, title: &str, description: &str, ui: &Ui) -> Markup {
    drawn(draw::svg(chart, Words { id, title, description, lang: ui.lang }, Theme::Page), ui)
}
