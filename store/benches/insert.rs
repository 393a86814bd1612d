//! Does writing slow down as the store grows, and how fast are the reads of a page?
//!
//! `cargo bench -p store --bench insert [-- TICKS] [timescale|postgres]`: 2,000 stations with 8 values every 15 minutes. Fills
//! one store with so many ticks (default 1,000, that is 16 million values), then writes 25 ticks each to that
//! store and to an empty one, three times in turn, buckets included. Ratios first; compare absolute figures
//! only within one run.

#![expect(clippy::print_stdout, reason = "a measuring program")]

mod city;

use std::time::Duration;

use city::{
    Result, arrival, beginning,
    place::{Kind, Place, Places},
    stations,
};
use domain::{BucketWidth, TimeRange};
use jiff::{SignedDuration, Timestamp};
use store::{Arrival, Device, Outcome, Store};
use tokio::time::Instant;

const N_STATIONS: u32 = 2000;
const N_ROUNDS: u32 = 3;
const TICKS_PER_ROUND: u32 = 25;
const BATCH: usize = 500;
const TICK: SignedDuration = SignedDuration::from_mins(15);
/// What writing took.
struct Took {
    committed: Duration,
    settled: Duration,
}

impl Took {
    fn committed(&self) -> Duration {
        self.committed
    }

    fn in_all(&self) -> Duration {
        self.committed + self.settled
    }
}

struct City {
    store: Store,
    stations: Vec<Device>,
    next_tick: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let n_ticks: u32 = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(1000);
    let places = Places::new(Kind::of_arguments())?;
    let full_place = places.place("full.sqlite");
    let mut full = City::new(&full_place, N_STATIONS).await?;
    let fill = full.write(n_ticks).await?;
    let spent = places.server_seconds();

    let (mut empty_turns, mut full_turns) = (Vec::new(), Vec::new());
    for round in 0..N_ROUNDS {
        let place = places.place(&format!("empty{round}.sqlite"));
        let mut empty = City::new(&place, N_STATIONS).await?;
        // The same hours of the same day in both.
        empty.next_tick = full.next_tick;
        empty_turns.push(empty.write(TICKS_PER_ROUND).await?);
        empty.store.close().await?;
        full_turns.push(full.write(TICKS_PER_ROUND).await?);
    }
    let n_values = u64::from(n_ticks) * u64::from(N_STATIONS) * 8;
    println!("at {n_values} values / in an empty store, median of {N_ROUNDS} rounds in turn:");
    for (what, took) in [("committed", Took::committed as fn(&Took) -> _), ("buckets done", Took::in_all)] {
        let rate_of = |turns: &[Took]| {
            median(&mut turns.iter().map(|t| rate(took(t), TICKS_PER_ROUND)).collect::<Vec<_>>())
        };
        let (empty, full) = (rate_of(&empty_turns), rate_of(&full_turns));
        println!("  {what}: ratio {:.2}; empty {empty:.0}, full {full:.0} uplinks/s", full / empty);
    }
    println!(
        "  filling: {:.0} uplinks/s; {:.1} us of the server's processor time an uplink",
        rate(fill.in_all(), n_ticks),
        spent * 1e6 / f64::from(n_ticks * N_STATIONS)
    );
    let health = full.store.health().await?;
    println!(
        "  {:.1} bytes per value on disk, buckets and raw uplinks included",
        health.n_bytes as f64 / n_values as f64
    );

    let one = full.stations[0].clone();
    let stream = full.store.datastreams(Some(one.thing)).await?[0].id;
    let day = TimeRange::new(full.time() - SignedDuration::from_hours(24), full.time())?;
    let store = &full.store;
    measure("day chart, 96 quarter-hours of one of 2,000 stations", 500, async || {
        Ok(store.buckets(stream, BucketWidth::QuarterHour, day).await?.len())
    })
    .await?;
    measure("latest values of one station", 500, async || Ok(store.latest(Some(one.thing)).await?.len()))
        .await?;
    full.store.close().await?;

    let small = years(&places, 1).await?;
    let large = years(&places, 10).await?;
    println!("with ten times the data, p50 and p99 as ratios (a year of 10 stations / of 1):");
    for (small, large) in small.iter().zip(&large) {
        println!(
            "  {}: {:.2} and {:.2}",
            small.what,
            large.p50_ms / small.p50_ms,
            large.p99_ms / small.p99_ms
        );
    }
    Ok(())
}

