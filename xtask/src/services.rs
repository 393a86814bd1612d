//! The real programs that tests talk to: Debian packages, and a tree of a newer release for what this one lacks.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};
use testbed::{Postgres, SERVER};

use crate::{axe, command::run_as_administrator, trixie};

/// A file of each Debian package that the tests need.
const PACKAGES: [(&str, &str); 8] = [
    ("/usr/sbin/mosquitto", "mosquitto"),
    ("/usr/bin/chromium", "chromium"),
    ("/usr/bin/openssl", "openssl"),
    ("/usr/bin/faketime", "faketime"),
    ("/usr/sbin/debootstrap", "debootstrap"),
    ("/usr/bin/setpriv", "util-linux"),
    // A second computation of the planning figures.
    ("/usr/bin/python3", "python3"),
    // PostgreSQL reads the time zones of the machine.
    ("/usr/share/zoneinfo/Europe/Berlin", "tzdata"),
];

/// Installs what is not there yet; does nothing where all is there.
pub(crate) fn install() -> Result<()> {
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(file, _)| !Path::new(file).exists()).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        if !Path::new("/usr/bin/apt-get").exists() {
            bail!("the tests need {}: install them with your package manager", missing.join(", "));
        }
        apt_get(&["update"])?;
        apt_get(&[&["install", "--yes", "--no-install-recommends"], missing.as_slice()].concat())?;
    }
    trixie::install()?;
    axe::install()
}

/// Starts the database server of a test run, hands its URL to the work, and stops it whatever the work says. A server
/// that the environment already names is taken as it is.
pub(crate) fn with_postgres(work: impl FnOnce(&[(&str, &str)]) -> Result<()>) -> Result<()> {
    if std::env::var_os(SERVER).is_some() {
        return work(&[]);
    }
    let server = Postgres::start()?;
    work(&[(SERVER, &server.url())])
}

/// Keeps a database server running for tests that are started by hand.
pub(crate) fn keep_running() -> Result<()> {
    let mut server = Postgres::start()?;
    println!("export {SERVER}={}", server.url());
    eprintln!("PostgreSQL runs until Ctrl-C; its log is {}", server.folder().join("log").display());
    let status = server.wait()?;
    ensure!(status.success(), "PostgreSQL ended with {status}");
    Ok(())
}

pub(crate) fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("env");
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    run_as_administrator(&format!("apt-get {}", arguments.join(" ")), &command)
        .context("the tests need these packages; install them by hand if you are no administrator here")
}
