//! What fuzzing found worth keeping holds without a fuzzer, too (docs/testing.md).

#[path = "../../../fuzz/checks/codec_answer.rs"]
mod codec_answer;
#[path = "../../../fuzz/checks/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn answers_kept_from_fuzzing_are_read_as_promised() {
    replay("codec_answer", codec_answer::check);
}
