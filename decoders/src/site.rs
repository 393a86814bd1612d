//! What a value means at the place where the device hangs: a distance is a water level, a cold wet road is a hint of ice.

use domain::{Channel, ObservedProperty as P, Reading, Value};

use crate::{
    Decoded, ParamInfo,
    params::{LTR_NAME, ProfileError, RTL_NAME, Settings},
};

/// What a profile says its values can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Feature {
    /// A distance downwards is the level of what is below.
    Level,
    /// A surface can freeze.
    Ice,
    /// Channels `ltr` and `rtl` are directions of travel.
    Directions,
}

/// The meaning of a device's values at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Site {
    level: Option<Level>,
    has_ice: bool,
    swaps_directions: bool,
}

/// The level of what is below a distance sensor; all lengths in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    /// Above the zero of the gauge: `zero` is the height of the sensor above it.
    Water {
        zero: f64,
    },
    Snow {
        mounting_height: f64,
    },
    Fill {
        mounting_height: f64,
        depth: f64,
    },
}

static SURFACE: ParamInfo = ParamInfo::of_decoder(
    "surface",
    None,
    "water, snow or fill",
    "what is below the sensor; adds water_level, snow_depth or fill_level",
);
static MOUNTING_HEIGHT: ParamInfo = ParamInfo::of_decoder(
    "mounting_height",
    None,
    "metres from 0 to 100, such as 4.25",
    "height of the sensor above the zero of the gauge, the ground without snow or the bottom of the container",
);
static DATUM: ParamInfo = ParamInfo::of_decoder(
    "datum",
    Some("0"),
    "metres from -500 to 9000",
    "height of the zero of the gauge, such as 1.85 above sea level; added to the water level",
);
static DEPTH: ParamInfo = ParamInfo::of_decoder(
    "depth",
    None,
    "metres above 0 and up to 100",
    "height of a full container above its bottom",
);
static SWAP: ParamInfo = ParamInfo::of_decoder(
    "swap",
    Some("false"),
    "true or false",
    "whether the device hangs on the other side of the road: left to right and right to left change places",
);

/// How far noise may carry a fill level beyond empty or full, in percent.
const FILL_NOISE: f64 = 5.0;

/// Settings of each feature.
static OF_LEVEL: [&ParamInfo; 4] = [&SURFACE, &MOUNTING_HEIGHT, &DATUM, &DEPTH];
static OF_DIRECTIONS: [&ParamInfo; 3] = [&LTR_NAME, &RTL_NAME, &SWAP];

impl Feature {
    pub(crate) fn params(self) -> &'static [&'static ParamInfo] {
        match self {
            Self::Level => &OF_LEVEL,
            Self::Ice => &[],
            Self::Directions => &OF_DIRECTIONS,
        }
    }
}

impl Site {
    /// Checks the settings of a device against what its profile can mean.
    pub(crate) fn new(features: &[Feature], settings: &Settings<'_>) -> Result<Self, ProfileError> {
        let level = if features.contains(&Feature::Level) { Level::new(settings)? } else { None };
        let swaps = settings.choice(&SWAP, |word| match word {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })?;
        Ok(Self {
            level,
            has_ice: features.contains(&Feature::Ice),
            swaps_directions: swaps.unwrap_or(false),
        })
    }

    /// Adds what the readings mean here.
    pub(crate) fn complete(&self, out: &mut Decoded) {
        if let Some(level) = self.level {
            let distances = out.readings.iter().filter(|reading| reading.property == P::Distance);
            let levels: Vec<Reading> = distances.map(|distance| level.of(distance)).collect();
            out.readings.extend(levels);
        }
        if self.has_ice {
            let hints: Vec<Reading> = surfaces(out).filter_map(|surface| ice_hint(surface, out)).collect();
            out.readings.extend(hints);
        }
        if self.swaps_directions {
            for reading in &mut out.readings {
                reading.channel = swapped(reading.channel);
            }
        }
    }
}

