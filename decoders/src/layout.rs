//! Decoders made of tables: what a profile file says about the bytes.

mod blocks;
mod decentlab;
pub(crate) mod expression;
pub(crate) mod field;
mod frames;
pub(crate) mod milesight;
pub(crate) mod number;
mod scope;
pub(crate) mod units;

use crate::{DecodeError, Decoded, ParamInfo, decoded::Warning, params::Settings};

pub(crate) use blocks::{Attributes, Block, Blocks};
pub(crate) use decentlab::Decentlab;
pub(crate) use frames::{Each, Frame, Frames, Length};
pub(crate) use scope::Scope;

use expression::{Decimal, Expression};

/// The tables of a profile file.
#[derive(Clone, Debug)]
pub(crate) enum Layout {
    Decentlab(Decentlab),
    Blocks(Blocks),
    Frames(Frames),
}

/// Tables with the settings of one device.
#[derive(Debug)]
pub(crate) struct Bound {
    layout: Layout,
    assumed: Vec<Assumed>,
}

/// A setting that was not given and whose default should not pass unnoticed.
#[derive(Clone, Debug)]
pub(crate) struct Assumed {
    index: usize,
    key: String,
    value: String,
}

/// Which settings of a device are what, for the expressions of a file.
pub(crate) struct Binding<'a> {
    numbers: Vec<Option<Decimal>>,
    settings: &'a Settings<'a>,
}

impl<'a> Binding<'a> {
    pub(crate) fn new(settings: &'a Settings<'a>) -> Self {
        Self { numbers: settings.numbers(), settings }
    }

    pub(crate) fn bind(&self, expression: &Expression) -> Expression {
        expression.with_settings(&|index| self.numbers.get(index).copied().flatten())
    }

    /// The settings that are assumed.
    pub(crate) fn assumed(&self) -> Vec<Assumed> {
        let assumed = |(index, param): (usize, &ParamInfo)| {
            let value =
                param.default.as_deref().filter(|_| param.is_assumed && !self.settings.has(&param.key))?;
            Some(Assumed { index, key: param.key.clone().into_owned(), value: value.to_owned() })
        };
        self.settings.known().iter().enumerate().filter_map(assumed).collect()
    }
}

impl Layout {
    /// The decoder of a device with these settings.
    pub(crate) fn bind(&self, settings: &Settings<'_>) -> Bound {
        let binding = Binding::new(settings);
        let bind = |scope: &Scope| scope.bind(&binding);
        let layout = match self {
            Self::Decentlab(decentlab) => Self::Decentlab(decentlab.map(bind)),
            Self::Blocks(blocks) => Self::Blocks(blocks.map(bind)),
            Self::Frames(frames) => Self::Frames(frames.map(bind)),
        };
        Bound { layout, assumed: binding.assumed() }
    }
}

impl Bound {
    pub(crate) fn decode(&self, f_port: u8, payload: &[u8], out: &mut Decoded) -> Result<(), DecodeError> {
        match &self.layout {
            Layout::Decentlab(decentlab) => decentlab.decode(payload, out),
            Layout::Blocks(blocks) => blocks.decode(payload, out),
            Layout::Frames(frames) => frames.decode(f_port, payload, out),
        }?;
        let used = std::mem::take(&mut out.used_settings);
        for assumed in self.assumed.iter().filter(|assumed| used >> assumed.index.min(63) & 1 == 1) {
            out.warn(assumed.warning());
        }
        Ok(())
    }
}

impl Assumed {
    /// Which of the settings of the profile it is.
    pub(crate) const fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn warning(&self) -> Warning {
        Warning::DefaultParameter { key: self.key.clone().into(), value: self.value.clone().into() }
    }
}

/// Settings a file may have, and so many can be told apart in a set.
pub(crate) const SETTINGS_MAX: usize = 63;
