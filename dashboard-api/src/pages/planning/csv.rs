//! Figures and days as CSV: what the page shows, to the last digit.

use domain::Lang;
use planning::DayCount;

use super::Answered;
use crate::{
    AppState,
    csv_text::{self, CsvTable},
    evaluation::Scope,
    pages::texts::Texts,
};

/// One line for each figure.
pub(super) fn figures(answered: &Answered, state: &AppState, lang: Lang) -> Vec<u8> {
    let header = [
        "thing",
        "property",
        "from",
        "to",
        "figure",
        "scope",
        "value",
        "unit",
        "day_set",
        "day_set_words",
        "n_valid",
        "n_expected",
        "counted_in",
        "low_95",
        "high_95",
        "at_local",
        "stronger",
        "at_least",
        "provisional",
        "estimated_share",
        "missing_reason",
        "suspect_days",
        "method",
    ];
    let mut table = CsvTable::new(header.map(Into::into));
    let (asked, evaluation) = (&answered.asked, &answered.evaluation);
    let t = Texts(lang);
    let direction = |i: usize| evaluation.counts.directions.get(i).map_or("", |d| d.key.as_str());
    let left_out = if asked.without_suspect { "left out" } else { "included" };
    let n_suspect = evaluation.suspect_days.len();
    let suspect = if n_suspect == 0 { "none".to_owned() } else { format!("{n_suspect} {left_out}") };
    for figure in &evaluation.figures {
        let known = figure.value.ok();
        let n = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
        let yes = |is: Option<bool>| is.map_or("", |is| if is { "1" } else { "0" });
        let scope = match figure.scope {
            Scope::CrossSection => "cross_section",
            Scope::Direction(i) => direction(i),
        };
        let interval = known.and_then(|known| known.interval_95);
        let at = known.and_then(|known| known.at);
        table.row([
            csv_text::text(&answered.site.thing.name),
            asked.property.key().into(),
            asked.period.first.to_string().into(),
            asked.period.last.to_string().into(),
            figure.name.key().into(),
            scope.into(),
            csv_text::number(known.map(|known| known.amount)),
            figure.name.unit().key().into(),
            figure.days.key().into(),
            Texts(lang).day_set(figure.days).into(),
            n(known.map(|known| known.n_valid)).into(),
            n(known.map(|known| known.n_expected)).into(),
            known.map_or("", |known| known.basis.key()).into(),
            csv_text::number(interval.map(|(low, _)| low)),
            csv_text::number(interval.map(|(_, high)| high)),
            at.map_or("".into(), |at| csv_text::local(at, &state.zone)),
            known.and_then(|known| known.stronger).map_or("", direction).into(),
            yes(known.map(|known| known.is_at_least)).into(),
            yes(known.map(|known| known.is_provisional)).into(),
            csv_text::number(known.map(|known| known.estimated_share)),
            figure.value.err().map_or("", |lack| lack.key()).into(),
            suspect.as_str().into(),
            t.method(figure.name, evaluation.counts.resolution()).into(),
        ]);
    }
    table.into_bytes()
}

/// One line for each day: all directions together and each of them.
pub(super) fn days(answered: &Answered, state: &AppState, _lang: Lang) -> Vec<u8> {
    let evaluation = &answered.evaluation;
    let calendar = super::calendar(state);
    let directions = &evaluation.counts.directions;
    let several = directions.len() > 1;
    let mut header: Vec<_> =
        ["date", "thing", "property", "value", "state", "estimated"].map(Into::into).to_vec();
    header.extend(["n_valid", "n_expected", "suspect", "public_holiday", "school_holiday"].map(Into::into));
    if several {
        header.extend(directions.iter().map(|direction| format!("value {}", direction.key).into()));
    }
    header.extend(
        [
            "weather_station",
            "temperature mean °C",
            "rain mm",
            "rain at_least",
            "rain 06-20 mm",
            "wind mean m/s",
        ]
        .map(Into::into),
    );
    let mut table = CsvTable::new(header);
    for (i, day) in evaluation.days.iter().enumerate() {
        let state = match day.count {
            DayCount::Counted(_) => "counted",
            DayCount::Completed { .. } => "completed",
            DayCount::Incomplete => "incomplete",
        };
        let is_suspect = evaluation.suspect_days.contains(&day.date);
        let public = calendar.public_holiday(day.date).map_or("", planning::calendar::PublicHoliday::name);
        let school = match calendar.school_holiday(day.date) {
            Ok(holiday) => holiday.unwrap_or_default().to_owned(),
            Err(_) => "unknown".to_owned(),
        };
        let mut row = vec![
            day.date.to_string().into(),
            csv_text::text(&answered.site.thing.name),
            answered.asked.property.key().into(),
            csv_text::number(day.amount()),
            state.into(),
            csv_text::number(day.amount().map(|_| day.estimated())),
            day.n_valid.to_string().into(),
            day.n_expected.to_string().into(),
            if is_suspect { "1" } else { "0" }.into(),
            public.into(),
            csv_text::text(&school),
        ];
        if several {
            let of = |days: &Vec<planning::Day>| days.get(i).and_then(planning::Day::amount);
            row.extend(evaluation.direction_days.iter().map(|days| csv_text::number(of(days))));
        }
        let weather = answered.beside.days.get(i);
        let rain = weather.filter(|day| day.rain.covered > 0.0);
        row.extend([
            csv_text::text(answered.beside.station().map_or("", |station| station.thing.name.as_str())),
            csv_text::number(weather.and_then(|day| day.weather.temperature)),
            csv_text::number(rain.map(|day| day.rain.mm)),
            rain.map_or("", |day| if day.rain.at_least { "1" } else { "0" }).into(),
            csv_text::number(weather.and_then(|day| day.weather.rain_mm)),
            csv_text::number(weather.and_then(|day| day.weather.wind)),
        ]);
        table.row(row);
    }
    table.into_bytes()
}
