//! The state machines of the delivery together with model brokers, clients and a model store, in an order of events
//! and with faults that all follow from one seed.
//!
//! What is checked at each step: what is acknowledged is committed, in the order of receipt, on its own connection;
//! an outcome is told once; messages in work never exceed their limits; each message received is counted under
//! exactly one heading. In the end the faults stop, and then everything published must be committed, acknowledged and
//! given back, except what a broker lost with its session before we had it.
//!
//! A failure prints its seed. `STADTFUNK_SIM_SEED=<seed> cargo test -p ingest simulation -- --nocapture` runs that one
//! again and tells what happens; `STADTFUNK_SIM_STEPS=1000000000` makes the run longer.

mod broker;
mod city;
mod client;
mod dice;
mod faults;
mod oracle;
mod process;
mod source;
mod store;
mod turn;
mod worker;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use domain::{Clock as _, SystemClock};

use city::{City, Summary};

/// Steps with faults of one seed.
const STEPS_OF_A_SEED: u64 = 20_000;
/// Steps of all seeds together.
const STEPS: u64 = 10_000_000;

/// Seeds that found a mistake once, with what it was. These were made by hand, to see that they are found.
const FOUND_A_MISTAKE: &[(u64, &str)] = &[
    (0, "the broker's confirmation of the subscription is not waited for"),
    (20_782_000_000_001, "places of an earlier connection are used again"),
    (20_782_000_000_003, "a broker that sent too much is left before everything is acknowledged"),
    (20_782_000_000_007, "the worker ends while a failed batch waits"),
];

fn run_seed(seed: u64, is_told: bool) -> Summary {
    City::new(seed, is_told).run(STEPS_OF_A_SEED)
}

#[expect(clippy::disallowed_methods, reason = "settings of a test, not of the program")]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("`{name}` is `{text}`: expected a number")))
}

/// Half of the seeds are always the same, the others are those of the day.
#[test]
fn ten_million_steps_keep_every_promise() {
    if let Some(seed) = setting("STADTFUNK_SIM_SEED") {
        println!("{:?}", run_seed(seed, true));
        return;
    }
    let n_seeds = setting("STADTFUNK_SIM_STEPS").unwrap_or(STEPS).div_ceil(STEPS_OF_A_SEED);
    let day = SystemClock.now().as_second().unsigned_abs() / 86_400;
    let next = AtomicU64::new(0);
    let work = || {
        let mut steps = 0;
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= n_seeds {
                return steps;
            }
            let seed = if n.is_multiple_of(2) { n } else { day * 1_000_000_000 + n };
            steps += run_seed(seed, false).steps;
        }
    };
    let n_steps: u64 = thread::scope(|scope| {
        let n_threads = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("see the seed above")).sum()
    });
    assert!(n_steps >= n_seeds * STEPS_OF_A_SEED);
}

#[test]
fn mistakes_once_found_stay_mended() {
    for (seed, mistake) in FOUND_A_MISTAKE {
        println!("{seed}: {mistake}");
        run_seed(*seed, false);
    }
}

#[test]
fn equal_seeds_give_equal_cities() {
    let [first, second] = [0, 1].map(|_| format!("{:?}", run_seed(7, false)));
    assert_eq!(first, second);
}
