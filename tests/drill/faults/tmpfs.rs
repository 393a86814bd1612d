//! A small disk.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// A file system in memory with a limit; gone with this value.
#[derive(Debug)]
pub(crate) struct Tmpfs {
    folder: PathBuf,
}

impl Tmpfs {
    /// Mounts one at a new folder. Only root can.
    pub(crate) fn mount(folder: PathBuf, n_mib: usize) -> Self {
        fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={n_mib}m,mode=0755"), "tmpfs"])
            .arg(&folder)
            .status()
            .unwrap();
        assert!(mounted.success(), "a small disk is needed, and only root can mount a tmpfs");
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Takes all the space there is.
    pub(crate) fn fill(&self) {
        let mut ballast = File::create(self.folder.join("ballast")).unwrap();
        for n_bytes in [1024 * 1024, 4096, 1] {
            while ballast.write_all(&vec![0; n_bytes]).is_ok() {}
        }
    }

    /// Gives it back.
    pub(crate) fn relieve(&self) {
        fs::remove_file(self.folder.join("ballast")).unwrap();
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}
