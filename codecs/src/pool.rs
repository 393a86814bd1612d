//! Worker processes and who may use them when. Threads and blocking calls only.

mod batch;
mod breaker;
mod lease;
mod outcome;
mod process;
mod queue;
mod shared;

use std::{
    fmt,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use outcome::Asked;
#[doc(hidden)]
pub use outcome::outcome_of;
pub use process::WorkerCommand;
use process::{NoAnswer, START_LIMIT, deadline};
use queue::Key;
use shared::Shared;

use crate::{Call, CodecError, Confinement, Outcome, Unavailable, wire};

/// How long calls wait for the first process. Beyond [`START_LIMIT`], so that a process that does not start says why.
const FIRST_START_LIMIT: Duration = START_LIMIT.saturating_add(Duration::from_secs(1));

/// Settings of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolOptions {
    /// How a worker process is started.
    pub worker: WorkerCommand,
    /// Calls that run at the same time. One process more than this is kept, so that nobody waits for the start of another.
    pub n_workers: usize,
    /// Real time one call may take; then its process is ended. The engine stops the codec itself at four fifths of it.
    pub call_limit: Duration,
    /// Time a call may wait for its turn.
    pub wait_limit: Duration,
    /// Whether what had to be stopped several times in a row is not called for a while. Where nobody waits for other calls it may be
    /// called again and again.
    pub suspends: bool,
}

impl PoolOptions {
    /// Two workers, 250 ms for a call, two seconds of waiting.
    pub fn new(worker: WorkerCommand) -> Self {
        Self {
            worker,
            n_workers: 2,
            call_limit: Duration::from_millis(250),
            wait_limit: Duration::from_secs(2),
            suspends: true,
        }
    }
}

/// Runs codecs in worker processes, and ends processes that do not answer in time.
pub struct Pool {
    shared: Arc<Shared>,
    /// Starts all processes, as each ends with the thread that started it.
    keeper: Option<JoinHandle<()>>,
}

/// The state of a pool, for metrics and for the doctor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How far workers are shut in; nothing until the first has started.
    pub confinement: Option<Confinement>,
    /// Ids of the processes that live.
    pub processes: Vec<u32>,
    /// Processes started so far.
    pub n_started: u64,
    /// Processes that had to be ended, or ended by themselves, so far.
    pub n_ended: u64,
    /// Pairs of script and device, and scripts as a whole, that are not called for a while.
    pub n_suspended: usize,
    /// Why the last attempt to start a process failed, if it did.
    pub not_started: Option<String>,
}

impl Pool {
    /// Starts nothing yet: processes are there from the first call on.
    pub fn new(options: PoolOptions) -> Self {
        let shared = Arc::new(Shared::new(options));
        let keeper = thread::Builder::new().name("codec-keeper".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.keep_workers()
        });
        if let Err(error) = &keeper {
            shared.cannot_start(error);
        }
        Self { shared, keeper: keeper.ok() }
    }

    /// Runs one call and blocks until it has an outcome: at most the limits of waiting and of two calls.
    ///
    /// The first calls of all wait for the start of the first process besides: some 20 ms, and never more than ten seconds.
    pub fn run(&self, call: &Call<'_>) -> Result<Outcome, CodecError> {
        call.check()?;
        self.shared.wait_until_ready(deadline(FIRST_START_LIMIT))?;
        let until = deadline(self.shared.options.wait_limit);
        let place = self.shared.wait_for_place(Key::of(call), until)?;
        let outcome = self.ask(call, until);
        self.shared.learn(place.key(), &outcome);
        outcome
    }

    /// Runs many calls, those of one script together, which takes far less time than one after the other. Outcomes are in the
    /// order of the calls, each as if it had been run alone.
    pub fn run_all(&self, calls: &[Call<'_>]) -> Vec<Result<Outcome, CodecError>> {
        let mut outcomes: Vec<Option<Result<Outcome, CodecError>>> = calls.iter().map(|_| None).collect();
        for batches in batch::by_script(calls) {
            batch::run(self, calls, &batches, &mut outcomes);
        }
        let alone = |(outcome, call): (Option<_>, _)| outcome.unwrap_or_else(|| self.run(call));
        outcomes.into_iter().zip(calls).map(alone).collect()
    }

    /// A worker that ends during the call may have been ended by somebody else, so the call is given to another, once. Those that were
    /// dead before are passed over, as long as there is time to wait for a worker.
    fn ask(&self, call: &Call<'_>, until: Instant) -> Result<Outcome, CodecError> {
        let options = &self.shared.options;
        let (mut request, asked) = (self.request(call), self.asked(call));
        let mut n_gone = 0_u32;
        while n_gone < 2 {
            let mut worker = self.shared.take_worker(call.script.id(), until)?;
            match worker.ask(&mut request, call.script.source(), deadline(options.call_limit)) {
                Ok(answer) => {
                    if let Ok(outcome) = outcome::of(answer, &asked) {
                        worker.give_back();
                        return outcome;
                    }
                    n_gone = n_gone.saturating_add(1);
                }
                Err(NoAnswer::Late) => return Err(CodecError::Timeout { limit: options.call_limit }),
                Err(NoAnswer::Gone) => n_gone = n_gone.saturating_add(1),
                Err(NoAnswer::NotAsked) if now() < until => {}
                Err(NoAnswer::NotAsked) => return Err(Unavailable::Busy(options.wait_limit).into()),
            }
        }
        Err(CodecError::Crashed)
    }

    fn request(&self, call: &Call<'_>) -> wire::Request {
        let input = wire::Input { bytes: call.bytes, f_port: call.f_port, variables: call.variables };
        wire::Request {
            script: call.script.id(),
            source: None,
            input: serde_json::to_string(&input).unwrap_or_default(),
            received_at_ms: call.received_at_ms,
            limit_ms: u32::try_from(self.engine_limit().as_millis()).unwrap_or(u32::MAX),
        }
    }

    fn asked<'a>(&self, call: &Call<'a>) -> Asked<'a> {
        Asked { source: call.script.source(), limit: self.engine_limit() }
    }

    fn engine_limit(&self) -> Duration {
        self.shared.options.call_limit.mul_f64(0.8)
    }

    /// Starts processes if there are none yet, waits until one lives, and says how far it is shut in.
    pub fn ready(&self, limit: Duration) -> Result<Confinement, CodecError> {
        self.shared.wait_until_ready(deadline(limit)).map_err(CodecError::Unavailable)
    }

    /// The state now.
    pub fn status(&self) -> Status {
        self.shared.status()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.close();
        // A keeper that panicked keeps nothing.
        self.keeper.take().map(JoinHandle::join);
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pool = f.debug_struct("Pool");
        pool.field("options", &self.shared.options).field("status", &self.status()).finish_non_exhaustive()
    }
}

impl From<Unavailable> for CodecError {
    fn from(reason: Unavailable) -> Self {
        Self::Unavailable(reason)
    }
}

#[expect(clippy::disallowed_methods, reason = "callers have no tokio, and a process is ended by real time")]
fn now() -> Instant {
    Instant::now()
}
