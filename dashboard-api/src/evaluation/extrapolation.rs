//! A short count held against sites that count all year.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, ToSpan, civil::Date};
use planning::{
    Calendar, Day, DaySet, Series,
    extrapolate::{Extrapolation, NoReference, Reference, extrapolate},
    series::{SeriesError, is_provisional, months},
    volume::{MeanVolume, mean_volume},
};

use super::{Counts, Period, Raw};

/// Fewest known hours for a part of a day to be used.
const MIN_HOURS: usize = 4;

/// One time of the short count.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// The day.
    pub date: Date,
    /// The clock hours counted; `None` for a whole day.
    pub hours: Option<Vec<Timestamp>>,
    /// What was counted in it.
    pub amount: f64,
}

/// A site that counts all year.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its DTV of the year of reference, if it has a valid day.
    pub dtv: Option<MeanVolume>,
    /// Valid months of that year.
    pub n_months: usize,
    /// Whether the year is complete enough for a DTV.
    pub has_year: bool,
    /// Whether it is used.
    pub is_used: bool,
    /// What the method makes of it from the others, against its DTV: relative.
    pub error: Option<f64>,
    amounts: Vec<Option<f64>>,
}

/// A DTV from a short count, and from what.
#[derive(Clone, Debug)]
pub struct Extrapolated {
    /// The times counted.
    pub times: Vec<Time>,
    /// All sites looked at.
    pub candidates: Vec<Candidate>,
    /// The result.
    pub result: Result<Extrapolation, NoReference>,
}

/// What is read of a candidate.
#[derive(Clone, Debug)]
pub struct RawCandidate {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its counts in the year of reference.
    pub raw: Raw,
}

/// The twelve months the references' DTV is of: the calendar year of the short count if it is over, else the latest twelve months that
/// hold it.
pub fn year_of_reference(short: &Period, today: Date) -> Period {
    let yesterday = today.saturating_sub(1.day());
    let year = short.first.year();
    let whole =
        Period { first: Date::constant(year, 1, 1), last: Date::constant(year, 12, 31), is_cut: false };
    if short.last.year() == year && whole.last <= yesterday {
        return whole;
    }
    let last = short.last.saturating_add(182.days()).min(yesterday);
    Period { first: last.saturating_sub(1.year()).saturating_add(1.day()), last, is_cut: false }
}

impl Extrapolated {
    /// Extrapolates. `chosen` are the keys of references; without any all that have a year.
    pub fn new(
        site: &Raw,
        short: &Period,
        candidates: Vec<RawCandidate>,
        year: &Period,
        chosen: &[String],
        calendar: &Calendar,
    ) -> Result<Self, SeriesError> {
        let counts = Counts::new(site, short.range(calendar), &HashSet::new(), calendar)?;
        let times = times(&counts.cross_section, short, calendar);
        let mut candidates = candidates
            .into_iter()
            .map(|candidate| Candidate::new(candidate, &times, year, chosen, calendar))
            .collect::<Result<Vec<_>, _>>()?;
        let used = |candidate: &&Candidate| candidate.is_used;
        let references: Vec<Reference> =
            candidates.iter().filter(used).filter_map(Candidate::reference).collect();
        let amounts: Vec<f64> = times.iter().map(|time| time.amount).collect();
        let result = extrapolate(&amounts, &references);
        if let Ok(Extrapolation { error: Some(error), .. }) = &result {
            // Errors are those of the references that have a count at all, in their order.
            let usable = candidates.iter_mut().filter(|candidate| candidate.is_used && candidate.is_known());
            for (candidate, relative) in usable.zip(&error.relative) {
                candidate.error = *relative;
            }
        }
        Ok(Self { times, candidates, result })
    }

    /// Whether whole days were counted, and not only hours.
    pub fn n_whole_days(&self) -> usize {
        self.times.iter().filter(|time| time.hours.is_none()).count()
    }
}

impl Candidate {
    fn new(
        candidate: RawCandidate,
        times: &[Time],
        year: &Period,
        chosen: &[String],
        calendar: &Calendar,
    ) -> Result<Self, SeriesError> {
        let RawCandidate { key, name, raw } = candidate;
        let counts = Counts::new(&raw, year.range(calendar), &HashSet::new(), calendar)?;
        let series = &counts.cross_section;
        let days = series.days(calendar, year.first, year.last);
        // The set of all days needs no school holidays.
        let dtv = mean_volume(&days, DaySet::All, calendar).ok().flatten();
        let has_year = dtv.is_some() && !is_provisional(&days);
        let by_date: HashMap<Date, &Day> = days.iter().map(|day| (day.date, day)).collect();
        let amounts = times.iter().map(|time| amount_at(series, &by_date, time, calendar)).collect();
        let is_chosen = if chosen.is_empty() { has_year } else { chosen.contains(&key) };
        Ok(Self {
            n_months: months(&days).iter().filter(|month| month.is_valid()).count(),
            is_used: is_chosen && dtv.is_some(),
            has_year,
            dtv,
            key,
            name,
            error: None,
            amounts,
        })
    }

    /// Whether it has a count at any time of the short count.
    pub fn is_known(&self) -> bool {
        self.dtv.is_some_and(|dtv| dtv.value > 0.0) && self.amounts.iter().any(Option::is_some)
    }

    fn reference(&self) -> Option<Reference> {
        Some(Reference { dtv: self.dtv?.value, amounts: self.amounts.clone() })
    }
}

fn amount_at(series: &Series, days: &HashMap<Date, &Day>, time: &Time, calendar: &Calendar) -> Option<f64> {
    let Some(hours) = &time.hours else { return days.get(&time.date)?.amount() };
    let known: HashMap<Timestamp, f64> = known_hours(series, time.date, calendar).into_iter().collect();
    hours.iter().map(|hour| known.get(hour).copied()).sum()
}

/// Valid days as a whole, others by their known hours.
fn times(series: &Series, short: &Period, calendar: &Calendar) -> Vec<Time> {
    let days = series.days(calendar, short.first, short.last);
    days.iter()
        .filter_map(|day| {
            if let Some(amount) = day.amount() {
                return Some(Time { date: day.date, hours: None, amount });
            }
            let known = known_hours(series, day.date, calendar);
            (known.len() >= MIN_HOURS).then(|| Time {
                date: day.date,
                amount: known.iter().map(|(_, amount)| amount).sum(),
                hours: Some(known.into_iter().map(|(start, _)| start).collect()),
            })
        })
        .collect()
}

fn known_hours(series: &Series, date: Date, calendar: &Calendar) -> Vec<(Timestamp, f64)> {
    let hours = series.hours(calendar.day(date)).flatten();
    hours.map(|hour| (hour.start, hour.amount)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn year(first: Date, last: Date) -> (Date, Date) {
        let found = year_of_reference(&Period { first, last, is_cut: false }, date(2026, 11, 25));
        (found.first, found.last)
    }

    #[test]
    fn references_are_of_the_calendar_year_or_of_twelve_months_around_the_count() {
        assert_eq!(year(date(2025, 5, 5), date(2025, 5, 11)), (date(2025, 1, 1), date(2025, 12, 31)));
        assert_eq!(year(date(2026, 11, 16), date(2026, 11, 22)), (date(2025, 11, 25), date(2026, 11, 24)));
        // Across a turn of the year: half a year on either side.
        assert_eq!(year(date(2024, 12, 30), date(2025, 1, 5)), (date(2024, 7, 7), date(2025, 7, 6)));
    }
}
