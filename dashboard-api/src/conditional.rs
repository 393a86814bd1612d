//! Answers a client may keep: `ETag`, `If-None-Match`, `Cache-Control`.

use std::hash::{DefaultHasher, Hasher};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};

/// How long an answer may be used without asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Ask each time; the `ETag` makes the answer short where nothing changed.
    Revalidate,
    /// The range lies in the past. Late uplinks may still change it, so for a minute only.
    Closed,
    /// The range ended a week ago or before. What still changes it is rare (a device that sends its log after weeks, values decoded again), and
    /// whoever kept it sees that a day later at most.
    Settled,
    /// The address names this very content, so that another content has another address.
    Named,
}

/// How long after its end a range is taken for settled: by then devices that were out of reach have sent what they kept.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Freshness {
    /// Of data of a range that ends at `end`.
    pub fn of_range(end: Timestamp, now: Timestamp) -> Self {
        match now.duration_since(end) {
            since if since >= SETTLED_AFTER => Self::Settled,
            since if since >= SignedDuration::ZERO => Self::Closed,
            _ => Self::Revalidate,
        }
    }
}

/// A body with its `ETag`, or `304 Not Modified` for a client that has it already.
pub fn answer(
    request: &HeaderMap,
    content_type: &'static str,
    freshness: Freshness,
    body: impl Into<Bytes>,
) -> Response {
    let body = body.into();
    let etag = etag(&body);
    let is_known = request.get(header::IF_NONE_MATCH).is_some_and(|known| names(known, &etag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], Body::from(body)).into_response()
    };
    let cache_control = match freshness {
        Freshness::Revalidate => "no-cache",
        Freshness::Closed => "public, max-age=60",
        Freshness::Settled => "public, max-age=86400",
        Freshness::Named => "public, max-age=31536000, immutable",
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// The answer, which is another one with another value of this request header.
pub fn varying(mut answer: Response, with: &'static str) -> Response {
    answer.headers_mut().append(header::VARY, HeaderValue::from_static(with));
    answer
}

/// Serialises a body to JSON.
pub fn json<T: serde::Serialize>(body: &T) -> Bytes {
    match serde_json::to_vec(body) {
        Ok(json) => json.into(),
        // Only a map with keys that are no text or a failing `Serialize` could do this; ours are neither.
        Err(error) => unreachable!("a wire type did not serialise: {error}"),
    }
}

/// Weak, because the same content may be sent compressed.
fn etag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("W/\"{:016x}\"", hasher.finish())
}

fn names(if_none_match: &HeaderValue, etag: &str) -> bool {
    let Ok(known) = if_none_match.to_str() else { return false };
    known.split(',').map(str::trim).any(|known| known == "*" || known == etag)
}
