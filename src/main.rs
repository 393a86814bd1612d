//! The program: command line, settings, wiring.
//!
//! Exit codes: 0 done, 1 could not be done, 2 wrong command line or wrong settings.

mod cli;
mod command;
mod config;
mod demo;
mod devices;
mod disk;
mod doubt_metrics;
mod export_job;
mod ingest_lock;
mod machine_metrics;
mod plausible_clock;
mod retention_job;
mod scaled_clock;
mod serve;
mod shutdown;
mod telemetry;
mod web;

use std::process::ExitCode;

use clap::{Parser, error::ErrorKind};

use cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    if matches!(cli.command, Command::CodecWorker) {
        return decoders::codecs::worker::main();
    }
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint(&format!("stadtfunk: {error:#}"));
            if error.is::<config::ConfigError>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let file = cli.config.as_deref();
    match cli.command {
        Command::Demo(args) => block_on(demo::run(args, file)),
        Command::Serve(args) => block_on(serve::run(config::load_to_serve(file, Some(&args))?)),
        Command::Decode(args) => command::decode::run(file, &args),
        Command::Profiles { json, action } => command::profiles::run(file, json, action.as_ref()),
        Command::Properties { json } => command::properties::run(json),
        Command::Codec(command) => command::codec::test(&command),
        Command::Devices(action) => block_on(command::devices::run(config::load(file, None)?, action)),
        Command::Simulate(args) => block_on(command::simulate::run(*args)),
        Command::Replay(args) => block_on(command::replay::run(args)),
        Command::Quarantine(action) => block_on(command::quarantine::run(config::load(file, None)?, action)),
        Command::Config(action) => command::config::run(file, &action),
        Command::Doctor => block_on(command::doctor::run(config::load(file, None)?)),
        Command::Migrate => block_on(command::migrate::run(config::load(file, None)?)),
        Command::Backup { file: copy } => command::backup::back_up(&config::load(file, None)?, &copy),
        Command::Restore { file: copy, replace } => {
            block_on(command::backup::restore(config::load(file, None)?, &copy, replace))
        }
        Command::Retention { dry_run } => {
            block_on(command::retention::run(config::load(file, None)?, dry_run))
        }
        Command::Quality { apply } => block_on(command::quality::run(config::load(file, None)?, apply)),
        Command::Redecode(args) => block_on(command::redecode::run(config::load(file, None)?, args)),
        Command::CodecWorker => unreachable!("answered before"),
        Command::Export { folder } => block_on(command::export::run(config::load(file, None)?, &folder)),
        Command::Rebuild { check } => block_on(command::rebuild::run(config::load(file, None)?, check)),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    // What still runs now has missed the shutdown's deadline; it must not keep the process alive.
    runtime.shutdown_background();
    result
}

/// Help and version go to standard output; a wrong command line is answered with one sentence.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(2);
    }
    let text = error.to_string();
    let said: Vec<&str> = text
        .split("\n\nUsage:")
        .next()
        .unwrap_or_default()
        .split("\n\nFor more information")
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    eprint(&format!("stadtfunk: {}; `--help` says more", said.join(" ").trim_start_matches("error: ")));
    ExitCode::from(2)
}

#[expect(clippy::print_stderr, reason = "the one place that talks to people on standard error")]
fn eprint(line: &str) {
    eprintln!("{line}");
}
