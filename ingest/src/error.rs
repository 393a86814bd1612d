//! What can go wrong with the ingest as a whole. A bad message is no error: it goes to quarantine.

use std::path::PathBuf;

/// Settings the ingest cannot start with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A number that must not be zero.
    #[error("`{setting}` of source `{source_name}` is 0: expected at least 1")]
    Zero {
        /// The source.
        source_name: String,
        /// The setting.
        setting: &'static str,
    },
    /// A limit that must not be zero.
    #[error("`{0}` is 0: expected at least 1")]
    ZeroLimit(&'static str),
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
    #[error("`keep_alive` of source `{source_name}` is out of range: expected 5 s to 18 h")]
    KeepAlive {
        /// The source.
        source_name: String,
    },
    /// Without a client id the broker can keep no session.
    #[error("`client_id` of source `{source_name}` is empty")]
    NoClientId {
        /// The source.
        source_name: String,
    },
    /// The file with the certificate authority cannot be used.
    #[error("cannot use `{}` as certificate authority", path.display())]
    CaFile {
        /// As configured.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// The file holds no certificate.
    #[error("`{}` holds no certificate: expected a PEM file", .0.display())]
    NoCertificate(PathBuf),
    /// The system has no certificate authorities.
    #[error("the system knows no certificate authority: name one with `ca_file`")]
    NoSystemAuthority,
    /// TLS refuses a certificate or its own settings.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
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
