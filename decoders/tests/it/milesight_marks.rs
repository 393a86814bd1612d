//! A sensor that is broken says so in each of its blocks: live, alarm and history.

use std::{collections::BTreeMap, fs, path::Path};

use toml::{Table, Value};

/// Blocks that differ from the others of their property on purpose: profile, block, reason.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

#[test]
fn the_blocks_of_one_property_have_the_same_marks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../profiles/milesight");
    let mut n_compared = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let profile: Table = fs::read_to_string(&file).unwrap().parse().unwrap();
        let mut marks: BTreeMap<String, (String, String)> = BTreeMap::new();
        for block in profile.get("block").and_then(Value::as_array).into_iter().flatten() {
            let id = block["id"].as_str().unwrap();
            if EXCEPTIONS.iter().any(|(of, block, _)| (*of, *block) == (&*name, id)) {
                continue;
            }
            for field in block["fields"].as_array().unwrap() {
                let Some(property) = field.get("property") else { continue };
                let of = |key: &str| field.get(key).map(Value::to_string).unwrap_or_default();
                let kind = field.get("type").map_or_else(|| "\"u16\"".to_owned(), Value::to_string);
                let same = format!("{property} {} {kind} {}", of("channel"), of("bits"));
                let found = (id.to_owned(), of("missing"));
                let (first, expected) = marks.entry(same.clone()).or_insert_with(|| found.clone());
                assert_eq!(found.1, *expected, "{name}: {same}: block {id} and block {first}");
                n_compared += 1;
            }
        }
    }
    assert!(n_compared > 100, "{n_compared}");
}
