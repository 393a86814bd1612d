//! Zeros that are none: tells an outage of a counter from a quiet night.
//!
//! A broken loop or radar goes on reporting zero, with a status that says "fine". How unlikely that is follows from what the site counts at such times:
//!
//! 1. **Expected.** The median of the hours of the same kind of day and time, over the days on which anything was counted, spread over its
//!    quarter-hours as they usually share it; a run of zeros has the sum over its intervals between 5 and 23 o'clock.
//! 2. **Overdispersion.** Counts vary with weather and season far more than by chance. The site's busy factor of a day is taken as gamma
//!    distributed with the variance its days have; where the hours just before and after the run were counted, they say how busy that day
//!    really was. A storm that empties the street all day thus explains an hour without anybody; an hour without anybody amid a
//!    normal day is not explained.
//! 3. **Verdict.** The chance of a run without anybody, written as the sum E that would give it to an even stream (Poisson: e^-E), and never more
//!    than expected: above [`SUSPECT`] suspect, above [`FAIL`] an outage.
//!
//! A closed street counts nothing although the counter works. Data cannot tell; closures are given and are not judged.

use std::collections::BTreeMap;

use domain::TimeRange;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Calendar, DayType, Series,
    statistics::{mean, median, variance},
};

/// Effective expected sum above which zeros are suspect: 1 in 20,000 by chance.
pub const SUSPECT: f64 = 10.0;

/// Effective expected sum above which zeros are an outage.
pub const FAIL: f64 = 20.0;

/// Nights are quiet: zeros outside these hours of the clock expect nothing.
const AWAKE: std::ops::Range<i8> = 5..23;

/// How far around a run its day is looked at.
const NEIGHBOURHOOD: SignedDuration = SignedDuration::from_hours(6);

/// Runs that expect less are never looked at again, and never hide what lies beside them.
const NEGLIGIBLE: f64 = 3.0;

/// The variance a busy factor is taken to have at least: that of the calmest site known (relative spread 0.27 of Münster's sites).
const LEAST_VARIANCE: f64 = 0.07;

/// What a run of zeros is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ZeroVerdict {
    /// Nobody came: a true zero.
    Quiet,
    /// Unlikely: somebody should look.
    Suspect,
    /// An outage: these zeros are missing values.
    Fail,
}

/// Consecutive intervals that were observed and counted zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZeroRun {
    /// From its first to after its last interval.
    pub range: TimeRange,
    /// What the site counts at such times between 5 and 23 o'clock.
    pub expected: f64,
    /// The expected sum of an even stream that is as unlikely to bring nobody.
    pub effective: f64,
    /// What it is taken for.
    pub verdict: ZeroVerdict,
}

/// Judges every run of zeros of a series, in order. Runs inside a closure are quiet.
///
/// The series should hold some weeks; a kind of day and hour that was never counted expects nothing.
pub fn zero_runs(
    series: &Series,
    period: TimeRange,
    calendar: &Calendar,
    closures: &[TimeRange],
) -> Vec<ZeroRun> {
    let usual = Usual::of(series, period, calendar);
    let runs = raw_runs(series, period, &usual, calendar);
    // What other runs cover says nothing about how busy the day was.
    let noteworthy: Vec<TimeRange> =
        runs.iter().filter(|(_, expected)| *expected > NEGLIGIBLE).map(|(range, _)| *range).collect();
    runs.into_iter()
        .map(|(range, expected)| {
            let effective = if expected > NEGLIGIBLE {
                usual.effective(series, range, expected, &noteworthy, calendar)
            } else {
                expected
            };
            let is_closed =
                closures.iter().any(|closure| closure.from() <= range.from() && range.to() <= closure.to());
            let verdict = match effective {
                _ if is_closed => ZeroVerdict::Quiet,
                effective if effective > FAIL => ZeroVerdict::Fail,
                effective if effective > SUSPECT => ZeroVerdict::Suspect,
                _ => ZeroVerdict::Quiet,
            };
            ZeroRun { range, expected, effective, verdict }
        })
        .collect()
}

/// Runs of zeros with their expected sums.
fn raw_runs(series: &Series, period: TimeRange, usual: &Usual, calendar: &Calendar) -> Vec<(TimeRange, f64)> {
    let mut runs: Vec<(TimeRange, f64)> = Vec::new();
    let width = series.resolution().width();
    for (start, _) in series.slots(period) {
        if series.whole(start) != Some(0.0) {
            continue;
        }
        let expected = usual.awake(start, calendar);
        let Ok(slot) = TimeRange::new(start, start + width) else { continue };
        match runs.last_mut() {
            Some((range, sum)) if range.to() == start => {
                *range = TimeRange::new(range.from(), slot.to()).unwrap_or(*range);
                *sum += expected;
            }
            _ => runs.push((slot, expected)),
        }
    }
    runs
}

