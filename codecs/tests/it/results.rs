//! What a codec may return, and what becomes of it.

use codecs::{CodecError, Position};
use serde_json::json;

use crate::harness::{RECEIVED_AT_MS, call, data, pool, run, script};

#[test]
fn data_warnings_and_the_console_come_back() {
    let outcome = run(
        &pool(),
        "function decodeUplink(input) {
            console.log('port', input.fPort, [1], { a: 1 });
            return { data: { n: input.bytes.length, isArray: Array.isArray(input.bytes) }, warnings: ['low battery'] };
        }",
    )
    .unwrap();
    assert_eq!(outcome.data, json!({ "n": 3, "isArray": true }));
    assert_eq!(outcome.warnings, ["low battery"]);
    assert_eq!(outcome.log, ["port 2 [1] {\"a\":1}"]);
    assert_eq!(outcome.normalized, None);
}

#[test]
fn undefined_vanishes_and_what_is_no_number_becomes_null() {
    let pool = pool();
    let decoded = data(
        &pool,
        "return { data: { gone: undefined, nan: NaN, far: -Infinity, at: input.recvTime, big: 12n, huge: 2n ** 60n } };",
    );
    assert_eq!(
        decoded,
        json!({ "nan": null, "far": null, "at": "2026-10-23T06:13:20.500Z", "big": 12, "huge": "1152921504606846976" })
    );
    assert_eq!(data(&pool, "return { data: [{ a: 1 }, { a: 2 }] };"), json!([{ "a": 1 }, { "a": 2 }]));
    assert_eq!(
        data(&pool, "return { data: { half: '\\ud83d', whole: '😀' } };"),
        json!({ "half": "\u{fffd}", "whole": "😀" })
    );
}

#[test]
fn time_stands_at_the_receive_time_and_chance_repeats() {
    let pool = pool();
    let body = "return { data: [Date.now(), +new Date(), new Date(0).getTime(), typeof Date(), new Date() instanceof Date,
        Math.random(), new Date(2026, 0, 1).getTimezoneOffset(), typeof performance] };";
    let first = data(&pool, body);
    assert_eq!(first, data(&pool, body));
    assert_eq!(first[0], RECEIVED_AT_MS);
    assert_eq!(first[1], RECEIVED_AT_MS);
    assert_eq!(first[2], 0);
    assert_eq!(first[3], "string");
    assert_eq!(first[4], true);
    assert_eq!(first[6], 0);
    assert_eq!(first[7], "undefined");
}

#[test]
fn errors_of_the_codec_are_a_failure_even_beside_data() {
    let pool = pool();
    let failed = run(
        &pool,
        "function decodeUplink() { return { data: { a: 1 }, errors: ['too short', 7, new Error('odd')] } }",
    );
    assert_eq!(failed.unwrap_err().to_string(), "the codec reported: too short; 7; Error: odd");
    let failed = run(&pool, "function decodeUplink() { return { errors: 'invalid port' } }");
    assert_eq!(failed, Err(CodecError::Reported { errors: vec!["invalid port".to_owned()] }));
    assert!(run(&pool, "function decodeUplink() { return { data: {}, errors: [] } }").is_ok());
}

#[test]
fn what_is_no_result_is_named() {
    let pool = pool();
    for (returned, found) in [
        ("", "undefined"),
        ("return null;", "null"),
        ("return 'on';", "a string"),
        ("return {};", "an object whose `data` is undefined"),
        ("return { data: 21.5 };", "an object whose `data` is a number"),
        ("return Promise.resolve({ data: {} });", "a Promise"),
        ("return { data: { toJSON() { return 1; } } };", "something that is no object"),
    ] {
        let failed = run(&pool, &format!("function decodeUplink(input) {{ {returned} }}"));
        assert_eq!(failed, Err(CodecError::NoResult { found: found.to_owned() }), "{returned}");
    }
}

#[test]
fn what_is_thrown_is_named_with_its_place() {
    let pool = pool();
    let thrown = |statement: &str| {
        run(&pool, &format!("function decodeUplink(input) {{\n  {statement}\n}}")).unwrap_err()
    };
    let CodecError::Thrown { message, at } = thrown("throw new RangeError('too short');") else { panic!() };
    assert_eq!(message, "RangeError: too short");
    assert_eq!(at.map(|at| at.line), Some(2));
    let CodecError::Thrown { message, at } = thrown("return input.missing.value;") else { panic!() };
    assert!(message.starts_with("TypeError: "), "{message}");
    assert_eq!(at.map(|at| at.line), Some(2));
    let CodecError::Thrown { message, .. } = thrown("JSON.parse('{');") else { panic!() };
    assert!(message.starts_with("SyntaxError: "), "{message}");
    for (statement, words) in [
        ("throw 'unknown port';", "unknown port"),
        ("throw 42;", "42"),
        ("throw undefined;", "undefined"),
        ("throw { code: 7 };", "{\"code\":7}"),
        ("throw { message: 'plain' };", "plain"),
        ("throw Symbol('s');", "a value without a text"),
        ("throw { get message() { throw 1; }, toJSON() { throw 2; } };", "an object"),
    ] {
        assert_eq!(
            thrown(statement),
            CodecError::Thrown { message: words.to_owned(), at: None },
            "{statement}"
        );
    }
}

