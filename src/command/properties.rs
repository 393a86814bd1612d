//! `stadtfunk properties`: what a city observes, for whoever writes a profile.

use domain::{Lang, ObservedProperty};
use serde_json::{Value as Json, json};

use super::{say, value};

/// Prints every observed property, for people or as JSON.
pub(crate) fn run(as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let properties: Vec<Json> = ObservedProperty::ALL.iter().map(|property| to_json(*property)).collect();
        return say(serde_json::to_string_pretty(&properties)?);
    }
    say(format!("{:<28} {:<8} {:<12} {:<18} name", "property", "unit", "aggregation", "plausible"))?;
    for property in ObservedProperty::ALL {
        let plausible =
            property.plausible().map_or_else(String::new, |(least, most)| format!("{least} to {most}"));
        say(format!(
            "{:<28} {:<8} {:<12} {plausible:<18} {} / {}",
            property.key(),
            property.unit().ucum,
            property.aggregation().key(),
            property.name(Lang::De),
            property.name(Lang::En)
        ))?;
    }
    Ok(())
}

fn to_json(property: ObservedProperty) -> Json {
    let plausible =
        property.plausible().map(|(least, most)| json!([value::number(least), value::number(most)]));
    json!({
        "property": property.key(),
        "unit": property.unit().ucum,
        "aggregation": property.aggregation().key(),
        "plausible": plausible,
        "name": { "de": property.name(Lang::De), "en": property.name(Lang::En) },
    })
}
