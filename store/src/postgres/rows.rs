//! Rows on their way to a table, as values of the table's own row type: one statement writes any number of them.

use domain::{BucketWidth, EventId, ThingId};
use sqlx::{
    Postgres, Type,
    postgres::{PgHasArrayType, PgTypeInfo},
    types::Json,
};

use super::time::Ms;
use crate::{
    Arrival, Bucket, Outcome, QuarantinedMessage,
    by_slot::BySlot,
    writer::{
        frames::ten_minutes,
        radio::{RadioFacts, without_nul},
        tables::{BucketRow, Hole, LatestRow, NewEvent, ReadingRow, Session, UplinkRow},
    },
};

#[derive(Debug, sqlx::Encode)]
pub(super) struct EventValue {
    pub(super) event_id: Vec<u8>,
    received_at: Ms,
    pub(super) outcome: &'static str,
    pub(super) reason: &'static str,
}

#[derive(Debug, sqlx::Encode)]
pub(super) struct UplinkValue {
    pub(super) id: i64,
    pub(super) event_id: Vec<u8>,
    pub(super) device_id: i32,
    pub(super) session: String,
    pub(super) f_cnt: i64,
    pub(super) f_port: i16,
    pub(super) payload: Vec<u8>,
    pub(super) time: Ms,
    network_time: Option<Ms>,
    received_at: Ms,
    radio: Json<RadioFacts>,
    pub(super) duplicate_of: Option<i64>,
    first_reading: Option<i64>,
    n_readings: i32,
    pub(super) frame_hash: i64,
    ten_minutes: i32,
    object: Option<String>,
}

#[derive(Debug, sqlx::Encode)]
pub(super) struct ReadingValue {
    pub(super) id: i64,
    pub(super) uplink_id: i64,
    pub(super) thing_id: i32,
    pub(super) device_id: i32,
    pub(super) time: Ms,
    pub(super) values: Vec<Option<f64>>,
    pub(super) quality: Vec<i16>,
}

#[derive(Debug, sqlx::Encode)]
pub(super) struct LatestValue {
    thing_id: i32,
    device_id: i32,
    heard_at: Ms,
    time: Option<Ms>,
    values: Vec<Option<f64>>,
    quality: Vec<i16>,
    older: Option<Vec<Option<Ms>>>,
}

#[derive(Debug, sqlx::Encode)]
pub(super) struct SessionValue {
    device_id: i32,
    epoch: i64,
    session: String,
    beginning: &'static str,
    first_f_cnt: i64,
    last_f_cnt: i64,
    first_at: Ms,
    last_at: Ms,
    n_received: i64,
    last_frame: i64,
    hour: Ms,
    n_hour: i64,
}

#[derive(Debug, sqlx::Encode)]
pub(super) struct GapValue {
    device_id: i32,
    epoch: i64,
    after_f_cnt: i64,
    before_f_cnt: i64,
    from_at: Ms,
    to_at: Ms,
}

#[derive(Debug, sqlx::Encode)]
pub(super) struct BucketValue {
    width: &'static str,
    thing_id: i32,
    start_at: Ms,
    end_at: Ms,
    n: Vec<Option<i32>>,
    sum: Vec<Option<f64>>,
    min: Option<Vec<Option<f64>>>,
    max: Option<Vec<Option<f64>>>,
    last: Option<Vec<Option<f64>>>,
    covered: Vec<Option<f64>>,
    east: Option<Vec<Option<f64>>>,
    north: Option<Vec<Option<f64>>>,
    n_resets: Option<Vec<Option<i32>>>,
    carried_from: Option<Vec<Option<Ms>>>,
    carried_to: Option<Vec<Option<Ms>>>,
    carried_sum: Option<Vec<Option<f64>>>,
}

/// A message for the quarantine. Not a value of the table's row type, for its id is the database's to give.
#[derive(Debug)]
pub(super) struct QuarantineValue {
    pub(super) event_id: Vec<u8>,
    pub(super) source: String,
    pub(super) received_at: Ms,
    pub(super) reason: &'static str,
    pub(super) detail: String,
    pub(super) dev_eui: Option<String>,
    pub(super) device_name: Option<String>,
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    pub(super) n_bytes: i64,
}

