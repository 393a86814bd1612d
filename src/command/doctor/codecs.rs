//! Makers' codecs: can they be run, and how far are they shut in?

use std::time::Duration;

use decoders::codecs::{CodecError, Confinement};
use domain::ErrorChain;

use super::finding::Finding;
use crate::config::{ProfilesConfig, broken_codecs, codec_pool};

/// How long the first process may take to start.
const START: Duration = Duration::from_secs(10);

/// Reads the operator's profiles; where one has a codec, starts a process for it and runs it once. Nothing to say without
/// a folder.
pub(super) fn look(profiles: &ProfilesConfig) -> Vec<Finding> {
    let Some(dir) = &profiles.dir else { return Vec::new() };
    let remedy = format!("see `stadtfunk profiles check {}`", dir.display());
    let catalogue = match profiles.catalogue() {
        Ok(catalogue) => catalogue,
        Err(error) => {
            return vec![Finding::fail("profiles", ErrorChain(&error).to_string(), remedy)];
        }
    };
    let n = catalogue.profiles().filter(|profile| profile.decoder.starts_with("codec ")).count();
    if n == 0 {
        return Vec::new();
    }
    let started = codec_pool().ready(START);
    let broken = if started.is_ok() { broken_codecs(&catalogue) } else { Vec::new() };
    let broken = broken.into_iter().map(|(id, error)| {
        let text = format!("no uplink of `{id}` can be read: {}", ErrorChain(&error));
        Finding::fail("codecs", text, remedy.clone())
    });
    [judge(n, started)].into_iter().chain(broken).collect()
}

fn judge(n: usize, started: Result<Confinement, CodecError>) -> Finding {
    let name = "codecs";
    let confinement = match started {
        Ok(confinement) => confinement,
        Err(error) => {
            let text = format!("{n} profiles need a process that cannot be started: {}", ErrorChain(&error));
            return Finding::fail(name, text, "look at the limits of processes and memory of this service");
        }
    };
    let Confinement { resources, system_calls, network, process } = confinement;
    if confinement.is_tight() {
        let network = if network { "" } else { " (they are in our network, but can open no socket)" };
        let text = format!("those of {n} profiles reach no file, no network and no other process{network}");
        return Finding::ok(name, text);
    }
    let parts = [(resources, "memory and time"), (system_calls, "system calls"), (process, "rights")];
    let missing: Vec<&str> = parts.into_iter().filter(|(holds, _)| !holds).map(|(_, part)| part).collect();
    let text =
        format!("those of {n} profiles are not shut in: this machine does not limit {}", missing.join(", "));
    Finding::warn(name, text, "use only codecs you have read")
}

#[cfg(test)]
mod tests {
    use decoders::codecs::Unavailable;

    use super::*;

    const ALL: Confinement =
        Confinement { resources: true, system_calls: true, network: true, process: true };

    fn said(started: Result<Confinement, CodecError>) -> String {
        judge(2, started).to_string()
    }

    #[test]
    fn what_shuts_codecs_in_is_named_and_what_does_not_is_a_warning() {
        assert_eq!(
            said(Ok(ALL)),
            "ok   codecs: those of 2 profiles reach no file, no network and no other process"
        );
        let without_network = said(Ok(Confinement { network: false, ..ALL }));
        assert!(without_network.starts_with("ok   ") && without_network.contains("can open no socket"));
        assert_eq!(
            said(Ok(Confinement { system_calls: false, process: false, ..ALL })),
            "warn codecs: those of 2 profiles are not shut in: this machine does not limit system calls, rights: \
             use only codecs you have read"
        );
    }

    #[test]
    fn no_process_for_codecs_is_a_failure() {
        let error = CodecError::Unavailable(Unavailable::NotStarted("no memory".to_owned()));
        assert!(said(Err(error)).starts_with("fail codecs: 2 profiles need a process"));
    }
}