/// What a site usually counts.
struct Usual {
    /// Median of an hour, by kind of day and hour of the clock.
    medians: BTreeMap<(DayType, i8), f64>,
    /// All that was ever counted, by kind of day, hour and minute of the clock.
    sums: BTreeMap<(DayType, i8, i8), f64>,
    /// Variance of the days' busy factor, whose mean is 1.
    variance: f64,
}

impl Usual {
    fn of(series: &Series, period: TimeRange, calendar: &Calendar) -> Self {
        let mut hours: BTreeMap<(DayType, i8), Vec<f64>> = BTreeMap::new();
        let mut sums: BTreeMap<(DayType, i8, i8), f64> = BTreeMap::new();
        let mut days = Vec::new();
        let (first, last) = (calendar.local(period.from()).date(), calendar.local(period.to()).date());
        for date in Calendar::dates(first, last) {
            let day_type = DayType::of(date, calendar);
            let counted: Vec<_> = series.hours(calendar.day(date)).flatten().collect();
            let total: f64 = counted.iter().map(|hour| hour.amount).sum();
            // A day without anything is an outage or a closure; it must not make zeros usual.
            if total > 0.0 {
                for (start, _) in series.slots(calendar.day(date)) {
                    let local = calendar.local(start);
                    let key = (day_type, local.hour(), local.minute());
                    *sums.entry(key).or_default() += series.whole(start).unwrap_or(0.0);
                }
                for hour in &counted {
                    let key = (day_type, calendar.local(hour.start).hour());
                    hours.entry(key).or_default().push(hour.amount);
                }
                days.push(counted);
            }
        }
        let medians: BTreeMap<_, _> =
            hours.into_iter().filter_map(|(key, amounts)| Some((key, median(&amounts)?))).collect();
        let mut usual = Self { medians, sums, variance: LEAST_VARIANCE };
        let factors: Vec<f64> = days
            .iter()
            .filter_map(|day| {
                let expected: f64 = day.iter().map(|hour| usual.hour(hour.start, calendar)).sum();
                let counted: f64 = day.iter().map(|hour| hour.amount).sum();
                (expected > 0.0).then(|| counted / expected)
            })
            .collect();
        if let (Some(mean), Some(variance)) = (mean(&factors), variance(&factors)) {
            usual.variance = (variance / (mean * mean)).max(LEAST_VARIANCE);
        }
        usual
    }

    fn hour(&self, start: Timestamp, calendar: &Calendar) -> f64 {
        let local = calendar.local(start);
        let key = (DayType::of(local.date(), calendar), local.hour());
        self.medians.get(&key).copied().unwrap_or(0.0)
    }

    /// The usual count of an interval between 5 and 23 o'clock: its share of the usual hour.
    fn awake(&self, start: Timestamp, calendar: &Calendar) -> f64 {
        let local = calendar.local(start);
        if !AWAKE.contains(&local.hour()) {
            return 0.0;
        }
        let day_type = DayType::of(local.date(), calendar);
        let of_hour = (day_type, local.hour(), 0)..(day_type, local.hour(), 60);
        let whole: f64 = self.sums.range(of_hour).map(|(_, sum)| sum).sum();
        let own = self.sums.get(&(day_type, local.hour(), local.minute())).copied().unwrap_or(0.0);
        if whole > 0.0 { self.hour(start, calendar) * own / whole } else { 0.0 }
    }

    /// The chance of nobody, as -ln: of a stream whose busy factor is gamma distributed with shape and rate `k`, once `seen` were counted
    /// around the run where `usually` were to be expected.
    fn effective(
        &self,
        series: &Series,
        run: TimeRange,
        expected: f64,
        noteworthy: &[TimeRange],
        calendar: &Calendar,
    ) -> f64 {
        let (mut seen, mut usually) = (0.0, 0.0);
        let width = series.resolution().width();
        let steps = NEIGHBOURHOOD.as_secs() / series.resolution().seconds();
        let before = (1..=steps).map(|i| run.from() - width * i32::try_from(i).unwrap_or(0));
        let after = (0..steps).map(|i| run.to() + width * i32::try_from(i).unwrap_or(0));
        for start in before.chain(after) {
            if noteworthy.iter().any(|other| other.contains(start)) {
                continue;
            }
            if let Some(amount) = series.whole(start) {
                seen += amount;
                usually += self.awake(start, calendar);
            }
        }
        let k = 1.0 / self.variance;
        ((k + seen) * (1.0 + expected / (k + usually)).ln()).min(expected)
    }
}

#[cfg(test)]
mod tests;
