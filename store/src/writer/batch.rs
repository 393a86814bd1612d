//! One transaction: a batch of arrivals and everything that follows from them.

use std::borrow::Cow;

use super::{
    measurement::{Refused, checked},
    memory::Memory,
    reassess::Late,
    tables::{DbError, Held, NewEvent, Newest, Tables},
    totals::Totals,
};
use crate::{Arrival, Content, Outcome, QuarantineReason, QuarantinedMessage};

/// One open transaction.
pub(super) struct Batch<'a, T> {
    pub(super) tables: &'a mut T,
    pub(super) memory: &'a mut Memory,
    pub(super) newest: Newest,
    /// What has to be assessed again at the end.
    pub(super) late: Late,
    totals: Totals,
}

/// An arrival after the first look at it.
enum Looked<'a> {
    /// For the ledger, which says whether it is new.
    Event(Cow<'a, Content>),
    /// Another attempt at a message in quarantine.
    Retry(Cow<'a, Content>),
}

impl<'a, T: Tables> Batch<'a, T> {
    /// Takes all arrivals into an open transaction and says what became of each, in order.
    pub(super) fn take(
        tables: &'a mut T,
        memory: &'a mut Memory,
        arrivals: &[&Arrival],
    ) -> Result<(Vec<Outcome>, Newest), DbError> {
        let newest = match memory.newest {
            Some(newest) => newest,
            None => tables.newest()?,
        };
        let mut batch = Self { tables, memory, newest, late: Late::default(), totals: Totals::default() };
        let looked = arrivals.iter().map(|a| batch.look(a)).collect::<Result<Vec<_>, _>>()?;
        // What almost every uplink becomes is entered at once: that says, too, whether the event is known.
        let events: Vec<NewEvent> = arrivals
            .iter()
            .zip(&looked)
            .filter_map(|(arrival, looked)| match looked {
                Looked::Event(content) => Some(NewEvent {
                    event_id: arrival.event_id,
                    received_ms: arrival.received_at.as_millisecond(),
                    expected: expected(content),
                }),
                Looked::Retry(_) => None,
            })
            .collect();
        let mut is_new = batch.tables.enter_events(&events)?.into_iter();
        let mut outcomes = Vec::with_capacity(arrivals.len());
        for (arrival, looked) in arrivals.iter().zip(&looked) {
            outcomes.push(match looked {
                Looked::Event(content) => {
                    let is_new = is_new.next().unwrap_or_default();
                    batch.event(arrival, content, is_new)?
                }
                Looked::Retry(content) => batch.retry(arrival, content)?,
            });
        }
        let newest = batch.finish()?;
        Ok((outcomes, newest))
    }

    /// What an arrival is: one with impossible values is a message for the quarantine.
    fn look<'b>(&mut self, arrival: &'b Arrival) -> Result<Looked<'b>, DbError> {
        let content = match &arrival.content {
            Content::Uplink(decoded) => match self.check(decoded)? {
                Ok(()) => Cow::Borrowed(&arrival.content),
                Err(refused) => Cow::Owned(refused_content(arrival, &refused.to_string())),
            },
            other => Cow::Borrowed(other),
        };
        match arrival.retry_of {
            Some(id) if self.tables.held(id, arrival.event_id)?.is_some() => Ok(Looked::Retry(content)),
            _ => Ok(Looked::Event(content)),
        }
    }

    /// Whether the store can keep the values of an uplink. Nothing of it is written before.
    fn check(&mut self, decoded: &crate::DecodedUplink) -> Result<Result<(), Refused>, DbError> {
        if let Err(refused) = checked(decoded) {
            return Ok(Err(refused));
        }
        let slots = self.memory.slots.of(self.tables, decoded.thing)?;
        if !slots.has_room_for(decoded) {
            return Ok(Err(Refused::TooManyDatastreams));
        }
        Ok(match self.memory.tracks.of(self.tables, decoded.thing, decoded.device, slots)? {
            Some(_) => Ok(()),
            None => Err(Refused::NoSuchDevice(decoded.device, decoded.thing)),
        })
    }

    fn event(&mut self, arrival: &Arrival, content: &Content, is_new: bool) -> Result<Outcome, DbError> {
        if !is_new {
            self.totals.add(&arrival.source, Outcome::DuplicateDelivery, 1);
            return Ok(Outcome::DuplicateDelivery);
        }
        let expected = expected(content);
        let outcome = match content {
            Content::Uplink(decoded) => self.uplink(decoded)?,
            Content::Quarantine(message) => {
                self.tables.quarantine(arrival, message)?;
                expected
            }
            Content::Ignored(_) => expected,
        };
        if outcome != expected {
            self.tables.set_outcome(arrival.event_id, outcome)?;
        }
        self.totals.add(&arrival.source, outcome, 1);
        self.newest.n_events += 1;
        Ok(outcome)
    }

    /// Another attempt at a message in quarantine: its one count moves, nothing is counted again.
    fn retry(&mut self, arrival: &Arrival, content: &Content) -> Result<Outcome, DbError> {
        let held = match arrival.retry_of {
            Some(id) => self.tables.held(id, arrival.event_id)?,
            None => None,
        };
        let Some(held) = held.filter(|held| !held.solved) else { return Ok(Outcome::DuplicateDelivery) };
        let outcome = match content {
            Content::Uplink(decoded) => self.uplink(decoded)?,
            other => expected(other),
        };
        match content {
            Content::Quarantine(message) => {
                self.tables.set_reason(held.id, message.reason, &message.detail)?;
            }
            _ => self.tables.solve(held.id, arrival.received_at.as_millisecond())?,
        }
        self.move_count(arrival, &held, outcome)?;
        Ok(outcome)
    }

    fn move_count(&mut self, arrival: &Arrival, held: &Held, outcome: Outcome) -> Result<(), DbError> {
        self.tables.set_outcome(arrival.event_id, outcome)?;
        self.totals.add(&held.source, Outcome::Quarantined(held.reason), -1);
        self.totals.add(&held.source, outcome, 1);
        Ok(())
    }

    /// Writes what is written once for a whole batch.
    fn finish(mut self) -> Result<Newest, DbError> {
        self.reassess_late()?;
        self.memory.tracks.save(self.tables)?;
        self.memory.sessions.save(self.tables)?;
        self.totals.save(self.tables)?;
        self.memory.marks.save(self.tables)?;
        self.tables.set_newest(self.newest)?;
        self.memory.newest = Some(self.newest);
        Ok(self.newest)
    }
}

/// What becomes of an arrival that is no duplicate.
fn expected(content: &Content) -> Outcome {
    match content {
        Content::Uplink(_) => Outcome::Stored,
        Content::Quarantine(message) => Outcome::Quarantined(message.reason),
        Content::Ignored(kind) => Outcome::Ignored(kind),
    }
}

/// An arrival the store does not take, as a message for the quarantine.
pub(super) fn refused_content(arrival: &Arrival, detail: &str) -> Content {
    let reason = QuarantineReason::StoreRefused;
    let detail = detail.to_owned();
    Content::Quarantine(Box::new(match &arrival.content {
        Content::Quarantine(message) => QuarantinedMessage { detail, ..(**message).clone() },
        Content::Ignored(_) => QuarantinedMessage { reason, detail, dev_eui: None, device_name: None },
        Content::Uplink(decoded) => QuarantinedMessage {
            reason,
            detail: format!("{detail} (fPort {}, fCnt {})", decoded.uplink.f_port, decoded.uplink.f_cnt),
            dev_eui: Some(decoded.uplink.dev_eui),
            device_name: None,
        },
    }))
}
