#![no_main]

#[path = "../checks/object.rs"]
mod object;

libfuzzer_sys::fuzz_target!(|data: &[u8]| object::check(data));
