//! The files of Stadt Münster's permanent bicycle counters.
//!
//! `Datetime,<id> (<name>),<channel id> (<name>),…,<id>-status,…`: one row per quarter-hour, labelled with its
//! start in naive local time of Europe/Berlin.
//!
//! In autumn the hour from 2 to 3, which the clock shows twice, is in the file once. It is taken for the first
//! of the two (summer time); the second is a gap of an hour. Should a file have it twice, the second is winter
//! time. In spring the hour from 2 to 3 does not exist; a row in it is an error.

use std::io::Read;

use domain::Truncated;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};

use super::{Counted, GATEWAYS, Replay, ReplayKind, ReplayOptions, counter};
use crate::NetworkServer;

/// What is wrong with a file of counts.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file is no CSV.
    #[error("the file is no table of comma separated values")]
    Csv(#[from] csv::Error),
    /// The header names no site.
    #[error("the header names `{found}` in column 2: expected `<id> (<name>)` of the site")]
    Site {
        /// As found.
        found: Truncated,
    },
    /// An interval counter needs the two directions.
    #[error("the header names {found} channels: a two-way counter needs 2")]
    Channels {
        /// As found.
        found: usize,
    },
    /// A row's time is none.
    #[error("row {row}: `{found}` is no local time of Europe/Berlin: expected `YYYY-MM-DD hh:mm`")]
    Time {
        /// Row of the file, the header being 1.
        row: u64,
        /// As found.
        found: Truncated,
    },
    /// Rows go back in time.
    #[error("row {row}: `{found}` does not lie after the row before")]
    Order {
        /// Row of the file, the header being 1.
        row: u64,
        /// As found.
        found: Truncated,
    },
    /// A count is no number.
    #[error("row {row}: `{found}` is no count of a quarter-hour: expected 0 to 65535")]
    Count {
        /// Row of the file, the header being 1.
        row: u64,
        /// As found.
        found: Truncated,
    },
}

const QUARTER_HOUR: SignedDuration = SignedDuration::from_mins(15);

/// A counting site as the header names it.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) id: u32,
    pub(super) name: String,
    /// Names of the two directions.
    pub(super) channels: (String, String),
    n_channels: usize,
}

/// One row.
#[derive(Clone, Copy, Debug)]
struct Row {
    start: Timestamp,
    date: Date,
    total: Option<u16>,
    channels: Option<(u16, u16)>,
}

/// Reads a file of one site and turns its rows into the uplinks of a counter.
///
/// A row whose needed counts are empty (the site's total for a running total, both channels for an interval
/// counter) is left out, because a missing count is not zero.
pub fn muenster(csv: impl Read, options: &ReplayOptions) -> Result<Replay, ReplayError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
    let site = Site::from_header(reader.headers()?)?;
    if options.kind == ReplayKind::Interval && site.n_channels != 2 {
        return Err(ReplayError::Channels { found: site.n_channels });
    }
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    let mut uplinks = Vec::new();
    let mut day_sums: Vec<(Date, u64)> = Vec::new();
    let (mut n_rows_skipped, mut total, mut last_start) = (0, 0, None);
    for (number, record) in (2..).zip(reader.records()) {
        let row = Row::parse(number, &record?, &zone, last_start)?;
        last_start = Some(row.start);
        let (channels, count) = match (options.kind, row.channels, row.total) {
            (ReplayKind::Interval, Some((first, second)), _) => {
                ((first, second), u64::from(first) + u64::from(second))
            }
            (ReplayKind::RunningTotal, _, Some(total)) => ((0, 0), u64::from(total)),
            _ => {
                n_rows_skipped += 1;
                continue;
            }
        };
        let continues = uplinks.last().is_some_and(|last: &Counted| last.at == row.start);
        if options.kind == ReplayKind::RunningTotal && !continues {
            uplinks.push(Counted { at: row.start, channels: (0, 0), total });
        }
        total += count;
        uplinks.push(Counted { at: row.start + QUARTER_HOUR, channels, total });
        match day_sums.last_mut() {
            Some((date, sum)) if *date == row.date => *sum += count,
            _ => day_sums.push((row.date, count)),
        }
    }
    let device = counter(options.kind, &site);
    let registration = NetworkServer::ChirpStack.register(&device, &GATEWAYS);
    Ok(Replay { device, registration, options: *options, uplinks, day_sums, n_rows_skipped })
}

impl Site {
    fn from_header(header: &csv::StringRecord) -> Result<Self, ReplayError> {
        let found = header.get(1).unwrap_or_default();
        let (id, name) =
            id_and_name(found).ok_or_else(|| ReplayError::Site { found: Truncated::new(found) })?;
        let channels: Vec<String> = header
            .iter()
            .skip(2)
            .take_while(|column| !column.ends_with("-status"))
            .map(|column| id_and_name(column).map_or_else(|| column.to_owned(), |(_, name)| name))
            .map(|name| name.chars().filter(|c| !c.is_control()).take(40).collect())
            .collect();
        let n_channels = channels.len();
        let mut names = channels.into_iter();
        let mut next = |otherwise: &str| names.next().unwrap_or_else(|| otherwise.to_owned());
        let channels = (next("stadteinwärts"), next("stadtauswärts"));
        Ok(Self { id, name, channels, n_channels })
    }
}

/// Splits `100034978 (Gartenstraße)`.
fn id_and_name(column: &str) -> Option<(u32, String)> {
    let (id, name) = column.trim().split_once('(')?;
    Some((id.trim().parse().ok()?, name.trim_end_matches(')').trim().to_owned()))
}

impl Row {
    fn parse(
        row: u64,
        record: &csv::StringRecord,
        zone: &TimeZone,
        last_start: Option<Timestamp>,
    ) -> Result<Self, ReplayError> {
        let label = record.get(0).unwrap_or_default();
        let no_time = || ReplayError::Time { row, found: Truncated::new(label) };
        let local = DateTime::strptime("%Y-%m-%d %H:%M", label).map_err(|_| no_time())?;
        let ambiguous = zone.to_ambiguous_timestamp(local);
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return Err(no_time());
        }
        let earlier = ambiguous.earlier().map_err(|_| no_time())?;
        let is_after_last = |start: &Timestamp| last_start.is_none_or(|last| last < *start);
        let start = Some(earlier)
            .filter(is_after_last)
            .or_else(|| ambiguous.later().ok().filter(is_after_last))
            .ok_or_else(|| ReplayError::Order { row, found: Truncated::new(label) })?;
        let count = |column: usize| -> Result<Option<u16>, ReplayError> {
            match record.get(column).map(str::trim).filter(|text| !text.is_empty()) {
                None => Ok(None),
                Some(text) => text
                    .parse()
                    .map(Some)
                    .map_err(|_| ReplayError::Count { row, found: Truncated::new(text) }),
            }
        };
        Ok(Self { start, date: local.date(), total: count(1)?, channels: count(2)?.zip(count(3)?) })
    }
}
