//! `stadtfunk redecode`: stored uplinks with the decoders of today.

use anyhow::Context;
use ingest::{RedecodeReport, Selection};
use store::{Assessed, RedecodeMode, ValueChange};

use super::{say, value::number};
use crate::{cli::RedecodeArgs, config::Config};

/// Decodes stored uplinks of the configured store again and tells what is other than it was; replaces it, or not.
pub(crate) async fn run(config: Config, args: RedecodeArgs) -> anyhow::Result<()> {
    let selection = match (args.selection.device, args.selection.profile) {
        (Some(dev_eui), _) => Selection::Device(dev_eui),
        (None, profile) => Selection::Profile(profile.context("neither a device nor a profile")?),
    };
    let mode = if args.apply { RedecodeMode::Apply } else { RedecodeMode::DryRun };
    let catalogue = config.profiles.patient_catalogue()?;
    let store = config.open_existing_store().await?;
    let report = ingest::redecode(&store, &catalogue, &selection, args.since, mode).await;
    let settled = if args.apply { store.settle().await } else { Ok(()) };
    store.close().await?;
    tell(&report?, mode)?;
    Ok(settled?)
}

fn tell(report: &RedecodeReport, mode: RedecodeMode) -> anyhow::Result<()> {
    for (dev_eui, change) in &report.first_changes {
        say(format!("{dev_eui}  {}", line(change)))?;
    }
    let n_told = u64::try_from(report.first_changes.len())?;
    if report.n_values > n_told {
        say(format!("and {} more values", report.n_values - n_told))?;
    }
    for (dev_eui, time, detail) in &report.first_refusals {
        say(format!("{dev_eui}  {time}  keeps its readings: {detail}"))?;
    }
    let (mut n_changed, mut n_refused) = (0, 0);
    for (dev_eui, device) in &report.devices {
        n_changed += device.n_changed;
        n_refused += device.n_refused;
        say(format!(
            "{dev_eui}  {} uplinks, {} unchanged, {} changed, {} refused  {}",
            device.n_uplinks, device.n_unchanged, device.n_changed, device.n_refused, device.thing_name
        ))?;
    }
    let n_refusals_told = u64::try_from(report.first_refusals.len())?;
    if n_refused > n_refusals_told {
        say(format!("{} more refused uplinks are not told one by one", n_refused - n_refusals_told))?;
    }
    match mode {
        RedecodeMode::DryRun if n_changed > 0 => say("nothing was changed: `--apply` replaces the readings"),
        RedecodeMode::DryRun => say("nothing is to be changed"),
        RedecodeMode::Apply => say(format!("{n_changed} replaced")),
    }
}

fn line(change: &ValueChange) -> String {
    let channel = match change.channel {
        channel if channel == domain::Channel::MAIN => String::new(),
        channel => format!("/{channel}"),
    };
    let (old, new) = (worth(change.old, change), worth(change.new, change));
    format!("{}  {}{channel}: {old} -> {new}", change.time, change.property)
}

/// A value in few words; its quality where that alone is other.
fn worth(found: Option<Assessed>, change: &ValueChange) -> String {
    let Some(Assessed { value, quality }) = found else { return "none".to_owned() };
    let differs = change.old.zip(change.new).is_some_and(|(old, new)| old.quality != new.quality);
    match value {
        None => match quality {
            domain::Quality::Missing(reason) => reason.key().to_owned(),
            other => other.key().to_owned(),
        },
        Some(value) if differs => {
            let doubt = quality.doubt().map(|doubt| format!(": {doubt}")).unwrap_or_default();
            format!("{} ({}{doubt})", number(value), quality.key())
        }
        Some(value) => number(value).to_string(),
    }
}
