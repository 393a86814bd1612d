//! `stadtfunk simulate`: simulated sensors to a broker or into a file.

use std::{fs::File, io::BufWriter, path::Path, sync::Arc};

use anyhow::Context;
use domain::{Clock, SystemClock, TimeRange};
use firmware_sim::{
    Message, Publisher, PublisherOptions, Scenario, SimDevice, Simulator, record,
    replay::{self, Replay, ReplayKind, ReplayOptions},
};
use ingest::BrokerUrl;
use jiff::{SignedDuration, civil::Date, tz::TimeZone};

use super::say;
use crate::{
    cli::{CountsDevice, NetworkServer, SimulateArgs},
    config::{ConfigError, Zone},
    devices::DeviceLine,
    shutdown,
};

/// Publishes or records what the arguments ask for.
pub(crate) async fn run(args: SimulateArgs) -> anyhow::Result<()> {
    if let Some(file) = &args.counts {
        let replay = counts(&args, file)?;
        write_devices(&args, std::slice::from_ref(replay.device()))?;
        return send(&args, replay.messages()).await;
    }
    let scenario = match args.fleet {
        Some(n_devices) => Scenario::fleet(n_devices),
        None => Scenario::oldenburg(),
    };
    let scenario = scenario.through(match args.network_server {
        NetworkServer::Chirpstack => firmware_sim::NetworkServer::ChirpStack,
        NetworkServer::TheThingsStack => firmware_sim::NetworkServer::TheThingsStack,
    });
    write_devices(&args, scenario.devices())?;
    let mut simulator = Simulator::new(scenario, args.seed);
    match (args.from, args.to) {
        (Some(from), Some(to)) => {
            let range = days(from, to)?;
            send(&args, simulator.messages(range)).await
        }
        _ if args.broker.is_some() => live(&args, simulator).await,
        _ if args.record.is_some() => {
            Err(ConfigError::Argument("--record needs to know which days: add --from and --to".into()).into())
        }
        _ => Ok(()),
    }
}

async fn live(args: &SimulateArgs, simulator: Simulator) -> anyhow::Result<()> {
    let stop = shutdown::on_signal()?;
    let publisher = connect(args.broker.as_deref().context("checked by the command line")?).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let from = clock.now();
    let n = firmware_sim::run_live(simulator, publisher, from, clock, args.speed, stop).await?;
    say(format!("{n} messages published"))
}

async fn send(args: &SimulateArgs, messages: impl Iterator<Item = Message>) -> anyhow::Result<()> {
    if let Some(file) = &args.record {
        let to = File::create(file).with_context(|| format!("cannot write `{}`", file.display()))?;
        let n = record::write(messages, BufWriter::new(to))?;
        return say(format!("{n} messages written to `{}`", file.display()));
    }
    let Some(broker) = &args.broker else { return Ok(()) };
    let mut publisher = connect(broker).await?;
    let n = publisher.publish_all(messages).await?;
    publisher.close().await;
    say(format!("{n} messages published and acknowledged"))
}

/// Connects a publisher to `mqtt://host[:port]`.
pub(super) async fn connect(url: &str) -> anyhow::Result<Publisher> {
    let url: BrokerUrl = url.parse().map_err(|error| ConfigError::Argument(format!("{error}")))?;
    if url.is_encrypted() {
        return Err(ConfigError::Argument("simulated sensors speak mqtt:// only, not mqtts://".into()).into());
    }
    let client_id = format!("stadtfunk-publisher-{}", std::process::id());
    Ok(Publisher::connect(PublisherOptions::new(url.host(), url.port(), client_id)).await?)
}

fn counts(args: &SimulateArgs, file: &Path) -> anyhow::Result<Replay> {
    let options = ReplayOptions {
        seed: args.seed,
        duplicates: args.duplicates,
        redelivered: args.redelivered,
        shuffle: SignedDuration::from_mins(i64::from(args.shuffle_minutes)),
        ..ReplayOptions::new(match args.counts_device {
            CountsDevice::Interval => ReplayKind::Interval,
            CountsDevice::Total => ReplayKind::RunningTotal,
        })
    };
    let opened = File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let replay =
        replay::muenster(opened, &options).with_context(|| format!("cannot replay `{}`", file.display()))?;
    say(format!("{} uplinks of {} days", replay.n_uplinks(), replay.day_sums().len()))?;
    if replay.n_rows_skipped() > 0 {
        // A frame with both directions has no mark for one that is not known, and zero would be another thing.
        say(format!(
            "{} rows left out: a count that the counter's frame needs is missing",
            replay.n_rows_skipped()
        ))?;
    }
    Ok(replay)
}

fn write_devices(args: &SimulateArgs, devices: &[SimDevice]) -> anyhow::Result<()> {
    let Some(file) = &args.devices_csv else { return Ok(()) };
    let mut lines =
        csv::Writer::from_path(file).with_context(|| format!("cannot write `{}`", file.display()))?;
    for line in DeviceLine::of_simulated(devices) {
        lines.serialize(line)?;
    }
    lines.flush()?;
    say(format!("{} devices written to `{}`", devices.len(), file.display()))
}

/// Local days of the default zone, half open.
fn days(from: Date, to: Date) -> anyhow::Result<TimeRange> {
    let zone: TimeZone = Zone::default().0;
    let midnight = |date: Date| -> anyhow::Result<_> { Ok(date.to_zoned(zone.clone())?.timestamp()) };
    let (from, to) = (midnight(from)?, midnight(to)?);
    Ok(TimeRange::new(from, to).map_err(|error| ConfigError::Argument(error.to_string()))?)
}
