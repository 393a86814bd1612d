//! Fetches what a chart shows.

use domain::Lang;
use store::{Datastream, StoreError};

use super::{
    data::{Chart, Series},
    range::ChartRange,
};
use crate::{AppState, amount, pages::channels};

/// A chart of Datastreams of one property, a series each. `datastreams` must not be empty; the first
/// decides on property and interval.
pub async fn chart(
    state: &AppState,
    datastreams: &[Datastream],
    range: ChartRange,
    lang: Lang,
) -> Result<Chart, StoreError> {
    let Some(first) = datastreams.first() else {
        unreachable!("a chart is asked for at least one datastream");
    };
    let now = state.clock.now();
    let width = range.width(first.property, first.expected_interval);
    let instants = range.instants(width, now, &state.zone);
    let around = amount::with_surroundings(instants, first.property.aggregation());
    let mut series = Vec::with_capacity(datastreams.len());
    for datastream in datastreams {
        let buckets = state.store.buckets(datastream.id, width, around).await?;
        let mut one = Series::new(
            channels::name(datastream, lang),
            first.property,
            &buckets,
            (instants, width, &state.zone),
            now,
            datastream.expected_interval,
        );
        one.begin(datastream.first_at);
        one.explain(state.store.missing(datastream, one.without_data()).await?);
        series.push(one);
    }
    Ok(Chart { property: first.property, range: instants, width, zone: state.zone.clone(), now, series })
}
