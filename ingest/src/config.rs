//! Settings of the ingest, with their defaults.

use std::{collections::BTreeMap, fmt, path::PathBuf, str::FromStr, time::Duration};

use domain::{Secret, Truncated};
use serde::{Deserialize, Serialize};

use crate::{envelope::Protocol, error::ConfigError, source::tls};

/// Settings of the ingest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// MQTT sources by name. The name stands in the accounting and in metrics, so keep it.
    pub sources: BTreeMap<String, SourceConfig>,
    /// Largest message that is read, in bytes; of a larger one the first 4 KiB are kept in quarantine.
    pub message_bytes_max: usize,
    /// Most messages committed together.
    pub batch_max: usize,
    /// Most webhook requests waiting for their commit; one more is refused as busy.
    pub webhook_waiting_max: usize,
    /// Longest time a stop may take.
    #[serde(with = "humantime_serde")]
    pub stop_within: Duration,
}

/// Settings of one MQTT source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// The network server behind the broker; decides message format and MQTT version.
    pub protocol: Protocol,
    /// `mqtt://host[:port]` or `mqtts://host[:port]`.
    pub url: BrokerUrl,
    /// User name at the broker.
    #[serde(default)]
    pub user: Option<String>,
    /// Password at the broker.
    #[serde(default)]
    pub password: Secret,
    /// Client id; `stadtfunk-<name>` if absent. The broker keeps our session under it: never share it.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Topic filters; those of the network server if empty.
    #[serde(default)]
    pub topics: Vec<String>,
    /// PEM file with the certificate authority of the broker; the system's authorities if absent.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Most messages with acknowledgement (QoS 1) in work; the broker keeps the others.
    #[serde(default = "default_window")]
    pub window: u16,
    /// Room for messages with acknowledgement in work, in bytes; two of the largest fit in any case. A broker that
    /// sends more than there is room for is left and delivers the rest again.
    #[serde(default = "default_buffer_bytes")]
    pub buffer_bytes: usize,
    /// Most messages without acknowledgement (QoS 0) in work. The broker does not wait for us with these:
    /// one more is lost and counted.
    #[serde(default = "default_unacknowledged_max")]
    pub unacknowledged_max: u16,
    /// How long the broker keeps our session and its messages while we are away (MQTT 5).
    #[serde(default = "default_session_expiry", with = "humantime_serde")]
    pub session_expiry: Duration,
    /// Silence after which the connection is probed.
    #[serde(default = "default_keep_alive", with = "humantime_serde")]
    pub keep_alive: Duration,
    /// Largest MQTT packet taken off the wire, in bytes. Well above `message_bytes_max`: a message
    /// between the two is counted and quarantined, one above this never reaches us (MQTT 5: the broker
    /// drops it) or ends the connection (MQTT 3.1.1).
    #[serde(default = "default_packet_bytes_max")]
    pub packet_bytes_max: u32,
}

const fn default_window() -> u16 {
    1000
}

const fn default_buffer_bytes() -> usize {
    96 * 1024 * 1024
}

const fn default_unacknowledged_max() -> u16 {
    1024
}

const fn default_session_expiry() -> Duration {
    Duration::from_hours(7 * 24)
}

const fn default_keep_alive() -> Duration {
    Duration::from_secs(30)
}

const fn default_packet_bytes_max() -> u32 {
    4 * 1024 * 1024
}

/// Four digits of seven bits hold the length of an MQTT packet (MQTT 5, section 1.5.5).
const MQTT_PACKET_BYTES_MAX: usize = 268_435_455;

impl Default for Config {
    fn default() -> Self {
        Self {
            sources: BTreeMap::new(),
            message_bytes_max: 256 * 1024,
            batch_max: 1000,
            webhook_waiting_max: 256,
            stop_within: Duration::from_secs(10),
        }
    }
}

impl Config {
    /// Checks what the types cannot: limits that are out of range or contradict each other, names that clash.
    pub fn check(&self) -> Result<(), ConfigError> {
        for (setting, found, expected) in [
            ("message_bytes_max", self.message_bytes_max, 1..=MQTT_PACKET_BYTES_MAX),
            ("batch_max", self.batch_max, 1..=100_000),
            ("webhook_waiting_max", self.webhook_waiting_max, 1..=100_000),
        ] {
            if !expected.contains(&found) {
                return Err(ConfigError::Limit { setting, found, expected });
            }
        }
        for (name, source) in &self.sources {
            source.check(name, self.message_bytes_max)?;
            let same = |(other, at): &(&String, &SourceConfig)| {
                *other < name && at.url == source.url && at.client_id(other) == source.client_id(name)
            };
            if let Some((other, _)) = self.sources.iter().find(same) {
                return Err(ConfigError::SharedClientId {
                    first: other.clone(),
                    second: name.clone(),
                    client_id: Truncated::new(&source.client_id(name)),
                    url: source.url.clone(),
                });
            }
        }
        Ok(())
    }

