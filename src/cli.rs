//! The command line. Others script against it: names and meanings stay.

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{DevEui, Params};
use jiff::{Timestamp, civil::Date};

use crate::{config::Role, devices::NO_PARAMS};

/// From a LoRaWAN uplink to the city's screen.
#[derive(Debug, Parser)]
#[command(name = "stadtfunk", version, about, propagate_version = true, subcommand_required = true)]
pub(crate) struct Cli {
    /// Settings file (TOML); default is `stadtfunk.toml` in this folder, if there is one
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Everything in one process: embedded broker, simulated city, SQLite, web pages
    Demo(DemoArgs),
    /// Production: ingest from your network server's broker and serve pages and data
    Serve(ServeArgs),
    /// Decode one payload and print the readings as JSON
    Decode(DecodeArgs),
    /// List the device profiles this program decodes, or check a folder of them
    #[command(args_conflicts_with_subcommands = true)]
    Profiles {
        /// As JSON, with all parameters
        #[arg(long)]
        json: bool,
        #[command(subcommand)]
        action: Option<ProfilesCommand>,
    },
    /// List the observed properties a profile can name, with unit, aggregation and plausible range
    Properties {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Try makers' JavaScript codecs
    #[command(subcommand)]
    Codec(CodecCommand),
    /// Provision devices
    #[command(subcommand)]
    Devices(DevicesCommand),
    /// Publish simulated sensors to a broker
    Simulate(Box<SimulateArgs>),
    /// Publish recorded MQTT messages (JSON lines: topic, payload, time) to a broker
    Replay(ReplayArgs),
    /// Look at messages that could not be stored, and try them again
    #[command(subcommand)]
    Quarantine(QuarantineCommand),
    /// Check or print the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check broker, store and clock
    Doctor,
    /// Bring the store to this program's schema
    Migrate,
    /// Copy the SQLite store to a new file, beside a running service
    ///
    /// The copy is checked; what is in it stands in FILE.json.
    Backup {
        /// The copy; must not be there yet
        file: PathBuf,
    },
    /// Put a copy made by `backup` in the place of the SQLite store; nobody may ingest meanwhile
    Restore {
        /// The copy, with its FILE.json
        file: PathBuf,
        /// Move a store that is there aside
        #[arg(long)]
        replace: bool,
    },
    /// Remove what is older than the settings keep it, as the ingesting process does once a day
    Retention {
        /// Remove nothing, only count
        #[arg(long)]
        dry_run: bool,
    },
    /// Decode stored uplinks again with the profiles and settings of today, and tell what would be others
    ///
    /// Works beside a running service. What cannot be decoded any more keeps its readings.
    Redecode(RedecodeArgs),
    /// Assess stored values again by the settings of today, and tell of how many the quality would be another
    ///
    /// Works beside a running service, which should have the same settings. No value is changed or removed.
    Quality {
        /// Replace the qualities that differ
        #[arg(long)]
        apply: bool,
    },
    /// Write all pages as plain files that open without network and print; works beside a running service
    Export {
        /// The folder: empty, or with an earlier export, which is brought up to date
        #[arg(long = "static", value_name = "DIR")]
        folder: PathBuf,
    },
    /// Run makers' codecs for the process that started this one
    #[command(hide = true)]
    CodecWorker,
    /// Compute all buckets again from the readings and correct those that differ; beside a running service, too
    Rebuild {
        /// Correct nothing; ends with exit code 1 if anything differs
        #[arg(long)]
        check: bool,
    },
}

/// Whose uplinks are decoded again.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RedecodeSelection {
    /// The uplinks of this device, 16 hexadecimal digits
    #[arg(long, value_name = "DEVEUI")]
    pub device: Option<DevEui>,
    /// The uplinks of all devices with this profile
    #[arg(long, value_name = "ID")]
    pub profile: Option<String>,
}

/// Options of `redecode`.
#[derive(Debug, Args)]
pub(crate) struct RedecodeArgs {
    #[command(flatten)]
    pub selection: RedecodeSelection,
    /// Only uplinks heard at this time or later (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<Timestamp>,
    /// Replace the readings that are others; without it nothing is changed
    #[arg(long)]
    pub apply: bool,
}

/// What can be done with makers' codecs.
#[derive(Debug, Subcommand)]
pub(crate) enum CodecCommand {
    /// Run a codec over payloads and compare what it returns
    Test {
        /// The codec
        #[arg(value_name = "FILE.js")]
        codec: PathBuf,
        /// JSON lines with `payload_hex`, `f_port` and `expected`: the data the codec should return, or `data`, `warnings` and `errors`
        #[arg(value_name = "VECTORS.jsonl")]
        vectors: PathBuf,
    },
}

