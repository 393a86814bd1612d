//! One script in an engine of its own: scripts share nothing, and the calls of one share nothing they know of.

use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

use rquickjs::{Context, Ctx, Error, Function, Object, Persistent, Runtime, context::EvalOptions};
use serde_json::value::RawValue;

use super::{
    exception::{CODEC, failure},
    module_syntax, now,
};
use crate::{
    limits::{MAX_RESULT_BYTES, MEMORY_BYTES},
    wire::{Done, Failure, Returned},
};

/// Bytes of the engine's stack. Frames of functions are some 300 bytes; recursion ends with an exception.
const STACK_BYTES: usize = 256 * 1024;

/// What a codec finds in its world besides the language. Scripts are only ever read as text: bytecode is not checked by the engine.
const HOST: &str = include_str!("host.js");

/// `Buffer` and its relatives, and the words that codecs who need them have in their text. Most codecs do not, and to read
/// this takes longer than anything else in the making of a context.
const BUFFER: &str = include_str!("buffer.js");
const BUFFER_WORDS: [&str; 4] = ["Buffer", "buffer", "TextDecoder", "TextEncoder"];

/// Before and behind a script, to make a function of it that gives what the script declares. The inner function lets a script declare
/// `module` and its like itself. The script begins in the first line, so that its lines keep their numbers and its
/// `"use strict"` stays the first statement.
pub(super) const BEFORE: &str = "(function (module, exports, require) { return function () {";
const BEHIND: &str = "
;return {
    exports: exports,
    decodeUplink: typeof decodeUplink === 'function' ? decodeUplink : undefined,
    normalizeUplink: typeof normalizeUplink === 'function' ? normalizeUplink : undefined,
    Decode: typeof Decode === 'function' ? Decode : undefined,
    Decoder: typeof Decoder === 'function' ? Decoder : undefined,
} }() })";

/// A loaded script. Fields are dropped in this order, which the engine needs.
pub(super) struct Sandbox {
    host: Persistent<Object<'static>>,
    context: Context,
    runtime: Runtime,
    watch: Rc<Watch>,
    calls: Calls,
}

/// How often a loaded script can be called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calls {
    None,
    Once,
    Any,
}

impl Sandbox {
    /// Loads a script, first as it is, then without the words that only modules may use.
    pub(super) fn load(source: &str, at_ms: i64, limit: Duration) -> Result<Self, Failure> {
        let watch = Rc::new(Watch::start(limit));
        match Self::evaluate(source, at_ms, &watch) {
            Err(Failure::Syntax { message, at }) => match module_syntax::as_script(source) {
                Some(script) => Self::evaluate(&script, at_ms, &watch),
                None => Err(Failure::Syntax { message, at }),
            },
            loaded => loaded,
        }
    }

    fn evaluate(source: &str, at_ms: i64, watch: &Rc<Watch>) -> Result<Self, Failure> {
        let runtime = Runtime::new().map_err(|_| Failure::Memory)?;
        runtime.set_memory_limit(MEMORY_BYTES);
        runtime.set_max_stack_size(STACK_BYTES);
        let alarm = Rc::clone(watch);
        runtime.set_interrupt_handler(Some(Box::new(move || alarm.strikes())));
        let context = Context::full(&runtime).map_err(|_| Failure::Memory)?;
        let host = context.with(|ctx| {
            let host = host(&ctx, source, at_ms).map_err(|error| failure(&ctx, error));
            host.map(|(host, calls)| (Persistent::save(&ctx, host), calls))
        });
        let (host, calls) = watch.timeout_or(host)?;
        if calls == Calls::None {
            return Err(Failure::NoEntryPoint);
        }
        Ok(Self { host, context, runtime, watch: Rc::clone(watch), calls })
    }

    /// Calls the codec, then its `normalizeUplink`, within one limit.
    pub(super) fn call(&self, input: &str, at_ms: i64, limit: Duration) -> Result<Done, Failure> {
        self.watch.restart(limit);
        let (result, log) = self.ask("call", input, at_ms)?.ok_or(Failure::NoEntryPoint)?;
        let normalized = match &result.data {
            Some(data) => match self.ask("normalized", data.get(), at_ms) {
                Err(failure @ (Failure::Timeout | Failure::Memory)) => return Err(failure),
                normalized => normalized.transpose().map(|normalized| normalized.map(|(result, _)| result)),
            },
            None => None,
        };
        Ok(Done { result, normalized, log })
    }

    fn ask(
        &self,
        function: &str,
        text: &str,
        at_ms: i64,
    ) -> Result<Option<(Returned, Vec<String>)>, Failure> {
        let answer = self.context.with(|ctx| {
            let host = self.host.clone().restore(&ctx);
            let answer = host.and_then(|host| HostAnswer::from(&host, function, text, at_ms));
            answer.map_err(|error| match failure(&ctx, error) {
                // Of what the codec parses, not of the codec.
                Failure::Syntax { message, at } => {
                    Failure::Thrown { message: format!("SyntaxError: {message}"), at }
                }
                failure => failure,
            })
        });
        let Some(answer) = self.watch.timeout_or(answer)? else { return Ok(None) };
        let text = match (answer.text, answer.missing) {
            (Some(text), _) => text,
            (None, found) => return Err(Failure::NoResult { found: found.unwrap_or_else(nothing) }),
        };
        if text.len() > MAX_RESULT_BYTES.saturating_mul(2) {
            return Err(Failure::TooLarge { n_bytes: text.len() });
        }
        let returned: Returned = serde_json::from_str(&without_lone_surrogates(text))
            .map_err(|_| Failure::NoResult { found: nothing() })?;
        if returned.errors.is_empty() && !returned.data.as_deref().is_some_and(is_container) {
            return Err(Failure::NoResult { found: nothing() });
        }
        Ok(Some((returned, answer.log)))
    }

