//! Whether the values of one instant agree with each other.

use domain::{Doubt, ObservedProperty as P, Quality, QualityRules, Value};
use store::NewValue;

/// Of two properties of one channel, the first is never larger.
struct Order {
    smaller: P,
    larger: P,
    /// By so much it may seem to be: what rounding, and for particles the sensor's own model, does.
    tolerance: f64,
    /// The same as a share of the larger one.
    relative: f64,
}

const fn order(smaller: P, larger: P, tolerance: f64) -> Order {
    Order { smaller, larger, tolerance, relative: 0.0 }
}

const fn particles(smaller: P, larger: P) -> Order {
    Order { smaller, larger, tolerance: 1.0, relative: 0.1 }
}

/// The rules of WMO's guidelines on quality control (Zahumenský 2004) for what one station measures at one time: the dew
/// point is not above the temperature, a gust not below the mean. The same holds of every least, mean and largest value.
const ORDERS: [Order; 17] = [
    order(P::DewPoint, P::AirTemperature, 0.5),
    order(P::WindLull, P::WindSpeed, 0.2),
    order(P::WindSpeed, P::WindGust, 0.2),
    order(P::WindLull, P::WindGust, 0.2),
    order(P::AirTemperatureMin, P::AirTemperature, 0.2),
    order(P::AirTemperature, P::AirTemperatureMax, 0.2),
    order(P::AirTemperatureMin, P::AirTemperatureMax, 0.2),
    order(P::SolarIrradiance, P::SolarIrradianceMax, 1.0),
    order(P::SoundLevelMin, P::SoundLevel, 0.2),
    order(P::SoundLevel, P::SoundLevelMax, 0.2),
    order(P::SoundLevelMin, P::SoundLevelMax, 0.2),
    particles(P::ParticulateMatter1, P::ParticulateMatter2_5),
    particles(P::ParticulateMatter1, P::ParticulateMatter10),
    particles(P::ParticulateMatter2_5, P::ParticulateMatter4),
    particles(P::ParticulateMatter2_5, P::ParticulateMatter10),
    particles(P::ParticulateMatter4, P::ParticulateMatter10),
    particles(P::ParticulateMatter1, P::ParticulateMatter4),
];

/// Doubts both values of each contradiction: nobody knows which one is wrong.
pub(super) fn doubt_contradictions(values: &mut [NewValue], rules: &QualityRules) {
    // Mostly an instant has one value of these, or none.
    for at in 0..values.len() {
        let Some(value) = values.get(at).filter(|value| is_asked(value, rules)) else { continue };
        let (property, channel) = (value.property, value.channel);
        for order in ORDERS.iter().filter(|order| order.smaller == property) {
            let larger = place(values, order.larger, channel, rules);
            if let Some(other) = larger.filter(|&other| contradict(values, order, at, other)) {
                doubt(values, [at, other]);
            }
        }
        // A logger that has lost its sensor reads nought of both.
        if property == P::AirTemperature
            && let Some(other) = place(values, P::RelativeHumidity, channel, rules)
            && [at, other].into_iter().all(|at| number(values, at) == Some(0.0))
        {
            doubt(values, [at, other]);
        }
    }
}

fn contradict(values: &[NewValue], order: &Order, smaller: usize, larger: usize) -> bool {
    let Some((smaller, larger)) = number(values, smaller).zip(number(values, larger)) else { return false };
    smaller > larger + order.tolerance + order.relative * larger.abs()
}

fn place(values: &[NewValue], property: P, channel: domain::Channel, rules: &QualityRules) -> Option<usize> {
    let is_it = |value: &NewValue| value.property == property && value.channel == channel;
    values.iter().position(|value| is_it(value) && is_asked(value, rules))
}

/// Whether a value takes part: one that cannot be true proves nothing against another.
fn is_asked(value: &NewValue, rules: &QualityRules) -> bool {
    value.quality.counts() && rules.of(value.property).is_consistent
}

fn number(values: &[NewValue], at: usize) -> Option<f64> {
    match values.get(at)?.value {
        Value::Number(number) => Some(number),
        Value::Missing(_) => None,
    }
}

