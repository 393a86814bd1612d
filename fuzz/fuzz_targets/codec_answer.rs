#![no_main]

#[path = "../checks/codec_answer.rs"]
mod codec_answer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| codec_answer::check(data));
