//! Which days a figure stands for.

use jiff::civil::{Date, Weekday};

use super::{Calendar, UnknownYear};

/// A set of days a mean is taken over. "DTVw" is used for several of them: the set is always printed with the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DaySet {
    /// All days: DTV.
    All,
    /// Monday to Friday, whatever day that is.
    MondayToFriday,
    /// Monday to Friday without public holidays.
    WorkingMondayToFriday,
    /// Monday to Friday without public and school holidays: DTVw5.
    NormalMondayToFriday,
    /// Monday to Saturday without public holidays.
    WorkingMondayToSaturday,
    /// Monday to Saturday without public and school holidays: group W of BASt, DTVw (or DTVw6).
    BastW,
    /// Monday to Saturday in school holidays, without public holidays: group U of BASt.
    BastU,
    /// Sundays and public holidays: group S of BASt.
    BastS,
    /// Tuesday to Thursday without public and school holidays: normal working day, DiMiDo.
    TuesdayToThursday,
    /// Saturday and Sunday.
    Weekend,
}

/// The kind of a day, for curves and expectations; needs no school holidays and so is known for every date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayType {
    /// A Monday that is no public holiday.
    Monday,
    /// A Tuesday, Wednesday or Thursday that is no public holiday.
    TuesdayToThursday,
    /// A Friday that is no public holiday.
    Friday,
    /// A Saturday that is no public holiday.
    Saturday,
    /// A Sunday or a public holiday.
    SundayOrHoliday,
}

impl DaySet {
    /// Every set, in the order in which reports show them.
    pub const ALL: [Self; 10] = [
        Self::All,
        Self::NormalMondayToFriday,
        Self::MondayToFriday,
        Self::WorkingMondayToFriday,
        Self::BastW,
        Self::WorkingMondayToSaturday,
        Self::BastU,
        Self::BastS,
        Self::TuesdayToThursday,
        Self::Weekend,
    ];

    /// The weekdays that belong to the set, whatever holidays there are.
    pub fn weekdays(self) -> impl Iterator<Item = Weekday> {
        let (first, last) = match self {
            Self::All => (0, 6),
            Self::MondayToFriday | Self::WorkingMondayToFriday | Self::NormalMondayToFriday => (0, 4),
            Self::WorkingMondayToSaturday | Self::BastW | Self::BastU => (0, 5),
            Self::BastS => (6, 6),
            Self::TuesdayToThursday => (1, 3),
            Self::Weekend => (5, 6),
        };
        (first..=last).filter_map(|offset| Weekday::from_monday_zero_offset(offset).ok())
    }

    /// Whether a date belongs to the set; an error if that depends on school holidays that are not known.
    pub fn contains(self, date: Date, calendar: &Calendar) -> Result<bool, UnknownYear> {
        let weekday = date.weekday();
        let works_until = |last: Weekday| {
            weekday.to_monday_zero_offset() <= last.to_monday_zero_offset()
                && calendar.public_holiday(date).is_none()
        };
        let in_school_holidays = || calendar.school_holiday(date).map(|name| name.is_some());
        Ok(match self {
            Self::All => true,
            Self::MondayToFriday => !matches!(weekday, Weekday::Saturday | Weekday::Sunday),
            Self::WorkingMondayToFriday => works_until(Weekday::Friday),
            Self::NormalMondayToFriday => works_until(Weekday::Friday) && !in_school_holidays()?,
            Self::WorkingMondayToSaturday => works_until(Weekday::Saturday),
            Self::BastW => works_until(Weekday::Saturday) && !in_school_holidays()?,
            Self::BastU => works_until(Weekday::Saturday) && in_school_holidays()?,
            Self::BastS => !works_until(Weekday::Saturday),
            Self::TuesdayToThursday => {
                works_until(Weekday::Thursday) && weekday != Weekday::Monday && !in_school_holidays()?
            }
            Self::Weekend => matches!(weekday, Weekday::Saturday | Weekday::Sunday),
        })
    }

    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::MondayToFriday => "mon_fri",
            Self::WorkingMondayToFriday => "mon_fri_working",
            Self::NormalMondayToFriday => "mon_fri_normal",
            Self::WorkingMondayToSaturday => "mon_sat_working",
            Self::BastW => "bast_w",
            Self::BastU => "bast_u",
            Self::BastS => "bast_s",
            Self::TuesdayToThursday => "tue_thu",
            Self::Weekend => "weekend",
        }
    }
}

impl DayType {
    /// All kinds, in the order of the week.
    pub const ALL: [Self; 5] =
        [Self::Monday, Self::TuesdayToThursday, Self::Friday, Self::Saturday, Self::SundayOrHoliday];

    /// The kind of a date.
    pub fn of(date: Date, calendar: &Calendar) -> Self {
        match date.weekday() {
            _ if calendar.public_holiday(date).is_some() => Self::SundayOrHoliday,
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday => Self::TuesdayToThursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::SundayOrHoliday,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn n_in_2025(set: DaySet) -> usize {
        let calendar = Calendar::lower_saxony();
        Calendar::dates_of_year(2025).filter(|day| set.contains(*day, &calendar).unwrap()).count()
    }

    #[test]
    fn the_sets_of_2025_have_as_many_days_as_the_wall_calendar() {
        // 52 Sundays, 52 Saturdays, 261 days Mon-Fri; ten public holidays, of which all fall on Mon-Fri.
        assert_eq!(n_in_2025(DaySet::All), 365);
        assert_eq!(n_in_2025(DaySet::MondayToFriday), 261);
        assert_eq!(n_in_2025(DaySet::WorkingMondayToFriday), 251);
        assert_eq!(n_in_2025(DaySet::BastS), 62);
        assert_eq!(n_in_2025(DaySet::Weekend), 104);
    }

    #[test]
    fn w_u_and_s_share_out_the_year() {
        assert_eq!(n_in_2025(DaySet::BastW) + n_in_2025(DaySet::BastU) + n_in_2025(DaySet::BastS), 365);
        // School holidays of 2025 on Mon-Sat without public holidays, counted by hand: New Year 2 to 4 January 3, half-year 2, Easter
        // 12 less Good Friday 11, 30 April, 2 May, 30 May and 10 June 4, summer 36, autumn 12, Christmas 22 to 31 December 9
        // less two holidays 7.
        assert_eq!(n_in_2025(DaySet::BastU), 3 + 2 + 11 + 4 + 36 + 12 + 7);
    }

    #[test]
    fn a_holiday_on_a_thursday_is_no_normal_day() {
        let calendar = Calendar::lower_saxony();
        let contains = |set: DaySet, day| set.contains(date(2025, 5, day), &calendar);
        assert_eq!(contains(DaySet::TuesdayToThursday, 29), Ok(false));
        assert_eq!(contains(DaySet::TuesdayToThursday, 28), Ok(true));
        assert_eq!(
            contains(DaySet::NormalMondayToFriday, 30),
            Ok(false),
            "the day after Ascension has no school"
        );
        assert_eq!(contains(DaySet::MondayToFriday, 29), Ok(true));
        assert_eq!(DayType::of(date(2025, 5, 29), &calendar), DayType::SundayOrHoliday);
    }

    #[test]
    fn only_sets_that_need_them_ask_for_school_holidays() {
        let calendar = Calendar::lower_saxony();
        let in_2031 = |set: DaySet| set.contains(date(2031, 3, 4), &calendar);
        assert_eq!(in_2031(DaySet::WorkingMondayToFriday), Ok(true));
        assert!(in_2031(DaySet::NormalMondayToFriday).is_err());
    }
}
