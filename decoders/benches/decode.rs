//! Nanoseconds to decode one frame, for each device family: `cargo xtask bench decode`.
//!
//! The frame of a family is the fixture with the most readings. The yardstick, measured in the same run, is copying such a
//! frame into a new vector.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should stop at once")]
#![expect(clippy::disallowed_methods, reason = "a measurement needs the machine's clock")]

use std::{fs, hint::black_box, path::Path, time::Instant};

use decoders::{Catalogue, Payload};
use domain::Params;
use toml::{Table, Value};

/// Frames decoded in one turn, and turns; the median turn counts.
const FRAMES: u32 = 20_000;
const TURNS: usize = 15;

fn main() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let vendors = fs::read_dir(fixtures).unwrap().map(|vendor| vendor.unwrap().path());
    let mut files: Vec<_> =
        vendors.flat_map(|vendor| fs::read_dir(vendor).unwrap()).map(|file| file.unwrap().path()).collect();
    files.sort();
    println!("{:<26} {:>6} {:>9} {:>9} {:>8}", "profile", "bytes", "readings", "ns/frame", "x copy");
    for file in files {
        let family: Table = fs::read_to_string(file).unwrap().parse().unwrap();
        measure(&family);
    }
}

fn measure(family: &Table) {
    let n_readings = |fixture: &&Value| fixture.get("readings").and_then(Value::as_array).map_or(0, Vec::len);
    let fixture = family["fixture"].as_array().unwrap().iter().max_by_key(n_readings).unwrap();
    let params: Params = fixture.get("params").map_or_else(Params::default, |params| {
        let pairs = params.as_table().unwrap().iter();
        pairs.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
    });
    let id = family["profile"].as_str().unwrap();
    let profile = Catalogue::built_in().profile(id, &params).unwrap();
    let payload = hex::decode(fixture["hex"].as_str().unwrap()).unwrap();
    let f_port = u8::try_from(fixture["f_port"].as_integer().unwrap()).unwrap();

    let decode = nanoseconds(|| {
        black_box(decoders::decode(&profile, &Payload::new(f_port, black_box(&payload)))).is_ok()
    });
    let copy = nanoseconds(|| !black_box(black_box(&payload).clone()).is_empty());
    println!(
        "{id:<26} {:>6} {:>9} {decode:>9.0} {:>8.1}",
        payload.len(),
        n_readings(&fixture),
        decode / copy
    );
}

fn nanoseconds(mut work: impl FnMut() -> bool) -> f64 {
    let mut turns: Vec<f64> = (0..TURNS)
        .map(|_| {
            let began = Instant::now();
            for _ in 0..FRAMES {
                assert!(work());
            }
            began.elapsed().as_secs_f64() * 1e9 / f64::from(FRAMES)
        })
        .collect();
    turns.sort_by(f64::total_cmp);
    turns[TURNS / 2]
}
