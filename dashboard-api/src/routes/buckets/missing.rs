//! Why a bucket has no value.

use domain::{Missing, Quality, TimeRange};
use jiff::Timestamp;
use serde::Serialize;
use store::{Datastream, StoreError, StoreReader};
use utoipa::ToSchema;

use super::BucketBody;

/// Why a bucket has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BucketMissing {
    /// Nothing was observed.
    NoData,
    /// A counter was silent; what it counted meanwhile is in `carried` of the bucket in the middle of the
    /// silence.
    CountedInLongerInterval,
    /// The bucket has not ended.
    NotYet,
    /// Values were received that cannot be true; they are kept as observations of quality `bad`.
    Implausible,
    /// The sensor said: not available, or an error.
    SensorError,
    /// The sensor said: its probe is not connected.
    ProbeDisconnected,
    /// The sensor said: there was nothing to measure, such as the speed of no vehicle.
    NothingToMeasure,
    /// The sensor said: outside its measuring range.
    OutOfRange,
    /// The value depends on a setting the device was not given.
    NotConfigured,
}

/// Gives buckets nothing is known of the reason the sensor itself gave, if it gave one.
pub(super) async fn explain(
    store: &StoreReader,
    datastream: &Datastream,
    buckets: &mut [BucketBody],
) -> Result<(), StoreError> {
    let mut unknown: Vec<_> =
        buckets.iter_mut().filter(|bucket| bucket.missing == Some(BucketMissing::NoData)).collect();
    let ranges = unknown.iter().filter_map(|bucket| TimeRange::new(bucket.from, bucket.to).ok()).collect();
    let reasons = store.missing(datastream, ranges).await?;
    for (bucket, reason) in unknown.iter_mut().zip(reasons) {
        bucket.missing = Some(reason.map_or(BucketMissing::NoData, BucketMissing::said));
    }
    Ok(())
}

impl BucketMissing {
    /// `gaps` are the intervals of amounts counted over more than one bucket.
    pub(super) fn of(range: TimeRange, gaps: &[TimeRange], now: Timestamp) -> Self {
        if gaps.iter().any(|gap| gap.overlap_seconds(range) > 0.0) {
            Self::CountedInLongerInterval
        } else if range.to() > now {
            Self::NotYet
        } else {
            Self::NoData
        }
    }

    /// Why a value that was received does not count.
    const fn said(quality: Quality) -> Self {
        match quality {
            Quality::Missing(Missing::SensorError) => Self::SensorError,
            Quality::Missing(Missing::ProbeDisconnected) => Self::ProbeDisconnected,
            Quality::Missing(Missing::NothingToMeasure) => Self::NothingToMeasure,
            Quality::Missing(Missing::OutOfRange) => Self::OutOfRange,
            Quality::Missing(Missing::NotConfigured) => Self::NotConfigured,
            Quality::Good | Quality::NotEvaluated | Quality::Suspect(_) | Quality::Bad => Self::Implausible,
        }
    }

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::NoData => "no_data",
            Self::CountedInLongerInterval => "counted_in_longer_interval",
            Self::NotYet => "not_yet",
            Self::Implausible => "implausible",
            Self::SensorError => Missing::SensorError.key(),
            Self::ProbeDisconnected => Missing::ProbeDisconnected.key(),
            Self::NothingToMeasure => Missing::NothingToMeasure.key(),
            Self::OutOfRange => Missing::OutOfRange.key(),
            Self::NotConfigured => Missing::NotConfigured.key(),
        }
    }
}
