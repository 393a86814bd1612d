//! One field: where its number stands, what becomes of it, what it is.

use std::sync::Arc;

use domain::{Channel, Missing, ObservedProperty, Value};

use super::{
    expression::Expression,
    number::{BitField, ByteOrder, NumberType},
    units::Conversion,
};

/// A field of a block, a frame or an object.
#[derive(Clone, Debug)]
pub(crate) struct Field<S> {
    pub(crate) source: S,
    /// Raw numbers that are no value.
    pub(crate) marks: Vec<(f64, Missing)>,
    /// Where it does not hold the field is not there.
    pub(crate) when: Option<Expression>,
    /// Where one holds the value is missing.
    pub(crate) missing_if: Vec<(Expression, Missing)>,
    pub(crate) value: Option<Expression>,
    pub(crate) decimals: Option<i32>,
    pub(crate) target: Target,
}

/// Where the number of a binary field stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// In the payload.
    Bytes { at: Option<i32>, reading: Bytes, bits: Option<BitField> },
    /// Nowhere: computed from other fields.
    Computed,
}

/// How bytes are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bytes {
    Number(NumberType),
    /// A text, for a fact.
    Text {
        form: TextForm,
        length: usize,
        order: ByteOrder,
    },
}

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextForm {
    /// Hexadecimal digits.
    Hex,
    /// Letters as they stand.
    Ascii,
    /// Numbers of a byte each with points between them: `1.14.2`.
    Version,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Observation(Observation),
    Fact {
        key: Arc<str>,
        texts: Vec<(f64, Arc<str>)>,
    },
    /// The time of the other values.
    Time(Clock),
    /// Only for other fields.
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Observation {
    pub(crate) property: ObservedProperty,
    pub(crate) channel: Channel,
    pub(crate) unit: Option<Conversion>,
    pub(crate) wraps_at: Option<Expression>,
}

/// How a device writes a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Seconds,
    Milliseconds,
    /// 100 * hour + minute, without date.
    HourMinute,
    /// As text, in an object.
    Rfc3339,
}

impl Bytes {
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Number(number) => number.length,
            Self::Text { length, .. } => length,
        }
    }
}

impl TextForm {
    /// The text these bytes are.
    pub(crate) fn read(self, bytes: &[u8], order: ByteOrder) -> String {
        let mut bytes = bytes.to_vec();
        if order == ByteOrder::Little {
            bytes.reverse();
        }
        match self {
            Self::Hex => hex::encode(bytes),
            // Padding and what is no letter is left out.
            Self::Ascii => {
                bytes.retain(|byte| byte.is_ascii_graphic() || *byte == b' ');
                String::from_utf8_lossy(&bytes).trim().to_owned()
            }
            Self::Version => bytes.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        }
    }
}

impl<S> Field<S> {
    /// The value for the number read and the values of other fields.
    pub(crate) fn value(&self, raw: Value, others: &mut impl FnMut(usize) -> Value) -> Value {
        if let Value::Number(raw) = raw {
            #[expect(clippy::float_cmp, reason = "marks are written as the device sends them")]
            let mark = self.marks.iter().find(|(mark, _)| *mark == raw);
            if let Some((_, reason)) = mark {
                return Value::Missing(*reason);
            }
        }
        for (condition, reason) in &self.missing_if {
            match condition.value(raw, others) {
                Ok(0.0) => {}
                Ok(_) => return Value::Missing(*reason),
                Err(reason) => return Value::Missing(reason),
            }
        }
        let computed = match &self.value {
            None => raw,
            Some(value) => value.value(raw, others).map_or_else(Value::Missing, Value::from),
        };
        match (computed, self.decimals) {
            (Value::Number(number), Some(decimals)) => Value::from(rounded(number, decimals)),
            (value, _) => value,
        }
    }

    /// With the settings of a device in the place of their names.
    pub(crate) fn with_settings(&self, bind: &impl Fn(&Expression) -> Expression) -> Self
    where
        S: Clone,
    {
        let target = match &self.target {
            Target::Observation(observation) => Target::Observation(Observation {
                wraps_at: observation.wraps_at.as_ref().map(bind),
                ..observation.clone()
            }),
            other => other.clone(),
        };
        Self {
            when: self.when.as_ref().map(bind),
            missing_if: self.missing_if.iter().map(|(c, reason)| (bind(c), *reason)).collect(),
            value: self.value.as_ref().map(bind),
            target,
            ..self.clone()
        }
    }

    /// Every expression of the field.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let conditions = self.missing_if.iter().map(|(condition, _)| condition);
        self.when.iter().chain(self.value.iter()).chain(conditions)
    }
}

/// A number with so many digits behind the point.
fn rounded(number: f64, decimals: i32) -> f64 {
    let power = 10_f64.powi(decimals);
    (number * power).round() / power
}
