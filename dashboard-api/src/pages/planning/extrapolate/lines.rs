//! An extrapolation as lines, a sentence and warnings.

use domain::Lang;
use planning::{Calendar, DayType};

use super::{
    super::{
        date_in_words,
        sheet::{Basis, Line},
    },
    Answered,
};
use crate::{
    AppState,
    evaluation::{Unit, extrapolation::Candidate},
    pages::{numbers, planning::calendar, texts::Texts, ui::Ui},
};

/// Rain between 6 and 20 o'clock that keeps people from their bicycles, mm.
const WET: f64 = 5.0;

/// The count, the factor and the result.
pub(super) fn of(answered: &Answered, lang: Lang) -> Vec<Line> {
    let t = Texts(lang);
    let found = &answered.found;
    let per_day = t.figure_unit(Unit::PerDay, answered.asked.property);
    let altogether = t.figure_unit(Unit::Altogether, answered.asked.property);
    let n_days = u64::try_from(answered.short.n_days()).unwrap_or(0);
    let n_whole = found.n_whole_days() as u64;
    let count = |n: u64| numbers::count(n, lang);
    let days = |n: u64| Basis {
        n_valid: n,
        n_expected: n_days,
        counted_in: "days",
        words: t.valid_of_days(&count(n), &count(n_days)),
    };
    let whole: Vec<f64> =
        found.times.iter().filter(|time| time.hours.is_none()).map(|time| time.amount).collect();
    let mut lines = vec![match planning::statistics::mean(&whole) {
        Some(mean) => Line::new("mean_counted", t.extrapolate_mean(), mean)
            .in_unit("1/d", per_day.clone(), 0)
            .by(t.method_mean_of_days())
            .of(days(n_whole)),
        None => Line::missing("mean_counted", t.extrapolate_mean(), "no_valid_day", t.lack_no_valid_day())
            .by(t.method_mean_of_days()),
    }];
    let counted: f64 = found.times.iter().map(|time| time.amount).sum();
    if !found.times.is_empty() {
        lines.push(
            Line::new("counted", t.extrapolate_counted(), counted)
                .in_unit("1", altogether, 0)
                .by(t.extrapolate_by_times())
                .of(days(found.times.len() as u64)),
        );
    }
    if let Ok(result) = &found.result {
        let used = Basis {
            n_valid: result.n_used.into(),
            n_expected: result.n_counted.into(),
            counted_in: "times",
            words: t.extrapolate_times(&count(result.n_used.into()), &count(result.n_counted.into())),
        };
        lines.push(
            Line::new("factor", t.extrapolate_factor(), result.factor)
                .in_unit("d", t.extrapolate_mean_days(), 2)
                .by(t.extrapolate_by_factor())
                .of(used.clone()),
        );
        lines.push(Line {
            interval: result.range_90(),
            is_provisional: true,
            remark: result.range_90().is_none().then(|| t.extrapolate_no_error().to_owned()),
            ..Line::new("dtv_extrapolated", t.extrapolate_dtv(), result.dtv)
                .in_unit("1/d", per_day, 0)
                .by(t.extrapolate_by_references(&count(result.n_references.into())))
                .of(used)
        });
        if let Some(error) = &result.error {
            for (key, name, value) in [
                ("error_median", t.extrapolate_error_median(), error.median),
                ("error_p90", t.extrapolate_error_p90(), error.p90),
            ] {
                let line = Line::new(key, name, 100.0 * value).in_unit("%", "%", 1);
                lines.push(line.by(t.extrapolate_by_error()));
            }
        }
    } else {
        let (why, words) = if found.times.is_empty() {
            ("nothing_counted", t.extrapolate_nothing())
        } else {
            ("no_reference", t.extrapolate_no_reference())
        };
        lines.push(Line::missing("dtv_extrapolated", t.extrapolate_dtv(), why, words));
    }
    lines
}

