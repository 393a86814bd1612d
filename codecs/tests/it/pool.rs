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
fn more_devices_than_contexts_are_kept_all_get_answers() {
    let pool = pool();
    let counting = script("var n = 0; function Decoder() { n = n + 1; return { n: n } }");
    for round in 0..2 {
        for device in 0..300 {
            let n = pool.run(&call(&counting, &format!("{device}"))).unwrap().data;
            // A context that was given up meanwhile starts afresh.
            assert!(n == json!({ "n": 1 }) || (round == 1 && n == json!({ "n": 2 })), "{n}");
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
