//! Tables as CSV (RFC 4180) that a spreadsheet reads without surprises.

use std::borrow::Cow;

use domain::Truncated;
use jiff::{Timestamp, fmt::temporal::DateTimePrinter, tz::TimeZone};
use store::{Datastream, Thing};

/// The content type, with what RFC 4180 asks to be said.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// Builds one CSV text: CRLF line ends, quotes where needed.
#[derive(Debug)]
pub struct CsvTable {
    writer: csv::Writer<Vec<u8>>,
}

impl CsvTable {
    /// A table with its header line.
    pub fn new<'a>(header: impl IntoIterator<Item = Cow<'a, str>>) -> Self {
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let mut table = Self { writer };
        table.row(header);
        table
    }

    /// Adds a line.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cow<'a, str>>) {
        let cells = cells.into_iter().collect::<Vec<_>>();
        let written = self.writer.write_record(cells.iter().map(|cell| cell.as_bytes()));
        debug_assert!(written.is_ok(), "every line has as many cells as the header, and memory is written");
    }

    /// The whole text.
    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }
}

/// A cell of foreign text: cut to [`Truncated::MAX_CHARS`] characters without control characters, and
/// never a formula (OWASP ASVS 5.0, 1.2.10): what begins like one gets a `'` in front.
pub fn text(text: &str) -> Cow<'static, str> {
    let begins_like_a_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']);
    let cut = Truncated::new(text);
    if begins_like_a_formula { format!("'{cut}").into() } else { cut.to_string().into() }
}

/// Cells that say what a series is: name of the Thing, key of the property, name of the channel or its key.
pub fn names(datastream: &Datastream, thing: &Thing) -> [String; 3] {
    let channel = datastream.channel_name.as_deref().unwrap_or_else(|| datastream.channel.as_str());
    [text(&thing.name).into_owned(), datastream.property.to_string(), text(channel).into_owned()]
}

/// A cell with a number, or an empty one: missing is never zero.
pub fn number(value: Option<f64>) -> Cow<'static, str> {
    value.map_or(Cow::Borrowed(""), |n| n.to_string().into())
}

/// A cell with a time in UTC.
pub fn utc(time: Timestamp) -> Cow<'static, str> {
    time.to_string().into()
}

/// A cell with the same time on the city's clocks, with its offset.
pub fn local(time: Timestamp, zone: &TimeZone) -> Cow<'static, str> {
    DateTimePrinter::new().timestamp_with_offset_to_string(&time, zone.to_offset(time)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_formula_gets_an_apostrophe() {
        assert_eq!(text("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(text("@SUM(1)"), "'@SUM(1)");
        assert_eq!(text("+49 441"), "'+49 441");
        assert_eq!(text("-1"), "'-1");
        assert_eq!(text("\tx"), "'\u{fffd}x");
        assert_eq!(text("\0x"), "'\u{fffd}x");
        assert_eq!(text("Pophankenweg = Mitte"), "Pophankenweg = Mitte");
    }

    #[test]
    fn a_negative_number_stays_a_number() {
        assert_eq!(number(Some(-3.5)), "-3.5");
        assert_eq!(number(Some(0.0)), "0");
        assert_eq!(number(None), "");
    }

    #[test]
    fn local_time_tells_the_two_hours_of_the_autumn_change_apart() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let local = |utc: &str| local(utc.parse().unwrap(), &zone);
        assert_eq!(local("2026-10-25T00:30:00Z"), "2026-10-25T02:30:00+02:00");
        assert_eq!(local("2026-10-25T01:30:00Z"), "2026-10-25T02:30:00+01:00");
    }

    #[test]
    fn quotes_commas_and_line_ends_are_quoted_by_rfc_4180() {
        let mut table = CsvTable::new(["a".into(), "b".into()]);
        table.row(["1,5".into(), "say \"hi\"".into()]);
        assert_eq!(table.into_bytes(), b"a,b\r\n\"1,5\",\"say \"\"hi\"\"\"\r\n");
    }
}
