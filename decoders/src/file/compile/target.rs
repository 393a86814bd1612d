//! What a field says: an observed property, a fact about the device, the time of its values.

use domain::Channel;
use toml::Spanned;

use super::Compiler;
use crate::{
    FileError,
    file::tables::{ClockWord, FieldTable, Formula, Word},
    layout::{
        expression::Expression,
        field::{Clock, Observation, Target},
        units::{self, Conversion},
    },
    misspelt::misspelt,
};

impl Compiler<'_> {
    pub(super) fn target(
        &self,
        field: &Spanned<FieldTable>,
        path: &str,
        formula: &impl Fn(&Spanned<Formula>, &str) -> Result<Expression, FileError>,
    ) -> Result<Target, FileError> {
        let table = field.get_ref();
        let key = |key: &str| format!("{path}, {key}");
        let n_targets = [table.property.is_some(), table.fact.is_some(), table.time.is_some()];
        if n_targets.into_iter().filter(|is_there| *is_there).count() > 1 {
            return Err(self.error(field.span(), path, "expected one of `property`, `fact` and `time`"));
        }
        if let Some(property) = &table.property {
            let name = property.get_ref();
            let property = name
                .parse::<domain::ObservedProperty>()
                .map_err(|_| self.error(property.span(), key("property"), unknown_property(name)))?;
            let channel = match &table.channel {
                None => Channel::MAIN,
                Some(channel) => channel
                    .get_ref()
                    .parse::<Channel>()
                    .map_err(|error| self.error(channel.span(), key("channel"), error.to_string()))?,
            };
            if channel.as_str().ends_with("ltr") || channel.as_str().ends_with("rtl") {
                let mut directed = self.directed_channels.borrow_mut();
                if !directed.contains(&channel) {
                    directed.push(channel);
                }
            }
            let unit = match &table.unit {
                None => None,
                Some(unit) => {
                    Some(Conversion::between(unit.get_ref(), property.unit()).ok_or_else(|| {
                        let message = wrong_unit(unit.get_ref(), property);
                        self.error(unit.span(), key("unit"), message)
                    })?)
                }
            };
            let wraps_at = table.wraps_at.as_ref().map(|limit| formula(limit, "wraps_at")).transpose()?;
            if let (Some(given), Some(limit)) = (&table.wraps_at, &wraps_at)
                && (limit.uses_x() || !limit.fields().is_empty())
            {
                let message =
                    format!("`{}`: expected a number or an expression of settings", given.get_ref().0);
                return Err(self.error(given.span(), key("wraps_at"), message));
            }
            return Ok(Target::Observation(Observation { property, channel, unit, wraps_at }));
        }
        let only_of_properties = [
            ("channel", table.channel.as_ref().map(Spanned::span)),
            ("unit", table.unit.as_ref().map(Spanned::span)),
            ("wraps_at", table.wraps_at.as_ref().map(Spanned::span)),
        ];
        for (name, given) in only_of_properties {
            if let Some(span) = given {
                return Err(self.error(span, key(name), "belongs to a `property`, which is not there"));
            }
        }
        if let Some(fact) = &table.fact {
            let texts =
                table.texts.iter().flat_map(Spanned::get_ref).filter_map(|(number, word)| match word {
                    Word::Text(text) => Some((number, text)),
                    Word::Number(_) => None,
                });
            let texts = texts.map(|(number, text)| {
                let of = number.parse::<f64>().map_err(|_| {
                    self.error(field.span(), key("texts"), format!("`{number}` is no number"))
                })?;
                Ok((of, text.as_str().into()))
            });
            return Ok(Target::Fact {
                key: fact.get_ref().as_str().into(),
                texts: texts.collect::<Result<_, _>>()?,
            });
        }
        Ok(match table.time.as_ref().map(|time| *time.get_ref()) {
            Some(ClockWord::Seconds) => Target::Time(Clock::Seconds),
            Some(ClockWord::Milliseconds) => Target::Time(Clock::Milliseconds),
            Some(ClockWord::HourMinute) => Target::Time(Clock::HourMinute),
            Some(ClockWord::Rfc3339) => Target::Time(Clock::Rfc3339),
            None => Target::Nothing,
        })
    }
}

fn unknown_property(name: &str) -> String {
    let known = || domain::ObservedProperty::ALL.iter().map(|property| property.key());
    let mut meant = misspelt(name, known);
    if meant.is_empty() && name.len() > 2 {
        meant = known().filter(|known| known.contains(name)).take(5).collect();
    }
    let meant = if meant.is_empty() { String::new() } else { format!("did you mean {}? ", quoted(&meant)) };
    format!("`{name}` is no observed property: {meant}`stadtfunk properties` lists all")
}

fn wrong_unit(unit: &str, property: domain::ObservedProperty) -> String {
    let to = property.unit();
    if units::is_known(unit) {
        return format!("`{unit}` cannot become `{}`, the unit of `{}`", to.ucum, property.key());
    }
    let others = units::that_become(to);
    let others = if others.is_empty() { String::new() } else { format!(", or {}", quoted(&others)) };
    format!("`{unit}` is no known unit: expected `{}`, the unit of `{}`{others}", to.ucum, property.key())
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
