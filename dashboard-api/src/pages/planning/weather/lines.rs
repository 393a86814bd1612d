//! The figures of a station as lines.

use domain::Lang;
use jiff::{SignedDuration, Timestamp};
use planning::weather::{
    Course, DayKind, HintLevel, RainSum, Tally, beaufort, frost_level, gust_level, rain_level,
};

use super::super::sheet::{Basis, Line};
use crate::{
    evaluation::weather::{RAIN_DAYS, WeatherReport},
    pages::{numbers, texts::Texts},
};

/// Every figure, in the order in which people ask.
pub(super) fn of(report: &WeatherReport, lang: Lang) -> Vec<Line> {
    let writer = Writer { report, t: Texts(lang), lang };
    let mut lines = writer.rain();
    lines.extend(writer.temperature());
    lines.extend(writer.comfort());
    lines.extend(writer.wind());
    lines
}

struct Writer<'a> {
    report: &'a WeatherReport,
    t: Texts,
    lang: Lang,
}

impl Writer<'_> {
    fn hours(&self, n: u32) -> Basis {
        let count = |n: u32| numbers::count(u64::from(n), self.lang);
        Basis {
            n_valid: n.into(),
            n_expected: self.report.n_hours.into(),
            counted_in: "hours",
            words: self.t.valid_of_hours(&count(n), &count(self.report.n_hours)),
        }
    }

    fn days(&self, tally: Tally) -> Basis {
        let count = |n: u32| numbers::count(u64::from(n), self.lang);
        let known = tally.n_days - tally.n_open;
        Basis {
            n_valid: known.into(),
            n_expected: tally.n_days.into(),
            counted_in: "days",
            words: self.t.valid_of_days(&count(known), &count(tally.n_days)),
        }
    }

    fn observed(&self, sum: RainSum) -> Basis {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of some years")]
        let n = (sum.covered * f64::from(self.report.n_hours)).round() as u32;
        self.hours(n)
    }

    fn rain(&self) -> Vec<Line> {
        let t = self.t;
        let report = self.report;
        let mut lines = Vec::new();
        if report.rain.covered > 0.0 {
            let line = Line::new("rain_total", t.weather_rain_total(), report.rain.mm);
            lines.push(Line {
                is_at_least: report.rain.at_least,
                ..line.in_unit("mm", "mm", 1).by(t.weather_by_sum()).of(self.observed(report.rain))
            });
        } else {
            lines.push(self.not_measured("rain_total", t.weather_rain_total()));
            return lines;
        }
        for (hours, heaviest) in &report.heaviest {
            let key = format!("rain_heaviest_{hours}h");
            let name = t.weather_heaviest(*hours);
            let Some((until, sum)) = heaviest else { continue };
            let line = Line::new(key, name, sum.mm).in_unit("mm", "mm", 1);
            let begins = *until - SignedDuration::from_hours(i64::from(*hours));
            lines.push(Line {
                at: Some(begins),
                // A gap anywhere may hide a heavier one.
                is_at_least: report.rain.at_least,
                remark: self.hint(rain_level(*hours, sum.mm)),
                ..line.by(t.weather_by_gliding(*hours)).of(self.observed(report.rain))
            });
        }
        if let Some(day) = report.wettest() {
            let line = Line::new("rain_wettest_day", t.weather_wettest(), day.rain.mm).in_unit("mm", "mm", 1);
            lines.push(Line {
                remark: Some(day.date.to_string()),
                is_at_least: report.rain.at_least,
                ..line.by(t.weather_by_local_day()).of(self.observed(report.rain))
            });
        }
        for mm in RAIN_DAYS {
            let key = format!("rain_days_{}mm", if mm < 1.0 { "0_1".to_owned() } else { mm.to_string() });
            let name = t.weather_rain_days(&numbers::number(mm, usize::from(mm < 1.0), self.lang));
            lines.push(self.tally(&key, name, report.rain_days(mm), t.weather_by_day_sum()));
        }
        lines
    }

    fn temperature(&self) -> Vec<Line> {
        let t = self.t;
        let report = self.report;
        let mean = report.station.course(|hour| Some(hour.temperature?.mean));
        let low = report.station.course(|hour| Some(hour.temperature?.min));
        let high = report.station.course(|hour| Some(hour.temperature?.max));
        let (Some(mean), Some(low), Some(high)) = (mean, low, high) else {
            return vec![self.not_measured("temperature_mean", t.weather_temperature_mean())];
        };
        let has_gaps = mean.n < report.n_hours;
        let mut lines = vec![
            self.celsius("temperature_mean", t.weather_temperature_mean(), mean.mean, mean.n)
                .by(t.weather_by_hours()),
            Line {
                at: Some(low.lowest.1),
                remark: self.hint(frost_level(low.lowest.0)),
                ..self
                    .celsius("temperature_min", t.weather_temperature_min(), low.lowest.0, low.n)
                    .by(t.weather_by_lowest())
            },
            Line {
                at: Some(high.highest.1),
                is_at_least: has_gaps,
                ..self
                    .celsius("temperature_max", t.weather_temperature_max(), high.highest.0, high.n)
                    .by(t.weather_by_highest())
            },
        ];
        for kind in DayKind::ALL {
            let (key, name, method) = match kind {
                DayKind::Frost => ("frost_days", t.weather_frost(), t.weather_by_frost()),
                DayKind::Ice => ("ice_days", t.weather_ice(), t.weather_by_ice()),
                DayKind::Summer => ("summer_days", t.weather_summer(), t.weather_by_summer()),
                DayKind::Hot => ("hot_days", t.weather_hot(), t.weather_by_hot()),
                DayKind::TropicalNight => ("tropical_nights", t.weather_tropical(), t.weather_by_tropical()),
            };
            lines.push(self.tally(key, name.to_owned(), report.tally(kind), method));
        }
        lines
    }

    fn comfort(&self) -> Vec<Line> {
        let t = self.t;
        let station = &self.report.station;
        let Some(humidity) = station.course(|hour| Some(hour.humidity?.mean)) else { return Vec::new() };
        let mut lines = vec![
            Line::new("humidity_mean", t.weather_humidity(), humidity.mean)
                .in_unit("%", "%", 0)
                .by(t.weather_by_hours())
                .of(self.hours(humidity.n)),
        ];
        let mut extreme = |key: &str, name: &str, course: Option<Course>, lowest: bool, method: &str| {
            lines.push(match course {
                Some(course) => {
                    let (value, at) = if lowest { course.lowest } else { course.highest };
                    // A missing hour may have been more; whether it would have been one of the formula's is not known.
                    let is_at_least = !lowest && humidity.n < self.report.n_hours;
                    Line { at: Some(at), is_at_least, ..self.celsius(key, name, value, course.n).by(method) }
                }
                None => Line::missing(key, name, "out_of_range", t.weather_no_such_hour()).by(method),
            });
        };
        let dew = station.dew_points();
        extreme("dew_point_max", t.weather_dew_max(), dew, false, t.weather_by_dew());
        extreme("wet_bulb_max", t.weather_wet_bulb(), station.wet_bulbs(), false, t.weather_by_wet_bulb());
        extreme("heat_index_max", t.weather_heat(), station.heat_indices(), false, t.weather_by_heat());
        extreme("wind_chill_min", t.weather_chill(), station.wind_chills(), true, t.weather_by_chill());
        if let Some(dew) = dew {
            let line =
                self.celsius("dew_point_mean", t.weather_dew_mean(), dew.mean, dew.n).by(t.weather_by_dew());
            lines.insert(1, line);
        }
        lines
    }

    fn wind(&self) -> Vec<Line> {
        let t = self.t;
        let report = self.report;
        let mut lines = Vec::new();
        let speed = |key: &str, name: &str, value: f64| Line::new(key, name, value).in_unit("m/s", "m/s", 1);
        if let Some(course) = report.station.course(|hour| Some(hour.wind?.mean)) {
            let strongest = report
                .station
                .winds
                .iter()
                .reduce(|best, next| if next.1.speed > best.1.speed { next } else { best });
            lines.push(
                speed("wind_mean", t.weather_wind_mean(), course.mean)
                    .by(t.weather_by_hours())
                    .of(self.hours(course.n)),
            );
            if let Some((range, wind)) = strongest {
                let name = t.weather_wind_strongest();
                lines.push(Line {
                    at: Some(range.from()),
                    remark: Some(t.weather_beaufort(u32::from(beaufort(wind.speed)))),
                    is_at_least: course.n < report.n_hours,
                    ..speed("wind_strongest", name, wind.speed)
                        .by(t.weather_by_strongest())
                        .of(self.hours(course.n))
                });
            }
            let n = report.rose.n();
            if n > 0 {
                let share = 100.0 * f64::from(report.rose.n_calm) / f64::from(n);
                let line = Line::new("wind_calms", t.weather_calms(), share).in_unit("%", "%", 1);
                lines.push(line.by(t.weather_by_calms()).of(self.winds(n)));
            }
            if let Some((mean, direction)) = report.wind.and_then(|mean| Some((mean, mean.vector_direction?)))
            {
                let words = numbers::compass(direction, self.lang);
                let line = Line::new("wind_direction_mean", t.weather_direction(), direction);
                lines.push(Line {
                    remark: Some(t.weather_from(words, &numbers::number(mean.vector_speed, 1, self.lang))),
                    ..line.in_unit("°", "°", 0).by(t.weather_by_vector()).of(self.winds(n))
                });
            }
        } else {
            lines.push(self.not_measured("wind_mean", t.weather_wind_mean()));
        }
        if let Some(gusts) = report.station.course(|hour| hour.gust) {
            let (value, at): (f64, Timestamp) = gusts.highest;
            let kmh = numbers::number(value * 3.6, 0, self.lang);
            let hint = self.hint(gust_level(value * 3.6));
            let remark =
                hint.map_or_else(|| t.weather_kmh(&kmh), |hint| format!("{}. {hint}", t.weather_kmh(&kmh)));
            lines.push(Line {
                at: Some(at),
                is_at_least: gusts.n < report.n_hours,
                remark: Some(remark),
                ..speed("gust_max", t.weather_gust(), value).by(t.weather_by_gust()).of(self.hours(gusts.n))
            });
        }
        lines
    }

    fn winds(&self, n: u32) -> Basis {
        // Stations that report seldom have hours of wind instead.
        let is_hourly = self.report.station.winds.first().is_some_and(|(range, _)| range.seconds() > 900.0);
        if is_hourly {
            return self.hours(n);
        }
        let quarters = self.report.n_hours * 4;
        let count = |n: u32| numbers::count(u64::from(n), self.lang);
        Basis {
            n_valid: n.into(),
            n_expected: quarters.into(),
            counted_in: "quarter_hours",
            words: self.t.valid_of_quarters(&count(n), &count(quarters)),
        }
    }

    fn celsius(&self, key: &str, name: &str, value: f64, n_hours: u32) -> Line {
        Line::new(key, name, value).in_unit("°C", "°C", 1).of(self.hours(n_hours))
    }

    fn tally(&self, key: &str, name: String, tally: Tally, method: &str) -> Line {
        let open = (tally.n_open > 0).then(|| self.t.weather_open(tally.n_open));
        Line {
            is_at_least: tally.n_open > 0,
            remark: open,
            ..Line::new(key, name, f64::from(tally.n))
                .in_unit("d", self.t.weather_days(tally.n), 0)
                .by(method)
                .of(self.days(tally))
        }
    }

    fn not_measured(&self, key: &str, name: &str) -> Line {
        Line::missing(key, name, "not_measured", self.t.weather_not_measured())
    }

    /// A level in words that never call it a warning.
    fn hint(&self, level: Option<HintLevel>) -> Option<String> {
        let t = self.t;
        let level = match level? {
            HintLevel::Watch => t.weather_level_1(),
            HintLevel::Marked => t.weather_level_2(),
            HintLevel::Severe => t.weather_level_3(),
            HintLevel::Extreme => t.weather_level_4(),
        };
        Some(t.weather_hint(level))
    }
}
