//! Numbers and times as people of each language write them.

use domain::{Aggregation, Lang, ObservedProperty, TimeRange, Unit};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::texts::Texts;

/// A number with fixed decimals: `1.234,5` in German, `1,234.5` in English; a real minus sign.
pub(crate) fn number(value: f64, decimals: usize, lang: Lang) -> String {
    grouped(value, decimals, 4, lang)
}

/// The same, with the thousands marked where there are at least `from_digits` digits before the point.
fn grouped(value: f64, decimals: usize, from_digits: usize, lang: Lang) -> String {
    let t = Texts(lang);
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let is_zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let mut text = String::from(if value < 0.0 && !is_zero { "−" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && whole.len() >= from_digits && (whole.len() - i) % 3 == 0 {
            text.push_str(t.number_group());
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push_str(t.number_point());
        text.push_str(fraction);
    }
    text
}

/// A count without decimals.
pub(crate) fn count(value: u64, lang: Lang) -> String {
    number(value as f64, 0, lang)
}

/// A value of a property with as many decimals as it deserves, without its unit. Counts have their thousands
/// marked; a pressure of 1013,5 hPa is not written that way.
pub(crate) fn value(property: ObservedProperty, value: f64, lang: Lang) -> String {
    if property.unit() == Unit::ONE {
        number(value, decimals(property), lang)
    } else {
        measured(value, decimals(property), lang)
    }
}

/// A number with a unit: thousands are marked from five digits on.
pub(crate) fn measured(value: f64, decimals: usize, lang: Lang) -> String {
    grouped(value, decimals, 5, lang)
}

/// A value of a property with its unit.
pub(crate) fn value_with_unit(property: ObservedProperty, x: f64, lang: Lang) -> String {
    let symbol = property.unit().symbol;
    if property.unit() == Unit::PERCENT {
        return format!("{}{}", value(property, x, lang), Texts(lang).percent_sign());
    }
    let space = if symbol.is_empty() || symbol == "°" { "" } else { "\u{a0}" };
    format!("{}{space}{symbol}", value(property, x, lang))
}

/// A single value with its unit as people say it: a wind from `SW`, a contact that is `an`.
pub(crate) fn reading(property: ObservedProperty, x: f64, lang: Lang) -> String {
    let t = Texts(lang);
    match property.aggregation() {
        Aggregation::VectorMean => format!("{}, {}", compass(x, lang), value_with_unit(property, x, lang)),
        Aggregation::TimeShare if property == ObservedProperty::Occupancy => {
            if x > 0.0 { t.occupied() } else { t.free() }.to_owned()
        }
        Aggregation::TimeShare => if x > 0.0 { t.switched_on() } else { t.switched_off() }.to_owned(),
        _ => value_with_unit(property, x, lang),
    }
}

/// A share of 1 in whole percent: `12 %` in German, `12%` in English.
pub(crate) fn percent(share: f64, lang: Lang) -> String {
    format!("{}{}", number(share * 100.0, 0, lang), Texts(lang).percent_sign())
}

/// Decimals people read; more would claim a precision street sensors do not have.
fn decimals(property: ObservedProperty) -> usize {
    let counts = property.aggregation().adds_up() && property.unit() == Unit::ONE;
    if counts || property.aggregation() == Aggregation::VectorMean {
        return 0;
    }
    match property.unit() {
        Unit::VOLT | Unit::AMPERE | Unit::STANDARD_GRAVITY => 2,
        Unit::PERCENT
        | Unit::KILOMETRE_PER_HOUR
        | Unit::LUX
        | Unit::PARTS_PER_MILLION
        | Unit::PARTS_PER_BILLION
        | Unit::WATT_PER_SQUARE_METRE => 0,
        _ => 1,
    }
}

/// `vor 3 min`, `3 min ago`: how long before `now` something was, rounded down.
pub(crate) fn ago(at: Timestamp, now: Timestamp, lang: Lang) -> String {
    let seconds = now.duration_since(at).max(SignedDuration::ZERO).as_secs();
    let t = Texts(lang);
    match seconds {
        0..60 => t.just_now().to_owned(),
        60..3600 => t.minutes_ago(&(seconds / 60).to_string()),
        3600..172_800 => t.hours_ago(&(seconds / 3600).to_string()),
        _ => t.days_ago(&(seconds / 86_400).to_string()),
    }
}

/// The length of an interval in words: `10 min`, `1 h`.
pub(crate) fn interval(length: SignedDuration) -> String {
    let seconds = length.as_secs();
    if seconds >= 3600 && seconds % 3600 == 0 {
        format!("{}\u{a0}h", seconds / 3600)
    } else if seconds >= 60 {
        format!("{}\u{a0}min", seconds / 60)
    } else {
        format!("{seconds}\u{a0}s")
    }
}

/// `14:30`; in the hour of an autumn night that comes twice with the zone: `02:30 MESZ`.
pub(crate) fn clock_time(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let local = at.to_zoned(zone.clone());
    let time = local.strftime("%H:%M");
    let twice = zone.to_ambiguous_timestamp(local.datetime()).is_ambiguous();
    if twice { format!("{time}\u{a0}{}", zone_name(at, zone, lang)) } else { time.to_string() }
}

/// `14:00–15:00`.
pub(crate) fn clock_range(range: TimeRange, zone: &TimeZone, lang: Lang) -> String {
    format!("{}–{}", clock_time(range.from(), zone, lang), clock_time(range.to(), zone, lang))
}

/// `14:30 Uhr`, `14:30`.
pub(crate) fn oclock(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    Texts(lang).oclock_of(&clock_time(at, zone, lang))
}

/// The zone's abbreviation at an instant: `MESZ` in German, `CEST` in English.
pub(crate) fn zone_name(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let name = zone.to_offset_info(at).abbreviation().to_owned();
    match name.as_str() {
        "CET" => Texts(lang).cet().to_owned(),
        "CEST" => Texts(lang).cest().to_owned(),
        _ => name,
    }
}

/// `3. Dezember 2026`, `3 December 2026`.
pub(crate) fn date(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let local = at.to_zoned(zone.clone());
    let (day, year) = (local.day().to_string(), local.year().to_string());
    Texts(lang).date_of(&day, month(local.month(), lang), &year)
}

/// `Montag, 23. November`, `Monday, 23 November`.
pub(crate) fn day(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let local = at.to_zoned(zone.clone());
    let (weekday, month) = (weekday(at, zone, lang), month(local.month(), lang));
    Texts(lang).day_of(weekday, &local.day().to_string(), month)
}

/// `Mo`, `Mon`.
pub(crate) fn short_weekday(at: Timestamp, zone: &TimeZone, lang: Lang) -> &'static str {
    use jiff::civil::Weekday as W;
    let t = Texts(lang);
    match at.to_zoned(zone.clone()).weekday() {
        W::Monday => t.short_monday(),
        W::Tuesday => t.short_tuesday(),
        W::Wednesday => t.short_wednesday(),
        W::Thursday => t.short_thursday(),
        W::Friday => t.short_friday(),
        W::Saturday => t.short_saturday(),
        W::Sunday => t.short_sunday(),
    }
}

/// `Montag`, `Monday`.
pub(crate) fn weekday(at: Timestamp, zone: &TimeZone, lang: Lang) -> &'static str {
    weekday_name(at.to_zoned(zone.clone()).weekday(), lang)
}

