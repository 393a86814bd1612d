//! The Things Stack v3 application messages in JSON.
//!
//! Source: `api/ttn/lorawan/v3/messages.proto` of The Things Stack 3.32 and its MQTT and webhook
//! documentation. Every default is left out: a frame counter of 0 has no `f_cnt`, port 0 no `f_port`.
//! 64-bit numbers are texts, EUIs are upper case.

use domain::{DevEui, FCnt, FPort, Heard, Radio, SessionKey, Truncated, Uplink};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use super::{
    Envelope, EnvelopeError, EnvelopeProblem, RawMessage, ReceivedUplink, device_name,
    identity::{Identity, of_raw_message, sha256},
    kept_object,
    lenient::{Loose, base64},
    object::{Lenient, LenientList, lenient_object},
};
use crate::time::{identity_time, network_time};

/// `ApplicationUp`, with or without its radio facts: the root key says which kind of message it is.
#[derive(Deserialize)]
struct ApplicationUp<'a, const HAS_RADIO: bool> {
    #[serde(borrow, default)]
    end_device_ids: Option<EndDeviceIds<'a>>,
    #[serde(borrow, default)]
    received_at: Loose<'a>,
    #[serde(borrow, default)]
    simulated: Loose<'a>,
    #[serde(borrow, default)]
    uplink_message: Option<UplinkMessage<'a, HAS_RADIO>>,
    #[serde(default)]
    uplink_normalized: Option<IgnoredAny>,
    #[serde(default)]
    join_accept: Option<IgnoredAny>,
    #[serde(default)]
    downlink_ack: Option<IgnoredAny>,
    #[serde(default)]
    downlink_nack: Option<IgnoredAny>,
    #[serde(default)]
    downlink_sent: Option<IgnoredAny>,
    #[serde(default)]
    downlink_failed: Option<IgnoredAny>,
    #[serde(default)]
    downlink_queued: Option<IgnoredAny>,
    #[serde(default)]
    downlink_queue_invalidated: Option<IgnoredAny>,
    #[serde(default)]
    location_solved: Option<IgnoredAny>,
    #[serde(default)]
    service_data: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct EndDeviceIds<'a> {
    #[serde(borrow, default)]
    device_id: Loose<'a>,
    #[serde(borrow, default)]
    application_ids: Option<ApplicationIds<'a>>,
    #[serde(borrow, default)]
    dev_eui: Loose<'a>,
}

#[derive(Deserialize)]
struct ApplicationIds<'a> {
    #[serde(borrow, default)]
    application_id: Loose<'a>,
}

/// `ApplicationUplink`. `decoded_payload` and `normalized_payload` are kept as they stand.
#[derive(Deserialize)]
struct UplinkMessage<'a, const HAS_RADIO: bool> {
    #[serde(borrow, default)]
    session_key_id: Loose<'a>,
    #[serde(borrow, default)]
    f_port: Loose<'a>,
    #[serde(borrow, default)]
    f_cnt: Loose<'a>,
    #[serde(borrow, default)]
    frm_payload: Loose<'a>,
    #[serde(borrow, default)]
    received_at: Loose<'a>,
    #[serde(borrow, default)]
    app_s_key: Loose<'a>,
    #[serde(borrow, default)]
    rx_metadata: LenientList<RxMetadata<'a>, HAS_RADIO>,
    #[serde(borrow, default)]
    settings: Lenient<Settings<'a>, HAS_RADIO>,
    #[serde(borrow, default)]
    decoded_payload: Option<&'a RawValue>,
    #[serde(borrow, default)]
    normalized_payload: Option<&'a RawValue>,
}

lenient_object! {
    struct RxMetadata {
        gateway_ids: Lenient<GatewayIds<'a>> = "gateway_ids",
        time: Loose<'a> = "time",
        received_at: Loose<'a> = "received_at",
        rssi: Loose<'a> = "rssi",
        snr: Loose<'a> = "snr",
    }
}

lenient_object! {
    struct GatewayIds {
        gateway_id: Loose<'a> = "gateway_id",
    }
}

