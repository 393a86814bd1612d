//! Whether a Thing is still talking to us.

use jiff::{SignedDuration, Timestamp};

/// What the time since a Thing was last heard says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThingState {
    /// Heard within two and a half reporting intervals: one uplink may be lost.
    Live,
    /// Heard within six reporting intervals: its latest values are old.
    Stale,
    /// Not heard for more than six reporting intervals: something is broken.
    Silent,
    /// Never heard.
    Never,
}

impl ThingState {
    /// Judges a Thing by its reporting interval.
    pub fn of(last_heard_at: Option<Timestamp>, expected_interval: SignedDuration, now: Timestamp) -> Self {
        match Ageing::of(last_heard_at, expected_interval) {
            None => Self::Never,
            Some(ageing) if now <= ageing.stale_after => Self::Live,
            Some(ageing) if now <= ageing.silent_after => Self::Stale,
            Some(_) => Self::Silent,
        }
    }
}

/// When a Thing that says nothing more changes its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// The last instant of [`ThingState::Live`].
    pub stale_after: Timestamp,
    /// The last instant of [`ThingState::Stale`].
    pub silent_after: Timestamp,
}

impl Ageing {
    /// Counts from the last uplink; `None` for a Thing that was never heard.
    pub fn of(last_heard_at: Option<Timestamp>, expected_interval: SignedDuration) -> Option<Self> {
        let heard_at = last_heard_at?;
        let after = |length: SignedDuration| heard_at.saturating_add(length).unwrap_or(Timestamp::MAX);
        Some(Self {
            stale_after: after(expected_interval.saturating_mul(5) / 2),
            silent_after: after(expected_interval.saturating_mul(6)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_after(silence: SignedDuration) -> ThingState {
        let heard_at = "2026-07-01T12:00:00Z".parse().unwrap();
        ThingState::of(Some(heard_at), SignedDuration::from_mins(10), heard_at + silence)
    }

    #[test]
    fn a_thing_is_live_for_two_and_a_half_intervals_and_stale_for_six() {
        assert_eq!(state_after(SignedDuration::from_mins(25)), ThingState::Live);
        assert_eq!(state_after(SignedDuration::from_secs(25 * 60 + 1)), ThingState::Stale);
        assert_eq!(state_after(SignedDuration::from_mins(60)), ThingState::Stale);
        assert_eq!(state_after(SignedDuration::from_secs(60 * 60 + 1)), ThingState::Silent);
    }

    #[test]
    fn a_thing_without_any_uplink_was_never_heard() {
        let now = "2026-07-01T12:00:00Z".parse().unwrap();
        assert_eq!(ThingState::of(None, SignedDuration::from_mins(10), now), ThingState::Never);
    }

    #[test]
    fn an_uplink_dated_into_the_future_makes_a_thing_live() {
        assert_eq!(state_after(SignedDuration::from_mins(-5)), ThingState::Live);
    }
}
