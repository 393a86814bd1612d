//! The ingest with real brokers and a real store.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod acknowledgement;
mod broker_faults;
mod chirpstack;
mod embedded_broker;
mod fake_broker;
mod harness;
mod kept_from_fuzzing;
mod probe;
mod quarantine;
mod sizes;
mod the_things_stack;
mod tls;
mod webhook;
