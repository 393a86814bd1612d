//! The commands that are no servers, one per file.

pub(crate) mod backup;
pub(crate) mod codec;
pub(crate) mod config;
pub(crate) mod decode;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod export;
mod hex_input;
pub(crate) mod migrate;
pub(crate) mod profiles;
pub(crate) mod properties;
pub(crate) mod quality;
pub(crate) mod quarantine;
pub(crate) mod rebuild;
pub(crate) mod redecode;
pub(crate) mod replay;
pub(crate) mod retention;
pub(crate) mod simulate;
mod value;

use std::io::Write;

/// Writes a line to standard output. A reader that has seen enough (`| head`) is no error: the work goes on.
pub(crate) fn say(line: impl AsRef<str>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", line.as_ref()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
