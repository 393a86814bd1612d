//! The colours of a chart by what they mean.
//!
//! plotters writes colours as `#RRGGBB`. Charts are drawn in marker colours, one per meaning, which are
//! then replaced: by CSS variables inside a page, so that the picture follows the page's light or dark
//! scheme, and by real colours in a file of its own.

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
}

impl Ink {
    const ALL: [Self; 9] = [
        Self::Text,
        Self::Grid,
        Self::Axis,
        Self::First,
        Self::Second,
        Self::FirstPale,
        Self::SecondPale,
        Self::Band,
        Self::Missing,
    ];

    /// The marker plotters draws with.
    pub const fn marker(self) -> RGBColor {
        RGBColor(1, 254, self as u8)
    }

    /// What stands in the finished SVG in place of the marker.
    pub fn paint(self, theme: Theme, hatch: &str) -> String {
        let (variable, light, dark) = match self {
            Self::Text => ("--chart-text", "#3d4f52", "#b9c8c8"),
            Self::Grid => ("--chart-grid", "#dcdcd2", "#26383b"),
            Self::Axis => ("--chart-axis", "#6f7f80", "#7f9293"),
            Self::First => ("--chart-first", "#0b5d63", "#f2c230"),
            Self::Second => ("--chart-second", "#b5401d", "#7fc6d6"),
            Self::FirstPale => ("--chart-first-pale", "#a9cdd0", "#6b5a1d"),
            Self::SecondPale => ("--chart-second-pale", "#eebfae", "#2f5863"),
            Self::Band => ("--chart-band", "#cfe3e4", "#3b3a22"),
            Self::Missing => return format!("url(#{hatch})"),
        };
        match theme {
            Theme::Page => format!("var({variable})"),
            Theme::Light => light.to_owned(),
            Theme::Dark => dark.to_owned(),
        }
    }

    fn marker_text(self) -> String {
        let RGBColor(r, g, b) = self.marker();
        format!("#{r:02X}{g:02X}{b:02X}")
    }
}

/// Replaces all markers of a drawing.
pub fn dye(drawing: &str, theme: Theme, hatch: &str) -> String {
    Ink::ALL
        .into_iter()
        .fold(drawing.to_owned(), |svg, ink| svg.replace(&ink.marker_text(), &ink.paint(theme, hatch)))
}
