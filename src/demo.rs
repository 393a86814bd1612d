//! `stadtfunk demo`: a simulated city over real MQTT, in one process.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use decoders::Catalogue;
use domain::{Clock, SystemClock};
use firmware_sim::{Publisher, PublisherOptions, Scenario, Simulator};
use ingest::{Phase, Protocol, SourceConfig, broker::Broker};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    cli::DemoArgs,
    command::say,
    config::{self, Config, ConfigError, HttpConfig, StoreConfig},
    devices::DeviceLine,
    ingest_lock::IngestLock,
    scaled_clock::ScaledClock,
    serve::{City, Opened},
    shutdown,
    telemetry::LogConfig,
};

/// Name of the one source.
const SOURCE: &str = "demo";

/// Remembers in the data folder what the demo was started with.
const MARK: &str = "demo.toml";

/// Runs until SIGTERM or Ctrl-C.
pub(crate) async fn run(args: DemoArgs, settings: Option<&Path>) -> anyhow::Result<()> {
    LogConfig { filter: "warn".to_owned(), ..LogConfig::default() }.start()?;
    let stop = shutdown::on_signal()?;
    let given = config::load(settings, None)?;
    given.profiles.catalogue()?;
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("cannot create `{}`", args.data.display()))?;
    let lock = IngestLock::take(&store_path(&args)).await?;
    let begin = Mark::of(&args, SystemClock.now())?.begin;
    let broker = Broker::start(SocketAddr::from((Ipv4Addr::LOCALHOST, args.mqtt_port))).await?;
    let mqtt = broker.local_addr();
    let config = config(&args, given, mqtt)?;
    let store = config.open_store().await?;
    let scenario = Scenario::oldenburg();
    let devices = DeviceLine::of_simulated(scenario.devices());
    let devices = devices
        .iter()
        .map(|line| Ok(line.parse(Catalogue::built_in())?.device))
        .collect::<anyhow::Result<_>>()?;
    store.import_devices(devices).await?;
    let newest = newest(&store).await?;
    let clock = clock(args.speed, newest);
    // The overlap with what is there already is recognised as duplicates.
    let resume = newest.map_or(begin, |newest| newest - SignedDuration::from_mins(30)).max(begin);
    let city =
        City::start(config, Opened::ToIngest(store, Some(lock)), Arc::clone(&clock), stop.clone()).await?;
    subscribed(&city).await?;
    let options = PublisherOptions::new(mqtt.ip().to_string(), mqtt.port(), "stadtfunk-simulator");
    let publisher = Publisher::connect(options).await?;
    greet(&args, city.address, mqtt, newest.is_some())?;
    // The city's clock already runs at the chosen speed.
    let simulator = Simulator::new(scenario, args.seed);
    let life = tokio::spawn(firmware_sim::run_live(simulator, publisher, resume, clock, 1.0, stop.clone()));
    let failed = city.until_stopped_or_failed().await;
    stop.cancel();
    say("stopping …")?;
    let _ = life.await?;
    city.stop().await?;
    broker.stop().await;
    failed.map_or(Ok(()), |part| Err(anyhow::anyhow!("{part} ended by itself")))
}

/// The city's time: never before what it has already seen, even after a run at a higher speed.
fn clock(speed: f64, newest: Option<Timestamp>) -> Arc<dyn Clock> {
    let now = SystemClock.now();
    let start = newest.map_or(now, |newest| newest.max(now));
    let is_real_time = (speed - 1.0).abs() < f64::EPSILON && start == now;
    if is_real_time { Arc::new(SystemClock) } else { Arc::new(ScaledClock::new(start, speed)) }
}

/// What a data folder was filled with: another seed would be another city in the same store.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    seed: u64,
    begin: Timestamp,
}

impl Mark {
    /// Reads the mark of the folder, or leaves one.
    fn of(args: &DemoArgs, now: Timestamp) -> anyhow::Result<Self> {
        let file = args.data.join(MARK);
        if let Ok(text) = std::fs::read_to_string(&file) {
            let mark: Self =
                toml::from_str(&text).with_context(|| format!("`{}` is damaged", file.display()))?;
            if mark.seed != args.seed {
                let data = args.data.display();
                let message = format!(
                    "`{data}` holds the city of seed {}: start with --seed {0}, or choose another folder with --data",
                    mark.seed
                );
                return Err(ConfigError::Argument(message).into());
            }
            return Ok(mark);
        }
        let mark =
            Self { seed: args.seed, begin: now - SignedDuration::from_hours(24) * i32::from(args.history) };
        write(&file, &toml::to_string(&mark)?)?;
        Ok(mark)
    }
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))
}

/// When a sensor of an earlier run was last heard.
async fn newest(store: &store::Store) -> anyhow::Result<Option<Timestamp>> {
    Ok(store.things().await?.iter().filter_map(|thing| thing.last_heard_at).max())
}

fn store_path(args: &DemoArgs) -> PathBuf {
    args.data.join("stadtfunk.sqlite")
}

/// The demo has its own store, sources and address; what the settings say of profiles, values and pages holds for it, too.
fn config(args: &DemoArgs, given: Config, mqtt: SocketAddr) -> anyhow::Result<Config> {
    let Config { profiles, quality, site, display, .. } = given;
    let mut source = SourceConfig::new(Protocol::Chirpstack, format!("mqtt://{mqtt}").parse()?);
    // Filling the history is a burst.
    source.window = 1_000;
    let mut config = Config {
        store: StoreConfig { path: store_path(args), ..StoreConfig::default() },
        http: HttpConfig { listen: SocketAddr::new(args.bind, args.port) },
        profiles,
        quality,
        site,
        display,
        ..Config::default()
    };
    if args.base_map.is_some() {
        config.site.base_map.clone_from(&args.base_map);
    }
    config.ingest.sources.insert(SOURCE.to_owned(), source);
    Ok(config)
}

/// Waits for the subscription: what is published before it would go nowhere.
async fn subscribed(city: &City) -> anyhow::Result<()> {
    let handle = city.ingest.as_ref().context("the demo ingests")?.handle();
    let ready = async {
        while handle.source_states().iter().any(|source| source.phase != Phase::Subscribed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ready).await.context("the embedded broker does not answer")
}

fn greet(args: &DemoArgs, web: SocketAddr, mqtt: SocketAddr, is_resumed: bool) -> anyhow::Result<()> {
    let filling = if is_resumed {
        "The city goes on where it ended".to_owned()
    } else {
        format!("The last {} days are being filled in", args.history)
    };
    say(format!(
        "\n  stadtfunk demo: a simulated Oldenburg, seed {}, at {} times real time\n\n  \
         pages         http://{web}/\n  \
         bike display  http://{web}/display/pophankenweg\n  \
         open data     http://{web}/api/v1/things\n  \
         accounting    http://{web}/api/v1/accounting\n  \
         MQTT broker   mqtt://{mqtt}\n  \
         data folder   {}\n\n  \
         {filling}. Stop with Ctrl-C.\n",
        args.seed,
        args.speed,
        args.data.display(),
    ))
}
