//! Style sheets, scripts, fonts and pictures, compiled into the program.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Truncated;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::tokens::Tokens;
use crate::ApiError;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// A year: what the address names by its content never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// An address without a content hash is asked for again each time, mostly answered 304.
const REVALIDATE: &str = "public, no-cache";

/// The address of an asset, carrying a hash of its content: `/assets/1a2b3c4d5e6f/base.css`.
///
/// The hash is part of the path, so relative addresses inside style sheets and modules carry one too.
pub(crate) fn href(name: &str) -> String {
    format!("/assets/{}/{name}", revision())
}

/// `GET /assets/{revision}/{*name}`. `themes.css` is made from `tokens.css`.
pub(crate) async fn get(
    Path((asked, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if name == "themes.css" {
        let css = Tokens::get().themes_css();
        // The revision is that of files; what a program makes of them may change without them.
        return Ok(([(header::CONTENT_TYPE, content_type(&name)), (header::CACHE_CONTROL, REVALIDATE)], css)
            .into_response());
    }
    let caching = if asked == revision() { FOREVER } else { REVALIDATE };
    let file = Assets::get(&name).ok_or_else(|| no_asset(&name))?;
    Ok(serve(&name, &file, caching, &headers))
}

/// A style sheet or script as text.
pub(super) fn text(name: &str) -> String {
    Assets::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// `GET /favicon.svg`.
pub(crate) async fn favicon(headers: HeaderMap) -> Result<Response, ApiError> {
    let file = Assets::get("favicon.svg").ok_or_else(|| no_asset("favicon.svg"))?;
    Ok(serve("favicon.svg", &file, REVALIDATE, &headers))
}

/// `GET /display/worker.js`: the service worker of the displays, served from their folder because it may serve that alone.
pub(crate) async fn display_worker(headers: HeaderMap) -> Result<Response, ApiError> {
    let file = Assets::get("worker.js").ok_or_else(|| no_asset("worker.js"))?;
    Ok(serve("worker.js", &file, REVALIDATE, &headers))
}

fn no_asset(name: &str) -> ApiError {
    ApiError::NotFound(format!("there is no asset `{}`", Truncated::new(name)))
}

fn serve(name: &str, file: &EmbeddedFile, caching: &'static str, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", short_hash(file));
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let head = [(header::ETAG, etag), (header::CACHE_CONTROL, caching.to_owned())];
    if fresh {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let body = file.data.clone().into_owned();
    (head, [(header::CONTENT_TYPE, content_type(name))], body).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// One hash over all assets, so that a changed font changes the address of the style sheet naming it.
pub(crate) fn revision() -> &'static str {
    static REVISION: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    REVISION.get_or_init(|| {
        let folded = Assets::iter().filter_map(|name| Assets::get(&name)).fold([0_u8; 6], |folded, file| {
            let hash = file.metadata.sha256_hash();
            // Rotating between files keeps two swapped files from cancelling out.
            std::array::from_fn(|i| folded[(i + 1) % 6].wrapping_mul(31).wrapping_add(hash[i]))
        });
        hex(&folded)
    })
}

fn short_hash(file: &EmbeddedFile) -> String {
    hex(&file.metadata.sha256_hash()[..12])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
