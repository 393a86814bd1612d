//! The process that codecs run in: reads calls, runs them, writes answers, until its parent ends.

mod confine;
mod exception;
mod module_syntax;
mod sandbox;
mod sandboxes;

use std::{
    io::{self, BufReader, BufWriter, Write},
    os::{fd::AsFd, unix::net::UnixStream},
    process::ExitCode,
    time::{Duration, Instant},
};

use sandbox::Sandbox;
use sandboxes::{Kept, Sandboxes};

use crate::wire::{self, Answer, Request};

/// Bytes of a request: a script whose every character is escaped, and what goes with it.
const MAX_REQUEST_BYTES: usize = 8 * crate::MAX_SCRIPT_BYTES;

/// How long an answer may wait for the next one while calls are waiting: to wake the parent for each takes longer than most calls.
const ANSWERS_WAIT: Duration = Duration::from_millis(5);

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
    let (mut requests, mut answers) = (BufReader::new(&parent), BufWriter::new(&parent));
    let mut sent_at = now();
    loop {
        // What waits in the buffer is the begin of another call, of which the parent has sent the rest.
        if requests.buffer().is_empty() || sent_at.elapsed() >= ANSWERS_WAIT {
            answers.flush()?;
            sent_at = now();
        }
        let frame = match wire::read_frame(&mut requests, MAX_REQUEST_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            frame => frame?,
        };
        let request: Request = serde_json::from_slice(&frame)?;
        let limit = Duration::from_millis(request.limit_ms.into());
        confine::allow_call(limit);
        let answer = answer(&mut sandboxes, &request, limit);
        answers.write_all(&wire::frame(&answer)?)?;
    }
}

#[expect(clippy::disallowed_methods, reason = "the worker has no tokio, and its limits are of real time")]
fn now() -> Instant {
    Instant::now()
}

fn answer(sandboxes: &mut Sandboxes, request: &Request, limit: Duration) -> Answer {
    let kept = match (sandboxes.take(request.script), &request.source) {
        (Some(kept), _) => kept,
        (None, None) => return Answer::NeedsSource,
        (None, Some(source)) => match Sandbox::load(source, request.received_at_ms, limit) {
            Ok(sandbox) => Kept::new(request.script, sandbox),
            Err(failure) => return Answer::Failed(failure),
        },
    };
    let done = kept.sandbox.call(&request.input, request.received_at_ms, limit);
    // A context in which something went wrong may have been spoilt by the codec itself.
    if done.is_ok() && kept.sandbox.is_ready() {
        sandboxes.keep(kept);
    }
    done.map_or_else(Answer::Failed, Answer::Done)
}
