//! A PostgreSQL server: does it keep what it confirms, and will it still be quick in a year?

use domain::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};
use store::{ServerFacts, Writing};

use super::finding::Finding;

/// Two clocks may differ by so much: messages carry the network's time, and two minutes ahead are not believed.
const CLOCKS_MAY_DIFFER: SignedDuration = SignedDuration::from_secs(2);
/// Connections that should be free: eight that read, one that writes, and a command beside them.
const FREE_CONNECTIONS: i64 = 12;

/// What there is to say of the server.
pub(super) fn look(facts: &ServerFacts) -> Vec<Finding> {
    judge(facts, SystemClock.now())
}

fn judge(facts: &ServerFacts, now: Timestamp) -> Vec<Finding> {
    let about = "store";
    let mut findings = vec![extension(facts)];
    if !facts.is_durable {
        findings.push(Finding::fail(
            about,
            "the server confirms what a power cut takes away again (`fsync` or `full_page_writes` is off)",
            "set both to `on`",
        ));
    }
    findings.push(match (facts.writing, &facts.ingest) {
        (Writing::Replica, _) => Finding::fail(
            about,
            "is a replica, which cannot be written",
            "name the main server in `store.url` and this one in `store.replica_url`",
        ),
        (Writing::Forbidden, _) => Finding::fail(
            about,
            "our user may not write",
            "grant it INSERT, UPDATE, DELETE and SELECT on all tables of the store",
        ),
        (Writing::Possible, Some(holder)) => {
            Finding::ok(about, format!("can be written, a stadtfunk from {holder} ingests into it"))
        }
        (Writing::Possible, None) => Finding::ok(about, "can be written, no stadtfunk ingests into it now"),
    });
    let (used, most) = facts.connections;
    if most - used < FREE_CONNECTIONS {
        findings.push(Finding::warn(
            about,
            format!("{used} of {most} connections are in use, a process of ours wants up to nine"),
            "raise `max_connections` of the server",
        ));
    }
    let difference = facts.now.duration_since(now).abs();
    if difference > CLOCKS_MAY_DIFFER {
        findings.push(Finding::warn(
            about,
            format!("the server's clock and ours differ by {difference:#}"),
            "keep both machines' clocks right (NTP)",
        ));
    }
    findings
}

fn extension(facts: &ServerFacts) -> Finding {
    let server = format!("PostgreSQL {}", facts.version);
    match (&facts.timescaledb, facts.offers_timescaledb) {
        (Some((version, license)), _) => {
            let edition = match license.as_str() {
                "timescale" => "community licence: old readings are compressed",
                _ => "Apache licence: all we need, without compression",
            };
            Finding::ok("store", format!("{server} with TimescaleDB {version}, {edition}"))
        }
        (None, offers) => Finding::warn(
            "store",
            format!("{server} without TimescaleDB works, but writing slows down with years of data"),
            if offers {
                "begin a new database with `CREATE EXTENSION timescaledb` before the first `stadtfunk migrate`"
            } else {
                "install TimescaleDB and begin a new database with it, if you expect more than a few million readings"
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ServerFacts {
        ServerFacts {
            version: "17.5".to_owned(),
            timescaledb: Some(("2.19.3".to_owned(), "apache".to_owned())),
            offers_timescaledb: true,
            is_durable: true,
            writing: Writing::Possible,
            ingest: None,
            now: Timestamp::UNIX_EPOCH,
            connections: (10, 100),
        }
    }

    fn said(facts: &ServerFacts) -> Vec<String> {
        judge(facts, Timestamp::UNIX_EPOCH).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_server_as_it_should_be_is_well() {
        assert_eq!(
            said(&facts()),
            [
                "ok   store: PostgreSQL 17.5 with TimescaleDB 2.19.3, Apache licence: all we need, without compression",
                "ok   store: can be written, no stadtfunk ingests into it now",
            ]
        );
    }

    #[test]
    fn whatever_loses_data_or_stops_later_is_said_with_what_to_change() {
        let plain = said(&ServerFacts { timescaledb: None, ..facts() });
        assert!(
            plain[0].starts_with("warn store: PostgreSQL 17.5 without TimescaleDB works"),
            "{}",
            plain[0]
        );
        let reckless = said(&ServerFacts { is_durable: false, ..facts() });
        assert!(
            reckless[1].starts_with("fail store: the server confirms what a power cut"),
            "{}",
            reckless[1]
        );
        let replica = said(&ServerFacts { writing: Writing::Replica, ..facts() });
        assert!(replica[1].contains("`store.replica_url`"), "{}", replica[1]);
        let forbidden = said(&ServerFacts { writing: Writing::Forbidden, ..facts() });
        assert!(forbidden[1].starts_with("fail store: our user may not write"), "{}", forbidden[1]);
        let crowded = said(&ServerFacts { connections: (95, 100), ..facts() });
        assert!(crowded[2].starts_with("warn store: 95 of 100 connections"), "{}", crowded[2]);
        let late = ServerFacts { now: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(90), ..facts() };
        assert!(said(&late)[2].contains("differ by 1m 30s"), "{}", said(&late)[2]);
    }
}
