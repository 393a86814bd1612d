//! Room for what comes.

use std::path::Path;

use super::finding::Finding;
use crate::disk::{Space, folder_of};

const MIB: u64 = 1024 * 1024;
/// The write-ahead log alone may need so much until it is written back.
const FAIL_BELOW_MIB: u64 = 200;
/// A few weeks of a city with a hundred stations.
const WARN_BELOW_MIB: u64 = 2 * 1024;

/// How much room is left where the store is.
pub(super) fn look(store: &Path) -> Finding {
    let folder = folder_of(store);
    match Space::at(&folder) {
        Ok(space) => judge(&folder, space.free_bytes / MIB),
        Err(error) => Finding::warn(
            "disk",
            format!("its free space is unknown at `{}`: {error}", folder.display()),
            "look yourself",
        ),
    }
}

fn judge(folder: &Path, free_mib: u64) -> Finding {
    let text = format!("{free_mib} MiB free at `{}`", folder.display());
    let remedy = "make room, or move the store (`store.path`)";
    match free_mib {
        0..FAIL_BELOW_MIB => Finding::fail("disk", text, remedy),
        FAIL_BELOW_MIB..WARN_BELOW_MIB => Finding::warn("disk", text, remedy),
        WARN_BELOW_MIB.. => Finding::ok("disk", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(free_mib: u64) -> String {
        judge(Path::new("/data"), free_mib).to_string()
    }

    #[test]
    fn little_room_is_a_warning_and_none_a_failure() {
        assert_eq!(mark(5000), "ok   disk: 5000 MiB free at `/data`");
        assert!(mark(2047).starts_with("warn disk: 2047 MiB free at `/data`: make room"));
        assert!(mark(199).starts_with("fail disk"));
    }

    #[test]
    fn the_room_of_a_folder_that_is_not_there_yet_is_that_of_the_one_above() {
        let folder = tempfile::tempdir().unwrap();
        let finding = look(&folder.path().join("new").join("city.sqlite")).to_string();
        assert!(finding.contains(&format!("free at `{}`", folder.path().display())), "{finding}");
    }
}
