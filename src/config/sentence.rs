//! figment's errors as sentences: which setting, where it stands, what was found and what was expected.

use domain::Truncated;
use figment::error::{Actual, Kind};

/// What an address to listen on looks like.
pub(super) const LISTEN: &str = "an address and port such as 127.0.0.1:8080";

/// All errors on one line.
pub(super) fn of(error: &figment::Error) -> String {
    let sentences: Vec<String> = error.clone().into_iter().map(|error| of_one(&error)).collect();
    sentences.join("; ")
}

fn of_one(error: &figment::Error) -> String {
    let key = error.path.join(".");
    let place = error.metadata.as_ref().map_or_else(String::new, |metadata| match &metadata.source {
        Some(source) => format!(" in `{source}`"),
        None => format!(" in {}", metadata.name),
    });
    let is_secret = error.path.last().is_some_and(|last| last == "password" || last == "token");
    let found = |actual: &Actual| if is_secret { "something else".to_owned() } else { value(actual) };
    let text = match &error.kind {
        Kind::UnknownField(_, expected) => {
            return format!("there is no setting `{key}`{place}: expected {}", expected.join(", "));
        }
        Kind::MissingField(field) => return format!("`{key}`{place} lacks `{field}`"),
        Kind::UnknownVariant(found, expected) => {
            format!("found `{}`, expected {}", Truncated::new(found), expected.join(" or "))
        }
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
            format!("found {}, expected {}", found(actual), plain(expected))
        }
        // The TOML parser draws its message over several lines.
        Kind::Message(text) => {
            let said: Vec<&str> = text.lines().filter(|line| !line.contains(" |")).map(str::trim).collect();
            said.join(": ")
        }
        kind => kind.to_string(),
    };
    if key.is_empty() { format!("{text}{place}") } else { format!("`{key}`{place}: {text}") }
}

fn value(actual: &Actual) -> String {
    match actual {
        Actual::Str(text) => format!("`{}`", Truncated::new(text)),
        Actual::Bool(value) => format!("`{value}`"),
        Actual::Unsigned(value) => format!("`{value}`"),
        Actual::Signed(value) => format!("`{value}`"),
        Actual::Float(value) => format!("`{value}`"),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

/// Rust's names of number types say little to an operator.
fn plain(expected: &str) -> String {
    match expected {
        "u16" => format!("a whole number from 0 to {}", u16::MAX),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u64" | "usize" => "a whole number".to_owned(),
        "a nonzero u64" => "a whole number above 0".to_owned(),
        "a string" | "path string" => "a text in quotes".to_owned(),
        "a duration" => "a duration such as 30s or 7days".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}
