//! MQTT messages as JSON lines: one object with `topic`, `payload` (a text) and `time` (seconds since 1970).

use std::io::{self, BufRead, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Message;

#[derive(Serialize, Deserialize)]
struct Line<T> {
    topic: T,
    payload: T,
    time: f64,
}

/// What is wrong with a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file could not be read.
    #[error("line {line} could not be read")]
    Read {
        /// Counted from 1.
        line: usize,
        /// Cause.
        source: io::Error,
    },
    /// The line is no message.
    #[error("line {line} is no object with `topic`, `payload` and `time`")]
    Line {
        /// Counted from 1.
        line: usize,
        /// Cause.
        source: serde_json::Error,
    },
    /// The time is no instant.
    #[error("line {line} has the time `{seconds}`: expected seconds since 1970")]
    Time {
        /// Counted from 1.
        line: usize,
        /// As found.
        seconds: f64,
    },
}

/// Writes messages, one a line, and returns their number. Times keep microseconds; what a message was made
/// from is not written. A payload that is no text is an error of kind `InvalidData`.
pub fn write(messages: impl IntoIterator<Item = Message>, mut to: impl Write) -> io::Result<u64> {
    let mut n_written = 0;
    for Message { at, topic, payload, .. } in messages {
        let payload = std::str::from_utf8(&payload)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let time = at.as_microsecond() as f64 / 1e6;
        serde_json::to_writer(&mut to, &Line { topic: topic.as_str(), payload, time })?;
        to.write_all(b"\n")?;
        n_written += 1;
    }
    to.flush()?;
    Ok(n_written)
}

/// Reads messages line by line; empty lines are skipped.
pub fn read(from: impl BufRead) -> impl Iterator<Item = Result<Message, RecordError>> {
    (1..).zip(from.lines()).filter_map(|(line, text)| match text {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) => Some(parse(line, &text)),
        Err(source) => Some(Err(RecordError::Read { line, source })),
    })
}

fn parse(line: usize, text: &str) -> Result<Message, RecordError> {
    let Line { topic, payload, time } =
        serde_json::from_str::<Line<String>>(text).map_err(|source| RecordError::Line { line, source })?;
    #[expect(clippy::cast_possible_truncation, reason = "what does not fit is no instant and is refused")]
    let microseconds = (time * 1e6).round() as i64;
    let at =
        Timestamp::from_microsecond(microseconds).map_err(|_| RecordError::Time { line, seconds: time })?;
    Ok(Message { at, topic, payload: payload.into_bytes(), truth: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let messages = [
            Message {
                at: "2026-11-23T06:55:03.480793Z".parse().unwrap(),
                topic: "application/1/device/2/event/up".to_owned(),
                payload: "{\"name\":\"Cäcilienbrücke\\n\"}".as_bytes().to_vec(),
                truth: None,
            },
            Message {
                at: "2026-11-23T06:55:04Z".parse().unwrap(),
                topic: "t".to_owned(),
                payload: Vec::new(),
                truth: None,
            },
        ];
        let mut file = Vec::new();
        assert_eq!(write(messages.clone(), &mut file).unwrap(), 2);
        let back: Vec<Message> = read(file.as_slice()).map(Result::unwrap).collect();
        assert_eq!(back, messages);
    }

    #[test]
    fn a_recorded_line_of_another_tool_is_read() {
        let text = "{\"topic\": \"application/a/device/b/event/join\", \"payload\": \"{}\", \"time\": 1795416903.4807932}\n\n";
        let messages: Vec<_> = read(text.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].at.as_microsecond(), 1_795_416_903_480_793);
        assert_eq!(messages[0].payload, b"{}");
    }

    #[test]
    fn a_broken_line_is_named() {
        let error = read("\n{\"topic\": 1}\n".as_bytes()).next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "line 2 is no object with `topic`, `payload` and `time`");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_refused() {
        let line = "{\"topic\":\"a\",\"payload\":\"b\",\"time\":1e300}";
        assert!(matches!(read(line.as_bytes()).next(), Some(Err(RecordError::Time { line: 1, .. }))));
    }
}
