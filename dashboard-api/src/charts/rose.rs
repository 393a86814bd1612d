//! Where the wind comes from and how strong: sixteen sectors, calms in the middle. Pure: the same rose gives the same
//! picture.

use domain::Lang;
use planning::weather::WindRose;
use plotters::{
    element::{Circle, PathElement, Polygon},
    style::{
        Color,
        text_anchor::{HPos, VPos},
    },
};

use super::{
    axis::round_step,
    draw::{Area, DrawError, Drawn, FINE, Words, label, picture, square, stroke},
    ink::{Ink, Theme},
};
use crate::pages::{numbers, texts::Texts};

/// The classes of speed that are drawn, as Beaufort numbers.
pub const FORCES: [std::ops::RangeInclusive<usize>; 5] = [0..=1, 2..=2, 3..=3, 4..=5, 6..=12];

/// Where the classes begin and end, m/s, by the table of the World Meteorological Organization; the last is open.
pub const SPEEDS: [(f64, Option<f64>); 5] =
    [(0.5, Some(1.5)), (1.6, Some(3.3)), (3.4, Some(5.4)), (5.5, Some(10.7)), (10.8, None)];

/// Width and height of the picture in its own units.
const SIZE: (u32, u32) = (720, 440);
const CENTRE: (f64, f64) = (240.0, 220.0);
/// Radius of the calms in the middle, and of the outermost ring.
const CALM: f64 = 34.0;
const OUTER: f64 = 186.0;
/// Half the width of a sector, degrees: less than 11.25, so that neighbours stay apart.
const HALF: f64 = 9.0;

/// Shares of all winds, 0 to 1, by sector from north by east and class of speed.
pub fn shares(rose: &WindRose) -> [[f64; 5]; 16] {
    let n = f64::from(rose.n().max(1));
    let of_sector = |forces: &[u32; 13]| {
        FORCES.map(|class| forces.get(class).into_iter().flatten().map(|n| f64::from(*n)).sum::<f64>() / n)
    };
    rose.counts.each_ref().map(of_sector)
}

/// The name of a sector: `NNO` in German, `NNE` in English.
pub fn sector_name(sector: usize, lang: Lang) -> String {
    let t = Texts(lang);
    let at = |i: usize| {
        #[expect(clippy::cast_precision_loss, reason = "0 to 15")]
        let degrees = (i % 16) as f64 * 22.5;
        numbers::compass(degrees, t.0)
    };
    // Between a main wind and its neighbour: the main wind's letter before the neighbour's.
    match sector % 16 {
        even if even % 2 == 0 => at(even).to_owned(),
        odd => {
            let (before, after) = (odd - 1, odd + 1);
            let (main, side) = if before % 4 == 0 { (before, after) } else { (after, before) };
            format!("{}{}", at(main), at(side))
        }
    }
}

/// Draws the rose as one `<svg>` element.
pub fn svg(rose: &WindRose, words: Words<'_>, theme: Theme) -> Result<String, DrawError> {
    picture(SIZE, "chart chart--rose", &words, theme, "", |root| draw(rose, words.lang, root))
}

fn draw(rose: &WindRose, lang: Lang, root: &Area<'_>) -> Drawn {
    let shares = shares(rose);
    let largest = shares.iter().map(|sector| sector.iter().sum::<f64>()).fold(0.0, f64::max);
    let step = round_step(largest.max(0.04) / 4.0);
    let top = (largest.max(0.04) / step).ceil() * step;
    let radius = |share: f64| CALM + (OUTER - CALM) * share / top;

    for i in 1..=4_u32 {
        let share = f64::from(i) * step;
        if share <= top + 1e-9 {
            let radius = radius(share);
            root.draw(&PathElement::new(arc(0.0, 360.0, radius), stroke(Ink::Grid, 1.0)))?;
        }
    }
    for (sector, shares) in (0_u32..).zip(&shares) {
        let middle = f64::from(sector) * 22.5;
        let mut inner = 0.0;
        for (share, ink) in shares.iter().zip(Ink::CLASSES).filter(|(share, _)| **share > 0.0) {
            let outer = inner + share;
            let mut outline = arc(middle - HALF, middle + HALF, radius(outer));
            outline.extend(arc(middle - HALF, middle + HALF, radius(inner)).into_iter().rev());
            root.draw(&Polygon::new(outline.clone(), ink.marker().filled()))?;
            // An edge between classes that does not need their colours.
            outline.extend(outline.first().copied());
            root.draw(&PathElement::new(outline, stroke(Ink::Axis, 0.8)))?;
            inner = outer;
        }
    }
    root.draw(&Circle::new(point(0.0, 0.0), CALM_FINE, stroke(Ink::Axis, 1.2)))?;
    let calm = f64::from(rose.n_calm) / f64::from(rose.n().max(1));
    let middle = point(0.0, 0.0);
    label(root, &numbers::percent(calm, lang), middle, Ink::Text, (HPos::Center, VPos::Center))?;
    for i in 1..=4_u32 {
        let share = f64::from(i) * step;
        // The outermost ring has its number, and of those inside every second.
        let is_named = ((top / step).round() - f64::from(i)).rem_euclid(2.0) < 0.5;
        if share <= top + 1e-9 && is_named {
            // Between two sectors, where nothing covers it.
            let at = point(101.25, radius(share));
            label(root, &numbers::percent(share, lang), at, Ink::Text, (HPos::Center, VPos::Center))?;
        }
    }
    for (degrees, i) in [(0.0, 0), (90.0, 4), (180.0, 8), (270.0, 12)] {
        let at = point(degrees, OUTER + 16.0);
        label(root, &sector_name(i, lang), at, Ink::Text, (HPos::Center, VPos::Center))?;
    }
    draw_key(rose, lang, root)
}

