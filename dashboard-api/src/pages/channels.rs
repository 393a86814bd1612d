//! What channels are called where people read them.

use domain::{Channel, Lang};
use store::Datastream;

use super::texts::Texts;

/// The name of a Datastream's channel: as the operator named it, else what its key says; empty for the main
/// channel.
pub(crate) fn name(datastream: &Datastream, lang: Lang) -> String {
    datastream.channel_name.clone().unwrap_or_else(|| of_key(datastream.channel, &[], lang))
}

/// Names channels such as `class3.ltr` after the directions the operator named.
pub(crate) fn complete(datastreams: &mut [Datastream], names: &[(Channel, String)], lang: Lang) {
    for datastream in datastreams.iter_mut().filter(|stream| stream.channel_name.is_none()) {
        let name = of_key(datastream.channel, names, lang);
        datastream.channel_name = Some(name).filter(|name| !name.is_empty());
    }
}

/// What a channel's key says, with the `names` the operator gave to parts of it.
pub(crate) fn of_key(channel: Channel, names: &[(Channel, String)], lang: Lang) -> String {
    let parts = channel.as_str().split('.').filter(|part| !part.is_empty());
    parts.map(|part| of_part(part, names, lang)).collect::<Vec<_>>().join(", ")
}

fn of_part(part: &str, names: &[(Channel, String)], lang: Lang) -> String {
    if let Some((_, name)) = names.iter().find(|(channel, _)| channel.as_str() == part) {
        return name.clone();
    }
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = part.get(letters.len()..).unwrap_or_default();
    let t = Texts(lang);
    match (letters, number) {
        ("ltr", "") => t.channel_left_to_right().to_owned(),
        ("rtl", "") => t.channel_right_to_left().to_owned(),
        ("left", "") => t.channel_left().to_owned(),
        ("right", "") => t.channel_right().to_owned(),
        ("correction", "") => t.channel_correction().to_owned(),
        ("", number) => t.channel_number(number),
        ("class", number) if !number.is_empty() => t.channel_class(number),
        ("cat", number) if !number.is_empty() => t.channel_category(number),
        _ => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, de: &str, en: &str) {
        let names = [("ltr".parse().unwrap(), "stadteinwärts".to_owned())];
        let channel = key.parse().unwrap();
        assert_eq!(of_key(channel, &names, Lang::De), de);
        assert_eq!(of_key(channel, &[], Lang::En), en);
    }

    #[test]
    fn a_channel_nobody_named_is_called_by_what_its_key_says() {
        check("", "", "");
        check("3", "Kanal 3", "channel 3");
        check("rtl", "von rechts nach links", "right to left");
        check("class3.ltr", "Klasse 3, stadteinwärts", "class 3, left to right");
        check("x", "x", "x");
    }
}
