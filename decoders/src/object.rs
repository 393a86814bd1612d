//! From an object somebody else decoded - the network server, or a maker's codec - to readings.

mod path;

use domain::{DeviceTime, Missing, Value};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::{
    Decoded,
    decoded::{DeviceFact, Warning},
    layout::{
        Assumed, Binding,
        expression::Expression,
        field::{Clock, Field, Target},
    },
};

pub(crate) use path::Path;

/// What the parts of an object mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping {
    /// Of the object as a whole.
    pub(crate) fields: Vec<Field<Source>>,
    /// Of parts that have a time or values of their own, such as the entries of a log.
    pub(crate) groups: Vec<Group>,
    /// Settings that were not given and whose default changes what is read.
    pub(crate) assumed: Vec<Assumed>,
}

/// Fields that belong together, once for each part a path leads to.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) path: Path,
    pub(crate) fields: Vec<Field<Source>>,
}

/// Where the value of a field stands in an object, and what its words mean.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// `None`: computed from other fields.
    pub(crate) path: Option<Path>,
    /// Words that stand for numbers.
    pub(crate) words: Vec<(String, f64)>,
    /// Words that stand for "no value".
    pub(crate) word_marks: Vec<(String, Missing)>,
}

impl Mapping {
    pub(crate) fn bind(&self, binding: &Binding<'_>) -> Self {
        let bind = |expression: &Expression| binding.bind(expression);
        let all = |fields: &[Field<Source>]| fields.iter().map(|field| field.with_settings(&bind)).collect();
        let used: Vec<usize> = self
            .groups
            .iter()
            .flat_map(|group| &group.fields)
            .chain(&self.fields)
            .flat_map(Field::expressions)
            .flat_map(Expression::settings)
            .collect();
        Self {
            fields: all(&self.fields),
            groups: self
                .groups
                .iter()
                .map(|group| Group { path: group.path.clone(), fields: all(&group.fields) })
                .collect(),
            assumed: binding
                .assumed()
                .into_iter()
                .filter(|assumed| used.contains(&assumed.index()))
                .collect(),
        }
    }

    /// Reads an object. What no field names is not looked at.
    pub(crate) fn read(&self, object: &Json, out: &mut Decoded) {
        let time = Part { object, fields: &self.fields }.write(DeviceTime::Uplink, out);
        for group in &self.groups {
            for object in group.path.select(object) {
                Part { object, fields: &group.fields }.write(time, out);
            }
        }
        for assumed in &self.assumed {
            out.warn(assumed.warning());
        }
    }
}

/// A part of an object with the fields that read it.
#[derive(Clone, Copy)]
struct Part<'a> {
    object: &'a Json,
    fields: &'a [Field<Source>],
}

