//! One figure with all that is needed to defend it.

use jiff::Timestamp;
use planning::{DaySet, calendar::UnknownYear, rls19::DayTime};

/// A figure: known with its evidence, or why it is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: Name,
    /// Of what.
    pub scope: Scope,
    /// The days it stands for; print it.
    pub days: DaySet,
    /// What is known.
    pub value: Result<Known, Lack>,
}

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// Mean daily traffic.
    Dtv,
    /// Mean daily traffic as a mean of means.
    DtvAashto,
    /// Mean of Monday to Friday without holidays.
    Dtvw5,
    /// Mean of Monday to Saturday without holidays.
    Dtvw,
    /// Mean of Tuesday to Thursday without holidays.
    DiMiDo,
    /// All that was counted.
    Total,
    /// The busiest hour.
    PeakHour,
    /// Mean of the busiest hours between 6 and 10 o'clock.
    MorningPeak,
    /// Mean of the busiest hours between 15 and 19 o'clock.
    AfternoonPeak,
    /// The n-th busiest clock hour.
    RankedHour(u32),
    /// Share of the stronger direction in the days.
    SplitOfDays,
    /// Share of the stronger direction in the busiest hour.
    SplitOfPeak,
    /// Share of lorries in cars and lorries.
    HeavyShare,
    /// Mean hourly volume of motor traffic at a time of day.
    HourlyVolume(DayTime),
    /// The same means from days that are known in part: of a short period.
    Short(ShortName),
    /// Mean speed.
    MeanSpeed,
    /// The speed that so many percent of the vehicles do not exceed.
    SpeedPercentile(u8),
}

/// The means that a short period has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShortName {
    /// Of all days.
    Dtv,
    /// Of Monday to Friday without holidays.
    Dtvw5,
    /// Of Monday to Saturday without holidays.
    Dtvw,
    /// Of Tuesday to Thursday without holidays.
    DiMiDo,
}

/// Of what a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All directions together.
    CrossSection,
    /// The direction at an index.
    Direction(usize),
}

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Vehicles, bicycles or people per day.
    PerDay,
    /// The same per hour.
    PerHour,
    /// The same altogether.
    Altogether,
    /// Percent.
    Percent,
    /// Kilometres per hour.
    Speed,
}

/// What `n_valid` and `n_expected` count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Local days.
    Days,
    /// Hours.
    Hours,
    /// Intervals of the counter.
    Intervals,
    /// What was counted.
    Vehicles,
}

/// A figure that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// The figure itself.
    pub amount: f64,
    /// 95 % interval, where missing days make one.
    pub interval_95: Option<(f64, f64)>,
    /// Of so many.
    pub n_valid: u32,
    /// Out of so many.
    pub n_expected: u32,
    /// Of what.
    pub basis: Basis,
    /// When it was.
    pub at: Option<Timestamp>,
    /// Whether too little is known for a figure of a year ("vorläufig").
    pub is_provisional: bool,
    /// Whether the truth is this or more, because something is missing.
    pub is_at_least: bool,
    /// Share that was estimated, 0 to 1.
    pub estimated_share: f64,
    /// The direction that is the stronger one, by index.
    pub stronger: Option<usize>,
}

/// Why a figure is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// No day of the set is valid.
    NoValidDay,
    /// A weekday without any valid day.
    NoDayOfAWeekday,
    /// The set depends on school holidays that are not known.
    SchoolHolidays(UnknownYear),
    /// Too few hours are valid.
    TooFewHours,
    /// Nothing was counted.
    NothingPassed,
    /// The devices tell mean speeds, which have no percentiles.
    OnlyMeanSpeeds,
    /// The devices tell classes of speed; where they begin is set up on the device and has to be given.
    NoSpeedBounds {
        /// Classes.
        classes: u32,
    },
    /// So few that it could be somebody's speed.
    TooFewVehicles {
        /// Vehicles.
        found: u32,
    },
}

impl Known {
    /// A figure of so many of so many.
    pub const fn new(amount: f64, n_valid: u32, n_expected: u32, basis: Basis) -> Self {
        Self {
            amount,
            interval_95: None,
            n_valid,
            n_expected,
            basis,
            at: None,
            is_provisional: false,
            is_at_least: false,
            estimated_share: 0.0,
            stronger: None,
        }
    }
}

impl Name {
    /// Stable name, as served.
    pub fn key(self) -> String {
        match self {
            Self::Dtv => "dtv",
            Self::DtvAashto => "dtv_aashto",
            Self::Dtvw5 => "dtvw5",
            Self::Dtvw => "dtvw",
            Self::DiMiDo => "dimido",
            Self::Total => "total",
            Self::PeakHour => "peak_hour",
            Self::MorningPeak => "peak_hour_morning_mean",
            Self::AfternoonPeak => "peak_hour_afternoon_mean",
            Self::RankedHour(rank) => return format!("busiest_hour_{rank}"),
            Self::SplitOfDays => "direction_split_days",
            Self::SplitOfPeak => "direction_split_peak_hour",
            Self::HeavyShare => "heavy_share",
            Self::HourlyVolume(DayTime::Day) => "rls19_mt",
            Self::HourlyVolume(DayTime::Night) => "rls19_mn",
            Self::HourlyVolume(DayTime::DayOfLden) => "lden_md",
            Self::HourlyVolume(DayTime::EveningOfLden) => "lden_me",
            Self::Short(ShortName::Dtv) => "dtv_short",
            Self::Short(ShortName::Dtvw5) => "dtvw5_short",
            Self::Short(ShortName::Dtvw) => "dtvw_short",
            Self::Short(ShortName::DiMiDo) => "dimido_short",
            Self::MeanSpeed => "speed_mean",
            Self::SpeedPercentile(share) => return format!("v{share}"),
        }
        .to_owned()
    }

    /// What it is counted in.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Dtv | Self::DtvAashto | Self::Dtvw5 | Self::Dtvw | Self::DiMiDo | Self::Short(_) => {
                Unit::PerDay
            }
            Self::MeanSpeed | Self::SpeedPercentile(_) => Unit::Speed,
            Self::Total => Unit::Altogether,
            Self::SplitOfDays | Self::SplitOfPeak | Self::HeavyShare => Unit::Percent,
            _ => Unit::PerHour,
        }
    }
}

impl Unit {
    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PerDay => "1/d",
            Self::PerHour => "1/h",
            Self::Altogether => "1",
            Self::Percent => "%",
            Self::Speed => "km/h",
        }
    }
}

impl Basis {
    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Hours => "hours",
            Self::Intervals => "intervals",
            Self::Vehicles => "counted",
        }
    }
}

impl Lack {
    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoValidDay => "no_valid_day",
            Self::NoDayOfAWeekday => "no_valid_day_of_a_weekday",
            Self::SchoolHolidays(_) => "school_holidays_unknown",
            Self::TooFewHours => "too_few_valid_hours",
            Self::NothingPassed => "nothing_counted",
            Self::OnlyMeanSpeeds => "only_mean_speeds",
            Self::NoSpeedBounds { .. } => "speed_bounds_not_given",
            Self::TooFewVehicles { .. } => "too_few_vehicles",
        }
    }
}
