//! People who read while something fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{pause, program::Program};

/// What pages and programs ask for.
const PATHS: [&str; 6] =
    ["/", "/api/v1/things", "/api/v1/latest", "/api/v1/datastreams", "/open-data", "/livez"];

/// Readers in threads of their own.
#[derive(Debug)]
pub(crate) struct Readers {
    tally: Arc<Tally>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Tally {
    is_over: AtomicBool,
    n_answered: AtomicUsize,
    n_errors: AtomicUsize,
    n_unanswered: AtomicUsize,
}

impl Readers {
    /// So many readers, each asking about ten times a second.
    pub(crate) fn start(n: usize, program: &Program) -> Self {
        let tally = Arc::new(Tally::default());
        let urls: Vec<String> = PATHS.iter().map(|path| program.url(path)).collect();
        let threads = (0..n)
            .map(|reader| {
                let (tally, urls) = (Arc::clone(&tally), urls.clone());
                std::thread::spawn(move || read(&tally, &urls, reader))
            })
            .collect();
        Self { tally, threads }
    }

    /// Ends the readers and says how they fared.
    pub(crate) fn finish(self) -> String {
        self.tally.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        let count = |n: &AtomicUsize| n.load(Ordering::Relaxed);
        let (answered, errors, unanswered) =
            (count(&self.tally.n_answered), count(&self.tally.n_errors), count(&self.tally.n_unanswered));
        format!("reads: {answered} answered, {errors} with 5xx, {unanswered} without answer")
    }
}

fn read(tally: &Tally, urls: &[String], reader: usize) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(20)))
        .http_status_as_error(false)
        .build()
        .into();
    for url in urls.iter().cycle().skip(reader) {
        if tally.is_over.load(Ordering::Relaxed) {
            return;
        }
        let answer =
            agent.get(url).call().map(|mut answer| (answer.status(), answer.body_mut().read_to_vec()));
        let outcome = match answer {
            Ok((status, _)) if status.is_server_error() => &tally.n_errors,
            Ok((_, Ok(_))) => &tally.n_answered,
            Ok((_, Err(_))) | Err(_) => &tally.n_unanswered,
        };
        outcome.fetch_add(1, Ordering::Relaxed);
        pause(Duration::from_millis(100));
    }
}
