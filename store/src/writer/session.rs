//! One LoRaWAN session of a device: which of its frame counters arrived.

use super::frames::SAME_FRAME_MS;

/// No network server accepts a counter that is further ahead (`MAX_FCNT_GAP`, LoRaWAN 1.0.3, 4.3.1.5): what looks like
/// it is another beginning.
const LONGEST_STEP: i64 = 16_384;

const HOUR_MS: i64 = 3_600_000;

/// A session as the table keeps it. Counters from the first to the last were sent; those between that did not arrive
/// are in its holes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Session {
    /// Numbers the sessions of a device. It is ours: a counter that falls back begins another session, too.
    pub(crate) epoch: i64,
    pub(crate) key: String,
    pub(crate) beginning: Beginning,
    pub(crate) first_f_cnt: i64,
    pub(crate) last_f_cnt: i64,
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    /// Distinct counters that arrived.
    pub(crate) n_received: i64,
    /// Hash of the frame with the last counter.
    pub(crate) last_frame: i64,
    /// The newest hour something arrived in.
    pub(crate) hour_ms: i64,
    /// How much of `n_received` arrived in it.
    pub(crate) n_hour: i64,
}

/// Why a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// The device was not heard before.
    First,
    /// The network server names another session.
    Session,
    /// The counter fell back.
    Counter,
}

/// Counters of a session that did not arrive: those between two that did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    pub(crate) epoch: i64,
    pub(crate) after_f_cnt: i64,
    pub(crate) before_f_cnt: i64,
    /// When `after_f_cnt` was heard.
    pub(crate) from_ms: i64,
    /// When `before_f_cnt` was heard.
    pub(crate) to_ms: i64,
}

/// A frame as its session sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter<'a> {
    pub(super) key: &'a str,
    pub(super) f_cnt: i64,
    pub(super) time_ms: i64,
    pub(super) hash: i64,
}

/// How a frame goes with a session of the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is of this session.
    Of,
    /// It was sent before this session began.
    Before,
    /// It was sent after this session ended.
    After,
}

/// What a frame did to the holes of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The counter was there already.
    Known,
    /// It is next to one that was there.
    Joined,
    /// Counters between it and the session are missing.
    Opened(Hole),
    /// It was missing: of the hole with this beginning these are left.
    Filled(Hole, [Option<Hole>; 2]),
}

/// An hour that is over, with what arrived in it.
pub(super) type ClosedHour = (i64, i64);

impl Session {
    /// A session that begins with a frame.
    pub(super) fn begin(epoch: i64, beginning: Beginning, frame: Counter<'_>) -> Self {
        Self {
            epoch,
            key: frame.key.to_owned(),
            beginning,
            first_f_cnt: frame.f_cnt,
            last_f_cnt: frame.f_cnt,
            first_ms: frame.time_ms,
            last_ms: frame.time_ms,
            n_received: 1,
            last_frame: frame.hash,
            hour_ms: hour(frame.time_ms),
            n_hour: 1,
        }
    }

    /// How a frame with this session's key goes with it. After a reset a device with activation by personalisation
    /// counts from zero again without a new key; a counter of 16 bits does at its end.
    pub(super) fn fit(&self, frame: Counter<'_>) -> Fit {
        let Counter { f_cnt, time_ms, .. } = frame;
        if f_cnt > self.last_f_cnt {
            return match (time_ms < self.first_ms, f_cnt - self.last_f_cnt > LONGEST_STEP) {
                (true, _) => Fit::Before,
                (false, true) => Fit::After,
                (false, false) => Fit::Of,
            };
        }
        let is_repeated = f_cnt == self.last_f_cnt && frame.hash == self.last_frame;
        // One that is missing may come late, and with our time instead of its own where the network names none.
        let may_be_missing = f_cnt >= self.first_f_cnt && self.n_missing() > 0;
        let latest_ms = if may_be_missing { self.last_ms + SAME_FRAME_MS } else { self.last_ms };
        if time_ms > latest_ms && !is_repeated {
            Fit::After
        } else if time_ms < self.first_ms {
            Fit::Before
        } else {
            Fit::Of
        }
    }

    /// Takes a frame of this session; `around` finds the hole a counter is in. Also gives an hour that is over now, or
    /// that had been.
    pub(super) fn take<E>(
        &mut self,
        frame: Counter<'_>,
        around: impl FnOnce(i64) -> Result<Option<Hole>, E>,
    ) -> Result<(Effect, Option<ClosedHour>), E> {
        let Counter { f_cnt, time_ms, .. } = frame;
        let effect = if f_cnt > self.last_f_cnt {
            let hole = self.hole((self.last_f_cnt, self.last_ms), (f_cnt, time_ms));
            self.last_f_cnt = f_cnt;
            self.last_frame = frame.hash;
            hole.map_or(Effect::Joined, Effect::Opened)
        } else if f_cnt < self.first_f_cnt {
            let hole = self.hole((f_cnt, time_ms), (self.first_f_cnt, self.first_ms));
            self.first_f_cnt = f_cnt;
            hole.map_or(Effect::Joined, Effect::Opened)
        } else if self.n_missing() == 0 {
            Effect::Known
        } else {
            match around(f_cnt)? {
                Some(hole) => Effect::Filled(hole, self.rest(hole, f_cnt, time_ms)),
                None => Effect::Known,
            }
        };
        if effect == Effect::Known {
            return Ok((effect, None));
        }
        self.first_ms = self.first_ms.min(time_ms);
        self.last_ms = self.last_ms.max(time_ms);
        self.n_received += 1;
        Ok((effect, self.count_hour(time_ms)))
    }

    /// Counters that did not arrive.
    pub(super) const fn n_missing(&self) -> i64 {
        self.last_f_cnt - self.first_f_cnt + 1 - self.n_received
    }

    fn count_hour(&mut self, time_ms: i64) -> Option<ClosedHour> {
        let at = hour(time_ms);
        if at == self.hour_ms {
            self.n_hour += 1;
            return None;
        }
        if at < self.hour_ms {
            return Some((at, 1));
        }
        let closed = (self.hour_ms, self.n_hour);
        (self.hour_ms, self.n_hour) = (at, 1);
        Some(closed)
    }

    /// What is missing between two counters. Clocks of gateways differ: no hole ends before it begins.
    fn hole(&self, after: (i64, i64), before: (i64, i64)) -> Option<Hole> {
        (before.0 - after.0 > 1).then(|| Hole {
            epoch: self.epoch,
            after_f_cnt: after.0,
            before_f_cnt: before.0,
            from_ms: after.1.min(before.1),
            to_ms: before.1.max(after.1),
        })
    }

    /// What is left of a hole.
    fn rest(&self, hole: Hole, f_cnt: i64, time_ms: i64) -> [Option<Hole>; 2] {
        let time_ms = time_ms.clamp(hole.from_ms, hole.to_ms);
        [
            self.hole((hole.after_f_cnt, hole.from_ms), (f_cnt, time_ms)),
            self.hole((f_cnt, time_ms), (hole.before_f_cnt, hole.to_ms)),
        ]
    }
}

impl Beginning {
    /// The word in the table.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Session => "session",
            Self::Counter => "counter",
        }
    }

    /// The beginning a word in the table stands for; `None` for any other word.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        [Self::First, Self::Session, Self::Counter].into_iter().find(|beginning| beginning.key() == key)
    }
}

fn hour(time_ms: i64) -> i64 {
    time_ms.div_euclid(HOUR_MS) * HOUR_MS
}

#[cfg(test)]
mod tests;
