//! Workers, their replacement, and who is served when.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use codecs::{CodecError, Pool, PoolOptions, Unavailable, WorkerCommand};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use serde_json::json;

use crate::harness::{call, command, options, pool, script, strict_pool};

#[test]
fn there_is_no_process_until_the_first_call() {
    let pool = pool();
    let good = script("function Decoder(bytes) { return { n: bytes.length } }");
    let too_long = [0; 2_000];
    assert!(pool.run(&codecs::Call { bytes: &too_long, ..call(&good, "device") }).is_err(), "is not called");
    assert_eq!((pool.status().n_started, pool.status().processes.len()), (0, 0));
    assert_eq!(pool.run(&call(&good, "device")).unwrap().data, json!({ "n": 3 }));
    assert!(pool.status().n_started > 0);
}

#[test]
fn the_start_of_the_first_process_takes_nothing_from_the_time_to_wait_for_a_turn() {
    let good = script("function Decoder(bytes) { return { n: bytes.length } }");
    // No program starts within a microsecond.
    let pool = Pool::new(PoolOptions { wait_limit: Duration::from_micros(1), ..options() });
    assert_eq!(pool.run(&call(&good, "device")).unwrap().data, json!({ "n": 3 }));
}

#[test]
fn a_codec_that_is_stopped_again_and_again_is_suspended_alone() {
    let pool = strict_pool();
    let hostile = script(
        "function decodeUplink(input) { if (input.variables.loop) for (;;); return { data: { a: 1 } } }",
    );
    let variables = [("loop".to_owned(), "yes".to_owned())];
    let looping = codecs::Call { variables: &variables, ..call(&hostile, "hostile") };
    for _ in 0..3 {
        assert_eq!(pool.run(&looping).unwrap_err().code(), "timeout");
    }
    let CodecError::Suspended { n_stopped: 3, retry_in } = pool.run(&looping).unwrap_err() else { panic!() };
    assert!(retry_in <= Duration::from_secs(10));
    assert_eq!(pool.status().n_suspended, 1);
    // The same script on another device goes on.
    assert_eq!(pool.run(&call(&hostile, "neighbour")).unwrap().data, json!({ "a": 1 }));
}

#[test]
fn calls_that_wait_behind_a_loop_of_their_own_device_are_suspended_with_it() {
    let (pool, looping) = (strict_pool(), script("function decodeUplink() { for (;;); }"));
    let codes: Vec<&str> = thread::scope(|scope| {
        let callers =
            [(); 8].map(|()| scope.spawn(|| pool.run(&call(&looping, "device")).unwrap_err().code()));
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    let n = |code| codes.iter().filter(|other| **other == code).count();
    assert_eq!((n("timeout"), n("suspended")), (3, 5), "{codes:?}");
}

#[test]
fn failures_that_cost_nothing_suspend_nobody() {
    let (pool, throwing) = (pool(), script("function decodeUplink() { throw new Error('always') }"));
    for _ in 0..20 {
        assert_eq!(pool.run(&call(&throwing, "device")).unwrap_err().code(), "thrown");
    }
}

#[test]
fn a_script_that_loops_on_every_device_is_suspended_as_a_whole() {
    let (pool, looping) = (strict_pool(), script("function decodeUplink() { for (;;); }"));
    for device in 0..12 {
        assert_eq!(pool.run(&call(&looping, &format!("device {device}"))).unwrap_err().code(), "timeout");
    }
    assert_eq!(pool.run(&call(&looping, "device 12")).unwrap_err().code(), "suspended");
}

#[test]
fn neighbours_are_served_while_a_device_loops() {
    let pool = strict_pool();
    let looping = script("function decodeUplink() { for (;;); }");
    let good = script("function decodeUplink(input) { return { data: { n: input.bytes.length } } }");
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for device in ["one", "two", "three"] {
            let (pool, looping, ended) = (&pool, &looping, &ended);
            scope.spawn(move || {
                while !ended.load(Ordering::Relaxed)
                    && pool.run(&call(looping, device)).unwrap_err().code() == "timeout"
                {}
            });
        }
        for _ in 0..200 {
            assert_eq!(pool.run(&call(&good, "neighbour")).unwrap().data, json!({ "n": 3 }));
        }
        ended.store(true, Ordering::Relaxed);
    });
}

