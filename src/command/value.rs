//! A measured value in the JSON of commands.

use domain::Value;
use serde_json::{Value as Json, json};

/// Adds `value`, a number or null; where there is none, `missing` says why.
pub(super) fn add_to(json: &mut Json, value: Value) {
    match value {
        Value::Number(n) => json["value"] = number(n),
        Value::Missing(reason) => {
            json["value"] = Json::Null;
            json["missing"] = json!(reason.key());
        }
    }
}

/// A whole number is printed without `.0`: counts are counts.
pub(super) fn number(n: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    if n.fract() == 0.0 && n.abs() < 9e15 { json!(n as i64) } else { json!(n) }
}

#[cfg(test)]
mod tests {
    use domain::Missing;

    use super::*;

    fn written(value: Value) -> String {
        let mut json = json!({});
        add_to(&mut json, value);
        json.to_string()
    }

    #[test]
    fn a_count_is_whole_a_measurement_is_not_and_nothing_has_a_reason() {
        assert_eq!(written(Value::Number(1000.0)), r#"{"value":1000}"#);
        assert_eq!(written(Value::Number(-0.5)), r#"{"value":-0.5}"#);
        assert_eq!(
            written(Value::Missing(Missing::SensorError)),
            r#"{"missing":"sensor_error","value":null}"#
        );
    }
}
