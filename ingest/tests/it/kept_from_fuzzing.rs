//! What fuzzing found worth keeping holds without a fuzzer, too (docs/testing.md).

#[path = "../../../fuzz/checks/envelope.rs"]
mod envelope;
#[path = "../../../fuzz/checks/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn messages_kept_from_fuzzing_are_read_as_promised() {
    replay("envelope", envelope::check);
}
