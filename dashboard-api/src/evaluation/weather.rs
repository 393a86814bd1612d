//! What a station tells of a period, each figure once.

use domain::TimeRange;
use jiff::{SignedDuration, Timestamp, civil::Date};
use planning::{
    Calendar,
    weather::{
        DayKind, RainSum, Station, StationDay, Tally, TemperatureDay, Wind, WindMean, WindRose,
        heaviest_rain, rain_within, tally, temperature_day, wind_mean,
    },
};

use super::Period;

/// The gliding sums a report shows, hours.
pub const SUMS: [u32; 3] = [1, 6, 24];

/// Tropical nights begin on the evening before the first day.
const EVENING: SignedDuration = SignedDuration::from_hours(12);

/// Amounts of rain that make a day one of rain, and one of much rain, mm.
pub const RAIN_DAYS: [f64; 3] = [0.1, 1.0, 10.0];

/// A period at a station.
#[derive(Clone, Debug)]
pub struct WeatherReport {
    /// What was measured in the period.
    pub station: Station,
    /// Its days.
    pub days: Vec<StationDay>,
    /// The same days by kind.
    pub kinds: Vec<TemperatureDay>,
    /// All its rain.
    pub rain: RainSum,
    /// The heaviest gliding sums of [`SUMS`]: end and amount.
    pub heaviest: Vec<(u32, Option<(Timestamp, RainSum)>)>,
    /// Its months as far as they lie in it: first day and rain.
    pub months: Vec<(Date, RainSum)>,
    /// Where the wind came from.
    pub rose: WindRose,
    /// Mean wind.
    pub wind: Option<WindMean>,
    /// Hours of the period.
    pub n_hours: u32,
}

/// The range to read for a period.
pub fn range_to_read(period: &Period, calendar: &Calendar) -> TimeRange {
    let range = period.range(calendar);
    TimeRange::new(range.from() - EVENING, range.to()).unwrap_or(range)
}

impl WeatherReport {
    /// Sums up what was read for [`range_to_read`].
    pub fn new(read: &Station, period: &Period, calendar: &Calendar) -> Self {
        let range = period.range(calendar);
        let station = read.within(range);
        let days: Vec<StationDay> =
            Calendar::dates(period.first, period.last).map(|date| station.day(calendar, date)).collect();
        let spans = read.spans();
        let kinds = days.iter().map(|day| temperature_day(&spans, calendar, day.date)).collect();
        let mut months: Vec<(Date, RainSum)> = Vec::new();
        for date in Calendar::dates(period.first, period.last) {
            let first = date.first_of_month();
            if months.last().is_none_or(|(month, _)| *month != first) {
                let last = first.last_of_month().min(period.last);
                let from = calendar.day(first.max(period.first)).from();
                let month = TimeRange::new(from, calendar.day(last).to()).unwrap_or(range);
                months.push((first, rain_within(&station.rain, month)));
            }
        }
        let winds: Vec<Wind> = station.winds.iter().map(|(_, wind)| *wind).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of some years")]
        let n_hours = (range.seconds() / 3600.0).round() as u32;
        Self {
            rain: rain_within(&station.rain, range),
            heaviest: SUMS.map(|hours| (hours, heaviest_rain(&station.rain, hours))).to_vec(),
            rose: WindRose::new(winds.iter().copied()),
            wind: wind_mean(&winds),
            days,
            kinds,
            months,
            n_hours,
            station,
        }
    }

    /// How many days were of a kind.
    pub fn tally(&self, kind: DayKind) -> Tally {
        tally(&self.kinds, kind)
    }

    /// How many days had so much rain; of a day with gaps that had less it is open.
    pub fn rain_days(&self, mm: f64) -> Tally {
        let n = |is: &dyn Fn(&StationDay) -> bool| {
            u32::try_from(self.days.iter().filter(|day| is(day)).count()).unwrap_or(u32::MAX)
        };
        // Sums of tenths are not exact.
        let reaches = |day: &StationDay| day.rain.mm >= mm - 1e-9;
        Tally {
            n: n(&|day| reaches(day)),
            n_open: n(&|day| !reaches(day) && day.rain.at_least),
            n_days: n(&|_| true),
        }
    }

    /// The wettest of all days of which something was observed.
    pub fn wettest(&self) -> Option<&StationDay> {
        let measured = self.days.iter().filter(|day| day.rain.covered > 0.0);
        measured.reduce(|best, next| if next.rain.mm > best.rain.mm { next } else { best })
    }
}
