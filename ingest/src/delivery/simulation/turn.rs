use std::time::Duration;

use super::{dice::Dice, faults::Faults};

/// A published message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Published {
    pub(super) n_bytes: usize,
    /// QoS 1, so it must not be lost unless the broker loses it.
    pub(super) is_owed: bool,
}

/// What anybody may know when it is their turn.
pub(super) struct Turn<'a> {
    pub(super) now: Duration,
    pub(super) dice: &'a mut Dice,
    pub(super) faults: &'a Faults,
    pub(super) is_told: bool,
}

impl Turn<'_> {
    /// Tells one line of the story, if somebody listens.
    pub(super) fn tell(&self, line: impl FnOnce() -> String) {
        if self.is_told {
            println!("{:>12.6} {}", self.now.as_secs_f64(), line());
        }
    }
}
