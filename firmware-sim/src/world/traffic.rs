//! Passages of bicycles, cars, lorries and people: Poisson counts around a rate that knows the clock, the
//! calendar and the weather.
//!
//! The shape follows the permanent bicycle counters of Stadt Münster, 2025 (dl-de/by-2-0): 15 to 19 h carries
//! 28 to 37 % of a day, the peak hour 8 to 11 %, January 0.44 to 1.03 and May 1.08 to 1.50 of the mean day,
//! Sundays 0.41 to 0.95 depending on whether a path serves work or leisure.

mod profile;

use jiff::{Timestamp, tz::TimeZone};
use rand::Rng;

pub(crate) use self::profile::{Heading, Usage};
use super::{DAY, EPOCH_SECOND, day_of, seconds_into_day, weather::Weather};
use crate::rng::{Purpose, noise, normal, poisson, stream};

/// One kind of traffic in one direction past one counter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    /// Who passes, and why.
    pub(crate) usage: Usage,
    /// Which way, as seen from the city centre.
    pub(crate) heading: Heading,
    /// Passages on the mean day of a year.
    pub(crate) per_day: f64,
}

/// A flow's place in [`Traffic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlowId(usize);

/// The traffic of one seed.
#[derive(Debug)]
pub(crate) struct Traffic {
    seed: u64,
    zone: TimeZone,
    flows: Vec<FlowState>,
    days: Vec<Option<Box<[Hour; 24]>>>,
}

const QUARTERS: usize = 96;

#[derive(Debug)]
struct FlowState {
    flow: Flow,
    /// Identity for randomness: independent of how many other flows there are.
    identity: u64,
    /// Passages since the epoch before each day, as far as they were asked for.
    before: Vec<u64>,
    /// The days last asked for, at index `day % 2`: an interval touches at most two neighbours.
    recent: [Option<Passages>; 2],
}

#[derive(Clone, Debug)]
struct Passages {
    day: usize,
    /// Passages before each quarter-hour of the UTC day; the last entry is the day's sum.
    before: Box<[u32; QUARTERS + 1]>,
}

/// What is common to all flows during one hour.
#[derive(Clone, Copy, Debug)]
struct Hour {
    local: profile::LocalHour,
    /// mm/h.
    rain: f64,
    /// K above what the season lets expect.
    warmth: f64,
}

impl Traffic {
    pub(crate) fn new(seed: u64, zone: TimeZone) -> Self {
        Self { seed, zone, flows: Vec::new(), days: Vec::new() }
    }

    /// Adds a flow; `identity` must differ between flows.
    pub(crate) fn add(&mut self, identity: u64, flow: Flow) -> FlowId {
        self.flows.push(FlowState { flow, identity, before: vec![0], recent: [None, None] });
        FlowId(self.flows.len() - 1)
    }

    /// Passages since the epoch of the world.
    pub(crate) fn total(&mut self, id: FlowId, at: Timestamp, weather: &mut Weather) -> u64 {
        let day = day_of(at);
        self.extend_totals(id, day, weather);
        self.flows[id.0].before[day] + self.since_midnight(id, at, weather)
    }

    /// Passages in `[from, to)`.
    pub(crate) fn count(&mut self, id: FlowId, from: Timestamp, to: Timestamp, weather: &mut Weather) -> u64 {
        let (first, last) = (day_of(from), day_of(to));
        let before = self.since_midnight(id, from, weather);
        let whole_days: u64 = (first..last).map(|day| self.sum_of_day(id, day, weather)).sum();
        (whole_days + self.since_midnight(id, to, weather)).saturating_sub(before)
    }

