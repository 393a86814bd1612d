//! The city now, in sentences anybody understands: a pure function of what is known. Of what nobody measured nothing is
//! said.

use domain::{Lang, ObservedProperty as P};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use planning::weather::{HintLevel, beaufort, frost_level, gust_level, rain_level};

use super::super::{
    figures::{Now, Passed, RainToday, WaterLevel, Weather, WeekAgo},
    numbers,
    texts::Texts,
};

/// What is said of one topic.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Paragraph {
    /// What it is about.
    pub(super) topic: Topic,
    /// At least one sentence.
    pub(super) text: String,
}

/// What a paragraph is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// Temperature, rain, wind.
    Weather,
    /// Bicycles today.
    Bicycles,
    /// Motor vehicles today.
    Traffic,
    /// Water levels.
    Water,
}

/// When and where the words are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
    pub(super) lang: Lang,
}

/// Values older than this are told with their time.
const OLD_AFTER: SignedDuration = SignedDuration::from_mins(30);
/// Rain in one hour from which it is called moderate, heavy, very heavy, mm: classes of Deutscher Wetterdienst.
const RAIN_CLASSES: [f64; 3] = [2.5, 10.0, 50.0];
/// A level that moves less than this over three hours hardly changes, m.
const STEADY: f64 = 0.02;
/// Water levels told of; further ones are in the list.
const MAX_LEVELS: usize = 3;
/// Gusts below this are not worth a sentence, m/s: 6 Bft.
const GUST_WORTH: f64 = 10.8;