#[test]
fn a_script_that_cannot_be_parsed_is_named_with_its_place() {
    let failed = run(&pool(), "function decodeUplink(input) {\n  var a = ;\n}").unwrap_err();
    let CodecError::Syntax { message, at } = &failed else { panic!("{failed}") };
    assert!(!message.is_empty());
    assert_eq!(*at, Some(Position { line: 2, column: 11 }));
}

#[test]
fn a_script_without_a_function_that_decodes_says_so() {
    assert_eq!(run(&pool(), "function encodeDownlink() {}"), Err(CodecError::NoEntryPoint));
}

#[test]
fn variables_of_the_device_reach_the_codec() {
    let (pool, variables) =
        (pool(), [("height".to_owned(), "2.5".to_owned()), ("__proto__".to_owned(), "x".to_owned())]);
    let with_variables = |source: &str| {
        let script = script(source);
        pool.run(&codecs::Call { variables: &variables, ..call(&script, "device") }).unwrap().data
    };
    let v4 = "const decodeUplink = ({ variables }) => ({ data: { h: +variables.height, n: Object.keys(variables).length } });";
    assert_eq!(with_variables(v4), json!({ "h": 2.5, "n": 2 }));
    let v3 = "function Decode(fPort, bytes, variables) { return { fPort: fPort, b: bytes, h: variables.height }; }";
    assert_eq!(with_variables(v3), json!({ "fPort": 2, "b": [1, 2, 255], "h": "2.5" }));
}

#[test]
fn the_normalised_form_stands_beside_the_data() {
    let pool = pool();
    let codec = |normalize: &str| {
        run(&pool, &format!("function decodeUplink() {{ return {{ data: {{ t: 21.5 }} }} }}\n{normalize}"))
            .unwrap()
    };
    let good = codec(
        "function normalizeUplink(input) { return { data: [{ air: { temperature: input.data.t } }], warnings: ['w'] } }",
    );
    assert_eq!(good.normalized, Some(json!([{ "air": { "temperature": 21.5 } }])));
    assert_eq!(good.warnings, ["w"]);
    let bad = codec("function normalizeUplink(input) { throw new Error('no') }");
    assert_eq!((bad.data, bad.normalized), (json!({ "t": 21.5 }), None));
    assert_eq!(bad.warnings, ["normalizeUplink: the codec threw in line 2, column 45: Error: no"]);
}

#[test]
fn results_beyond_the_limits_are_refused() {
    let pool = pool();
    for (data, words) in [
        ("{ a: 'x'.repeat(70000) }", "bytes of the result, at most 65536 are allowed"),
        ("{ a: 'x'.repeat(4000000) }", "bytes of the result, at most 65536 are allowed"),
        ("new Array(2000).fill(1)", "fields of the result, at most 1024 are allowed"),
        ("[[[[[[[[[1]]]]]]]]]", "9 containers of the result in one another, at most 8 are allowed"),
    ] {
        let failed =
            run(&pool, &format!("function decodeUplink() {{ return {{ data: {data} }} }}")).unwrap_err();
        assert_eq!(failed.code(), "too_large");
        assert!(failed.to_string().ends_with(words), "{failed}");
    }
}

#[test]
fn messages_are_bounded_in_number_and_length() {
    let outcome = run(
        &pool(),
        "function decodeUplink() {
            for (let i = 0; i < 1000; i++) console.log('x'.repeat(1000));
            return { data: {}, warnings: new Array(1000).fill('y'.repeat(10000)) };
        }",
    )
    .unwrap();
    assert_eq!((outcome.log.len(), outcome.log[0].len()), (20, 200));
    assert_eq!((outcome.warnings.len(), outcome.warnings[0].len()), (16, 500));
}

#[test]
fn a_byte_order_mark_and_lines_of_windows_do_no_harm() {
    let script = "\u{feff}export function decodeUplink(input) {\r\n  return { data: { n: input.bytes.length } };\r\n}\r\n";
    assert_eq!(run(&pool(), script).unwrap().data, json!({ "n": 3 }));
    let script = "\u{feff}// codec\r\nexport function decodeUplink(input) {\r\n  throw 1;\r\n}\r\n";
    assert_eq!(run(&pool(), script).unwrap_err().code(), "thrown");
}

#[test]
fn a_script_of_256_kib_runs() {
    let codec = "function Decoder(bytes) { return { n: bytes.length } }\n";
    let source = codec.repeat(256 * 1024 / codec.len());
    assert_eq!(run(&pool(), &source).unwrap().data, json!({ "n": 3 }));
}

#[test]
fn a_payload_longer_than_any_frame_is_refused() {
    let (pool, script) = (pool(), script("function Decoder() { return {}; }"));
    let long = codecs::Call { bytes: &[0; 1_025], ..call(&script, "device") };
    assert_eq!(
        pool.run(&long).unwrap_err().to_string(),
        "1025 bytes of the payload, at most 1024 are allowed"
    );
}

#[test]
fn columns_count_characters() {
    let pool = pool();
    let place = |script: &str| match run(&pool, script).unwrap_err() {
        CodecError::Thrown { at, .. } | CodecError::Syntax { at, .. } => at.unwrap(),
        other => panic!("{other}"),
    };
    assert_eq!(
        place("function decodeUplink() { /* 1234 */ throw new Error('x') }"),
        Position { line: 1, column: 48 }
    );
    assert_eq!(
        place("function decodeUplink() { /* ü°😀4 */ throw new Error('x') }"),
        Position { line: 1, column: 48 }
    );
    assert_eq!(place("/* ü° */ var = 1;"), Position { line: 1, column: 14 });
}
