//! `stadtfunk rebuild`: whether every bucket follows from the readings.

use std::fmt::Write as _;

use anyhow::bail;
use store::{Bucket, Difference, RebuildMode};

use super::say;
use crate::config::Config;

/// Computes all buckets of the configured store again; corrects those that differ, or only says so.
pub(crate) async fn run(config: Config, check: bool) -> anyhow::Result<()> {
    let mode = if check { RebuildMode::Check } else { RebuildMode::Correct };
    let store = config.open_existing_store().await?;
    let report = store.rebuild(mode).await;
    store.close().await?;
    let report = report?;
    for (name, compared) in
        [("quarter-hours", report.quarter_hours), ("hours", report.hours), ("days", report.days)]
    {
        say(format!("{:>10} {name} compared, {} differ", compared.n_compared, compared.n_different))?;
    }
    for difference in &report.first {
        say(line(difference))?;
    }
    let n_different = report.n_different();
    let n_told = u64::try_from(report.first.len())?;
    if n_different > n_told {
        say(format!("and {} more", n_different - n_told))?;
    }
    match mode {
        RebuildMode::Check if n_different > 0 => {
            bail!("{n_different} buckets do not follow from the readings: `stadtfunk rebuild` corrects them")
        }
        RebuildMode::Correct if n_different > 0 => say(format!("{n_different} corrected")),
        _ => Ok(()),
    }
}

fn line(found: &Difference) -> String {
    let stream = match found.datastream {
        Some((id, property, channel)) if channel == domain::Channel::MAIN => {
            format!("Datastream {} {property}", id.0)
        }
        Some((id, property, channel)) => format!("Datastream {} {property}/{channel}", id.0),
        None => "no Datastream".to_owned(),
    };
    format!(
        "`{}`, {stream}, {} of {}: {} -> {}",
        found.thing,
        found.width.key(),
        found.start,
        content(found.stored.as_ref()),
        content(found.computed.as_ref())
    )
}

/// A bucket in few words: what people compare.
fn content(bucket: Option<&Bucket>) -> String {
    let Some(bucket) = bucket else { return "none".to_owned() };
    let mut text = format!("n {}, sum {}, {} s observed", bucket.n, bucket.sum, bucket.covered_seconds);
    for (name, value) in [("min", bucket.min), ("max", bucket.max), ("last", bucket.last)] {
        if let Some(value) = value {
            _ = write!(text, ", {name} {value}");
        }
    }
    if let Some((east, north)) = bucket.vector {
        _ = write!(text, ", east {east}, north {north}");
    }
    if bucket.n_resets > 0 {
        _ = write!(text, ", {} resets", bucket.n_resets);
    }
    if let Some(carried) = bucket.carried {
        _ = write!(text, ", carried {} of {} to {}", carried.sum, carried.range.from(), carried.range.to());
    }
    text
}
