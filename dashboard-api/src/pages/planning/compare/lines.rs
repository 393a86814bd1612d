//! A comparison as lines and as a sentence.

use domain::{Lang, ObservedProperty};
use planning::{
    DayType,
    compare::{
        CompareError, Comparison, DayWeather, FIRM_DAYS, FIRM_OVERLAP, FIRM_WEEKS, LeftOut, MIN_DAYS,
        MIN_WEEKS, Term,
    },
};

use super::super::sheet::{Basis, Line};
use crate::{
    evaluation::{
        Unit,
        comparison::{Compared, SideDays},
    },
    pages::{numbers, texts::Texts},
};

/// Means, changes, and how well the periods can be compared.
pub(super) fn of(compared: &Compared, class: ObservedProperty, has_control: bool, lang: Lang) -> Vec<Line> {
    let t = Texts(lang);
    let (plain, by_plain) = if has_control {
        (t.compare_ratio(), t.compare_by_ratios())
    } else {
        (t.compare_plain(), t.compare_by_means())
    };
    let mut lines = vec![
        mean("mean_before", t.compare_mean_before(), &compared.before, class, lang),
        mean("mean_after", t.compare_mean_after(), &compared.after, class, lang),
    ];
    let percent = |key: &str, name: &str, value: f64| Line {
        is_signed: true,
        ..Line::new(key, name, value).in_unit("%", "%", 1)
    };
    match &compared.result {
        Ok(result) => {
            let days = basis_of_days(result, compared, lang);
            let provisional = result.is_provisional();
            let explained =
                if has_weather(result) { t.compare_explained() } else { t.compare_explained_by_season() };
            lines.push(percent("change_plain", plain, result.plain_percent).by(by_plain).of(days.clone()));
            lines.push(Line {
                is_provisional: provisional,
                ..percent("change_explained", explained, result.explained_percent())
                    .by(t.compare_by_explained())
                    .of(days.clone())
            });
            lines.push(Line {
                interval: Some(result.interval_95),
                is_provisional: provisional,
                remark: (!result.shows_change()).then(|| t.compare_holds_zero().to_owned()),
                ..percent("change_adjusted", t.compare_adjusted(), result.effect_percent)
                    .by(t.compare_by_model())
                    .of(days)
            });
            let share = |key: &str, name: &str, value: f64, method: &str| {
                Line::new(key, name, 100.0 * value).in_unit("%", "%", 0).by(method)
            };
            lines.push(share(
                "season_overlap",
                t.compare_season(),
                result.season_overlap,
                t.compare_by_season(),
            ));
            if let Some(overlap) = result.temperature_overlap {
                let name = t.compare_temperatures();
                lines.push(share("temperature_overlap", name, overlap, t.compare_by_temperatures()));
            }
            lines.push(share("r_squared", t.compare_r_squared(), result.r_squared, t.compare_by_r_squared()));
            let weeks = Line::new("weeks", t.compare_weeks(), result.n_weeks as f64).in_unit("1", "", 0);
            lines.push(weeks.by(t.compare_by_weeks()));
        }
        Err(error) => {
            let missing =
                Line::missing("change_adjusted", t.compare_adjusted(), reason(*error), cannot(*error, lang));
            lines.push(missing.by(t.compare_by_model()));
        }
    }
    lines.extend(weather("before", t.compare_before(), &compared.before.weather, lang));
    lines.extend(weather("after", t.compare_after(), &compared.after.weather, lang));
    lines
}

fn mean(key: &str, name: &str, side: &SideDays, class: ObservedProperty, lang: Lang) -> Line {
    let t = Texts(lang);
    let Some(mean) = side.mean else {
        return Line::missing(key, name, "no_valid_day", t.lack_no_valid_day());
    };
    let count = |n: u32| numbers::count(u64::from(n), lang);
    let basis = Basis {
        n_valid: mean.n_valid.into(),
        n_expected: mean.n_expected.into(),
        counted_in: "days",
        words: t.valid_of_days(&count(mean.n_valid), &count(mean.n_expected)),
    };
    let line = Line::new(key, name, mean.value).in_unit("1/d", t.figure_unit(Unit::PerDay, class), 0);
    Line { interval: mean.interval_95(), ..line.by(t.method_mean_of_days()).of(basis) }
}

