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
    /// Of a time: where it is absent the values have that of the object around them, or of the uplink.
    pub(crate) is_optional: bool,
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
        let time = Part { object, of: None, fields: &self.fields }.write(Some(DeviceTime::Uplink), out);
        for group in &self.groups {
            for object in group.path.select(object) {
                Part { object, of: Some(&group.path), fields: &group.fields }.write(time, out);
            }
        }
        if out.readings.is_empty() && out.device.is_empty() && !self.finds_anything(object) {
            out.warnings.extend(Warning::nothing_found(object, &self.paths()));
        }
        for assumed in &self.assumed {
            out.warn(assumed.warning());
        }
    }

    /// Whether any field is in the object.
    fn finds_anything(&self, object: &Json) -> bool {
        let has = |fields: &[Field<Source>], object: &Json| {
            fields
                .iter()
                .filter_map(|field| field.source.path.as_ref())
                .any(|path| !path.select(object).is_empty())
        };
        has(&self.fields, object)
            || self
                .groups
                .iter()
                .any(|group| group.path.select(object).into_iter().any(|part| has(&group.fields, part)))
    }

    /// Where values are looked for.
    fn paths(&self) -> Vec<String> {
        let of = |fields: &[Field<Source>], way: &dyn Fn(&Path) -> String| -> Vec<String> {
            fields.iter().filter_map(|field| field.source.path.as_ref()).map(way).collect()
        };
        let own = of(&self.fields, &Path::to_string);
        let of_groups = self.groups.iter().flat_map(|group| of(&group.fields, &|path| group.path.then(path)));
        own.into_iter().chain(of_groups).collect()
    }
}

/// A part of an object with the fields that read it.
#[derive(Clone, Copy)]
struct Part<'a> {
    object: &'a Json,
    /// The way to it; `None`: it is the object as a whole.
    of: Option<&'a Path>,
    fields: &'a [Field<Source>],
}

impl Part<'_> {
    /// Writes the values of the part; gives its time. Without a time it has no values: they would pass for those of now.
    fn write(self, around: Option<DeviceTime>, out: &mut Decoded) -> Option<DeviceTime> {
        let (time, no_time) = match self.time() {
            Time::OfPart(time) => (Some(time), None),
            Time::OfAround => (around, None),
            Time::None(warning) => (None, Some(warning)),
        };
        let mut is_left_out = false;
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
                is_left_out |= !write_value(field, value, None, time, out);
                continue;
            };
            for found in path.select(self.object) {
                match field.source.raw(found) {
                    Raw::Nothing => {}
                    Raw::Value(raw) => {
                        let value = field.value(raw, &mut |other| self.of(other));
                        is_left_out |= !write_value(field, value, found.as_str(), time, out);
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
        // The entries of a log may all lack their time: one warning says it.
        if let Some(warning) = no_time.filter(|warning| is_left_out && !out.warnings.contains(warning)) {
            out.warn(warning);
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

    fn time(self) -> Time {
        let of_time = self.fields.iter().find_map(|field| match (&field.target, &field.source.path) {
            (Target::Time(clock), Some(path)) => Some((field, *clock, path)),
            _ => None,
        });
        let Some((field, clock, path)) = of_time else { return Time::OfAround };
        let found = path.select(self.object).first().copied().filter(|found| !found.is_null());
        let Some(found) = found else {
            return if field.source.is_optional {
                Time::OfAround
            } else {
                Time::None(Warning::no_time(self.of, path, None, clock))
            };
        };
        let time: Option<Timestamp> = match (clock, field.source.raw(found)) {
            (Clock::Rfc3339, Raw::Text(text)) => text.parse().ok(),
            (Clock::Seconds | Clock::Milliseconds, Raw::Value(raw)) => {
                match field.value(raw, &mut |other| self.of(other)) {
                    Value::Number(n) => since_1970(n, clock),
                    Value::Missing(_) => None,
                }
            }
            _ => None,
        };
        time.map_or_else(
            || Time::None(Warning::no_time(self.of, path, Some(found), clock)),
            |time| Time::OfPart(DeviceTime::At(time)),
        )
    }
}

/// What a part says about its time.
enum Time {
    OfPart(DeviceTime),
    /// It names none, or need not have one: that of what it is a part of.
    OfAround,
    /// It should have one and has not.
    None(Warning),
}

#[expect(clippy::cast_possible_truncation, reason = "what does not fit is no time and is refused by jiff")]
fn since_1970(n: f64, clock: Clock) -> Option<Timestamp> {
    match clock {
        Clock::Milliseconds => Timestamp::from_millisecond(n as i64).ok(),
        _ => Timestamp::from_second(n as i64).ok(),
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

/// Whether the value is written: one that is observed needs a time.
fn write_value(
    field: &Field<Source>,
    value: Value,
    text: Option<&str>,
    time: Option<DeviceTime>,
    out: &mut Decoded,
) -> bool {
    match &field.target {
        Target::Observation(observation) => match time {
            Some(time) => out.push(observation.reading(value).at(time)),
            None => return false,
        },
        Target::Fact { key, texts } => {
            #[expect(clippy::float_cmp, reason = "texts are given for whole numbers")]
            let named = |number: f64| texts.iter().find(|(of, _)| *of == number).map(|(_, text)| text);
            let fact = match (value, text) {
                // A version that looks like a number stays as it was written.
                (_, Some(text)) => DeviceFact::Text(text.to_owned()),
                (Value::Number(number), None) => named(number)
                    .map_or(DeviceFact::Number(number), |text| DeviceFact::Text(text.as_ref().to_owned())),
                (Value::Missing(_), None) => return true,
            };
            out.fact(key.as_ref().to_owned(), fact);
        }
        Target::Time(_) | Target::Nothing => {}
    }
    true
}
