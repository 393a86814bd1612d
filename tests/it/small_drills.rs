//! Small forms of the fault drills; the large ones are `cargo xtask drill`.

use crate::faults::{
    DRILLS, Report, Seed, Setup, StoreKind,
    oracle::Verdict,
    store::Kept,
    sums::{Sum, Sums, n_unequal},
};

/// Runs a drill at a small scale: everything published has one outcome, and no other.
fn drill(name: &str, store: StoreKind, scale: f64) {
    let seed = Seed::any();
    println!("seed {seed}");
    let drill = DRILLS.iter().find(|drill| drill.name == name).unwrap();
    let report = (drill.run)(Setup { store, scale, seed });
    println!("{}\n{}\n{report}", drill.title(store), Report::HEADER);
    assert!(drill.stores.contains(&store) && report.verdict.is_right());
    assert!(report.verdict.duplicates > 0 && report.verdict.quarantined > 0, "all kinds of outcomes");
}

#[test]
fn kills_of_the_program_lose_nothing_and_count_nothing_twice() {
    drill("kill", StoreKind::Sqlite, 0.05);
}

#[test]
fn clean_restarts_of_the_broker_lose_nothing() {
    drill("broker_restart", StoreKind::Sqlite, 0.04);
}

#[test]
fn a_lost_session_gets_no_acknowledgement_of_the_old_one() {
    drill("session_lost", StoreKind::Sqlite, 0.05);
}

#[test]
fn clients_that_leave_in_the_middle_change_nothing() {
    drill("cancelled", StoreKind::Sqlite, 0.05);
}

#[test]
fn messages_of_every_size_have_their_outcome_over_one_connection() {
    drill("large", StoreKind::Sqlite, 0.1);
}

#[test]
fn the_oracle_sees_what_is_missing_what_is_double_and_what_is_wrong() {
    let (a, b, c, d) = ([1; 16], [2; 16], [3; 16], [4; 16]);
    let published = [(a, Some((1, 1))), (b, Some((1, 1))), (c, Some((1, 2))), (d, None)].into();
    let right = || Kept {
        ledger: vec![a, b, c, d],
        measured: vec![(a, (1, 1)), (c, (1, 2))],
        duplicates: vec![b],
        quarantined: vec![d],
        ..Kept::default()
    };
    let judge = |change: &dyn Fn(&mut Kept)| {
        let mut kept = right();
        change(&mut kept);
        let verdict = Verdict::of(&published, &kept);
        (verdict.lost, verdict.double, verdict.wrong)
    };
    assert_eq!(judge(&|_| ()), (0, 0, 0));
    assert_eq!(judge(&|kept| kept.quarantined.clear()), (1, 0, 0), "an outcome is missing");
    assert_eq!(judge(&|kept| kept.ledger.truncate(3)), (1, 0, 0), "a line of the ledger is missing");
    // The message and its frame.
    assert_eq!(judge(&|kept| kept.measured.truncate(1)), (2, 0, 0), "a measurement is missing");
    assert_eq!(judge(&|kept| kept.duplicates.push(c)), (0, 1, 0), "two outcomes");
    let measured_twice = |kept: &mut Kept| {
        kept.duplicates.clear();
        kept.measured.push((b, (1, 1)));
    };
    assert_eq!(judge(&measured_twice), (0, 1, 0), "a frame was measured twice");
    assert_eq!(judge(&|kept| kept.ledger.push(a)), (0, 1, 0), "twice in the ledger");
    assert_eq!(judge(&|kept| kept.n_torn = 1), (0, 1, 0), "readings are missing or too many");
    assert_eq!(judge(&|kept| kept.quarantined.push([5; 16])), (0, 0, 1), "nobody published this");
    let misplaced = |kept: &mut Kept| {
        kept.quarantined = kept.duplicates.drain(..).collect();
        kept.duplicates.push(d);
    };
    assert_eq!(judge(&misplaced), (0, 0, 2), "each in the place of the other");
}

#[test]
fn a_value_too_many_or_of_another_device_is_an_unequal_sum() {
    let sums = |n, sum, device| {
        Sums::from([((device, "air_temperature".to_owned(), String::new()), Sum { n, sum })])
    };
    assert_eq!(n_unequal(&sums(3, 60.3, 1), &sums(3, 20.1 + 20.1 + 20.1, 1)), 0);
    assert_eq!(n_unequal(&sums(3, 60.3, 1), &sums(4, 60.3, 1)), 1);
    assert_eq!(n_unequal(&sums(3, 60.3, 1), &sums(3, 60.4, 1)), 1);
    assert_eq!(n_unequal(&sums(3, 60.3, 1), &sums(3, 60.3, 2)), 1);
}

#[test]
fn kills_of_the_program_lose_nothing_in_postgresql_either() {
    drill("kill", StoreKind::Timescale, 0.02);
}

#[test]
fn restarts_and_kills_of_the_database_lose_nothing_and_leave_healthy_connections() {
    drill("database_restart", StoreKind::Timescale, 0.06);
}