    /// Checks the files the ingest reads when it starts.
    pub fn check_files(&self) -> Result<(), ConfigError> {
        self.tls().map(drop)
    }

    /// The TLS settings of each source, in their order.
    pub(crate) fn tls(&self) -> Result<Vec<Option<rustls::ClientConfig>>, ConfigError> {
        self.sources.iter().map(|(name, source)| tls::client_config(name, source)).collect()
    }
}

impl SourceConfig {
    fn check(&self, name: &str, message_bytes_max: usize) -> Result<(), ConfigError> {
        let source_name = name.to_owned();
        let limits = [("window", self.window), ("unacknowledged_max", self.unacknowledged_max)];
        if let Some((setting, _)) = limits.into_iter().find(|(_, limit)| *limit == 0) {
            return Err(ConfigError::Zero { source_name, setting });
        }
        if usize::try_from(self.packet_bytes_max).is_ok_and(|limit| limit <= message_bytes_max) {
            return Err(ConfigError::PacketLimit {
                source_name,
                found: self.packet_bytes_max,
                message_bytes_max,
            });
        }
        if !(5..=64_800).contains(&self.keep_alive.as_secs()) {
            return Err(ConfigError::KeepAlive { source_name, found: self.keep_alive });
        }
        if self.client_id(name).is_empty() {
            return Err(ConfigError::NoClientId { source_name });
        }
        if let Some(topic) = self.topics.iter().find(|topic| !rumqttc::valid_filter(topic)) {
            return Err(ConfigError::Topic { source_name, found: Truncated::new(topic) });
        }
        Ok(())
    }

    /// A source with default settings.
    pub fn new(protocol: Protocol, url: BrokerUrl) -> Self {
        Self {
            protocol,
            url,
            user: None,
            password: Secret::default(),
            client_id: None,
            topics: Vec::new(),
            ca_file: None,
            window: default_window(),
            buffer_bytes: default_buffer_bytes(),
            unacknowledged_max: default_unacknowledged_max(),
            session_expiry: default_session_expiry(),
            keep_alive: default_keep_alive(),
            packet_bytes_max: default_packet_bytes_max(),
        }
    }

    /// The topic filters to subscribe to.
    pub fn topic_filters(&self) -> Vec<String> {
        if !self.topics.is_empty() {
            return self.topics.clone();
        }
        let defaults: &[&str] = match self.protocol {
            Protocol::Chirpstack => &["application/+/device/+/event/+"],
            Protocol::TheThingsStack => &["v3/+/devices/+/up", "v3/+/devices/+/join"],
        };
        defaults.iter().map(|&topic| topic.to_owned()).collect()
    }

    /// The client id under which the broker keeps our session.
    pub fn client_id(&self, name: &str) -> String {
        self.client_id.clone().unwrap_or_else(|| format!("stadtfunk-{name}"))
    }

    /// Most messages in work: with more the broker waits (QoS 1), or they are lost (QoS 0).
    pub(crate) fn messages_in_work_max(&self) -> u16 {
        match self.protocol {
            Protocol::Chirpstack => self.window,
            Protocol::TheThingsStack => self.unacknowledged_max,
        }
    }
}

/// Address of a broker.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrokerUrl {
    host: String,
    port: u16,
    is_encrypted: bool,
}

/// A text that is no broker address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no broker address: expected mqtt://host[:port] or mqtts://host[:port]")]
pub struct ParseBrokerUrlError(pub Truncated);

impl BrokerUrl {
    /// Host name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// TCP port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether TLS is used.
    pub const fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }
}

impl FromStr for BrokerUrl {
    type Err = ParseBrokerUrlError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (scheme, rest) = s.split_once("://")?;
            let (is_encrypted, default_port) = match scheme {
                "mqtt" => (false, 1883),
                "mqtts" => (true, 8883),
                _ => return None,
            };
            let rest = rest.strip_suffix('/').unwrap_or(rest);
            let (host, port) = match rest.rsplit_once(':') {
                // A colon inside brackets belongs to an IPv6 address.
                Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
                _ => (rest, default_port),
            };
            // A user name does not belong here: the password would stand in logs.
            let is_host =
                |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
            let bracketed = host.starts_with('[') && host.ends_with(']');
            (!host.is_empty() && host.chars().all(is_host) && (bracketed || !host.contains(':')) && port != 0)
                .then(|| Self { host: host.to_owned(), port, is_encrypted })
        };
        parse().ok_or_else(|| ParseBrokerUrlError(Truncated::new(s)))
    }
}

