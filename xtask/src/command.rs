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