    /// Whether there can be another call, and nothing of the last one is left to be done. Codecs are synchronous; what they put off
    /// is never run.
    pub(super) fn is_ready(&self) -> bool {
        self.calls == Calls::Any && !self.runtime.is_job_pending()
    }

    /// Bytes of memory in use.
    pub(super) fn n_bytes(&self) -> usize {
        usize::try_from(self.runtime.memory_usage().malloc_size).unwrap_or(usize::MAX)
    }
}

/// What the functions of `host.js` return.
struct HostAnswer {
    text: Option<String>,
    missing: Option<String>,
    log: Vec<String>,
}

impl HostAnswer {
    fn from(host: &Object<'_>, function: &str, text: &str, at_ms: i64) -> Result<Option<Self>, Error> {
        #[expect(clippy::cast_precision_loss, reason = "JavaScript counts milliseconds the same way")]
        let answer: Option<Object<'_>> = host.get::<_, Function<'_>>(function)?.call((text, at_ms as f64))?;
        let Some(answer) = answer else { return Ok(None) };
        Ok(Some(Self { text: answer.get("text")?, missing: answer.get("missing")?, log: answer.get("log")? }))
    }
}

/// The functions of `host.js` with the codec loaded.
fn host<'js>(ctx: &Ctx<'js>, source: &str, at_ms: i64) -> Result<(Object<'js>, Calls), Error> {
    let needs_buffer = BUFFER_WORDS.iter().any(|word| source.contains(word));
    let make_buffer: Option<Function<'js>> =
        if needs_buffer { Some(ctx.eval_with_options(BUFFER, named("buffer"))?) } else { None };
    let make_host: Function<'js> = ctx.eval_with_options(HOST, named("host"))?;
    let host: Object<'js> = make_host.call((make_buffer,))?;
    let codec: Function<'js> = ctx.eval_with_options([BEFORE, source, BEHIND].concat(), named(CODEC))?;
    #[expect(clippy::cast_precision_loss, reason = "JavaScript counts milliseconds the same way")]
    let calls = match host.get::<_, Function<'js>>("load")?.call::<_, i32>((codec, at_ms as f64))? {
        0 => Calls::None,
        1 => Calls::Once,
        _ => Calls::Any,
    };
    Ok((host, calls))
}

/// As a script, not in strict mode: codecs in use assign variables they do not declare.
fn named(name: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.global = true;
    options.strict = false;
    options.filename = Some(name.to_owned());
    options
}

fn nothing() -> String {
    "something that is no object".to_owned()
}

fn is_container(json: &RawValue) -> bool {
    json.get().starts_with(['{', '['])
}

/// A text may hold half of a character pair, JSON may not. The engine writes whole pairs as they are, so an escape that
/// begins with `d8` to `df` stands for a half.
fn without_lone_surrogates(mut json: String) -> String {
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        let escape = at.saturating_add(found);
        let end = escape.saturating_add(6);
        let is_half = json.get(escape..end).is_some_and(|text| {
            text.strip_prefix("\\ud")
                .is_some_and(|rest| rest.starts_with(['8', '9', 'a', 'b', 'c', 'd', 'e', 'f']))
        });
        if is_half {
            json.replace_range(escape..end, "\\ufffd");
        }
        at = escape.saturating_add(2);
    }
    json
}

/// The time a codec has. A machine's clock, since a codec may do nothing but wait for it.
struct Watch {
    until: Cell<Instant>,
    has_struck: Cell<bool>,
}

impl Watch {
    fn start(limit: Duration) -> Self {
        let watch = Self { until: Cell::new(now()), has_struck: Cell::new(false) };
        watch.restart(limit);
        watch
    }

    fn restart(&self, limit: Duration) {
        let now = now();
        self.until.set(now.checked_add(limit).unwrap_or(now));
        self.has_struck.set(false);
    }

    /// Asked by the engine every few thousand steps.
    fn strikes(&self) -> bool {
        if now() >= self.until.get() {
            self.has_struck.set(true);
        }
        self.has_struck.get()
    }

    fn timeout_or<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        if self.has_struck.get() { Err(Failure::Timeout) } else { result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_become_the_replacement_character() {
        let fixed = |json: &str| without_lone_surrogates(json.to_owned());
        assert_eq!(fixed(r#""\ud83d""#), r#""\ufffd""#);
        assert_eq!(fixed(r#""a\\ud83d\n\udc00b""#), r#""a\\ud83d\n\ufffdb""#);
        assert_eq!(fixed(r#""\u0007ü""#), r#""\u0007ü""#);
    }
}
