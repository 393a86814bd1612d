//! The figures of one Thing: every one with the time it stands for.

use domain::{Aggregation, BucketWidth, Channel, ObservedProperty, Quality, Theme, TimeRange};
use jiff::{SignedDuration, Timestamp};
use store::{Datastream, Latest, Thing};

use super::Known;
use crate::{Ageing, ThingState, amount::Amount, counts::CountingSite};

/// One Thing in the list.
#[derive(Debug)]
pub(crate) struct Line {
    /// The Thing.
    pub(crate) thing: Thing,
    /// Its main theme.
    pub(crate) theme: Theme,
    /// Whether it is heard.
    pub(crate) state: ThingState,
    /// Its main figures, by the time they stand for.
    pub(crate) periods: Vec<Period>,
    /// Its rain of late, if it has a gauge that was heard lately.
    pub(crate) rain: Option<Rain>,
}

/// The rain at one station of late.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rain {
    /// Of the last hour, in mm.
    pub(crate) hour: f64,
    /// Some of that hour was not observed: at least this much fell.
    pub(crate) at_least: bool,
    /// Whether it rained in the newest value.
    pub(crate) now: bool,
}

/// Figures of the same time.
#[derive(Debug, PartialEq)]
pub(crate) struct Period {
    /// Which time.
    pub(crate) when: When,
    /// At least one.
    pub(crate) figures: Vec<Shown>,
}

/// A figure and what it is of.
#[derive(Debug, PartialEq)]
pub(crate) struct Shown {
    /// What was observed; for a running total what it counts.
    pub(crate) property: ObservedProperty,
    /// Which of several channels, where the Thing has several of the property.
    pub(crate) channel: Option<(Channel, Option<String>)>,
    /// How much.
    pub(crate) figure: Figure,
}

impl Shown {
    const fn of(property: ObservedProperty, figure: Figure) -> Self {
        Self { property, channel: None, figure }
    }
}

/// The time a figure stands for.
#[derive(Debug, PartialEq)]
pub(crate) enum When {
    /// Since local midnight; until the Thing was last heard, where that is not lately.
    Today {
        /// When it was last heard.
        until: Option<Timestamp>,
        /// How many directions were added up.
        n_directions: usize,
    },
    /// The interval the Thing reports, each figure with a value for each direction.
    Interval {
        /// How long it is.
        length: SignedDuration,
        /// Channel and name of each direction.
        directions: Vec<(Channel, Option<String>)>,
    },
    /// The moment the Thing was last heard.
    Latest,
}

/// What is known of a property in a period.
#[derive(Debug, PartialEq)]
pub(crate) enum Figure {
    /// How much in the period.
    Amount(Amount),
    /// How much in a stretch of clock time of its own.
    Between(TimeRange, Amount),
    /// A value for each direction, or the only one.
    Values(Vec<Option<f64>>),
    /// No value, and why.
    Reason(Quality),
}

/// What is counted, in the order of the list.
const COUNTED: [ObservedProperty; 8] = [
    ObservedProperty::BicycleCount,
    ObservedProperty::CarCount,
    ObservedProperty::LorryCount,
    ObservedProperty::PersonCount,
    ObservedProperty::ObjectCount,
    ObservedProperty::LightningCount,
    ObservedProperty::MotionCount,
    ObservedProperty::PulseCount,
];

/// Means of an interval, one for each direction.
const SPEEDS: [ObservedProperty; 5] = [
    ObservedProperty::BicycleSpeed,
    ObservedProperty::CarSpeed,
    ObservedProperty::LorrySpeed,
    ObservedProperty::PersonSpeed,
    ObservedProperty::ObjectSpeed,
];

/// The hour of rain ended at most so long ago.
const RAIN_ENDED_WITHIN: SignedDuration = SignedDuration::from_mins(75);

/// Figures of one period in the list.
const MAX_FIGURES: usize = 4;

impl Line {
    pub(super) fn of(thing: Thing, datastreams: &[Datastream], known: &Known) -> Self {
        let state = ThingState::of(thing.last_heard_at, thing.expected_interval, known.now);
        let of = Of { thing: &thing, datastreams, known, state };
        let mut periods = vec![of.today()];
        // What a silent Thing said last is not how it is.
        if matches!(state, ThingState::Live | ThingState::Stale) {
            periods.extend([of.speeds(), of.latest()]);
        }
        let periods = periods.into_iter().flatten().collect();
        let rain = of.rain_of_late();
        Self { theme: main_theme(datastreams), state, periods, rain, thing }
    }

    /// When its state changes without another uplink.
    pub(crate) fn ageing(&self) -> Option<Ageing> {
        Ageing::of(self.thing.last_heard_at, self.thing.expected_interval)
    }

    /// Whether bicycles are counted here.
    pub(crate) fn counts_bicycles(&self) -> bool {
        self.today(ObservedProperty::BicycleCount).is_some()
    }

    /// Bicycles today, if a number is known.
    pub(crate) fn bicycles_today(&self) -> Option<u64> {
        self.today(ObservedProperty::BicycleCount)?.n()
    }