/// The sites of reference: their DTV, and what the method makes of it from the others.
pub(super) fn of_references(answered: &Answered, lang: Lang) -> Vec<Line> {
    let t = Texts(lang);
    let per_day = t.figure_unit(Unit::PerDay, answered.asked.property);
    let line = |candidate: &Candidate| {
        let key = format!("reference_{}", candidate.key);
        let used = match (candidate.is_used, candidate.has_year) {
            (true, true) => t.extrapolate_used().to_owned(),
            (true, false) => t.extrapolate_used_thin(&candidate.n_months.to_string()),
            (false, true) => t.extrapolate_not_chosen().to_owned(),
            (false, false) => t.extrapolate_no_year(&candidate.n_months.to_string()),
        };
        let Some(dtv) = candidate.dtv else {
            return Line::missing(key, candidate.name.clone(), "no_valid_day", t.lack_no_valid_day())
                .by(used);
        };
        let count = |n: u32| numbers::count(u64::from(n), lang);
        let error = candidate.error.map(|error| {
            let percent = numbers::number(100.0 * error, 1, lang);
            let plus = if error > 0.0 { "+" } else { "" };
            t.extrapolate_off(&format!("{plus}{percent}{}", t.percent_sign()))
        });
        Line {
            is_provisional: !candidate.has_year,
            remark: error,
            ..Line::new(key, candidate.name.clone(), dtv.value)
                .in_unit("1/d", per_day.clone(), 0)
                .by(used)
                .of(Basis {
                    n_valid: dtv.n_valid.into(),
                    n_expected: dtv.n_expected.into(),
                    counted_in: "days",
                    words: t.valid_of_days(&count(dtv.n_valid), &count(dtv.n_expected)),
                })
        }
    };
    answered.found.candidates.iter().map(line).collect()
}

/// The result in plain words, never more than its range allows.
pub(super) fn sentence(answered: &Answered, lang: Lang) -> String {
    let t = Texts(lang);
    let what = t.property(answered.asked.property);
    let number = |value: f64| numbers::number(value, 0, lang);
    match &answered.found.result {
        Ok(result) => match result.range_90() {
            Some((low, high)) => t.extrapolate_say(what, &number(result.dtv), &number(low), &number(high)),
            None => t.extrapolate_say_no_error(what, &number(result.dtv)),
        },
        Err(_) if answered.found.times.is_empty() => t.extrapolate_nothing().to_owned(),
        Err(_) => t.extrapolate_no_reference().to_owned(),
    }
}

/// What speaks against the result.
pub(super) fn warnings(answered: &Answered, state: &AppState, ui: &Ui) -> Vec<String> {
    let t = Texts(ui.lang);
    let calendar = calendar(state);
    let found = &answered.found;
    let mut warnings = Vec::new();
    if found.n_whole_days() < 7 && !found.times.is_empty() {
        warnings.push(t.extrapolate_warn_short(&found.n_whole_days().to_string()));
    }
    if found.result.as_ref().is_ok_and(|result| result.error.is_none()) {
        warnings.push(t.extrapolate_no_error().to_owned());
    }
    let dates = || found.times.iter().map(|time| time.date);
    let listed = |dates: Vec<jiff::civil::Date>| {
        let words: Vec<_> = dates.into_iter().map(|date| date_in_words(date, state, ui)).collect();
        (!words.is_empty()).then(|| words.join(", "))
    };
    let holidays = dates().filter(|date| calendar.public_holiday(*date).is_some()).collect();
    warnings.extend(listed(holidays).map(|dates| t.extrapolate_warn_holiday(&dates)));
    let school: Vec<_> =
        dates().filter(|date| matches!(calendar.school_holiday(*date), Ok(Some(_)))).collect();
    if !school.is_empty() {
        warnings.push(t.extrapolate_warn_school(&school.len().to_string()));
    }
    if !found.times.is_empty() && !has_working_day(&calendar, dates()) {
        warnings.push(t.extrapolate_warn_weekend().to_owned());
    }
    if let Some((station, days)) = &answered.weather {
        let counted: Vec<_> = dates().collect();
        let wet = days.iter().filter(|day| day.weather.rain_mm.is_some_and(|mm| mm >= WET));
        let wet: Vec<_> = wet.map(|day| day.date).filter(|date| counted.contains(date)).collect();
        let mm = numbers::number(WET, 0, ui.lang);
        warnings.extend(listed(wet).map(|dates| t.extrapolate_warn_rain(station, &mm, &dates)));
    }
    warnings
}

fn has_working_day(calendar: &Calendar, mut dates: impl Iterator<Item = jiff::civil::Date>) -> bool {
    dates.any(|date| !matches!(DayType::of(date, calendar), DayType::Saturday | DayType::SundayOrHoliday))
}
