//! The whole way of an uplink, from its publisher to the committed reading, measured: `cargo xtask bench way`. A word behind it
//! (`counted`, `examined`, `codec`) runs one part.
//!
//! Ratios come first: each compares two things in the same run, on the same machine, in turns. Absolute numbers follow
//! and are worth only as much as the machine is quiet.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop at once")]

mod brokers;
mod counting;
mod decoding;
mod load;
mod place;
mod processor;
mod publisher;
mod replay;
mod storing;

use std::time::Duration;

use brokers::Kind;
use decoding::Decoding;
use load::Load;

/// Turns of each measurement; the median is reported.
const ROUNDS: usize = 3;

/// Messages a turn.
const MESSAGES: usize = 100_000;

const STORES: [place::Kind; 2] = [place::Kind::Sqlite, place::Kind::Timescale];

fn main() {
    if std::env::args().nth(1).as_deref() == Some(decoding::CODEC_WORKER) {
        decoders::codecs::worker::main();
        return;
    }
    // cargo adds a flag; a word runs one part only.
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let is_wanted = |part: &str| wanted.as_deref().is_none_or(|wanted| wanted == part);
    let load = Load::new(MESSAGES);
    println!(
        "load: {} uplinks of {} devices, {} values each, {} bytes of JSON a message",
        load.len(),
        load::DEVICES,
        load::VALUES,
        load.mean_bytes()
    );
    for kind in [Kind::Mosquitto, Kind::Embedded].into_iter().filter(|_| is_wanted("counted")) {
        committed_against_counted(kind, &load);
    }
    for store in STORES.into_iter().filter(|_| is_wanted("examined")) {
        committed_against_examined(store, &load);
    }
    for store in STORES.into_iter().filter(|_| is_wanted("codec")) {
        codec_against_native(store, &load);
    }
}

/// Uplinks a second of which each is decoded by a maker's codec, against the same payloads decoded by the program itself.
fn codec_against_native(store: place::Kind, load: &Load) {
    println!(
        "\nMosquitto, {store:?}, the same payloads decoded by the program and by a codec; {ROUNDS} turns each"
    );
    let (mut native, mut codec) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (decoding, times) in [(Decoding::Native, &mut native), (Decoding::Codec, &mut codec)] {
            let turn = storing::run(Kind::Mosquitto, store, decoding, load);
            println!("  {decoding:?}  {}", turn.processor);
            times.push(turn.committed);
        }
    }
    let rate = |time: Duration| load.len() as f64 / time.as_secs_f64();
    let (native, codec) = (rate(median(&mut native)), rate(median(&mut codec)));
    println!("  codec / native = {:.2} (medians); {codec:.0} of {native:.0} uplinks/s", codec / native);
}

/// Uplinks a second that are committed and acknowledged, against a subscriber that only counts.
fn committed_against_counted(kind: Kind, load: &Load) {
    println!("\n{kind:?}, QoS 1, publisher, broker, store and program on this machine; {ROUNDS} turns each");
    let (mut counted, mut stored, mut settled) =
        (Vec::new(), [Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        let (time, processor) = counting::run(kind, load);
        println!("  counting  {processor}");
        counted.push(time);
        for (i, store) in STORES.into_iter().enumerate() {
            let turn = storing::run(kind, store, Decoding::Native, load);
            println!("  {store:?}  {}", turn.processor);
            stored[i].push(turn.committed);
            settled[i].push(turn.settled);
        }
    }
    let rate = |time: Duration| load.len() as f64 / time.as_secs_f64();
    let counted = median(&mut counted);
    println!("  counted {:>8.0} uplinks/s (acknowledged at once)", rate(counted));
    for (i, store) in STORES.into_iter().enumerate() {
        let time = median(&mut stored[i]);
        println!(
            "  {store:?}: committed / counted = {:.2} (medians); {:.0} uplinks/s acknowledged after the commit; buckets current {:.2} s later",
            rate(time) / rate(counted),
            rate(time),
            median(&mut settled[i]).as_secs_f64()
        );
    }
}

/// Uplinks a second without a broker, committed against examined alone.
fn committed_against_examined(store: place::Kind, load: &Load) {
    let (mut examined, mut committed) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let turn = replay::run(store, load);
        examined.push(turn.0);
        committed.push(turn.1);
    }
    let rate = |time: Duration| load.len() as f64 / time.as_secs_f64();
    let (examined, committed) = (rate(median(&mut examined)), rate(median(&mut committed)));
    println!(
        "\nno broker, {store:?}: committed / examined = {:.2}; {committed:.0} of {examined:.0} uplinks/s",
        committed / examined
    );
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
