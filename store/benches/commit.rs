//! What does the writer's way cost? `cargo bench -p store --bench commit [-- UPLINKS [BATCH]] [timescale|postgres]`
//!
//! Processor time of the whole process for each uplink of 2,000 stations with eight values, buckets apart. A figure
//! of processor time moves little with what else the machine does, and callgrind can count the same run.

#![expect(clippy::print_stdout, reason = "a measuring program")]

mod city;

use city::{
    Result, arrival, beginning,
    place::{Kind, Places},
    stations,
};
use jiff::SignedDuration;
use store::{Arrival, Outcome};

const N_STATIONS: u32 = 2000;
const TICK: SignedDuration = SignedDuration::from_mins(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let numbers: Vec<u32> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let n = numbers.first().copied().unwrap_or(100_000);
    let batch = numbers.get(1).copied().unwrap_or(500);
    let places = Places::new(Kind::of_arguments())?;
    let place = places.place("city.sqlite");
    let (store, stations) = stations(&place, N_STATIONS, TICK).await?;
    store.settle().await?;
    // All stations in turn, ten minutes between two uplinks of the same.
    let uplink = |i: u32| {
        let (tick, station) = (i / N_STATIONS, i % N_STATIONS);
        let time = beginning()
            + SignedDuration::from_mins(10 * i64::from(tick))
            + SignedDuration::from_millis(3 * i64::from(station));
        arrival(&stations[station as usize], time, tick)
    };

    let (mut spent, mut took) = (0.0, std::time::Duration::ZERO);
    let server = places.server_seconds();
    let mut done = 0;
    while done < n {
        let end = n.min(done + batch);
        let arrivals: Vec<Arrival> = (done..end).map(uplink).collect();
        done = end;
        let (before, began) = (processor_seconds(), tokio::time::Instant::now());
        let outcomes = store.commit(arrivals).await?;
        spent += processor_seconds() - before;
        took += began.elapsed();
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored));
    }
    let each = |seconds: f64| seconds * 1e6 / f64::from(n);
    println!(
        "{n} uplinks in batches of {batch}: {:.1} us of processor time each, {:.1} us of the server's; {:.0} uplinks/s",
        each(spent),
        each(places.server_seconds() - server),
        f64::from(n) / took.as_secs_f64()
    );
    let (before, server) = (processor_seconds(), places.server_seconds());
    store.settle().await?;
    println!(
        "buckets: {:.1} us of processor time an uplink, {:.1} us of the server's",
        each(processor_seconds() - before),
        each(places.server_seconds() - server)
    );
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