/// The weekday's name.
pub(crate) fn weekday_name(weekday: jiff::civil::Weekday, lang: Lang) -> &'static str {
    use jiff::civil::Weekday as W;
    let t = Texts(lang);
    match weekday {
        W::Monday => t.monday(),
        W::Tuesday => t.tuesday(),
        W::Wednesday => t.wednesday(),
        W::Thursday => t.thursday(),
        W::Friday => t.friday(),
        W::Saturday => t.saturday(),
        W::Sunday => t.sunday(),
    }
}

/// `3.12.2026, 14:30 MEZ` with the zone's abbreviation, for tooltips: unambiguous in the doubled hour of
/// autumn too.
pub(crate) fn date_time(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let local = at.to_zoned(zone.clone());
    let time = Texts(lang).date_time_of(
        &local.day().to_string(),
        &local.month().to_string(),
        &short_month(local.month(), lang),
        &local.year().to_string(),
        &local.strftime("%H:%M").to_string(),
    );
    format!("{time} {}", zone_name(at, zone, lang))
}

/// RFC 3339 with the local offset, for `datetime` attributes.
pub(crate) fn rfc3339(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The month's name; empty for a number that is no month.
pub(crate) fn month(month: i8, lang: Lang) -> &'static str {
    let t = Texts(lang);
    match month {
        1 => t.january(),
        2 => t.february(),
        3 => t.march(),
        4 => t.april(),
        5 => t.may(),
        6 => t.june(),
        7 => t.july(),
        8 => t.august(),
        9 => t.september(),
        10 => t.october(),
        11 => t.november(),
        12 => t.december(),
        _ => "",
    }
}

