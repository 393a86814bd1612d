//! Who may run now, and who comes next: no I/O, no clock.

use std::{collections::VecDeque, sync::Arc};

use crate::{Call, ScriptId};

/// Whose call it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub script: ScriptId,
    pub device: Arc<str>,
}

impl Key {
    pub(super) fn of(call: &Call<'_>) -> Self {
        Self { script: call.script.id(), device: call.device.into() }
    }
}

/// Calls that run and calls that wait. First come, first served, but a call that may not run yet is passed by others:
/// a device runs once at a time, and one script never has all places.
#[derive(Debug)]
pub(super) struct Queue {
    n_places: usize,
    running: Vec<Key>,
    waiting: VecDeque<(Ticket, Key)>,
    next: Ticket,
}

/// A place in the queue.
pub(super) type Ticket = u64;

impl Queue {
    pub(super) fn new(n_places: usize) -> Self {
        Self { n_places, running: Vec::new(), waiting: VecDeque::new(), next: 0 }
    }

    pub(super) fn join(&mut self, key: Key) -> Ticket {
        let ticket = self.next;
        self.next = self.next.wrapping_add(1);
        self.waiting.push_back((ticket, key));
        ticket
    }

    /// Whether the call with this ticket is the one to run next.
    pub(super) fn is_next(&self, ticket: Ticket) -> bool {
        self.waiting.iter().find(|(_, key)| self.may_run(key)).is_some_and(|(next, _)| *next == ticket)
    }

    fn may_run(&self, key: &Key) -> bool {
        let of_script = self.running.iter().filter(|running| running.script == key.script).count();
        let places_of_script = self.n_places.saturating_sub(1).max(1);
        self.running.len() < self.n_places && of_script < places_of_script && !self.running.contains(key)
    }

    /// The call with this ticket runs from now on.
    pub(super) fn start(&mut self, ticket: Ticket) {
        let started = self.leave(ticket);
        self.running.extend(started);
    }

    /// The call with this ticket no longer waits.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<Key> {
        let at = self.waiting.iter().position(|(waiting, _)| *waiting == ticket)?;
        self.waiting.remove(at).map(|(_, key)| key)
    }

    pub(super) fn finish(&mut self, key: &Key) {
        if let Some(at) = self.running.iter().position(|running| running == key) {
            self.running.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Script;

    fn key(script: &str, device: &str) -> Key {
        Key { script: Script::new(script, script).unwrap().id(), device: device.into() }
    }

    #[test]
    fn calls_run_in_the_order_they_came() {
        let mut queue = Queue::new(2);
        let (first, second) = (queue.join(key("a", "1")), queue.join(key("b", "2")));
        assert!(queue.is_next(first) && !queue.is_next(second));
        queue.start(first);
        assert!(queue.is_next(second));
    }

    #[test]
    fn a_script_leaves_one_place_to_others() {
        let mut queue = Queue::new(2);
        let hostile = queue.join(key("hostile", "1"));
        queue.start(hostile);
        let same_script = queue.join(key("hostile", "2"));
        let other = queue.join(key("other", "3"));
        assert!(!queue.is_next(same_script) && queue.is_next(other));
        queue.finish(&key("hostile", "1"));
        assert!(queue.is_next(same_script));
    }

    #[test]
    fn a_device_runs_once_at_a_time() {
        let mut queue = Queue::new(4);
        let first = queue.join(key("a", "1"));
        queue.start(first);
        let again = queue.join(key("a", "1"));
        assert!(!queue.is_next(again));
        let sibling = queue.join(key("a", "2"));
        assert!(queue.is_next(sibling));
    }

    #[test]
    fn the_only_place_is_open_to_every_script() {
        let mut queue = Queue::new(1);
        let ticket = queue.join(key("a", "1"));
        assert!(queue.is_next(ticket));
    }

    #[test]
    fn who_gives_up_waiting_is_passed() {
        let mut queue = Queue::new(1);
        let (impatient, next) = (queue.join(key("a", "1")), queue.join(key("b", "2")));
        queue.leave(impatient);
        assert!(queue.is_next(next));
    }
}