    /// Passages since the start of the UTC day. Within a quarter-hour they are spread evenly, rounded at a point
    /// that differs from quarter to quarter, so that counts of adjoining intervals always add up.
    fn since_midnight(&mut self, id: FlowId, at: Timestamp, weather: &mut Weather) -> u64 {
        let day = day_of(at);
        let identity = self.flows[id.0].identity;
        let quarters = seconds_into_day(at) / 900.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 95")]
        let quarter = (quarters as usize).min(QUARTERS - 1);
        let rounding = 0.5 + 0.5 * noise(self.seed, identity, (day * QUARTERS + quarter) as f64);
        let passages = self.passages(id, day, weather);
        let start = passages.before[quarter];
        let within = f64::from(passages.before[quarter + 1] - start) * (quarters - quarter as f64);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of some thousands"
        )]
        let passed = (within + rounding.min(0.999)).floor() as u64;
        u64::from(start) + passed
    }

    fn sum_of_day(&mut self, id: FlowId, day: usize, weather: &mut Weather) -> u64 {
        u64::from(self.passages(id, day, weather).before[QUARTERS])
    }

    fn extend_totals(&mut self, id: FlowId, day: usize, weather: &mut Weather) {
        while self.flows[id.0].before.len() <= day {
            let known = self.flows[id.0].before.len();
            let sum = self.flows[id.0].before[known - 1] + self.sum_of_day(id, known - 1, weather);
            self.flows[id.0].before.push(sum);
        }
    }

    fn passages(&mut self, id: FlowId, day: usize, weather: &mut Weather) -> &Passages {
        let slot = day % 2;
        let known = self.flows[id.0].recent[slot].as_ref().is_some_and(|passages| passages.day == day);
        if !known {
            let hours = self.hours(day, weather);
            let FlowState { flow, identity, .. } = self.flows[id.0];
            let passages = draw(self.seed, identity, flow, day, &hours);
            return self.flows[id.0].recent[slot].insert(passages);
        }
        self.flows[id.0].recent[slot]
            .get_or_insert_with(|| Passages { day, before: Box::new([0; QUARTERS + 1]) })
    }

    fn hours(&mut self, day: usize, weather: &mut Weather) -> [Hour; 24] {
        if self.days.len() <= day {
            self.days.resize_with(day + 1, || None);
        }
        if let Some(hours) = &self.days[day] {
            return **hours;
        }
        let start = EPOCH_SECOND + i64::try_from(day).unwrap_or(0) * DAY;
        let hours = std::array::from_fn(|hour| {
            let second = start + i64::try_from(hour).unwrap_or(0) * 3600;
            let instant = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
            Hour {
                local: profile::LocalHour::new(&self.zone.to_datetime(instant)),
                rain: weather.rain_of_hour(day, hour),
                warmth: weather.anomaly(second as f64 + 1800.0),
            }
        });
        self.days[day] = Some(Box::new(hours));
        hours
    }
}

/// Draws a day's passages, quarter-hour by quarter-hour.
fn draw(seed: u64, identity: u64, flow: Flow, day: usize, hours: &[Hour; 24]) -> Passages {
    let mut rng = stream(seed, Purpose::Passages, identity, day as u64);
    // Days differ beyond weather and calendar: events, diversions, holidays of single schools.
    let mood = (0.10 * normal(&mut rng)).exp();
    let mut before = Box::new([0_u32; QUARTERS + 1]);
    let mut sum = 0;
    for quarter in 0..QUARTERS {
        let hour = &hours[quarter / 4];
        let minute = (quarter % 4) as f64 * 15.0 + 7.5;
        let rate = flow.per_day / QUARTERS as f64
            * flow.usage.shape(flow.heading, &hour.local, minute)
            * flow.usage.weather(hour.rain, hour.warmth)
            * mood;
        sum += poisson(&mut rng, rate);
        before[quarter + 1] = sum;
    }
    Passages { day, before }
}

/// The mean speed of `n` passages in km/h, as a radar would give it; `None` where nothing passed.
pub(crate) fn mean_speed(rng: &mut impl Rng, usage: Usage, n: u64) -> Option<f64> {
    let (typical, spread) = usage.speed();
    (n > 0).then(|| (typical + spread * normal(rng) / (n as f64).sqrt()).max(1.0))
}

#[cfg(test)]
mod tests;
