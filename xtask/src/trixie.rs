//! PostgreSQL 17 with TimescaleDB, and Prometheus, from Debian 13 (trixie): downloaded once with debootstrap and unpacked into a
//! cache folder, beside the machine's own packages. No maintainer script runs, so no service is started and no cluster made.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use testbed::programs_folder;

use crate::command::{run, run_as_administrator};

const PACKAGES: &str = "postgresql-17,postgresql-17-timescaledb,prometheus,promtool";

/// What is in the tree; a tree of other packages is built again.
const CONTENT: &str = "contains";

/// Builds the tree; does nothing where it is there.
pub(crate) fn install() -> Result<()> {
    let tree = programs_folder();
    if fs::read_to_string(tree.join(CONTENT)).is_ok_and(|content| content == PACKAGES) {
        return Ok(());
    }
    let cache = tree.parent().context("a tree lies in a cache folder")?;
    fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let unfinished = cache.join(format!("trixie.{}", std::process::id()));
    fs::create_dir(&unfinished)?;
    let built = unpack(&download(&unfinished.join("download"))?, &unfinished.join("tree"))
        .and_then(|()| make_runnable(&unfinished.join("tree"), &tree))
        .and_then(|()| move_to(&unfinished.join("tree"), &tree));
    run_as_administrator("rm the downloads", Command::new("rm").arg("-rf").arg(&unfinished))?;
    built
}

/// All packages of a minimal trixie with ours, from the mirror that this machine uses.
fn download(folder: &Path) -> Result<Vec<PathBuf>> {
    let mirror = Command::new("apt-get")
        .args(["indextargets", "--format", "$(REPO_URI)"])
        .args(["Created-By: Packages", "Origin: Debian", "Label: Debian"])
        .output()
        .context("cannot ask apt-get for the mirror")?;
    let mirror = String::from_utf8_lossy(&mirror.stdout).lines().next().map(str::to_owned);
    let mirror = mirror.context("no mirror of Debian in the sources of apt: run `apt-get update`")?;
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--download-only", "--variant=minbase", &format!("--include={PACKAGES}"), "trixie"]);
    run_as_administrator("debootstrap trixie", debootstrap.arg(folder).arg(&mirror))?;
    let archives = fs::read_dir(folder.join("var/cache/apt/archives"))?;
    let mut packages = Vec::new();
    for entry in archives {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            packages.push(path);
        }
    }
    ensure!(!packages.is_empty(), "debootstrap left no packages in {}", folder.display());
    Ok(packages)
}

fn unpack(packages: &[PathBuf], tree: &Path) -> Result<()> {
    println!("==> unpack {} packages", packages.len());
    fs::create_dir(tree)?;
    for package in packages {
        let status = Command::new("dpkg-deb").arg("-x").arg(package).arg(tree).status()?;
        ensure!(status.success(), "dpkg-deb cannot unpack {}", package.display());
    }
    Ok(())
}

/// Lets the programs start with the libraries of their own release: each becomes a script that names its loader.
fn make_runnable(unfinished: &Path, tree: &Path) -> Result<()> {
    let (folder, loader) = loader(unfinished)?;
    let libraries = tree.join("usr/lib").join(folder);
    let mut programs = vec![unfinished.join("usr/bin/prometheus"), unfinished.join("usr/bin/promtool")];
    for entry in fs::read_dir(unfinished.join("usr/lib/postgresql/17/bin"))? {
        programs.push(entry?.path());
    }
    for program in programs {
        let real = PathBuf::from(format!("{}.real", program.display()));
        fs::rename(&program, &real)
            .with_context(|| format!("{} is not in the packages", program.display()))?;
        let libraries = libraries.display();
        let script = format!(
            "#!/bin/sh\nexec '{libraries}/{loader}' --library-path '{libraries}' --argv0 \"$0\" \"$0.real\" \"$@\"\n"
        );
        fs::write(&program, script)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// The folder of this machine's architecture below `usr/lib`, and the dynamic loader in it.
fn loader(tree: &Path) -> Result<(String, String)> {
    for folder in fs::read_dir(tree.join("usr/lib"))? {
        let folder = folder?;
        if !folder.file_name().to_string_lossy().contains("-linux-gnu") {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            let name = file?.file_name().to_string_lossy().into_owned();
            if name.starts_with("ld-linux") {
                return Ok((folder.file_name().to_string_lossy().into_owned(), name));
            }
        }
    }
    anyhow::bail!("no dynamic loader below {}", tree.join("usr/lib").display())
}

fn move_to(unfinished: &Path, tree: &Path) -> Result<()> {
    fs::write(unfinished.join(CONTENT), PACKAGES)?;
    if tree.exists() {
        run("rm the tree of other packages", Command::new("rm").arg("-rf").arg(tree))?;
    }
    fs::rename(unfinished, tree).with_context(|| format!("cannot make {}", tree.display()))
}
