//! Codecs that mean harm, or do it by mistake. Each is stopped, and the pool works afterwards.

use codecs::{CodecError, Pool};
use serde_json::{Value, json};

use crate::harness::{call, pool, run, script, strict_pool};

/// Runs `decodeUplink` with this body on a device of its own, then sees whether others still work.
fn after(pool: &Pool, body: &str) -> Result<Value, CodecError> {
    let hostile = script(&format!("function decodeUplink(input) {{ {body} }}"));
    let outcome = pool.run(&call(&hostile, "hostile")).map(|outcome| outcome.data);
    let good = script("function decodeUplink(input) { return { data: { n: input.bytes.length } } }");
    assert_eq!(pool.run(&call(&good, "neighbour")).unwrap().data, json!({ "n": 3 }), "after {body}");
    outcome
}

fn code(pool: &Pool, body: &str) -> &'static str {
    after(pool, body).map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn what_does_not_end_is_stopped_by_the_engine() {
    let pool = strict_pool();
    for body in [
        "while (true) {}",
        "for (;;) { try { while (true) {} } catch (e) {} finally { continue } }",
        "(function loop() { try { for (;;); } finally { loop() } })()",
        "const all = (function* () { for (let n = 0; ; n++) yield n })(); for (const n of all);",
        "/^(a+)+$/.test('a'.repeat(40) + 'b')",
        "return { data: { get a() { while (true); } } }",
        "return { data: { toJSON() { while (true); } } }",
        "return new Proxy({}, { get() { for (;;); } })",
        "throw { get message() { for (;;); } }",
        "throw { get stack() { for (;;); } }",
        "throw { toString() { for (;;); }, get message() { return undefined } , toJSON() { for (;;); } }",
        "eval('for (;;);')",
        "new Function('for (;;);')()",
        "[3, 1, 2].sort(() => { for (;;); })",
    ] {
        assert_eq!(code(&pool, body), "timeout", "{body}");
    }
}

#[test]
fn what_the_engine_cannot_interrupt_is_ended_with_its_process() {
    let pool = strict_pool();
    let before = pool.status().n_ended;
    assert_eq!(code(&pool, "return { data: { a: new Array(1e9) + '' } }"), "timeout");
    assert_eq!(pool.status().n_ended, before + 1);
}

#[test]
fn what_wants_all_memory_gets_none() {
    let pool = pool();
    for body in [
        "const all = []; for (;;) all.push(new Uint8Array(1 << 20))",
        "const all = []; for (;;) all.push('x'.repeat(1 << 20) + all.length)",
        "let text = 'x'; for (;;) text += text",
        "return { data: { a: 'x'.repeat(1e9).replace(/x/g, 'yy') } }",
        "return { data: { a: Buffer.alloc(1e9).length } }",
    ] {
        let stopped = code(&pool, body);
        assert!(matches!(stopped, "memory" | "thrown" | "timeout"), "{stopped}: {body}");
    }
}

#[test]
fn what_devices_keep_between_calls_does_not_add_up() {
    let (pool, hoarding) = (
        pool(),
        script("var kept = new Uint8Array(3 << 20); function Decoder() { return { n: kept.length } }"),
    );
    for device in 0..120 {
        let kept = pool.run(&call(&hoarding, &format!("{device}"))).unwrap().data;
        assert_eq!(kept, json!({ "n": 3 << 20 }));
    }
    assert_eq!(pool.status().n_ended, 0);
}

#[test]
fn recursion_without_end_is_an_exception() {
    let pool = pool();
    for body in [
        "return decodeUplink(input)",
        "const deep = []; let at = deep; for (let n = 0; n < 100000; n++) { at[0] = []; at = at[0] } return { data: deep }",
        "const loop = {}; loop.loop = loop; return { data: loop }",
        "return { data: JSON.parse('['.repeat(100000) + ']'.repeat(100000)) }",
        "return { data: new Proxy({}, { ownKeys() { throw new Error('no') } }) }",
    ] {
        assert_eq!(code(&pool, body), "thrown", "{body}");
    }
}

#[test]
fn results_that_try_to_be_too_large_are_refused() {
    let pool = pool();
    for body in [
        "let deep = {}; for (let n = 0; n < 200; n++) deep = { deep }; return { data: deep }",
        "return { data: Array.from({ length: 100000 }, (_, n) => n) }",
        "return { data: new Proxy([], { get: (_, name) => name === 'length' ? 50000 : 1 }) }",
    ] {
        assert_eq!(code(&pool, body), "too_large", "{body}");
    }
    let CodecError::Reported { errors } =
        after(&pool, "return { errors: new Array(5000).fill('\\u0000'.repeat(5000)) }").unwrap_err()
    else {
        panic!("the codec reported errors")
    };
    assert_eq!((errors.len(), errors[0].len()), (16, 500));
}

