//! Style sheets: each page loads those it needs, and no others.

use std::collections::{BTreeMap, BTreeSet};

use domain::ObservedProperty as P;

use super::{browse, counting_site, page, settle};
use crate::harness::{City, at, get};

/// The style sheets a page loads, by name, with their addresses.
fn sheets(html: &str) -> BTreeMap<String, String> {
    let addresses = html.split('"').filter(|part| part.starts_with("/assets/") && part.contains(".css"));
    addresses
        .filter_map(|address| Some((address.rsplit('/').next()?.to_owned(), address.to_owned())))
        .collect()
}

/// The names of classes in a style sheet's selectors.
fn styled(css: &str) -> BTreeSet<String> {
    let starts = css.split('.').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))?;
        rest[..end].starts_with(|c: char| c.is_ascii_alphabetic()).then(|| rest[..end].to_owned())
    });
    starts.collect()
}

/// The classes a page uses.
fn used(html: &str) -> BTreeSet<String> {
    let values = html.split(" class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_class_of_a_page_is_styled_by_a_sheet_it_loads() {
    let city = City::new().await;
    let station = city.site("Schlossgarten", &[]).await;
    for minute in ["00", "15", "30", "45"] {
        let time = at(&format!("2026-07-01T06:{minute}:00Z"));
        let values = [
            (P::AirTemperature, "", Some(-1.5)),
            (P::WindSpeed, "", Some(2.0)),
            (P::WindDirection, "", Some(90.0)),
        ];
        city.measure(&station, time, &values).await;
    }
    counting_site(&city).await;
    settle(&city).await;
    let router = city.router();
    // All classes that any sheet of the pages knows; the display has sheets of its own.
    let mut known = BTreeMap::new();
    for entry in std::fs::read_dir("assets").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "css") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            known.insert(name, styled(&std::fs::read_to_string(&path).unwrap()));
        }
    }
    for path in [
        "/",
        "/things/pophankenweg",
        "/things/pophankenweg?range=week",
        "/things/schlossgarten",
        "/planning",
        "/planning/pophankenweg",
        "/planning/pophankenweg?from=never",
        "/planning/pophankenweg/compare",
        "/planning/pophankenweg/extrapolate",
        "/planning/pophankenweg/years",
        "/planning/schlossgarten/weather",
        "/open-data",
        "/about",
        "/accessibility",
        "/design",
        "/embed",
        "/embed/pophankenweg",
        "/feedback",
        "/plain",
        "/privacy",
        "/nowhere",
    ] {
        let html = browse(&router, path).await.body;
        let loaded = sheets(&html);
        assert!(loaded.len() >= 3, "{path}: {loaded:?}");
        for class in used(&html) {
            let in_sheets: Vec<_> = known.iter().filter(|(_, classes)| classes.contains(&class)).collect();
            let is_loaded = in_sheets.iter().any(|(name, _)| loaded.contains_key(*name));
            assert!(
                in_sheets.is_empty() || is_loaded,
                "{path}: `{class}` is in {:?}, loaded are {loaded:?}",
                in_sheets.iter().map(|(name, _)| name).collect::<Vec<_>>()
            );
        }
    }
}

#[tokio::test]
async fn each_page_loads_no_style_sheet_of_others_and_each_that_it_names_is_there() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    let mut loaded = BTreeMap::new();
    for path in ["/", "/things/pophankenweg", "/planning/pophankenweg", "/privacy", "/embed/pophankenweg"] {
        let found = sheets(&page(&router, path).await);
        for address in found.values() {
            assert_eq!(
                get(&router, address).await.header("content-type"),
                "text/css; charset=utf-8",
                "{address}"
            );
        }
        loaded.insert(path, found.into_keys().collect::<Vec<_>>());
    }
    assert_eq!(loaded["/"], ["base.css", "layout.css", "map.css", "overview.css", "tokens.css"]);
    assert_eq!(loaded["/privacy"], ["base.css", "layout.css", "prose.css", "tokens.css"]);
    assert!(!loaded["/things/pophankenweg"].contains(&"planning.css".to_owned()));
    assert!(!loaded["/planning/pophankenweg"].contains(&"map.css".to_owned()));
}
