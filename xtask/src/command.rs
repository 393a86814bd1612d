//! Running other programs, with a line before and the time after.

use std::{process::Command, time::Instant};

use anyhow::{Context, Result, ensure};

/// Runs `cargo` with arguments and extra environment; fails if it fails.
pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).envs(environment.iter().copied());
    run(&format!("cargo {}", arguments.join(" ")), &mut command)
}

/// Runs a program; `title` is what people see.
#[expect(clippy::disallowed_methods, reason = "how long a step took is for people only")]
pub(crate) fn run(title: &str, command: &mut Command) -> Result<()> {
    println!("==> {title}");
    let began = Instant::now();
    let status = command.status().with_context(|| format!("cannot start `{title}`"))?;
    ensure!(status.success(), "`{title}` failed with {status}");
    println!("    {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// Runs a program as root, through `sudo` where we are not.
pub(crate) fn run_as_administrator(title: &str, command: &Command) -> Result<()> {
    let id = Command::new("id").arg("--user").output().context("cannot run `id`")?;
    let mut administrator = Command::new(if id.stdout.trim_ascii() == b"0" { "env" } else { "sudo" });
    administrator.arg(command.get_program()).args(command.get_args());
    run(title, &mut administrator)
}
