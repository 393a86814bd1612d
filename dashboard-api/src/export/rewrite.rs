//! A page of the server made a page of a folder.

use std::{cell::RefCell, rc::Rc};

use lol_html::{
    RewriteStrSettings, element,
    html_content::{ContentType, Element},
    rewrite_str,
};

/// What needs a server or a script: gone.
const GONE: &str = "script, noscript, form, button, dialog, iframe, [data-online], \
    link[rel=preload], link[rel=modulepreload], link[rel=manifest], meta[http-equiv]";

/// The page with `notice` above its content. `link` says which file an address of ours became; what became none is no link any
/// more.
pub(super) fn page(
    html: &str,
    notice: &str,
    link: impl FnMut(&str) -> Option<String>,
) -> Result<String, String> {
    let link = Rc::new(RefCell::new(link));
    let follow = |attribute: &'static str| {
        let link = Rc::clone(&link);
        move |element: &mut Element<'_, '_>| {
            let Some(address) = element.get_attribute(attribute) else { return Ok(()) };
            if !needs_us(&address) {
                return Ok(());
            }
            match (link.borrow_mut())(&unescaped(&address)) {
                Some(file) => element.set_attribute(attribute, &file.replace('&', "&amp;"))?,
                None if element.get_attribute("class").is_some_and(|class| class.contains("button")) => {
                    element.remove();
                }
                None => element.remove_attribute(attribute),
            }
            Ok(())
        }
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!(GONE, |element| {
            element.remove();
            Ok(())
        }))
        .append_element_content_handler(element!("a[href], link[href]", follow("href")))
        .append_element_content_handler(element!("img[src]", follow("src")))
        // An age would be that of another day.
        .append_element_content_handler(element!("time[data-at][title]", |time| {
            let title = time.get_attribute("title").unwrap_or_default();
            time.set_inner_content(&unescaped(&title), ContentType::Text);
            Ok(())
        }))
        .append_element_content_handler(element!("main", |main| {
            // Each is put before the one above.
            main.prepend("</p>", ContentType::Html);
            main.prepend(notice, ContentType::Text);
            main.prepend("<p class=\"export-notice\">", ContentType::Html);
            Ok(())
        }));
    rewrite_str(html, settings).map_err(|error| error.to_string())
}

/// Marks in the page and addresses elsewhere need no server of ours.
fn needs_us(address: &str) -> bool {
    let before_path = address.split(['/', '?', '#']).next().unwrap_or_default();
    !address.starts_with('#') && !before_path.contains(':')
}

/// Attributes come as they stand in the page.
fn unescaped(attribute: &str) -> String {
    attribute.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(html: &str) -> String {
        page(html, "Stand: 3 < 4", |href| {
            (href != "/gone").then(|| format!("to{}.html", href.replace('?', "-")))
        })
        .unwrap()
    }

    #[test]
    fn links_lead_to_files_and_those_without_one_nowhere() {
        assert_eq!(rewritten("<a href=\"/a?b=1&amp;c=2\">x</a>"), "<a href=\"to/a-b=1&amp;c=2.html\">x</a>");
        assert_eq!(rewritten("<a href=/gone>x</a>"), "<a>x</a>");
        assert_eq!(rewritten("<a class=\"button big\" href=/gone>x</a>"), "");
        for kept in [
            "<a href=\"#main\">x</a>",
            "<a href=\"https://example.org/\">x</a>",
            "<a href=\"mailto:a@b\">x</a>",
        ] {
            assert_eq!(rewritten(kept), kept);
        }
    }

    #[test]
    fn what_needs_a_server_or_a_script_is_gone() {
        let html = "<head><meta charset=utf-8><meta http-equiv=refresh content=1><script src=/x></script></head>\
            <form><input></form>a<button>b</button><p data-online>c</p>";
        assert_eq!(rewritten(html), "<head><meta charset=utf-8></head>a");
    }

    #[test]
    fn a_time_in_the_address_does_not_make_it_another_site_s() {
        assert_eq!(rewritten("<a href=\"/a?b=10:30\">x</a>"), "<a href=\"to/a-b=10:30.html\">x</a>");
    }

    #[test]
    fn an_age_becomes_its_time() {
        let age = "<time datetime=x title=\"25.11.2026, 17:27 MEZ\" data-at=1>vor 8 min</time>";
        assert!(rewritten(age).ends_with(">25.11.2026, 17:27 MEZ</time>"));
    }

    #[test]
    fn the_notice_is_text_at_the_top_of_the_content() {
        assert_eq!(
            rewritten("<main id=main>x</main>"),
            "<main id=main><p class=\"export-notice\">Stand: 3 &lt; 4</p>x</main>"
        );
    }
}
