//! The pages as plain files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use dashboard_api::export::{ExportError, Exported, export};
use domain::ObservedProperty as P;

use crate::{
    harness::{City, at, get},
    pages::{counting_site, settle},
};

pub(crate) async fn exported(city: &City, folder: &Path) -> Result<Exported, ExportError> {
    export(city.router(), folder, city.state.clock.now(), &city.state.zone).await
}

/// All files below a folder, by name.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn every_link_of_every_page_leads_to_a_file_that_is_there() {
    let city = City::new().await;
    counting_site(&city).await;
    city.site("Neu", &[]).await;
    let folder = tempfile::tempdir().unwrap();
    let done = exported(&city, folder.path()).await.unwrap();
    assert_eq!(done.failed, Vec::<String>::new());
    let files = files(folder.path());
    // All but the list of them.
    assert_eq!(files.len(), done.n_files + 1);
    let mut n_links = 0;
    for (path, content) in files.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "html")) {
        let html = std::str::from_utf8(content).unwrap();
        for forbidden in ["<script", "<form", "<noscript", "href=\"/", "src=\"/"] {
            assert!(!html.contains(forbidden), "{}: {forbidden}", path.display());
        }
        for link in html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !file.contains(':') {
                n_links += 1;
                assert!(path.parent().unwrap().join(file).exists(), "{}: {link}", path.display());
            }
        }
    }
    assert!(n_links > 100, "{n_links}");
}

#[tokio::test]
async fn both_languages_all_ranges_tables_and_pictures_are_there() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let there = city.datastream(&site, P::BicycleTotal, "ltr").await;
    let back = city.datastream(&site, P::BicycleTotal, "rtl").await;
    let folder = tempfile::tempdir().unwrap();
    exported(&city, folder.path()).await.unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
    assert!(read("index.html").contains("Gespeicherte Seite, Stand 1.7.2026, 08:50 MESZ."));
    assert!(read("index.en.html").contains("Saved page, as of 1 Jul 2026, 08:50 CEST."));
    for name in [
        "things/pophankenweg.html",
        "things/pophankenweg.1y.en.html",
        "planning/pophankenweg.html",
        "display/pophankenweg.html",
    ] {
        assert!(read(name).contains("Pophankenweg"), "{name}");
    }
    let week = ("2026-06-24T22:00:00Z", "2026-07-01T22:00:00Z");
    let (chart, file) = (format!("/charts/{there},{back}"), format!("charts/{there}-{back}"));
    for extension in ["svg", "csv"] {
        let address = format!("{chart}.{extension}?from={}&to={}", week.0, week.1);
        let file = format!("{file}.2026-06-24T22-00-00Z.2026-07-01T22-00-00Z.{extension}");
        assert_eq!(read(&file), get(&city.router(), &address).await.body, "{file}");
    }
}

#[tokio::test]
async fn the_next_export_brings_the_folder_up_to_date() {
    let city = City::new().await;
    let site = counting_site(&city).await;
    let folder = tempfile::tempdir().unwrap();
    exported(&city, folder.path()).await.unwrap();
    let before = files(folder.path());
    // The next day the table of a week is another file.
    city.clock.set(at("2026-07-02T06:50:00Z"));
    let values = [(P::BicycleTotal, "ltr", Some(117.0)), (P::BicycleTotal, "rtl", Some(230.0))];
    city.measure(&site, at("2026-07-02T06:45:00Z"), &values).await;
    settle(&city).await;
    fs::write(folder.path().join("note.txt"), "of the fire brigade").unwrap();
    let done = exported(&city, folder.path()).await.unwrap();
    let after = files(folder.path());
    assert!(done.n_removed > 0, "{done:?}");
    assert_eq!(after.len(), done.n_files + 2, "the list and the note");
    let index = folder.path().join("index.html");
    assert_ne!(before[&index], after[&index]);
    assert!(after.contains_key(&folder.path().join("note.txt")), "what is not ours stays");
}

#[tokio::test]
async fn a_folder_of_somebody_else_is_left_alone() {
    let city = City::new().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.odt"), "two years of work").unwrap();
    let error = exported(&city, folder.path()).await.unwrap_err().to_string();
    assert!(
        error.contains("`thesis.odt` among them") && error.contains("expected an empty folder"),
        "{error}"
    );
    assert_eq!(files(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_lost_store_leaves_the_export_before_as_it_is() {
    let city = City::new().await;
    counting_site(&city).await;
    let folder = tempfile::tempdir().unwrap();
    exported(&city, folder.path()).await.unwrap();
    let index = folder.path().join("index.html");
    let before = fs::read(&index).unwrap();
    city.destroy_store().await;
    let error = exported(&city, folder.path()).await.unwrap_err();
    assert!(matches!(error, ExportError::NoOverview(status) if status == 503), "{error}");
    assert_eq!(fs::read(&index).unwrap(), before);
    assert!(files(folder.path()).len() > 20);
}
