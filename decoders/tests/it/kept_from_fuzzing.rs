//! What fuzzing found worth keeping holds without a fuzzer, too (docs/testing.md).

use std::{fs, panic::catch_unwind, path::Path};

#[path = "../../../fuzz/checks/framing.rs"]
mod framing;
#[path = "../../../fuzz/checks/object.rs"]
mod object;
#[path = "../../../fuzz/checks/profile.rs"]
mod profile;

/// Puts every kept input of a fuzz target through the checks of that target.
fn replay(target: &str, check: fn(&[u8])) {
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

#[test]
fn payloads_kept_from_fuzzing_are_read_as_promised() {
    replay("framing", framing::check);
}

#[test]
fn objects_kept_from_fuzzing_are_read_as_promised() {
    replay("object", object::check);
}

#[test]
fn profile_files_kept_from_fuzzing_are_read_as_promised() {
    replay("profile", profile::check);
}
