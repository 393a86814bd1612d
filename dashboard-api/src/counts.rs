//! What a site counts, over all its directions.

use domain::{BucketWidth, Channel, DatastreamId, ObservedProperty, TimeRange};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use store::{Bucket, Datastream, StoreError, StoreReader};

use crate::amount::Amount;

/// The Datastreams that count the same kind on one Thing, such as its bicycles.
#[derive(Clone, Debug, PartialEq)]
pub struct CountingSite {
    /// At least one; by channel. Their sum is the site's count.
    pub directions: Vec<Direction>,
}

/// One direction of a site, or all of it where the site does not tell directions apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// Where its counts are.
    pub datastream: DatastreamId,
    /// Its channel: `ltr`, `rtl`, or the main channel.
    pub channel: Channel,
    /// Its name for people: "stadteinwärts".
    pub name: Option<String>,
    /// First observation.
    pub first_at: Option<Timestamp>,
}

/// The counts of a site's directions in one time range.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteCount {
    /// In the order of [`CountingSite::directions`].
    pub directions: Vec<Amount>,
}

/// Today compared with the same weekday a week ago, both up to the same time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Bicycles today until then.
    pub today: u64,
    /// Bicycles a week ago until then.
    pub week_ago: u64,
    /// Until when today was counted: a full quarter-hour.
    pub until: Timestamp,
}

/// A week ago so few are no comparison: 1 and 3 are not "200 % more".
pub const WEEK_AGO_MIN: u64 = 20;

impl Comparison {
    /// In whole percent without sign, and whether today are more; `None` for too few a week ago.
    pub fn change(&self) -> Option<(u64, bool)> {
        (self.week_ago >= WEEK_AGO_MIN).then(|| {
            let change = self.today as f64 / self.week_ago as f64 - 1.0;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rounded share of counts"
            )]
            let percent = (change.abs() * 100.0).round() as u64;
            (percent, change > 0.0)
        })
    }
}

impl CountingSite {
    /// Finds the bicycles among the Datastreams of one Thing; `None` if it counts none.
    pub fn of_bicycles(datastreams: &[Datastream]) -> Option<Self> {
        Self::of(datastreams, ObservedProperty::BicycleCount)
    }

    /// Finds what counts `counted`, an interval count, among the Datastreams of one Thing.
    ///
    /// A running total survives lost uplinks, so it is preferred to interval counts of the same site, and
    /// both are never added. A channel without a name beside named ones is their sum and left out.
    pub fn of(datastreams: &[Datastream], counted: ObservedProperty) -> Option<Self> {
        let of_property = |property| datastreams.iter().filter(move |stream| stream.property == property);
        let counted_as = total_of(counted)
            .into_iter()
            .chain([counted])
            .find(|property| of_property(*property).next().is_some())?;
        let has_channels = of_property(counted_as).any(|stream| stream.channel != Channel::MAIN);
        let mut directions: Vec<_> = of_property(counted_as)
            .filter(|stream| !has_channels || stream.channel != Channel::MAIN)
            .map(|stream| Direction {
                datastream: stream.id,
                channel: stream.channel,
                name: stream.channel_name.clone(),
                first_at: stream.first_at,
            })
            .collect();
        directions.sort_by_key(|direction| direction.channel);
        Some(Self { directions })
    }

    /// When the first bicycle could have been counted.
    pub fn first_at(&self) -> Option<Timestamp> {
        self.directions.iter().filter_map(|direction| direction.first_at).min()
    }

    /// The buckets of each direction that meet `range`.
    pub async fn buckets(
        &self,
        store: &StoreReader,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<Vec<Bucket>>, StoreError> {
        let mut all = Vec::with_capacity(self.directions.len());
        for direction in &self.directions {
            all.push(store.buckets(direction.datastream, width, range).await?);
        }
        Ok(all)
    }

    /// Bicycles in a range made of whole buckets of `width`, as known at `now`.
    pub async fn count(
        &self,
        store: &StoreReader,
        width: BucketWidth,
        range: TimeRange,
        now: Timestamp,
    ) -> Result<SiteCount, StoreError> {
        let buckets = self.buckets(store, width, range).await?;
        Ok(SiteCount::of(&buckets, range, now))
    }

    /// Today against the same weekday last week; `None` unless both are complete enough to be fair.
    /// `last_heard_at` ends the comparison where the site fell silent.
    pub async fn compare(
        &self,
        store: &StoreReader,
        zone: &TimeZone,
        last_heard_at: Timestamp,
    ) -> Result<Option<Comparison>, StoreError> {
        let Some((today, week_ago)) = comparable_ranges(zone, last_heard_at) else { return Ok(None) };
        let mut amounts = Vec::with_capacity(2);
        for range in [today, week_ago] {
            let count = self.count(store, BucketWidth::QuarterHour, range, range.to()).await?;
            let total = count.total();
            amounts.push(total.n().filter(|_| !total.is_lower_bound()));
        }
        Ok(match amounts.as_slice() {
            [Some(now), Some(then)] => Some(Comparison { today: *now, week_ago: *then, until: today.to() }),
            _ => None,
        })
    }
}

/// The running total that counts the same as an interval count, if there is one.
pub const fn total_of(property: ObservedProperty) -> Option<ObservedProperty> {
    use ObservedProperty as P;
    Some(match property {
        P::BicycleCount => P::BicycleTotal,
        P::CarCount => P::CarTotal,
        P::LorryCount => P::LorryTotal,
        P::PersonCount => P::PersonTotal,
        P::Precipitation => P::PrecipitationTotal,
        P::PulseCount => P::PulseTotal,
        _ => return None,
    })
}

/// From local midnight to the last full quarter-hour before `at`, and the same clock times a week before.
/// `None` in the first quarter-hour of a day.
fn comparable_ranges(zone: &TimeZone, at: Timestamp) -> Option<(TimeRange, TimeRange)> {
    let until = BucketWidth::QuarterHour.bucket_of(at, zone).from();
    let today = TimeRange::new(BucketWidth::Day.bucket_of(until, zone).from(), until).ok()?;
    let a_week_before = |instant: Timestamp| {
        let local = zone.to_datetime(instant).saturating_sub(7.days());
        local.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
    };
    let week_ago = TimeRange::new(a_week_before(today.from())?, a_week_before(until)?).ok()?;
    Some((today, week_ago))
}

impl SiteCount {
    /// Adds up the buckets of each direction.
    pub fn of(buckets: &[Vec<Bucket>], range: TimeRange, now: Timestamp) -> Self {
        Self { directions: buckets.iter().map(|buckets| Amount::of(buckets, range, now)).collect() }
    }

    /// All directions together.
    pub fn total(&self) -> Amount {
        Amount::total(&self.directions)
    }
}

#[cfg(test)]
mod tests;
