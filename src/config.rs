//! Settings: defaults, then a TOML file, then `STADTFUNK_` variables, then flags; read once, at start.

mod database_url;
mod export;
mod profiles;
mod quality;
mod retention;
mod sentence;

use std::{
    collections::BTreeMap,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{ErrorChain, Secret, Truncated};
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{Location, Store, StoreError, StoreReader};

pub(crate) use self::{
    database_url::DatabaseUrl,
    export::ExportConfig,
    profiles::{ProfilesConfig, broken_codec, broken_codecs, codec_pool, read_folder, with_codecs},
    quality::QualityConfig,
    retention::RetentionConfig,
};
use crate::{cli::ServeArgs, telemetry::LogConfig};

/// Read if no `--config` is given and the file is there.
const DEFAULT_FILE: &str = "stadtfunk.toml";

/// Prefix of environment variables; `__` stands between levels: `STADTFUNK_HTTP__LISTEN`.
const ENV_PREFIX: &str = "STADTFUNK_";

/// Far more live streams than one process can hold open.
const LIVE_CLIENTS_MAX: usize = 1_000_000;

/// All settings of `serve` and of the commands that use its store.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// What this process does.
    pub role: Role,
    /// The calendar of the city's days.
    pub zone: Zone,
    /// The database.
    pub store: StoreConfig,
    /// Where pages and data are served.
    pub http: HttpConfig,
    /// What the pages say about the city.
    pub site: dashboard_api::Config,
    /// What is asked of values, by property, where it differs from what is built in.
    pub quality: QualityConfig,
    /// What the public displays show beyond what is measured.
    pub display: dashboard_api::DisplayConfig,
    /// Pages as plain files, for an emergency.
    pub export: ExportConfig,
    /// How long data is kept.
    pub retention: RetentionConfig,
    /// The log.
    pub log: LogConfig,
    /// Network servers that push by HTTP, by name: `/webhooks/<name>`.
    pub webhooks: BTreeMap<String, WebhookConfig>,
    /// Device profiles beyond those the program carries.
    pub profiles: ProfilesConfig,
    /// Brokers and how messages are taken from them.
    pub ingest: ingest::Config,
}

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Ingest and serve.
    #[default]
    All,
    /// Ingest only; serves health, metrics and webhooks.
    Ingest,
    /// Serve only.
    Api,
}

/// A time zone by its IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone(pub TimeZone);

/// Where the database is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreConfig {
    /// The SQLite file; created if absent. Not used where there is a `url`.
    pub path: PathBuf,
    /// A PostgreSQL database, with TimescaleDB or without: `postgres://user:password@host:5432/database`.
    pub url: Option<DatabaseUrl>,
    /// A replica of it that a process with the role `api` reads.
    pub replica_url: Option<DatabaseUrl>,
}

/// Where pages and data are served.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HttpConfig {
    /// Address and port.
    #[serde(deserialize_with = "listen")]
    pub listen: SocketAddr,
}

/// A network server that pushes its uplinks by HTTP.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookConfig {
    /// Whose JSON it sends.
    pub protocol: ingest::Protocol,
    /// The sender must show it: `Authorization: Bearer <token>`. At least 16 characters.
    pub token: Secret,
}

/// Settings or arguments that cannot be used. Ends the process with exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The settings file is not there.
    #[error("there is no settings file `{0}`")]
    NoFile(PathBuf),
    /// figment names the key and where it stands.
    #[error("settings: {0}")]
    Settings(String),
    /// A value that parses but cannot be used.
    #[error("settings: `{key}`: {message}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// An argument that parses but cannot be used.
    #[error("{0}")]
    Argument(String),
}

/// Reads all layers and what `serve` reads with them: what comes back can be served with, as far as settings can say.
/// `serve` and `config check` both begin here, so that they cannot differ.
pub(crate) fn load_to_serve(file: Option<&Path>, flags: Option<&ServeArgs>) -> Result<Config, ConfigError> {
    let config = load(file, flags)?;
    config.check_files()?;
    Ok(config)
}

