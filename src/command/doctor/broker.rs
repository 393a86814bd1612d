//! A source's broker: what it grants against what the source wants.

use std::time::Duration;

use domain::ErrorChain;
use ingest::{Answer, Grant, Limits, ProbeError, Protocol, Refused, SourceConfig};
use jiff::SignedDuration;

use super::finding::Finding;

/// Connects as the source `name` would and says what comes of it.
pub(super) async fn look(name: &str, source: &SourceConfig, message_bytes_max: usize) -> Vec<Finding> {
    let about = format!("source `{name}`");
    match ingest::probe(name, source).await {
        Ok(grant) => judge(&about, source, message_bytes_max, &grant),
        Err(error) => vec![refused(&about, source, &error)],
    }
}

fn judge(about: &str, source: &SourceConfig, message_bytes_max: usize, grant: &Grant) -> Vec<Finding> {
    let version = if grant.limits.is_some() { "MQTT 5" } else { "MQTT 3.1.1" };
    let mut findings = vec![Finding::ok(about, format!("`{}` takes us with {version}", source.url))];
    findings.extend(
        grant.subscriptions.iter().map(|(filter, answer)| subscription(about, source, filter, answer)),
    );
    if grant.subscriptions.iter().any(|(_, answer)| matches!(answer, Answer::Granted(1..))) {
        findings.push(arriving(about, grant.arrived));
    }
    if let Some(limits) = &grant.limits {
        findings.push(session(about, source.session_expiry, limits));
        findings.push(in_flight(about, source.window, limits));
        findings.push(sizes(about, message_bytes_max, limits));
    }
    findings
}

fn arriving(about: &str, arrived: Option<u8>) -> Finding {
    match arrived {
        Some(0) => Finding::warn(
            about,
            "messages arrive with QoS 0, so that what is sent while we are away is lost".to_owned(),
            "let the network server publish with QoS 1 (ChirpStack: `qos=1` in `[integration.mqtt]`)",
        ),
        Some(qos) => Finding::ok(about, format!("messages arrive with QoS {qos}")),
        None => Finding::ok(about, "no message came within 3 s: with which QoS they are sent is not known"),
    }
}

fn subscription(about: &str, source: &SourceConfig, filter: &str, answer: &Answer) -> Finding {
    match (answer, source.protocol) {
        (Answer::Refused(code), _) => Finding::fail(
            about,
            format!("the broker refuses `{filter}` with `{code}`"),
            format!("allow {} to read it, or change `topics`", user(source)),
        ),
        (Answer::Granted(0), Protocol::Chirpstack) => Finding::warn(
            about,
            format!("`{filter}` is granted with QoS 0, so that what is sent while we are away is lost"),
            "let the broker grant QoS 1",
        ),
        (Answer::Granted(0), Protocol::TheThingsStack) => Finding::warn(
            about,
            format!("`{filter}` is granted with QoS 0, so that what is sent while we are away is lost"),
            "use the webhook where every uplink counts",
        ),
        (Answer::Granted(qos), _) => Finding::ok(about, format!("`{filter}` is granted with QoS {qos}")),
    }
}

fn session(about: &str, wanted: Duration, limits: &Limits) -> Finding {
    // The protocol counts whole seconds in 32 bits.
    let wanted = Duration::from_secs(wanted.as_secs().min(u32::MAX.into()));
    let granted = limits.session_expiry;
    if granted >= wanted && !granted.is_zero() {
        return Finding::ok(about, format!("our session is kept for {}", hours(granted)));
    }
    let remedy = "raise the broker's limit for session expiry";
    if granted.is_zero() {
        let text = "no session is kept, so that what is sent while we are away is lost";
        return Finding::fail(about, text, if wanted.is_zero() { "raise `session_expiry`" } else { remedy });
    }
    let text =
        format!("our session is kept for {}, `session_expiry` wants {}", hours(granted), hours(wanted));
    Finding::warn(about, text, format!("{remedy}, or do not stay away longer"))
}

fn in_flight(about: &str, window: u16, limits: &Limits) -> Finding {
    let n = limits.receive_maximum;
    if n >= window {
        return Finding::ok(about, format!("{n} messages may be in flight"));
    }
    Finding::warn(
        about,
        format!("{n} messages may be in flight, `window` wants {window}, so that a backlog comes slowly"),
        "raise it at the broker (Mosquitto: `max_inflight_messages`, EMQX: `mqtt.max_inflight`)",
    )
}

fn sizes(about: &str, message_bytes_max: usize, limits: &Limits) -> Finding {
    match limits.packet_bytes_max {
        None => Finding::ok(about, "packets may have any size"),
        Some(n) if usize::try_from(n).is_ok_and(|n| n < message_bytes_max) => Finding::warn(
            about,
            format!(
                "packets may have {n} bytes, `message_bytes_max` takes {message_bytes_max}: a larger uplink never arrives and \
                 nobody counts it"
            ),
            "raise it at the broker (Mosquitto: `max_packet_size`, EMQX: `mqtt.max_packet_size`)",
        ),
        Some(n) => Finding::ok(about, format!("packets may have {n} bytes")),
    }
}

