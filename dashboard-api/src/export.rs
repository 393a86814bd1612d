//! The pages as plain files: HTML without JavaScript, CSV, SVG, that open from a USB stick and print.
//!
//! For an emergency without network or server, and for archives. The pages come through the same [`Router`] as for
//! everybody; from the overview in each language the links are followed, and made to point at files.

mod address;
mod folder;
mod rewrite;

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    path::{Path, PathBuf},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use domain::{Lang, Truncated};
use jiff::{Timestamp, tz::TimeZone};
use tower::ServiceExt;

use self::{
    address::{Address, Kind},
    folder::Folder,
};
use crate::pages::{numbers, texts::Texts};

/// More than a large city has; what is linked beyond is left out and told.
const MAX_FILES: usize = 50_000;
/// Larger than any page or table of ours.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files of this export.
    pub n_files: usize,
    /// Their bytes.
    pub n_bytes: u64,
    /// Files of an earlier export that are not part of this one, removed.
    pub n_removed: usize,
    /// Addresses that could not be shown, with their status; their pages say so, their tables are not there.
    pub failed: Vec<String>,
}

/// Why nothing usable was written. What an earlier export left is still there.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The pages cannot be made at the moment.
    #[error("the overview cannot be shown (status {0}): is the store there?")]
    NoOverview(StatusCode),
    /// A folder with something else in it.
    #[error("`{}` holds files that are no export, `{found}` among them: expected an empty folder or an earlier export", folder.display())]
    NotOurs {
        /// The folder.
        folder: PathBuf,
        /// One of the files.
        found: String,
    },
    /// The list of an earlier export is damaged: nobody knows which files are ours.
    #[error("`{}` is damaged ({reason}): remove the folder, or choose another one", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The folder cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// What was being written.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A page that is no HTML: a bug.
    #[error("`{page}` cannot be made a file: {reason}")]
    Page {
        /// Its address.
        page: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Writes all pages that `router` serves into a folder, as they are at `now`.
///
/// Each file is replaced whole, and only if it is another one; files of an earlier export that are no longer part of it are
/// removed at the end. Somebody who reads meanwhile sees pages of both, each with its time.
pub async fn export(
    router: Router,
    folder: &Path,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Exported, ExportError> {
    let mut folder = Folder::open(folder).await?;
    let mut work =
        Work { router, exported: Exported::default(), names: BTreeMap::new(), queue: VecDeque::new() };
    for lang in Lang::ALL {
        work.take(Address::overview(lang));
    }
    while let Some(address) = work.queue.pop_front() {
        let (status, body) = work.get(&address).await;
        if status != StatusCode::OK {
            if address == Address::overview(Lang::default()) {
                return Err(ExportError::NoOverview(status));
            }
            work.exported.failed.push(format!("{address} ({})", status.as_u16()));
        }
        let body = match address.kind() {
            Kind::Page => work.page(&address, &body, now, zone)?.into_bytes(),
            Kind::StyleSheet => work.style_sheet(&address, body),
            Kind::File if status == StatusCode::OK => body,
            Kind::File => continue,
        };
        folder.put(&address.file_name(), &body).await?;
        work.exported.n_files += 1;
        work.exported.n_bytes += body.len() as u64;
    }
    work.exported.n_removed = folder.finish(now).await?;
    Ok(work.exported)
}

/// An export that is under way.
struct Work {
    router: Router,
    exported: Exported,
    /// The address of each file name.
    names: BTreeMap<String, Address>,
    queue: VecDeque<Address>,
}

impl Work {
    /// The name of an address's file, which is also written; `None` if there is no room for it.
    fn take(&mut self, address: Address) -> Option<String> {
        let name = address.file_name();
        match self.names.get(&name) {
            Some(known) => return (*known == address).then_some(name),
            None if self.names.len() >= MAX_FILES => {
                self.exported.failed.push(format!("{address} (more than {MAX_FILES} files)"));
                return None;
            }
            None => {}
        }
        self.names.insert(name.clone(), address.clone());
        self.queue.push_back(address);
        Some(name)
    }

    async fn get(&self, address: &Address) -> (StatusCode, Vec<u8>) {
        let request = Request::get(address.to_string())
            .header(header::ACCEPT, "text/html, */*;q=0.5")
            .header(header::ACCEPT_LANGUAGE, address.lang().tag())
            .body(Body::empty());
        let Ok(request) = request else { return (StatusCode::BAD_REQUEST, Vec::new()) };
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        match to_bytes(response.into_body(), MAX_BYTES).await {
            Ok(body) => (status, body.to_vec()),
            Err(_) => (StatusCode::PAYLOAD_TOO_LARGE, Vec::new()),
        }
    }

    fn page(
        &mut self,
        address: &Address,
        body: &[u8],
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<String, ExportError> {
        let page = |reason: String| ExportError::Page { page: address.to_string(), reason };
        let html = std::str::from_utf8(body).map_err(|error| page(error.to_string()))?;
        let notice = Texts(address.lang()).export_notice(&numbers::date_time(now, zone, address.lang()));
        let file = address.file_name();
        let link = |href: &str| {
            let target = address.follow(href)?;
            let fragment =
                href.split_once('#').map(|(_, fragment)| format!("#{fragment}")).unwrap_or_default();
            Some(address::relative(&file, &self.take(target)?) + &fragment)
        };
        rewrite::page(html, &notice, link).map_err(|error| page(Truncated::new(&error).to_string()))
    }

    /// Takes what a style sheet names beside itself: fonts.
    fn style_sheet(&mut self, address: &Address, body: Vec<u8>) -> Vec<u8> {
        let text = String::from_utf8_lossy(&body);
        for part in text.split("url(\"").skip(1) {
            if let Some(file) = part.split('"').next().and_then(|name| address.beside(name)) {
                self.take(file);
            }
        }
        body
    }
}