#[test]
fn many_callers_get_their_own_answers() {
    let pool = pool();
    let echo = script("function Decoder(bytes) { return { bytes: bytes } }");
    thread::scope(|scope| {
        for caller in 0..8_u8 {
            let (pool, echo) = (&pool, &echo);
            scope.spawn(move || {
                for n in 0..50 {
                    let bytes = [caller, n];
                    let device = format!("{caller}-{}", n % 5);
                    let own = codecs::Call { bytes: &bytes, ..call(echo, &device) };
                    assert_eq!(pool.run(&own).unwrap().data, json!({ "bytes": [caller, n] }));
                }
            });
        }
    });
    assert_eq!(pool.status().n_ended, 0);
}

#[test]
fn what_a_codec_keeps_is_gone_at_the_next_call_of_any_device() {
    let pool = pool();
    let counting = script(
        "var n = 0; let list = [];
        function Decoder() { n++; list.push(n); if (typeof leaked === 'undefined') leaked = 0; leaked++;
            this.own = (this.own || 0) + 1; globalThis[7] = (globalThis[7] || 0) + 1; module.exports.n = n;
            return { n, list, leaked, own, seven: globalThis[7], exported: exports.n } }",
    );
    for n in 0..12 {
        assert_eq!(
            pool.run(&call(&counting, &format!("{}", n % 2))).unwrap().data,
            json!({ "n": 1, "list": [1], "leaked": 1, "own": 1, "seven": 1, "exported": 1 })
        );
    }
}

#[test]
fn calls_run_together_give_what_they_give_alone() {
    let (pool, alone) = (pool(), pool());
    let scripts = [
        script("function Decoder(bytes) { return { n: bytes.length, first: bytes[0] } }"),
        script(
            "function decodeUplink(input) { if (input.bytes[0] % 7 === 0) throw new Error('seven'); return { data: { n: input.bytes[0] } } }",
        ),
        script(
            "function decodeUplink(input) { return input.bytes[0] % 5 ? { data: {} } : { errors: ['five'] } }",
        ),
        script("not a script"),
        script(
            "Object.defineProperty(Array.prototype, 'sum', { value: 1 }); function Decoder() { return { sum: [].sum } }",
        ),
    ];
    let payloads: Vec<Vec<u8>> = (0..200_u8).map(|n| vec![n; usize::from(n % 5) + 1]).collect();
    let device = |n: usize| format!("{}", n % 20);
    let devices: Vec<String> = (0..payloads.len()).map(device).collect();
    let calls: Vec<codecs::Call<'_>> = (0..payloads.len())
        .map(|n| codecs::Call { bytes: &payloads[n], ..call(&scripts[n % 3 + n % 2 * 2], &devices[n]) })
        .collect();
    for _ in 0..2 {
        let together = pool.run_all(&calls);
        for (n, (outcome, call)) in together.into_iter().zip(&calls).enumerate() {
            assert_eq!(outcome, alone.run(call), "call {n}");
        }
    }
    assert_eq!((pool.status().n_ended, pool.status().n_suspended), (0, 0));
}

#[test]
fn one_call_of_a_batch_that_never_ends_is_the_only_one_without_data() {
    let pool = strict_pool();
    for forever in ["for (;;) {}", "return { data: { text: new Array(1e9) + '' } }"] {
        let script = script(&format!(
            "function decodeUplink(input) {{ if (input.fPort === 9) {{ {forever} }} return {{ data: {{ n: input.fPort }} }} }}"
        ));
        let devices: Vec<String> = (0..40).map(|n| format!("{n}")).collect();
        let calls: Vec<codecs::Call<'_>> = (0..40_u8)
            .map(|n| codecs::Call {
                f_port: if n == 20 { 9 } else { 1 },
                ..call(&script, &devices[usize::from(n)])
            })
            .collect();
        let outcomes = pool.run_all(&calls);
        for (n, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(outcome) => assert_eq!((n == 20, outcome.data), (false, json!({ "n": 1 }))),
                Err(error) => {
                    assert!(n == 20 && matches!(error.code(), "timeout" | "memory"), "{n}: {error}");
                }
            }
        }
    }
}

