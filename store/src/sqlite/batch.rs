//! One transaction: a batch of arrivals and everything that follows from them.

use domain::ReadingId;
use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior};

use super::{
    connection::is_data_error,
    datastreams::SlotCache,
    dirty::Marks,
    frames::RecentFrames,
    ledger::{self, Refusal},
    quarantine, readings,
    totals::Totals,
    track::Tracks,
};
use crate::{Arrival, Content, Outcome, QuarantineReason, QuarantinedMessage};

/// What the writer knows between transactions; after a rollback all of it is forgotten and read again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) slots: SlotCache,
    pub(super) tracks: Tracks,
    pub(super) marks: Marks,
    /// Read from the database when `None`.
    frames: Option<RecentFrames>,
    /// Newest ids given; read from the database when `None`.
    newest: Option<Newest>,
    /// SQLite's `data_version` it belongs to; it changes when another connection commits.
    version: Option<i64>,
}

/// The newest ids given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest {
    pub(super) reading: i64,
    pub(super) uplink: i64,
}

/// One open transaction.
pub(super) struct Batch<'a> {
    pub(super) db: &'a Connection,
    pub(super) memory: &'a mut Memory,
    pub(super) statements: Statements<'a>,
    pub(super) newest: Newest,
    totals: Totals,
    /// A savepoint around each arrival, so that one with impossible values can be taken back alone. Only
    /// used for a batch that has met such a one: savepoints make SQLite copy pages.
    careful: bool,
}

/// What is written for every uplink, looked up once for a batch.
pub(super) struct Statements<'a> {
    pub(super) event: CachedStatement<'a>,
    pub(super) uplink: CachedStatement<'a>,
    pub(super) reading: CachedStatement<'a>,
}