fn refused(about: &str, source: &SourceConfig, error: &ProbeError) -> Finding {
    let remedy = match error {
        ProbeError::Settings(_) => "correct the setting".to_owned(),
        ProbeError::Unreachable(_) | ProbeError::NoAnswer => {
            "check `url`, name resolution and firewall, and whether the broker runs".to_owned()
        }
        ProbeError::Tls(_) => "check that this port speaks TLS, and `ca_file`".to_owned(),
        ProbeError::Refused { about: Refused::Credentials, .. } => {
            format!("check `user` and `password`; we came as {}", user(source))
        }
        ProbeError::Refused { about: Refused::ClientId, .. } => {
            "let the broker take the client id and the same with `-doctor` behind it".to_owned()
        }
        ProbeError::Refused { about: Refused::Version, .. } => "check `protocol`: chirpstack speaks MQTT 5, \
             the_things_stack MQTT 3.1.1"
            .to_owned(),
        ProbeError::Refused { about: Refused::Other, .. } => "look into the broker's log".to_owned(),
        ProbeError::Ended(_) => {
            "check that this port speaks MQTT (5 with `protocol = \"chirpstack\"`), and mqtts:// if it \
             speaks TLS; look into the broker's log"
                .to_owned()
        }
    };
    Finding::fail(about, format!("`{}`: {}", source.url, ErrorChain(error)), remedy)
}

fn user(source: &SourceConfig) -> String {
    source.user.as_ref().map_or_else(|| "nobody in particular".to_owned(), |user| format!("user `{user}`"))
}

fn hours(duration: Duration) -> String {
    match duration.as_secs() {
        secs if secs == u64::from(u32::MAX) => "ever".to_owned(),
        secs => format!("{:#}", SignedDuration::from_secs(i64::try_from(secs).unwrap_or(i64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(protocol: Protocol) -> SourceConfig {
        SourceConfig {
            user: Some("city".to_owned()),
            ..SourceConfig::new(protocol, "mqtt://b".parse().unwrap())
        }
    }

    fn said(limits: Limits, answer: Answer) -> Vec<String> {
        let subscriptions = vec![("a/#".to_owned(), answer)];
        let grant = Grant { limits: Some(limits), subscriptions, arrived: Some(1) };
        let findings = judge("source `city`", &source(Protocol::Chirpstack), 262_144, &grant);
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_broker_that_grants_what_is_wanted_is_well() {
        let limits = Limits {
            session_expiry: Duration::from_hours(168),
            receive_maximum: 1000,
            packet_bytes_max: Some(262_144),
        };
        assert_eq!(
            said(limits, Answer::Granted(1)),
            [
                "ok   source `city`: `mqtt://b:1883` takes us with MQTT 5",
                "ok   source `city`: `a/#` is granted with QoS 1",
                "ok   source `city`: messages arrive with QoS 1",
                "ok   source `city`: our session is kept for 168h",
                "ok   source `city`: 1000 messages may be in flight",
                "ok   source `city`: packets may have 262144 bytes",
            ]
        );
    }

    #[test]
    fn whatever_is_smaller_than_wanted_says_what_to_change() {
        let limits = Limits {
            session_expiry: Duration::from_hours(1),
            receive_maximum: 20,
            packet_bytes_max: Some(10_000),
        };
        let said = said(limits, Answer::Granted(0));
        for (line, expected) in said.iter().skip(1).zip([
            "warn source `city`: `a/#` is granted with QoS 0, so that what is sent while we are away is lost: let",
            "warn source `city`: our session is kept for 1h, `session_expiry` wants 168h: raise the broker's limit",
            "warn source `city`: 20 messages may be in flight, `window` wants 1000, so that a backlog comes slowly: raise",
            "warn source `city`: packets may have 10000 bytes, `message_bytes_max` takes 262144: a larger",
        ]) {
            assert!(line.starts_with(expected), "{line}");
        }
    }

    #[test]
    fn what_the_network_server_sends_with_qos_0_is_warned_of() {
        for (arrived, expected) in [
            (
                Some(0),
                "warn source `city`: messages arrive with QoS 0, so that what is sent while we are away is lost: let",
            ),
            (None, "ok   source `city`: no message came within 3 s"),
        ] {
            let said = arriving("source `city`", arrived).to_string();
            assert!(said.starts_with(expected), "{said}");
        }
    }

    #[test]
    fn no_session_and_no_permission_are_failures() {
        let limits = Limits { session_expiry: Duration::ZERO, receive_maximum: 1000, packet_bytes_max: None };
        let said = said(limits, Answer::Refused("NotAuthorized".to_owned()));
        assert_eq!(
            said[1],
            "fail source `city`: the broker refuses `a/#` with `NotAuthorized`: allow user `city` to read it, or change \
             `topics`"
        );
        assert!(said[2].starts_with("fail source `city`: no session is kept"), "{}", said[2]);
        assert_eq!(said[4], "ok   source `city`: packets may have any size");
    }

    #[test]
    fn the_things_stack_with_qos_0_is_sent_to_the_webhook() {
        let subscriptions = vec![("v3/#".to_owned(), Answer::Granted(0))];
        let grant = Grant { limits: None, subscriptions, arrived: Some(0) };
        let findings = judge("source `things`", &source(Protocol::TheThingsStack), 262_144, &grant);
        assert_eq!(findings.len(), 2);
        assert!(findings[1].to_string().ends_with("use the webhook where every uplink counts"));
    }
}
