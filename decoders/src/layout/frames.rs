//! Whole frames, told apart by port, first bytes and length.

use domain::DeviceTime;

use super::{Blocks, Scope, number::Part, scope::Read};
use crate::{DecodeError, Decoded, decoded::Warning};

/// The frames of a device.
#[derive(Clone, Debug)]
pub(crate) struct Frames {
    pub(crate) frames: Vec<Frame>,
    /// What stands behind the fields of a frame that has blocks.
    pub(crate) blocks: Option<Blocks>,
}

/// One kind of frame.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Empty: any.
    pub(crate) f_ports: Vec<u8>,
    pub(crate) first: Vec<u8>,
    pub(crate) length: Length,
    pub(crate) scope: Scope,
    pub(crate) each: Option<Each>,
    pub(crate) blocks_from: Option<usize>,
}

/// How long a frame is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// As long as its fields, whichever of them are there.
    Fields,
    OneOf(Vec<usize>),
    AtLeast(usize),
}

/// Entries side by side.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    pub(crate) from: usize,
    /// Bytes of an entry.
    pub(crate) length: usize,
    /// Bytes behind the last entry.
    pub(crate) trailer: usize,
    pub(crate) scope: Scope,
}

impl Frames {
    pub(super) fn map(&self, bind: impl Fn(&Scope) -> Scope) -> Self {
        let frame = |frame: &Frame| Frame {
            scope: bind(&frame.scope),
            each: frame.each.as_ref().map(|each| Each { scope: bind(&each.scope), ..each.clone() }),
            ..frame.clone()
        };
        Self {
            frames: self.frames.iter().map(frame).collect(),
            blocks: self.blocks.as_ref().map(|blocks| blocks.map(&bind)),
        }
    }

    pub(super) fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        let frame = self.frame(f_port, payload)?;
        let whole = Part { payload, begin: 0, end: payload.len() };
        let Read { end, time } = frame.scope.read(whole, DeviceTime::Uplink, out)?;
        if let Some(each) = &frame.each {
            each.read(payload, time, out)?;
        }
        match (&self.blocks, frame.blocks_from) {
            (Some(blocks), Some(from)) if from < payload.len() => blocks.read_from(from, payload, time, out),
            (_, Some(_)) => Ok(()),
            _ if frame.length == Length::Fields && frame.each.is_none() && end != payload.len() => {
                Err(DecodeError::WrongLength { expected: end, found: payload.len() })
            }
            _ => Ok(()),
        }
    }

    /// The first frame that fits, or what was expected instead.
    fn frame(&self, f_port: u8, payload: &[u8]) -> Result<&Frame, DecodeError> {
        let of_port = |frame: &&Frame| frame.f_ports.is_empty() || frame.f_ports.contains(&f_port);
        let of_port: Vec<&Frame> = self.frames.iter().filter(of_port).collect();
        if of_port.is_empty() {
            let ports = self.frames.iter().flat_map(|frame| &frame.f_ports);
            return Err(DecodeError::WrongFPort { expected: listed(ports).into(), found: f_port });
        }
        let of_begin: Vec<&Frame> =
            of_port.iter().copied().filter(|frame| payload.starts_with(&frame.first)).collect();
        let Some(last) = of_begin.last() else { return Err(wrong_begin(&of_port, payload)) };
        if let Some(frame) = of_begin.iter().find(|frame| frame.takes(payload.len())) {
            return Ok(frame);
        }
        let found = payload.len();
        let lengths: Vec<usize> = of_begin.iter().flat_map(|frame| frame.lengths()).collect();
        Err(match (lengths.as_slice(), &last.length) {
            (_, Length::AtLeast(least)) if of_begin.len() == 1 => {
                DecodeError::TooShort { expected: *least, found }
            }
            (&[expected], _) => DecodeError::WrongLength { expected, found },
            (several, _) => DecodeError::NoSuchLength { expected: listed(several.iter()).into(), found },
        })
    }
}

impl Frame {
    fn takes(&self, length: usize) -> bool {
        match &self.length {
            Length::Fields => {
                let known = self.lengths();
                known.is_empty() || known.contains(&length)
            }
            Length::OneOf(lengths) => lengths.contains(&length),
            Length::AtLeast(least) => length >= *least,
        }
    }

    /// The lengths it can have, as far as they are known before it is read.
    fn lengths(&self) -> Vec<usize> {
        match &self.length {
            Length::OneOf(lengths) => lengths.clone(),
            Length::AtLeast(least) => vec![*least],
            Length::Fields
                if self.scope.has_fixed_length() && self.each.is_none() && self.blocks_from.is_none() =>
            {
                vec![self.scope.length()]
            }
            Length::Fields => Vec::new(),
        }
    }
}

impl Each {
    fn read(&self, payload: &[u8], time: DeviceTime, out: &mut Decoded) -> Result<(), DecodeError> {
        let end = payload.len().saturating_sub(self.trailer);
        let mut begin = self.from;
        while begin < end {
            let behind = begin.saturating_add(self.length);
            if behind > end {
                let expected = behind.saturating_add(self.trailer);
                if begin == self.from {
                    return Err(DecodeError::TooShort { expected, found: payload.len() });
                }
                out.warn(Warning::Truncated { offset: begin, expected, found: payload.len() });
                break;
            }
            self.scope.read(Part { payload, begin, end: behind }, time, out)?;
            begin = behind;
        }
        Ok(())
    }
}

/// The error of a payload that begins like none of the frames.
fn wrong_begin(frames: &[&Frame], payload: &[u8]) -> DecodeError {
    // The frame it agrees with longest says which byte is wrong.
    let agreed = |frame: &&&Frame| frame.first.iter().zip(payload).take_while(|(a, b)| a == b).count();
    let Some(nearest) = frames.iter().max_by_key(agreed) else {
        return DecodeError::TooShort { expected: 1, found: payload.len() };
    };
    let offset = agreed(&nearest);
    match payload.get(offset) {
        None => DecodeError::TooShort { expected: nearest.first.len(), found: payload.len() },
        Some(found) => {
            let at_offset = frames.iter().filter(|frame| agreed(frame) == offset);
            let mut bytes: Vec<String> = at_offset
                .filter_map(|frame| frame.first.get(offset).map(|byte| format!("{byte:#04x}")))
                .collect();
            bytes.sort();
            bytes.dedup();
            DecodeError::WrongType { offset, expected: bytes.join(" or ").into(), found: *found }
        }
    }
}

fn listed<'a, T: Copy + Ord + std::fmt::Display + 'a>(numbers: impl Iterator<Item = &'a T>) -> String {
    let mut numbers: Vec<T> = numbers.copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(" or ")
}