/// Days that took part of the valid ones.
fn basis_of_days(result: &Comparison, compared: &Compared, lang: Lang) -> Basis {
    let used = (result.n_before + result.n_after) as u64;
    let all = (compared.before.days.len() + compared.after.days.len()) as u64;
    let count = |n: u64| numbers::count(n, lang);
    Basis {
        n_valid: used,
        n_expected: all,
        counted_in: "days",
        words: Texts(lang).valid_of_days(&count(used), &count(all)),
    }
}

fn weather(key: &str, period: &str, weather: &DayWeather, lang: Lang) -> Vec<Line> {
    let t = Texts(lang);
    let elements = [
        ("temperature", t.compare_temperature(), weather.temperature, "°C"),
        ("rain_06_20", t.compare_rain(), weather.rain_mm, "mm"),
        ("wind", t.compare_wind(), weather.wind, "m/s"),
    ];
    let line = |(element, name, value, unit): (&str, &str, Option<f64>, &'static str)| {
        let line = Line::new(format!("{element}_{key}"), format!("{name}, {period}"), value?);
        Some(line.in_unit(unit, unit, 1).by(t.compare_by_days()))
    };
    elements.into_iter().filter_map(line).collect()
}

/// The effects in the model, and those that are not with the reason.
pub(super) fn of_model(compared: &Compared, lang: Lang) -> Vec<Line> {
    let t = Texts(lang);
    let Ok(result) = &compared.result else { return Vec::new() };
    let known = result.effects.iter().map(|effect| {
        let line = Line::new(format!("effect_{}", key(effect.term)), name(effect.term, lang), effect.percent);
        let line = line.in_unit("%", "%", 1).by(per(effect.term, lang));
        Line { is_signed: true, interval: effect.interval_95, ..line }
    });
    let left_out = result.left_out.iter().map(|(term, why)| {
        let (why, words) = match why {
            LeftOut::UnknownYear => ("school_holidays_unknown", t.left_out_unknown_year()),
            LeftOut::TooFewMonths => ("too_few_months", t.left_out_too_few_months()),
            LeftOut::NotMeasured => ("not_measured", t.left_out_not_measured()),
            LeftOut::NotTold => ("not_distinguishable", t.left_out_not_told()),
        };
        Line::missing(format!("effect_{}", key(*term)), name(*term, lang), why, words)
            .by(t.compare_left_out())
    });
    known.chain(left_out).collect()
}

fn key(term: Term) -> &'static str {
    match term {
        Term::Level => "level",
        Term::DayType(DayType::Monday) => "monday",
        Term::DayType(DayType::TuesdayToThursday) => "tuesday_to_thursday",
        Term::DayType(DayType::Friday) => "friday",
        Term::DayType(DayType::Saturday) => "saturday",
        Term::DayType(DayType::SundayOrHoliday) => "sunday_or_holiday",
        Term::SchoolHoliday => "school_holidays",
        Term::YearSine => "year_sine",
        Term::YearCosine => "year_cosine",
        Term::HalfYearSine => "half_year_sine",
        Term::HalfYearCosine => "half_year_cosine",
        Term::Rain => "rain",
        Term::Temperature => "temperature",
        Term::TemperatureSquared => "temperature_squared",
        Term::Wind => "wind",
        Term::After => "after",
    }
}

fn name(term: Term, lang: Lang) -> String {
    let t = Texts(lang);
    match term {
        Term::DayType(kind) => t.day_type(kind),
        Term::SchoolHoliday => t.term_school_holidays(),
        Term::YearSine => t.term_year_sine(),
        Term::YearCosine => t.term_year_cosine(),
        Term::HalfYearSine => t.term_half_year_sine(),
        Term::HalfYearCosine => t.term_half_year_cosine(),
        Term::Rain => t.term_rain(),
        Term::Temperature => t.term_temperature(),
        Term::TemperatureSquared => t.term_temperature_squared(),
        Term::Wind => t.term_wind(),
        Term::Level | Term::After => t.compare_adjusted(),
    }
    .to_owned()
}

