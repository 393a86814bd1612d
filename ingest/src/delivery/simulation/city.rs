//! Brokers, our process and the store together: who acts next, what goes wrong, and what must hold in the end.

use std::{thread, time::Duration};

use super::{
    broker::{Broker, EventNo},
    dice::Dice,
    faults::Faults,
    process::{Process, Settings, SourceSettings},
    store::Store,
    turn::{Published, Turn},
};
use crate::metrics::Metrics;

/// As [`crate::Config::stop_within`].
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// Longest time, on the city's clock, from the end of all faults until everything is at rest.
const REST_WITHIN: Duration = Duration::from_mins(3);

/// What happened in a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Summary {
    pub(super) steps: u64,
    pub(super) published: u64,
    pub(super) committed: u64,
    pub(super) lost_by_brokers: u64,
    pub(super) process_ends: u64,
    /// From the end of the faults until all was at rest.
    pub(super) rest_after: Duration,
}

/// A failing one says on its way out how to see it again.
pub(super) struct City {
    seed: u64,
    now: Duration,
    dice: Dice,
    faults: Faults,
    is_told: bool,
    settings: Settings,
    metrics: Metrics,
    brokers: Vec<Broker>,
    /// When each broker can be reached, and when it answers.
    up_at: Vec<Duration>,
    awake_at: Vec<Duration>,
    backlog_max: usize,
    store: Store,
    process: Option<Process>,
    start_at: Duration,
    stop_by: Option<Duration>,
    published: Vec<Published>,
    is_publishing: bool,
    summary: Summary,
}

impl City {
    /// `n_steps` with faults, then without until all is at rest.
    pub(super) fn run(mut self, n_steps: u64) -> Summary {
        let mut change_at = 0;
        while self.summary.steps < n_steps {
            if self.summary.steps >= change_at {
                change_at = self.summary.steps + self.dice.between(200, 4_000) as u64;
                self.faults = Faults::draw(&mut self.dice);
                let faults = self.faults;
                self.turn().0.tell(|| format!("{faults:?}"));
            }
            self.faults_strike();
            self.step();
        }
        self.come_to_rest();
        self.summary
    }

    /// A city whose every detail follows from the seed.
    pub(super) fn new(seed: u64, is_told: bool) -> Self {
        let mut dice = Dice::new(seed);
        let mut sources = Vec::new();
        let mut brokers = Vec::new();
        for _ in 0..dice.between(1, 2) {
            let window = dice.one_of(&[1, 2, 3, 8, 30]);
            let in_flight_max = if dice.below(4) == 0 { 4 * window } else { window };
            let packet_id_max = in_flight_max + dice.between(0, 3);
            brokers.push(Broker::new(in_flight_max, u16::try_from(packet_id_max).unwrap()));
            sources.push(SourceSettings {
                message_bytes_max: dice.one_of(&[0, 300, 2_000]),
                buffer_bytes: dice.one_of(&[0, 4_000, 100_000]),
                unacknowledged_max: dice.one_of(&[1, 4]),
                requests_max: dice.one_of(&[1, window + 1, window + 16]),
            });
        }
        Self {
            seed,
            now: Duration::ZERO,
            faults: Faults::none(),
            is_told,
            settings: Settings { batch_max: dice.one_of(&[1, 2, 5, 40]), sources },
            metrics: Metrics::register(&prometheus::Registry::new()).unwrap(),
            up_at: vec![Duration::ZERO; brokers.len()],
            awake_at: vec![Duration::ZERO; brokers.len()],
            brokers,
            backlog_max: dice.one_of(&[2, 20, 100]),
            dice,
            store: Store::default(),
            process: None,
            start_at: Duration::ZERO,
            stop_by: None,
            published: Vec::new(),
            is_publishing: true,
            summary: Summary::default(),
        }
    }

    fn turn(&mut self) -> (Turn<'_>, &mut Vec<Broker>, &mut Store, &mut Option<Process>) {
        let turn = Turn { now: self.now, dice: &mut self.dice, faults: &self.faults, is_told: self.is_told };
        (turn, &mut self.brokers, &mut self.store, &mut self.process)
    }

    /// Lets somebody act who can; if nobody can, until the next moment somebody waits for.
    fn step(&mut self) {
        for _ in 0..24 {
            self.now += self.dice.time(Duration::from_millis(1));
            if self.dice.below(4_000) == 0 {
                self.now += self.dice.time(Duration::from_secs(3)); // the machine was busy
            }
            if self.somebody_acts() {
                self.summary.steps += 1;
                if self.summary.steps.is_multiple_of(256)
                    && let Some(process) = &self.process
                {
                    process.check_counts();
                }
                return;
            }
        }
        let moments = self.process.iter().filter_map(Process::wake_at);
        let moments = moments.chain(self.store.work.iter().map(|work| work.done_at));
        let moments = moments.chain(self.up_at.iter().chain(&self.awake_at).copied());
        let moments = moments.chain(self.stop_by).chain([self.start_at]);
        if let Some(next) = moments.filter(|at| *at > self.now).min() {
            self.now = next;
        }
        self.summary.steps += 1;
    }

    fn somebody_acts(&mut self) -> bool {
        let no = self.dice.below(self.brokers.len());
        match self.dice.below(16) {
            0..3 => self.publish(no),
            3..7 => self.broker_acts(no),
            7..12 => self.source_acts(no),
            12..15 => {
                let (mut turn, _, store, process) = self.turn();
                process.as_mut().is_some_and(|process| process.step_worker(store, &mut turn))
            }
            _ => self.process_begins_or_ends(),
        }
    }

