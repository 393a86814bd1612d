//! The kept inputs of the fuzz targets as ordinary tests; each crate that is fuzzed takes this in (docs/testing.md).

use std::{fs, panic::catch_unwind, path::Path};

/// Puts every kept input of a fuzz target through the checks of that target.
pub(crate) fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut n_inputs = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let input = fs::read(&path).unwrap();
        assert!(catch_unwind(|| check(&input)).is_ok(), "{} fails: see above", path.display());
        n_inputs += 1;
    }
    assert!(n_inputs > 10, "only {n_inputs} inputs");
}
