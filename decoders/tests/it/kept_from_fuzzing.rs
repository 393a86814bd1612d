//! What fuzzing found worth keeping holds without a fuzzer, too (docs/testing.md).

#[path = "../../../fuzz/checks/framing.rs"]
mod framing;
#[path = "../../../fuzz/checks/object.rs"]
mod object;
#[path = "../../../fuzz/checks/profile.rs"]
mod profile;
#[path = "../../../fuzz/checks/replay.rs"]
mod replay;

use replay::replay;

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
