//! The routes of this process: what `dashboard-api` serves, and the webhooks of `ingest`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use dashboard_api::{Further, Problem, SourceStatus};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use crate::config::WebhookConfig;

/// Longest time for a body to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Larger bodies are refused by the server; up to here a too large message is counted and kept in part.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The states of the ingest sources as the interface shows them.
pub(crate) fn sources_of(handle: &ingest::Handle) -> Vec<SourceStatus> {
    let counts = handle.counts();
    let status = |source: ingest::SourceState| {
        let counts = counts.get(&source.name).cloned().unwrap_or_default();
        SourceStatus {
            name: source.name.to_string(),
            state: source.phase.key().to_owned(),
            since: source.since,
            last_message_at: source.last_message_at,
            last_error: source.last_error,
            n_received: counts.n_received,
            n_settled: counts.n_settled(),
            n_in_flight: counts.n_in_flight,
            n_lost: counts.n_dropped_qos0,
            n_superseded: counts.n_superseded,
        }
    };
    handle.source_states().into_iter().map(status).collect()
}

#[derive(Clone)]
struct Webhooks {
    by_name: Arc<BTreeMap<String, WebhookConfig>>,
    ingest: ingest::Handle,
}

/// The webhooks, with their description.
pub(crate) fn webhooks(by_name: BTreeMap<String, WebhookConfig>, ingest: ingest::Handle) -> Further {
    let routes = Router::new()
        .route("/webhooks/{name}", post(receive))
        .with_state(Webhooks { by_name: Arc::new(by_name), ingest });
    Further { routes, description: Description::openapi() }
}

/// What [`webhooks`] adds to the description of the interface.
#[derive(OpenApi)]
#[openapi(
    paths(receive),
    modifiers(&Tokens),
    tags((name = "webhooks", description = "Where network servers push what they received"))
)]
struct Description;

/// How a sender shows that it may send.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of the webhook, as in the settings"))
            .build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme(SCHEME, SecurityScheme::Http(scheme));
    }
}

const SCHEME: &str = "webhook_token";

/// What became of a message.
#[derive(Debug, Serialize, ToSchema)]
struct Taken {
    /// `stored`, `duplicate`, `quarantined` or `ignored`.
    #[schema(example = "stored")]
    outcome: &'static str,
    /// Which duplicate, why in quarantine, or what was ignored; empty for `stored`.
    #[schema(example = "")]
    reason: &'static str,
}

/// Takes a message of a network server's HTTP integration.
///
/// 200 means that it is committed, whatever became of it: a message that cannot be read is kept in quarantine. After
/// any other answer it may not be stored, and after 408 and 503 it should be sent again.
#[utoipa::path(
    post,
    path = "/webhooks/{name}",
    tag = "webhooks",
    security(("webhook_token" = [])),
    params(
        ("name" = String, Path, description = "The webhook, as in the settings", example = "things"),
        ("event" = Option<String>, Query, description = "Kind of event, as ChirpStack's integration sends it", example = "up"),
    ),
    request_body(
        content = serde_json::Value, content_type = "application/json",
        description = "The JSON of ChirpStack v4 or The Things Stack v3, at most 4 MiB",
    ),
    responses(
        (status = 200, description = "Committed", body = Taken),
        (status = 401, description = "No such webhook, or not its token", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body took longer than 10 s", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body was cut off or is larger than 4 MiB", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not stored: send it again later", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn receive(State(webhooks): State<Webhooks>, Path(name): Path<String>, request: Request) -> Response {
    // Whoever does not show the token is not listened to. The same answer for a wrong name and a wrong token,
    // after the same work: nobody learns which names exist.
    let webhook = webhooks.by_name.get(&name);
    let token = webhook.map_or("", |webhook| webhook.token.expose());
    let is_authorised = shows(request.headers(), token);
    let Some(webhook) = webhook.filter(|_| is_authorised) else {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "expected `Authorization: Bearer <token>` of this webhook",
        );
    };
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    let path = format!("/webhooks/{name}{query}");
    let body = match timeout(BODY_WITHIN, to_bytes(request.into_body(), MAX_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let detail = "the body was cut off or is larger than 4 MiB";
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "body_unreadable", detail);
        }
        Err(_) => {
            return refuse(
                StatusCode::REQUEST_TIMEOUT,
                "timeout",
                "the body took longer than 10 s to arrive",
            );
        }
    };
    match webhooks.ingest.accept(&name, webhook.protocol, &path, body).await {
        Ok(outcome) => Json(Taken { outcome: outcome.key(), reason: outcome.reason() }).into_response(),
        Err(error) => {
            tracing::warn!(webhook = name, error = %domain::ErrorChain(&error), "webhook message not taken");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "busy", "not stored, send it again later")
        }
    }
}

/// Compares digests, so that the time taken says nothing about the token.
fn shows(headers: &HeaderMap, token: &str) -> bool {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    Sha256::digest(shown.as_bytes()) == Sha256::digest(token.as_bytes())
}

fn refuse(status: StatusCode, code: &'static str, detail: &str) -> Response {
    Problem::new(status, code, detail).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_webhook_is_described_with_its_token() {
        let description = serde_json::to_value(Description::openapi()).unwrap();
        let path = &description["paths"]["/webhooks/{name}"]["post"];
        assert!(path["security"][0][SCHEME].is_array(), "{path}");
        assert_eq!(description["components"]["securitySchemes"][SCHEME]["scheme"], "bearer");
        assert_eq!(description["paths"].as_object().unwrap().len(), 1);
    }
}