fn doubt(values: &mut [NewValue], both: [usize; 2]) {
    for at in both {
        if let Some(value) = values.get_mut(at) {
            value.quality = Quality::Suspect(Doubt::Inconsistent);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Channel, Missing, Plausibility};

    use super::*;

    /// The properties that are doubted among values of one instant.
    fn doubted(rules: &QualityRules, values: &[(P, f64)]) -> Vec<P> {
        let mut values: Vec<NewValue> = values
            .iter()
            .map(|&(property, number)| NewValue {
                property,
                channel: Channel::MAIN,
                value: Value::Number(number),
                quality: rules.of(property).assess(number),
                wraps_at: None,
            })
            .collect();
        doubt_contradictions(&mut values, rules);
        let is_doubted = |value: &&NewValue| value.quality == Quality::Suspect(Doubt::Inconsistent);
        values.iter().filter(is_doubted).map(|value| value.property).collect()
    }

    fn check(values: &[(P, f64)], expected: &[P]) {
        assert_eq!(doubted(&QualityRules::default(), values), expected, "{values:?}");
    }

    #[test]
    fn both_values_of_a_contradiction_are_doubted_and_no_other() {
        check(
            &[(P::AirTemperature, 4.0), (P::WindGust, 3.0), (P::WindSpeed, 5.0)],
            &[P::WindGust, P::WindSpeed],
        );
        check(&[(P::DewPoint, 12.6), (P::AirTemperature, 12.0)], &[P::DewPoint, P::AirTemperature]);
        check(
            &[(P::AirTemperatureMin, 3.0), (P::AirTemperature, 2.0), (P::AirTemperatureMax, 5.0)],
            &[P::AirTemperatureMin, P::AirTemperature],
        );
    }

    #[test]
    fn rounding_is_no_contradiction() {
        check(&[(P::WindSpeed, 3.2), (P::WindGust, 3.1)], &[]);
        check(&[(P::DewPoint, 12.4), (P::AirTemperature, 12.0)], &[]);
        // 22 is within 1 and a tenth of 20 above 20.
        check(&[(P::ParticulateMatter2_5, 22.0), (P::ParticulateMatter10, 20.0)], &[]);
        check(
            &[(P::ParticulateMatter2_5, 24.0), (P::ParticulateMatter10, 20.0)],
            &[P::ParticulateMatter2_5, P::ParticulateMatter10],
        );
    }

    #[test]
    fn nought_degrees_are_doubted_only_with_nought_humidity() {
        check(
            &[(P::AirTemperature, 0.0), (P::RelativeHumidity, 0.0)],
            &[P::AirTemperature, P::RelativeHumidity],
        );
        check(&[(P::AirTemperature, 0.0), (P::RelativeHumidity, 97.0)], &[]);
        check(&[(P::AirTemperature, 0.1), (P::RelativeHumidity, 0.0)], &[]);
    }

    #[test]
    fn a_value_that_cannot_be_true_or_is_missing_contradicts_nothing() {
        check(&[(P::AirTemperature, -80.0), (P::DewPoint, 12.0)], &[]);
        let mut values = vec![NewValue {
            property: P::WindSpeed,
            channel: Channel::MAIN,
            value: Value::Missing(Missing::SensorError),
            quality: Quality::Missing(Missing::SensorError),
            wraps_at: None,
        }];
        doubt_contradictions(&mut values, &QualityRules::default());
        assert_eq!(values[0].quality, Quality::Missing(Missing::SensorError));
    }

    #[test]
    fn a_property_can_be_left_out_by_the_settings() {
        let mut rules = QualityRules::default();
        let gust = P::WindGust.plausibility();
        rules.set(P::WindGust, Plausibility { is_consistent: false, ..gust });
        assert_eq!(doubted(&rules, &[(P::WindSpeed, 5.0), (P::WindGust, 3.0)]), []);
    }

    #[test]
    fn probes_of_different_channels_are_not_compared() {
        let value = |property, channel, number| NewValue {
            property,
            channel,
            value: Value::Number(number),
            quality: Quality::Good,
            wraps_at: None,
        };
        let mast = "mast".parse().unwrap();
        let mut values = [value(P::WindSpeed, Channel::MAIN, 5.0), value(P::WindGust, mast, 3.0)];
        doubt_contradictions(&mut values, &QualityRules::default());
        assert!(values.iter().all(|value| value.quality == Quality::Good));
    }
}