/// Reads all layers. What comes back is valid in itself; the files it names may be missing.
pub(crate) fn load(file: Option<&Path>, flags: Option<&ServeArgs>) -> Result<Config, ConfigError> {
    let mut layers = Figment::from(Serialized::defaults(Config::default()));
    match file {
        Some(file) if !file.is_file() => return Err(ConfigError::NoFile(file.to_owned())),
        Some(file) => layers = layers.merge(Toml::file_exact(file)),
        None if Path::new(DEFAULT_FILE).is_file() => layers = layers.merge(Toml::file_exact(DEFAULT_FILE)),
        None => {}
    }
    layers = layers.merge(Env::prefixed(ENV_PREFIX).split("__"));
    if let Some(flags) = flags {
        layers = with_flags(layers, flags);
    }
    let config: Config = layers.extract().map_err(|error| ConfigError::Settings(sentence::of(&error)))?;
    config.check()?;
    Ok(config)
}

/// Where the settings came from, for people.
pub(crate) fn origin(file: Option<&Path>) -> String {
    match file {
        Some(file) => format!(" (`{}`)", file.display()),
        None if Path::new(DEFAULT_FILE).is_file() => format!(" (`{DEFAULT_FILE}`)"),
        None => " (defaults, no settings file)".to_owned(),
    }
}

fn with_flags(mut layers: Figment, flags: &ServeArgs) -> Figment {
    if let Some(role) = flags.role {
        layers = layers.merge(Serialized::default("role", role));
    }
    if let Some(listen) = flags.listen {
        layers = layers.merge(Serialized::default("http.listen", listen));
    }
    if let Some(store) = &flags.store {
        layers = layers.merge(Serialized::default("store.path", store));
        layers = layers.merge(Serialized::default("store.url", Option::<String>::None));
    }
    layers
}

impl Config {
    /// Opens the configured store; creates and migrates it if need be.
    pub(crate) async fn open_store(&self) -> Result<Store, StoreError> {
        Store::open(self.store_config()).await
    }

    /// Opens the configured store to change what is in it.
    pub(crate) async fn open_existing_store(&self) -> Result<Store, StoreError> {
        Store::open_existing(self.store_config()).await
    }

    /// Opens the configured store to read it; changes nothing.
    pub(crate) async fn open_reader(&self) -> Result<StoreReader, StoreError> {
        StoreReader::open(self.store_config()).await
    }

    /// Brings the configured store to this program's schema.
    pub(crate) async fn migrate_store(&self) -> Result<(), StoreError> {
        store::migrate(self.store_config()).await
    }

    fn store_config(&self) -> store::Config {
        store::Config {
            location: self.store.location(),
            zone: self.zone.0.clone(),
            quality: Arc::new(self.quality.rules()),
        }
    }

    /// The network server behind each source and webhook.
    pub(crate) fn protocols(&self) -> BTreeMap<String, ingest::Protocol> {
        let webhooks = self.webhooks.iter().map(|(name, webhook)| (name.clone(), webhook.protocol));
        let sources = self.ingest.sources.iter().map(|(name, source)| (name.clone(), source.protocol));
        webhooks.chain(sources).collect()
    }

