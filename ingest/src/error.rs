//! What can go wrong with the ingest as a whole. A bad message is no error: it goes to quarantine.

use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

use domain::Truncated;

use crate::config::BrokerUrl;

/// Settings the ingest cannot start with. Each says which setting, what is there and what was expected.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A limit of the ingest that is out of range.
    #[error("`{setting}` is {found}: expected {} to {}", .expected.start(), .expected.end())]
    Limit {
        /// The setting.
        setting: &'static str,
        /// As configured.
        found: usize,
        /// What is right.
        expected: RangeInclusive<usize>,
    },
    /// A number that must not be zero.
    #[error("`{setting}` of source `{source_name}` is 0: expected at least 1")]
    Zero {
        /// The source.
        source_name: String,
        /// The setting.
        setting: &'static str,
    },
    /// A packet limit at or below the message limit would hide large messages instead of counting them.
    #[error(
        "`packet_bytes_max` of source `{source_name}` is {found}: expected more than `message_bytes_max`, {message_bytes_max}"
    )]
    PacketLimit {
        /// The source.
        source_name: String,
        /// As configured.
        found: u32,
        /// The message limit.
        message_bytes_max: usize,
    },
    /// The keep-alive interval has 16 bits of seconds.
    #[error("`keep_alive` of source `{source_name}` is {} s: expected 5 s to 18 h", .found.as_secs_f64())]
    KeepAlive {
        /// The source.
        source_name: String,
        /// As configured.
        found: Duration,
    },
    /// Without a client id the broker can keep no session.
    #[error("`client_id` of source `{source_name}` is empty: expected a name that no other client uses")]
    NoClientId {
        /// The source.
        source_name: String,
    },
    /// Two clients of one name take the session from each other for ever.
    #[error(
        "sources `{first}` and `{second}` are both `{client_id}` at `{url}`: expected a `client_id` for each, the broker \
         keeps one session for each"
    )]
    SharedClientId {
        /// One source.
        first: String,
        /// The other.
        second: String,
        /// The client id of both.
        client_id: Truncated,
        /// The broker of both.
        url: BrokerUrl,
    },
    /// A broker would close the connection over such a subscription.
    #[error(
        "`topics` of source `{source_name}` holds `{found}`: expected MQTT topic filters such as application/+/device/+/event/+"
    )]
    Topic {
        /// The source.
        source_name: String,
        /// As configured.
        found: Truncated,
    },
    /// The MQTT client cannot check a certificate for such a host.
    #[error(
        "`url` of source `{source_name}` is `{found}`: expected a host name or IPv4 address with mqtts://"
    )]
    TlsHost {
        /// The source.
        source_name: String,
        /// As configured.
        found: BrokerUrl,
    },
    /// The file with the certificate authority cannot be used.
    #[error("`ca_file` of source `{source_name}` is `{}`: expected a PEM file with certificates", path.display())]
    CaFile {
        /// The source.
        source_name: String,
        /// As configured.
        path: PathBuf,
        /// Why it cannot be used.
        #[source]
        source: CaFileError,
    },
    /// The system has no certificate authorities.
    #[error(
        "the system knows no certificate authority: expected `ca_file` of source `{source_name}`, or the system's package \
         of certificates"
    )]
    NoSystemAuthority {
        /// The source.
        source_name: String,
    },
    /// TLS refuses its own settings.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// Why a file is of no use as certificate authority.
#[derive(Debug, thiserror::Error)]
pub enum CaFileError {
    /// It cannot be read, or is no PEM.
    #[error(transparent)]
    Unreadable(#[from] rustls_pki_types::pem::Error),
    /// A certificate in it is broken.
    #[error("a certificate in it cannot be used")]
    BadCertificate(#[from] rustls::Error),
    /// It holds something else.
    #[error("there is no certificate in it")]
    NoCertificate,
}

/// Why a webhook message was not taken. Nothing of it is stored; the sender should try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// As many messages as allowed are waiting for their commit.
    #[error("too many messages are waiting to be stored")]
    Busy,
    /// The ingest is stopping or has stopped.
    #[error("the ingest is stopping")]
    Stopping,
}