impl Reader<'_> {
    /// What is known, topic by topic.
    pub(super) fn paragraphs(&self, now: &Now) -> Vec<Paragraph> {
        let topics = [
            (Topic::Weather, self.weather(&now.weather)),
            (Topic::Bicycles, now.bicycles.as_ref().map_or_else(Vec::new, |passed| self.bicycles(passed))),
            (Topic::Traffic, now.vehicles.as_ref().map_or_else(Vec::new, |passed| self.vehicles(passed))),
            (Topic::Water, self.water(&now.water)),
        ];
        let said = topics.into_iter().filter(|(_, sentences)| !sentences.is_empty());
        said.map(|(topic, sentences)| Paragraph { topic, text: sentences.join(" ") }).collect()
    }

    /// What deserves attention, by the thresholds of Deutscher Wetterdienst: hints of our own.
    pub(super) fn hints(&self, now: &Now) -> Vec<String> {
        let (t, weather) = (self.texts(), &now.weather);
        let most = most_rain(weather);
        let rain = most.and_then(|mm| Some((mm, rain_level(1, mm)?))).map(|(mm, level)| {
            let mm = self.value(P::Precipitation, mm);
            if level >= HintLevel::Severe { t.hint_rain_severe(&mm) } else { t.hint_rain(&mm) }
        });
        let gust =
            weather.gust.and_then(|gust| Some((gust, gust_level(gust * 3.6)?))).map(|(gust, level)| {
                let speed = self.kilometres_per_hour(gust);
                if level >= HintLevel::Marked { t.hint_storm(&speed) } else { t.hint_gusts(&speed) }
            });
        let lowest = weather.temperature.map(|(_, lowest)| lowest);
        let frost = lowest.filter(|lowest| frost_level(*lowest).is_some());
        let frost = frost.map(|lowest| t.hint_frost(&self.value(P::AirTemperature, lowest)));
        [rain, gust, frost].into_iter().flatten().collect()
    }

    fn weather(&self, weather: &Weather) -> Vec<String> {
        let t = self.texts();
        let mut said: Vec<String> = self.air(weather).into_iter().collect();
        let hour = most_rain(weather);
        if let Some(mm) = hour.filter(|mm| *mm > 0.0) {
            let mm = self.value(P::Precipitation, mm);
            said.push(if weather.rain.len() > 1 {
                t.rain_of_the_hour_up_to(&mm)
            } else {
                t.rain_of_the_hour(&mm)
            });
        }
        let earlier =
            weather.rain_today.filter(|today| today.mm() > 0.0 && hour.is_none_or(|hour| today.mm() > hour));
        said.extend(earlier.map(|today| match today {
            RainToday::Mean(mm, _) => t.rain_since_midnight(&self.value(P::Precipitation, mm)),
            RainToday::AtLeast(mm, _) => t.rain_since_midnight_up_to(&self.value(P::Precipitation, mm)),
        }));
        said.extend(weather.wind.map(|wind| t.wind_of_force(beaufort(wind))));
        let gust = weather.gust.filter(|gust| *gust >= GUST_WORTH);
        said.extend(gust.map(|gust| t.gusts_up_to(&self.kilometres_per_hour(gust))));
        if !said.is_empty() {
            said.extend(
                weather.newest_at.filter(|at| self.is_old(*at)).map(|at| t.weather_as_of(&self.clock(at))),
            );
        }
        if weather.n_silent > 0 {
            said.push(t.weather_stations_silent(weather.n_silent, weather.n_stations));
        }
        said
    }

    /// Whether it rains, and how warm it is.
    fn air(&self, weather: &Weather) -> Option<String> {
        let t = self.texts();
        let temperature = weather.temperature.map(|(mean, _)| self.value(P::AirTemperature, mean));
        let n_wet = weather.rain.iter().filter(|rain| rain.now).count();
        // Where an hour was not observed as a whole, its silence proves nothing.
        let knows = |rain: &&super::super::figures::Rain| rain.now || !rain.at_least;
        let n_known = weather.rain.iter().filter(knows).count();
        Some(match (n_wet, n_known, temperature) {
            (0, 0, None) => return None,
            (0, 0, Some(temperature)) => t.it_is(&temperature),
            (0, _, None) => t.dry().to_owned(),
            (0, _, Some(temperature)) => t.dry_at(&temperature),
            (wet, known, None) if wet < known => t.raining_here_and_there(wet, known),
            (wet, known, Some(temperature)) if wet < known => {
                t.raining_here_and_there_at(wet, known, &temperature)
            }
            (_, _, None) => t.raining(self.how(weather)),
            (_, _, Some(temperature)) => t.raining_at(self.how(weather), &temperature),
        })
    }

    fn how(&self, weather: &Weather) -> &'static str {
        let t = self.texts();
        let mm = most_rain(weather).unwrap_or(0.0);
        match RAIN_CLASSES.iter().filter(|from| mm >= **from).count() {
            0 => t.light_rain(),
            1 => t.moderate_rain(),
            2 => t.heavy_rain(),
            _ => t.very_heavy_rain(),
        }
    }

    fn bicycles(&self, passed: &Passed) -> Vec<String> {
        let t = self.texts();
        let counted = passed.n.and_then(|n| match (n, passed.at_least) {
            (0, false) => Some(t.no_bicycle_counted().to_owned()),
            // Nothing seen while nobody looked is nothing known.
            (0, true) => None,
            (n, true) => Some(t.bicycles_counted_at_least(n)),
            (n, false) => Some(t.bicycles_counted(n)),
        });
        let most = passed.most.as_ref().map(|(site, n)| t.most_bicycles(site, *n));
        self.passed(counted, most, passed)
    }

    fn vehicles(&self, passed: &Passed) -> Vec<String> {
        let t = self.texts();
        let counted = passed.n.and_then(|n| match (n, passed.at_least) {
            (0, false) => Some(t.no_vehicle_counted().to_owned()),
            (0, true) => None,
            (n, true) => Some(t.vehicles_counted_at_least(n)),
            (n, false) => Some(t.vehicles_counted(n)),
        });
        self.passed(counted, None, passed)
    }

    fn passed(&self, counted: Option<String>, most: Option<String>, passed: &Passed) -> Vec<String> {
        let Some(counted) = counted else {
            let silent = self.texts().sites_silent(passed.n_silent, passed.n_sites);
            return if passed.n_silent > 0 { vec![silent] } else { Vec::new() };
        };
        let compared = passed.week_ago.map(|week_ago| self.week_ago(week_ago, passed.n_sites));
        [Some(counted), compared, most].into_iter().flatten().collect()
    }

    fn week_ago(&self, week_ago: WeekAgo, of: usize) -> String {
        let t = self.texts();
        let WeekAgo { until, today, then, n_sites: n } = week_ago;
        let change = (today as f64 - then as f64) / then as f64 * 100.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rounded share of counts"
        )]
        let percent = change.abs().round() as u64;
        let (weekday, until) = (numbers::weekday(self.now, self.zone, self.lang), self.clock(until));
        match (percent, change > 0.0, n < of) {
            (0, _, false) => t.week_equal(&until, weekday),
            (0, _, true) => t.week_equal_at(&until, n, of, weekday),
            (_, true, false) => t.week_more(&until, percent, weekday),
            (_, true, true) => t.week_more_at(&until, n, of, percent, weekday),
            (_, false, false) => t.week_fewer(&until, percent, weekday),
            (_, false, true) => t.week_fewer_at(&until, n, of, percent, weekday),
        }
    }

    fn water(&self, levels: &[WaterLevel]) -> Vec<String> {
        let t = self.texts();
        let mut said = Vec::new();
        for WaterLevel { site, level, at, rise } in levels.iter().take(MAX_LEVELS) {
            let level = format!("{}\u{a0}m", numbers::measured(*level, 2, self.lang));
            said.push(match rise {
                None => t.water_level_is(site, &level),
                Some(rise) if *rise >= STEADY => t.water_rising(site, &level),
                Some(rise) if *rise <= -STEADY => t.water_falling(site, &level),
                Some(_) => t.water_steady(site, &level),
            });
            if self.is_old(*at) {
                said.push(t.value_of(&self.clock(*at)));
            }
        }
        said
    }

    const fn texts(&self) -> Texts {
        Texts(self.lang)
    }

    fn value(&self, property: P, value: f64) -> String {
        numbers::value_with_unit(property, value, self.lang)
    }

    /// People know wind in km/h, from the forecast.
    fn kilometres_per_hour(&self, metres_per_second: f64) -> String {
        format!("{}\u{a0}km/h", numbers::number(metres_per_second * 3.6, 0, self.lang))
    }

    fn clock(&self, at: Timestamp) -> String {
        numbers::oclock(at, self.zone, self.lang)
    }

    fn is_old(&self, at: Timestamp) -> bool {
        self.now.duration_since(at) > OLD_AFTER
    }
}

/// The most of the last hour at any station, mm.
fn most_rain(weather: &Weather) -> Option<f64> {
    weather.rain.iter().map(|rain| rain.hour).reduce(f64::max)
}

#[cfg(test)]
mod tests;
