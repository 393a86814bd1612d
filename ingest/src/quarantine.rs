//! Another try for quarantined messages, after a device was provisioned or a decoder mended.

use std::{collections::BTreeMap, sync::Arc};

use decoders::Catalogue;
use domain::Clock;
use store::{
    Arrival, Content, Outcome, QuarantineFilter, QuarantineReason, QuarantinedRow, Store, StoreError,
};

use crate::{
    envelope::Protocol,
    pipeline::{Body, Directory, Received, examine},
};

/// Rows examined and committed together.
const CHUNK: usize = 200;

/// What a retry achieved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RetryReport {
    /// Messages examined again.
    pub n_tried: u64,
    /// Messages that left the quarantine: their readings are on disk now or were found there, or they turned
    /// out to be no uplinks.
    pub n_stored: u64,
    /// Messages that stay in quarantine.
    pub n_still: u64,
}

/// Examines quarantined messages again and stores those that can be read now.
///
/// It goes through them in chunks, oldest first, and may be stopped and repeated at any point: a message
/// already stored is never stored twice. Of messages above the size limit only the head was kept, so they
/// stay. What is still unreadable gets the reason and the sentence of this try. `protocols` tells the network
/// server of each source and webhook by name, so that a message is read as the first time; for one no longer
/// configured the message itself tells it. `clock` stamps when a message was solved; its measurements keep the
/// times of the message.
pub async fn retry_quarantine(
    store: &Store,
    catalogue: &Catalogue,
    protocols: &BTreeMap<String, Protocol>,
    filter: &QuarantineFilter,
    clock: &dyn Clock,
) -> Result<RetryReport, StoreError> {
    let directory = Directory::new(store.registry().await?, catalogue, Arc::clone(store.quality()));
    let filter = QuarantineFilter { with_solved: false, ..filter.clone() };
    let mut report = RetryReport::default();
    let mut after = None;
    loop {
        let rows = store.quarantined(filter.clone(), after, CHUNK).await?;
        let Some(last) = rows.last() else { return Ok(report) };
        after = Some(last.id);
        report.n_tried += rows.len() as u64;
        let again: Vec<_> = rows
            .into_iter()
            .filter(|row| row.reason != QuarantineReason::TooLarge)
            .map(|row| try_again(row, protocols, &directory, clock))
            .collect();
        if !again.is_empty() {
            for outcome in store.commit(again).await? {
                report.n_stored += u64::from(!matches!(outcome, Outcome::Quarantined(_)));
            }
        }
        report.n_still = report.n_tried - report.n_stored;
    }
}

fn try_again(
    row: QuarantinedRow,
    protocols: &BTreeMap<String, Protocol>,
    directory: &Directory,
    clock: &dyn Clock,
) -> Arrival {
    let configured = protocols.get(&row.source).copied();
    let protocol = configured.unwrap_or_else(|| Protocol::guess(&row.topic, &row.payload));
    let message = Received {
        source: Arc::from(row.source),
        protocol,
        topic: row.topic.into(),
        body: Body::Whole(row.payload.into()),
        received_at: row.received_at,
        retry_of: Some(row.id),
    };
    let mut arrival = examine(&message, directory).arrival;
    // The ledger knows the message by the identity it had when it came, which is another one if its
    // envelope could not be read then.
    arrival.event_id = row.event_id;
    if let Content::Uplink(decoded) = &mut arrival.content {
        decoded.uplink.event_id = row.event_id;
    }
    arrival.received_at = clock.now();
    arrival
}
