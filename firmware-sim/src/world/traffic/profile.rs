//! How traffic of each usage spreads over the day, the week and the year, and what the weather does to it.

use jiff::civil::DateTime;

/// Who passes, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// Bicycles to work, school and university.
    CommuterBike,
    /// Bicycles for pleasure: weekends, afternoons, good weather.
    LeisureBike,
    /// Cars.
    Car,
    /// Cars that drive fast: at night and where the road is free.
    FastCar,
    /// Lorries: working days.
    Lorry,
    /// People on foot in the shopping streets.
    Pedestrian,
}

/// Which way, as seen from the city centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    /// Towards the centre: the morning's way.
    Inward,
    /// Away from it: the evening's way.
    Outward,
    /// Not told apart.
    Both,
}

/// Where an hour lies in the city's calendar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalHour {
    /// 0 to 23.
    hour: usize,
    /// 0 Monday to 6 Sunday.
    weekday: usize,
    /// 0.0 (start of January) to below 12.
    month: f64,
}

impl LocalHour {
    pub(super) fn new(local: &DateTime) -> Self {
        let days = f64::from(local.date().days_in_month());
        Self {
            hour: usize::try_from(local.hour()).unwrap_or(0),
            weekday: usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0),
            month: f64::from(local.month() - 1) + (f64::from(local.day()) - 1.0) / days,
        }
    }
}

/// Percent of a day by local hour; each row adds up to 100.
const COMMUTE: [f64; 24] = [
    0.4, 0.2, 0.2, 0.2, 0.5, 1.5, 4.5, 10.0, 8.2, 5.0, 4.3, 4.5, 5.2, 5.8, 6.2, 7.6, 9.0, 8.6, 6.3, 4.4, 3.0,
    2.2, 1.4, 0.8,
];
const LEISURE: [f64; 24] = [
    1.0, 0.7, 0.5, 0.3, 0.2, 0.3, 0.7, 1.4, 2.6, 4.3, 6.2, 7.6, 8.2, 8.8, 9.8, 9.9, 9.2, 7.8, 6.2, 4.9, 3.7,
    2.6, 1.9, 1.2,
];
const SHOPPING: [f64; 24] = [
    0.5, 0.3, 0.2, 0.1, 0.1, 0.3, 0.9, 2.0, 3.2, 4.9, 7.0, 8.6, 9.6, 9.8, 9.9, 10.2, 9.8, 8.4, 5.9, 3.4, 2.0,
    1.3, 0.9, 0.7,
];
const NIGHT: [f64; 24] = [
    4.0, 3.0, 2.5, 2.0, 2.5, 4.0, 5.5, 4.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 4.0, 4.0, 4.5, 5.0, 6.0, 6.5,
    6.5, 6.0, 5.0,
];
const WORK: [f64; 24] = [
    0.3, 0.3, 0.4, 0.7, 1.8, 4.0, 7.5, 9.5, 9.6, 9.4, 9.2, 8.8, 8.2, 7.8, 6.9, 5.6, 3.8, 2.3, 1.4, 0.9, 0.6,
    0.4, 0.3, 0.3,
];

/// Share of commuters on their way inwards, by local hour.
const INWARD: [f64; 24] = [
    0.45, 0.45, 0.45, 0.5, 0.6, 0.68, 0.72, 0.75, 0.70, 0.60, 0.54, 0.5, 0.48, 0.46, 0.43, 0.38, 0.32, 0.32,
    0.38, 0.42, 0.42, 0.42, 0.42, 0.45,
];

/// Share of the mean day by weekday, Monday first; each row adds up to 7.
const WEEK_COMMUTE: [f64; 7] = [1.10, 1.17, 1.18, 1.16, 1.04, 0.75, 0.60];
const WEEK_LEISURE: [f64; 7] = [0.92, 0.95, 0.95, 0.95, 0.98, 1.05, 1.20];
const WEEK_CAR: [f64; 7] = [1.05, 1.10, 1.10, 1.12, 1.15, 0.83, 0.65];
const WEEK_LORRY: [f64; 7] = [1.30, 1.35, 1.35, 1.35, 1.20, 0.30, 0.15];
const WEEK_SHOPPING: [f64; 7] = [0.95, 0.95, 1.00, 1.00, 1.15, 1.45, 0.50];

/// Share of the mean day by month. August: 739 of 647 a day at Pophankenweg, 2023 (City of Oldenburg).
const YEAR_BIKE: [f64; 12] = [0.70, 0.74, 0.90, 1.05, 1.24, 1.24, 1.14, 1.143, 1.20, 1.03, 0.86, 0.757];
const YEAR_LEISURE: [f64; 12] = [0.48, 0.55, 0.80, 1.10, 1.42, 1.40, 1.35, 1.38, 1.20, 0.95, 0.75, 0.62];
const YEAR_SHOPPING: [f64; 12] = [0.85, 0.88, 0.97, 1.00, 1.03, 1.00, 0.98, 0.99, 1.02, 1.03, 1.03, 1.22];
const YEAR_FLAT: [f64; 12] = [0.93, 0.97, 1.02, 1.01, 1.02, 1.03, 0.98, 0.98, 1.04, 1.03, 1.02, 0.97];

