//! axe-core, which finds what people with disabilities would stumble over: one file, fetched once into a cache folder.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};
use testbed::{AXE_VERSION, axe_script};

use crate::{command::run, services::apt_get};

/// Fetches it; does nothing where it is there.
pub(crate) fn install() -> Result<()> {
    let script = axe_script();
    if script.exists() {
        return Ok(());
    }
    if Command::new("npm").arg("--version").output().is_err() {
        apt_get(&["install", "--yes", "--no-install-recommends", "npm"])?;
    }
    let folder = script.parent().context("the script lies in a folder")?;
    let cache = folder.parent().context("the folder lies in a cache")?;
    fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let unfinished = cache.join(format!("axe-core.{}", std::process::id()));
    fs::create_dir(&unfinished)?;
    let fetched = fetch(&unfinished).and_then(|()| {
        fs::rename(&unfinished, folder).with_context(|| format!("cannot make {}", folder.display()))
    });
    if fetched.is_err() {
        fs::remove_dir_all(&unfinished)?;
    }
    fetched
}

/// The package of exactly this version; `npm` compares it with the checksum of its registry.
fn fetch(folder: &std::path::Path) -> Result<()> {
    let package = format!("axe-core@{AXE_VERSION}");
    run(
        &format!("npm pack {package}"),
        Command::new("npm").args(["pack", "--silent", &package]).current_dir(folder),
    )?;
    let archive = folder.join(format!("axe-core-{AXE_VERSION}.tgz"));
    let members = ["package/axe.min.js", "package/LICENSE"];
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--strip-components=1", "--file"]).arg(&archive).args(members);
    run("tar --extract axe.min.js", tar.current_dir(folder))?;
    ensure!(folder.join("axe.min.js").exists(), "{package} has no axe.min.js");
    fs::remove_file(archive)?;
    Ok(())
}
