//! What the writer remembers of the sessions of each device, so that counters in order need no lookup.

use std::collections::HashMap;

use domain::DeviceId;

use super::{
    session::{Beginning, Counter, Effect, Fit, Session},
    tables::{DbError, Tables},
};

/// Sessions remembered of each device; an older one is not continued.
pub(crate) const REMEMBERED: usize = 8;

/// The sessions written to so far.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    devices: HashMap<DeviceId, Vec<Kept>>,
    changed: Vec<DeviceId>,
}

/// A session, and whether its row has to be written.
#[derive(Debug)]
struct Kept {
    session: Session,
    is_changed: bool,
}

impl Sessions {
    /// Counts a frame that is no second copy of another one.
    pub(super) fn hear(
        &mut self,
        tables: &mut impl Tables,
        device: DeviceId,
        frame: Counter<'_>,
    ) -> Result<(), DbError> {
        use std::collections::hash_map::Entry;
        let kept = match self.devices.entry(device) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let stored = tables.sessions(device)?;
                entry.insert(stored.into_iter().map(|session| Kept { session, is_changed: false }).collect())
            }
        };
        let was_changed = kept.iter().any(|kept| kept.is_changed);
        let Some(of) = position(kept, frame) else {
            begin(kept, frame);
            self.changed.extend((!was_changed).then_some(device));
            return Ok(());
        };
        let Some(Kept { session, is_changed }) = kept.get_mut(of) else { return Ok(()) };
        let epoch = session.epoch;
        let (effect, closed) = session.take(frame, |f_cnt| tables.hole_around(device, epoch, f_cnt))?;
        match effect {
            Effect::Known => return Ok(()),
            Effect::Joined => {}
            Effect::Opened(hole) => tables.save_hole(device, &hole)?,
            Effect::Filled(hole, rest) => {
                tables.remove_hole(device, &hole)?;
                for hole in rest.iter().flatten() {
                    tables.save_hole(device, hole)?;
                }
            }
        }
        if let Some((hour_ms, n)) = closed {
            tables.count_hour(device, hour_ms, n)?;
        }
        *is_changed = true;
        self.changed.extend((!was_changed).then_some(device));
        Ok(())
    }

    /// Writes the rows that changed.
    pub(super) fn save(&mut self, tables: &mut impl Tables) -> Result<(), DbError> {
        for device in self.changed.drain(..) {
            let Some(kept) = self.devices.get_mut(&device) else { continue };
            for Kept { session, is_changed } in kept.iter_mut().filter(|kept| kept.is_changed) {
                tables.save_session(device, session)?;
                *is_changed = false;
            }
            // The newest are first.
            kept.truncate(REMEMBERED);
        }
        Ok(())
    }
}

/// Which of the sessions, newest first, a frame is of; `None` if it begins another one.
fn position(kept: &[Kept], frame: Counter<'_>) -> Option<usize> {
    let mut later = None;
    for (at, Kept { session, .. }) in
        kept.iter().enumerate().filter(|(_, kept)| kept.session.key == frame.key)
    {
        match session.fit(frame) {
            Fit::Of => return Some(at),
            // After this one ended and before the later one began: its first counters came late.
            Fit::After => return later,
            Fit::Before => later = Some(at),
        }
    }
    later
}

fn begin(kept: &mut Vec<Kept>, frame: Counter<'_>) {
    let beginning = match kept.iter().find(|kept| kept.session.key == frame.key) {
        Some(_) => Beginning::Counter,
        None if kept.is_empty() => Beginning::First,
        None => Beginning::Session,
    };
    let epoch = kept.first().map_or(1, |newest| newest.session.epoch + 1);
    kept.insert(0, Kept { session: Session::begin(epoch, beginning, frame), is_changed: true });
}
