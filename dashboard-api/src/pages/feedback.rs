//! `/feedback`: how to reach whoever runs the pages. There is no form, so nothing about anybody is stored.

use std::fmt::Write as _;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::Truncated;
use maud::{Markup, html};

use super::{layout, texts::Texts, ui::Ui};
use crate::{AppState, Contact};

/// What the feedback is about.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct About {
    page: Option<String>,
}

/// Longest address of a page that is taken over, bytes.
const LONGEST: usize = 300;

/// The page for feedback on a page.
pub(super) fn address(path: &str) -> String {
    match path {
        "/feedback" => path.to_owned(),
        _ => format!("/feedback?page={}", encoded(path)),
    }
}

/// `GET /feedback?page=/things/damm`.
pub(crate) async fn get(State(state): State<AppState>, Query(about): Query<About>, ui: Ui) -> Response {
    let t = Texts(ui.lang);
    // Only a page of ours: the words of others have no place in a letter to the city.
    let page = about
        .page
        .filter(|page| page.starts_with('/') && page.len() <= LONGEST && !page.contains(char::is_control));
    let page = page.as_deref().unwrap_or("/");
    let main = html! {
        (layout::intro(&ui, t.feedback(), t.feedback_lead()))
        div.prose {
            section {
                h2 { (t.feedback_ways_title()) }
                @if page != "/" { p { (t.feedback_about()) " " strong { (Truncated::new(page)) } } }
                (ways(&state.config.contact, Some(page), t))
                p.muted { (t.feedback_form_note()) }
            }
            section {
                h2 { (t.feedback_what_title()) }
                ul.points {
                    li { (t.feedback_what_page()) }
                    li { (t.feedback_what_expected()) }
                    li { (t.feedback_what_device()) }
                }
            }
        }
    };
    layout::text_page(&state, &ui, t.feedback(), &["prose.css"], &main).await
}

/// All ways to the operator, or that there is none.
pub(super) fn ways(contact: &Contact, page: Option<&str>, t: Texts) -> Markup {
    if !contact.is_known() {
        return html! { p.empty { (t.feedback_none()) } };
    }
    html! {
        dl.addresses {
            @if let Some(email) = contact.email() {
                div { dt { (t.feedback_email()) } dd { a href=(format!("mailto:{email}")) { (email) } } }
            }
            @if let Some(phone) = contact.phone() {
                div { dt { (t.feedback_phone()) } dd { a href=(format!("tel:{}", contact.phone_digits())) { (phone) } } }
            }
            @if let Some(url) = contact.url() {
                div { dt { (t.feedback_url()) } dd { a href=(url) { (url) } } }
            }
        }
        @if let (Some(email), Some(page)) = (contact.email(), page) {
            p { a.button href=(mailto(email, page, t)) { (t.feedback_write()) } }
        }
    }
}

fn mailto(email: &str, page: &str, t: Texts) -> String {
    let (subject, body) = (encoded(&t.feedback_subject(page)), encoded(&t.feedback_body(page)));
    format!("mailto:{email}?subject={subject}&body={body}%0D%0A%0D%0A")
}

/// Percent-encoded but for letters, digits and what no address gives a meaning (RFC 3986, unreserved).
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use domain::Lang;

    use super::*;

    #[test]
    fn a_letter_names_the_page_and_nothing_of_it_breaks_the_link() {
        let link = mailto("f@stadt.example", "/things/a&b?c=d e", Texts(Lang::De));
        assert_eq!(
            link,
            "mailto:f@stadt.example?subject=R%C3%BCckmeldung%20zu%20/things/a%26b%3Fc%3Dd%20e\
             &body=Seite%3A%20/things/a%26b%3Fc%3Dd%20e%0D%0A%0D%0A"
        );
    }
}
