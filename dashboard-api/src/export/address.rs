//! Addresses of ours, and the files they become.

use std::fmt;

use domain::Lang;

use crate::charts::ChartRange;

/// The part of the interface that tables come from.
const API: &str = "/api/v1/";

/// Something that is exported, by its path, query and language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    path: String,
    /// In the order of the link, without `lang`.
    query: Vec<(String, String)>,
    lang: Lang,
}

/// How a body is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// HTML, whose links are followed.
    Page,
    /// CSS, whose fonts are followed.
    StyleSheet,
    /// Anything else, taken as it is.
    File,
}

impl Address {
    /// Where an export begins.
    pub(super) fn overview(lang: Lang) -> Self {
        Self { path: "/".to_owned(), query: Vec::new(), lang }
    }

    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    pub(super) fn kind(&self) -> Kind {
        match self.extension() {
            "html" => Kind::Page,
            "css" => Kind::StyleSheet,
            _ => Kind::File,
        }
    }

    /// Where a link of this page leads, if that is exported.
    ///
    /// Not followed are other sites, what only programs read, and pages of a chosen period: there is one for every day.
    pub(super) fn follow(&self, href: &str) -> Option<Self> {
        let href = href.split('#').next().filter(|href| !href.is_empty())?;
        let (path, query) = href.split_once('?').unwrap_or((href, ""));
        let path = if path.is_empty() { self.path.as_str() } else { path };
        if !path.starts_with('/') || path.starts_with("//") || path.contains("..") {
            return None;
        }
        let mut address = Self { path: path.to_owned(), query: Vec::new(), lang: Lang::default() };
        let mut chosen = None;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("lang", tag) => chosen = Some(Lang::of_tag(tag)?),
                // One page for feedback stands for those on each page.
                ("page", _) if path == "/feedback" => {}
                // Where a reader came from.
                ("page", _) if path == "/feedback" => {}
                // What a page shows without being asked.
                ("range", key) if key == ChartRange::default().key() => {}
                (name, value) => address.query.push((name.to_owned(), value.to_owned())),
            }
        }
        // The interface for programs knows no language.
        if matches!(address.extension(), "html" | "svg" | "csv") && !address.path.starts_with(API) {
            address.lang = chosen.unwrap_or(self.lang);
        }
        address.is_exported().then_some(address)
    }

    /// A file named relative to this one.
    pub(super) fn beside(&self, name: &str) -> Option<Self> {
        let folder = self.path.rsplit_once('/')?.0;
        let is_plain = !name.contains("..") && !name.contains(':') && !name.starts_with(['/', '#']);
        is_plain.then(|| Self { path: format!("{folder}/{name}"), query: Vec::new(), lang: Lang::default() })
    }

    fn is_exported(&self) -> bool {
        match self.extension() {
            "html" => {
                let asks_only_for =
                    |names: &[&str]| self.query.iter().all(|(name, _)| names.contains(&name.as_str()));
                !self.path.starts_with("/api/")
                    && !self.path.starts_with("/charts/")
                    && asks_only_for(&["range"])
            }
            "csv" | "svg" | "css" => true,
            _ => false,
        }
    }

    /// Of the file it becomes.
    fn extension(&self) -> &str {
        if self.path.starts_with(API) {
            let is_table = self.query.iter().any(|(name, value)| name == "format" && value == "csv");
            return if is_table { "csv" } else { "json" };
        }
        match self.path.rsplit_once('/').and_then(|(_, name)| name.rsplit_once('.')) {
            Some((_, extension)) => extension,
            None => "html",
        }
    }

    /// The file of this address: readable and unique. What shows the last hours has their times in its name.
    pub(super) fn file_name(&self) -> String {
        let extension = self.extension();
        // The revision of assets would give each version of the program other files.
        let path = match self.path.strip_prefix("/assets/").and_then(|rest| rest.split_once('/')) {
            Some((_, name)) => format!("assets/{name}"),
            None => self
                .path
                .strip_prefix(API)
                .map_or_else(|| self.path[1..].to_owned(), |rest| format!("data/{rest}")),
        };
        let stem = path.strip_suffix(&format!(".{extension}")).unwrap_or(&path);
        let mut name = if stem.is_empty() { "index".to_owned() } else { plain(stem, "/.-_") };
        for (key, value) in &self.query {
            if key != "format" {
                name.push('.');
                name += &plain(value, "-_");
            }
        }
        if self.lang != Lang::default() {
            name.push('.');
            name += self.lang.tag();
        }
        format!("{name}.{extension}")
    }
}