impl Usage {
    /// The rate relative to an even spread over the mean day of the year; 1 on average.
    pub(super) fn shape(self, heading: Heading, local: &LocalHour, minute: f64) -> f64 {
        let weekend = local.weekday >= 5;
        let (day, week, year) = match self {
            Self::CommuterBike if weekend => (&LEISURE, &WEEK_COMMUTE, &YEAR_BIKE),
            Self::CommuterBike => (&COMMUTE, &WEEK_COMMUTE, &YEAR_BIKE),
            Self::LeisureBike => (&LEISURE, &WEEK_LEISURE, &YEAR_LEISURE),
            Self::Car if weekend => (&LEISURE, &WEEK_CAR, &YEAR_FLAT),
            Self::Car => (&COMMUTE, &WEEK_CAR, &YEAR_FLAT),
            Self::FastCar => (&NIGHT, &WEEK_CAR, &YEAR_FLAT),
            Self::Lorry => (&WORK, &WEEK_LORRY, &YEAR_FLAT),
            Self::Pedestrian => (&SHOPPING, &WEEK_SHOPPING, &YEAR_SHOPPING),
        };
        let hour = local.hour as f64 + minute / 60.0;
        let inward = match self {
            Self::CommuterBike | Self::Car if !weekend => between(&INWARD, hour - 0.5),
            _ => 0.5,
        };
        let share = match heading {
            Heading::Inward => 2.0 * inward,
            Heading::Outward => 2.0 * (1.0 - inward),
            Heading::Both => 1.0,
        };
        let of_day = between(day, hour - 0.5) * 24.0 / 100.0;
        of_day * share * week[local.weekday] * between(year, local.month - 0.5)
    }

    /// What rain (mm/h) and a temperature above or below the season's (K) do; about 1 on average over a year.
    pub(super) fn weather(self, rain: f64, warmth: f64) -> f64 {
        let (against_rain, for_warmth, balance) = match self {
            Self::CommuterBike => (0.38, 0.014, 1.03),
            Self::LeisureBike => (0.9, 0.035, 1.07),
            Self::Pedestrian => (0.3, 0.010, 1.03),
            // Some who would cycle drive.
            Self::Car => (-0.02, 0.0, 1.0),
            Self::FastCar => (0.1, 0.0, 1.0),
            Self::Lorry => (0.0, 0.0, 1.0),
        };
        balance * (-against_rain * rain.min(2.5)).exp() * (1.0 + for_warmth * warmth).clamp(0.6, 1.4)
    }

    /// Typical speed and spread of single passages in km/h.
    pub(super) fn speed(self) -> (f64, f64) {
        match self {
            Self::CommuterBike => (19.0, 3.5),
            Self::LeisureBike => (16.5, 4.0),
            Self::Car => (43.0, 6.0),
            Self::FastCar => (57.0, 5.0),
            Self::Lorry => (40.0, 5.0),
            Self::Pedestrian => (4.6, 0.8),
        }
    }
}

/// The value of a cyclic table at a fractional index.
fn between<const N: usize>(table: &[f64; N], index: f64) -> f64 {
    let index = index.rem_euclid(N as f64);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to below N")]
    let left = index as usize % N;
    let share = index.fract();
    table[left] * (1.0 - share) + table[(left + 1) % N] * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_adds_up_to_a_hundred_percent_and_every_week_to_seven_days() {
        for day in [COMMUTE, LEISURE, SHOPPING, NIGHT, WORK] {
            assert!((day.iter().sum::<f64>() - 100.0).abs() < 1e-9, "{day:?}");
        }
        for week in [WEEK_COMMUTE, WEEK_LEISURE, WEEK_CAR, WEEK_LORRY, WEEK_SHOPPING] {
            assert!((week.iter().sum::<f64>() - 7.0).abs() < 1e-9, "{week:?}");
        }
        for year in [YEAR_BIKE, YEAR_LEISURE, YEAR_SHOPPING, YEAR_FLAT] {
            assert!((year.iter().sum::<f64>() - 12.0).abs() < 1e-9, "{year:?}");
        }
    }

    #[test]
    fn commuters_ride_in_in_the_morning_and_out_in_the_afternoon() {
        let tuesday = |hour| LocalHour { hour, weekday: 1, month: 4.5 };
        let shape = |heading, hour| Usage::CommuterBike.shape(heading, &tuesday(hour), 30.0);
        assert!(shape(Heading::Inward, 7) > 2.0 * shape(Heading::Outward, 7));
        assert!(shape(Heading::Outward, 16) > 1.8 * shape(Heading::Inward, 16));
    }

    #[test]
    fn rain_keeps_cyclists_at_home_and_sends_some_into_cars() {
        assert!(Usage::CommuterBike.weather(2.0, 0.0) < 0.6 * Usage::CommuterBike.weather(0.0, 0.0));
        assert!(Usage::Car.weather(2.0, 0.0) > Usage::Car.weather(0.0, 0.0));
    }
}
