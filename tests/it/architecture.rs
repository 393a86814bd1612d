//! What ARCHITECTURE.md promises about the code.

use std::{fs, path::Path};

/// Each crate and the crates of this workspace it may use.
const ARROWS: [(&str, &[&str]); 10] = [
    ("codecs", &[]),
    ("domain", &[]),
    ("decoders", &["codecs", "domain"]),
    ("store", &["domain"]),
    ("ingest", &["domain", "decoders", "store"]),
    ("dashboard-api", &["domain", "planning", "store"]),
    ("firmware-sim", &["domain"]),
    ("planning", &["domain"]),
    ("testbed", &[]),
    ("xtask", &["testbed"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(name: &str) -> toml::Table {
    fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap().parse().unwrap()
}

#[test]
fn no_crate_depends_against_the_arrows() {
    for (name, allowed) in ARROWS {
        let manifest = manifest(name);
        let uses_in = |section: &str, other: &str| {
            manifest
                .get(section)
                .and_then(toml::Value::as_table)
                .is_some_and(|table| table.contains_key(other))
        };
        for (other, _) in ARROWS {
            let tests_with = other != "testbed" && uses_in("dev-dependencies", other);
            assert!(
                !(uses_in("dependencies", other) || tests_with) || allowed.contains(&other),
                "{name} must not use {other}"
            );
        }
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for (name, _) in ARROWS {
        assert_eq!(manifest(name)["lints"]["workspace"].as_bool(), Some(true), "{name}");
    }
}

#[test]
fn every_member_is_on_the_map() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let workspace: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    for member in workspace["workspace"]["members"].as_array().unwrap() {
        let member = member.as_str().unwrap();
        assert!(map.contains(&format!("`{member}`")), "{member} is not in ARCHITECTURE.md");
        assert!(ARROWS.iter().any(|(name, _)| *name == member), "{member} has no arrows");
    }
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "docs/adding-a-device.md",
        "docs/adr/README.md",
        "docs/api.md",
        "docs/devices.md",
        "docs/drills.md",
        "docs/operating.md",
        "docs/grafana.md",
        "docs/performance.md",
        "docs/profiles.md",
        "docs/runbook.md",
        "codecs/README.md",
        "decoders/README.md",
        "planning/README.md",
    ] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let folder = root().join(page).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let is_local = !target.starts_with("http") && !target.starts_with('#');
            assert!(!is_local || folder.join(target).exists(), "{page}: `{target}` is not there");
        }
    }
}
