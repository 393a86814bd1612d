//! The real programs that tests talk to, as Debian packages.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::command::run;

/// A program of the tests and the Debian package it comes from.
const SERVICES: [(&str, &str); 3] = [
    ("/usr/sbin/mosquitto", "mosquitto"),
    ("/usr/bin/chromium", "chromium"),
    ("/usr/bin/openssl", "openssl"),
];

/// Installs what is not there yet; does nothing where all is there.
pub(crate) fn install() -> Result<()> {
    let missing: Vec<&str> = SERVICES
        .iter()
        .filter(|(program, _)| !Path::new(program).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("the tests need {}: install them with your package manager", missing.join(", "));
    }
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], missing.as_slice()].concat())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = if is_root()? { Command::new("apt-get") } else { Command::new("sudo") };
    if command.get_program() == "sudo" {
        command.arg("apt-get");
    }
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    run(&format!("apt-get {}", arguments.join(" ")), &mut command)
        .context("the tests need these packages; install them by hand if you are no administrator here")
}

fn is_root() -> Result<bool> {
    let id = Command::new("id").arg("--user").output().context("cannot run `id`")?;
    Ok(id.stdout.trim_ascii() == b"0")
}