/// Reads over a year: few stations report for long, a thousand have a latest value.
async fn years(places: &Places, n_stations: u32) -> Result<Vec<Reads>> {
    let place = places.place(&format!("year{n_stations}.sqlite"));
    let mut city = City::new(&place, 1000).await?;
    city.write(4).await?;
    // They go on for a year, every ten minutes.
    city.stations.truncate(usize::try_from(n_stations)?);
    let start = city.time();
    let n = 365 * 24 * 6;
    let began = Instant::now();
    let mut batch = Vec::with_capacity(BATCH);
    for i in 0..n {
        for station in &city.stations {
            let time = start + SignedDuration::from_mins(10 * i64::from(i));
            batch.push(arrival(station, time, 1_000_000 + i));
        }
        if batch.len() >= BATCH {
            city.store.commit(std::mem::take(&mut batch)).await?;
        }
    }
    city.store.commit(batch).await?;
    let committed = began.elapsed();
    city.store.settle().await?;
    println!(
        "a year of {n_stations} stations: {:.0} uplinks/s committed, {:.0} uplinks/s with buckets done",
        f64::from(n * n_stations) / committed.as_secs_f64(),
        f64::from(n * n_stations) / began.elapsed().as_secs_f64()
    );
    let store = &city.store;
    let stream = store.datastreams(Some(city.stations[0].thing)).await?[0].id;
    let year = TimeRange::new(start, start + SignedDuration::from_hours(365 * 24))?;
    let day = TimeRange::new(year.to() - SignedDuration::from_hours(24), year.to())?;
    let buckets = async |width, range| Ok(store.buckets(stream, width, range).await?.len());
    let reads = vec![
        measure("latest of 1,000 stations", 200, async || Ok(store.latest(None).await?.len())).await?,
        measure("day chart", 500, async || buckets(BucketWidth::QuarterHour, day).await).await?,
        measure("year of days", 200, async || buckets(BucketWidth::Day, year).await).await?,
        measure("year of hours", 100, async || buckets(BucketWidth::Hour, year).await).await?,
        measure("year of quarter-hours", 60, async || buckets(BucketWidth::QuarterHour, year).await).await?,
        measure("year of raw ten-minute values, all pages", 40, async || {
            let (mut n, mut after) = (0, None);
            loop {
                let page = store.observations(stream, year, after, 10_000).await?;
                n += page.items.len();
                after = page.next;
                if after.is_none() {
                    return Ok(n);
                }
            }
        })
        .await?,
    ];
    city.store.close().await?;
    Ok(reads)
}

impl City {
    async fn new(place: &Place, n_stations: u32) -> Result<Self> {
        let (store, stations) = stations(place, n_stations, TICK).await?;
        Ok(Self { store, stations, next_tick: 0 })
    }

    fn time(&self) -> Timestamp {
        beginning() + SignedDuration::from_mins(15 * i64::from(self.next_tick))
    }

    /// Writes ticks of all stations and waits until the buckets are done. The arrivals are made before the
    /// clock runs.
    async fn write(&mut self, n_ticks: u32) -> Result<Took> {
        let mut committed = Duration::ZERO;
        for _ in 0..n_ticks {
            let time = self.time();
            let mut arrivals: Vec<Arrival> = (0_u32..)
                .zip(&self.stations)
                // Stations report spread over the tick, in an order that is not that of their ids.
                .map(|(i, station)| {
                    arrival(
                        station,
                        time + SignedDuration::from_millis(i64::from(i * 7919 % 2000) * 400),
                        self.next_tick,
                    )
                })
                .collect();
            arrivals.sort_by_key(|arrival| arrival.received_at);
            let began = Instant::now();
            while !arrivals.is_empty() {
                let rest = arrivals.split_off(BATCH.min(arrivals.len()));
                let outcomes = self.store.commit(std::mem::replace(&mut arrivals, rest)).await?;
                assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored));
            }
            committed += began.elapsed();
            self.next_tick += 1;
        }
        let began = Instant::now();
        self.store.settle().await?;
        Ok(Took { committed, settled: began.elapsed() })
    }
}

/// How long one kind of read took.
struct Reads {
    what: &'static str,
    p50_ms: f64,
    p99_ms: f64,
}

async fn measure(what: &'static str, n: usize, read: impl AsyncFn() -> Result<usize>) -> Result<Reads> {
    let n_rows = read().await?;
    let mut times = Vec::with_capacity(n);
    for _ in 0..n {
        let began = Instant::now();
        read().await?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let reads = Reads { what, p50_ms: times[n / 2], p99_ms: times[n * 99 / 100] };
    println!("{what} ({n_rows} rows): p50 {:.2} ms, p99 {:.2} ms", reads.p50_ms, reads.p99_ms);
    Ok(reads)
}

fn rate(took: Duration, n_ticks: u32) -> f64 {
    f64::from(n_ticks) * f64::from(N_STATIONS) / took.as_secs_f64()
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
