//! One tile from the server it comes from.

use axum::{
    body::Bytes,
    http::{HeaderValue, Request, StatusCode, Uri, header},
};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::{Duration, timeout};

/// Longest time for a whole tile: below the time limit of our own answers.
const TIME_MAX: Duration = Duration::from_secs(8);
/// Largest tile. Raster tiles of 256 pixels have 5 to 60 KiB, of 512 pixels up to 200.
const BYTES_MAX: usize = 256 * 1024;

/// A picture.
#[derive(Clone, Debug)]
pub(crate) struct Tile {
    /// One of [`PICTURES`].
    pub(crate) content_type: &'static str,
    /// The file.
    pub(crate) bytes: Bytes,
}

/// What a tile may be, and how such a file begins. No SVG: it could carry scripts.
const PICTURES: [(&str, &[u8]); 3] =
    [("image/png", b"\x89PNG\r\n\x1a\n"), ("image/jpeg", b"\xff\xd8\xff"), ("image/webp", b"RIFF")];

/// Why there is no tile.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// No connection, or one that broke.
    #[error("the tile server cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It takes too long.
    #[error("the tile server did not answer within {} s", TIME_MAX.as_secs())]
    TimedOut,
    /// Another status than 200. Redirects are not followed: they could lead anywhere.
    #[error("the tile server answered {0}, expected 200")]
    Status(StatusCode),
    /// Not one of [`PICTURES`].
    #[error("found a tile of type `{0}`, expected image/png, image/jpeg or image/webp, and that it is one")]
    NoPicture(String),
    /// More than [`BYTES_MAX`].
    #[error("found a tile of more than {BYTES_MAX} bytes")]
    TooLarge,
}

impl FetchError {
    /// Whether the server itself is in trouble, and not just this tile missing.
    pub(super) fn is_of_the_server(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut => true,
            Self::Status(status) => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Self::NoPicture(_) | Self::TooLarge => false,
        }
    }
}

/// The client. Keeps its connections, follows no redirect, knows no cookie.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    user_agent: HeaderValue,
}

impl Fetcher {
    /// `contact` is told to the tile server with each request, as its operators ask for. `None` if the system's
    /// authorities cannot be read.
    pub(super) fn new(contact: &str) -> Option<Self> {
        let provider = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(|error| tracing::warn!(%error, "no map tiles: certificate authorities not readable"))
            .ok()?;
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector.https_or_http().enable_http1().build());
        let name = concat!("stadtfunk/", env!("CARGO_PKG_VERSION"));
        let plain = HeaderValue::from_static(name);
        let user_agent = if contact.is_empty() {
            plain
        } else {
            HeaderValue::try_from(format!("{name} ({contact})")).unwrap_or(plain)
        };
        Some(Self { client, user_agent })
    }

    /// Fetches a tile: one request, never a second try.
    pub(super) async fn get(&self, uri: Uri) -> Result<Tile, FetchError> {
        timeout(TIME_MAX, self.fetch(uri)).await.unwrap_or(Err(FetchError::TimedOut))
    }

    async fn fetch(&self, uri: Uri) -> Result<Tile, FetchError> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("image/png, image/jpeg, image/webp"));
        let answer =
            self.client.request(request).await.map_err(|error| FetchError::Unreachable(error.into()))?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        let found = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let found = domain::Truncated::new(found.unwrap_or("none")).to_string();
        let named = found.split(';').next().unwrap_or_default().trim();
        let picture = PICTURES.iter().find(|(content_type, _)| *content_type == named);
        let Some((content_type, begins)) = picture else { return Err(FetchError::NoPicture(found)) };
        let body = Limited::new(answer.into_body(), BYTES_MAX).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() { FetchError::TooLarge } else { FetchError::Unreachable(error) }
        })?;
        let bytes = body.to_bytes();
        if !bytes.starts_with(begins) {
            return Err(FetchError::NoPicture(found));
        }
        Ok(Tile { content_type, bytes })
    }
}