    /// The settings as TOML, secrets hidden.
    pub(crate) fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.log.checked_filter()?;
        self.profiles.catalogue()?;
        self.quality.check()?;
        self.export.check().map_err(|(key, message)| ConfigError::Value { key, message })?;
        self.site
            .check_url()
            .map_err(|error| ConfigError::Value { key: "site.url", message: error.to_string() })?;
        // SQLite takes these for databases that end with the process.
        let path = self.store.path.as_os_str();
        if path.is_empty() || path == ":memory:" {
            let message = format!("found `{}`, expected the path of a file", self.store.path.display());
            return Err(ConfigError::Value { key: "store.path", message });
        }
        if self.store.url.is_none() && self.store.replica_url.is_some() {
            let message = "a replica of what? Expected `store.url`, too".to_owned();
            return Err(ConfigError::Value { key: "store.replica_url", message });
        }
        let n_clients = self.site.max_live_clients;
        if n_clients > LIVE_CLIENTS_MAX {
            let message = format!("found {n_clients}, expected 0 to {LIVE_CLIENTS_MAX}");
            return Err(ConfigError::Value { key: "site.max_live_clients", message });
        }
        for (name, webhook) in &self.webhooks {
            self.check_webhook(name, webhook)
                .map_err(|message| ConfigError::Value { key: "webhooks", message })?;
        }
        let sessions = self.ingest.sources.values().map(|source| source.session_expiry);
        self.retention.check(sessions.max().unwrap_or_default())?;
        self.ingest.check().map_err(|error| ConfigError::Settings(ErrorChain(&error).to_string()))
    }

    /// The error is a sentence.
    fn check_webhook(&self, name: &str, webhook: &WebhookConfig) -> Result<(), String> {
        let is_word =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !is_word {
            return Err(format!("`{}` is no name: expected letters, digits, - and _", Truncated::new(name)));
        }
        if self.ingest.sources.contains_key(name) {
            return Err(format!("`{name}` is also the name of a source: the accounting needs two names"));
        }
        let token = webhook.token.expose();
        if token.len() < 16 {
            return Err(format!(
                "the token of `{name}` has {} characters: expected at least 16 characters",
                token.chars().count()
            ));
        }
        // Nobody could show another one in a header.
        if !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(format!(
                "the token of `{name}` holds other characters than letters, digits and signs of ASCII: expected those alone"
            ));
        }
        Ok(())
    }

    /// Checks what the process will read when it starts.
    fn check_files(&self) -> Result<(), ConfigError> {
        if let Some(map) = self.site.base_map.as_ref().filter(|map| !map.is_file()) {
            let message = format!("there is no file `{}`, expected one of GeoJSON", map.display());
            return Err(ConfigError::Value { key: "site.base_map", message });
        }
        if self.store.url.is_none() && self.store.path.is_dir() {
            let message = format!("`{}` is a folder, expected the path of a file", self.store.path.display());
            return Err(ConfigError::Value { key: "store.path", message });
        }
        match self.role {
            Role::Api => Ok(()),
            Role::All | Role::Ingest => self
                .ingest
                .check_files()
                .map_err(|error| ConfigError::Settings(ErrorChain(&error).to_string())),
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::get("Europe/Berlin").expect("the time zone database is compiled in"))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        // A zone without a name could not be recognised again in the store.
        let zone = TimeZone::get(&name).ok().filter(|zone| zone.iana_name().is_some());
        zone.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{}` is no time zone: expected an IANA name such as Europe/Berlin",
                Truncated::new(&name)
            ))
        })
    }
}

fn listen<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        serde::de::Error::custom(format!("found `{}`, expected {}", Truncated::new(&text), sentence::LISTEN))
    })
}

impl StoreConfig {
    /// The database.
    pub(crate) fn location(&self) -> Location {
        match &self.url {
            None => Location::Sqlite(self.path.clone()),
            Some(url) => Location::Postgres {
                main: url.0.clone(),
                replica: self.replica_url.as_ref().map(|replica| replica.0.clone()),
            },
        }
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { path: PathBuf::from("data/stadtfunk.sqlite"), url: None, replica_url: None }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn load_text(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.toml");
        std::fs::write(&file, text).unwrap();
        load(Some(&file), None)
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        let config = load_text("").unwrap();
        assert_eq!(config.role, Role::All);
        assert_eq!(config.zone.to_string(), "Europe/Berlin");
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = load_text("[http]\nlisten_on = \"0.0.0.0:80\"\n").unwrap_err().to_string();
        assert!(error.contains("listen_on") && error.contains("listen"), "{error}");
    }

    #[test]
    fn a_wrong_value_names_its_key_and_what_would_be_right() {
        let error = load_text("zone = \"Oldenburg\"\n").unwrap_err().to_string();
        assert!(error.contains("zone") && error.contains("Europe/Berlin"), "{error}");
    }

    #[test]
    fn a_short_webhook_token_is_refused() {
        let error =
            load_text("[webhooks.tts]\nprotocol = \"the_things_stack\"\ntoken = \"short\"\n").unwrap_err();
        assert!(error.to_string().contains("at least 16 characters"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load(Some(Path::new("nowhere.toml")), None).unwrap_err();
        assert_eq!(error.to_string(), "there is no settings file `nowhere.toml`");
    }
}