#[test]
fn a_pool_that_suspends_nobody_gets_past_what_never_ends() {
    let pool =
        Pool::new(PoolOptions { suspends: false, call_limit: Duration::from_millis(500), ..options() });
    let script = script(
        "function decodeUplink(input) { if (input.fPort === 9) for (;;) {} return { data: { n: 1 } } }",
    );
    for _ in 0..4 {
        let endless = codecs::Call { f_port: 9, ..call(&script, "device") };
        assert_eq!(pool.run(&endless).unwrap_err().code(), "timeout");
    }
    assert_eq!(pool.run(&call(&script, "device")).unwrap().data, json!({ "n": 1 }));
}

#[test]
fn a_batch_of_calls_that_never_end_suspends_its_script_before_all_were_tried() {
    let pool = strict_pool();
    let looping = script("function decodeUplink() { for (;;) {} }");
    let devices: Vec<String> = (0..32).map(|n| format!("{n}")).collect();
    let calls: Vec<codecs::Call<'_>> = devices.iter().map(|device| call(&looping, device)).collect();
    let codes: Vec<&str> =
        pool.run_all(&calls).into_iter().map(|outcome| outcome.unwrap_err().code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "timeout").count(), 12);
    assert_eq!(codes.iter().filter(|code| **code == "suspended").count(), 20);
}

#[test]
fn more_scripts_than_contexts_are_kept_all_get_answers() {
    let pool = pool();
    for _ in 0..2 {
        for n in 0..150 {
            let own = script(&format!("function Decoder() {{ return {{ n: {n} }} }}"));
            assert_eq!(pool.run(&call(&own, "device")).unwrap().data, json!({ "n": n }));
        }
    }
}

