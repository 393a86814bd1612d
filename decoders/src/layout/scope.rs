//! Fields side by side that may name each other: those of a block, a frame or an entry.

use domain::{DeviceTime, Missing, ObservedProperty, Reading, Value};
use jiff::Timestamp;

use super::{
    Binding,
    field::{Bytes, Clock, Field, Observation, Source, Target, TextForm},
    number::{ByteOrder, Part},
};
use crate::{
    DecodeError, Decoded,
    decoded::{DeviceFact, Warning},
};

/// Fields in the order in which they are read.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    fields: Vec<Field<Source>>,
    /// Bytes that are needed at least: all fields that are always there.
    length: usize,
    has_conditions: bool,
    /// Settings the observations depend on, as a set of their places.
    settings: u64,
}

/// What reading a scope gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    /// Behind the last byte that was read.
    pub(crate) end: usize,
    /// The time of its values.
    pub(crate) time: DeviceTime,
}

/// What stands for a field in one payload.
#[derive(Clone, Copy, Debug)]
enum Raw<'a> {
    Absent,
    Number(Value),
    Text(TextForm, ByteOrder, &'a [u8]),
}

/// A payload being read: what was found, and what is computed already.
struct Values<'s, 'p> {
    fields: &'s [Field<Source>],
    raw: Vec<Raw<'p>>,
    computed: Vec<Option<Value>>,
}

impl Scope {
    pub(crate) fn new(fields: Vec<Field<Source>>) -> Self {
        let (mut cursor, mut length) = (0_usize, 0_usize);
        let mut settings = 0;
        for field in &fields {
            if let Source::Bytes { at, reading, .. } = field.source
                && field.when.is_none()
            {
                let begin = at.map_or(cursor, |at| usize::try_from(at).unwrap_or(cursor));
                cursor = begin.saturating_add(reading.length());
                length = length.max(cursor);
            }
            let used = field.expressions().flat_map(super::Expression::settings);
            settings |= used.fold(0_u64, |set, index| {
                set | 1_u64.checked_shl(u32::try_from(index).unwrap_or(64)).unwrap_or(0)
            });
        }
        let has_conditions = fields.iter().any(|field| field.when.is_some());
        Self { fields, length, has_conditions, settings }
    }

    /// Bytes of all fields that are always there.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// Whether it says nothing but how the battery is.
    pub(crate) fn is_battery(&self) -> bool {
        self.fields.iter().all(|field| match &field.target {
            Target::Observation(observation) => observation.property == ObservedProperty::BatteryVoltage,
            _ => true,
        })
    }

    /// Whether it says nothing but a time: that of what stands behind it.
    pub(crate) fn is_time(&self) -> bool {
        let mut targets = self.fields.iter().map(|field| &field.target);
        self.fields.iter().any(|field| matches!(field.target, Target::Time(_)))
            && targets.all(|target| matches!(target, Target::Time(_) | Target::Nothing))
    }

    /// Whether it is always as long as [`Scope::length`].
    pub(crate) const fn has_fixed_length(&self) -> bool {
        !self.has_conditions
    }

    pub(crate) fn bind(&self, binding: &Binding<'_>) -> Self {
        let bind = |expression: &super::Expression| binding.bind(expression);
        Self { fields: self.fields.iter().map(|field| field.with_settings(&bind)).collect(), ..self.clone() }
    }

    /// Reads all fields of a part of a payload; values without a time of their own have `time`.
    pub(crate) fn read(
        &self,
        part: Part<'_>,
        time: DeviceTime,
        out: &mut Decoded,
    ) -> Result<Read, DecodeError> {
        let n = self.fields.len();
        let mut values = Values { fields: &self.fields, raw: vec![Raw::Absent; n], computed: vec![None; n] };
        let (mut cursor, mut end) = (part.begin, part.begin);
        for (index, field) in self.fields.iter().enumerate() {
            if !values.is_there(field) {
                continue;
            }
            let raw = match field.source {
                Source::Computed => Raw::Number(Value::Number(0.0)),
                Source::Bytes { at, reading, bits } => {
                    let from = at.map_or(Ok(cursor), |at| part.place(at))?;
                    let bytes = part.bytes(from, reading.length())?;
                    cursor = from.saturating_add(bytes.len());
                    end = end.max(cursor);
                    match reading {
                        Bytes::Number(number) => Raw::Number(
                            number
                                .read(bytes, bits)
                                .map_or(Value::Missing(Missing::SensorError), Value::from),
                        ),
                        Bytes::Text { form, order, .. } => Raw::Text(form, order, bytes),
                    }
                }
            };
            if let Some(place) = values.raw.get_mut(index) {
                *place = raw;
            }
        }
        let time = values.time(out).unwrap_or(time);
        values.write(time, out);
        out.used_settings |= self.settings;
        Ok(Read { end, time })
    }

