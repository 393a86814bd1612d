//! A city of weather stations for the measurements.

pub(crate) mod place;

use std::sync::Arc;

use domain::{
    Channel, DevEui, EventId, FCnt, FPort, Heard, ObservedProperty as P, Radio, SessionKey, Uplink, Value,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{
    Arrival, Content, DecodedUplink, Device, Interval, NewDevice, NewReading, NewValue, Original, Store,
};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const PROPERTIES: [P; 8] = [
    P::AirTemperature,
    P::RelativeHumidity,
    P::AirPressure,
    P::WindSpeed,
    P::WindGust,
    P::WindDirection,
    P::Precipitation,
    P::BatteryVoltage,
];

/// 2026-01-01T00:00:00Z, when the stations begin.
pub(crate) fn beginning() -> Timestamp {
    Timestamp::from_second(1_767_225_600).unwrap_or_default()
}

/// A new store with so many stations.
pub(crate) async fn stations(
    place: &place::Place,
    n_stations: u32,
    expected_interval: SignedDuration,
) -> Result<(Store, Vec<Device>)> {
    let zone = TimeZone::get("Europe/Berlin")?;
    let config = place.config(zone)?;
    store::migrate(config.clone()).await?;
    let store = Store::open(config).await?;
    let device = |n: u32| -> Result<NewDevice> {
        Ok(NewDevice {
            dev_eui: DevEui::try_from(u64::from(n) + 1)?,
            profile: "decentlab/dl-atm41".to_owned(),
            params: None,
            expected_interval: Interval::Given(expected_interval),
            since: None,
            thing_name: format!("Station {n}"),
            description: String::new(),
            position: None,
            channel_names: Vec::new(),
        })
    };
    store.import_devices((0..n_stations).map(device).collect::<Result<_>>()?).await?;
    let mut stations: Vec<Device> = store.registry().await?.devices.into_values().collect();
    stations.sort_by_key(|device| device.id);
    Ok((store, stations))
}

/// An uplink with eight values that two gateways heard.
pub(crate) fn arrival(station: &Device, time: Timestamp, f_cnt: u32) -> Arrival {
    let mut digest = [0; 16];
    let mixed = (u64::from(f_cnt) << 32 | station.dev_eui.to_u64()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    digest[..8].copy_from_slice(&mixed.to_be_bytes());
    let event_id = EventId::new(Some(time), digest);
    let wave = f64::from(f_cnt % 96) / 10.0;
    let values = PROPERTIES
        .iter()
        .zip([12.3, 61.0, 1013.2, 3.4, 7.1, 220.0, 0.2, 3.61])
        .map(|(&property, base)| NewValue {
            property,
            channel: Channel::MAIN,
            value: Value::Number((base + wave * 10.0).round() / 10.0),
            quality: domain::Quality::Good,
            wraps_at: None,
        })
        .collect();
    let heard = |gateway: &str, rssi, snr| Heard {
        gateway: gateway.to_owned(),
        rssi_dbm: Some(rssi),
        snr_db: Some(snr),
    };
    let uplink = Uplink {
        event_id,
        dev_eui: station.dev_eui,
        session: SessionKey("01a2b3c4".to_owned()),
        f_cnt: FCnt(f_cnt),
        f_port: FPort::try_from(1).unwrap_or_else(|_| unreachable!("1 is a port")),
        payload: mixed.to_be_bytes().repeat(3),
        network_time: Some(time),
        received_at: time,
        radio: Radio {
            heard: vec![heard("0016c001f153a14c", -87.0, 8.25), heard("0016c001f1500812", -112.0, -4.5)],
            frequency_hz: Some(867_100_000),
            spreading_factor: Some(7),
        },
        object: None,
    };
    let decoded = DecodedUplink {
        device: station.id,
        thing: station.thing,
        uplink,
        time,
        readings: vec![NewReading { time, values }],
    };
    Arrival {
        source: Arc::from("bench"),
        event_id,
        received_at: time,
        retry_of: None,
        original: Original::default(),
        content: Content::Uplink(Box::new(decoded)),
    }
}
