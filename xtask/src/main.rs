//! The project's own commands: `cargo xtask test`, `cargo xtask bench`, `cargo xtask services`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people talks to them")]

mod axe;
mod bench;
mod command;
mod services;
mod test;
mod trixie;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>
  test [FILTER]   format, lints, documentation, all tests; installs the services they need
  drill [NAME...] fault drills with real broker and database, a table as result (release build); without a name all.
                  --store sqlite|timescale   only this store
                  --scale X                  size; 1 is an hour or two, 0.05 minutes
                  --seed N                   the same load and faults again
  bench [NAME]    measurements: way, decode, call, commit, insert, program (release build)
  services        installs the services the tests need (Debian packages)
  services --run  the same, then keeps PostgreSQL running for tests started by hand and prints its export line";

/// Runs fault drills; without a name all of them.
fn drill(names: &[&str]) -> anyhow::Result<()> {
    services::install()?;
    command::cargo(&[&["test", "--release", "--test", "drill", "--"], names].concat(), &[])
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["test"] => test::run(None),
        ["test", filter] => test::run(Some(filter)),
        ["bench"] => bench::run(None),
        ["bench", name] => bench::run(Some(name)),
        ["drill", name @ ..] => drill(name),
        ["services"] => services::install(),
        ["services", "--run"] => services::install().and_then(|()| services::keep_running()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
