//! What a noise computation by RLS-19 asks of a count: hourly volumes by time of day, shares of lorries, emission of the lane.
//!
//! The emission here is that of the flow alone: no corrections for surface, slope, junctions or reflections. It is no substitute for a
//! noise survey.

use domain::TimeRange;
use jiff::civil::Date;

use crate::{Calendar, Series};

/// A time of day of RLS-19 and of the European day-evening-night level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayTime {
    /// 6 to 22 o'clock: `Mt`.
    Day,
    /// 22 to 6 o'clock: `Mn`.
    Night,
    /// 6 to 18 o'clock, the day of LDEN: `Md`.
    DayOfLden,
    /// 18 to 22 o'clock, the evening of LDEN: `Me`.
    EveningOfLden,
}

/// Mean hourly volume of a time of day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HourlyVolume {
    /// M, vehicles per hour.
    pub value: f64,
    /// Valid hours.
    pub n_valid: u32,
    /// Hours of the period in that time of day; a night in which the clock is set has one less or more.
    pub n_expected: u32,
}

/// Percentages of the two groups of lorries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LorryShares {
    /// p1: lorries above 3.5 t without trailer, and buses; percent.
    pub lorry1: f64,
    /// p2: lorries with trailer and articulated lorries above 3.5 t; percent.
    pub lorry2: f64,
}

/// A group of vehicles of RLS-19.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VehicleGroup {
    /// Cars, cars with trailers, vans up to 3.5 t.
    Car,
    /// Lorries above 3.5 t without trailer, and buses.
    Lorry1,
    /// Lorries with trailer and articulated lorries above 3.5 t.
    Lorry2,
}

/// Kinds of roads with default values for roads without a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoadType {
    /// Bundesstraße.
    Federal,
    /// Landes- or Kreisstraße.
    StateOrDistrict,
    /// Gemeindestraße.
    Municipal,
}

/// Default volumes and shares of a road without a count of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Defaults {
    /// Mt, vehicles per hour.
    pub day: f64,
    /// Mn, vehicles per hour.
    pub night: f64,
    /// Shares from 6 to 22 o'clock.
    pub shares_by_day: LorryShares,
    /// Shares from 22 to 6 o'clock.
    pub shares_by_night: LorryShares,
    /// Whether these values were compared with the text of RLS-19. They were not: show them as unverified.
    pub verified: bool,
}

impl DayTime {
    const fn contains(self, hour: i8) -> bool {
        match self {
            Self::Day => 6 <= hour && hour < 22,
            Self::Night => hour < 6 || 22 <= hour,
            Self::DayOfLden => 6 <= hour && hour < 18,
            Self::EveningOfLden => 18 <= hour && hour < 22,
        }
    }
}

/// Mean volume of the valid hours of a time of day, over the days from the first to the last. `None` without a valid hour.
pub fn hourly_volume(
    series: &Series,
    calendar: &Calendar,
    (first, last): (Date, Date),
    day_time: DayTime,
) -> Option<HourlyVolume> {
    let period = TimeRange::new(calendar.day(first).from(), calendar.day(last).to()).ok()?;
    let (mut sum, mut n_valid, mut n_expected) = (0.0, 0, 0);
    let starts = std::iter::successors(Some(period.from()), |start| {
        Some(*start + jiff::SignedDuration::from_hours(1)).filter(|next| *next < period.to())
    });
    for (start, hour) in starts.zip(series.hours(period)) {
        if day_time.contains(calendar.local(start).hour()) {
            n_expected += 1;
            if let Some(hour) = hour {
                sum += hour.amount;
                n_valid += 1;
            }
        }
    }
    (n_valid > 0).then(|| HourlyVolume { value: sum / f64::from(n_valid), n_valid, n_expected })
}

impl LorryShares {
    /// The shares of two counts among all motor vehicles of the same hours; `None` if nothing passed or they are more than all.
    pub fn of_counts(lorry1: f64, lorry2: f64, all_motor: f64) -> Option<Self> {
        let fits = lorry1 >= 0.0 && lorry2 >= 0.0 && all_motor > 0.0 && lorry1 + lorry2 <= all_motor;
        fits.then(|| Self { lorry1: 100.0 * lorry1 / all_motor, lorry2: 100.0 * lorry2 / all_motor })
    }
}

impl VehicleGroup {
    /// The sound power level of one vehicle at constant speed on the reference surface, dB(A): A + 10 lg(1 + (v/B)^C), with the speed held
    /// to the range of the group (cars 30 to 130 km/h, lorries 30 to 90 km/h).
    pub fn sound_power(self, speed_kmh: f64) -> f64 {
        let (a, b, c) = match self {
            Self::Car => (88.0, 20.0, 3.06),
            Self::Lorry1 => (100.3, 40.0, 4.33),
            Self::Lorry2 => (105.4, 50.0, 4.88),
        };
        a + 10.0 * (1.0 + (self.held(speed_kmh) / b).powf(c)).log10()
    }

    fn held(self, speed_kmh: f64) -> f64 {
        speed_kmh.clamp(30.0, if self == Self::Car { 130.0 } else { 90.0 })
    }
}

/// The sound power level of a lane per metre, dB(A): Lw' = 10 lg M + 10 lg Σ (share · 10^(0.1 Lw) / v) − 30. `None` without
/// traffic.
pub fn lane_sound_power(vehicles_per_hour: f64, shares: LorryShares, speed_kmh: f64) -> Option<f64> {
    let cars = 100.0 - shares.lorry1 - shares.lorry2;
    let groups = [
        (VehicleGroup::Car, cars),
        (VehicleGroup::Lorry1, shares.lorry1),
        (VehicleGroup::Lorry2, shares.lorry2),
    ];
    let power: f64 = groups
        .iter()
        .map(|(group, percent)| {
            percent / 100.0 * 10_f64.powf(0.1 * group.sound_power(speed_kmh)) / group.held(speed_kmh)
        })
        .sum();
    (vehicles_per_hour > 0.0 && cars >= 0.0)
        .then(|| 10.0 * vehicles_per_hour.log10() + 10.0 * power.log10() - 30.0)
}

