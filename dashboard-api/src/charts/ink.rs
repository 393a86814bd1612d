//! The colours of a chart by what they mean.
//!
//! plotters writes colours as `#RRGGBB`. Charts are drawn in marker colours, one per meaning, which are
//! then replaced: by CSS variables inside a page, so that the picture follows the page's light or dark
//! scheme, and by real colours in a file of its own.

use std::str::FromStr;

use domain::Truncated;
use plotters::style::RGBColor;

/// What a mark means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text of axes and legends.
    Text,
    /// Thin lines behind the data.
    Grid,
    /// The zero line.
    Axis,
    /// The only series, or the first of two.
    First,
    /// The second series.
    Second,
    /// Amounts of the first series known for a longer time only.
    FirstPale,
    /// The same of the second.
    SecondPale,
    /// Between smallest and largest value.
    Band,
    /// Nothing was received: hatched.
    Missing,
    /// The lowest of five classes.
    Class1,
    /// The second.
    Class2,
    /// The third.
    Class3,
    /// The fourth.
    Class4,
    /// The highest.
    Class5,
    /// The second series as a line: dashed.
    SecondLine,
    /// What the first of two lines is compared with: dotted.
    FirstCompared,
    /// What the second of two lines is compared with: dotted.
    SecondCompared,
    /// Outlines of bars that others are compared with.
    Outline,
}

/// Where the picture will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Inside a page: follows its scheme.
    Page,
    /// A file on light ground.
    Light,
    /// A file on dark ground.
    Dark,
    /// A file in black on white.
    Print,
}

impl Theme {
    /// The colour behind the picture; none inside a page.
    pub const fn ground(self) -> Option<&'static str> {
        match self {
            Self::Page => None,
            Self::Light | Self::Print => Some("#ffffff"),
            Self::Dark => Some("#0f1e21"),
        }
    }

    /// The lines of a hatched area.
    pub const fn hatch(self) -> &'static str {
        match self {
            Self::Page => "var(--chart-hatch)",
            Self::Light => "#b9bcb2",
            Self::Dark => "#3d5155",
            Self::Print => "#999999",
        }
    }
}

/// A text that is no theme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("query parameter `theme`: found `{0}`, expected light, dark or print")]
pub struct ParseThemeError(pub Truncated);

impl FromStr for Theme {
    type Err = ParseThemeError;

    /// Reads the theme of a file.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "light" => Ok(Self::Light),
            "dark" => Ok(Self::Dark),
            "print" => Ok(Self::Print),
            _ => Err(ParseThemeError(Truncated::new(s))),
        }
    }
}

impl Ink {
    const ALL: [Self; 18] = [
        Self::Text,
        Self::Grid,
        Self::Axis,
        Self::First,
        Self::Second,
        Self::FirstPale,
        Self::SecondPale,
        Self::Band,
        Self::Missing,
        Self::Class1,
        Self::Class2,
        Self::Class3,
        Self::Class4,
        Self::Class5,
        Self::SecondLine,
        Self::FirstCompared,
        Self::SecondCompared,
        Self::Outline,
    ];

    /// Classes from the lowest to the highest: each stands out more from the ground than the one before, also without
    /// colours.
    pub const CLASSES: [Self; 5] = [Self::Class1, Self::Class2, Self::Class3, Self::Class4, Self::Class5];

    /// The marker plotters draws with.
    pub const fn marker(self) -> RGBColor {
        RGBColor(1, 254, self as u8)
    }

    /// What stands in the finished SVG in place of the marker.
    pub fn paint(self, theme: Theme, hatch: &str) -> String {
        let (variable, light, dark, print) = match self {
            Self::Text => ("--chart-text", "#3d4f52", "#b9c8c8", "#000000"),
            Self::Grid => ("--chart-grid", "#dcdcd2", "#26383b", "#d9d9d9"),
            Self::Axis => ("--chart-axis", "#6f7f80", "#7f9293", "#000000"),
            Self::First => ("--chart-first", "#0b5d63", "#f2c230", "#333333"),
            Self::Second => ("--chart-second", "#b5401d", "#7fc6d6", "#000000"),
            Self::FirstPale => ("--chart-first-pale", "#a9cdd0", "#6b5a1d", "#cccccc"),
            Self::SecondPale => ("--chart-second-pale", "#eebfae", "#2f5863", "#e6e6e6"),
            Self::Band => ("--chart-band", "#cfe3e4", "#3b3a22", "#dddddd"),
            Self::Class1 => ("--chart-class-1", "#cfe3e0", "#3d3a22", "#dddddd"),
            Self::Class2 => ("--chart-class-2", "#94c2c0", "#6e5d22", "#b4b4b4"),
            Self::Class3 => ("--chart-class-3", "#519698", "#a48529", "#838383"),
            Self::Class4 => ("--chart-class-4", "#1c6a70", "#d9ab22", "#4e4e4e"),
            Self::Class5 => ("--chart-class-5", "#06373d", "#ffe38a", "#111111"),
            Self::SecondLine | Self::SecondCompared => return Self::Second.paint(theme, hatch),
            Self::FirstCompared => return Self::First.paint(theme, hatch),
            Self::Outline => ("--chart-outline", "#14262a", "#eef2ec", "#000000"),
            Self::Missing => return format!("url(#{hatch})"),
        };
        match theme {
            Theme::Page => format!("var({variable})"),
            Theme::Light => light.to_owned(),
            Theme::Dark => dark.to_owned(),
            Theme::Print => print.to_owned(),
        }
    }

    /// Dashes of a line in units of the drawing, for whoever does not see its colour.
    const fn dashes(self) -> Option<&'static str> {
        match self {
            Self::SecondLine => Some("30 14"),
            Self::FirstCompared | Self::SecondCompared => Some("6 12"),
            _ => None,
        }
    }

    /// The marker as it stands in the drawing.
    pub(super) fn marker_text(self) -> String {
        let RGBColor(r, g, b) = self.marker();
        format!("#{r:02X}{g:02X}{b:02X}")
    }
}

/// Replaces all markers of a drawing.
pub fn dye(drawing: &str, theme: Theme, hatch: &str) -> String {
    Ink::ALL.into_iter().fold(drawing.to_owned(), |svg, ink| {
        let (marker, paint) = (ink.marker_text(), ink.paint(theme, hatch));
        let svg = match ink.dashes() {
            Some(dashes) => svg.replace(
                &format!("stroke=\"{marker}\""),
                &format!("stroke=\"{paint}\" stroke-dasharray=\"{dashes}\""),
            ),
            None => svg,
        };
        svg.replace(&marker, &paint)
    })
}