/// Where to ask for it.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        let mut separator = '?';
        for (name, value) in &self.query {
            write!(f, "{separator}{name}={value}")?;
            separator = '&';
        }
        if self.lang != Lang::default() {
            write!(f, "{separator}lang={}", self.lang.tag())?;
        }
        Ok(())
    }
}

/// Letters and digits of ASCII, and what is `kept`; all else becomes a hyphen.
fn plain(text: &str, kept: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || kept.contains(c) { c } else { '-' }).collect()
}

/// The way from one file of a folder to another.
pub(super) fn relative(from: &str, to: &str) -> String {
    "../".repeat(from.matches('/').count()) + to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(href: &str) -> Option<Address> {
        Address::overview(Lang::De).follow(href)
    }

    fn file(href: &str) -> String {
        of(href).expect(href).file_name()
    }

    #[test]
    fn files_are_called_by_what_they_show() {
        assert_eq!(file("/"), "index.html");
        assert_eq!(file("/?lang=en"), "index.en.html");
        assert_eq!(file("/things/damm?range=7d&lang=en#wind"), "things/damm.7d.en.html");
        assert_eq!(
            file("/planning/damm.csv?from=2026-01-01&to=2026-01-31"),
            "planning/damm.2026-01-01.2026-01-31.csv"
        );
        assert_eq!(file("/charts/12.svg?range=7d"), "charts/12.7d.svg");
        assert_eq!(file("/feedback?page=/things/damm"), "feedback.html");
        assert_eq!(file("/assets/1a2b/base.css"), "assets/base.css");
        assert_eq!(
            file("/api/v1/datastreams/12/buckets?width=1h&from=2026-11-24T23:00:00Z&format=csv"),
            "data/datastreams/12/buckets.1h.2026-11-24T23-00-00Z.csv"
        );
    }

    #[test]
    fn only_what_stands_by_itself_is_followed() {
        for href in [
            "#main",
            "https://example.org/",
            "//example.org/",
            "mailto:a@example.org",
            "/api/v1/things",
            "/things/damm?from=2026-01-01",
            "/things/../damm",
            "/assets/1a2b/page.js",
            "/charts/12.png",
            "/?lang=fr",
        ] {
            assert_eq!(of(href), None, "{href}");
        }
    }

    #[test]
    fn a_link_without_a_language_stays_in_that_of_its_page() {
        let english = Address::overview(Lang::En).follow("/planning").unwrap();
        assert_eq!(
            (english.to_string(), english.file_name()),
            ("/planning?lang=en".into(), "planning.en.html".into())
        );
        assert_eq!(english.follow("/?lang=de").unwrap(), Address::overview(Lang::De));
        assert_eq!(
            english.follow("/charts/1.csv?from=x").unwrap().to_string(),
            "/charts/1.csv?from=x&lang=en"
        );
        let of_programs = "/api/v1/datastreams/1/buckets?width=1h&format=csv";
        assert_eq!(english.follow(of_programs).unwrap().to_string(), of_programs);
    }

    #[test]
    fn files_find_each_other_from_any_folder() {
        assert_eq!(relative("index.html", "things/damm.html"), "things/damm.html");
        assert_eq!(relative("things/damm.html", "index.html"), "../index.html");
        assert_eq!(relative("data/datastreams/12/a.csv", "assets/base.css"), "../../../assets/base.css");
    }

    #[test]
    fn fonts_stand_beside_their_style_sheet() {
        let sheet = of("/assets/1a2b/tokens.css").unwrap();
        assert_eq!(
            sheet.beside("fonts/barlow-400.woff2").unwrap().to_string(),
            "/assets/1a2b/fonts/barlow-400.woff2"
        );
        assert_eq!(sheet.beside("#week-hatch"), None);
        assert_eq!(sheet.beside("data:x"), None);
    }
}
