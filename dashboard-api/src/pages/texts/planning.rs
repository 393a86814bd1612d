//! What the pages for planners say of a figure: which message it is.

use domain::ObservedProperty;
use planning::{DaySet, DayType, Resolution, rls19::DayTime};

use super::Texts;
use crate::evaluation::{Basis, Lack, Name, Objection, ShortName, Unit, period::MAX_DAYS};

impl Texts {
    /// What a figure is called; that of a design hour depends on whether the period is a year.
    pub(crate) fn figure(self, name: Name, is_year: bool) -> String {
        let name = match name {
            Name::Dtv => self.figure_dtv(),
            Name::DtvAashto => self.figure_dtv_aashto(),
            Name::Dtvw5 => self.figure_dtvw5(),
            Name::Dtvw => self.figure_dtvw(),
            Name::DiMiDo => self.figure_di_mi_do(),
            Name::Total => self.figure_total(),
            Name::PeakHour => self.figure_peak_hour(),
            Name::MorningPeak => self.figure_morning_peak(),
            Name::AfternoonPeak => self.figure_afternoon_peak(),
            Name::RankedHour(30) if is_year => self.figure_msv30(),
            Name::RankedHour(rank) => return self.figure_ranked_hour(rank),
            Name::SplitOfDays => self.figure_split_of_days(),
            Name::SplitOfPeak => self.figure_split_of_peak(),
            Name::HeavyShare => self.figure_heavy_share(),
            Name::HourlyVolume(DayTime::Day) => self.figure_mt(),
            Name::HourlyVolume(DayTime::Night) => self.figure_mn(),
            Name::HourlyVolume(DayTime::DayOfLden) => self.figure_md(),
            Name::HourlyVolume(DayTime::EveningOfLden) => self.figure_me(),
            Name::Short(ShortName::Dtv) => self.figure_short_dtv(),
            Name::Short(ShortName::Dtvw5) => self.figure_short_dtvw5(),
            Name::Short(ShortName::Dtvw) => self.figure_short_dtvw(),
            Name::Short(ShortName::DiMiDo) => self.figure_short_di_mi_do(),
            Name::MeanSpeed => self.figure_mean_speed(),
            Name::SpeedPercentile(share) => return self.figure_speed_percentile(&share.to_string()),
        };
        name.to_owned()
    }

    /// How a figure was found.
    pub(crate) fn method(self, name: Name, resolution: Resolution) -> String {
        let quarters = resolution == Resolution::QuarterHour;
        let method = match name {
            Name::Dtv | Name::Dtvw5 | Name::Dtvw | Name::DiMiDo => self.method_mean_of_days(),
            Name::DtvAashto => self.method_aashto(),
            Name::Total => self.method_total(),
            Name::PeakHour if quarters => self.method_peak_gliding(),
            Name::PeakHour => self.method_peak_clock(),
            Name::MorningPeak if quarters => self.method_morning_gliding(),
            Name::MorningPeak => self.method_morning_clock(),
            Name::AfternoonPeak if quarters => self.method_afternoon_gliding(),
            Name::AfternoonPeak => self.method_afternoon_clock(),
            Name::RankedHour(rank) => return self.method_ranked_hour(rank),
            Name::SplitOfDays => self.method_split_of_days(),
            Name::SplitOfPeak => self.method_split_of_peak(),
            Name::HeavyShare => self.method_heavy_share(),
            Name::HourlyVolume(DayTime::Day) => self.method_mt(),
            Name::HourlyVolume(DayTime::Night) => self.method_mn(),
            Name::HourlyVolume(DayTime::DayOfLden) => self.method_md(),
            Name::HourlyVolume(DayTime::EveningOfLden) => self.method_me(),
            Name::Short(_) => self.method_short(),
            Name::MeanSpeed => self.method_mean_speed(),
            Name::SpeedPercentile(_) => self.method_speed_percentile(),
        };
        method.to_owned()
    }

    /// `Fahrräder/Tag`.
    pub(crate) fn figure_unit(self, unit: Unit, class: ObservedProperty) -> String {
        let what = self.property(class);
        match unit {
            Unit::PerDay => self.per_day_of(what),
            Unit::PerHour => self.per_hour_of(what),
            Unit::Altogether => what.to_owned(),
            Unit::Percent => "%".to_owned(),
            Unit::Speed => "km/h".to_owned(),
        }
    }

