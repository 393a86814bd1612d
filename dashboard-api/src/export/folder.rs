//! The folder of an export: files replaced whole, and a list of them, so that nothing else is ever touched.

use std::{
    collections::BTreeSet,
    io,
    path::{Component, Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{fs, io::AsyncWriteExt};

use super::ExportError;

/// The list of an export's files.
const LIST: &str = "stadtfunk-export.json";

/// A folder that is being written.
pub(super) struct Folder {
    path: PathBuf,
    /// What the export before wrote.
    earlier: BTreeSet<String>,
    written: BTreeSet<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct List {
    made_at: Timestamp,
    files: BTreeSet<String>,
}

impl Folder {
    /// Makes the folder, or takes one that is empty or holds an earlier export.
    pub(super) async fn open(path: &Path) -> Result<Self, ExportError> {
        let write = |source| ExportError::Write { path: path.to_owned(), source };
        fs::create_dir_all(path).await.map_err(write)?;
        let earlier = match fs::read(path.join(LIST)).await {
            Ok(list) => {
                let list = serde_json::from_slice::<List>(&list).map_err(|error| ExportError::List {
                    path: path.join(LIST),
                    reason: error.to_string(),
                })?;
                list.files.into_iter().filter(|name| is_inside(name)).collect()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut entries = fs::read_dir(path).await.map_err(write)?;
                while let Some(entry) = entries.next_entry().await.map_err(write)? {
                    let found = entry.file_name().to_string_lossy().into_owned();
                    // A fresh stick has folders of its own.
                    if !found.starts_with('.')
                        && found != "lost+found"
                        && found != "System Volume Information"
                    {
                        return Err(ExportError::NotOurs { folder: path.to_owned(), found });
                    }
                }
                BTreeSet::new()
            }
            Err(error) => return Err(write(error)),
        };
        let mut folder = Self { path: path.to_owned(), earlier, written: BTreeSet::new() };
        // An export that is cut off must be known as one.
        folder.write_list(Timestamp::UNIX_EPOCH).await?;
        Ok(folder)
    }

    /// Writes a file, unless it is there already with this content.
    pub(super) async fn put(&mut self, name: &str, content: &[u8]) -> Result<(), ExportError> {
        self.written.insert(name.to_owned());
        let path = self.path.join(name);
        if fs::read(&path).await.is_ok_and(|there| there == content) {
            return Ok(());
        }
        replace(&path, content).await.map_err(|source| ExportError::Write { path, source })
    }

    /// Removes what the export before wrote and this one did not; says how many files that were.
    pub(super) async fn finish(mut self, made_at: Timestamp) -> Result<usize, ExportError> {
        let gone: Vec<_> = self.earlier.difference(&self.written).cloned().collect();
        for name in &gone {
            let path = self.path.join(name);
            match fs::remove_file(&path).await {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ExportError::Write { path, source });
                }
                _ => {}
            }
        }
        self.earlier.clear();
        self.write_list(made_at).await?;
        Ok(gone.len())
    }

    async fn write_list(&mut self, made_at: Timestamp) -> Result<(), ExportError> {
        let files = self.earlier.union(&self.written).cloned().collect();
        let path = self.path.join(LIST);
        let list = serde_json::to_vec_pretty(&List { made_at, files }).map_err(io::Error::from);
        let result = match list {
            Ok(list) => replace(&path, &list).await,
            Err(error) => Err(error),
        };
        result.map_err(|source| ExportError::Write { path, source })
    }
}

/// Whether a name of a list, which anybody can write on a stick, is that of a file in the folder.
fn is_inside(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

/// Puts a whole file in the place of another: a stick that is pulled out has the one or the other.
async fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await?;
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let mut file = fs::File::create(&unfinished).await?;
    file.write_all(content).await?;
    file.sync_all().await?;
    fs::rename(&unfinished, path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_that_names_other_peoples_files_removes_none_of_them() {
        let around = tempfile::tempdir().unwrap();
        let (folder, letter) = (around.path().join("stick"), around.path().join("letter.txt"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&letter, "not ours").unwrap();
        let files = ["../letter.txt".to_owned(), letter.display().to_string(), "old.html".to_owned()].into();
        let list = serde_json::to_vec(&List { made_at: Timestamp::UNIX_EPOCH, files }).unwrap();
        std::fs::write(folder.join(LIST), list).unwrap();
        std::fs::write(folder.join("old.html"), "ours").unwrap();
        let n_removed = Folder::open(&folder).await.unwrap().finish(Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((n_removed, letter.exists(), folder.join("old.html").exists()), (1, true, false));
    }
}
