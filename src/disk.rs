//! The disk a file lies on.

use std::path::{Path, PathBuf};

/// A disk and what is left of it for this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    pub free_bytes: u64,
    pub total_bytes: u64,
}

impl Space {
    /// Of the disk that holds a folder.
    #[cfg(unix)]
    pub(crate) fn at(folder: &Path) -> std::io::Result<Self> {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(Self {
            free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
            total_bytes: disk.f_blocks.saturating_mul(disk.f_frsize),
        })
    }

    /// Of the disk that holds a folder.
    #[cfg(not(unix))]
    pub(crate) fn at(_: &Path) -> std::io::Result<Self> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

/// The folder a file lies in, or will: the nearest that is there.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    absolute.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("/")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_to_be_made_lies_in_the_nearest_folder_there_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(folder_of(&folder.path().join("a/b/city.sqlite")), folder.path());
    }

    #[test]
    fn no_more_is_free_than_there_is() {
        let space = Space::at(Path::new("/")).unwrap();
        assert!(0 < space.free_bytes && space.free_bytes < space.total_bytes, "{space:?}");
    }
}
