//! The whole way of an uplink, from its publisher to the committed reading, measured: `cargo xtask bench way`.
//!
//! Ratios come first: each compares two things in the same run, on the same machine, in turns. Absolute numbers follow
//! and are worth only as much as the machine is quiet.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop at once")]

mod brokers;
mod counting;
mod load;
mod processor;
mod publisher;
mod storing;

use std::time::Duration;

use brokers::Kind;
use load::Load;

/// Turns of each measurement; the median is reported.
const ROUNDS: usize = 3;

/// Messages a turn.
const MESSAGES: usize = 100_000;

fn main() {
    let load = Load::new(MESSAGES);
    println!(
        "load: {} uplinks of {} devices, {} values each, {} bytes of JSON a message",
        load.len(),
        load::DEVICES,
        load::VALUES,
        load.mean_bytes()
    );
    for kind in [Kind::Mosquitto, Kind::Embedded] {
        committed_against_counted(kind, &load);
    }
}

/// Uplinks a second that are committed and acknowledged, against a subscriber that only counts.
fn committed_against_counted(kind: Kind, load: &Load) {
    println!("\n{kind:?}, QoS 1, publisher, broker and program on this machine; {ROUNDS} turns each");
    let (mut counted, mut stored, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (time, processor) = counting::run(kind, load);
        println!("  counting  {processor}");
        counted.push(time);
        let turn = storing::run(kind, load);
        println!("  storing   {}", turn.processor);
        stored.push(turn.committed);
        settled.push(turn.settled);
    }
    let (counted, stored) = (median(&mut counted), median(&mut stored));
    let rate = |time: Duration| load.len() as f64 / time.as_secs_f64();
    println!("  ratio of the medians: committed / counted = {:.2}", rate(stored) / rate(counted));
    println!("  counted {:>8.0} uplinks/s (acknowledged at once)", rate(counted));
    println!("  stored  {:>8.0} uplinks/s (acknowledged after the commit, synchronous FULL)", rate(stored));
    println!("  buckets current {:.2} s after the last commit", median(&mut settled).as_secs_f64());
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
