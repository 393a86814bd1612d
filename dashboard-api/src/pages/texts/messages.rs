//! The messages of `messages/LANGUAGE/AREA.ftl` as methods; `build.rs` makes them.

use std::sync::LazyLock;

use domain::Lang;
use fluent_bundle::{
    FluentArgs, FluentResource, FluentValue as Filling, concurrent::FluentBundle,
    types::FluentNumber as Number,
};

use super::{super::numbers, Texts};

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[(Lang, Bundle); Lang::ALL.len()]> =
    LazyLock::new(|| Lang::ALL.map(|lang| (lang, bundle(lang))));

/// A message with its variables filled in.
fn filled<'a, const N: usize>(lang: Lang, id: &str, fillings: [(&'a str, Filling<'a>); N]) -> String {
    let bundle = BUNDLES.iter().find(|(of, _)| *of == lang).map(|(_, bundle)| bundle);
    let pattern = bundle.and_then(|bundle| Some((bundle, bundle.get_message(id)?.value()?)));
    let Some((bundle, pattern)) = pattern else { unreachable!("the build knows every message") };
    let mut errors = Vec::new();
    let text =
        bundle.format_pattern(pattern, Some(&FluentArgs::from_iter(fillings)), &mut errors).into_owned();
    if !errors.is_empty() {
        tracing::error!(message = id, lang = lang.tag(), ?errors, "a text could not be filled in");
    }
    text
}

fn bundle(lang: Lang) -> Bundle {
    let tag = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // The pages are of one direction; marks around every number would end up in labels of charts.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::De => |value, _| number(value, Lang::De),
        Lang::En => |value, _| number(value, Lang::En),
    }));
    for file in files(lang) {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(read, _)| read);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Numbers inside texts look as they do everywhere.
fn number(value: &Filling<'_>, lang: Lang) -> Option<String> {
    match value {
        Filling::Number(number) => {
            let decimals = usize::from(number.value.fract() != 0.0);
            Some(numbers::number(number.value, decimals, lang))
        }
        _ => None,
    }
}