/// What can be done with profiles besides listing them.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfilesCommand {
    /// Read every profile of a folder and say what is wrong, where
    Check {
        /// The folder, with files `vendor/model.toml`
        dir: PathBuf,
    },
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder of the demo's data
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    pub data: PathBuf,
    /// Address of the pages; the broker stays on this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Port of the web pages; 0 takes any free one
    #[arg(long, default_value_t = 8080, value_parser = port)]
    pub port: u16,
    /// Port of the embedded MQTT broker; 0 takes any free one
    #[arg(long, default_value_t = 1883, value_parser = port)]
    pub mqtt_port: u16,
    /// Seed of the simulated city; the same seed is the same city
    #[arg(long, default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// How many times faster than real time the city lives
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Days of history to fill in first
    #[arg(long, default_value_t = 8, value_parser = days, value_name = "DAYS")]
    pub history: u16,
    /// Map drawn under the sensors, a GeoJSON file of lines or areas
    #[arg(long, value_name = "FILE")]
    pub base_map: Option<PathBuf>,
}

/// Options of `serve`; they win over file and environment.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// What this process does: all, ingest or api
    #[arg(long, value_enum)]
    pub role: Option<Role>,
    /// Address and port of pages and data, such as 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<std::net::SocketAddr>,
    /// The SQLite file
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
}

/// Options of `decode`.
#[derive(Debug, Args)]
pub(crate) struct DecodeArgs {
    /// Device profile, such as `pmx/tcr`; `stadtfunk profiles` lists them
    #[arg(long, value_name = "ID", required_unless_present = "codec")]
    pub profile: Option<String>,
    /// A maker's JavaScript codec instead of a profile: prints what the codec itself returns
    #[arg(long, value_name = "FILE.js", conflicts_with = "profile")]
    pub codec: Option<PathBuf>,
    /// A setting of the device, such as `mm_per_click=0.2`; may be repeated
    #[arg(long = "param", value_name = "KEY=VALUE", value_parser = param)]
    pub params: Vec<String>,
    /// Application port of the uplink
    #[arg(long, value_name = "N", value_parser = f_port)]
    pub f_port: u8,
    /// What the network server decoded, for profiles that read it
    #[arg(long, value_name = "JSON", conflicts_with = "codec")]
    pub object: Option<String>,
    /// The payload in hexadecimal digits; spaces, `:` and `-` between bytes and `0x` before them are skipped
    #[arg(value_name = "HEX", required_unless_present = "object")]
    pub payload: Option<String>,
}

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub(crate) enum DevicesCommand {
    /// Create or update devices from a CSV file
    ///
    /// Columns: `dev_eui`, `name`, `profile` (required), `description`, `latitude`, `longitude`, `interval` (such
    /// as 15min), `params` (key=value;key=value, or - for none), `since` (RFC 3339). Devices with the same name belong to
    /// one Thing. What is left empty stays as it is; a device with another profile begins without settings.
    Import {
        /// The file
        file: PathBuf,
    },
    /// List all devices
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Add or update one device; what is not given stays as it is
    Add(AddDeviceArgs),
    /// Show one device and its latest values
    Show {
        /// The device, 16 hexadecimal digits
        dev_eui: DevEui,
    },
    /// End a device's time on its Thing; its data stays
    Retire {
        /// The device, 16 hexadecimal digits
        dev_eui: DevEui,
        /// Since when (RFC 3339); default is now
        #[arg(long)]
        until: Option<Timestamp>,
    },
}

/// Options of `devices add`: the columns of an import.
#[derive(Debug, Args)]
pub(crate) struct AddDeviceArgs {
    /// The device, 16 hexadecimal digits
    pub dev_eui: DevEui,
    /// Name of the Thing it is mounted on
    #[arg(long)]
    pub name: String,
    /// Device profile, such as `pmx/tcr`
    #[arg(long, value_name = "ID")]
    pub profile: String,
    /// A sentence for people
    #[arg(long, default_value = "")]
    pub description: String,
    /// Degrees north
    #[arg(long, allow_negative_numbers = true)]
    pub latitude: Option<String>,
    /// Degrees east
    #[arg(long, allow_negative_numbers = true)]
    pub longitude: Option<String>,
    /// How often it reports, such as 15min
    #[arg(long)]
    pub interval: Option<String>,
    /// A setting of the device; may be repeated, those given replace all it had; - for none
    #[arg(long = "param", value_name = "KEY=VALUE", value_parser = param_or_none, allow_hyphen_values = true)]
    pub params: Vec<String>,
    /// Mounted since (RFC 3339)
    #[arg(long)]
    pub since: Option<String>,
}

/// Which network server's messages are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NetworkServer {
    /// ChirpStack v4 JSON
    Chirpstack,
    /// The Things Stack v3 JSON
    TheThingsStack,
}