    /// The observations of a part that is not there.
    pub(crate) fn write_missing(&self, reason: Missing, out: &mut Decoded) {
        for field in &self.fields {
            if let Target::Observation(observation) = &field.target {
                out.push(observation.reading(Value::Missing(reason)));
            }
        }
    }
}

impl Values<'_, '_> {
    /// Whether the condition of a field holds; one that cannot be told does not.
    fn is_there(&mut self, field: &Field<Source>) -> bool {
        let Some(when) = &field.when else { return true };
        when.value(Value::Missing(Missing::NothingToMeasure), &mut |other| self.of(other))
            .is_ok_and(|truth| truth != 0.0)
    }

    /// The value of a field; a file in which fields need each other in a circle is refused.
    fn of(&mut self, index: usize) -> Value {
        if let Some(Some(known)) = self.computed.get(index) {
            return *known;
        }
        let fields = self.fields;
        let value = match (fields.get(index), self.raw.get(index)) {
            (Some(field), Some(&Raw::Number(raw))) => field.value(raw, &mut |other| self.of(other)),
            _ => Value::Missing(Missing::NothingToMeasure),
        };
        if let Some(place) = self.computed.get_mut(index) {
            *place = Some(value);
        }
        value
    }

    /// The time the fields name; `None` if they name none.
    fn time(&mut self, out: &mut Decoded) -> Option<DeviceTime> {
        let fields = self.fields;
        let (index, clock) = fields.iter().enumerate().find_map(|(index, field)| match field.target {
            Target::Time(clock) => Some((index, clock)),
            _ => None,
        })?;
        if matches!(self.raw.get(index), None | Some(Raw::Absent)) {
            return None;
        }
        let number = self.of(index).as_number()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what does not fit is no time and is refused by jiff"
        )]
        let whole = number as i64;
        match clock {
            Clock::Seconds => Timestamp::from_second(whole).ok().map(DeviceTime::At),
            Clock::Milliseconds => Timestamp::from_millisecond(whole).ok().map(DeviceTime::At),
            Clock::Rfc3339 => None,
            Clock::HourMinute => {
                let part = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
                let (hour, minute) = (part(whole.div_euclid(100)), part(whole.rem_euclid(100)));
                if hour < 24 && minute < 60 {
                    return Some(DeviceTime::ClockTime { hour, minute });
                }
                out.warn(Warning::InvalidClock { hour, minute });
                None
            }
        }
    }

    fn write(&mut self, time: DeviceTime, out: &mut Decoded) {
        let fields = self.fields;
        for (index, field) in fields.iter().enumerate() {
            let raw = self.raw.get(index).copied().unwrap_or(Raw::Absent);
            if matches!(raw, Raw::Absent) {
                continue;
            }
            match &field.target {
                Target::Nothing | Target::Time(_) => {}
                Target::Observation(observation) => {
                    let value = self.of(index);
                    out.push(observation.reading(value).at(time));
                }
                Target::Fact { key, texts } => {
                    let fact = match raw {
                        Raw::Text(form, order, bytes) => Some(DeviceFact::Text(form.read(bytes, order))),
                        _ => self.of(index).as_number().map(|number| {
                            #[expect(clippy::float_cmp, reason = "texts are given for whole numbers")]
                            let text = texts.iter().find(|(of, _)| *of == number);
                            text.map_or(DeviceFact::Number(number), |(_, text)| {
                                DeviceFact::Text(text.as_ref().to_owned())
                            })
                        }),
                    };
                    if let Some(fact) = fact {
                        out.fact(key.as_ref().to_owned(), fact);
                    }
                }
            }
        }
    }
}

impl Observation {
    /// The value in the unit of its property.
    pub(crate) fn reading(&self, value: Value) -> Reading {
        let convert = |number: f64| self.unit.as_ref().map_or(number, |unit| unit.apply(number));
        let value = match value {
            Value::Number(number) => Value::from(convert(number)),
            missing @ Value::Missing(_) => missing,
        };
        let reading = Reading::new(self.property, value).on(self.channel);
        let limit = self.wraps_at.as_ref().and_then(|limit| {
            let none = Value::Missing(Missing::NotConfigured);
            limit.value(none, &mut |_| none).ok()
        });
        limit.map_or(reading, |limit| reading.wrapping_at(convert(limit)))
    }
}
