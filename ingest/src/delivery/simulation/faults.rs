use std::time::Duration;

use super::dice::Dice;

/// What goes wrong how often, in a million. The rates of the first group are for each step, those of the others for
/// each commit and each subscription.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// A connection breaks.
    pub(super) cut: u32,
    /// A broker restarts.
    pub(super) broker_restarts: u32,
    /// A broker that restarts has lost its sessions.
    pub(super) session_lost: u32,
    /// A broker says nothing for a while.
    pub(super) stall: u32,
    /// The process is killed.
    pub(super) crash: u32,
    /// The process is stopped in good order.
    pub(super) stop: u32,

    /// A commit fails and leaves nothing.
    pub(super) commit_fails: u32,
    /// A commit is carried out and reported as failed.
    pub(super) commit_reported_wrong: u32,
    /// The store closes for good, until the process begins again.
    pub(super) store_closes: u32,
    /// A commit takes up to this long.
    pub(super) commit_within: Duration,

    /// A subscription is refused.
    pub(super) refused: u32,
    /// A subscription is never answered.
    pub(super) unanswered: u32,
}

impl Faults {
    /// All is well.
    pub(super) fn none() -> Self {
        Self { commit_within: Duration::from_millis(20), ..Self::default() }
    }

    /// The weather of the next while.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let calm = Self::none();
        let network = Self {
            cut: dice.one_of(&[300, 3_000, 30_000]),
            broker_restarts: dice.one_of(&[0, 300]),
            session_lost: 0,
            stall: 1_000,
            refused: dice.one_of(&[0, 200_000]),
            unanswered: dice.one_of(&[0, 100_000]),
            ..calm
        };
        let store = Self {
            commit_fails: dice.one_of(&[50_000, 500_000, 1_000_000]),
            commit_reported_wrong: dice.one_of(&[0, 50_000, 500_000]),
            commit_within: dice.one_of(&[Duration::from_millis(5), Duration::from_secs(3)]),
            ..calm
        };
        let process = Self {
            crash: dice.one_of(&[0, 300, 3_000]),
            stop: dice.one_of(&[300, 3_000]),
            store_closes: dice.one_of(&[0, 2_000]),
            ..calm
        };
        let sessions = Self {
            broker_restarts: dice.one_of(&[300, 3_000]),
            session_lost: dice.one_of(&[200_000, 1_000_000]),
            ..network
        };
        match dice.below(7) {
            0 => calm,
            1 => network,
            2 => store,
            3 => process,
            4 => sessions,
            // Most mistakes need two misfortunes.
            5 => Self { cut: network.cut, stall: network.stall, crash: process.crash / 4, ..store },
            _ => Self {
                crash: process.crash,
                stop: process.stop,
                commit_fails: store.commit_fails / 2,
                commit_reported_wrong: store.commit_reported_wrong,
                commit_within: store.commit_within,
                ..sessions
            },
        }
    }
}
