//! The design's colours as the style sheet has them: `assets/tokens.css` is the one source, read here for the page on
//! the design, for pictures outside a page, and for parts of a page in the other theme.

use std::{fmt::Write as _, sync::LazyLock};

use super::assets;

/// One of the two themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// Both.
    pub(crate) const BOTH: [Self; 2] = [Self::Light, Self::Dark];

    /// The class that gives an element and all in it this theme.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }
}

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb([u8; 3]);

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self([r, g, b]))
    }

    /// The contrast ratio of WCAG 2, 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// All tokens of the style sheet.
#[derive(Debug)]
pub(crate) struct Tokens {
    /// Name and value, in the order of the file.
    root: Vec<(String, String)>,
    /// What is another one in the dark.
    dark: Vec<(String, String)>,
}

impl Tokens {
    /// Those of the program.
    pub(crate) fn get() -> &'static Self {
        static TOKENS: LazyLock<Tokens> = LazyLock::new(|| Tokens::read(&assets::text("tokens.css")));
        &TOKENS
    }

    fn read(css: &str) -> Self {
        let (root, dark) = css.split_once("prefers-color-scheme: dark").unwrap_or((css, ""));
        Self { root: declarations(root), dark: declarations(dark) }
    }

    /// A colour in a theme; black for a name that is none, which a test excludes for those in use.
    pub(crate) fn colour(&self, name: &str, scheme: Scheme) -> Rgb {
        self.value(name, scheme).and_then(Rgb::parse).unwrap_or(Rgb([0; 3]))
    }

    /// The tokens whose names begin like this, with their values.
    pub(crate) fn starting_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.root.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        all.filter(move |(name, _)| name.starts_with(prefix))
    }

    fn value(&self, name: &str, scheme: Scheme) -> Option<&str> {
        let find = |tokens: &'_ [(String, String)]| tokens.iter().position(|(token, _)| token == name);
        match (scheme, find(&self.dark), find(&self.root)) {
            (Scheme::Dark, Some(i), _) => self.dark.get(i),
            (_, _, Some(i)) => self.root.get(i),
            _ => None,
        }
        .map(|(_, value)| value.as_str())
    }

    /// A style sheet that gives elements a theme by class, whatever the reader's system prefers.
    pub(crate) fn themes_css(&self) -> String {
        let mut css = String::from("/* Made from tokens.css. */\n");
        for scheme in Scheme::BOTH {
            let keyword = if scheme == Scheme::Dark { "dark" } else { "light" };
            let _ = writeln!(css, ".{} {{\n  color-scheme: {keyword};", scheme.class());
            for (name, _) in &self.dark {
                if let Some(value) = self.value(name, scheme) {
                    let _ = writeln!(css, "  --{name}: {value};");
                }
            }
            css.push_str("}\n");
        }
        css
    }
}

fn declarations(css: &str) -> Vec<(String, String)> {
    let declaration = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
        Some((name.to_owned(), value.strip_suffix(';')?.to_owned()))
    };
    css.lines().filter_map(declaration).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(text: &str) -> Rgb {
        Rgb::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        // The extremes, and #777 on white, which is just not enough: 4.48 (WebAIM's checker says the same).
        assert!((rgb("#000000").contrast(rgb("#ffffff")) - 21.0).abs() < 1e-9);
        assert!((rgb("#777777").contrast(rgb("#ffffff")) - 4.48).abs() < 0.01);
        assert!((rgb("#123456").contrast(rgb("#123456")) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn dark_takes_what_it_changes_and_keeps_the_rest() {
        let tokens = Tokens::read(
            ":root {\n  --ink: #111111;\n  --signal: #ffc917;\n  --edge: 1rem;\n}\n\
             @media (prefers-color-scheme: dark) {\n  :root {\n    --ink: #eeeeee;\n  }\n}\n",
        );
        assert_eq!(tokens.colour("ink", Scheme::Light), rgb("#111111"));
        assert_eq!(tokens.colour("ink", Scheme::Dark), rgb("#eeeeee"));
        assert_eq!(tokens.colour("signal", Scheme::Dark), rgb("#ffc917"));
        assert_eq!(
            tokens.themes_css(),
            "/* Made from tokens.css. */\n.theme-light {\n  color-scheme: light;\n  --ink: #111111;\n}\n\
             .theme-dark {\n  color-scheme: dark;\n  --ink: #eeeeee;\n}\n"
        );
    }
}
