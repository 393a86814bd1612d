//! Many calls of one script at once: they are sent one behind the other, and their answers come as they are ready.
//!
//! To wake a process and to be woken takes longer than most codecs run. What goes wrong in a batch is not decided here: calls without an
//! answer are run alone afterwards, and whoever is at fault shows there.

use std::collections::BTreeMap;

use super::{FIRST_START_LIMIT, Pool, outcome, process::deadline, queue::Key};
use crate::{Call, CodecError, Outcome, ScriptId};

/// Calls in one batch. The first that fails ends the context of the script, and those behind it are run alone.
const MAX_CALLS: usize = 32;

/// Bytes of all payloads and variables in one batch; far less than a socket takes without being read.
const MAX_BYTES: usize = 8 * 1024;

/// The calls of each script, by their places, in batches.
pub(super) fn by_script(calls: &[Call<'_>]) -> Vec<Vec<Vec<usize>>> {
    let mut scripts: Vec<Vec<Vec<usize>>> = Vec::new();
    // Where the batches of a script are, and the bytes of its last one.
    let mut known: BTreeMap<ScriptId, (usize, usize)> = BTreeMap::new();
    for (at, call) in calls.iter().enumerate() {
        let n_bytes = call.n_bytes();
        // What is refused for its size, or fills a batch, is run alone.
        if call.check().is_err() || n_bytes > MAX_BYTES {
            continue;
        }
        let (script, filled) = known.entry(call.script.id()).or_insert_with(|| {
            scripts.push(Vec::new());
            (scripts.len().saturating_sub(1), 0)
        });
        let Some(batches) = scripts.get_mut(*script) else { continue };
        let has_room = filled.saturating_add(n_bytes) <= MAX_BYTES;
        if let Some(batch) = batches.last_mut().filter(|batch| has_room && batch.len() < MAX_CALLS) {
            batch.push(at);
        } else {
            *filled = 0;
            batches.push(vec![at]);
        }
        *filled = filled.saturating_add(n_bytes);
    }
    scripts.retain(|batches| batches.iter().map(Vec::len).sum::<usize>() > 1);
    scripts
}

/// Runs the calls at these places, all of one script, and leaves out those that have to be run alone. While the worker runs one
/// batch, the answers of the one before are read.
pub(super) fn run(
    pool: &Pool,
    calls: &[Call<'_>],
    batches: &[Vec<usize>],
    outcomes: &mut [Option<Result<Outcome, CodecError>>],
) {
    let shared = &pool.shared;
    // One that is suspended would give the others no place.
    let mut all = batches.iter().flatten().filter_map(|&at| calls.get(at));
    let Some(first) = all.find(|call| !shared.is_suspended(&Key::of(call))) else { return };
    if shared.wait_until_ready(deadline(FIRST_START_LIMIT)).is_err() {
        return;
    }
    let until = deadline(shared.options.wait_limit);
    let Ok(_place) = shared.wait_for_place(Key::of(first), until) else { return };
    let Ok(mut worker) = shared.take_worker(first.script.id(), until) else { return };
    let mut sent: Vec<(usize, &Call<'_>)> = Vec::new();
    let asked = batches.iter().map(|batch| {
        let calls = batch.iter().filter_map(|&at| Some((at, calls.get(at)?)));
        calls.filter(|(_, call)| !shared.is_suspended(&Key::of(call))).collect::<Vec<_>>()
    });
    for batch in asked.map(Some).chain([None]) {
        if let Some(batch) = &batch {
            let requests = batch.iter().map(|(_, call)| pool.request(call)).collect();
            let until = deadline(shared.options.call_limit);
            if worker.send_all(requests, first.script.source(), until).is_err() {
                return;
            }
        }
        for (at, call) in sent.drain(..) {
            let Ok(answer) = worker.answer(deadline(shared.options.call_limit)) else { return };
            // The worker lost the script: it is asked again alone.
            if answer.needs_source() {
                continue;
            }
            let Ok(outcome) = outcome::of(answer, &pool.asked(call)) else { return };
            let key = Key::of(call);
            shared.learn(&key, &outcome);
            let has_failed = outcome.is_err();
            if let Some(place) = outcomes.get_mut(at) {
                *place = Some(outcome);
            }
            // The rest of a batch that only fails is not waited for.
            if has_failed && shared.is_suspended(&key) {
                return;
            }
        }
        sent.extend(batch.into_iter().flatten());
    }
    worker.give_back();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Script;

    fn call<'a>(script: &'a Script, bytes: &'a [u8]) -> Call<'a> {
        Call { script, device: "device", f_port: 1, bytes, received_at_ms: 0, variables: &[] }
    }

    #[test]
    fn calls_of_one_script_go_together_wherever_they_stand() {
        let (one, two) = (Script::new("one", "1").unwrap(), Script::new("two", "2").unwrap());
        let calls = [call(&one, &[]), call(&two, &[]), call(&one, &[]), call(&two, &[]), call(&one, &[])];
        assert_eq!(by_script(&calls), [vec![vec![0, 2, 4]], vec![vec![1, 3]]]);
    }

    #[test]
    fn a_single_call_and_one_that_is_too_large_are_no_batch() {
        let script = Script::new("one", "1").unwrap();
        let large = [0; 1_025];
        assert!(by_script(&[call(&script, &[]), call(&script, &large)]).is_empty());
    }

    #[test]
    fn batches_end_at_32_calls_and_at_8_kib() {
        let script = Script::new("one", "1").unwrap();
        let sizes = |calls: &[Call<'_>]| by_script(calls).concat().iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(&[call(&script, &[]); 70]), [32, 32, 6]);
        assert_eq!(sizes(&[call(&script, &[0; 1_024]); 20]), [8, 8, 4]);
    }
}
