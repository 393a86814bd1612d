//! Second deliveries and second copies of a frame.

use domain::{DeviceId, EventId, ThingId, Uplink};
use rusqlite::{CachedStatement, Connection, params};
use serde::Serialize;

use super::frames::{SAME_FRAME_MS, ten_minutes};
use crate::{DecodedUplink, Outcome};

/// Why one arrival could not be taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Its values are impossible.
    Data(Refused),
    /// The database said no; whether the values are to blame depends on the error.
    Sql(rusqlite::Error),
}

/// Values no store should keep.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("the Thing already has 256 Datastreams, a slot for one more does not exist")]
    TooManyDatastreams,
    #[error("a reading names channel `{1}` of `{0}` twice")]
    RepeatedChannel(domain::ObservedProperty, domain::Channel),
    #[error("a time of {0} ms since 1970 lies outside the years 2000 to 2099")]
    Time(i64),
    #[error("a value of `{0}` is no finite number")]
    NotFinite(domain::ObservedProperty),
    #[error("device {0} is not in the store, or Thing {1} is not")]
    NoSuchDevice(DeviceId, ThingId),
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Data(refused)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// Enters an event into the ledger.
pub(super) const INSERT: &str = "INSERT INTO ingest_event VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";

/// Enters an event into the ledger with [`INSERT`]; `false` if it is there already.
pub(super) fn insert(
    statement: &mut CachedStatement<'_>,
    event: EventId,
    received_ms: i64,
    outcome: Outcome,
) -> rusqlite::Result<bool> {
    let n = statement.execute(params![event.as_bytes(), received_ms, outcome.key(), outcome.reason()])?;
    Ok(n == 1)
}

/// Corrects the outcome of an event after another attempt.
pub(super) fn set_outcome(db: &Connection, event: EventId, outcome: Outcome) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE ingest_event SET outcome = ?2, reason = ?3 WHERE event_id = ?1")?
        .execute(params![event.as_bytes(), outcome.key(), outcome.reason()])?;
    Ok(())
}

/// The measured uplink with the same frame within ten minutes.
pub(super) fn same_frame(
    db: &Connection,
    decoded: &DecodedUplink,
    hash: i64,
    time_ms: i64,
) -> rusqlite::Result<Option<i64>> {
    let slot = ten_minutes(time_ms);
    for slot in [slot, slot - 1, slot + 1] {
        let candidates: Vec<i64> = db
            .prepare_cached(CANDIDATES)?
            .query_map([slot, hash], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in candidates {
            if is_same_frame(db, id, decoded, time_ms)? {
                return Ok(Some(id));
            }
        }
    }
    Ok(None)
}

const CANDIDATES: &str = "SELECT id FROM uplink WHERE ten_minutes = ?1 AND frame_hash = ?2";

fn is_same_frame(db: &Connection, id: i64, decoded: &DecodedUplink, time_ms: i64) -> rusqlite::Result<bool> {
    let uplink = &decoded.uplink;
    db.prepare_cached(
        "SELECT device_id, session, f_cnt, f_port, payload, time_ms, duplicate_of FROM uplink WHERE id = ?1",
    )?
    .query_row([id], |row| {
        Ok(row.get_ref(6)?.as_i64_or_null()?.is_none()
            && (row.get::<_, i64>(5)? - time_ms).abs() <= SAME_FRAME_MS
            && row.get::<_, i64>(0)? == decoded.device.0
            && row.get_ref(1)?.as_str()? == uplink.session.0
            && row.get::<_, u32>(2)? == uplink.f_cnt.0
            && row.get::<_, u8>(3)? == uplink.f_port.get()
            && row.get_ref(4)?.as_blob()? == uplink.payload)
    })
}

/// An uplink about to be written.
#[derive(Debug)]
pub(super) struct UplinkRow<'a> {
    pub(super) id: i64,
    pub(super) decoded: &'a DecodedUplink,
    pub(super) time_ms: i64,
    pub(super) frame_hash: i64,
    pub(super) duplicate_of: Option<i64>,
    pub(super) first_reading: Option<i64>,
    pub(super) n_readings: usize,
}

/// Keeps an uplink with its raw payload.
pub(super) const INSERT_UPLINK: &str =
    "INSERT INTO uplink VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)";

/// Keeps an uplink with its raw payload, with [`INSERT_UPLINK`].
pub(super) fn insert_uplink(
    statement: &mut CachedStatement<'_>,
    row: &UplinkRow<'_>,
) -> rusqlite::Result<()> {
    let uplink = &row.decoded.uplink;
    statement.execute(params![
        row.id,
        uplink.event_id.as_bytes(),
        row.decoded.device.0,
        uplink.session.0,
        uplink.f_cnt.0,
        uplink.f_port.get(),
        uplink.payload,
        row.time_ms,
        uplink.network_time.map(jiff::Timestamp::as_millisecond),
        uplink.received_at.as_millisecond(),
        radio_json(uplink),
        row.duplicate_of,
        row.first_reading,
        row.n_readings,
        row.frame_hash
    ])?;
    Ok(())
}

/// Corrects how many readings an uplink has.
pub(super) fn set_n_readings(db: &Connection, id: i64, n_readings: usize) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE uplink SET n_readings = ?2 WHERE id = ?1")?.execute(params![id, n_readings])?;
    Ok(())
}

/// FNV-1a (64 bit) over what makes a frame: a hash whose values stay the same over program versions.
/// Equal hashes are compared field by field, so a collision costs a comparison, never an uplink.
pub(super) fn frame_hash(device: DeviceId, uplink: &Uplink) -> i64 {
    let fields: [&[u8]; 5] = [
        &device.0.to_be_bytes(),
        &uplink.f_cnt.0.to_be_bytes(),
        &[uplink.f_port.get()],
        uplink.session.0.as_bytes(),
        &uplink.payload,
    ];
    i64::from_be_bytes(fnv_1a(fields.into_iter().flatten()).to_be_bytes())
}

fn fnv_1a<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn radio_json(uplink: &Uplink) -> String {
    #[derive(Serialize)]
    struct Radio<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        frequency_hz: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        spreading_factor: Option<u8>,
        heard: Vec<Heard<'a>>,
    }
    #[derive(Serialize)]
    struct Heard<'a> {
        gateway: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        rssi_dbm: Option<f32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        snr_db: Option<f32>,
    }
    let radio = &uplink.radio;
    let heard = radio
        .heard
        .iter()
        .map(|h| Heard { gateway: &h.gateway, rssi_dbm: h.rssi_dbm, snr_db: h.snr_db })
        .collect();
    let json = Radio { frequency_hz: radio.frequency_hz, spreading_factor: radio.spreading_factor, heard };
    serde_json::to_string(&json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn frames_are_looked_up_without_preparing_the_query_again() {
        let mut db = Connection::open_in_memory().unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        crate::sqlite::migrate::migrate(&mut db, &zone).unwrap();
        let mut statement = db.prepare(CANDIDATES).unwrap();
        for n in 0..10 {
            assert!(!statement.exists([n, n]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vector of the FNV authors (draft-eastlake-fnv): "a" gives af63dc4c8601ec8c.
        assert_eq!(fnv_1a(b"a".iter()), 0xaf63_dc4c_8601_ec8c);
    }
}
