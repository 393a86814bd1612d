//! A figure in words: its number with its unit, and what it is of.

use domain::ObservedProperty;
use jiff::tz::TimeZone;

use super::{
    super::{channels, numbers, texts::Texts},
    Figure, Shown,
};
use crate::amount::Amount;

/// A figure as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// With its unit; `None` if it is not known.
    pub(crate) number: Option<String>,
    /// What it is of, and why it is not known.
    pub(crate) label: String,
}

impl Shown {
    /// Number and label.
    pub(crate) fn words(&self, zone: &TimeZone, t: Texts) -> Words {
        let property = self.property;
        let channel = self.channel.as_ref().map(|(channel, name)| {
            let name = name.clone().unwrap_or_else(|| channels::of_key(*channel, &[], t.0));
            format!(" · {name}")
        });
        let name = format!("{}{}", t.beside_a_number(property), channel.unwrap_or_default());
        let unknown = |label: String| Words { number: None, label: format!("{label}: {}", t.not_known()) };
        match &self.figure {
            Figure::Amount(amount) => match fallen_or_passed(property, *amount, t) {
                Some(number) => Words { number: Some(number), label: t.counted(property, amount.n()) },
                None => unknown(t.counted(property, None)),
            },
            Figure::Between(range, amount) => {
                let hour = t.between(
                    &numbers::clock_time(range.from(), zone, t.0),
                    &numbers::clock_time(range.to(), zone, t.0),
                );
                match fallen_or_passed(property, *amount, t) {
                    Some(number) => Words { number: Some(number), label: hour },
                    None => unknown(hour),
                }
            }
            Figure::Values(values) => Words { number: Some(joined(property, values, t)), label: name },
            Figure::Reason(reason) => Words { number: None, label: format!("{name}: {}", t.reason(*reason)) },
        }
    }
}

/// A sum with its unit, if one is known.
fn fallen_or_passed(property: ObservedProperty, amount: Amount, t: Texts) -> Option<String> {
    let number = numbers::value_with_unit(property, amount.sum?, t.0);
    Some(if amount.is_lower_bound() { t.at_least(&number) } else { number })
}

/// `19 / 20 km/h`, `19 / – km/h`.
fn joined(property: ObservedProperty, values: &[Option<f64>], t: Texts) -> String {
    if let [Some(only)] = values {
        return match property {
            ObservedProperty::WindDirection => numbers::compass(*only, t.0).to_owned(),
            _ => numbers::reading(property, *only, t.0),
        };
    }
    let number = |value: &Option<f64>| value.map_or("–".to_owned(), |x| numbers::value(property, x, t.0));
    let numbers: Vec<_> = values.iter().map(number).collect();
    format!("{}\u{a0}{}", numbers.join("\u{a0}/\u{a0}"), property.unit().symbol)
}
