//! `stadtfunk devices`: provisioning from the command line.

use anyhow::Context;
use domain::{Clock, DevEui, SystemClock};
use serde_json::json;
use store::{Device, StoreReader};

use super::{say, value};
use crate::{
    cli::{AddDeviceArgs, DevicesCommand},
    config::Config,
    devices::{self, DeviceLine, ParsedDevice},
};

/// Runs one provisioning command against the configured store.
pub(crate) async fn run(config: Config, action: DevicesCommand) -> anyhow::Result<()> {
    match action {
        DevicesCommand::Import { file } => {
            let opened =
                std::fs::File::open(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let devices = devices::read_csv(opened, &config.profiles.catalogue()?).map_err(|errors| {
                anyhow::anyhow!(
                    "`{}` was not imported, nothing changed:\n  {}",
                    file.display(),
                    errors.join("\n  ")
                )
            })?;
            import(&config, devices).await
        }
        DevicesCommand::Add(args) => {
            let device = line_of(args)
                .parse(&config.profiles.catalogue()?)
                .map_err(|error| crate::config::ConfigError::Argument(error.to_string()))?;
            import(&config, vec![device]).await
        }
        DevicesCommand::List { json } => list(&config, json).await,
        DevicesCommand::Show { dev_eui } => show(&config, dev_eui).await,
        DevicesCommand::Retire { dev_eui, until } => {
            let store = config.open_existing_store().await?;
            let until = until.unwrap_or_else(|| SystemClock.now());
            let is_known = store.retire_device(dev_eui, until).await?;
            store.close().await?;
            anyhow::ensure!(is_known, "there is no device `{dev_eui}`; `stadtfunk devices list` shows all");
            say(format!("{dev_eui} is retired since {until}; its data stays"))
        }
    }
}

async fn import(config: &Config, devices: Vec<ParsedDevice>) -> anyhow::Result<()> {
    let store = config.open_store().await?;
    for ParsedDevice { device, unknown_profile } in &devices {
        if let Some(unknown) = unknown_profile {
            let dev_eui = device.dev_eui;
            say(format!("note: {dev_eui}: its uplinks will wait in quarantine, for {unknown}"))?;
        }
    }
    let report = store.import_devices(devices.into_iter().map(|parsed| parsed.device).collect()).await?;
    store.close().await?;
    say(format!(
        "{} created, {} updated, {} unchanged",
        report.n_created, report.n_updated, report.n_unchanged
    ))
}

async fn list(config: &Config, as_json: bool) -> anyhow::Result<()> {
    let store = config.open_reader().await?;
    let registry = store.registry().await;
    store.close().await;
    let registry = registry?;
    let mut devices: Vec<Device> = registry.devices.into_values().collect();
    devices.sort_by(|a, b| (&a.thing_name, a.dev_eui).cmp(&(&b.thing_name, b.dev_eui)));
    if as_json {
        return say(serde_json::to_string_pretty(&devices.iter().map(to_json).collect::<Vec<_>>())?);
    }
    for device in devices {
        let retired = device.until.map(|until| format!("  retired {until}")).unwrap_or_default();
        say(format!("{}  {:<28} {}{retired}", device.dev_eui, device.profile, device.thing_name))?;
    }
    Ok(())
}

async fn show(config: &Config, dev_eui: DevEui) -> anyhow::Result<()> {
    let store = config.open_reader().await?;
    let shown = described(&store, dev_eui).await;
    store.close().await;
    say(serde_json::to_string_pretty(&shown?)?)
}

/// The device with its latest values.
async fn described(store: &StoreReader, dev_eui: DevEui) -> anyhow::Result<serde_json::Value> {
    let registry = store.registry().await?;
    let device = registry
        .devices
        .get(&dev_eui)
        .with_context(|| format!("there is no device `{dev_eui}`; `stadtfunk devices list` shows all"))?;
    let mut shown = to_json(device);
    shown["latest"] = latest(store, device).await?;
    Ok(shown)
}

async fn latest(store: &StoreReader, device: &Device) -> anyhow::Result<serde_json::Value> {
    let datastreams = store.datastreams(Some(device.thing)).await?;
    let latest = store.latest(Some(device.thing)).await?;
    let values = latest.iter().filter_map(|latest| {
        let datastream = datastreams.iter().find(|datastream| datastream.id == latest.datastream)?;
        let mut json = json!({
            "property": datastream.property.key(),
            "channel": datastream.channel.as_str(),
            "unit": datastream.property.unit().ucum,
            "quality": latest.quality.key(),
            "doubt": latest.quality.doubt().map(domain::Doubt::key),
            "time": latest.time.to_string(),
        });
        value::add_to(&mut json, latest.value);
        Some(json)
    });
    Ok(values.collect())
}

fn to_json(device: &Device) -> serde_json::Value {
    json!({
        "dev_eui": device.dev_eui,
        "name": device.thing_name,
        "profile": device.profile,
        "params": device.params,
        "interval_s": device.expected_interval.as_secs(),
        "since": device.since.map(|time| time.to_string()),
        "until": device.until.map(|time| time.to_string()),
    })
}

fn line_of(args: AddDeviceArgs) -> DeviceLine {
    DeviceLine {
        dev_eui: args.dev_eui.to_string(),
        name: args.name,
        profile: args.profile,
        description: args.description,
        latitude: args.latitude.unwrap_or_default(),
        longitude: args.longitude.unwrap_or_default(),
        interval: args.interval.unwrap_or_default(),
        params: args.params.join(";"),
        since: args.since.unwrap_or_default(),
    }
}
