//! The figures of a chart for tables and programs: what the picture shows, nothing more and nothing less.

use domain::{Lang, Missing, Quality};
use jiff::Timestamp;
use serde::Serialize;
use store::Datastream;
use utoipa::ToSchema;

use super::data::{Chart, Content};
use crate::{
    csv_text::{self, CsvTable},
    pages::texts::Texts,
    wire::zone_name,
};

/// What a chart shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChartBody {
    /// The observed property.
    #[schema(example = "bicycle_count")]
    property: &'static str,
    /// Its unit, by UCUM.
    #[schema(example = "1")]
    unit: &'static str,
    /// Width of the intervals.
    #[schema(example = "1h")]
    width: &'static str,
    /// Where the first begins.
    from: Timestamp,
    /// Where the last ends.
    to: Timestamp,
    /// The city's time zone.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// The Datastreams shown, by their numbers.
    datastreams: Vec<i64>,
    /// What the series are compared with.
    #[schema(example = "September 2026")]
    compared_with: Option<String>,
    /// Every interval, oldest first.
    intervals: Vec<IntervalBody>,
}

/// One interval of a chart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IntervalBody {
    /// Its beginning.
    from: Timestamp,
    /// Its end.
    to: Timestamp,
    /// What is known of each series.
    series: Vec<ValueBody>,
}

/// One value of a chart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValueBody {
    /// Name of the series; empty for the only one.
    #[schema(example = "stadteinwärts")]
    name: String,
    /// The value; null if there is none.
    #[schema(example = 17.0)]
    value: Option<f64>,
    /// Why there is none.
    #[schema(example = json!(null))]
    missing: Option<&'static str>,
    /// The value it is compared with.
    #[schema(example = json!(null))]
    compared: Option<f64>,
}

impl Content {
    /// Why there is no value, by the names of the interface.
    fn missing(self) -> Option<&'static str> {
        Some(match self {
            Self::Known { .. } => return None,
            Self::Carried => "counted_in_longer_interval",
            Self::NothingToMeasure => Missing::NothingToMeasure.key(),
            Self::Unusable(Quality::Missing(missing)) => missing.key(),
            Self::Unusable(_) => "implausible",
            Self::NotYet => "not_yet",
            Self::NoData | Self::NoSensor => "no_data",
        })
    }
}

impl ChartBody {
    pub(crate) fn new(chart: &Chart, datastreams: &[Datastream]) -> Self {
        let n = chart.series.iter().map(|series| series.cells.len()).max().unwrap_or(0);
        let interval = |i: usize| {
            let range = chart.series.first()?.cells.get(i)?.range;
            let value = |(j, series): (usize, &super::data::Series)| {
                let content = series.cells.get(i)?.content;
                let other = chart.counterpart(j).and_then(|other| other.contents.get(i).copied().flatten());
                Some(ValueBody {
                    name: series.name.clone(),
                    value: content.value(),
                    missing: content.missing(),
                    compared: other.and_then(Content::value),
                })
            };
            let series = chart.series.iter().enumerate().filter_map(value).collect();
            Some(IntervalBody { from: range.from(), to: range.to(), series })
        };
        Self {
            property: chart.property.key(),
            unit: chart.property.unit().ucum,
            width: chart.width.key(),
            from: chart.range.from(),
            to: chart.range.to(),
            zone: zone_name(&chart.zone),
            datastreams: datastreams.iter().map(|stream| stream.id.0).collect(),
            compared_with: chart.compared.as_ref().map(|compared| compared.name.clone()),
            intervals: (0..n).filter_map(interval).collect(),
        }
    }

    /// The same as CSV.
    pub(crate) fn csv(&self, chart: &Chart, lang: Lang) -> Vec<u8> {
        let t = Texts(lang);
        let mut header: Vec<String> =
            ["from_utc", "to_utc", "from_local", "to_local"].map(str::to_owned).to_vec();
        for (j, series) in chart.series.iter().enumerate() {
            let name = if series.name.is_empty() { t.property(chart.property) } else { &series.name };
            header.push(format!("{name} [{}]", self.unit));
            header.push(format!("missing_reason {name}"));
            if let (Some(compared), Some(_)) = (&chart.compared, chart.counterpart(j)) {
                let of = if chart.series.len() > 1 { format!(", {name}") } else { String::new() };
                header.push(format!("{}{of} [{}]", compared.name, self.unit));
            }
        }
        let mut table = CsvTable::new(header.iter().map(|cell| csv_text::text(cell)));
        for interval in &self.intervals {
            let mut row = vec![
                csv_text::utc(interval.from),
                csv_text::utc(interval.to),
                csv_text::local(interval.from, &chart.zone),
                csv_text::local(interval.to, &chart.zone),
            ];
            for (j, value) in interval.series.iter().enumerate() {
                row.push(csv_text::number(value.value));
                row.push(value.missing.unwrap_or_default().into());
                if chart.counterpart(j).is_some() {
                    row.push(csv_text::number(value.compared));
                }
            }
            table.row(row);
        }
        table.into_bytes()
    }
}
