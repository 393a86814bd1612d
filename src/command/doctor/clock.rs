//! The clock: time does not run backwards.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::finding::Finding;

/// A message is stamped and looked at by the same clock; NTP may have moved it a little between.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// Compares the clock with two instants that lie in the past.
pub(super) fn judge(
    now: Timestamp,
    built_at: Timestamp,
    newest_received: Option<Timestamp>,
    zone: &TimeZone,
) -> Finding {
    let wrong =
        |past: String| Finding::fail("clock", format!("shows {now:.0}, but {past}"), "set the clock (NTP)");
    if now < built_at {
        return wrong(format!("this program was built at {built_at:.0}"));
    }
    match newest_received {
        Some(at) if at.duration_since(now) > TOLERANCE => wrong(format!("a message was received at {at:.0}")),
        _ => Finding::ok("clock", format!("shows {now:.0}, in the city {:.0}", zone.to_datetime(now))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn judged(now: &str, newest: Option<&str>) -> String {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        judge(at(now), at("2026-06-01T00:00:00Z"), newest.map(at), &zone).to_string()
    }

    #[test]
    fn a_clock_after_all_that_happened_is_well() {
        let expected = "ok   clock: shows 2026-07-01T10:00:00Z, in the city 2026-07-01T12:00:00";
        assert_eq!(judged("2026-07-01T10:00:00Z", None), expected);
        assert_eq!(judged("2026-07-01T10:00:00Z", Some("2026-07-01T10:01:59Z")), expected);
    }

    #[test]
    fn a_clock_before_the_build_or_the_newest_message_is_wrong() {
        assert_eq!(
            judged("1970-01-01T00:00:10Z", None),
            "fail clock: shows 1970-01-01T00:00:10Z, but this program was built at 2026-06-01T00:00:00Z: set the clock (NTP)"
        );
        assert_eq!(
            judged("2026-07-01T10:00:00Z", Some("2026-07-01T11:00:00Z")),
            "fail clock: shows 2026-07-01T10:00:00Z, but a message was received at 2026-07-01T11:00:00Z: set the clock (NTP)"
        );
    }
}
