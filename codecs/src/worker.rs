//! The process that codecs run in: reads calls, runs them, writes answers, until its parent ends.

mod confine;
mod exception;
mod module_syntax;
mod sandbox;
mod sandboxes;

use std::{
    io::{self, Write},
    os::{fd::AsFd, unix::net::UnixStream},
    process::ExitCode,
    time::Duration,
};

use sandbox::Sandbox;
use sandboxes::Sandboxes;

use crate::wire::{self, Answer, Request};

/// Bytes of a request: a script whose every character is escaped, and what goes with it.
const MAX_REQUEST_BYTES: usize = 8 * crate::MAX_SCRIPT_BYTES;

/// The whole life of a worker process. Its standard input is a socket that the parent holds the other end of.
///
/// Has to be called before the process has a second thread: otherwise it keeps the network of its parent, and only the one thread
/// is bound by the list of system calls.
pub fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads it when a pool started the worker: then standard error is closed.
            _ = writeln!(io::stderr(), "a codec worker is started by the program itself: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let mut parent = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    parent.peer_addr()?;
    let confined = confine::this_process(parent.as_fd());
    parent.write_all(&wire::frame(&Answer::Ready(confined))?)?;

    let mut sandboxes = Sandboxes::default();
    loop {
        let frame = match wire::read_frame(&mut parent, MAX_REQUEST_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            frame => frame?,
        };
        let request: Request = serde_json::from_slice(&frame)?;
        let limit = Duration::from_millis(request.limit_ms.into());
        confine::allow_call(limit);
        let answer = answer(&mut sandboxes, request, limit);
        parent.write_all(&wire::frame(&answer)?)?;
    }
}

fn answer(sandboxes: &mut Sandboxes, request: Request, limit: Duration) -> Answer {
    let sandbox = match (sandboxes.take(request.script), &request.source) {
        (Some(sandbox), _) => sandbox,
        (None, None) => return Answer::NeedsSource,
        (None, Some(source)) => match Sandbox::load(source, request.received_at_ms, limit) {
            Ok(sandbox) => sandbox,
            Err(failure) => return Answer::Failed(failure),
        },
    };
    let done = sandbox.call(&request.input, request.received_at_ms, limit);
    // A context in which something went wrong may have been spoilt by the codec itself.
    if done.is_ok() && sandbox.is_ready() {
        sandboxes.keep(request.script, sandbox);
    }
    done.map_or_else(Answer::Failed, Answer::Done)
}