impl Part<'_> {
    /// Writes the values of the part; gives its time.
    fn write(self, time: DeviceTime, out: &mut Decoded) -> DeviceTime {
        let time = self.time(out).unwrap_or(time);
        for field in self.fields {
            let holds = field.when.as_ref().is_none_or(|when| {
                when.value(Value::Missing(Missing::NothingToMeasure), &mut |other| self.of(other))
                    .is_ok_and(|truth| truth != 0.0)
            });
            if !holds {
                continue;
            }
            let Some(path) = &field.source.path else {
                let value = field.value(Value::Number(0.0), &mut |other| self.of(other));
                write_value(field, value, None, time, out);
                continue;
            };
            for found in path.select(self.object) {
                match field.source.raw(found) {
                    Raw::Nothing => {}
                    Raw::Value(raw) => {
                        let value = field.value(raw, &mut |other| self.of(other));
                        write_value(field, value, found.as_str(), time, out);
                    }
                    Raw::Text(text) => match &field.target {
                        Target::Fact { key, .. } => {
                            out.fact(key.as_ref().to_owned(), DeviceFact::Text(text.to_owned()));
                        }
                        Target::Time(_) => {}
                        _ => out.warn(Warning::not_a_number(path, found)),
                    },
                    Raw::NoValue => out.warn(Warning::not_a_number(path, found)),
                }
            }
        }
        time
    }

    /// The value of a field for the expressions of others: the first its path leads to.
    fn of(self, index: usize) -> Value {
        let none = Value::Missing(Missing::NothingToMeasure);
        let Some(field) = self.fields.get(index) else { return none };
        let raw = match &field.source.path {
            None => Value::Number(0.0),
            Some(path) => match path.select(self.object).first().map(|found| field.source.raw(found)) {
                Some(Raw::Value(raw)) => raw,
                _ => return none,
            },
        };
        field.value(raw, &mut |other| self.of(other))
    }

    fn time(self, out: &mut Decoded) -> Option<DeviceTime> {
        let is_time = |field: &&Field<Source>| matches!(field.target, Target::Time(_));
        let field = self.fields.iter().find(is_time)?;
        let (Target::Time(clock), Some(path)) = (&field.target, &field.source.path) else { return None };
        let found = *path.select(self.object).first()?;
        let time = match (clock, field.source.raw(found)) {
            (Clock::Rfc3339, Raw::Text(text)) => text.parse().ok(),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "what does not fit is no time and is refused by jiff"
            )]
            (Clock::Seconds, Raw::Value(Value::Number(n))) => Timestamp::from_second(n as i64).ok(),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "what does not fit is no time and is refused by jiff"
            )]
            (Clock::Milliseconds, Raw::Value(Value::Number(n))) => Timestamp::from_millisecond(n as i64).ok(),
            _ => None,
        };
        if time.is_none() {
            out.warn(Warning::not_a_number(path, found));
        }
        time.map(DeviceTime::At)
    }
}

/// What stands in an object for a field.
enum Raw<'a> {
    /// Absent or null.
    Nothing,
    Value(Value),
    Text(&'a str),
    /// An array or an object.
    NoValue,
}

impl Source {
    fn raw<'a>(&self, found: &'a Json) -> Raw<'a> {
        match found {
            Json::Null => Raw::Nothing,
            Json::Bool(truth) => Raw::Value(Value::Number(f64::from(u8::from(*truth)))),
            Json::Number(number) => {
                Raw::Value(number.as_f64().map_or(Value::Missing(Missing::SensorError), Value::from))
            }
            Json::String(text) => {
                let text = text.trim();
                if let Some((_, reason)) = self.word_marks.iter().find(|(word, _)| word == text) {
                    return Raw::Value(Value::Missing(*reason));
                }
                if let Some((_, number)) = self.words.iter().find(|(word, _)| word == text) {
                    return Raw::Value(Value::Number(*number));
                }
                text.parse::<f64>().map_or(Raw::Text(text), |number| Raw::Value(Value::from(number)))
            }
            Json::Array(_) | Json::Object(_) => Raw::NoValue,
        }
    }
}

fn write_value(field: &Field<Source>, value: Value, text: Option<&str>, time: DeviceTime, out: &mut Decoded) {
    match &field.target {
        Target::Observation(observation) => out.push(observation.reading(value).at(time)),
        Target::Fact { key, texts } => {
            #[expect(clippy::float_cmp, reason = "texts are given for whole numbers")]
            let named = |number: f64| texts.iter().find(|(of, _)| *of == number).map(|(_, text)| text);
            let fact = match (value, text) {
                // A version that looks like a number stays as it was written.
                (_, Some(text)) => DeviceFact::Text(text.to_owned()),
                (Value::Number(number), None) => named(number)
                    .map_or(DeviceFact::Number(number), |text| DeviceFact::Text(text.as_ref().to_owned())),
                (Value::Missing(_), None) => return,
            };
            out.fact(key.as_ref().to_owned(), fact);
        }
        Target::Time(_) | Target::Nothing => {}
    }
}