/// Says of which table a value is a row.
macro_rules! rows_of {
    ($($table:literal: $row:ty,)*) => {
        $(
            impl Type<Postgres> for $row {
                fn type_info() -> PgTypeInfo {
                    PgTypeInfo::with_name($table)
                }
            }

            impl PgHasArrayType for $row {
                fn array_type_info() -> PgTypeInfo {
                    PgTypeInfo::array_of($table)
                }
            }
        )*
    };
}

rows_of! {
    "ingest_event": EventValue,
    "uplink": UplinkValue,
    "reading": ReadingValue,
    "latest": LatestValue,
    "session": SessionValue,
    "gap": GapValue,
    "bucket": BucketValue,
}

impl EventValue {
    pub(super) fn new(event: &NewEvent) -> Self {
        Self::with(event.event_id, event.received_ms, event.expected)
    }

    /// An event with its outcome.
    pub(super) fn with(event: EventId, received_ms: i64, outcome: Outcome) -> Self {
        Self {
            event_id: event.as_bytes().to_vec(),
            received_at: Ms(received_ms),
            outcome: outcome.key(),
            reason: outcome.reason(),
        }
    }
}

impl UplinkValue {
    pub(super) fn new(row: &UplinkRow<'_>) -> sqlx::Result<Self> {
        let uplink = &row.frame.decoded.uplink;
        Ok(Self {
            id: row.id,
            event_id: uplink.event_id.as_bytes().to_vec(),
            device_id: narrow(row.frame.decoded.device.0)?,
            session: without_nul(&uplink.session.0),
            f_cnt: uplink.f_cnt.0.into(),
            f_port: uplink.f_port.get().into(),
            payload: uplink.payload.clone(),
            time: Ms(row.frame.time_ms),
            network_time: uplink.network_time.map(Ms::from),
            received_at: uplink.received_at.into(),
            radio: Json(RadioFacts::of(uplink)),
            duplicate_of: row.duplicate_of,
            first_reading: row.first_reading,
            n_readings: narrow(i64::try_from(row.n_readings).unwrap_or(i64::MAX))?,
            frame_hash: row.frame.hash,
            ten_minutes: narrow(ten_minutes(row.frame.time_ms))?,
            object: uplink.object.as_deref().map(without_nul),
        })
    }
}

impl ReadingValue {
    pub(super) fn new(thing: ThingId, row: &ReadingRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.id,
            uplink_id: row.uplink,
            thing_id: narrow(thing.0)?,
            device_id: narrow(row.device)?,
            time: Ms(row.time_ms),
            values: row.values.as_slice().to_vec(),
            quality: qualities(&row.quality),
        })
    }

    /// The row again.
    pub(super) fn row(&self) -> ReadingRow {
        ReadingRow {
            id: self.id,
            uplink: self.uplink_id,
            device: self.device_id.into(),
            time_ms: self.time.0,
            values: self.values.clone().into(),
            quality: codes(&self.quality),
        }
    }
}

impl LatestValue {
    pub(super) fn new(thing: i64, device: i64, row: &LatestRow) -> sqlx::Result<Self> {
        Ok(Self {
            thing_id: narrow(thing)?,
            device_id: narrow(device)?,
            heard_at: Ms(row.heard_ms),
            time: row.newest_ms().map(Ms),
            values: row.values.as_slice().to_vec(),
            quality: qualities(&row.quality),
            older: row.older_ms().map(|older| older.as_slice().iter().map(|at| at.map(Ms)).collect()),
        })
    }
}

impl SessionValue {
    pub(super) fn new(device: i64, row: &Session) -> sqlx::Result<Self> {
        Ok(Self {
            device_id: narrow(device)?,
            epoch: row.epoch,
            session: row.key.clone(),
            beginning: row.beginning.key(),
            first_f_cnt: row.first_f_cnt,
            last_f_cnt: row.last_f_cnt,
            first_at: Ms(row.first_ms),
            last_at: Ms(row.last_ms),
            n_received: row.n_received,
            last_frame: row.last_frame,
            hour: Ms(row.hour_ms),
            n_hour: row.n_hour,
        })
    }
}

