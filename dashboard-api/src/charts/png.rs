//! SVG to PNG, for where no SVG can stand: letters, chats, other web sites.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, Tree, fontdb},
};
use tokio::{sync::Semaphore, time::timeout};

/// Pixels for each unit of a picture: sharp on screens of today and in print of a hand's width.
const SCALE: f32 = 2.0;
/// Largest width and height, pixels: no picture of ours is half as large, and one takes 4 bytes a pixel.
const LARGEST: f32 = 4096.0;
/// Pictures drawn at the same time: each keeps a processor busy for some ten milliseconds.
const AT_ONCE: usize = 2;
/// Longest wait for a turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The typeface of all pictures. Those of the machine are not looked at: the same picture everywhere.
const FONTS: [&[u8]; 3] = [
    include_bytes!("../../fonts/barlow-400.ttf"),
    include_bytes!("../../fonts/barlow-600.ttf"),
    include_bytes!("../../fonts/barlow-condensed-600.ttf"),
];

/// Why a picture was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// Too many others are being drawn.
    #[error("no turn to draw within {} s", PATIENCE.as_secs())]
    Busy,
    /// What was given is no SVG: a defect, since all of it is our own.
    #[error("the SVG cannot be read")]
    Unreadable(#[from] usvg::Error),
    /// Too large, or too small to have a pixel.
    #[error("found a picture of {0} x {1} pixels, expected 1 to {LARGEST} in either direction")]
    Size(f32, f32),
    /// Compressing failed.
    #[error("the picture cannot be compressed")]
    Encoding(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The drawing thread ended with a panic.
    #[error("drawing ended early")]
    Panicked(#[from] tokio::task::JoinError),
}

/// Draws pictures, few at a time, away from the threads that answer requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pngs {
    turns: Arc<Semaphore>,
}

impl Default for Pngs {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Pngs {
    /// Draws an SVG as PNG, two pixels for each of its units.
    pub async fn draw(&self, svg: String) -> Result<Vec<u8>, PngError> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| PngError::Busy)?;
        tokio::task::spawn_blocking(move || {
            // Kept until the drawing ends, also where nobody waits for it any more.
            let _turn = turn;
            png(&svg)
        })
        .await?
    }
}

/// Draws an SVG as PNG on this thread.
pub fn png(svg: &str) -> Result<Vec<u8>, PngError> {
    let options =
        usvg::Options { fontdb: fonts(), font_family: FAMILY.to_owned(), ..usvg::Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let (width, height) = (tree.size().width() * SCALE, tree.size().height() * SCALE);
    if !(1.0..=LARGEST).contains(&width) || !(1.0..=LARGEST).contains(&height) {
        return Err(PngError::Size(width, height));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to a few thousand")]
    let size = (width.ceil() as u32, height.ceil() as u32);
    let mut pixels = Pixmap::new(size.0, size.1).ok_or(PngError::Size(width, height))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Encoding(error.into()))
}

const FAMILY: &str = "Barlow";

/// Reads the fonts once; they never change.
fn fonts() -> Arc<fontdb::Database> {
    static READ: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(READ.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    }))
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::PremultipliedColorU8;

    use super::*;

    fn pixel(drawn: &Pixmap, x: u32, y: u32) -> [u8; 4] {
        let pixel: PremultipliedColorU8 = drawn.pixel(x, y).unwrap();
        [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
    }

    fn drawn(svg: &str) -> Pixmap {
        Pixmap::decode_png(&png(svg).unwrap()).unwrap()
    }

    #[test]
    fn a_picture_has_two_pixels_for_each_unit_and_its_own_colours() {
        let drawn = drawn(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\"><rect width=\"10\" height=\"10\" fill=\"#0b5d63\"/></svg>",
        );
        assert_eq!((drawn.width(), drawn.height()), (40, 20));
        assert_eq!(pixel(&drawn, 5, 5), [0x0b, 0x5d, 0x63, 255]);
        assert_eq!(pixel(&drawn, 35, 5), [0, 0, 0, 0]);
    }

    #[test]
    fn words_are_drawn_in_the_typeface_of_the_project_without_any_of_the_machine() {
        let svg = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 40\"><text x=\"5\" y=\"30\" font-size=\"24\" \
                 font-family=\"sans-serif\">{text}</text></svg>"
            )
        };
        let inked =
            |text: &str| drawn(&svg(text)).pixels().iter().filter(|pixel| pixel.alpha() > 128).count();
        assert_eq!(inked(""), 0);
        assert!(inked("Zählstelle") > 500);
        assert!(inked("Zählstelle Süd") > inked("Zählstelle"));
    }

    #[test]
    fn a_title_in_semi_bold_has_more_ink() {
        let inked = |weight: u32| {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 40\"><text x=\"5\" y=\"30\" font-size=\"24\" \
                 font-family=\"sans-serif\" font-weight=\"{weight}\">Zählstelle</text></svg>"
            );
            drawn(&svg).pixels().iter().filter(|pixel| pixel.alpha() > 128).count()
        };
        assert!(inked(600) * 10 > inked(400) * 11);
    }

    #[test]
    fn what_is_too_large_or_no_svg_is_refused() {
        let huge = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4000 10\"/>";
        assert!(matches!(png(huge), Err(PngError::Size(..))));
        assert!(matches!(png("<html>"), Err(PngError::Unreadable(_))));
    }

    #[tokio::test]
    async fn a_crowd_waits_its_turn_and_gets_the_same_picture() {
        let pngs = Pngs::default();
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\"/>";
        let all = futures::future::join_all((0..8).map(|_| pngs.draw(svg.to_owned()))).await;
        let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
        assert!(all.windows(2).all(|two| two[0] == two[1]));
    }
}
