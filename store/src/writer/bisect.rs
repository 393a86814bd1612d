//! Which arrivals of a batch the database refuses.
//!
//! A database says only that something in a transaction is impossible. Parts of the batch are tried and taken
//! back until each culprit stands alone, so that it goes to quarantine and its neighbours are stored.

use std::collections::BTreeMap;

use super::{
    batch::Batch,
    memory::Memory,
    tables::{Database, DbError},
};
use crate::Arrival;

/// The positions of the arrivals that are refused, each with what the database says of it. Nothing is written.
pub(super) fn refused<D: Database>(
    db: &mut D,
    memory: &mut Memory,
    arrivals: &[&Arrival],
) -> Result<BTreeMap<usize, String>, DbError> {
    let mut found = BTreeMap::new();
    split(db, memory, arrivals, 0, &mut found)?;
    if found.is_empty() {
        // Each part passes alone: the last arrival of the shortest beginning that is refused.
        let (mut passes, mut fails) = (0, arrivals.len());
        let mut reason = String::new();
        while fails - passes > 1 {
            let middle = passes.midpoint(fails);
            match attempt(db, memory, arrivals.get(..middle).unwrap_or_default())? {
                Ok(()) => passes = middle,
                Err(refusal) => (fails, reason) = (middle, refusal),
            }
        }
        found.insert(passes, reason);
    }
    Ok(found)
}

fn split<D: Database>(
    db: &mut D,
    memory: &mut Memory,
    arrivals: &[&Arrival],
    offset: usize,
    found: &mut BTreeMap<usize, String>,
) -> Result<(), DbError> {
    let Err(reason) = attempt(db, memory, arrivals)? else { return Ok(()) };
    if arrivals.len() == 1 {
        found.insert(offset, reason);
        return Ok(());
    }
    let (left, right) = arrivals.split_at(arrivals.len() / 2);
    split(db, memory, left, offset, found)?;
    split(db, memory, right, offset + left.len(), found)
}

/// Takes the arrivals into a transaction and takes it back; the error is what the database says of a value.
fn attempt<D: Database>(
    db: &mut D,
    memory: &mut Memory,
    arrivals: &[&Arrival],
) -> Result<Result<(), String>, DbError> {
    use super::tables::Tables;
    memory.clear();
    let mut tx = memory.begin(db)?;
    let result = Batch::take(&mut tx, memory, arrivals).and_then(|_| tx.flush());
    drop(tx);
    memory.clear();
    match result {
        Ok(()) => Ok(Ok(())),
        Err(DbError::Data(refusal)) => Ok(Err(refusal.to_string())),
        Err(unavailable) => Err(unavailable),
    }
}
