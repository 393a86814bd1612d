//! Public holidays of Lower Saxony, computed.

use jiff::{ToSpan, civil::Date};

/// A public holiday of Lower Saxony by § 2 NFeiertagsG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicHoliday {
    /// 1 January.
    NewYear,
    /// Two days before Easter Sunday.
    GoodFriday,
    /// The day after Easter Sunday.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 39 days after Easter Sunday.
    Ascension,
    /// 50 days after Easter Sunday.
    WhitMonday,
    /// 3 October.
    GermanUnity,
    /// 31 October: since 2018, and in 2017, once, in all of Germany.
    Reformation,
    /// 25 December.
    Christmas,
    /// 26 December.
    SecondChristmas,
}

impl PublicHoliday {
    /// The public holiday of a date, if it is one.
    pub fn on(date: Date) -> Option<Self> {
        let after_easter = (date - easter_sunday(date.year())).get_days();
        match (date.month(), date.day(), after_easter) {
            (1, 1, _) => Some(Self::NewYear),
            (5, 1, _) => Some(Self::LabourDay),
            (10, 3, _) => Some(Self::GermanUnity),
            (10, 31, _) if date.year() >= 2017 => Some(Self::Reformation),
            (12, 25, _) => Some(Self::Christmas),
            (12, 26, _) => Some(Self::SecondChristmas),
            (_, _, -2) => Some(Self::GoodFriday),
            (_, _, 1) => Some(Self::EasterMonday),
            (_, _, 39) => Some(Self::Ascension),
            (_, _, 50) => Some(Self::WhitMonday),
            _ => None,
        }
    }

    /// Its German name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewYear => "Neujahr",
            Self::GoodFriday => "Karfreitag",
            Self::EasterMonday => "Ostermontag",
            Self::LabourDay => "Tag der Arbeit",
            Self::Ascension => "Himmelfahrt",
            Self::WhitMonday => "Pfingstmontag",
            Self::GermanUnity => "Tag der Deutschen Einheit",
            Self::Reformation => "Reformationstag",
            Self::Christmas => "1. Weihnachtstag",
            Self::SecondChristmas => "2. Weihnachtstag",
        }
    }
}

/// Easter Sunday of a Gregorian year, by Gauss' rule with Lichtenberg's correction.
pub fn easter_sunday(year: i16) -> Date {
    let x = i32::from(year);
    let century = x / 100;
    let moon_correction = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
    let sun_correction = 2 - (3 * century + 3) / 4;
    let moon = x % 19;
    let first_full_moon = (19 * moon + moon_correction) % 30;
    let late = (first_full_moon + moon / 11) / 29;
    let easter_limit = 21 + first_full_moon - late;
    let first_sunday_in_march = 7 - (x + x / 4 + sun_correction) % 7;
    let distance = 7 - (easter_limit - first_sunday_in_march) % 7;
    // The result is the number of a day in March; after 31 it goes on in April.
    Date::constant(year, 3, 1).saturating_add((easter_limit + distance - 1).days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_falls_where_the_almanacs_have_it() {
        // Computus tables of the Physikalisch-Technische Bundesanstalt; 2038 and 2076 are the late exceptions.
        for (year, month, day) in [
            (2000, 4, 23),
            (2017, 4, 16),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2076, 4, 19),
        ] {
            assert_eq!(easter_sunday(year), date(year, month, day));
        }
    }

    #[test]
    fn lower_saxony_has_ten_public_holidays() {
        // § 2 NFeiertagsG and the calendar of 2025.
        let days: Vec<Date> =
            crate::Calendar::dates_of_year(2025).filter(|day| PublicHoliday::on(*day).is_some()).collect();
        let expected =
            [(1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (10, 31), (12, 25), (12, 26)];
        assert_eq!(days, expected.map(|(month, day)| date(2025, month, day)));
    }

    #[test]
    fn reformation_day_is_a_holiday_since_2017() {
        assert_eq!(PublicHoliday::on(date(2016, 10, 31)), None);
        assert_eq!(PublicHoliday::on(date(2017, 10, 31)), Some(PublicHoliday::Reformation));
        assert_eq!(PublicHoliday::on(date(2018, 10, 31)), Some(PublicHoliday::Reformation));
    }

    #[test]
    fn corpus_christi_and_all_saints_are_working_days() {
        assert_eq!(PublicHoliday::on(date(2025, 6, 19)), None);
        assert_eq!(PublicHoliday::on(date(2025, 11, 1)), None);
    }
}
