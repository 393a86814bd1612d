//! Fault drills in full size: `cargo xtask drill [NAME]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a drill prints its result")]
#![expect(clippy::unwrap_used, reason = "a drill that cannot be made should stop at once")]
#![expect(dead_code, reason = "shared with the tests of the whole city, which use all of it")]

#[path = "../it/harness.rs"]
mod harness;
#[path = "../it/kill.rs"]
mod kill;

/// Each drill and what it does.
const DRILLS: [(&str, fn()); 1] =
    [("kill", || kill::published_is_stored_duplicate_or_quarantined(100_000, 20))];

fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = names.iter().find(|name| !DRILLS.iter().any(|(known, _)| known == name)) {
        eprintln!("`{unknown}` is no drill: expected one of {:?}", DRILLS.map(|(name, _)| name));
        std::process::exit(2);
    }
    for (name, drill) in DRILLS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|n| n == name))
    {
        println!("drill {name}");
        drill();
    }
}
