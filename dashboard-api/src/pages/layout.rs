//! What all pages have in common: head, navigation, footer.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::Lang;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use store::StoreError;

use super::{assets, error_page::PageError, feedback, plain, texts::Texts, ui::Ui};
use crate::{AppState, Config, wire::zone_name};

/// What differs between pages, apart from their content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    /// Title of the page without the city.
    pub(crate) title: &'a str,
    /// Style sheets of this page beside those of all.
    pub(crate) styles: &'a [&'a str],
    /// How the page stays current; `None` for one that does not.
    pub(crate) live: Option<Live<'a>>,
    /// Loads the page again once it can be shown; without scripts after so many seconds.
    pub(crate) retry_seconds: Option<u8>,
}

/// What the script of a page needs to keep it current.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live<'a> {
    /// The script by asset name.
    pub(crate) script: &'a str,
    /// When the page was made.
    pub(crate) now: Timestamp,
    /// The city's calendar.
    pub(crate) zone: &'a TimeZone,
    /// Follows this Thing only.
    pub(crate) thing: Option<&'a str>,
    /// Loads the page again at most this often.
    pub(crate) every: SignedDuration,
}

/// What the footer says about the whole program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Colophon {
    city: String,
    operator: String,
    imprint_url: Option<String>,
    n_messages: Option<u64>,
}

impl Colophon {
    /// Reads the figures.
    pub(crate) async fn read(state: &AppState) -> Result<Self, StoreError> {
        let n_messages = Some(state.store.accounting().await?.n_events);
        Ok(Self { n_messages, ..Self::without_figures(&state.config) })
    }

    /// For pages that must work while the store does not.
    pub(crate) fn without_figures(config: &Config) -> Self {
        Self {
            city: config.city.clone(),
            operator: config.operator.clone(),
            imprint_url: config.contact.imprint_url().map(str::to_owned),
            n_messages: None,
        }
    }
}

/// A page or a part of one as an answer: never kept without asking again, different for each language.
pub(crate) fn answer(status: StatusCode, markup: Markup) -> Response {
    let head = [(header::CACHE_CONTROL, "no-cache"), (header::VARY, "accept-language")];
    (status, head, Html(markup.into_string())).into_response()
}

/// A page of text that needs nothing of the store but the footer's figures.
pub(crate) async fn text_page(
    state: &AppState,
    ui: &Ui,
    title: &str,
    styles: &[&str],
    main: &Markup,
) -> Response {
    match Colophon::read(state).await {
        Ok(colophon) => {
            let head = Head { title, styles, live: None, retry_seconds: None };
            answer(StatusCode::OK, page(ui, head, &colophon, main))
        }
        Err(error) => PageError::from(error).page(&state.config, ui),
    }
}

/// The top of a page of text: where it belongs, what it is called, what it is for.
pub(crate) fn intro(ui: &Ui, title: &str, lead: &str) -> Markup {
    html! {
        section.intro {
            p.crumbs { a href=(ui.href("/")) { "← " (Texts(ui.lang).back_to_overview()) } }
            h1 { (title) }
            p.lead { (lead) }
        }
    }
}