    fn publish(&mut self, no: usize) -> bool {
        let broker = &mut self.brokers[no];
        if !self.is_publishing || !broker.keeps() || broker.n_kept() >= self.backlog_max {
            return false;
        }
        let event: EventNo = self.published.len();
        let is_owed = self.dice.below(8) != 0;
        let n_bytes = self.dice.between(0, self.settings.sources[no].message_bytes_max);
        self.published.push(Published { n_bytes, is_owed });
        self.summary.published += 1;
        if is_owed {
            broker.publish(event);
        } else {
            broker.publish_unacknowledged(event);
        }
        true
    }

    fn broker_acts(&mut self, no: usize) -> bool {
        if self.now < self.awake_at[no].max(self.up_at[no]) {
            return false;
        }
        let (mut turn, brokers, store, _) = self.turn();
        brokers[no].step(&mut turn, |event| store.check_committed(event))
    }

    fn source_acts(&mut self, no: usize) -> bool {
        let Some(process) = &mut self.process else { return false };
        let mut turn =
            Turn { now: self.now, dice: &mut self.dice, faults: &self.faults, is_told: self.is_told };
        self.brokers[no].is_up = self.now >= self.up_at[no];
        process.step_source(no, &mut self.brokers[no], &self.store, &self.published, &mut turn)
    }

    fn process_begins_or_ends(&mut self) -> bool {
        match &mut self.process {
            None if self.now >= self.start_at => {
                self.store.open();
                let mut turn =
                    Turn { now: self.now, dice: &mut self.dice, faults: &self.faults, is_told: self.is_told };
                turn.tell(|| "the process begins".to_owned());
                self.process = Some(Process::start(&self.settings, &self.metrics, &mut turn));
                self.stop_by = None;
                true
            }
            Some(process) if process.has_ended() => {
                process.check_counts();
                self.end_process();
                true
            }
            Some(_) if self.stop_by.is_some_and(|by| self.now >= by) => {
                self.end_process(); // what is not done in time is given up
                true
            }
            _ => false,
        }
    }

    /// All of it is gone, whatever it was doing.
    fn end_process(&mut self) {
        let (mut turn, brokers, store, process) = self.turn();
        turn.tell(|| "the process ends".to_owned());
        store.crash(&mut turn);
        *process = None;
        for broker in brokers {
            broker.cut(&mut turn, |event| store.check_committed(event));
            broker.link = None;
        }
        self.summary.process_ends += 1;
        self.start_at = self.now + self.dice.time(Duration::from_secs(2));
        self.stop_by = None;
    }

    fn faults_strike(&mut self) {
        let faults = self.faults;
        for no in 0..self.brokers.len() {
            let restarts = self.dice.in_a_million(faults.broker_restarts);
            if restarts || self.dice.in_a_million(faults.cut) {
                let (mut turn, brokers, store, _) = self.turn();
                turn.tell(|| format!("connection {no} breaks"));
                brokers[no].cut(&mut turn, |event| store.check_committed(event));
            }
            if restarts {
                self.up_at[no] = self.now + self.dice.time(Duration::from_secs(3));
                if self.dice.in_a_million(faults.session_lost) {
                    self.lose_session(no);
                }
            }
            if self.dice.in_a_million(faults.stall) {
                self.awake_at[no] = self.now + self.dice.time(Duration::from_secs(15));
            }
        }
        if self.process.is_some() && self.dice.in_a_million(faults.crash) {
            self.end_process();
        }
        if self.dice.in_a_million(faults.stop)
            && let Some(process) = self.process.as_mut().filter(|_| self.stop_by.is_none())
        {
            process.stop();
            self.stop_by = Some(self.now + STOP_WITHIN);
            self.turn().0.tell(|| "the process is told to stop".to_owned());
        }
    }

    fn lose_session(&mut self, no: usize) {
        for event in self.brokers[no].lose_session() {
            if std::mem::replace(&mut self.published[event].is_owed, false) {
                self.summary.lost_by_brokers += 1;
            }
        }
        self.turn().0.tell(|| format!("broker {no} loses the session"));
    }

    /// Without faults and without new messages everything is stored, acknowledged and given back.
    fn come_to_rest(&mut self) {
        self.faults = Faults::none();
        self.is_publishing = false;
        self.turn().0.tell(|| "all faults end".to_owned());
        let rest_by = self.now + REST_WITHIN;
        let is_at_rest = |city: &Self| {
            city.store.work.is_empty()
                && city.brokers.iter().all(|broker| broker.keeps() && broker.n_kept() == 0)
                && city.process.as_ref().is_some_and(Process::is_at_rest)
        };
        while !is_at_rest(self) {
            assert!(self.now < rest_by, "not at rest within {REST_WITHIN:?}");
            self.step();
        }
        self.summary.rest_after = self.now.saturating_sub(rest_by.saturating_sub(REST_WITHIN));
        if let Some(process) = &self.process {
            process.check_counts();
        }
        let store = &self.store;
        for (event, published) in self.published.iter().enumerate() {
            assert!(!published.is_owed || store.is_committed(event), "message {event} is lost");
        }
        self.summary.committed = store.n_committed();
    }
}

impl Drop for City {
    fn drop(&mut self) {
        if thread::panicking() {
            let (seed, step) = (self.seed, self.summary.steps);
            eprintln!(
                "failed with seed {seed} at step {step}; to see it again: \
                 STADTFUNK_SIM_SEED={seed} cargo test -p ingest simulation -- --nocapture"
            );
        }
    }
}