/// Why a batch stopped.
#[derive(Debug)]
pub(super) enum BatchError {
    /// Some arrival's values are to blame: begin again, carefully.
    Data,
    /// The database cannot be used.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for BatchError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl Memory {
    /// Begins a transaction that writes. What another process changed before it is forgotten here; while it
    /// lasts, nobody else writes.
    pub(super) fn begin<'a>(&mut self, db: &'a mut Connection) -> rusqlite::Result<Transaction<'a>> {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = tx.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.version != Some(version) {
            self.clear();
            self.version = Some(version);
        }
        Ok(tx)
    }

    /// The frames of the last minutes.
    pub(super) fn frames(&mut self, db: &Connection) -> rusqlite::Result<&mut RecentFrames> {
        match &mut self.frames {
            Some(frames) => Ok(frames),
            none => Ok(none.insert(RecentFrames::begin(db)?)),
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<'a> Batch<'a> {
    /// `db` has a transaction open.
    pub(super) fn new(db: &'a Connection, memory: &'a mut Memory, careful: bool) -> rusqlite::Result<Self> {
        let newest = match memory.newest {
            Some(newest) => newest,
            None => Newest {
                reading: readings::newest_id(db)?.0,
                uplink: db
                    .query_row("SELECT max(id) FROM uplink", [], |row| row.get::<_, Option<i64>>(0))?
                    .unwrap_or(0),
            },
        };
        let statements = Statements {
            event: db.prepare_cached(ledger::INSERT)?,
            uplink: db.prepare_cached(ledger::INSERT_UPLINK)?,
            reading: db.prepare_cached(readings::INSERT)?,
        };
        Ok(Self { db, memory, statements, newest, totals: Totals::default(), careful })
    }

    /// Takes one arrival and says what became of it.
    pub(super) fn take(&mut self, arrival: &Arrival) -> Result<Outcome, BatchError> {
        if !self.careful {
            return self.examine(arrival).map_err(|refusal| match refusal {
                Refusal::Sql(error) if !is_data_error(&error) => BatchError::Database(error),
                Refusal::Sql(_) | Refusal::Data(_) => BatchError::Data,
            });
        }
        // What is remembered is in the database before each arrival, so that it can be read again after one
        // was taken back.
        self.memory.tracks.save(self.db)?;
        let newest = self.newest;
        self.db.prepare_cached("SAVEPOINT arrival")?.execute([])?;
        let outcome = match self.examine(arrival) {
            Ok(outcome) => outcome,
            Err(Refusal::Sql(error)) if !is_data_error(&error) => return Err(BatchError::Database(error)),
            Err(refusal) => {
                self.db.prepare_cached("ROLLBACK TO arrival")?.execute([])?;
                self.memory.tracks.clear();
                self.memory.slots.clear();
                self.newest = newest;
                self.refuse(arrival, &refusal)?
            }
        };
        self.db.prepare_cached("RELEASE arrival")?.execute([])?;
        Ok(outcome)
    }

    /// Writes what is written once for a whole batch; returns the newest reading.
    pub(super) fn finish(mut self) -> rusqlite::Result<ReadingId> {
        self.memory.tracks.save(self.db)?;
        self.totals.save(self.db)?;
        self.memory.marks.save(self.db)?;
        self.memory.newest = Some(self.newest);
        Ok(ReadingId(self.newest.reading))
    }

    fn examine(&mut self, arrival: &Arrival) -> Result<Outcome, Refusal> {
        if let Some(id) = arrival.retry_of
            && let Some(held) = quarantine::find(self.db, id, arrival.event_id)?
        {
            return self.retry(arrival, &held);
        }
        // What almost every uplink becomes is entered at once: that says, too, whether the event is known.
        let expected = match &arrival.content {
            Content::Uplink(_) => Outcome::Stored,
            Content::Quarantine(message) => Outcome::Quarantined(message.reason),
            Content::Ignored(kind) => Outcome::Ignored(kind),
        };
        let received_ms = arrival.received_at.as_millisecond();
        if !ledger::insert(&mut self.statements.event, arrival.event_id, received_ms, expected)? {
            self.totals.add(&arrival.source, Outcome::DuplicateDelivery, 1);
            return Ok(Outcome::DuplicateDelivery);
        }
        let outcome = match &arrival.content {
            Content::Uplink(decoded) => self.uplink(decoded)?,
            Content::Quarantine(message) => {
                quarantine::insert(self.db, arrival, message)?;
                expected
            }
            Content::Ignored(_) => expected,
        };
        if outcome != expected {
            ledger::set_outcome(self.db, arrival.event_id, outcome)?;
        }
        self.count(arrival, outcome);
        Ok(outcome)
    }

    /// Counts a new event.
    fn count(&mut self, arrival: &Arrival, outcome: Outcome) {
        self.totals.add(&arrival.source, outcome, 1);
        self.totals.add_event();
    }

    /// Another attempt at a message in quarantine: its one count moves, nothing is counted again.
    fn retry(&mut self, arrival: &Arrival, held: &quarantine::Held) -> Result<Outcome, Refusal> {
        if held.solved {
            return Ok(Outcome::DuplicateDelivery);
        }
        let outcome = match &arrival.content {
            Content::Uplink(decoded) => self.uplink(decoded)?,
            Content::Quarantine(message) => Outcome::Quarantined(message.reason),
            Content::Ignored(kind) => Outcome::Ignored(kind),
        };
        match &arrival.content {
            Content::Quarantine(message) => {
                quarantine::set_reason(self.db, held.id, message.reason, &message.detail)?;
            }
            _ => quarantine::solve(self.db, held.id, arrival.received_at.as_millisecond())?,
        }
        self.settle_retry(arrival, held, outcome)?;
        Ok(outcome)
    }

    fn settle_retry(
        &mut self,
        arrival: &Arrival,
        held: &quarantine::Held,
        outcome: Outcome,
    ) -> rusqlite::Result<()> {
        ledger::set_outcome(self.db, arrival.event_id, outcome)?;
        self.totals.add(&held.source, Outcome::Quarantined(held.reason), -1);
        self.totals.add(&held.source, outcome, 1);
        Ok(())
    }

    /// Keeps an arrival whose values the store does not take.
    fn refuse(&mut self, arrival: &Arrival, refusal: &Refusal) -> rusqlite::Result<Outcome> {
        let outcome = Outcome::Quarantined(QuarantineReason::StoreRefused);
        let detail = match refusal {
            Refusal::Data(refused) => refused.to_string(),
            Refusal::Sql(error) => error.to_string(),
        };
        if let Some(id) = arrival.retry_of
            && let Some(held) = quarantine::find(self.db, id, arrival.event_id)?
        {
            quarantine::set_reason(self.db, held.id, QuarantineReason::StoreRefused, &detail)?;
            self.settle_retry(arrival, &held, outcome)?;
            return Ok(outcome);
        }
        quarantine::insert(self.db, arrival, &refused_message(arrival, detail))?;
        let received_ms = arrival.received_at.as_millisecond();
        ledger::insert(&mut self.statements.event, arrival.event_id, received_ms, outcome)?;
        self.count(arrival, outcome);
        Ok(outcome)
    }
}

/// What is said of an arrival the store does not take.
fn refused_message(arrival: &Arrival, detail: String) -> QuarantinedMessage {
    let reason = QuarantineReason::StoreRefused;
    match &arrival.content {
        Content::Quarantine(message) => QuarantinedMessage { detail, ..(**message).clone() },
        Content::Ignored(_) => QuarantinedMessage { reason, detail, dev_eui: None, device_name: None },
        Content::Uplink(decoded) => QuarantinedMessage {
            reason,
            detail: format!("{detail} (fPort {}, fCnt {})", decoded.uplink.f_port, decoded.uplink.f_cnt),
            dev_eui: Some(decoded.uplink.dev_eui),
            device_name: None,
        },
    }
}
