//! What planners ask of a counting site: every figure once, with its evidence, for page and CSV alike.
//!
//! [`planning`] computes; here buckets become series and figures a list. Reading is apart ([`counts::read`]); the rest is pure.

pub mod asked;
pub mod comparison;
pub mod counts;
pub mod extrapolation;
pub mod figure;
mod hours;
pub mod period;
pub mod speeds;
pub mod station;
mod volumes;
pub mod weather;

use std::collections::HashSet;

use domain::{ObservedProperty, TimeRange};
use jiff::civil::Date;
use planning::{
    Calendar, Day, DayType,
    peak::DurationCurve,
    series::{Month, SeriesError, is_provisional, months},
    volume::{DayCurve, MonthIndex, WeekdayIndex, day_curve, seasonal_index, week_curve},
    zero_run::{ZeroVerdict, zero_runs},
};

pub use asked::{Asked, CLASSES, Objection};
pub use counts::{Counts, Raw};
pub use figure::{Basis, Figure, Known, Lack, Name, Scope, ShortName, Unit};
pub use period::Period;
pub use speeds::Speeds;
pub use station::WeatherStation;

/// The kinds of days that have a day curve.
pub const DAY_TYPES: [DayType; 5] = [
    DayType::Monday,
    DayType::TuesdayToThursday,
    DayType::Friday,
    DayType::Saturday,
    DayType::SundayOrHoliday,
];

/// The ranks of a duration curve that reports show; 30 is MSV30, 50 that of HBS 2015.
pub const RANKS: [u32; 5] = [1, 10, 30, 50, 100];

/// All that is known of a class in a period.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The counts themselves, without days that were left out.
    pub counts: Counts,
    /// Every day of the period, of all directions together.
    pub days: Vec<Day>,
    /// The same days of each direction.
    pub direction_days: Vec<Vec<Day>>,
    /// Its months.
    pub months: Vec<Month>,
    /// Whether figures of a year are provisional.
    pub is_provisional: bool,
    /// Every figure.
    pub figures: Vec<Figure>,
    /// Zeros that may be an outage.
    pub suspects: Vec<Suspect>,
    /// Days with such zeros.
    pub suspect_days: Vec<Date>,
    /// What was counted over gaps, known as sums only.
    pub over_gaps: f64,
    /// The mean course of each kind of day.
    pub day_curves: Vec<DayCurve>,
    /// The weekdays against DTV; empty without one.
    pub week: Vec<WeekdayIndex>,
    /// The months against DTV; empty without one.
    pub season: Vec<MonthIndex>,
    /// The hours of all directions together from the busiest down.
    pub duration: DurationCurve,
}

/// A run of zeros that may be an outage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspect {
    /// In which direction, by index.
    pub direction: usize,
    /// From its first to after its last interval.
    pub range: TimeRange,
    /// What the site counts at such times.
    pub expected: f64,
    /// Whether it is taken for an outage, not only doubted.
    pub is_outage: bool,
}

/// Cars and lorries of a site that counts both, for what is said of motor traffic as a whole.
#[derive(Clone, Debug)]
pub struct Motor {
    /// Cars.
    pub cars: Raw,
    /// Lorries.
    pub lorries: Raw,
}