impl GapValue {
    pub(super) fn new(device: i64, hole: &Hole) -> sqlx::Result<Self> {
        Ok(Self {
            device_id: narrow(device)?,
            epoch: hole.epoch,
            after_f_cnt: hole.after_f_cnt,
            before_f_cnt: hole.before_f_cnt,
            from_at: Ms(hole.from_ms),
            to_at: Ms(hole.to_ms),
        })
    }
}

impl BucketValue {
    pub(super) fn new(width: BucketWidth, thing: ThingId, row: &BucketRow) -> sqlx::Result<Self> {
        let carried = |b: &Bucket| b.carried;
        Ok(Self {
            width: width.key(),
            thing_id: narrow(thing.0)?,
            start_at: row.range.from().into(),
            end_at: row.range.to().into(),
            n: column(row, |b| i32::try_from(b.n).ok()).unwrap_or_default(),
            sum: column(row, |b| Some(b.sum)).unwrap_or_default(),
            min: column(row, |b| b.min),
            max: column(row, |b| b.max),
            last: column(row, |b| b.last),
            covered: column(row, |b| Some(b.covered_seconds)).unwrap_or_default(),
            east: column(row, |b| b.vector.map(|v| v.0)),
            north: column(row, |b| b.vector.map(|v| v.1)),
            n_resets: column(row, |b| i32::try_from(b.n_resets).ok().filter(|n| *n > 0)),
            carried_from: column(row, |b| carried(b).map(|c| c.range.from().into())),
            carried_to: column(row, |b| carried(b).map(|c| c.range.to().into())),
            carried_sum: column(row, |b| carried(b).map(|c| c.sum)),
        })
    }
}

impl QuarantineValue {
    pub(super) fn new(arrival: &Arrival, message: &QuarantinedMessage) -> Self {
        Self {
            event_id: arrival.event_id.as_bytes().to_vec(),
            source: without_nul(&arrival.source),
            received_at: arrival.received_at.into(),
            reason: message.reason.key(),
            detail: without_nul(&message.detail),
            dev_eui: message.dev_eui.map(|eui| eui.to_string()),
            device_name: message.device_name.as_deref().map(without_nul),
            topic: without_nul(&arrival.original.topic),
            payload: arrival.original.payload.to_vec(),
            n_bytes: i64::try_from(arrival.original.n_bytes).unwrap_or(i64::MAX),
        }
    }
}

/// One array over all slots; `None` if no slot has anything in it.
fn column<T: Copy>(row: &BucketRow, get: impl Fn(&Bucket) -> Option<T>) -> Option<Vec<Option<T>>> {
    let n_slots = row.buckets.last().map_or(0, |(slot, _)| usize::from(*slot) + 1);
    let mut array: Option<Vec<Option<T>>> = None;
    for (slot, bucket) in &row.buckets {
        if let Some(element) = get(bucket) {
            let array = array.get_or_insert_with(|| vec![None; n_slots]);
            if let Some(place) = array.get_mut(usize::from(*slot)) {
                *place = Some(element);
            }
        }
    }
    array
}

/// Codes of qualities as the table keeps them.
fn qualities(quality: &BySlot<u8>) -> Vec<i16> {
    quality.as_slice().iter().map(|&code| code.into()).collect()
}

/// Codes of qualities as the table has them.
pub(super) fn codes(quality: &[i16]) -> BySlot<u8> {
    quality.iter().map(|&code| u8::try_from(code).unwrap_or_default()).collect::<Vec<_>>().into()
}

/// A number in a column of type `integer`.
pub(super) fn narrow(number: i64) -> sqlx::Result<i32> {
    i32::try_from(number).map_err(|error| sqlx::Error::Encode(error.into()))
}