lenient_object! {
    struct Settings {
        data_rate: Lenient<DataRate<'a>> = "data_rate",
        frequency: Loose<'a> = "frequency",
    }
}

lenient_object! {
    struct DataRate {
        lora: Lenient<Lora<'a>> = "lora",
    }
}

lenient_object! {
    struct Lora {
        spreading_factor: Loose<'a> = "spreading_factor",
    }
}

/// Reads one application message.
pub(super) fn parse(message: RawMessage<'_>) -> Result<Envelope, EnvelopeError> {
    if let Ok(up) = serde_json::from_slice::<ApplicationUp<'_, true>>(message.payload) {
        return read_message(&up, message);
    }
    let up: ApplicationUp<'_, false> =
        serde_json::from_slice(message.payload).map_err(EnvelopeProblem::from)?;
    read_message(&up, message)
}

fn read_message<const HAS_RADIO: bool>(
    up: &ApplicationUp<'_, HAS_RADIO>,
    message: RawMessage<'_>,
) -> Result<Envelope, EnvelopeError> {
    let ignored = |kind| Ok(Envelope::Other { event_id: raw_id(message), kind });
    // Simulated uplinks of the console look real but measure nothing.
    if up.simulated.is_true() {
        return ignored("simulated");
    }
    let Some(uplink) = &up.uplink_message else {
        return match other_kind(up, message.topic) {
            Some(kind) => ignored(kind),
            None => Err(EnvelopeProblem::Missing("uplink_message").into()),
        };
    };
    let ids = up.end_device_ids.as_ref();
    let name = device_name(ids.and_then(|ids| ids.device_id.text()));
    let dev_eui = match ids.map(|ids| &ids.dev_eui) {
        Some(Loose::Text(text)) => text.parse::<DevEui>().map_err(EnvelopeProblem::DevEui),
        _ => Err(EnvelopeProblem::Missing("end_device_ids.dev_eui")),
    };
    let dev_eui =
        dev_eui.map_err(|problem| EnvelopeError { problem, dev_eui: None, device_name: name.clone() })?;
    read_uplink(up, uplink, dev_eui, name.clone(), message).map_err(|problem| EnvelopeError {
        problem,
        dev_eui: Some(dev_eui),
        device_name: name,
    })
}