/// Options of `simulate`.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// The broker, `mqtt://host:port`; messages go nowhere else
    #[arg(long, value_name = "URL", required_unless_present_any = ["record", "devices_csv"])]
    pub broker: Option<String>,
    /// Write the messages to this file (JSON lines) instead of a broker
    #[arg(long, value_name = "FILE", conflicts_with = "broker")]
    pub record: Option<PathBuf>,
    /// Write the simulated devices to this CSV file, ready for `devices import`
    #[arg(long, value_name = "FILE")]
    pub devices_csv: Option<PathBuf>,
    /// Seed of the simulated city
    #[arg(long, default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// A fleet of this many devices instead of the city of Oldenburg
    #[arg(long, value_name = "N", value_parser = device_count)]
    pub fleet: Option<usize>,
    /// Which network server's JSON
    #[arg(long, value_enum, default_value = "chirpstack")]
    pub network_server: NetworkServer,
    /// First day to fill (local date); as fast as the broker takes it
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<Date>,
    /// Day after the last day to fill (local date)
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<Date>,
    /// How many times faster than real time the city lives, when no days are given
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Replay real quarter-hour counts (Stadt Münster's CSV) through a bike counter instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fleet", "from", "to"])]
    pub counts: Option<PathBuf>,
    /// Which counter sends the counts
    #[arg(long, value_enum, default_value = "interval", requires = "counts")]
    pub counts_device: CountsDevice,
    /// Share of uplinks that come a second time under another id, 0 to 1
    #[arg(long, default_value_t = 0.0, value_parser = share, requires = "counts")]
    pub duplicates: f64,
    /// Share of messages delivered a second time, 0 to 1
    #[arg(long, default_value_t = 0.0, value_parser = share, requires = "counts")]
    pub redelivered: f64,
    /// Minutes within which messages overtake each other
    #[arg(long, default_value_t = 0, requires = "counts")]
    pub shuffle_minutes: u16,
}

/// Which counter sends replayed counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CountsDevice {
    /// A radar that sends the counts of each interval, both directions
    Interval,
    /// A pulse counter that sends its running total
    Total,
}

/// Options of `replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The recorded messages
    pub file: PathBuf,
    /// The broker, `mqtt://host:port`
    #[arg(long, value_name = "URL", default_value = "mqtt://127.0.0.1:1883")]
    pub broker: String,
    /// Keep the recorded pauses, shortened this many times; default is no pauses
    #[arg(long, value_parser = speed)]
    pub speed: Option<f64>,
}

/// What can be done with the quarantine.
#[derive(Debug, Subcommand)]
pub(crate) enum QuarantineCommand {
    /// List quarantined messages, oldest first
    List {
        #[command(flatten)]
        filter: QuarantineArgs,
        /// As JSON lines, with the raw message
        #[arg(long)]
        json: bool,
        /// How many at most
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Process quarantined messages again, after provisioning a device or updating the program
    Retry {
        #[command(flatten)]
        filter: QuarantineArgs,
    },
}

/// Which quarantined messages are meant.
#[derive(Debug, Args)]
pub(crate) struct QuarantineArgs {
    /// Only this reason, such as `unknown_device`
    #[arg(long)]
    pub reason: Option<store::QuarantineReason>,
    /// Only this device
    #[arg(long, value_name = "DEVEUI")]
    pub device: Option<DevEui>,
}

/// What can be done with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say whether the settings are valid, without starting anything
    Check,
    /// Print the settings in force, secrets hidden
    Print,
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "expected a port number from 0 to 65535".to_owned())
}

fn f_port(text: &str) -> Result<u8, String> {
    match text.parse() {
        Ok(port @ 1..=223) => Ok(port),
        _ => Err("expected an application port from 1 to 223".to_owned()),
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

fn days(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(days @ 0..=400) => Ok(days),
        _ => Err("expected a number of days from 0 to 400".to_owned()),
    }
}

fn device_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=100_000) => Ok(n),
        _ => Err("expected a number of devices from 1 to 100000".to_owned()),
    }
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.1..=100_000.0).contains(&speed) => Ok(speed),
        _ => Err("expected a factor from 0.1 to 100000".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a share from 0 to 1".to_owned()),
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "expected a time such as 2026-06-01T10:00:00Z".to_owned())
}

fn param(text: &str) -> Result<String, String> {
    Params::default().insert_pair(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn param_or_none(text: &str) -> Result<String, String> {
    if text == NO_PARAMS { Ok(text.to_owned()) } else { param(text) }
}

/// Turns repeated `--param KEY=VALUE` into parameters.
pub(crate) fn params(pairs: &[String]) -> Result<Params, domain::params::ParseParamError> {
    let mut params = Params::default();
    for pair in pairs {
        params.insert_pair(pair)?;
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
