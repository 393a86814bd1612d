//! What the engine says when a script fails.

use rquickjs::{CaughtError, Coerced, Ctx, Error, FromJs, Object, Value};

use super::sandbox::BEFORE;
use crate::{Position, limits, wire::Failure};

/// The name the codec has in the engine's traces.
pub(super) const CODEC: &str = "codec";

/// The failure behind an error of the engine. What was thrown may be anything, and reading it may throw again.
pub(super) fn failure(ctx: &Ctx<'_>, error: Error) -> Failure {
    match CaughtError::from_error(ctx, error) {
        CaughtError::Exception(exception) => of_object(ctx, exception.as_object()),
        CaughtError::Value(value) => match value.as_object() {
            Some(object) => of_object(ctx, object),
            None => thrown(&text(ctx, value), None),
        },
        CaughtError::Error(Error::Allocation) => Failure::Memory,
        CaughtError::Error(error) => thrown(&error.to_string(), None),
    }
}

fn of_object<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> Failure {
    let name = property(ctx, object, "name");
    let message = property(ctx, object, "message");
    let at = property(ctx, object, "stack").as_deref().and_then(position);
    match (name.as_deref(), message) {
        (Some("InternalError"), Some(message)) if message == "out of memory" => Failure::Memory,
        (Some("SyntaxError"), Some(message)) => Failure::Syntax { message: bounded(&message), at },
        (Some(name), Some(message)) if !name.is_empty() => thrown(&format!("{name}: {message}"), at),
        (_, Some(message)) => thrown(&message, at),
        (_, None) => {
            let json =
                ctx.json_stringify(object.clone()).ok().flatten().and_then(|json| json.to_string().ok());
            _ = ctx.catch();
            thrown(json.as_deref().unwrap_or("an object"), at)
        }
    }
}

fn thrown(message: &str, at: Option<Position>) -> Failure {
    Failure::Thrown { message: bounded(message), at }
}

fn bounded(message: &str) -> String {
    limits::bounded_text(message)
}

/// A property that is a text; getters of the codec may do as they like.
fn property(ctx: &Ctx<'_>, object: &Object<'_>, name: &str) -> Option<String> {
    let value = object.get::<_, Value<'_>>(name).inspect_err(|_| _ = ctx.catch()).ok()?;
    value.as_string()?.to_string().ok()
}

fn text<'js>(ctx: &Ctx<'js>, value: Value<'js>) -> String {
    let text = Coerced::<String>::from_js(ctx, value).inspect_err(|_| _ = ctx.catch());
    text.map_or_else(|_| "a value without a text".to_owned(), |text| text.0)
}

/// The first place inside the codec that a trace names: `at decodeUplink (codec:3:7)` or `at codec:3:7`.
fn position(trace: &str) -> Option<Position> {
    let place = |line: &str| {
        let (_, place) = line.rsplit_once(['(', ' '])?;
        let place = place.trim_end_matches(')').strip_prefix(CODEC)?.strip_prefix(':')?;
        let (line, column) = place.split_once(':')?;
        let (line, column): (u32, u32) = (line.parse().ok()?, column.parse().ok()?);
        // Text of ours stands before the first line of the codec.
        let ours = if line == 1 { u32::try_from(BEFORE.len()).ok()? } else { 0 };
        Some(Position { line, column: column.checked_sub(ours).filter(|&column| column > 0)? })
    };
    trace.lines().find_map(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_first_inside_the_codec() {
        let trace = "    at from (buffer:12:3)\n    at decodeUplink (codec:3:7)\n    at codec:1:1\n";
        assert_eq!(position(trace), Some(Position { line: 3, column: 7 }));
        assert_eq!(position("    at codec:10:2"), Some(Position { line: 10, column: 2 }));
        assert_eq!(position("    at parse (native)\n"), None);
        let first_line = format!("    at decodeUplink (codec:1:{})", BEFORE.len() + 9);
        assert_eq!(position(&first_line), Some(Position { line: 1, column: 9 }));
    }
}
