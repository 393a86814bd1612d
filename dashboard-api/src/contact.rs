//! Whom readers can turn to: the settings `[site.contact]`.

use domain::Truncated;
use serde::{Deserialize, Serialize};

/// Ways to the operator and to the body that enforces accessibility. What is empty is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Contact {
    written: Written,
}

/// As written in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    email: String,
    phone: String,
    url: String,
    enforcement_body: String,
    enforcement_url: String,
    imprint_url: String,
    privacy_url: String,
}

/// A contact that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` is `{found}`: expected {expected}")]
pub struct ContactError {
    key: &'static str,
    found: String,
    expected: &'static str,
}

impl Contact {
    /// An e-mail address.
    pub fn email(&self) -> Option<&str> {
        filled(&self.written.email)
    }

    /// A telephone number, as people write it.
    pub fn phone(&self) -> Option<&str> {
        filled(&self.written.phone)
    }

    /// The number as a link dials it: digits and a leading plus sign.
    pub fn phone_digits(&self) -> String {
        // In +49 (0)441 the zero is for callers from within the country.
        let number = self.written.phone.replace("(0)", "");
        number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }

    /// A page, such as the city's contact form.
    pub fn url(&self) -> Option<&str> {
        filled(&self.written.url)
    }

    /// Name and, if known, page of the body that enforces accessibility.
    pub fn enforcement(&self) -> Option<(&str, Option<&str>)> {
        Some((filled(&self.written.enforcement_body)?, filled(&self.written.enforcement_url)))
    }

    /// The operator's imprint.
    pub fn imprint_url(&self) -> Option<&str> {
        filled(&self.written.imprint_url)
    }

    /// The operator's own privacy notice.
    pub fn privacy_url(&self) -> Option<&str> {
        filled(&self.written.privacy_url)
    }

    /// Whether there is any way at all.
    pub fn is_known(&self) -> bool {
        self.email().or(self.phone()).or(self.url()).is_some()
    }

    /// What a server that we ask for something is told.
    pub(crate) fn user_agent(&self) -> &str {
        self.email().or(self.url()).unwrap_or_default()
    }
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl TryFrom<Written> for Contact {
    type Error = ContactError;

    fn try_from(written: Written) -> Result<Self, ContactError> {
        let refused = |key, found: &str, expected| ContactError {
            key,
            found: Truncated::new(found).to_string(),
            expected,
        };
        if !written.email.is_empty() && !is_email(&written.email) {
            return Err(refused("email", &written.email, "an address such as feedback@city.example"));
        }
        let n_digits = written.phone.chars().filter(char::is_ascii_digit).count();
        if !written.phone.is_empty() && n_digits < 3 {
            return Err(refused("phone", &written.phone, "a number with at least three digits"));
        }
        for (key, url) in [
            ("url", &written.url),
            ("enforcement_url", &written.enforcement_url),
            ("imprint_url", &written.imprint_url),
            ("privacy_url", &written.privacy_url),
        ] {
            // Anything else could be a script.
            if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
                return Err(refused(key, url, "an address that begins with https:// or http://"));
            }
        }
        Ok(Self { written })
    }
}

impl From<Contact> for Written {
    fn from(contact: Contact) -> Self {
        contact.written
    }
}

/// One `@` between two parts, the second with a point, and nothing that means something in a `mailto:` link.
fn is_email(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "@.!#$'*+-/=^_`{|}~".contains(c);
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty() && text.chars().all(fits) && host.contains('.') && !host.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(key: &str, value: &str) -> Result<Contact, String> {
        serde_json::from_value(serde_json::json!({key: value})).map_err(|error| error.to_string())
    }

    #[test]
    fn a_contact_that_leads_nowhere_is_refused_by_name() {
        for (key, value, says) in [
            ("email", "feedback", "`email` is `feedback`: expected an address"),
            ("email", "a@b.example?cc=c@d.example", "`email`"),
            ("phone", "call us", "`phone`"),
            ("url", "javascript:alert(1)", "`url`"),
            ("enforcement_url", "example.org", "`enforcement_url`"),
        ] {
            let error = parse(key, value).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_number_is_dialled_without_what_people_write_between_its_digits() {
        let contact = parse("phone", "+49 (0)441 235-4444").unwrap();
        assert_eq!(contact.phone(), Some("+49 (0)441 235-4444"));
        assert_eq!(contact.phone_digits(), "+494412354444");
    }

    #[test]
    fn nothing_written_is_no_contact() {
        assert!(!Contact::default().is_known());
        assert!(parse("email", "feedback@stadt.example").unwrap().is_known());
    }
}