impl Level {
    fn new(settings: &Settings<'_>) -> Result<Option<Self>, ProfileError> {
        let millimetres = |param: &ParamInfo, range: std::ops::RangeInclusive<f64>| {
            settings.choice(param, |text| {
                let metres = crate::params::signed_decimal(text)?;
                range.contains(&metres.number()).then(|| metres.times(1000.0))
            })
        };
        let mounting_height = millimetres(&MOUNTING_HEIGHT, 0.0..=100.0)?;
        let datum = millimetres(&DATUM, -500.0..=9000.0)?.unwrap_or(0.0);
        let depth = millimetres(&DEPTH, 0.001..=100.0)?;
        let surface = settings
            .choice(&SURFACE, |word| ["water", "snow", "fill"].into_iter().find(|known| *known == word))?;
        let Some(surface) = surface else {
            // A height without a surface would change nothing, in silence.
            let alone = [&MOUNTING_HEIGHT, &DEPTH].into_iter().find(|param| settings.has(&param.key));
            return alone.map_or(Ok(None), |param| Err(settings.needs(&param.key, &SURFACE)));
        };
        let mounting_height =
            mounting_height.ok_or_else(|| settings.needs(&SURFACE.key, &MOUNTING_HEIGHT))?;
        Ok(Some(match surface {
            "water" => Self::Water { zero: datum + mounting_height },
            "snow" => Self::Snow { mounting_height },
            _ => Self::Fill {
                mounting_height,
                depth: depth.ok_or_else(|| settings.needs(&SURFACE.key, &DEPTH))?,
            },
        }))
    }

    /// The level that belongs to a distance; without a distance there is none for the same reason.
    fn of(self, distance: &Reading) -> Reading {
        let property = match self {
            Self::Water { .. } => P::WaterLevel,
            Self::Snow { .. } => P::SnowDepth,
            Self::Fill { .. } => P::FillLevel,
        };
        let value = match distance.value {
            Value::Number(distance) => Value::from(match self {
                Self::Water { zero } => (zero - distance) / 1000.0,
                Self::Snow { mounting_height } => (mounting_height - distance) / 10.0,
                Self::Fill { mounting_height, depth } => fill(mounting_height, depth, distance),
            }),
            missing @ Value::Missing(_) => missing,
        };
        Reading { property, value, wraps_at: None, ..*distance }
    }
}

/// Percent of the depth, to a tenth.
fn fill(mounting_height: f64, depth: f64, distance: f64) -> f64 {
    let percent = ((mounting_height - distance) / depth * 1000.0).round() / 10.0;
    if (-FILL_NOISE..0.0).contains(&percent) {
        0.0
    } else if percent > 100.0 && percent <= 100.0 + FILL_NOISE {
        100.0
    } else {
        percent
    }
}

fn surfaces(out: &Decoded) -> impl Iterator<Item = &Reading> {
    out.readings.iter().filter(|reading| reading.property == P::SurfaceTemperature)
}

/// Rime forms where a surface is at or below freezing and at or below the dew point of the air.
fn ice_hint(surface: &Reading, out: &Decoded) -> Option<Reading> {
    let at_same_time = |property: P| {
        let is_it = |reading: &&Reading| reading.property == property && reading.time == surface.time;
        out.readings.iter().find(is_it).map(|reading| reading.value)
    };
    let dew_point =
        match (at_same_time(P::DewPoint), at_same_time(P::AirTemperature), at_same_time(P::RelativeHumidity))
        {
            (Some(dew_point), _, _) => dew_point,
            (None, Some(air), Some(humidity)) => match (air, humidity) {
                (Value::Number(air), Value::Number(humidity)) => {
                    Value::from(domain::dew_point(air, humidity).unwrap_or(f64::NAN))
                }
                (Value::Missing(reason), _) | (_, Value::Missing(reason)) => Value::Missing(reason),
            },
            _ => return None,
        };
    let hint = match (surface.value, dew_point) {
        (Value::Number(surface), Value::Number(dew_point)) => {
            Value::Number(f64::from(u8::from(surface <= 0.0 && surface <= dew_point)))
        }
        (Value::Missing(reason), _) | (_, Value::Missing(reason)) => Value::Missing(reason),
    };
    Some(Reading { property: P::IceHint, value: hint, ..*surface })
}

/// `ltr` for `rtl` and the other way round, at the end of a key.
fn swapped(channel: Channel) -> Channel {
    let key = channel.as_str();
    let other = match (key.strip_suffix("ltr"), key.strip_suffix("rtl")) {
        (Some(begin), _) => format!("{begin}rtl"),
        (_, Some(begin)) => format!("{begin}ltr"),
        _ => return channel,
    };
    other.parse().unwrap_or(channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_channel_is_a_direction() {
        for (key, other) in [("ltr", "rtl"), ("cat2.rtl", "cat2.ltr"), ("", ""), ("ltr2", "ltr2")] {
            assert_eq!(swapped(key.parse().unwrap()).as_str(), other);
        }
    }
}