/// The first three letters of a month.
pub(crate) fn short_month(number: i8, lang: Lang) -> String {
    month(number, lang).chars().take(3).collect()
}

/// The wind's direction in words of eight: `NO` in German, `NE` in English.
pub(crate) fn compass(degrees: f64, lang: Lang) -> &'static str {
    let t = Texts(lang);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7 by the remainder")]
    let eighth = ((degrees / 45.0).round().rem_euclid(8.0)) as u8;
    match eighth {
        0 => t.north(),
        1 => t.north_east(),
        2 => t.east(),
        3 => t.south_east(),
        4 => t.south(),
        5 => t.south_west(),
        6 => t.west(),
        _ => t.north_west(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_decimals_marked_as_the_language_does() {
        assert_eq!(number(1234.5, 1, Lang::De), "1.234,5");
        assert_eq!(number(1234.5, 1, Lang::En), "1,234.5");
        assert_eq!(number(1_234_567.0, 0, Lang::De), "1.234.567");
        assert_eq!(number(999.0, 0, Lang::De), "999");
    }

    #[test]
    fn a_negative_number_that_rounds_to_zero_has_no_sign() {
        assert_eq!(number(-0.04, 1, Lang::De), "0,0");
        assert_eq!(number(-0.06, 1, Lang::De), "−0,1");
    }

    #[test]
    fn measured_values_have_the_decimals_and_signs_people_write() {
        use ObservedProperty as P;
        assert_eq!(value_with_unit(P::AirPressure, 1013.46, Lang::De), "1013,5\u{a0}hPa");
        assert_eq!(value_with_unit(P::Illuminance, 12345.0, Lang::De), "12.345\u{a0}lx");
        assert_eq!(value_with_unit(P::WindDirection, 211.4, Lang::De), "211°");
        assert_eq!(value_with_unit(P::Tilt, -0.25, Lang::De), "−0,2°");
        assert_eq!(value_with_unit(P::CarSpeed, 43.0, Lang::De), "43\u{a0}km/h");
        assert_eq!(value_with_unit(P::RelativeHumidity, 72.4, Lang::De), "72\u{a0}%");
        assert_eq!(value_with_unit(P::RelativeHumidity, 72.4, Lang::En), "72%");
        assert_eq!(value_with_unit(P::BicycleCount, 1234.0, Lang::En), "1,234");
    }

    #[test]
    fn the_age_is_rounded_down_and_never_negative() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        assert_eq!(ago("2026-11-23T11:56:01Z".parse().unwrap(), now, Lang::De), "vor 3\u{a0}min");
        assert_eq!(ago("2026-11-23T12:00:05Z".parse().unwrap(), now, Lang::En), "just now");
        assert_eq!(ago("2026-11-20T11:00:00Z".parse().unwrap(), now, Lang::De), "vor 3\u{a0}Tagen");
    }

    #[test]
    fn the_two_hours_of_an_autumn_night_have_different_names() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let first = date_time("2026-10-25T00:30:00Z".parse().unwrap(), &zone, Lang::De);
        let second = date_time("2026-10-25T01:30:00Z".parse().unwrap(), &zone, Lang::De);
        assert_eq!(first, "25.10.2026, 02:30 MESZ");
        assert_eq!(second, "25.10.2026, 02:30 MEZ");
        let time = |at: &str, lang| clock_time(at.parse().unwrap(), &zone, lang);
        assert_eq!(time("2026-10-25T00:30:00Z", Lang::En), "02:30\u{a0}CEST");
        assert_eq!(time("2026-10-25T02:30:00Z", Lang::En), "03:30");
    }

    #[test]
    fn north_is_the_middle_of_its_eighth() {
        assert_eq!(compass(350.0, Lang::De), "N");
        assert_eq!(compass(22.6, Lang::En), "NE");
        assert_eq!(compass(90.0, Lang::De), "O");
    }
}
