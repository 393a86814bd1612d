//! A pool with the worker of this crate, and calls to it.

use std::{path::PathBuf, time::Duration};

use codecs::{Call, CodecError, Outcome, Pool, PoolOptions, Script, WorkerCommand};
use serde_json::Value;

/// 23 October 2026, 06:13:20.5 UTC.
pub(crate) const RECEIVED_AT_MS: i64 = 1_792_736_000_500;

pub(crate) fn command() -> WorkerCommand {
    WorkerCommand { program: PathBuf::from(env!("CARGO_BIN_EXE_codec-worker")), arguments: Vec::new() }
}

/// Tests run beside each other on few processors, so a call may take longer here than in the program.
pub(crate) fn options() -> PoolOptions {
    PoolOptions {
        call_limit: Duration::from_secs(5),
        wait_limit: Duration::from_mins(1),
        ..PoolOptions::new(command())
    }
}

pub(crate) fn pool() -> Pool {
    Pool::new(options())
}

/// A pool whose codecs have less time, for tests that use all of it.
pub(crate) fn strict_pool() -> Pool {
    Pool::new(PoolOptions { call_limit: Duration::from_millis(500), ..options() })
}

pub(crate) fn script(source: &str) -> Script {
    Script::new("test", source).unwrap()
}

pub(crate) fn call<'a>(script: &'a Script, device: &'a str) -> Call<'a> {
    Call { script, device, f_port: 2, bytes: &[1, 2, 255], received_at_ms: RECEIVED_AT_MS, variables: &[] }
}

pub(crate) fn run(pool: &Pool, source: &str) -> Result<Outcome, CodecError> {
    pool.run(&call(&script(source), "device"))
}

/// What `decodeUplink` with this body returns as `data`.
pub(crate) fn data(pool: &Pool, body: &str) -> Value {
    run(pool, &format!("function decodeUplink(input) {{ {body} }}")).unwrap().data
}
