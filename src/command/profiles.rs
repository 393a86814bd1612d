//! `stadtfunk profiles`: what this program decodes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use decoders::{Catalogue, ProfileInfo};
use serde_json::json;

use super::say;
use crate::{
    cli::ProfilesCommand,
    config::{self, broken_codec, read_folder, with_codecs},
};

/// Prints all profiles, for people or as JSON, or checks a folder of them.
pub(crate) fn run(
    settings: Option<&Path>,
    as_json: bool,
    action: Option<&ProfilesCommand>,
) -> anyhow::Result<()> {
    if let Some(ProfilesCommand::Check { dir }) = action {
        return check(dir);
    }
    let catalogue = config::load(settings, None)?.profiles.catalogue()?;
    if as_json {
        let profiles: Vec<_> = catalogue.profiles().map(to_json).collect();
        return say(serde_json::to_string_pretty(&profiles)?);
    }
    for profile in catalogue.profiles() {
        say(format!("{:<36} {}", profile.id, profile.description))?;
        for param in &profile.params {
            let default =
                param.default.as_ref().map(|value| format!(", default {value}")).unwrap_or_default();
            say(format!(
                "{:<36}   --param {}=…  {} ({}{default})",
                "", param.key, param.description, param.expected
            ))?;
        }
    }
    Ok(())
}

/// Reads every profile of a folder on top of ours, and tries its codecs.
fn check(dir: &Path) -> anyhow::Result<()> {
    is_folder_of_profiles(dir)?;
    let mut catalogue = with_codecs();
    let (added, errors) = read_folder(dir, &mut catalogue);
    let mut wrong: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let mut n_right = 0;
    for id in &added {
        if let Some(error) = broken_codec(&catalogue, id) {
            let file = dir.join(id).with_added_extension("toml");
            let decoder = catalogue.profiles().find(|info| *info.id == **id).map_or("", |info| &info.decoder);
            wrong.push(format!("`{}`: {decoder}: {error}", file.display()));
            continue;
        }
        n_right += 1;
        let instead = if Catalogue::built_in().profiles().any(|known| *known.id == **id) {
            "  (takes the place of the one of this program)"
        } else {
            ""
        };
        say(format!("ok     {id}{instead}"))?;
    }
    for error in &wrong {
        say(format!("wrong  {error}"))?;
    }
    anyhow::ensure!(wrong.is_empty(), "{} of {} files are wrong", wrong.len(), wrong.len() + n_right);
    anyhow::ensure!(n_right > 0, "`{}` has no file `vendor/model.toml`", dir.display());
    Ok(())
}

/// Says what was expected where something else than a folder of folders was named.
fn is_folder_of_profiles(dir: &Path) -> anyhow::Result<()> {
    let expected = "expected a folder with files `vendor/model.toml`";
    let name = dir.display();
    anyhow::ensure!(dir.exists(), "`{name}` is not there: {expected}");
    anyhow::ensure!(dir.is_dir(), "`{name}` is a file: {expected}, and the profile in one of them");
    let inside = |dir: &Path| -> Vec<PathBuf> {
        fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let is_profile = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let here = inside(dir);
    let below: Vec<PathBuf> =
        here.iter().filter(|path| path.is_dir()).flat_map(|path| inside(path)).collect();
    if let Some(file) = here.iter().find(is_profile)
        && below.iter().find(is_profile).is_none()
    {
        let file = file.file_name().unwrap_or_default().display();
        anyhow::bail!("`{name}` holds `{file}` itself: {expected}, as the folder above it may be");
    }
    Ok(())
}

fn to_json(profile: &ProfileInfo) -> serde_json::Value {
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
        "decoder": profile.decoder,
        "expected_interval_s": profile.expected_interval.as_secs(),
        "params": params,
    })
}
