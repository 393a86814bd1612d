//! One drill's city: broker, store, program, and the load that is on its way.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use testbed::{Mosquitto, PATIENCE};

use super::{
    load::Load,
    oracle::Verdict,
    pause,
    program::Program,
    publisher::{Publishing, read_ledger},
    report::Report,
    seed::Seed,
    store::{StoreKind, StoreUnderTest},
    sums,
};

/// What a drill is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) store: StoreKind,
    /// Multiplies the load and the number of faults.
    pub(crate) scale: f64,
    pub(crate) seed: u64,
}

/// Parts of a city before the program is started; each may be replaced.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) setup: Setup,
    pub(crate) folder: TempDir,
    pub(crate) broker: Mosquitto,
    /// Where the program finds the broker.
    pub(crate) broker_port: u16,
    pub(crate) store: StoreUnderTest,
    /// Further settings of the source, a line each.
    pub(crate) source: String,
    /// Further sections of the settings.
    pub(crate) further: String,
}

/// A running city.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) seed: Seed,
    pub(crate) broker: Mosquitto,
    pub(crate) store: StoreUnderTest,
    pub(crate) program: Program,
    /// What people should know about the result.
    pub(crate) remarks: Vec<String>,
    folder: TempDir,
    load: Load,
    began: Instant,
}

impl Setup {
    /// A number of the full drill at this scale; at least 1.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of messages or faults"
    )]
    pub(crate) fn scaled(&self, n: usize) -> usize {
        ((n as f64 * self.scale).round() as usize).max(1)
    }

    /// A length of time of the full drill at this scale.
    pub(crate) fn scaled_time(&self, time: Duration) -> Duration {
        time.mul_f64(self.scale)
    }

    /// The usual load with so many distinct messages at full scale.
    pub(crate) fn load(&self, n: usize) -> Load {
        let n = self.scaled(n);
        Load::new(n, (n / 25).clamp(40, 2000), self.seed)
    }
}

impl Plan {
    pub(crate) fn new(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let broker = Mosquitto::start();
        let store = StoreUnderTest::new(setup.store, folder.path());
        Self {
            setup,
            folder,
            broker_port: broker.port(),
            broker,
            store,
            source: String::new(),
            further: String::new(),
        }
    }

    /// Provisions the load's devices and starts the program.
    pub(crate) fn start(self, load: Load) -> Scene {
        let mut scene = self.prepare(load);
        scene.program.start();
        scene
    }

    /// Provisions the load's devices; the program is not yet started.
    #[expect(clippy::disallowed_methods, reason = "a drill is timed")]
    pub(crate) fn prepare(self, load: Load) -> Scene {
        let Self { setup, folder, broker, broker_port, store, source, further } = self;
        let settings = format!(
            "{}\n[ingest.sources.city]\nprotocol = \"chirpstack\"\nurl = \"mqtt://127.0.0.1:{broker_port}\"\n{source}\n{further}",
            store.settings()
        );
        let program = Program::new(folder.path(), &settings);
        let migrated = program.run(&["migrate"]);
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        program.import(&load.known_devices());
        Scene {
            seed: Seed::new(setup.seed),
            broker,
            store,
            program,
            remarks: Vec::new(),
            folder,
            load,
            began: Instant::now(),
        }
    }
}

impl Scene {
    /// Begins to publish the load, at most so many messages a second.
    pub(crate) fn publish(&self, per_second: Option<u32>) -> Publishing {
        Publishing::start(self.broker.port(), self.load, self.ledger(), per_second)
    }

    /// The publisher's list of what the broker has acknowledged.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.path().join("published")
    }

    /// How often the publisher itself published a message again.
    pub(crate) fn n_repeated(&self) -> u64 {
        let n_lines = fs::read_to_string(self.ledger()).unwrap().lines().count();
        (n_lines - read_ledger(&self.ledger()).len()) as u64
    }

    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    /// Waits until the store holds so many events. Patient as long as it goes on.
    pub(crate) fn wait_for_events(&self, n: usize) {
        self.wait_while_it_goes_on(&format!("{n} events"), |n_events| n_events >= n);
    }

    /// Waits until everything published has its outcome.
    pub(crate) fn settle(&self, publishing: Publishing) {
        self.wait_while_it_goes_on("the publisher", |_| publishing.is_finished());
        publishing.join();
        self.wait_until_settled();
    }

    /// Waits until everything in the ledger has its outcome.
    pub(crate) fn wait_until_settled(&self) {
        let n_published = read_ledger(&self.ledger()).len();
        self.wait_while_it_goes_on("everything to have an outcome", |n_events| {
            n_events >= n_published && self.program.adds_up()
        });
    }

    /// Waits until everything is settled, ends the program and compares.
    pub(crate) fn finish(self, publishing: Publishing) -> Report {
        self.settle(publishing);
        self.judge()
    }

    /// Ends the program, compares what was published with what is stored, and checks that it ended well.
    pub(crate) fn judge(mut self) -> Report {
        let rss = self.program.rss_max_mib();
        self.remark(format!("RSS max {rss} MiB"));
        let (status, within) = self.program.terminate();
        assert!(status.success() && within < Duration::from_secs(10), "ended with {status} after {within:?}");
        let log = self.program.log();
        assert!(!log.contains("panicked"), "the program panicked:\n{log}");
        self.remark(self.rebuild_finds_nothing());
        let published = read_ledger(&self.ledger());
        let mut verdict = Verdict::of(&published, &self.store.kept());
        let frames = published.into_values().flatten().collect();
        let expected = sums::expected(&self.load, &frames);
        self.remark(format!("{} sums", expected.len()));
        verdict.wrong += sums::n_unequal(&expected, &self.store.sums());
        Report { verdict, remarks: self.remarks, took: self.began.elapsed() }
    }

    /// All buckets follow from the readings: recomputing them changes none.
    fn rebuild_finds_nothing(&self) -> String {
        let output = self.program.run(&["rebuild", "--check"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        format!("rebuild: {}", text.lines().last().unwrap_or_default())
    }

    #[expect(clippy::disallowed_methods, reason = "gives up after a time without progress")]
    fn wait_while_it_goes_on(&self, what: &str, mut condition: impl FnMut(usize) -> bool) {
        let mut last = (usize::MAX, Instant::now());
        loop {
            let n_events = self.store.n_events();
            if condition(n_events) {
                return;
            }
            if last.0 != n_events {
                last = (n_events, Instant::now());
            }
            assert!(
                last.1.elapsed() < PATIENCE,
                "waited in vain for {what} at {n_events} events; accounting: {:?}; log:\n{}",
                self.program.accounting(),
                self.program.log()
            );
            pause(Duration::from_millis(20));
        }
    }
}