#[expect(clippy::cast_possible_truncation, reason = "inside the picture")]
const CALM_FINE: i32 = CALM as i32 * FINE;

/// What the classes mean, strongest first, as they stand in a sector from outside in.
fn draw_key(rose: &WindRose, lang: Lang, root: &Area<'_>) -> Drawn {
    let x = 474;
    for (i, (speeds, ink)) in (0_i32..).zip(SPEEDS.into_iter().zip(Ink::CLASSES).rev()) {
        let y = 96 + i * 30;
        square(root, (x * FINE, y * FINE), 18 * FINE, ink)?;
        let words = speed_class(speeds, lang);
        label(root, &words, ((x + 26) * FINE, (y + 9) * FINE), Ink::Text, (HPos::Left, VPos::Center))?;
    }
    let t = Texts(lang);
    root.draw(&Circle::new(((x + 9) * FINE, 255 * FINE), 9 * FINE, stroke(Ink::Axis, 1.2)))?;
    label(root, t.calm(), ((x + 26) * FINE, 255 * FINE), Ink::Text, (HPos::Left, VPos::Center))?;
    let n = t.n_values(u64::from(rose.n()));
    label(root, &n, (x * FINE, 292 * FINE), Ink::Text, (HPos::Left, VPos::Center))?;
    if rose.n_without_direction > 0 {
        let words = t.without_direction(u64::from(rose.n_without_direction));
        label(root, &words, (x * FINE, 316 * FINE), Ink::Text, (HPos::Left, VPos::Center))?;
    }
    Ok(())
}

/// `1,6–3,3 m/s`, `ab 10,8 m/s`.
pub fn speed_class((from, to): (f64, Option<f64>), lang: Lang) -> String {
    let number = |speed| numbers::number(speed, 1, lang);
    match to {
        Some(to) => format!("{}–{}\u{a0}m/s", number(from), number(to)),
        None => Texts(lang).class_from(&format!("{}\u{a0}m/s", number(from))),
    }
}

/// An arc around the centre; degrees from north by east.
fn arc(from: f64, to: f64, radius: f64) -> Vec<(i32, i32)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 360 degrees")]
    let n = (((to - from) / 3.0).ceil() as u32).max(1);
    (0..=n).map(|i| point(from + (to - from) * f64::from(i) / f64::from(n), radius)).collect()
}

fn point(degrees: f64, radius: f64) -> (i32, i32) {
    let (east, north) = degrees.to_radians().sin_cos();
    let fine = f64::from(FINE);
    #[expect(clippy::cast_possible_truncation, reason = "inside the picture")]
    let at = |x: f64| (x * fine).round() as i32;
    (at(CENTRE.0 + radius * east), at(CENTRE.1 - radius * north))
}

#[cfg(test)]
mod tests {
    use planning::weather::Wind;

    use super::*;

    fn rose() -> WindRose {
        let wind = |direction, speed| Wind { direction, speed };
        // Of ten: two calm, one without direction, four from south-west (2 m/s, 2 m/s, 4 m/s, 12 m/s), three from north (1 m/s).
        WindRose::new([
            wind(Some(10.0), 0.1),
            wind(None, 0.4),
            wind(None, 3.0),
            wind(Some(225.0), 2.0),
            wind(Some(230.0), 2.0),
            wind(Some(220.0), 4.0),
            wind(Some(225.0), 12.0),
            wind(Some(350.0), 1.0),
            wind(Some(0.0), 1.0),
            wind(Some(10.0), 1.0),
        ])
    }

    #[test]
    fn shares_are_of_all_values_and_sorted_by_sector_and_speed() {
        let shares = shares(&rose());
        assert_eq!(format!("{:?}", shares[0]), "[0.3, 0.0, 0.0, 0.0, 0.0]");
        assert_eq!(format!("{:?}", shares[10]), "[0.0, 0.2, 0.1, 0.0, 0.1]");
        assert!((shares.iter().flatten().sum::<f64>() - 0.7).abs() < 1e-12);
    }

    #[test]
    fn the_sixteen_winds_have_their_names_in_both_languages() {
        let names = |lang| (0..16).map(|i| sector_name(i, lang)).collect::<Vec<_>>().join(" ");
        assert_eq!(names(Lang::De), "N NNO NO ONO O OSO SO SSO S SSW SW WSW W WNW NW NNW");
        assert_eq!(names(Lang::En), "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW");
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        assert_eq!(point(0.0, 100.0), (960, 480));
        assert_eq!(point(90.0, 100.0), (1360, 880));
    }

    #[test]
    fn each_class_of_a_sector_is_a_shape_and_the_calms_are_in_the_middle() {
        let words = Words { id: "w", title: "Wind", description: "B", lang: Lang::De };
        let svg = svg(&rose(), words, Theme::Page).unwrap();
        // North one class, south-west three.
        assert_eq!(svg.matches("<polygon").count(), 4);
        assert!(svg.contains("20\u{a0}%") && svg.contains("windstill") && svg.contains("10 Werte"), "{svg}");
        assert!(svg.contains("1 ohne Richtung") && svg.contains("ab 10,8\u{a0}m/s"));
    }

    #[test]
    fn no_wind_at_all_is_an_empty_rose() {
        let words = Words { id: "w", title: "Wind", description: "B", lang: Lang::En };
        assert_eq!(svg(&WindRose::new([]), words, Theme::Print).unwrap().matches("<polygon").count(), 0);
    }
}
