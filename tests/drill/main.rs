//! Fault drills in full size: `cargo xtask drill [NAME...] [--store sqlite|timescale] [--scale X] [--seed N]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a drill prints its result")]
#![expect(clippy::unwrap_used, reason = "a drill that cannot be made should stop at once")]

mod faults;
mod options;
mod table;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use faults::{DRILLS, Setup};
use options::Options;
use table::Line;

/// Rows of the matrix that are not drilled, and why.
const NOT_DRILLED: &[(&str, &str)] = &[
    ("F12", "there is no spool: what is not committed stays with the broker"),
    ("F13", "there is no spool: what is not committed stays with the broker"),
    ("F18", "codecs of users have tests of their own"),
];

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    println!("seed {}, scale {}", options.seed, options.scale);
    let mut lines = Vec::new();
    for drill in DRILLS.iter().filter(|drill| options.wants(drill)) {
        for &store in drill.stores.iter().filter(|store| options.store.is_none_or(|wanted| wanted == **store))
        {
            println!("{}", drill.title(store));
            let setup = Setup { store, scale: options.scale, seed: options.seed };
            // A drill that fails is a line of the table; the others go on.
            let report = catch_unwind(AssertUnwindSafe(|| (drill.run)(setup)));
            let line = Line::new(drill, store, report);
            println!("{line}");
            lines.push(line);
        }
    }
    println!("\n{}", Line::header());
    lines.iter().for_each(|line| println!("{line}"));
    if options.names.is_empty() {
        NOT_DRILLED.iter().for_each(|(row, why)| println!("{row:<4} not drilled: {why}"));
    }
    if lines.iter().all(Line::is_right) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