/// Computes everything. `motor` is what was counted of motor traffic where a class of it is asked for, `speeds` what devices tell of speed.
pub fn evaluate(
    raw: &Raw,
    motor: Option<&Motor>,
    speeds: Option<&Speeds>,
    asked: &Asked,
    calendar: &Calendar,
) -> Result<Evaluation, SeriesError> {
    let period = asked.period.range(calendar);
    let all = Counts::new(raw, period, &HashSet::new(), calendar)?;
    let suspects = suspects(&all, period, calendar);
    let suspect_days = days_of(&suspects, asked, calendar);
    let left_out: HashSet<Date> =
        if asked.without_suspect { suspect_days.iter().copied().collect() } else { HashSet::new() };
    let counts = if left_out.is_empty() { all } else { Counts::new(raw, period, &left_out, calendar)? };

    let days = counts.cross_section.days(calendar, asked.period.first, asked.period.last);
    let days_of_direction = |direction: &counts::DirectionCounts| {
        direction.series.days(calendar, asked.period.first, asked.period.last)
    };
    let direction_days: Vec<_> = if counts.directions.len() == 1 {
        vec![days.clone()]
    } else {
        counts.directions.iter().map(days_of_direction).collect()
    };
    let provisional = is_provisional(&days);
    let duration = DurationCurve::new(&counts.cross_section, period);

    let mut figures = volumes::means(&days, calendar, provisional);
    figures.extend(volumes::short(&counts, &days, asked, calendar));
    figures.push(volumes::total(&counts, asked, calendar));
    let peak = hours::peak(&counts, &days, calendar);
    figures.push(peak);
    figures.extend(hours::mean_peaks(&counts, &days, calendar));
    figures.extend(hours::ranked(&duration, Scope::CrossSection, provisional));
    if counts.directions.len() > 1 {
        for (i, direction) in counts.directions.iter().enumerate() {
            let curve = DurationCurve::new(&direction.series, period);
            figures.extend(hours::ranked(&curve, Scope::Direction(i), provisional));
        }
    }
    figures.extend(volumes::splits(
        &counts,
        &direction_days,
        figures.iter().find(|f| f.name == Name::PeakHour),
    ));
    if is_motor(asked.property) {
        let motor = motor.map(|motor| volumes::MotorCounts::new(motor, period, &left_out, calendar));
        figures.extend(volumes::of_motor_traffic(&counts, motor.transpose()?, asked, calendar));
    }

    if let Some(speeds) = speeds {
        let days: Vec<TimeRange> = left_out.iter().map(|date| calendar.day(*date)).collect();
        figures.extend(speeds.figures(&days, asked.speed_bounds.as_ref()));
    }

    let dtv = figures.iter().find(|figure| figure.name == Name::Dtv).and_then(|dtv| dtv.value.ok());
    let dtv = dtv.map(|dtv| dtv.amount).filter(|dtv| *dtv > 0.0);
    Ok(Evaluation {
        months: months(&days),
        is_provisional: provisional,
        suspects,
        suspect_days,
        over_gaps: counts.directions.iter().map(|direction| direction.over_gaps).sum(),
        day_curves: DAY_TYPES.map(|kind| day_curve(&counts.cross_section, &days, kind, calendar)).to_vec(),
        week: dtv.map(|dtv| week_curve(&days, dtv)).unwrap_or_default(),
        season: dtv.map(|dtv| seasonal_index(&days, dtv)).unwrap_or_default(),
        duration,
        figures,
        direction_days,
        days,
        counts,
    })
}

/// Whether a class is of motor traffic.
pub const fn is_motor(class: ObservedProperty) -> bool {
    matches!(class, ObservedProperty::CarCount | ObservedProperty::LorryCount)
}

fn suspects(counts: &Counts, period: TimeRange, calendar: &Calendar) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    for (direction, counts) in counts.directions.iter().enumerate() {
        let runs = zero_runs(&counts.series, period, calendar, &[]);
        suspects.extend(runs.into_iter().filter(|run| run.verdict != ZeroVerdict::Quiet).map(|run| {
            Suspect {
                direction,
                range: run.range,
                expected: run.expected,
                is_outage: run.verdict == ZeroVerdict::Fail,
            }
        }));
    }
    suspects.sort_by_key(|suspect| suspect.range.from());
    suspects
}

fn days_of(suspects: &[Suspect], asked: &Asked, calendar: &Calendar) -> Vec<Date> {
    Calendar::dates(asked.period.first, asked.period.last)
        .filter(|date| {
            let day = calendar.day(*date);
            suspects.iter().any(|suspect| suspect.range.overlap_seconds(day) > 0.0)
        })
        .collect()
}

/// The class that together with this one makes motor traffic.
pub const fn counterpart(class: ObservedProperty) -> Option<ObservedProperty> {
    match class {
        ObservedProperty::CarCount => Some(ObservedProperty::LorryCount),
        ObservedProperty::LorryCount => Some(ObservedProperty::CarCount),
        _ => None,
    }
}
