//! `stadtfunk replay`: recorded MQTT messages to a broker.

use std::{fs::File, io::BufReader, time::Duration};

use anyhow::Context;
use firmware_sim::{Message, Publisher, record};

use super::{say, simulate::connect};
use crate::cli::ReplayArgs;

/// Messages published together.
const BATCH: usize = 500;

/// Publishes all messages of a recording, in order; returns when the broker has acknowledged them.
pub(crate) async fn run(args: ReplayArgs) -> anyhow::Result<()> {
    let file = File::open(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    // All lines are read first: a damaged file is refused before anything is published.
    let messages: Vec<Message> = record::read(BufReader::new(file))
        .collect::<Result<_, _>>()
        .with_context(|| format!("`{}` is no recording, nothing was published", args.file.display()))?;
    let mut publisher = connect(&args.broker).await?;
    let n = match args.speed {
        None => publisher.publish_all(messages).await?,
        Some(speed) => in_time(&mut publisher, messages, speed).await?,
    };
    publisher.close().await;
    say(format!("{n} messages published and acknowledged"))
}

/// Keeps the recorded pauses, `speed` times shorter.
async fn in_time(publisher: &mut Publisher, messages: Vec<Message>, speed: f64) -> anyhow::Result<u64> {
    let mut n = 0;
    let mut before = messages.first().map(|message| message.at);
    for batch in messages.chunk_by(|a, b| a.at == b.at).flat_map(|same| same.chunks(BATCH)) {
        let at = batch.first().map(|message| message.at);
        if let (Some(before), Some(at)) = (before, at) {
            let pause = at.duration_since(before).as_secs_f64() / speed;
            tokio::time::sleep(Duration::try_from_secs_f64(pause).unwrap_or_default()).await;
        }
        before = at;
        n += publisher.publish_all(batch.iter().cloned()).await?;
    }
    Ok(n)
}
