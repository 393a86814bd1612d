//! Figures of hours: peaks and the duration curve.

use planning::{
    Calendar, Day, DaySet,
    peak::{DurationCurve, PeakWindow, peak_hour},
    statistics::mean,
};

use super::{Basis, Counts, Figure, Known, Lack, Name, RANKS, Scope};

/// The busiest hour of the period; with gaps it is a lower bound.
pub(super) fn peak(counts: &Counts, days: &[Day], calendar: &Calendar) -> Figure {
    let peaks: Vec<_> = days
        .iter()
        .filter_map(|day| peak_hour(&counts.cross_section, calendar, day.date, PeakWindow::Day))
        .collect();
    let n_valid = count(peaks.iter().filter(|peak| peak.is_complete).count());
    let n_expected = count(days.len());
    let busiest = peaks.into_iter().reduce(|best, next| if next.amount > best.amount { next } else { best });
    let value = busiest.ok_or(Lack::TooFewHours).map(|peak| Known {
        at: Some(peak.start),
        is_at_least: n_valid < n_expected,
        ..Known::new(peak.amount, n_valid, n_expected, Basis::Days)
    });
    Figure { name: Name::PeakHour, scope: Scope::CrossSection, days: DaySet::All, value }
}

/// What a commuter meets: the mean of the busiest hours of working days, morning and afternoon.
pub(super) fn mean_peaks(counts: &Counts, days: &[Day], calendar: &Calendar) -> Vec<Figure> {
    let set = DaySet::WorkingMondayToFriday;
    let windows = [(Name::MorningPeak, PeakWindow::Morning), (Name::AfternoonPeak, PeakWindow::Afternoon)];
    let mean_of = |window| {
        let (mut amounts, mut n_expected) = (Vec::new(), 0);
        for day in days {
            if !set.contains(day.date, calendar).map_err(Lack::SchoolHolidays)? {
                continue;
            }
            n_expected += 1;
            let peak = peak_hour(&counts.cross_section, calendar, day.date, window);
            amounts.extend(peak.filter(|peak| peak.is_complete).map(|peak| peak.amount));
        }
        let mean = mean(&amounts).ok_or(Lack::NoValidDay)?;
        Ok(Known::new(mean, count(amounts.len()), n_expected, Basis::Days))
    };
    windows
        .into_iter()
        .map(|(name, window)| Figure { name, scope: Scope::CrossSection, days: set, value: mean_of(window) })
        .collect()
}

/// The design hours of a duration curve.
pub(super) fn ranked(curve: &DurationCurve, scope: Scope, is_provisional: bool) -> Vec<Figure> {
    RANKS
        .into_iter()
        .map(|rank| {
            let value = curve.rank(rank).ok_or(Lack::TooFewHours).map(|hour| Known {
                at: Some(hour.start),
                is_provisional,
                is_at_least: hour.n_valid < hour.n_expected,
                ..Known::new(hour.amount, hour.n_valid, hour.n_expected, Basis::Hours)
            });
            Figure { name: Name::RankedHour(rank), scope, days: DaySet::All, value }
        })
        .collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
