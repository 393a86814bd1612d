//! How fast what was counted went, as far as devices tell.

use std::collections::BTreeMap;

use domain::{Aggregation, BucketWidth, Channel, DatastreamId, ObservedProperty as P, TimeRange};
use jiff::Timestamp;
use planning::{
    DaySet,
    speed::{SpeedClasses, SpeedPercentile, mean_speed},
};
use store::{Datastream, StoreError, StoreReader};

use super::{Basis, Figure, Known, Lack, Name, Scope, asked::SpeedBounds};
use crate::counts::CountingSite;

/// Vehicles and speeds by intervals, and counts by class of speed.
#[derive(Clone, Debug, Default)]
pub struct Speeds {
    /// Beginning, mean speed (km/h) if it is known, vehicles.
    intervals: Vec<(Timestamp, Option<f64>, f64)>,
    /// Beginning and vehicles of each class, slowest first; empty where devices tell no classes.
    classes: Vec<Vec<(Timestamp, f64)>>,
}

impl Speeds {
    /// Reads what devices tell of a class's speed; `None` where they tell nothing.
    pub async fn read(
        store: &StoreReader,
        datastreams: &[Datastream],
        class: P,
        period: TimeRange,
    ) -> Result<Option<Self>, StoreError> {
        let Some(site) = CountingSite::of(datastreams, class) else { return Ok(None) };
        let speeds: Vec<_> =
            datastreams.iter().filter(|stream| Some(stream.property) == speed_of(class)).collect();
        let counted: Vec<(Channel, DatastreamId)> =
            site.directions.iter().map(|direction| (direction.channel, direction.datastream)).collect();
        let has_classes = counted.iter().any(|(channel, _)| class_of(*channel).is_some());
        if speeds.is_empty() && !has_classes {
            return Ok(None);
        }
        let width = BucketWidth::QuarterHour;
        let amounts = async |streams: &[DatastreamId]| {
            let mut sums: BTreeMap<Timestamp, f64> = BTreeMap::new();
            for stream in streams {
                for bucket in store.buckets(*stream, width, period).await? {
                    if let Some(amount) = bucket.value(Aggregation::Total).filter(|amount| *amount >= 0.0) {
                        *sums.entry(bucket.range.from()).or_default() += amount;
                    }
                }
            }
            Ok::<_, StoreError>(sums)
        };
        let mut found = Self::default();
        for stream in &speeds {
            let same = counted.iter().filter(|(channel, _)| *channel == stream.channel);
            let mut vehicles: Vec<DatastreamId> = same.map(|(_, id)| *id).collect();
            if vehicles.is_empty() && stream.channel == Channel::MAIN {
                // One speed for all directions.
                vehicles = counted.iter().map(|(_, id)| *id).collect();
            }
            let means: BTreeMap<Timestamp, f64> = store
                .buckets(stream.id, width, period)
                .await?
                .iter()
                .filter_map(|bucket| Some((bucket.range.from(), bucket.value(Aggregation::Mean)?)))
                .collect();
            let vehicles = amounts(&vehicles).await?;
            found
                .intervals
                .extend(vehicles.into_iter().map(|(start, n)| (start, means.get(&start).copied(), n)));
        }
        let mut classes: BTreeMap<u32, Vec<DatastreamId>> = BTreeMap::new();
        for (channel, id) in &counted {
            if let Some(class) = class_of(*channel) {
                classes.entry(class).or_default().push(*id);
            }
        }
        for streams in classes.values() {
            found.classes.push(amounts(streams).await?.into_iter().collect());
        }
        Ok(Some(found))
    }

    /// Mean speed and percentiles, without days that are left out.
    pub(super) fn figures(&self, left_out: &[TimeRange], bounds: Option<&SpeedBounds>) -> Vec<Figure> {
        let stays = |start: Timestamp| !left_out.iter().any(|day| day.contains(start));
        let figure = |name, value| Figure { name, scope: Scope::CrossSection, days: DaySet::All, value };
        let mut figures = Vec::new();
        let kept: Vec<_> = self.intervals.iter().filter(|(start, ..)| stays(*start)).collect();
        if !kept.is_empty() {
            let known = kept.iter().filter_map(|(_, speed, n)| Some(((*speed)?, *n)));
            let all: f64 = kept.iter().map(|(.., n)| n).sum();
            let value = mean_speed(known).map_err(|few| Lack::TooFewVehicles { found: whole(few.found) });
            let value = value.map(|mean| Known::new(mean.value, whole(mean.n), whole(all), Basis::Vehicles));
            figures.push(figure(Name::MeanSpeed, value));
        }
        let counts: Vec<f64> = self
            .classes
            .iter()
            .map(|class| class.iter().filter(|(start, _)| stays(*start)).map(|(_, n)| n).sum())
            .collect();
        for share in [85, 50, 15] {
            let value = percentile(&counts, bounds, share);
            // Why V85 is not known is said once.
            if share == 85 || value.is_ok() {
                figures.push(figure(Name::SpeedPercentile(share), value));
            }
        }
        figures
    }
}

