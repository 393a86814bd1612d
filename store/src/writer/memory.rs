//! What the writer knows between transactions.

use std::sync::Arc;

use domain::QualityRules;

use super::{
    frames::RecentFrames,
    marks::Marks,
    sessions::Sessions,
    slots::SlotCache,
    tables::{Database, DbError, Newest, Tables},
    track::Tracks,
};
use crate::Doubtful;

/// What the writer knows between transactions; after a rollback all of it is forgotten and read again.
#[derive(Debug)]
pub(super) struct Memory {
    /// What is asked of values. Not forgotten.
    pub(super) rules: Arc<QualityRules>,
    pub(super) slots: SlotCache,
    pub(super) tracks: Tracks,
    pub(super) sessions: Sessions,
    pub(super) marks: Marks,
    /// The values found doubtful in this transaction.
    pub(super) doubtful: Doubtful,
    /// Read from the database when `None`.
    frames: Option<RecentFrames>,
    /// Read from the database when `None`.
    pub(super) newest: Option<Newest>,
}

impl Memory {
    /// Nothing is known yet.
    pub(super) fn new(rules: Arc<QualityRules>) -> Self {
        Self {
            rules,
            slots: SlotCache::default(),
            tracks: Tracks::default(),
            sessions: Sessions::default(),
            marks: Marks::default(),
            doubtful: Doubtful::default(),
            frames: None,
            newest: None,
        }
    }

    /// Begins a transaction. What others changed before it is forgotten here; while it lasts, nobody else writes.
    pub(super) fn begin<'a, D: Database>(&mut self, db: &'a mut D) -> Result<D::Tx<'a>, DbError> {
        let begun = db.begin()?;
        if !begun.is_alone {
            self.clear();
        }
        Ok(begun.tx)
    }

    /// The frames of the last minutes.
    pub(super) fn frames(&mut self, tables: &mut impl Tables) -> Result<&mut RecentFrames, DbError> {
        match &mut self.frames {
            Some(frames) => Ok(frames),
            none => Ok(none.insert(RecentFrames::after(tables.newest_ten_minutes()?))),
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::new(Arc::clone(&self.rules));
    }
}