impl TryFrom<String> for BrokerUrl {
    type Error = ParseBrokerUrlError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BrokerUrl> for String {
    fn from(url: BrokerUrl) -> Self {
        url.to_string()
    }
}

impl fmt::Display for BrokerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_encrypted { "mqtts" } else { "mqtt" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(url: &str) -> String {
        url.parse::<BrokerUrl>().unwrap().to_string()
    }

    #[test]
    fn the_usual_port_belongs_to_the_scheme() {
        assert_eq!(round_trip("mqtt://broker.example"), "mqtt://broker.example:1883");
        assert_eq!(round_trip("mqtts://broker.example"), "mqtts://broker.example:8883");
        assert_eq!(round_trip("mqtt://[::1]:1884/"), "mqtt://[::1]:1884");
        assert_eq!(round_trip("mqtt://[::1]"), "mqtt://[::1]:1883");
    }

    #[test]
    fn what_is_no_broker_address_is_refused() {
        for url in [
            "",
            "broker",
            "http://b",
            "mqtt://",
            "mqtt://b:0",
            "mqtt://b:99999",
            "mqtt://u:p@b",
            "mqtt://b/x",
            "mqtt://::1",
        ] {
            assert!(url.parse::<BrokerUrl>().is_err(), "{url}");
        }
    }

    /// The sentence for a source `b` with one setting changed, beside a source `a` at the same broker.
    fn refusal(change: impl FnOnce(&mut SourceConfig)) -> String {
        let source = |url: &str| SourceConfig::new(Protocol::Chirpstack, url.parse().unwrap());
        let mut config = Config::default();
        config.sources.insert("a".to_owned(), source("mqtt://broker"));
        let mut changed = source("mqtt://broker");
        change(&mut changed);
        config.sources.insert("b".to_owned(), changed);
        config.check().and_then(|()| config.check_files()).unwrap_err().to_string()
    }

    #[test]
    fn what_a_source_cannot_work_with_is_named_with_what_would_be_right() {
        assert_eq!(
            refusal(|source| source.topics = vec!["application/#".to_owned(), "a/#/b".to_owned()]),
            "`topics` of source `b` holds `a/#/b`: expected MQTT topic filters such as application/+/device/+/event/+"
        );
        assert_eq!(
            refusal(|source| source.client_id = Some("stadtfunk-a".to_owned())),
            "sources `a` and `b` are both `stadtfunk-a` at `mqtt://broker:1883`: expected a `client_id` for each, the \
             broker keeps one session for each"
        );
        assert_eq!(
            refusal(|source| source.keep_alive = Duration::from_secs(1)),
            "`keep_alive` of source `b` is 1 s: expected 5 s to 18 h"
        );
        assert_eq!(
            refusal(|source| source.url = "mqtts://[::1]".parse().unwrap()),
            "`url` of source `b` is `mqtts://[::1]:8883`: expected a host name or IPv4 address with mqtts://"
        );
        assert_eq!(
            refusal(|source| {
                source.url = "mqtts://broker".parse().unwrap();
                source.ca_file = Some("nowhere.pem".into());
            }),
            "`ca_file` of source `b` is `nowhere.pem`: expected a PEM file with certificates"
        );
    }

    #[test]
    fn a_limit_nothing_could_hold_is_refused() {
        let config = Config { batch_max: usize::MAX, ..Config::default() };
        let message = config.check().unwrap_err().to_string();
        assert_eq!(message, format!("`batch_max` is {}: expected 1 to 100000", usize::MAX));
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let json = r#"{"sources":{"city":{"protocol":"chirpstack","url":"mqtt://b","qos":2}}}"#;
        let message = serde_json::from_str::<Config>(json).unwrap_err().to_string();
        assert!(message.contains("unknown field `qos`"), "{message}");
    }

    #[test]
    fn durations_are_written_for_people_and_secrets_not_at_all() {
        let json = r#"{"stop_within":"5s","sources":{"city":{"protocol":"the_things_stack","url":"mqtts://b","user":"u","password":"hunter2","session_expiry":"14d"}}}"#;
        let config: Config = serde_json::from_str(json).unwrap();
        assert_eq!(config.stop_within, Duration::from_secs(5));
        assert_eq!(config.sources["city"].session_expiry, Duration::from_hours(14 * 24));
        assert!(!serde_json::to_string(&config).unwrap().contains("hunter2"));
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