/// A whole page.
pub(crate) fn page(ui: &Ui, head: Head<'_>, colophon: &Colophon, main: &Markup) -> Markup {
    let t = Texts(ui.lang);
    let title = if colophon.city.is_empty() {
        head.title.to_owned()
    } else {
        format!("{} · {}", head.title, colophon.city)
    };
    html! {
        (DOCTYPE)
        html lang=(ui.lang.tag()) {
            head {
                (common_head(&title))
                @if let Some(seconds) = head.retry_seconds { (retry(seconds)) }
                @for style in ["layout.css"].iter().chain(head.styles) {
                    link rel="stylesheet" href=(assets::href(style));
                }
                @if let Some(live) = head.live { script type="module" src=(assets::href(live.script)) {} }
            }
            body {
                a.skip href="#main" { (t.skip()) }
                (header(ui, colophon))
                (content(head, main, t))
                // Empty until the script has something to say; read aloud when it does.
                @if head.live.is_some() { p.contact #contact role="status" aria-live="polite" {} }
                (footer(ui, colophon))
            }
        }
    }
}

fn content(head: Head<'_>, content: &Markup, t: Texts) -> Markup {
    let Some(live) = head.live else { return html! { main #main { (content) } } };
    html! {
        main #main data-now=(live.now.as_millisecond()) data-zone=(zone_name(live.zone))
            data-thing=[live.thing] data-every-ms=(live.every.as_millis()) data-revision=(assets::revision())
            data-words=(t.for_scripts()) { (content) }
    }
}

/// In the `<head>` of a page that tells of a failure that passes: the script waits until it has.
pub(crate) fn retry(seconds: u8) -> Markup {
    html! {
        script type="module" src=(assets::href("retry.js")) {}
        noscript { meta http-equiv="refresh" content=(seconds); }
    }
}

/// The part of `<head>` that the public display has too.
pub(crate) fn common_head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        title { (title) }
        link rel="icon" href="/favicon.svg" type="image/svg+xml";
        @for font in ["fonts/barlow-condensed-600.woff2", "fonts/barlow-400.woff2"] {
            link rel="preload" href=(assets::href(font)) as="font" type="font/woff2" crossorigin;
        }
        link rel="stylesheet" href=(assets::href("tokens.css"));
        link rel="stylesheet" href=(assets::href("base.css"));
    }
}

fn header(ui: &Ui, colophon: &Colophon) -> Markup {
    let t = Texts(ui.lang);
    html! {
        header.masthead {
            a.wordmark href=(ui.href("/")) {
                (logo())
                span.wordmark__name { "stadtfunk" }
                @if !colophon.city.is_empty() { span.wordmark__city { (colophon.city) } }
            }
            nav.menu aria-label=(t.main_navigation()) {
                @for (path, name) in [("/", t.overview()), ("/planning", t.planning()), ("/open-data", t.open_data())] {
                    a href=(ui.href(path)) aria-current=[(ui.path() == path).then_some("page")] { (name) }
                }
            }
            (language_switch(ui))
        }
    }
}

fn language_switch(ui: &Ui) -> Markup {
    html! {
        nav.languages aria-label=(Texts(ui.lang).language()) {
            @for lang in Lang::ALL {
                @let name = Texts(lang).own_name();
                a href=(ui.here_in(lang)) hreflang=(lang.tag()) lang=(lang.tag()) title=(name)
                    aria-current=[(lang == ui.lang).then_some("true")] {
                    (lang.tag().to_uppercase()) span.visually-hidden { " " (name) }
                }
            }
        }
    }
}

fn footer(ui: &Ui, colophon: &Colophon) -> Markup {
    let t = Texts(ui.lang);
    let pages = [
        ("/about", t.about()),
        ("/accessibility", t.accessibility()),
        ("/privacy", t.privacy()),
        ("/design", t.design()),
    ];
    let for_programs = [
        ("/api/v1/openapi.json", t.footer_interface()),
        ("/api/v1/things", t.footer_things()),
        ("/api/v1/accounting", t.footer_accounting()),
    ];
    let current = |path: &str| (ui.path() == path).then_some("page");
    html! {
        footer.footer {
            div.footer__inner {
                div.footer__about {
                    p { strong { "stadtfunk" @if !colophon.city.is_empty() { " " (colophon.city) } } }
                    p { (t.footer_about()) }
                    @if !colophon.operator.is_empty() {
                        p { (t.footer_operator()) ": " (colophon.operator) }
                    }
                }
                nav aria-label=(t.footer_navigation()) {
                    ul.footer__links {
                        li { a href=(ui.href(&plain::address(ui.path()))) aria-current=[current("/plain")] { (t.plain_language()) } }
                        li { a href=(ui.href(&feedback::address(ui.path()))) aria-current=[current("/feedback")] { (t.feedback()) } }
                        @for (path, name) in pages {
                            li { a href=(ui.href(path)) aria-current=[current(path)] { (name) } }
                        }
                        @if let Some(url) = &colophon.imprint_url { li { a href=(url) { (t.imprint()) } } }
                    }
                }
                nav aria-label=(t.footer_for_programs()) {
                    ul.footer__links {
                        li data-online { a href=(ui.href("/embed")) aria-current=[current("/embed")] { (t.embed()) } }
                        @for (path, name) in for_programs { li data-online { a href=(path) { (name) } } }
                    }
                }
                @if let Some(n) = colophon.n_messages {
                    p.footer__figure data-live="colophon" { (t.counted_once(n)) }
                }
            }
        }
    }
}

/// A wheel that is also a transmitter.
pub(super) fn logo() -> Markup {
    PreEscaped(
        "<svg class=\"logo\" viewBox=\"0 0 32 32\" width=\"32\" height=\"32\" aria-hidden=\"true\" \
         focusable=\"false\"><circle cx=\"16\" cy=\"16\" r=\"13\" fill=\"none\" stroke=\"currentColor\" \
         stroke-width=\"3\"/><circle cx=\"16\" cy=\"16\" r=\"3.2\" fill=\"currentColor\"/><path d=\"M16 9.2a6.8 \
         6.8 0 0 1 6.8 6.8M9.2 16a6.8 6.8 0 0 0 6.8 6.8\" fill=\"none\" stroke=\"currentColor\" \
         stroke-width=\"2.4\" stroke-linecap=\"round\"/></svg>"
            .to_owned(),
    )
}

/// A large wheel at the edge of a section: decoration.
pub(crate) fn wheel(class: &str) -> Markup {
    html! {
        svg.(class) viewBox="-100 -100 200 200" aria-hidden="true" focusable="false" {
            circle r="92" fill="none" stroke-width="9" {}
            circle r="80" fill="none" stroke-width="2" {}
            circle r="9" {}
            @for i in 0..18 {
                line y1="-80" y2="-6" stroke-width="1.6" transform=(format!("rotate({})", i * 20)) {}
            }
        }
    }
}
