//! The pages about the service: reached from everywhere, honest about what is not set up.

use axum::http::StatusCode;
use dashboard_api::{Config, Contact};

use super::{counting_site, page};
use crate::harness::{City, get};

/// Address and title in each language.
const PAGES: [(&str, &str, &str); 7] = [
    ("/about", "Über diesen Dienst", "About this service"),
    ("/accessibility", "Erklärung zur Barrierefreiheit", "Accessibility statement"),
    ("/design", "Gestaltung", "Design"),
    ("/embed", "Einbinden", "Embed"),
    ("/feedback", "Rückmeldung", "Feedback"),
    ("/plain", "Einfache Sprache", "Plain language"),
    ("/privacy", "Datenschutz", "Privacy"),
];

fn contact(written: serde_json::Value) -> Contact {
    serde_json::from_value(written).unwrap()
}

#[tokio::test]
async fn every_page_is_linked_from_every_footer_and_has_one_title() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    for (path, de, en) in PAGES {
        for (lang, title) in [("de", de), ("en", en)] {
            let html = page(&router, &format!("{path}?lang={lang}")).await;
            assert!(html.contains(&format!("<h1>{title}</h1>")), "{path} {lang}");
            assert_eq!(html.matches("<h1").count(), 1, "{path}");
        }
    }
    for from in ["/", "/things/pophankenweg", "/planning", "/open-data", "/privacy"] {
        let html = page(&router, from).await;
        for (path, ..) in PAGES {
            assert!(html.contains(&format!("href=\"{path}")), "{from} has no link to {path}");
        }
    }
}

#[tokio::test]
async fn the_footer_leads_to_plain_words_and_to_feedback_for_the_page_it_is_on() {
    let city = City::new().await;
    counting_site(&city).await;
    let router = city.router();
    let html = page(&router, "/things/pophankenweg").await;
    assert!(html.contains("href=\"/plain#site\""));
    assert!(html.contains("href=\"/feedback?page=/things/pophankenweg\""));
    let english = page(&router, "/planning?lang=en").await;
    assert!(english.contains("href=\"/plain?lang=en#planning\""));
    let plain = page(&router, "/plain").await;
    for id in ["overview", "map", "site", "display", "planning", "data", "rights"] {
        assert!(plain.contains(&format!("<section id=\"{id}\">")), "{id}");
    }
}

#[tokio::test]
async fn without_a_contact_the_pages_say_so() {
    let router = City::new().await.router();
    for path in ["/feedback", "/accessibility", "/about"] {
        let html = page(&router, path).await;
        assert!(html.contains("noch keine Adresse eingerichtet"), "{path}");
        assert!(!html.contains("mailto:"), "{path}");
    }
    assert!(page(&router, "/accessibility").await.contains("Jedes Bundesland hat eine Stelle"));
    assert!(page(&router, "/about").await.contains("Der Betreiber ist in den Einstellungen nicht genannt."));
}

#[tokio::test]
async fn a_letter_is_begun_for_the_page_it_is_about() {
    let contact = contact(serde_json::json!({
        "email": "hilfe@stadt.example", "phone": "+49 441 123", "url": "https://stadt.example/kontakt",
        "enforcement_body": "Schlichtungsstelle", "enforcement_url": "https://land.example/schlichtung",
        "imprint_url": "https://stadt.example/impressum", "privacy_url": "https://stadt.example/datenschutz",
    }));
    let router = City::with_config(Config { contact, ..Config::default() }).await.router();
    let html = page(&router, "/feedback?page=/things/damm").await;
    let letter = "mailto:hilfe@stadt.example?subject=R%C3%BCckmeldung%20zu%20/things/damm&amp;body=Seite%3A%20/things/damm";
    assert!(html.contains(letter), "{html}");
    assert!(
        html.contains("href=\"tel:+49441123\"") && html.contains("href=\"https://stadt.example/kontakt\"")
    );
    let statement = page(&router, "/accessibility").await;
    assert!(statement.contains("<a href=\"https://land.example/schlichtung\">Schlichtungsstelle</a>"));
    assert!(page(&router, "/privacy").await.contains("href=\"https://stadt.example/datenschutz\""));
    assert!(page(&router, "/").await.contains("href=\"https://stadt.example/impressum\">Impressum</a>"));
}

#[tokio::test]
async fn words_of_others_do_not_get_into_a_letter_to_the_city() {
    let contact = contact(serde_json::json!({"email": "hilfe@stadt.example"}));
    let router = City::with_config(Config { contact, ..Config::default() }).await.router();
    for query in [
        "page=Visit%20my%20shop",
        "page=%2F%0D%0ABcc%3A%20a%40b.example",
        &format!("page=/{}", "x".repeat(400)),
    ] {
        let html = page(&router, &format!("/feedback?{query}")).await;
        let html = html.split("<main").nth(1).unwrap();
        for forbidden in ["shop", "Bcc", "xxxx"] {
            assert!(!html.contains(forbidden), "{query}");
        }
    }
    let html = page(&router, "/feedback?page=/%22%3E%3Cscript%3E").await;
    assert!(!html.contains("<script>"), "{html}");
}

#[tokio::test]
async fn the_design_page_has_the_colours_of_the_style_sheet_and_both_themes() {
    let router = City::new().await.router();
    let html = page(&router, "/design").await;
    let css = html.split('"').find(|part| part.ends_with("tokens.css")).unwrap().to_owned();
    let css = get(&router, &css).await.body;
    let ink = css.lines().find_map(|line| line.trim().strip_prefix("--ink: ")?.strip_suffix(';')).unwrap();
    assert!(html.contains(&format!("<code class=\"muted\">{ink}</code>")), "{ink}");
    // Black on white would be 21; #14262a on #f6f3ea by hand: (0.8961 + 0.05) / (0.0169 + 0.05) = 14.1.
    assert!(html.contains("14,1"), "{html}");
    assert!(html.contains("specimen theme-light") && html.contains("specimen theme-dark"));
    let themes = html.split('"').find(|part| part.ends_with("themes.css")).unwrap().to_owned();
    let answer = get(&router, &themes).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "public, no-cache");
    assert!(answer.body.contains(".theme-light {\n  color-scheme: light;\n") && answer.body.contains(ink));
}