    /// Rain today in mm, and whether part of the day was not observed.
    pub(crate) fn any_rain_today(&self) -> Option<(f64, bool)> {
        let is_heard = matches!(self.state, ThingState::Live | ThingState::Stale);
        let amount = self.today(ObservedProperty::Precipitation).filter(|_| is_heard)?;
        Some((amount.sum?, amount.is_lower_bound()))
    }

    /// What of several kinds was counted today; `None` if none of them is counted here.
    pub(crate) fn today_of(&self, counted: &[ObservedProperty]) -> Option<Amount> {
        let parts: Vec<_> = counted.iter().filter_map(|property| self.today(*property)).collect();
        (!parts.is_empty()).then(|| Amount::total(&parts))
    }

    fn today(&self, property: ObservedProperty) -> Option<Amount> {
        let today = self.periods.iter().find(|period| matches!(period.when, When::Today { .. }))?;
        today.figures.iter().find_map(|shown| match shown.figure {
            Figure::Amount(amount) if shown.property == property => Some(amount),
            _ => None,
        })
    }
}

/// A Thing with what is known of it.
#[derive(Clone, Copy)]
struct Of<'a> {
    thing: &'a Thing,
    datastreams: &'a [Datastream],
    known: &'a Known,
    state: ThingState,
}

impl Of<'_> {
    /// Until when the Thing can have observed anything.
    fn heard_until(&self) -> Timestamp {
        self.thing.last_heard_at.map_or(self.known.now, |heard| heard.min(self.known.now))
    }

    /// What was counted and what fell since midnight, all directions together.
    fn today(&self) -> Option<Period> {
        let mut n_directions = 0;
        let mut figures: Vec<_> = COUNTED
            .into_iter()
            .filter_map(|property| {
                let site = CountingSite::of(self.datastreams, property)?;
                n_directions = n_directions.max(site.directions.len());
                let ids = site.directions.iter().map(|direction| direction.datastream);
                let parts: Vec<_> = ids.map(|id| self.amount_today(id)).collect();
                Some(Shown::of(property, Figure::Amount(Amount::total(&parts))))
            })
            .collect();
        let rain: Vec<_> = self.rain_gauge().map(|stream| self.amount_today(stream.id)).collect();
        if !rain.is_empty() {
            let fallen = Figure::Amount(Amount::total(&rain));
            figures.push(Shown::of(ObservedProperty::Precipitation, fallen));
            figures.extend(self.rain_of_an_hour());
        }
        figures.truncate(MAX_FIGURES);
        let until = self.thing.last_heard_at.filter(|_| self.state != ThingState::Live);
        let until = until.filter(|until| self.known.today.contains(*until));
        (!figures.is_empty()).then_some(Period { when: When::Today { until, n_directions }, figures })
    }

    fn amount_today(&self, id: domain::DatastreamId) -> Amount {
        let days = self.known.days.get(&id).map_or(&[][..], Vec::as_slice);
        Amount::of(days, self.known.today, self.heard_until())
    }

    /// Rain of the last hour, where that ended lately and something of it is known.
    fn rain_of_late(&self) -> Option<Rain> {
        let (hour, amount) = self.rain_amount_of_an_hour()?;
        if self.known.now.duration_since(hour.to()) > RAIN_ENDED_WITHIN {
            return None;
        }
        let newest = |property| self.datastreams.iter().find(|stream| stream.property == property);
        let newest = newest(ObservedProperty::PrecipitationIntensity)
            .or_else(|| newest(ObservedProperty::Precipitation))
            .and_then(|stream| number(self.current(stream)?));
        // A running total tells by its last quarter-hour.
        let last = || {
            let end = hour.to();
            let quarter = TimeRange::new(end - SignedDuration::from_mins(15), end).ok()?;
            let of = |stream: &Datastream| {
                let own = self.known.quarters.get(&stream.id).map_or(&[][..], Vec::as_slice);
                Amount::of(own, quarter, end).sum
            };
            self.rain_gauge().filter_map(of).reduce(|a, b| a + b)
        };
        let now = newest.or_else(last).is_some_and(|mm| mm > 0.0);
        Some(Rain { hour: amount.sum?, at_least: amount.is_lower_bound(), now })
    }

    fn rain_of_an_hour(&self) -> Option<Shown> {
        let (hour, amount) = self.rain_amount_of_an_hour()?;
        Some(Shown::of(ObservedProperty::Precipitation, Figure::Between(hour, amount)))
    }

    /// Rain of the last hour: the last four quarter-hours, or the last clock hour of a sensor that reports
    /// too seldom for quarter-hours. Only while the Thing is heard.
    fn rain_amount_of_an_hour(&self) -> Option<(TimeRange, Amount)> {
        if !matches!(self.state, ThingState::Live | ThingState::Stale) {
            return None;
        }
        let (width, buckets) = if self.thing.expected_interval <= SignedDuration::from_mins(15) {
            (BucketWidth::QuarterHour, &self.known.quarters)
        } else {
            (BucketWidth::Hour, &self.known.hours)
        };
        let end = width.bucket_of(self.heard_until(), &self.known.zone).from();
        let hour = TimeRange::new(end - SignedDuration::from_hours(1), end).ok()?;
        let amount = |stream: &Datastream| {
            let own = buckets.get(&stream.id).map_or(&[][..], Vec::as_slice);
            Amount::of(own, hour, end)
        };
        let parts: Vec<_> = self.rain_gauge().map(amount).collect();
        (!parts.is_empty()).then(|| (hour, Amount::total(&parts)))
    }

    /// The Datastreams whose amounts together are the rain: one gauge, from its running total where it has
    /// one, and the correction some gauges count apart.
    fn rain_gauge(&self) -> impl Iterator<Item = &Datastream> {
        let of = |property| self.datastreams.iter().find(|stream| stream.property == property);
        let first = of(ObservedProperty::PrecipitationTotal).or_else(|| of(ObservedProperty::Precipitation));
        let correction = self.datastreams.iter().filter(move |stream| {
            first.is_some_and(|first| first.property == stream.property && first.id != stream.id)
                && stream.channel.as_str() == "correction"
        });
        first.into_iter().chain(correction)
    }

    /// The speeds of the last interval, one for each direction.
    fn speeds(&self) -> Option<Period> {
        let channels_of = |property| {
            let streams = self.datastreams.iter().filter(move |stream| stream.property == property);
            streams.map(|stream| (stream.channel, stream.channel_name.clone())).collect::<Vec<_>>()
        };
        // Those of other channels than the first would need a line of their own; the Thing's page has them.
        let directions = SPEEDS.into_iter().map(channels_of).find(|channels| !channels.is_empty())?;
        let mut figures = Vec::new();
        for property in SPEEDS.into_iter().filter(|property| channels_of(*property) == directions) {
            let streams = self.datastreams.iter().filter(|stream| stream.property == property);
            let values: Vec<_> = streams.map(|stream| self.current(stream).and_then(number)).collect();
            if values.iter().any(Option::is_some) {
                figures.push(Shown::of(property, Figure::Values(values)));
            }
        }
        figures.truncate(MAX_FIGURES - 1);
        let when = When::Interval { length: self.thing.expected_interval, directions };
        (!figures.is_empty()).then_some(Period { when, figures })
    }

    /// The newest values people ask for. A battery is not what a sensor is for.
    fn latest(&self) -> Option<Period> {
        let mut figures: Vec<_> = self
            .datastreams
            .iter()
            .filter(|stream| is_value(stream.property))
            .filter_map(|stream| {
                let latest = self.current(stream)?;
                let figure = match (number(latest), latest.quality) {
                    (Some(value), _) => Figure::Values(vec![Some(value)]),
                    (None, Quality::Missing(domain::Missing::NothingToMeasure)) => return None,
                    (None, reason) => Figure::Reason(reason),
                };
                let several =
                    self.datastreams.iter().filter(|other| other.property == stream.property).count() > 1;
                let channel = several.then(|| (stream.channel, stream.channel_name.clone()));
                Some(Shown { property: stream.property, channel, figure })
            })
            .collect();
        figures.sort_by_key(|shown| (rank(shown.property), shown.property));
        // A contact beside a count is how the count is made.
        if figures.iter().any(|shown| !is_state(shown.property)) || self.today().is_some() {
            figures.retain(|shown| !is_state(shown.property));
        }
        figures.truncate(MAX_FIGURES - 1);
        (!figures.is_empty()).then_some(Period { when: When::Latest, figures })
    }

    /// The newest value of a Datastream, if it came with what the Thing said last.
    fn current(&self, stream: &Datastream) -> Option<&Latest> {
        let latest = self.known.latest.get(&stream.id)?;
        let behind = self.heard_until().duration_since(latest.time);
        (behind <= self.thing.expected_interval).then_some(latest)
    }
}

