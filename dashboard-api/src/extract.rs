//! What requests carry, parsed at the border.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts, Path},
    http::{HeaderMap, header, request::Parts},
};
use domain::{DatastreamId, Truncated};
use serde::de::DeserializeOwned;
use store::{Datastream, Thing};

use crate::{
    ApiError,
    catalogue::{Catalogue, Catalogues},
};

/// The query of a URL. Unknown, doubled and malformed parameters are refused with a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parse_query(parts).map(Self).map_err(ApiError::BadRequest)
    }
}

/// Names longer than this are no parameters of ours and would only fill the answer.
const LONGEST_NAME: usize = 40;

fn parse_query<T: DeserializeOwned>(parts: &Parts) -> Result<T, String> {
    let query = parts.uri.query().unwrap_or_default();
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    if let Some(name) = names.into_iter().find(|name| name.len() > LONGEST_NAME) {
        return Err(format!("unknown query parameter `{}`", Truncated::new(name)));
    }
    axum::extract::Query::<T>::try_from_uri(&parts.uri)
        .map(|query| query.0)
        .map_err(|rejection| in_our_words(&rejection.body_text()))
}

/// Turns `Failed to deserialize query string: limit: found ...` into a sentence about the parameter.
fn in_our_words(rejection: &str) -> String {
    let reason = rejection.strip_prefix("Failed to deserialize query string: ").unwrap_or(rejection);
    for problem in ["unknown", "missing", "duplicate"] {
        if let Some((_, rest)) = reason.split_once(&format!("{problem} field ")) {
            return format!("{problem} query parameter {rest}");
        }
    }
    match reason.split_once(": ") {
        Some((name, reason)) => format!("query parameter `{name}`: {reason}"),
        None => reason.to_owned(),
    }
}

/// The Datastream named by `{id}` in the path, with its Thing.
#[derive(Clone, Debug)]
pub struct RequestedDatastream {
    catalogue: Arc<Catalogue>,
    id: DatastreamId,
}

impl RequestedDatastream {
    /// The Datastream and its Thing.
    pub fn get(&self) -> Result<(&Datastream, &Thing), ApiError> {
        self.catalogue.datastream(self.id).ok_or_else(|| no_datastream(self.id.0))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestedDatastream
where
    Catalogues: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = path_segment(parts, state).await?;
        let id = id.parse().map_err(|_| no_datastream(Truncated::new(&id)))?;
        let catalogue = Catalogues::from_ref(state).now().await?;
        Ok(Self { catalogue, id })
    }
}

/// The Thing named by `{key}` in the path, with the catalogue it is in.
#[derive(Clone, Debug)]
pub struct RequestedThing {
    /// The catalogue of this moment.
    pub catalogue: Arc<Catalogue>,
    key: String,
}

impl RequestedThing {
    /// The Thing.
    pub fn get(&self) -> Result<&Thing, ApiError> {
        self.catalogue.thing_by_key(&self.key).ok_or_else(|| no_thing(&self.key))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestedThing
where
    Catalogues: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let key = path_segment(parts, state).await?;
        let catalogue = Catalogues::from_ref(state).now().await?;
        Ok(Self { catalogue, key })
    }
}

async fn path_segment<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<String, ApiError> {
    let path = Path::<String>::from_request_parts(parts, state).await;
    path.map(|Path(segment)| segment)
        .map_err(|rejection| ApiError::BadRequest(Truncated::new(&rejection.body_text()).to_string()))
}

/// The error for a Datastream that does not exist.
pub fn no_datastream(id: impl std::fmt::Display) -> ApiError {
    ApiError::NotFound(format!("there is no Datastream `{id}`; /api/v1/datastreams lists all"))
}

/// The error for a Thing that does not exist.
pub fn no_thing(key: &str) -> ApiError {
    ApiError::NotFound(format!("there is no Thing `{}`; /api/v1/things lists all", Truncated::new(key)))
}

/// How a table is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON, the default.
    Json,
    /// CSV by RFC 4180.
    Csv,
}

impl Format {
    /// The format asked for: by parameter, else by the `Accept` header, else JSON.
    pub fn chosen(parameter: Option<Self>, headers: &HeaderMap) -> Self {
        parameter.unwrap_or_else(|| {
            let accept =
                headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let weight =
                |wanted: &str| accept.split(',').filter_map(|range| weight_of(range, wanted)).next_back();
            let json = weight("application/json").or_else(|| weight("*/*")).unwrap_or(0.0);
            if weight("text/csv").is_some_and(|csv| csv > 0.0 && csv >= json) {
                Self::Csv
            } else {
                Self::Json
            }
        })
    }
}

/// The weight (0 to 1) of a media range such as `text/csv;q=0.8`, if it is the wanted one.
fn weight_of(range: &str, wanted: &str) -> Option<f64> {
    let mut parts = range.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(wanted) {
        return None;
    }
    let weight = parts.find_map(|parameter| parameter.strip_prefix("q="));
    Some(weight.and_then(|q| q.parse().ok()).unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn chosen(accept: &'static str) -> Format {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        Format::chosen(None, &headers)
    }

    #[test]
    fn the_accept_header_chooses_the_format() {
        assert_eq!(chosen("text/csv"), Format::Csv);
        assert_eq!(chosen("text/csv, */*;q=0.1"), Format::Csv);
        assert_eq!(chosen("application/json, text/csv;q=0.9"), Format::Json);
        assert_eq!(chosen("text/csv;q=0"), Format::Json);
        assert_eq!(chosen("*/*"), Format::Json);
        assert_eq!(chosen("nonsense;;;,"), Format::Json);
    }

    #[test]
    fn the_parameter_wins_over_the_header() {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/csv"))]);
        assert_eq!(Format::chosen(Some(Format::Json), &headers), Format::Json);
    }
}