impl RoadType {
    /// The default values for a road whose DTV is all that is known. Not verified against the text of RLS-19.
    pub fn defaults(self, dtv: f64) -> Defaults {
        let shares = |lorry1, lorry2| LorryShares { lorry1, lorry2 };
        let (shares_by_day, shares_by_night) = match self {
            Self::Federal => (shares(3.0, 7.0), shares(7.0, 13.0)),
            Self::StateOrDistrict => (shares(3.0, 5.0), shares(5.0, 6.0)),
            Self::Municipal => (shares(3.0, 4.0), shares(3.0, 4.0)),
        };
        Defaults { day: 0.0575 * dtv, night: 0.01 * dtv, shares_by_day, shares_by_night, verified: false }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        Resolution,
        testing::{assert_near, quarters_of},
    };

    const NO_LORRIES: LorryShares = LorryShares { lorry1: 0.0, lorry2: 0.0 };

    #[test]
    fn one_vehicle_sounds_as_computed_by_hand() {
        // 88 + 10 lg(1 + 2.5^3.06): 2.5^3.06 = e^(3.06 * 0.916291) = 16.508, lg 17.508 = 1.24324. Lorries at 50 km/h: 1.25^4.33 = 2.6278 and
        // 1^4.88 = 1, lg 3.6278 = 0.55964 and lg 2 = 0.30103. The constants agree with MATSim's RLS19VehicleType.
        assert_near(VehicleGroup::Car.sound_power(50.0), 100.432, 1e-3);
        assert_near(VehicleGroup::Lorry1.sound_power(50.0), 105.896, 1e-3);
        assert_near(VehicleGroup::Lorry2.sound_power(50.0), 108.410, 1e-3);
        assert_near(VehicleGroup::Lorry2.sound_power(120.0), VehicleGroup::Lorry2.sound_power(90.0), 1e-12);
    }

    #[test]
    fn a_lane_sounds_as_computed_by_hand() {
        // 100 cars at 50 km/h: 20 + 100.432 - 10 lg 50 - 30 = 73.443.
        assert_near(lane_sound_power(100.0, NO_LORRIES, 50.0).unwrap(), 73.443, 1e-3);
        // 575 vehicles, 3 and 4 % lorries: 0.93 * 1.1047e10 + 0.03 * 3.8874e10 + 0.04 * 6.9349e10 = 1.42142e10, / 50; 27.597 + 84.537 - 30.
        let shares = LorryShares { lorry1: 3.0, lorry2: 4.0 };
        assert_near(lane_sound_power(575.0, shares, 50.0).unwrap(), 82.134, 1e-3);
        assert_eq!(lane_sound_power(0.0, NO_LORRIES, 50.0), None);
    }

    #[test]
    fn day_and_night_have_their_own_hourly_volumes() {
        // Two days: 40 an hour from 6 to 22, 8 an hour at night, 80 from 18 to 22.
        let (first, last) = (date(2025, 6, 3), date(2025, 6, 4));
        let counts = |i: usize| match i / 4 {
            18..22 => 20.0,
            6..18 => 10.0,
            _ => 2.0,
        };
        let intervals = [first, last].into_iter().flat_map(|day| quarters_of(day, |i| Some(counts(i))));
        let series = Series::new(Resolution::QuarterHour, intervals.collect::<Vec<_>>(), []).unwrap();
        let volume =
            |day_time| hourly_volume(&series, &Calendar::lower_saxony(), (first, last), day_time).unwrap();
        assert_near(volume(DayTime::Day).value, (12.0 * 40.0 + 4.0 * 80.0) / 16.0, 1e-9);
        assert_near(volume(DayTime::Night).value, 8.0, 1e-9);
        assert_near(volume(DayTime::DayOfLden).value, 40.0, 1e-9);
        assert_near(volume(DayTime::EveningOfLden).value, 80.0, 1e-9);
        assert_eq!((volume(DayTime::Night).n_valid, volume(DayTime::Night).n_expected), (16, 16));
    }

    #[test]
    fn the_night_the_clock_is_set_back_has_nine_hours() {
        let day = date(2025, 10, 26);
        let series = Series::new(Resolution::QuarterHour, quarters_of(day, |_| Some(1.0)), []).unwrap();
        let night = hourly_volume(&series, &Calendar::lower_saxony(), (day, day), DayTime::Night).unwrap();
        assert_eq!((night.n_valid, night.n_expected), (9, 9));
        assert_near(night.value, 4.0, 1e-12);
    }

    #[test]
    fn shares_are_percentages_of_all() {
        let shares = LorryShares::of_counts(6.0, 8.0, 200.0).unwrap();
        assert_near(shares.lorry1, 3.0, 1e-12);
        assert_near(shares.lorry2, 4.0, 1e-12);
        assert_eq!(LorryShares::of_counts(6.0, 8.0, 13.0), None);
    }

    #[test]
    fn defaults_say_that_they_are_not_verified() {
        let defaults = RoadType::Municipal.defaults(10_000.0);
        assert!(!defaults.verified);
        assert_near(defaults.day, 575.0, 1e-9);
        assert_near(defaults.night, 100.0, 1e-9);
        // A DTV is used up by 16 hours of day and 8 of night: 16 * 0.0575 + 8 * 0.01 = 1.
        assert_near(16.0 * defaults.day + 8.0 * defaults.night, 10_000.0, 1e-9);
    }
}