fn number(latest: &Latest) -> Option<f64> {
    latest.value.as_number().filter(|_| latest.quality.counts())
}

/// Whether a property's newest value says something at a glance.
fn is_value(property: ObservedProperty) -> bool {
    property.theme() != Theme::Device && !property.aggregation().adds_up() && !SPEEDS.contains(&property)
}

/// Whether its values are on and off.
fn is_state(property: ObservedProperty) -> bool {
    property.aggregation() == Aggregation::TimeShare
}

/// What a Thing is mainly for: a counting site with a battery is about bicycles.
fn main_theme(datastreams: &[Datastream]) -> Theme {
    let themes: Vec<_> = datastreams.iter().map(|stream| stream.property.theme()).collect();
    [Theme::Bicycle, Theme::Traffic, Theme::Weather, Theme::Other, Theme::Device]
        .into_iter()
        .find(|theme| themes.contains(theme))
        .unwrap_or(Theme::Other)
}

/// Lower is asked for more often.
const fn rank(property: ObservedProperty) -> u8 {
    use ObservedProperty as P;
    match property {
        P::AirTemperature | P::Distance => 0,
        P::WindSpeed | P::PrecipitationIntensity | P::SoundLevel | P::CarbonDioxide => 1,
        P::RelativeHumidity | P::AirPressure | P::WindDirection => 2,
        _ => 3,
    }
}