#[test]
fn there_is_nothing_to_reach_the_machine_with() {
    let reached = after(
        &pool(),
        "const names = ['process', 'std', 'os', 'bjson', 'fetch', 'XMLHttpRequest', 'WebSocket', 'Deno', 'Bun', 'Worker',
            'setTimeout', 'performance', 'navigator', 'print', 'load', 'scriptArgs', 'gc'];
        const found = names.filter((name) => typeof globalThis[name] !== 'undefined');
        const required = ['fs', 'child_process', 'http', 'os', 'std', './x'].filter((name) => {
            try { require(name); return true } catch { return false }
        });
        return { data: { found, required, global: typeof Function('return this')().process } };",
    );
    assert_eq!(reached.unwrap(), json!({ "found": [], "required": [], "global": "undefined" }));
}

#[test]
fn modules_are_neither_loaded_nor_waited_for() {
    let pool = pool();
    assert_eq!(
        run(&pool, "import fs from 'fs'; export function decodeUplink() {}").unwrap_err().code(),
        "syntax"
    );
    assert_eq!(code(&pool, "return import('fs')"), "no_result");
    assert_eq!(
        code(
            &pool,
            "Promise.resolve().then(function again() { return Promise.resolve().then(again) }); return { data: {} }"
        ),
        "ok"
    );
}

#[test]
fn threads_are_not_waited_for() {
    let waited = code(
        &strict_pool(),
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return { data: {} }",
    );
    assert!(matches!(waited, "thrown" | "timeout"), "{waited}");
}

#[test]
fn evaluating_text_is_allowed_and_harmless() {
    let evaluated = after(&pool(), "return { data: { a: eval('1 + 1'), b: new Function('return 3')() } }");
    assert_eq!(evaluated.unwrap(), json!({ "a": 2, "b": 3 }));
}

#[test]
fn what_one_script_spoils_no_other_sees() {
    let pool = pool();
    let spoil = "Array.prototype.push = () => { throw new Error('spoilt') };
        Object.prototype.spoilt = true; JSON.stringify = () => 'spoilt'; JSON.parse = null; String.prototype.slice = null;
        Math.floor = () => 7; globalThis.leaked = 1; Date = null; Buffer.from = null; Object.freeze(Array.prototype);
        return { data: { a: 1 } }";
    let spoiler = script(&format!("function decodeUplink(input) {{ {spoil} }}"));
    let other = script(
        "function decodeUplink(input) { const list = []; list.push(1);
            return { data: { list, spoilt: {}.spoilt, floor: Math.floor(1.5), text: JSON.stringify([1]),
                leaked: typeof leaked, now: typeof Date.now(), hex: Buffer.from([255]).toString('hex') } } }",
    );
    for _ in 0..8 {
        pool.run(&call(&spoiler, "spoiler")).map(drop).unwrap_or_default();
        // In both workers.
        for device in ["a", "b", "c", "d"] {
            assert_eq!(
                pool.run(&call(&other, device)).unwrap().data,
                json!({ "list": [1], "floor": 1, "text": "[1]", "leaked": "undefined", "now": "number", "hex": "ff" })
            );
        }
    }
}

#[test]
fn a_context_in_which_a_call_went_wrong_is_not_used_again() {
    let pool = pool();
    let script = script(
        "function decodeUplink(input) { if (input.fPort === 9) { Math.floor = () => 7; throw new Error('spoilt') }
            return { data: { floor: Math.floor(1.5) } } }",
    );
    for _ in 0..4 {
        pool.run(&codecs::Call { f_port: 9, ..call(&script, "one") }).unwrap_err();
        assert_eq!(pool.run(&call(&script, "another")).unwrap().data, json!({ "floor": 1 }));
    }
}

#[test]
fn a_codec_that_spoils_its_own_world_harms_only_itself() {
    let pool = pool();
    for body in [
        "Object.prototype.toJSON = () => 'x'; return { data: {} }",
        "Array.prototype[Symbol.iterator] = null; Object.defineProperty(Object.prototype, 'text', { get() { throw 1 } }); return { data: {} }",
        "Object.prototype.then = () => {}; String.prototype.toWellFormed = () => ({}); console.log('x'); return { data: {} }",
        "Error.prepareStackTrace = () => { for (;;); }; throw new Error('x')",
        "Object.setPrototypeOf(Array.prototype, new Proxy({}, { get() { throw 1 }, set() { throw 2 } })); console.log(1); return { data: {} }",
    ] {
        for _ in 0..2 {
            code(&pool, body);
        }
    }
}