/// For one unit of what the change is.
fn per(term: Term, lang: Lang) -> &'static str {
    let t = Texts(lang);
    match term {
        Term::DayType(_) => t.per_day_type(),
        Term::SchoolHoliday => t.per_school_holiday(),
        Term::Rain => t.per_rain(),
        Term::Temperature => t.per_temperature(),
        Term::TemperatureSquared => t.per_temperature_squared(),
        Term::Wind => t.per_wind(),
        _ => t.per_season(),
    }
}

/// Whether the model knows anything of the weather.
fn has_weather(result: &Comparison) -> bool {
    let is_weather =
        |term| matches!(term, Term::Rain | Term::Temperature | Term::TemperatureSquared | Term::Wind);
    result.effects.iter().any(|effect| is_weather(effect.term))
}

/// The comparison in plain words, never more than its interval allows.
pub(super) fn sentence(result: &Comparison, what: &str, has_control: bool, lang: Lang) -> String {
    let t = Texts(lang);
    let size = |percent: f64| format!("{}{}", numbers::number(percent.abs(), 0, lang), t.percent_sign());
    let signed = |percent: f64| {
        let number = numbers::number(percent, 0, lang);
        let plus = if number != "0" && percent > 0.0 { "+" } else { "" };
        format!("{plus}{number}{}", t.percent_sign())
    };
    let direction = |percent: f64| {
        if percent < 0.0 { t.compare_less(&size(percent)) } else { t.compare_more(&size(percent)) }
    };
    let plain = if has_control {
        t.compare_say_control(&direction(result.plain_percent), what)
    } else {
        t.compare_say_plain(&direction(result.plain_percent), what)
    };
    let explained = direction(result.explained_percent());
    let explained = if has_weather(result) {
        t.compare_say_explained(&explained)
    } else {
        t.compare_say_explained_by_season(&explained)
    };
    let (low, high) = result.interval_95;
    let rest = if result.shows_change() && !result.is_comparable() {
        t.compare_say_thin(&direction(result.effect_percent), &signed(low), &signed(high))
    } else if result.shows_change() {
        let change = direction(result.effect_percent);
        t.compare_say_change(&change, &signed(low), &signed(high))
    } else {
        t.compare_say_no_change(&signed(low), &signed(high))
    };
    format!("{plain} {explained} {rest}")
}

/// What makes a comparison thin.
pub(super) fn doubts(result: &Comparison, lang: Lang) -> String {
    let t = Texts(lang);
    let mut doubts = Vec::new();
    if result.n_before.min(result.n_after) < FIRM_DAYS {
        doubts.push(t.compare_doubt_days());
    }
    if result.n_weeks < FIRM_WEEKS {
        doubts.push(t.compare_doubt_weeks());
    }
    if result.season_overlap < FIRM_OVERLAP {
        doubts.push(t.compare_doubt_season());
    }
    if result.temperature_overlap.is_some_and(|overlap| overlap < FIRM_OVERLAP) {
        doubts.push(t.compare_doubt_temperature());
    }
    doubts.join(" ")
}

fn reason(error: CompareError) -> &'static str {
    match error {
        CompareError::TooFewDays { .. } => "too_few_days",
        CompareError::TooFewWeeks { .. } => "too_few_weeks",
        CompareError::NothingBefore => "nothing_counted",
        CompareError::NotSeparable => "not_distinguishable",
    }
}

/// Why there is no result.
pub(super) fn cannot(error: CompareError, lang: Lang) -> String {
    let t = Texts(lang);
    let text = |n: usize| n.to_string();
    match error {
        CompareError::TooFewDays { before, after, needed } => {
            t.compare_too_few_days(&text(before), &text(after), &text(MIN_DAYS), &text(needed))
        }
        CompareError::TooFewWeeks { found } => t.compare_too_few_weeks(&text(found), &text(MIN_WEEKS)),
        CompareError::NothingBefore => t.compare_nothing_before().to_owned(),
        CompareError::NotSeparable => t.compare_not_separable().to_owned(),
    }
}
