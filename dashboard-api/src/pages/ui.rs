//! For whom a page is made: language, and how links keep it.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::Lang;
use std::convert::Infallible;

/// The reader's side of a request. Extracted from every request, never refused.
#[derive(Clone, Debug)]
pub struct Ui {
    /// The language of all texts.
    pub lang: Lang,
    /// Whether the language was chosen by `?lang=`, so that links must carry it on.
    sticky: bool,
    /// Path of this page, percent-encoded as it was asked for.
    path: String,
    /// The query without `lang`, percent-encoded as it was asked for.
    query: String,
}

impl Ui {
    /// A link to a page of ours that keeps a chosen language.
    pub fn href(&self, path: &str) -> String {
        if self.sticky { with_lang(path, self.lang) } else { path.to_owned() }
    }

    /// The language chosen in the address, for forms, whose fields replace the query.
    pub fn chosen(&self) -> Option<Lang> {
        self.sticky.then_some(self.lang)
    }

    /// The path of this page, percent-encoded as it was asked for.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// This very page in another language.
    pub fn here_in(&self, lang: Lang) -> String {
        let separator = if self.query.is_empty() { "" } else { "?" };
        with_lang(&format!("{}{separator}{}", self.path, self.query), lang)
    }
}

fn with_lang(path: &str, lang: Lang) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, id)| (path, Some(id)));
    let separator = if path.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|id| format!("#{id}")).unwrap_or_default();
    format!("{path}{separator}lang={}{fragment}", lang.tag())
}

fn chosen(query: &str) -> Option<Lang> {
    query.split('&').find_map(|pair| Lang::of_tag(pair.strip_prefix("lang=")?))
}

/// The first of our languages in an `Accept-Language` header. Quality values are read as order, which is
/// how browsers write them; German where nothing of ours is named.
fn accepted(header: &str) -> Lang {
    header.split(',').find_map(|range| Lang::of_tag(range.trim_start().get(..2)?)).unwrap_or_default()
}

impl<S: Sync> FromRequestParts<S> for Ui {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let chosen = chosen(query);
        let accept = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self {
            lang: chosen.unwrap_or_else(|| accepted(accept.unwrap_or_default())),
            sticky: chosen.is_some(),
            path: parts.uri.path().to_owned(),
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
                .collect::<Vec<_>>()
                .join("&"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_of_the_browser_wins() {
        assert_eq!(accepted("en-GB,en;q=0.9,de;q=0.5"), Lang::En);
        assert_eq!(accepted("fr, de;q=0.8, en;q=0.5"), Lang::De);
        assert_eq!(accepted(""), Lang::De);
        assert_eq!(accepted("ü"), Lang::De);
    }

    #[test]
    fn a_chosen_language_sticks_in_links_also_before_a_fragment() {
        let ui = Ui { lang: Lang::En, sticky: true, path: "/things/a".into(), query: "range=7d".into() };
        assert_eq!(ui.href("/things/b#wind"), "/things/b?lang=en#wind");
        assert_eq!(ui.here_in(Lang::De), "/things/a?range=7d&lang=de");
    }

    #[test]
    fn a_language_that_was_not_chosen_is_left_to_the_browser() {
        let ui = Ui { lang: Lang::De, sticky: false, path: "/".into(), query: String::new() };
        assert_eq!(ui.href("/things/b"), "/things/b");
    }
}
