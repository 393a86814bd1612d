//! The way to a value in an object: `messages[*][measurementId=4097].measurementValue`.

use std::fmt;

use serde_json::Value as Json;

/// Steps from the outside in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The member of an object.
    Name(String),
    /// The element of an array, counted from 0.
    Index(usize),
    /// Every element of an array.
    Each,
    /// Every element of an array that has a member with this value.
    Where { key: String, value: String },
}

/// A text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no path: expected such as `temperature`, `data.values[0]`, `log[*].time` or `messages[id=4097].value`"
)]
pub(crate) struct PathError(String);

impl Path {
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let wrong = || PathError(text.to_owned());
        let mut steps = Vec::new();
        let mut rest = text.trim();
        let mut is_first = true;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (inside, behind) = inner.split_once(']').ok_or_else(wrong)?;
                steps.push(match inside.split_once('=') {
                    Some((key, value)) if !key.is_empty() => {
                        Step::Where { key: key.trim().to_owned(), value: value.trim().to_owned() }
                    }
                    None if inside == "*" => Step::Each,
                    None => Step::Index(inside.parse().map_err(|_| wrong())?),
                    Some(_) => return Err(wrong()),
                });
                rest = behind;
            } else {
                rest = if is_first { rest } else { rest.strip_prefix('.').ok_or_else(wrong)? };
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (name, behind) = rest.split_at(end);
                if name.is_empty() || name.contains(']') {
                    return Err(wrong());
                }
                steps.push(Step::Name(name.to_owned()));
                rest = behind;
            }
            is_first = false;
        }
        if steps.is_empty() { Err(wrong()) } else { Ok(Self { steps }) }
    }

    /// Everything the path leads to, in order.
    pub(crate) fn select<'a>(&self, object: &'a Json) -> Vec<&'a Json> {
        let mut found = vec![object];
        for step in &self.steps {
            found = found.into_iter().flat_map(|part| step.of(part)).collect();
        }
        found
    }
}

impl Path {
    /// The way over this one and on by `next`, as it is written.
    pub(crate) fn then(&self, next: &Self) -> String {
        let dot = if matches!(next.steps.first(), Some(Step::Name(_))) { "." } else { "" };
        format!("{self}{dot}{next}")
    }
}

impl Step {
    fn of<'a>(&self, part: &'a Json) -> Vec<&'a Json> {
        let elements = || part.as_array().into_iter().flatten();
        match self {
            Self::Name(name) => part.get(name).into_iter().collect(),
            Self::Index(index) => part.get(index).into_iter().collect(),
            Self::Each => elements().collect(),
            Self::Where { key, value } => elements().filter(|element| has(element, key, value)).collect(),
        }
    }
}

/// Numbers are compared as such: a network server may write the id 4098 as `4098.0` or as text.
fn has(element: &Json, key: &str, value: &str) -> bool {
    let Some(found) = element.get(key) else { return false };
    let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    match (found.trim().parse::<f64>(), value.parse::<f64>()) {
        #[expect(clippy::float_cmp, reason = "an id is the same number or another one")]
        (Ok(found), Ok(value)) => found == value,
        _ => found == value,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps.iter().enumerate() {
            match step {
                Step::Name(name) if n == 0 => write!(f, "{name}")?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Each => f.write_str("[*]")?,
                Step::Where { key, value } => write!(f, "[{key}={value}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn select(path: &str, object: &Json) -> Vec<Json> {
        Path::parse(path).unwrap().select(object).into_iter().cloned().collect()
    }

    #[test]
    fn a_path_leads_to_members_elements_and_those_that_have_something() {
        let object = json!({
            "data": { "temperature": 21.5, "values": [1, 2, 3] },
            "messages": [[{ "id": 4097, "value": 8.1 }, { "id": 4098, "value": 66 }], [{ "id": 4097, "value": 9 }]],
        });
        assert_eq!(select("data.temperature", &object), [json!(21.5)]);
        assert_eq!(select("data.values[1]", &object), [json!(2)]);
        assert_eq!(select("data.values[*]", &object), [json!(1), json!(2), json!(3)]);
        assert_eq!(select("messages[*][id=4097].value", &object), [json!(8.1), json!(9)]);
        assert_eq!(select("messages[*][id=4098].value", &object), [json!(66)]);
        assert_eq!(select("data.nothing[0].there", &object), Vec::<Json>::new());
        assert_eq!(select("[1]", &json!([4, 5])), [json!(5)]);
    }

    /// ChirpStack keeps an object as a protobuf `Struct`, whose numbers all are floating point.
    #[test]
    fn an_element_has_a_number_however_it_is_written() {
        for id in [json!(4098), json!(4098.0), json!("4098"), json!("4098.0")] {
            let object =
                json!([{ "id": id, "value": 66 }, { "id": 40980, "value": 1 }, { "id": null, "value": 2 }]);
            assert_eq!(select("[id=4098].value", &object), [json!(66)], "{object}");
            assert_eq!(select("[id=4098.0].value", &object), [json!(66)], "{object}");
        }
        let words = json!([{ "id": "battery", "value": 97 }, { "id": true, "value": 1 }]);
        assert_eq!(select("[id=battery].value", &words), [json!(97)]);
        assert_eq!(select("[id=true].value", &words), [json!(1)]);
    }

    #[test]
    fn a_path_is_written_as_it_was_read() {
        for text in ["temperature", "data.values[0]", "log[*].time", "messages[*][id=4097].value", "[2].a"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ".", "a..b", "a[", "a[x]", "a]b", "a[=1]", "a.[0"] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
    }
}