/// Until then a process may still take a call.
fn wait_until_ended(id: Pid) {
    waitid(WaitId::Pid(id), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
}

#[test]
fn workers_that_somebody_ended_are_replaced_without_a_failed_call() {
    let pool = pool();
    let good = script("function Decoder(bytes) { return { n: bytes.length } }");
    pool.ready(Duration::from_mins(1)).unwrap();
    for _ in 0..5 {
        for id in pool.status().processes {
            let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
            kill_process(id, Signal::KILL).unwrap();
            wait_until_ended(id);
        }
        assert_eq!(pool.run(&call(&good, "device")).unwrap().data, json!({ "n": 3 }));
    }
}

/// The words of a shell that write a frame.
fn frame(json: &str) -> String {
    let [first, second, ..] = json.len().to_le_bytes();
    format!(r"printf '\{first:03o}\{second:03o}\000\000%s' '{json}' >&0")
}

/// A program that says it is ready, waits for the first byte of a call and then does `act`.
fn false_worker(act: &str) -> Pool {
    let ready = frame(r#"{"Ready":{"resources":true,"system_calls":true,"network":true,"process":true}}"#);
    let body = format!("{ready}; /usr/bin/head -c 1 >/dev/null; {act}");
    let worker = WorkerCommand { program: "/bin/sh".into(), arguments: vec!["-c".to_owned(), body] };
    Pool::new(PoolOptions { worker, call_limit: Duration::from_millis(500), ..options() })
}

#[test]
fn a_worker_that_ends_during_a_call_is_tried_once_more_on_another() {
    let (pool, script) = (false_worker("exit 1"), script("function Decoder() { return {} }"));
    assert_eq!(pool.run(&call(&script, "device")), Err(CodecError::Crashed));
    assert_eq!(pool.status().n_ended, 2);
}

#[test]
fn a_worker_that_talks_nonsense_is_ended() {
    let script = script("function Decoder() { return {} }");
    for (act, code) in [
        (r"printf '\005\000\000\000hello' >&0; read -r end", "crashed"),
        (r"printf '\377\377\377\177' >&0; read -r end", "crashed"),
        (
            r#"printf '\015\000\000\000"NeedsSource"' >&0; printf '\015\000\000\000"NeedsSource"' >&0; read -r end"#,
            "crashed",
        ),
        (r"printf '\005\000' >&0; read -r end", "timeout"),
    ] {
        let pool = false_worker(act);
        assert_eq!(pool.run(&call(&script, "device")).unwrap_err().code(), code, "{act}");
    }
}

#[test]
fn what_a_worker_says_is_checked() {
    let script = script("function Decoder() { return {} }");
    let done =
        |result: &str| false_worker(&format!("{}; read -r end", frame(&format!(r#"{{"Done":{result}}}"#))));
    let deep = format!(r#"{{"result":{{"data":{}1{}}},"log":[]}}"#, "[".repeat(200), "]".repeat(200));
    assert_eq!(done(&deep).run(&call(&script, "device")).unwrap_err().code(), "too_large");
    for no_result in [
        r#"{"result":{"data":7},"log":[]}"#,
        r#"{"result":{"data":null},"log":[]}"#,
        r#"{"result":{"data":[1e999]},"log":[]}"#,
        r#"{"result":{"data":{"a":1}}}"#,
    ] {
        assert_eq!(
            done(no_result).run(&call(&script, "device")).unwrap_err().code(),
            "crashed",
            "{no_result}"
        );
    }
    let many = format!(
        r#"{{"result":{{"data":[],"warnings":["{}"]}},"log":["a\u001bb"{}]}}"#,
        "w".repeat(900),
        r#","x""#.repeat(90)
    );
    let outcome = done(&many).run(&call(&script, "device")).unwrap();
    assert_eq!((outcome.warnings[0].len(), outcome.log.len(), outcome.log[0].as_str()), (500, 20, "a b"));
}

#[test]
fn a_program_that_is_not_there_makes_codecs_unavailable() {
    let worker = WorkerCommand { program: "/nowhere/codec-worker".into(), arguments: vec![] };
    let pool = Pool::new(PoolOptions { worker, ..options() });
    let failed = pool.run(&call(&script("function Decoder() { return {} }"), "device")).unwrap_err();
    assert_eq!(failed.code(), "unavailable");
    assert!(matches!(failed, CodecError::Unavailable(Unavailable::NotStarted(_))));
    assert!(pool.status().not_started.is_some());
}

#[test]
fn a_program_that_is_no_worker_makes_codecs_unavailable() {
    let worker = WorkerCommand { program: "/bin/true".into(), arguments: vec![] };
    let pool = Pool::new(PoolOptions { worker, ..options() });
    assert!(matches!(
        pool.run(&call(&script("function Decoder() { return {} }"), "device")),
        Err(CodecError::Unavailable(Unavailable::NotStarted(_)))
    ));
}

#[test]
fn waiting_has_an_end() {
    let options = PoolOptions {
        worker: command(),
        n_workers: 1,
        call_limit: Duration::from_secs(2),
        wait_limit: Duration::from_millis(100),
        suspends: true,
    };
    let pool = Pool::new(options);
    pool.ready(Duration::from_mins(1)).unwrap();
    let looping = script("function decodeUplink() { for (;;); }");
    let good = script("function Decoder() { return {} }");
    thread::scope(|scope| {
        let holder = scope.spawn(|| pool.run(&call(&looping, "holder")));
        // Until the other call has begun this one is served.
        let refused = (0..100_000).find_map(|_| pool.run(&call(&good, "waiting")).err());
        assert_eq!(refused, Some(CodecError::Unavailable(Unavailable::Busy(Duration::from_millis(100)))));
        assert_eq!(holder.join().unwrap().unwrap_err().code(), "timeout");
    });
}
