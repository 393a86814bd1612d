//! What is known of the city at this moment, topic by topic: what the sentences of the overview are made of.

use domain::{BucketWidth, ObservedProperty, TimeRange};
use jiff::{SignedDuration, Timestamp};

use super::{Known, Line, Rain, RainToday, mean};
use crate::{
    ThingState,
    amount::Amount,
    counts::{CountingSite, WEEK_AGO_MIN},
};

/// The city at this moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Now {
    /// Over all stations.
    pub(crate) weather: Weather,
    /// Bicycles of today; `None` without any site.
    pub(crate) bicycles: Option<Passed>,
    /// Motor vehicles of today; `None` without any site.
    pub(crate) vehicles: Option<Passed>,
    /// Water levels, one for each place.
    pub(crate) water: Vec<WaterLevel>,
}

/// The weather over all stations.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Weather {
    /// Mean air temperature in °C, and the lowest.
    pub(crate) temperature: Option<(f64, f64)>,
    /// Mean wind speed in m/s.
    pub(crate) wind: Option<f64>,
    /// Strongest gust reported last, in m/s.
    pub(crate) gust: Option<f64>,
    /// Rain at each station that knows of the last hour.
    pub(crate) rain: Vec<Rain>,
    /// Mean rain since midnight in mm, of stations that observed all of it.
    pub(crate) rain_today: Option<RainToday>,
    /// The newest of these values.
    pub(crate) newest_at: Option<Timestamp>,
    /// Stations.
    pub(crate) n_stations: usize,
    /// Stations not heard of for long.
    pub(crate) n_silent: usize,
}

/// What passed the sites of a kind today.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Passed {
    /// How many over all sites; `None` if no site knows.
    pub(crate) n: Option<u64>,
    /// Some time of some site was not observed.
    pub(crate) at_least: bool,
    /// All sites.
    pub(crate) n_sites: usize,
    /// Sites not heard of for long.
    pub(crate) n_silent: usize,
    /// The same weekday a week ago, where it can be compared.
    pub(crate) week_ago: Option<WeekAgo>,
    /// The site with most, if there are several.
    pub(crate) most: Option<(String, u64)>,
}

/// Today beside the same weekday a week ago, both up to the same time of day, of the sites that observed both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WeekAgo {
    /// Until when: a full hour of today.
    pub(crate) until: Timestamp,
    /// Today until then.
    pub(crate) today: u64,
    /// A week ago until then.
    pub(crate) then: u64,
    /// Sites that can be compared.
    pub(crate) n_sites: usize,
}

/// The water at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WaterLevel {
    /// Where.
    pub(crate) site: String,
    /// In m.
    pub(crate) level: f64,
    /// When it was measured.
    pub(crate) at: Timestamp,
    /// By how much it rose over three hours, in m.
    pub(crate) rise: Option<f64>,
}

/// A water level older than this says nothing of now.
const WATER_FRESH_FOR: SignedDuration = SignedDuration::from_hours(3);
/// What a rise is compared with: the hour that ended three hours ago.
const RISE_OVER: SignedDuration = SignedDuration::from_hours(3);

/// A motor vehicle is a car or a lorry.
const VEHICLES: [ObservedProperty; 2] = [ObservedProperty::CarCount, ObservedProperty::LorryCount];
const BICYCLES: [ObservedProperty; 1] = [ObservedProperty::BicycleCount];

impl Now {
    pub(super) fn of(lines: &[Line], known: &Known) -> Self {
        Self {
            weather: Weather::of(lines, known),
            bicycles: Passed::of(&BICYCLES, lines, known),
            vehicles: Passed::of(&VEHICLES, lines, known),
            water: lines.iter().filter_map(|line| WaterLevel::of(line, known)).collect(),
        }
    }
}

impl Weather {
    fn of(lines: &[Line], known: &Known) -> Self {
        use ObservedProperty as P;
        let stations = || lines.iter().filter(|line| known.measures_weather(line.thing.id));
        let values = |property| known.weather(property);
        let mean_of = |property| mean(&values(property)).map(|(mean, _)| mean);
        let lowest = values(P::AirTemperature).into_iter().reduce(f64::min);
        Self {
            temperature: mean_of(P::AirTemperature).zip(lowest),
            wind: mean_of(P::WindSpeed),
            gust: values(P::WindGust).into_iter().reduce(f64::max),
            rain: lines.iter().filter_map(|line| line.rain).collect(),
            rain_today: RainToday::of(lines),
            newest_at: known.newest_weather(&[P::AirTemperature, P::WindSpeed]),
            n_stations: stations().count(),
            n_silent: stations().filter(|line| is_silent(line)).count(),
        }
    }
}

fn is_silent(line: &Line) -> bool {
    matches!(line.state, ThingState::Silent | ThingState::Never)
}

