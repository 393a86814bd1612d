//! Fetches what a chart shows: buckets, never single readings.

use domain::{Aggregation, BucketWidth, Channel, Lang, ObservedProperty, TimeRange};
use jiff::Timestamp;
use planning::weather::{Wind, WindRose};
use store::{Datastream, StoreError};

use super::{
    data::{Chart, Compared, Content, Series},
    heat_map::{Heat, HeatMap},
    histogram::Histogram,
    period::Period,
    view::{Other, View},
    words,
};
use crate::{
    AppState, amount, counts,
    pages::{channels, texts::Texts},
};

/// A chart of Datastreams of one property, a series each. `datastreams` must not be empty; the first
/// decides on property and interval.
pub async fn chart(
    state: &AppState,
    datastreams: &[Datastream],
    view: &View,
    lang: Lang,
) -> Result<Chart, StoreError> {
    let Some(first) = datastreams.first() else {
        unreachable!("a chart is asked for at least one datastream");
    };
    let (zone, now) = (&state.zone, view.now);
    let width = view.period.width(first.property, first.expected_interval, zone);
    let width = match &view.other {
        Some(Other::Period(shift)) => shift.fitting(width),
        _ => width,
    };
    let instants = view.period.instants(width, now, zone);
    let frame = Frame { range: instants, width, now };
    let mut series = read(state, datastreams, frame, lang).await?;
    let compared = match &view.other {
        None => None,
        // Directions that were the same on average tell nothing, and two clouds of points hide each other.
        Some(_) if first.property.aggregation() == Aggregation::VectorMean => None,
        Some(Other::Period(shift)) => {
            let there = |at: Timestamp| shift.back(at, zone);
            let other = shift.period(view.period, now, zone).instants(width, now, zone);
            let others = read(state, datastreams, Frame { range: other, ..frame }, lang).await?;
            let beside =
                others.iter().zip(&series).map(|(other, own)| Some(other.beside(&own.cells, now, there)));
            let beside = beside.collect();
            name_alone(&mut series, &words::period_name(view.period, now, zone, lang));
            let name = words::period_name(shift.period(view.period, now, zone), now, zone, lang);
            Some(Compared { name, series: beside })
        }
        Some(Other::Site(site, theirs)) => {
            if first.property.aggregation().adds_up() && series.len() > 1 {
                // Directions of two sites have nothing to do with each other; their sums have.
                let together = Texts(lang).all_directions().to_owned();
                series = Series::together(series, together).into_iter().collect();
            }
            let mut beside = Vec::with_capacity(series.len());
            for (own, stream) in series.iter().zip(datastreams) {
                // All directions against all, one of them against the same one.
                let like = alike(theirs, stream, is_all_directions(datastreams, stream));
                let theirs = read(state, &like, frame, lang).await?;
                let theirs = Series::together(theirs, String::new());
                beside.push(theirs.map(|theirs| theirs.beside(&own.cells, now, Some)));
            }
            let is_compared = beside.iter().any(Option::is_some);
            if is_compared {
                name_alone(&mut series, &view.site);
            }
            is_compared.then(|| Compared { name: site.name.clone(), series: beside })
        }
    };
    Ok(Chart { property: first.property, range: instants, width, zone: zone.clone(), now, series, compared })
}

/// A series that is compared needs a name; one of several has that of its direction.
fn name_alone(series: &mut [Series], name: &str) {
    if let [own] = series
        && own.name.is_empty()
    {
        name.clone_into(&mut own.name);
    }
}

/// Which intervals are read.
#[derive(Clone, Copy)]
struct Frame {
    range: TimeRange,
    width: BucketWidth,
    now: Timestamp,
}

/// The series with the reasons for what is missing.
async fn read(
    state: &AppState,
    datastreams: &[Datastream],
    frame: Frame,
    lang: Lang,
) -> Result<Vec<Series>, StoreError> {
    let mut series = read_values(state, datastreams, frame, lang).await?;
    for (one, datastream) in series.iter_mut().zip(datastreams) {
        one.explain(state.store.missing(datastream, one.without_data()).await?);
    }
    Ok(series)
}

async fn read_values(
    state: &AppState,
    datastreams: &[Datastream],
    Frame { range, width, now }: Frame,
    lang: Lang,
) -> Result<Vec<Series>, StoreError> {
    let mut series = Vec::with_capacity(datastreams.len());
    for datastream in datastreams {
        let around = amount::with_surroundings(range, datastream.property.aggregation());
        let buckets = state.store.buckets(datastream.id, width, around).await?;
        let mut one = Series::new(
            channels::name(datastream, lang),
            datastream.property,
            &buckets,
            (range, width, &state.zone),
            now,
            datastream.expected_interval,
        );
        one.begin(datastream.first_at);
        series.push(one);
    }
    Ok(series)
}

