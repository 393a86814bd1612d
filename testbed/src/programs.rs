//! Where the programs of the Debian release with TimescaleDB are, whatever release this machine runs.

use std::path::{Path, PathBuf};

/// The folder that `cargo xtask services` fills: a tree of Debian packages that the machine itself knows nothing of. An
/// administrator's servers run as another user, who cannot look into a home.
pub fn programs_folder() -> PathBuf {
    cache_folder().join("trixie")
}

/// The version of axe-core that the tests of pages use.
pub const AXE_VERSION: &str = "4.14.1";

/// The script of axe-core that `cargo xtask services` fetches (MPL-2.0; it is not part of the product).
pub fn axe_script() -> PathBuf {
    cache_folder().join(format!("axe-core-{AXE_VERSION}/axe.min.js"))
}

#[expect(clippy::disallowed_methods, reason = "where caches lie is said by the environment")]
fn cache_folder() -> PathBuf {
    let cache = if rustix::process::geteuid().is_root() {
        PathBuf::from("/var/cache")
    } else if let Ok(cache) = std::env::var("XDG_CACHE_HOME") {
        PathBuf::from(cache)
    } else {
        Path::new(&std::env::var("HOME").unwrap_or_default()).join(".cache")
    };
    cache.join("stadtfunk")
}

/// A program of that tree, as `psql`, `pg_dump` or `promtool`.
pub fn program(name: &str) -> PathBuf {
    let folder = programs_folder();
    ["usr/lib/postgresql/17/bin", "usr/bin"]
        .map(|part| folder.join(part).join(name))
        .into_iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| {
            panic!(
                "`{name}` is needed, expected below {}: `cargo xtask services` puts it there",
                folder.display()
            )
        })
}