fn other_kind<const HAS_RADIO: bool>(up: &ApplicationUp<'_, HAS_RADIO>, topic: &str) -> Option<&'static str> {
    let by_root_key = [
        (up.uplink_normalized.is_some(), "normalized"),
        (up.join_accept.is_some(), "join"),
        (up.downlink_ack.is_some(), "downlink_ack"),
        (up.downlink_nack.is_some(), "downlink_nack"),
        (up.downlink_sent.is_some(), "downlink_sent"),
        (up.downlink_failed.is_some(), "downlink_failed"),
        (up.downlink_queued.is_some(), "downlink_queued"),
        (up.downlink_queue_invalidated.is_some(), "downlink_invalidated"),
        (up.location_solved.is_some(), "location"),
        (up.service_data.is_some(), "service_data"),
    ];
    let by_topic = [
        ("/up/normalized", "normalized"),
        ("/join", "join"),
        ("/down/ack", "downlink_ack"),
        ("/down/nack", "downlink_nack"),
        ("/down/sent", "downlink_sent"),
        ("/down/failed", "downlink_failed"),
        ("/down/queued", "downlink_queued"),
        ("/down/invalidated", "downlink_invalidated"),
        ("/location/solved", "location"),
        ("/service/data", "service_data"),
    ];
    by_root_key
        .into_iter()
        .find_map(|(present, kind)| present.then_some(kind))
        .or_else(|| by_topic.into_iter().find_map(|(end, kind)| topic.ends_with(end).then_some(kind)))
}

fn read_uplink<const HAS_RADIO: bool>(
    up: &ApplicationUp<'_, HAS_RADIO>,
    message: &UplinkMessage<'_, HAS_RADIO>,
    dev_eui: DevEui,
    device_name: Option<String>,
    raw: RawMessage<'_>,
) -> Result<Envelope, EnvelopeProblem> {
    let LenientList(rx_metadata) = &message.rx_metadata;
    // The network server's stamp is always there; a gateway's `time` may lie decades off.
    let times = || {
        let heard = rx_metadata.iter().flat_map(|rx| [&rx.received_at, &rx.time]);
        [&message.received_at].into_iter().chain(heard).chain([&up.received_at]).filter_map(Loose::text)
    };
    let f_cnt = message.f_cnt.u32("uplink_message.f_cnt")?.unwrap_or(0);
    let application = up
        .end_device_ids
        .as_ref()
        .and_then(|ids| ids.application_ids.as_ref())
        .and_then(|ids| ids.application_id.text());
    // The message has no identity of its own: correlation ids are lists that grow on the way.
    let event_id = Identity::new("the_things_stack")
        .part(application.unwrap_or_default().as_bytes())
        .part(dev_eui.as_bytes())
        .part(message.session_key_id.text().unwrap_or_default().as_bytes())
        .part(&f_cnt.to_be_bytes())
        .part(message.received_at.text().unwrap_or_default().as_bytes())
        .part(message.frm_payload.text().unwrap_or_default().as_bytes())
        .event_id(identity_time(times()));
    let f_port = message.f_port.u32("uplink_message.f_port")?.unwrap_or(0);
    if f_port == 0 {
        return Ok(Envelope::Other { event_id, kind: "mac_only" });
    }
    if message.app_s_key.is_some() {
        return Err(EnvelopeProblem::Encrypted);
    }
    let payload = match &message.frm_payload {
        Loose::Nothing => Vec::new(),
        Loose::Text(text) => base64("uplink_message.frm_payload", text)?,
        other => {
            return Err(EnvelopeProblem::Field {
                field: "uplink_message.frm_payload",
                expected: "base64 text",
                found: other.describe(),
            });
        }
    };
    let uplink = Uplink {
        event_id,
        dev_eui,
        session: SessionKey(message.session_key_id.text().unwrap_or_default().to_owned()),
        f_cnt: FCnt(f_cnt),
        f_port: FPort::try_from(f_port)?,
        payload,
        network_time: network_time(times(), raw.received_at),
        received_at: raw.received_at,
        radio: radio(rx_metadata, message.settings.0.as_ref()),
        object: kept_object(object(message)),
    };
    Ok(Envelope::Uplink(Box::new(ReceivedUplink { uplink, device_name })))
}

/// What the network server decoded: the normalized form, which means the same for every device, or else the other. A form with
/// nothing in it hides nothing.
fn object<'a, const HAS_RADIO: bool>(message: &UplinkMessage<'a, HAS_RADIO>) -> Option<&'a RawValue> {
    let forms = [message.normalized_payload, message.decoded_payload].into_iter().flatten();
    let is_empty = |form: &&RawValue| form.get().chars().all(|c| "[]{}, \t\r\n".contains(c));
    forms.clone().find(|form| !is_empty(form)).or_else(|| forms.clone().next())
}

fn raw_id(message: RawMessage<'_>) -> domain::EventId {
    of_raw_message(message.source, message.topic, &sha256(message.payload))
}

fn radio(rx_metadata: &[RxMetadata<'_>], settings: Option<&Settings<'_>>) -> Radio {
    let lora =
        settings.and_then(|settings| settings.data_rate.0.as_ref()).and_then(|rate| rate.lora.0.as_ref());
    Radio {
        heard: rx_metadata
            .iter()
            .map(|rx| Heard {
                gateway: Truncated::new(
                    rx.gateway_ids.0.as_ref().and_then(|ids| ids.gateway_id.text()).unwrap_or_default(),
                )
                .into_string(),
                rssi_dbm: rx.rssi.number_f32(),
                snr_db: rx.snr.number_f32(),
            })
            .collect(),
        frequency_hz: settings.and_then(|settings| settings.frequency.u32("frequency").ok().flatten()),
        spreading_factor: lora
            .and_then(|lora| lora.spreading_factor.u32("spreading_factor").ok().flatten())
            .and_then(|factor| u8::try_from(factor).ok()),
    }
}