/// The interval count that a property counts, whether it is a running total or not.
pub fn counted(property: ObservedProperty) -> ObservedProperty {
    let is_total = |count: &&ObservedProperty| counts::total_of(**count) == Some(property);
    ObservedProperty::ALL.iter().find(is_total).copied().unwrap_or(property)
}

/// Whether what is shown are the amounts of all directions of a site.
fn is_all_directions(shown: &[Datastream], one: &Datastream) -> bool {
    one.property.aggregation().adds_up() && (shown.len() > 1 || one.channel == Channel::MAIN)
}

/// Of another site what measures the same: all its directions, or else the same channel or the only one.
fn alike(theirs: &[Datastream], own: &Datastream, all_directions: bool) -> Vec<Datastream> {
    let same = |stream: &&Datastream| counted(stream.property) == counted(own.property);
    let mut like: Vec<Datastream> = theirs.iter().filter(same).cloned().collect();
    // A running total says the same as the counts beside it.
    if like.iter().any(|stream| stream.property != counted(own.property)) {
        like.retain(|stream| stream.property != counted(own.property));
    }
    if all_directions {
        if like.iter().any(|stream| stream.channel != Channel::MAIN) {
            like.retain(|stream| stream.channel != Channel::MAIN);
        }
        return like;
    }
    if like.len() > 1 {
        like.retain(|stream| stream.channel == own.channel);
    }
    like
}

/// Whether another site measures something that this one does.
pub fn is_comparable(own: &[Datastream], theirs: &[Datastream]) -> bool {
    own.iter().any(|stream| !alike(theirs, stream, stream.property.aggregation().adds_up()).is_empty())
}

/// Hours of the clock by days of what some Datastreams count together.
pub async fn heat_map(
    state: &AppState,
    datastreams: &[Datastream],
    period: Period,
    now: Timestamp,
    lang: Lang,
) -> Result<HeatMap, StoreError> {
    let range = period.instants(BucketWidth::Day, now, &state.zone);
    let frame = Frame { range, width: BucketWidth::Hour, now };
    // Why something is missing is not told here.
    let series = Series::together(read_values(state, datastreams, frame, lang).await?, String::new());
    let beside = |at: Timestamp| {
        let cells = &series.as_ref()?.cells;
        let i = cells.binary_search_by_key(&at, |cell| cell.range.from()).ok()?;
        cells.get(i).map(|cell| cell.content)
    };
    Ok(HeatMap::new(range, &state.zone, |at| match beside(at) {
        Some(Content::Known { value, .. }) => Heat::Known(value),
        None | Some(Content::NotYet | Content::NoSensor) => Heat::Outside,
        Some(_) => Heat::Missing,
    }))
}

/// How many hours a value of each size lasted.
pub async fn histogram(
    state: &AppState,
    datastream: &Datastream,
    period: Period,
    now: Timestamp,
) -> Result<Option<Histogram>, StoreError> {
    let range = period.instants(BucketWidth::Hour, now, &state.zone);
    let buckets = state.store.buckets(datastream.id, BucketWidth::Hour, range).await?;
    let rule = datastream.property.aggregation();
    let values: Vec<f64> = buckets.iter().filter_map(|bucket| bucket.value(rule)).collect();
    Ok(Histogram::of(&values, datastream.property.unit().symbol))
}

/// Where the wind came from how strong: quarter-hours of up to two months, hours of more.
pub async fn rose(
    state: &AppState,
    direction: &Datastream,
    speed: &Datastream,
    period: Period,
    now: Timestamp,
) -> Result<WindRose, StoreError> {
    let range = period.range(now, &state.zone);
    let width = if range.seconds() > 62.0 * 86_400.0 { BucketWidth::Hour } else { BucketWidth::QuarterHour };
    let range = period.instants(width, now, &state.zone);
    let directions = state.store.buckets(direction.id, width, range).await?;
    let speeds = state.store.buckets(speed.id, width, range).await?;
    let from = |at: Timestamp| {
        let i = directions.binary_search_by_key(&at, |bucket| bucket.range.from()).ok()?;
        directions.get(i)?.value(direction.property.aggregation())
    };
    Ok(WindRose::new(speeds.iter().filter_map(|bucket| {
        let speed = bucket.value(speed.property.aggregation())?;
        Some(Wind { direction: from(bucket.range.from()), speed })
    })))
}
