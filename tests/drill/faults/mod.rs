//! Fault drills: a real program, broker and database, a fault, and an oracle that compares sets.
//!
//! In full size they are `cargo xtask drill`; the small forms of some are among the tests of the whole city.

mod broker;
mod cancelled;
mod clock;
mod database;
mod disk_full;
mod kill;
mod large;
mod live;
mod load;
mod mqtt;
mod network;
pub(crate) mod oracle;
mod poison;
mod program;
mod proxy;
mod publisher;
mod readers;
mod report;
mod scene;
mod seed;
mod session_lost;
mod sqlite_readers;
mod stop;
pub(crate) mod store;
pub(crate) mod sums;
mod tmpfs;
mod two_ingests;

use std::time::Duration;

pub(crate) use report::Report;
pub(crate) use scene::Setup;
pub(crate) use seed::Seed;
pub(crate) use store::StoreKind;

/// One row of the fault matrix.
#[derive(Debug)]
pub(crate) struct Drill {
    pub(crate) row: &'static str,
    pub(crate) name: &'static str,
    pub(crate) fault: &'static str,
    pub(crate) stores: &'static [StoreKind],
    pub(crate) run: fn(Setup) -> Report,
}

const SQLITE: &[StoreKind] = &[StoreKind::Sqlite];
const TIMESCALE: &[StoreKind] = &[StoreKind::Timescale];
const BOTH: &[StoreKind] = &[StoreKind::Sqlite, StoreKind::Timescale];

/// All drills, in the order of the matrix.
pub(crate) const DRILLS: &[Drill] = &[
    drill("F1", "kill", "SIGKILL of the program at any moment", BOTH, kill::kill),
    drill("F2", "stop", "SIGTERM under load, with open live streams", BOTH, stop::stop),
    drill("F3", "database_restart", "the database restarts, or is killed", TIMESCALE, database::restart),
    drill("F4", "database_away", "the database is away for half an hour", TIMESCALE, database::away),
    drill("F5", "broker_restart", "clean restart of the broker", BOTH, broker::restart),
    drill("F6", "broker_kill", "SIGKILL of the broker", BOTH, broker::kill),
    drill(
        "F7",
        "session_lost",
        "session lost with acknowledgements on their way",
        BOTH,
        session_lost::session_lost,
    ),
    drill("F8", "network", "cuts, resets, half-open, 1 B/s and stalls to the broker", BOTH, network::network),
    drill("F9", "partition", "broker and database cannot be reached", BOTH, database::partition),
    drill("F10", "database_slow", "slow answers, a lock held by others", BOTH, database::slow),
    drill("F11", "disk_full", "the disk of the store is full", BOTH, disk_full::disk_full),
    drill("F14", "clock", "the clock jumps by hours and years", BOTH, clock::clock),
    drill("F15", "cancelled", "HTTP clients leave in the middle", BOTH, cancelled::cancelled),
    drill("F16", "poison", "a flood of messages nobody can read", BOTH, poison::poison),
    drill("F17", "large", "messages of 20 KiB to 5 MiB", BOTH, large::large),
    drill("F19", "two_ingests", "a second ingest by mistake", BOTH, two_ingests::two_ingests),
    drill("F22", "live", "live streams that nobody reads", BOTH, live::live),
    drill("F23", "sqlite_readers", "long reads beside the writer", SQLITE, sqlite_readers::sqlite_readers),
];

impl Drill {
    /// What is done to what.
    pub(crate) fn title(&self, store: StoreKind) -> String {
        format!("{} {} on {}: {}", self.row, self.name, store.name(), self.fault)
    }
}

const fn drill(
    row: &'static str,
    name: &'static str,
    fault: &'static str,
    stores: &'static [StoreKind],
    run: fn(Setup) -> Report,
) -> Drill {
    Drill { row, name, fault, stores, run }
}

/// A pause between two looks at other processes, or a fault that lasts.
#[expect(
    clippy::disallowed_methods,
    reason = "faults last, and other processes are looked at again and again"
)]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