impl Passed {
    fn of(counted: &[ObservedProperty], lines: &[Line], known: &Known) -> Option<Self> {
        let sites: Vec<_> = lines.iter().filter(|line| line.today_of(counted).is_some()).collect();
        if sites.is_empty() {
            return None;
        }
        let amounts = || sites.iter().filter_map(|line| Some((line, line.today_of(counted)?)));
        let known_amounts = || amounts().filter_map(|(line, amount)| Some((line, amount.n()?)));
        let most = known_amounts().max_by_key(|(_, n)| *n).filter(|(_, n)| *n > 0 && sites.len() > 1);
        let compared: Vec<_> = sites.iter().filter_map(|line| known.week_ago(line, counted)).collect();
        let week_ago = known.compared.map(|(today, _)| WeekAgo {
            until: today.to(),
            today: compared.iter().map(|(today, _)| today).sum(),
            then: compared.iter().map(|(_, then)| then).sum(),
            n_sites: compared.len(),
        });
        Some(Self {
            n: known_amounts().map(|(_, n)| n).reduce(u64::saturating_add),
            at_least: amounts().any(|(_, amount)| amount.is_lower_bound()),
            n_sites: sites.len(),
            n_silent: sites.iter().filter(|line| is_silent(line)).count(),
            week_ago: week_ago.filter(|week_ago| week_ago.then >= WEEK_AGO_MIN),
            most: most.map(|(line, n)| (line.thing.name.clone(), n)),
        })
    }
}

impl WaterLevel {
    fn of(line: &Line, known: &Known) -> Option<Self> {
        let stream = known.datastream(line.thing.id, ObservedProperty::WaterLevel)?;
        let latest = known.latest.get(&stream.id).filter(|latest| latest.quality.counts())?;
        let is_fresh = known.now.duration_since(latest.time) <= WATER_FRESH_FOR;
        let level = latest.value.as_number().filter(|_| is_fresh)?;
        let before = BucketWidth::Hour.bucket_of(latest.time - RISE_OVER, &known.zone);
        let hours = known.hours.get(&stream.id).map_or(&[][..], Vec::as_slice);
        let before = hours.iter().find(|bucket| bucket.range == before);
        let before = before.and_then(|bucket| bucket.value(ObservedProperty::WaterLevel.aggregation()));
        let site = line.thing.name.clone();
        Some(Self { site, level, at: latest.time, rise: before.map(|before| level - before) })
    }
}

impl Known {
    /// What passed a site today and a week ago, if both were observed.
    fn week_ago(&self, line: &Line, counted: &[ObservedProperty]) -> Option<(u64, u64)> {
        let (today, then) = self.compared?;
        let streams = self.by_thing.get(&line.thing.id)?;
        let sum = |range: TimeRange, hours: &super::Buckets| {
            let mut parts = Vec::new();
            for site in counted.iter().filter_map(|property| CountingSite::of(streams, *property)) {
                for direction in site.directions {
                    let own = hours.get(&direction.datastream).map_or(&[][..], Vec::as_slice);
                    parts.push(Amount::of(own, range, range.to()));
                }
            }
            let total = Amount::total(&parts);
            total.n().filter(|_| !total.is_lower_bound())
        };
        Some((sum(today, &self.hours)?, sum(then, &self.hours_week_ago)?))
    }
}

/// From local midnight to the last full hour that every site had time to report, and the same clock times a week before.
/// `None` in the first hour of a day.
pub(super) fn compared(zone: &jiff::tz::TimeZone, now: Timestamp) -> Option<(TimeRange, TimeRange)> {
    /// A site that reports every quarter-hour has told of an hour by then.
    const TIME_TO_REPORT: SignedDuration = SignedDuration::from_mins(20);
    let midnight = BucketWidth::Day.bucket_of(now, zone).from();
    let until = BucketWidth::Hour.bucket_of(now - TIME_TO_REPORT, zone).from();
    let today = TimeRange::new(midnight, until).ok()?;
    let a_week_before = |instant: Timestamp| {
        let local = zone.to_datetime(instant).checked_sub(jiff::Span::new().days(7)).ok()?;
        local.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
    };
    Some((today, TimeRange::new(a_week_before(midnight)?, a_week_before(until)?).ok()?))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_time_of_day_is_compared_also_over_a_change_of_clocks() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        // 14:10 of a Monday in November, and of the Monday before; 13:50 is the last that every site told of.
        let (today, then) = compared(&zone, at("2026-11-23T13:10:00Z")).unwrap();
        assert_eq!((today.from(), today.to()), (at("2026-11-22T23:00:00Z"), at("2026-11-23T12:00:00Z")));
        assert_eq!((then.from(), then.to()), (at("2026-11-15T23:00:00Z"), at("2026-11-16T12:00:00Z")));
        // 29 March 2026 is in summer time, 22 March is not: the same clock times, another offset.
        let (today, then) = compared(&zone, at("2026-03-29T10:30:00Z")).unwrap();
        assert_eq!(today.to(), at("2026-03-29T10:00:00Z"));
        assert_eq!(then.to(), at("2026-03-22T11:00:00Z"));
    }

    #[test]
    fn in_the_first_hour_of_a_day_there_is_nothing_to_compare() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(compared(&zone, at("2026-11-22T23:50:00Z")), None);
        assert!(compared(&zone, at("2026-11-23T00:25:00Z")).is_some());
    }
}
