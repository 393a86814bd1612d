//! F23: many long reads beside the writer of SQLite.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use testbed::wait_for;

use super::{
    pause,
    report::Report,
    scene::{Plan, Setup},
    store::StoreUnderTest,
};

const N_READERS: usize = 8;
const PER_SECOND: u32 = 200;
/// Largest write-ahead log once the readers have ended.
const LOG_BYTES_MAX: u64 = 64 * 1024 * 1024;

pub(crate) fn sqlite_readers(setup: Setup) -> Report {
    let time = setup.scaled_time(Duration::from_mins(10));
    let n = PER_SECOND as usize * usize::try_from(time.as_secs() + 10).unwrap();
    let mut scene = Plan::new(setup).start(super::load::Load::new(n, 200, setup.seed));
    let publishing = scene.publish(Some(PER_SECOND));
    scene.wait_for_events(PER_SECOND as usize);
    let is_over = Arc::new(AtomicBool::new(false));
    let n_bytes = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..N_READERS)
        .map(|reader| {
            let (is_over, n_bytes) = (Arc::clone(&is_over), Arc::clone(&n_bytes));
            let url = |id: usize| {
                scene.program.url(&format!("/api/v1/datastreams/{id}/observations?limit=10000&format=csv&from=2026-05-01&to=2026-06-01"))
            };
            let urls: Vec<String> = (1..50).map(|id| url(1 + (id + reader * 6) % 50)).collect();
            std::thread::spawn(move || {
                for url in urls.iter().cycle() {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let body = ureq::get(url).call().unwrap_or_else(|error| panic!("{url}: {error}"));
                    n_bytes.fetch_add(body.into_body().read_to_vec().unwrap().len(), Ordering::Relaxed);
                }
            })
        })
        .collect();
    pause(time);
    is_over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    scene.settle(publishing);
    let StoreUnderTest::Sqlite(path) = &scene.store else { panic!("of SQLite only") };
    let log = path.with_extension("sqlite-wal");
    let log_bytes = || fs::metadata(&log).map_or(0, |log| log.len());
    wait_for("the log to shrink", || log_bytes() <= LOG_BYTES_MAX);
    let remark = format!(
        "{N_READERS} readers took {} MiB without an error; the log has {} MiB",
        n_bytes.load(Ordering::Relaxed) >> 20,
        log_bytes() >> 20
    );
    scene.remark(remark);
    scene.judge()
}