fn percentile(counts: &[f64], bounds: Option<&SpeedBounds>, share: u8) -> Result<Known, Lack> {
    if counts.is_empty() {
        return Err(Lack::OnlyMeanSpeeds);
    }
    let bounds = bounds.filter(|bounds| bounds.0.len() == counts.len());
    let bounds = bounds.ok_or(Lack::NoSpeedBounds { classes: whole(counts.len() as f64) })?;
    // Bounds rise and counts are not negative.
    let classes = SpeedClasses::new(bounds.0.clone(), counts.to_vec())
        .map_err(|_| Lack::NoSpeedBounds { classes: whole(counts.len() as f64) })?;
    let n = whole(classes.n());
    let percentile = classes.percentile(f64::from(share) / 100.0);
    let percentile = percentile.map_err(|few| Lack::TooFewVehicles { found: whole(few.found) })?;
    Ok(match percentile {
        SpeedPercentile::At(speed) => Known::new(speed, n, n, Basis::Vehicles),
        SpeedPercentile::AtLeast(speed) => {
            Known { is_at_least: true, ..Known::new(speed, n, n, Basis::Vehicles) }
        }
    })
}

/// What the speed of a class is observed as.
const fn speed_of(class: P) -> Option<P> {
    Some(match class {
        P::BicycleCount => P::BicycleSpeed,
        P::CarCount => P::CarSpeed,
        P::LorryCount => P::LorrySpeed,
        P::PersonCount => P::PersonSpeed,
        P::ObjectCount => P::ObjectSpeed,
        _ => return None,
    })
}

/// The number of a radar's class of speed: `class2.ltr`.
fn class_of(channel: Channel) -> Option<u32> {
    let first = channel.as_str().split('.').next()?;
    first.strip_prefix("class")?.parse().ok()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of vehicles")]
fn whole(n: f64) -> u32 {
    n.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(60 * minutes).unwrap()
    }

    fn find(figures: &[Figure], name: Name) -> Result<Known, Lack> {
        figures.iter().find(|figure| figure.name == name).unwrap().value
    }

    #[test]
    fn the_mean_is_weighted_with_vehicles_and_says_how_many_had_a_speed() {
        let intervals = vec![(at(0), Some(50.0), 9.0), (at(15), Some(30.0), 1.0), (at(30), None, 2.0)];
        let figures = Speeds { intervals, classes: Vec::new() }.figures(&[], None);
        let mean = find(&figures, Name::MeanSpeed).unwrap();
        assert!((mean.amount - 48.0).abs() < 1e-9);
        assert_eq!((mean.n_valid, mean.n_expected), (10, 12));
        assert_eq!(find(&figures, Name::SpeedPercentile(85)), Err(Lack::OnlyMeanSpeeds), "means have none");
    }

    #[test]
    fn percentiles_need_the_bounds_of_their_classes() {
        // 200 vehicles: 20, 60, 80 and 40. V85 is the 170th, in the open class from 50 km/h on; V50 the 100th: 40 + 20/80 * 10.
        let classes = [20.0, 60.0, 80.0, 40.0].map(|n| vec![(at(0), n)]).to_vec();
        let speeds = Speeds { intervals: Vec::new(), classes };
        let without = speeds.figures(&[], None);
        assert_eq!(find(&without, Name::SpeedPercentile(85)), Err(Lack::NoSpeedBounds { classes: 4 }));
        let figures = speeds.figures(&[], Some(&SpeedBounds(vec![1.0, 30.0, 40.0, 50.0])));
        let v85 = find(&figures, Name::SpeedPercentile(85)).unwrap();
        assert!((v85.amount - 50.0).abs() < 1e-9 && v85.is_at_least);
        assert!((find(&figures, Name::SpeedPercentile(50)).unwrap().amount - 42.5).abs() < 1e-9);
    }
}
