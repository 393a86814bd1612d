//! From what a decoder found to values with their instant and their quality.

use decoders::{ClockTolerance, Decoded};
use domain::{Aggregation, Doubt, ObservedProperty, Quality, QualityRules, Value};
use store::{NewReading, NewValue};

use super::consistency;
use crate::time::{Resolved, UplinkTime};

/// Gives each value its instant and its quality, and groups values of one instant, in order of time.
pub(super) fn assess(
    decoded: &Decoded,
    times: UplinkTime,
    tolerance: ClockTolerance,
    rules: &QualityRules,
) -> (Vec<NewReading>, u64) {
    let mut by_time: Vec<(NewReading, Vec<bool>)> = Vec::with_capacity(1);
    let mut n_crowded_out = 0;
    for reading in &decoded.readings {
        let Resolved { time, is_suspect } = times.resolve(reading.time, tolerance);
        let value = NewValue {
            property: reading.property,
            channel: reading.channel,
            value: reading.value,
            quality: quality(reading.property, reading.value, is_suspect, rules),
            wraps_at: reading.wraps_at,
        };
        let place = by_time.iter().position(|(known, _)| known.time == time).unwrap_or(by_time.len());
        if place == by_time.len() {
            by_time.push((NewReading { time, values: Vec::new() }, Vec::new()));
        }
        let Some((of_time, suspects)) = by_time.get_mut(place) else { continue };
        let same = of_time
            .values
            .iter_mut()
            .zip(suspects.iter_mut())
            .find(|(known, _)| known.property == value.property && known.channel == value.channel);
        match same {
            None => {
                of_time.values.push(value);
                suspects.push(is_suspect);
            }
            // Counts of several intervals whose times were overruled are what happened in all of them together.
            Some((known, was_suspect))
                if (is_suspect || *was_suspect)
                    && value.property.aggregation() == Aggregation::Sum
                    && sum(known.value, value.value).is_some() =>
            {
                known.value = sum(known.value, value.value).unwrap_or(known.value);
                known.quality = quality(known.property, known.value, true, rules);
                *was_suspect = true;
            }
            // Old entries of a log with a wrong clock all fall on the time of the uplink: the value that
            // was measured then wins. Of two equal ones the later does, as in the vendors' own decoders.
            Some((known, was_suspect)) => {
                n_crowded_out += 1;
                if *was_suspect || !is_suspect {
                    (*known, *was_suspect) = (value, is_suspect);
                }
            }
        }
    }
    let mut readings: Vec<_> = by_time.into_iter().map(|(reading, _)| reading).collect();
    readings.sort_by_key(|reading| reading.time);
    for reading in &mut readings {
        consistency::doubt_contradictions(&mut reading.values, rules);
    }
    (readings, n_crowded_out)
}

/// What was counted in two intervals; of one that is missing nothing is known, which takes nothing from the other.
fn sum(one: Value, other: Value) -> Option<Value> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => Some(Value::from(one + other)),
        (Value::Number(_), Value::Missing(_)) => Some(one),
        (Value::Missing(_), Value::Number(_)) => Some(other),
        (Value::Missing(_), Value::Missing(_)) => None,
    }
}

fn quality(property: ObservedProperty, value: Value, is_suspect: bool, rules: &QualityRules) -> Quality {
    match value {
        Value::Missing(reason) => Quality::Missing(reason),
        Value::Number(value) => match rules.of(property).assess(value) {
            Quality::Good | Quality::NotEvaluated if is_suspect => Quality::Suspect(Doubt::Clock),
            quality => quality,
        },
    }
}
