//! `stadtfunk profiles`: what this program decodes.

use serde_json::json;

use super::say;

/// Prints all profiles, for people or as JSON.
pub(crate) fn run(as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let profiles: Vec<_> = decoders::profiles().iter().map(to_json).collect();
        return say(serde_json::to_string_pretty(&profiles)?);
    }
    for profile in decoders::profiles() {
        say(format!("{:<28} {}", profile.id, profile.description))?;
        for param in profile.params {
            let default = param.default.map(|value| format!(", default {value}")).unwrap_or_default();
            say(format!(
                "{:<28}   --param {}=…  {} ({}{default})",
                "", param.key, param.description, param.expected
            ))?;
        }
    }
    Ok(())
}

fn to_json(profile: &decoders::ProfileInfo) -> serde_json::Value {
    let params: Vec<_> = profile
        .params
        .iter()
        .map(|param| {
            json!({
                "key": param.key,
                "default": param.default,
                "expected": param.expected,
                "description": param.description,
            })
        })
        .collect();
    json!({
        "id": profile.id,
        "vendor": profile.vendor,
        "model": profile.model,
        "description": profile.description,
        "expected_interval_s": profile.expected_interval.as_secs(),
        "params": params,
    })
}
