//! What a broker grants a source, asked for as the source would ask.
//!
//! A client id of its own leaves the running source's session alone. Nothing is acknowledged and nothing that gathers
//! messages stays: the session that is asked for has no subscription, and the next connection, which subscribes,
//! replaces it by one that ends with it. If that connection fails, the empty session stays until it expires or the
//! next probe replaces it; the client cannot say goodbye with another expiry.

mod mqtt3;
mod mqtt5;

use std::{error::Error, io, time::Duration};

use tokio::time::timeout;

use super::tls;
use crate::{
    config::SourceConfig,
    envelope::Protocol,
    error::ConfigError,
    source::{mqtt3 as client3, mqtt5 as client5},
};

/// Longest wait for a broker, from the connection to the last answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest wait for the broker to close after our goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long it is listened for messages, and how many of them tell enough.
const LISTENING: Duration = Duration::from_secs(3);
const ENOUGH: usize = 10;

/// What a broker grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What it says of sessions and sizes; `None` with MQTT 3.1.1, which has no words for it.
    pub limits: Option<Limits>,
    /// Its answer to each topic filter, in the order of the settings.
    pub subscriptions: Vec<(String, Answer)>,
    /// The lowest quality of service of the messages that came while we listened; `None` if there was none.
    pub arrived: Option<u8>,
}

/// What an MQTT 5 broker says when it takes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it keeps our session while we are away.
    pub session_expiry: Duration,
    /// Messages in flight it works with. Strictly those towards the broker; brokers have one setting for both ways.
    pub receive_maximum: u16,
    /// Largest packet it takes from anybody, in bytes; `None` without a limit.
    pub packet_bytes_max: Option<u32>,
}

/// A broker's answer to a topic filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Messages come with this quality of service at most.
    Granted(u8),
    /// None will come; the broker's word for the reason.
    Refused(String),
}

/// Why nothing is known of what a broker would grant.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The settings of the source cannot be used.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// No connection.
    #[error("cannot be reached")]
    Unreachable(#[source] io::Error),
    /// A connection, but no answer.
    #[error("does not answer within 10 s")]
    NoAnswer,
    /// The two do not agree on encryption, or we do not trust its certificate.
    #[error("no TLS connection")]
    Tls(#[source] Box<dyn Error + Send + Sync>),
    /// It does not want us.
    #[error("refuses the connection with `{code}`")]
    Refused {
        /// The broker's word.
        code: String,
        /// What it is about.
        about: Refused,
    },
    /// It ended the connection, or said something that is no MQTT.
    #[error("ends the connection")]
    Ended(#[source] Box<dyn Error + Send + Sync>),
}

/// What a refused connection is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// User or password.
    Credentials,
    /// The client id.
    ClientId,
    /// The MQTT version.
    Version,
    /// Something else.
    Other,
}

/// Connects to the broker of the source `name`, subscribes, listens for three seconds and leaves.
pub async fn probe(name: &str, config: &SourceConfig) -> Result<Grant, ProbeError> {
    let tls = tls::client_config(name, config)?;
    let client_id = format!("{}-doctor", config.client_id(name));
    // A member of a shared subscription would take messages from the others.
    let filters = config.topic_filters();
    let plain: Vec<String> = filters.iter().map(|filter| unshared(filter).to_owned()).collect();
    let (limits, answers, arrived) = match config.protocol {
        Protocol::Chirpstack => {
            let mut options = client5::options(&client_id, config, tls);
            options.set_clean_start(true);
            let mut first = mqtt5::Probe::new(options.clone());
            let limits = within(connect(&mut first)).await?;
            leave(first).await;
            options.set_session_expiry_interval(None);
            let mut second = mqtt5::Probe::new(options);
            let answers = within(connect_and_subscribe(&mut second, &plain)).await?;
            let arrived = listen(&mut second).await;
            leave(second).await;
            (limits, answers, arrived)
        }
        Protocol::TheThingsStack => {
            let mut options = client3::options(&client_id, config, tls);
            options.set_clean_session(true);
            let mut client = mqtt3::Probe::new(options);
            let answers = within(connect_and_subscribe(&mut client, &plain)).await?;
            let arrived = listen(&mut client).await;
            leave(client).await;
            (None, answers, arrived)
        }
    };
    Ok(Grant { limits, subscriptions: filters.into_iter().zip(answers).collect(), arrived })
}

/// The filter of a shared subscription (`$share/<group>/<filter>`, or `$queue/<filter>` of EMQX) without its group.
fn unshared(filter: &str) -> &str {
    let of_group = || Some(filter.strip_prefix("$share/")?.split_once('/')?.1);
    filter.strip_prefix("$queue/").or_else(of_group).unwrap_or(filter)
}

/// What a probing client hears, whatever the MQTT version.
enum Heard {
    Connected(Option<Limits>),
    Subscribed(Vec<Answer>),
    /// A message with this quality of service, not one the broker kept from before.
    Message(u8),
    Other,
}

/// A client that only probes.
trait Client {
    async fn hear(&mut self) -> Result<Heard, ProbeError>;
    fn subscribe(&self, filters: &[String]);
    fn disconnect(&self);
}

async fn within<T>(work: impl Future<Output = Result<T, ProbeError>>) -> Result<T, ProbeError> {
    timeout(PATIENCE, work).await.unwrap_or(Err(ProbeError::NoAnswer))
}

async fn connect(client: &mut impl Client) -> Result<Option<Limits>, ProbeError> {
    loop {
        if let Heard::Connected(limits) = client.hear().await? {
            return Ok(limits);
        }
    }
}

async fn connect_and_subscribe(
    client: &mut impl Client,
    filters: &[String],
) -> Result<Vec<Answer>, ProbeError> {
    connect(client).await?;
    client.subscribe(filters);
    loop {
        if let Heard::Subscribed(answers) = client.hear().await? {
            return Ok(answers);
        }
    }
}

/// The lowest quality of service with which messages come. What the network server sends with 0, no broker keeps for us.
async fn listen(client: &mut impl Client) -> Option<u8> {
    let (mut lowest, mut n_heard) = (None, 0);
    let _ = timeout(LISTENING, async {
        while lowest != Some(0) && n_heard < ENOUGH {
            match client.hear().await {
                Ok(Heard::Message(qos)) => {
                    lowest = Some(lowest.map_or(qos, |lowest: u8| lowest.min(qos)));
                    n_heard += 1;
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    })
    .await;
    lowest
}

/// Says goodbye and reads on until the broker closes, so that nothing of it is lost in a reset connection.
async fn leave(mut client: impl Client) {
    client.disconnect();
    let _ = timeout(GOODBYE, async { while client.hear().await.is_ok() {} }).await;
}

/// An error of the socket: none there, or closed by the broker.
fn socket(error: io::Error) -> ProbeError {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => ProbeError::Ended(error.into()),
        _ => ProbeError::Unreachable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_subscription_is_asked_for_outside_of_its_group() {
        assert_eq!(unshared("$share/city/application/+/device/+/event/+"), "application/+/device/+/event/+");
        assert_eq!(unshared("$queue/application/+/device/+/event/+"), "application/+/device/+/event/+");
        assert_eq!(unshared("application/+/device/+/event/+"), "application/+/device/+/event/+");
        assert_eq!(unshared("$SYS/broker/version"), "$SYS/broker/version");
    }
}
