//! One worker process, as the pool sees it.

use std::{
    io::{self, Read, Write},
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::now;
use crate::{
    Confinement, ScriptId,
    limits::MAX_ANSWER_BYTES,
    wire::{self, Answer, Request},
};

/// How a worker process is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program, whose body is [`crate::worker::main`].
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl WorkerCommand {
    /// The program that is running now, with `argument`.
    pub fn this_program(argument: &str) -> io::Result<Self> {
        // The link of the kernel leads to this program even when another was installed in its place meanwhile.
        let program =
            if cfg!(target_os = "linux") { "/proc/self/exe".into() } else { std::env::current_exe()? };
        Ok(Self { program, arguments: vec![argument.to_owned()] })
    }
}

/// How long a process may take from its start to its first word.
pub(super) const START_LIMIT: Duration = Duration::from_secs(10);

/// One process. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    stream: UnixStream,
    /// What was asked last in a batch and went well, so that its source need not be sent again.
    last_script: Option<ScriptId>,
    pub confinement: Confinement,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// None came in time.
    Late,
    /// The process had ended before it was asked.
    NotAsked,
    /// The process ended, or says what no worker says.
    Gone,
}

impl Worker {
    /// Starts a process. It ends with the thread that calls this, so that thread must live as long as the pool.
    pub(super) fn start(command: &WorkerCommand) -> io::Result<Self> {
        let (stream, end) = UnixStream::pair()?;
        let child = Command::new(&command.program)
            .args(&command.arguments)
            .env_clear()
            // Local time is UTC for every codec, whatever files there are.
            .env("TZ", "UTC0")
            .current_dir("/")
            // Ctrl-C is for the program, which still has uplinks to decode.
            .process_group(0)
            .stdin(Stdio::from(OwnedFd::from(end)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut worker = Self { child, stream, last_script: None, confinement: Confinement::default() };
        match worker.answer(deadline(START_LIMIT))? {
            Answer::Ready(confinement) => {
                worker.confinement = confinement;
                Ok(worker)
            }
            _ => Err(io::Error::other("the process is no codec worker")),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks for one call; `source` is sent if the worker wants it.
    pub(super) fn ask(
        &mut self,
        request: &mut Request,
        source: &str,
        until: Instant,
    ) -> Result<Answer, NoAnswer> {
        request.source = None;
        self.send(request, until).map_err(|error| NoAnswer::of(&error, NoAnswer::NotAsked))?;
        let gone = |error| NoAnswer::of(&error, NoAnswer::Gone);
        match self.answer(until).map_err(gone)? {
            Answer::NeedsSource => {
                request.source = Some(source.to_owned());
                self.send(request, until).map_err(gone)?;
                self.answer(until).map_err(gone)
            }
            answer => Ok(answer),
        }
    }

    /// Sends many calls of one script at once. Their answers are [`Worker::next_answer`], in order.
    pub(super) fn send_all(
        &mut self,
        mut requests: Vec<Request>,
        source: &str,
        until: Instant,
    ) -> Result<(), NoAnswer> {
        let mut frames = Vec::new();
        let script = requests.first().map(|request| request.script);
        if let Some(first) = requests.first_mut().filter(|_| script != self.last_script) {
            first.source = Some(source.to_owned());
        }
        for request in &requests {
            frames.extend(wire::frame(request).map_err(|_| NoAnswer::NotAsked)?);
        }
        self.last_script = script;
        let mut stream = Until { stream: &self.stream, until };
        stream.write_all(&frames).map_err(|error| NoAnswer::of(&error, NoAnswer::NotAsked))
    }

    pub(super) fn next_answer(&mut self, until: Instant) -> Result<Answer, NoAnswer> {
        let answer = self.answer(until).map_err(|error| NoAnswer::of(&error, NoAnswer::Gone))?;
        if !matches!(answer, Answer::Done(_)) {
            self.last_script = None;
        }
        Ok(answer)
    }

    fn send(&mut self, request: &Request, until: Instant) -> io::Result<()> {
        Until { stream: &self.stream, until }.write_all(&wire::frame(request)?)
    }

    fn answer(&mut self, until: Instant) -> io::Result<Answer> {
        let frame = wire::read_frame(&mut Until { stream: &self.stream, until }, MAX_ANSWER_BYTES)?;
        Ok(serde_json::from_slice(&frame)?)
    }
}

impl NoAnswer {
    fn of(error: &io::Error, otherwise: Self) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Late,
            _ => otherwise,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only for a process that has ended and been waited for.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A stream that answers until a point in time, however few bytes come at once.
struct Until<'a> {
    stream: &'a UnixStream,
    until: Instant,
}

impl Until<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Until<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn deadline(limit: Duration) -> Instant {
    let now = now();
    now.checked_add(limit).unwrap_or(now)
}