    /// `350 von 365 Tagen`.
    pub(crate) fn valid_of(self, valid: &str, expected: &str, basis: Basis) -> String {
        match basis {
            Basis::Days => self.valid_of_days(valid, expected),
            Basis::Hours => self.valid_of_hours(valid, expected),
            Basis::Intervals => self.valid_of_intervals(valid, expected),
            Basis::Vehicles => self.valid_of_counted(valid, expected),
        }
    }

    /// Why a figure is not known.
    pub(crate) fn lack(self, lack: Lack) -> String {
        match lack {
            Lack::NoValidDay => self.lack_no_valid_day().to_owned(),
            Lack::NoDayOfAWeekday => self.lack_no_day_of_a_weekday().to_owned(),
            Lack::TooFewHours => self.lack_too_few_hours().to_owned(),
            Lack::NothingPassed => self.lack_nothing_passed().to_owned(),
            Lack::OnlyMeanSpeeds => self.lack_only_mean_speeds().to_owned(),
            Lack::NoSpeedBounds { classes } => self.lack_no_speed_bounds(&classes.to_string()),
            Lack::TooFewVehicles { found } => self.lack_too_few_vehicles(&found.to_string()),
            Lack::SchoolHolidays(unknown) => self.lack_school_holidays(
                &unknown.year.to_string(),
                &unknown.first.to_string(),
                &unknown.last.to_string(),
            ),
        }
    }

    /// What is wrong with a question, and what would be right.
    pub(crate) fn objection(self, objection: &Objection) -> String {
        match objection {
            Objection::NotADate { name, found } => self.not_a_date(self.field(name), &found.to_string()),
            Objection::Backwards { first, last, .. } => self.backwards(&first.to_string(), &last.to_string()),
            Objection::NotYet { first, yesterday, .. } => {
                self.not_yet(&first.to_string(), &yesterday.to_string())
            }
            Objection::TooLong { days, .. } => self.too_long(*days, &MAX_DAYS.to_string()),
            Objection::NotShort { days, most } => self.not_short(*days, &most.to_string()),
            Objection::HalfAPeriod { name } => self.half_a_period(self.field(name)),
            Objection::Overlapping { last, first } => self.overlapping(&last.to_string(), &first.to_string()),
            Objection::NoSuchThing { name, found, keys } => {
                self.no_thing_for(self.field(name), &found.to_string(), &keys.join(", "))
            }
            Objection::NotBounds { found } => self.not_bounds(&found.to_string()),
            Objection::UnknownClass { found } => self.unknown_class(&found.to_string()),
            Objection::NotCounted { found, counted } => {
                let counted: Vec<_> = counted.iter().map(|class| self.property(*class)).collect();
                self.not_counted(self.property(*found), &counted.join(", "))
            }
            Objection::NotASwitch { found } => self.not_a_switch(&found.to_string()),
        }
    }

    /// What a parameter is called in the form.
    fn field(self, name: &str) -> &'static str {
        match name {
            "from" => self.planning_from(),
            "to" => self.planning_to(),
            "before_from" => self.compare_before_from(),
            "before_to" => self.compare_before_to(),
            "after_from" => self.compare_after_from(),
            "after_to" => self.compare_after_to(),
            "weather" => self.planning_station(),
            "control" => self.compare_control(),
            _ => self.extrapolate_references(),
        }
    }

    /// A kind of day.
    pub(crate) fn day_type(self, kind: DayType) -> &'static str {
        match kind {
            DayType::Monday => self.day_type_monday(),
            DayType::TuesdayToThursday => self.day_type_tuesday_to_thursday(),
            DayType::Friday => self.day_type_friday(),
            DayType::Saturday => self.day_type_saturday(),
            DayType::SundayOrHoliday => self.day_type_sunday_or_holiday(),
        }
    }

    /// A set of days, to be printed with its figure.
    pub(crate) fn day_set(self, days: DaySet) -> &'static str {
        match days {
            DaySet::All => self.days_all(),
            DaySet::MondayToFriday => self.days_mon_fri(),
            DaySet::WorkingMondayToFriday => self.days_mon_fri_working(),
            DaySet::NormalMondayToFriday => self.days_mon_fri_normal(),
            DaySet::WorkingMondayToSaturday => self.days_mon_sat_working(),
            DaySet::BastW => self.days_bast_w(),
            DaySet::BastU => self.days_bast_u(),
            DaySet::BastS => self.days_bast_s(),
            DaySet::TuesdayToThursday => self.days_tue_thu(),
            DaySet::Weekend => self.days_weekend(),
        }
    }
}
