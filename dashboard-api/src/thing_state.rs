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
        let Some(last_heard_at) = last_heard_at else { return Self::Never };
        let silence = now.duration_since(last_heard_at);
        if silence.saturating_mul(2) <= expected_interval.saturating_mul(5) {
            Self::Live
        } else if silence <= expected_interval.saturating_mul(6) {
            Self::Stale
        } else {
            Self::Silent
        }
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
