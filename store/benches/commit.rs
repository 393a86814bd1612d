//! What does the writer's way cost? `cargo bench -p store --bench commit [-- UPLINKS [BATCH]]`
//!
//! Processor time of the whole process for each uplink of 2,000 stations with eight values, buckets apart. A figure
//! of processor time moves little with what else the machine does, and callgrind can count the same run.

#![expect(clippy::print_stdout, reason = "a measuring program")]

mod city;

use city::{Result, arrival, beginning, stations};
use jiff::SignedDuration;
use store::{Arrival, Outcome};

const N_STATIONS: u32 = 2000;
const TICK: SignedDuration = SignedDuration::from_mins(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let numbers: Vec<u32> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let n = numbers.first().copied().unwrap_or(100_000);
    let batch = numbers.get(1).copied().unwrap_or(500);
    let folder = tempfile::tempdir()?;
    let (store, stations) = stations(&folder.path().join("city.sqlite"), N_STATIONS, TICK).await?;
    store.settle().await?;
    // All stations in turn, ten minutes between two uplinks of the same.
    let uplink = |i: u32| {
        let (tick, station) = (i / N_STATIONS, i % N_STATIONS);
        let time = beginning()
            + SignedDuration::from_mins(10 * i64::from(tick))
            + SignedDuration::from_millis(3 * i64::from(station));
        arrival(&stations[station as usize], time, tick)
    };

    let mut spent = 0.0;
    let mut done = 0;
    while done < n {
        let end = n.min(done + batch);
        let arrivals: Vec<Arrival> = (done..end).map(uplink).collect();
        done = end;
        let before = processor_seconds();
        let outcomes = store.commit(arrivals).await?;
        spent += processor_seconds() - before;
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored));
    }
    let each = |seconds: f64| seconds * 1e6 / f64::from(n);
    println!("{n} uplinks in batches of {batch}: {:.1} us of processor time each", each(spent));
    let before = processor_seconds();
    store.settle().await?;
    println!("buckets: {:.1} us of processor time an uplink", each(processor_seconds() - before));
    store.close().await?;
    Ok(())
}

fn processor_seconds() -> f64 {
    let ns = |task: std::fs::DirEntry| -> Option<f64> {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok()
    };
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks.filter_map(ns).sum::<f64>() / 1e9
}
