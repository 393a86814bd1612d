//! Where the names stand on the map: never over a marker, another name or the edge.
//!
//! Names near a crowd are placed first: elsewhere there is room for the rest.

use std::{collections::HashMap, ops::RangeInclusive};

use super::Frame;

/// Height of a line of text, in picture units.
const LINE: f64 = 18.0;
/// Mean width of a letter.
const LETTER: f64 = 7.4;
/// Half the size of a marker with some air.
const MARKER: f64 = 12.0;
/// Longest name on the map, in characters; the whole name is in the marker's title.
const LONGEST: usize = 26;

/// How far from its marker a name may stand that has no room beside it; a line leads to it.
const FAR: f64 = 26.0;
/// Markers nearer than this crowd each other's names.
const CROWD: f64 = 90.0;

/// The place of a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    /// Where the text is anchored.
    pub(super) x: f64,
    /// Its base line.
    pub(super) y: f64,
    /// SVG's `text-anchor`.
    pub(super) anchor: &'static str,
    /// Where a line from the marker ends, if the name does not stand beside it.
    pub(super) leader: Option<(f64, f64)>,
}

#[derive(Clone, Copy, Debug)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn meets(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Areas that are taken, by the strips of the picture they touch: a thousand names need not be compared
/// with each other.
#[derive(Debug, Default)]
struct Taken(HashMap<i32, Vec<Area>>);

impl Taken {
    /// Height of a strip, a little more than a line.
    const STRIP: f64 = 24.0;

    #[expect(clippy::cast_possible_truncation, reason = "a picture has some hundred units")]
    fn strips(area: Area) -> RangeInclusive<i32> {
        (area.top / Self::STRIP).floor() as i32..=(area.bottom / Self::STRIP).floor() as i32
    }

    fn add(&mut self, area: Area) {
        for strip in Self::strips(area) {
            self.0.entry(strip).or_default().push(area);
        }
    }

    fn has_room_for(&self, area: Area) -> bool {
        let near = Self::strips(area).filter_map(|strip| self.0.get(&strip)).flatten();
        near.into_iter().all(|other| !area.meets(*other))
    }
}

/// A name short enough for the map.
pub(super) fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// Gives each name a place beside its marker, or a little away from it, or none where all are taken.
pub(super) fn place(markers: &[(f64, f64)], names: &[String], frame: Frame) -> Vec<Option<Spot>> {
    let mut taken = Taken::default();
    for (x, y) in markers {
        taken.add(Area { left: x - MARKER, top: y - MARKER, right: x + MARKER, bottom: y + MARKER });
    }
    for area in furniture(frame) {
        taken.add(area);
    }
    let mut order: Vec<_> = (0..markers.len()).collect();
    order.sort_by_cached_key(|i| std::cmp::Reverse(n_near(markers, *i)));
    let mut spots = vec![None; markers.len()];
    for i in order {
        let (Some((x, y)), Some(name), Some(spot)) = (markers.get(i), names.get(i), spots.get_mut(i)) else {
            continue;
        };
        let width = name.chars().count() as f64 * LETTER;
        let suits = |spot: &Spot| spot.leader.is_none() || frame.has_leaders;
        let found = candidates(*x, *y, width).into_iter().find(|(spot, area)| {
            let inside = area.left >= 4.0
                && area.right <= frame.width - 4.0
                && area.top >= 4.0
                && area.bottom <= frame.height - 4.0;
            suits(spot) && inside && taken.has_room_for(*area)
        });
        *spot = found.map(|(spot, area)| {
            taken.add(area);
            spot
        });
    }
    spots
}

fn n_near(markers: &[(f64, f64)], i: usize) -> usize {
    let Some((x, y)) = markers.get(i) else { return 0 };
    markers.iter().filter(|(other_x, other_y)| (x - other_x).hypot(y - other_y) < CROWD).count()
}

/// Scale bar and north arrow.
fn furniture(frame: Frame) -> [Area; 2] {
    [
        Area { left: 0.0, top: frame.height - 44.0, right: frame.width * 0.34, bottom: frame.height },
        Area { left: frame.width - 52.0, top: 0.0, right: frame.width, bottom: 72.0 },
    ]
}

/// Places in the order of how well they are read: beside, above and below, at the corners, and those a line
/// leads to.
fn candidates(x: f64, y: f64, width: f64) -> Vec<(Spot, Area)> {
    let gap = MARKER + 3.0;
    let at_side = |left_of: bool, dx: f64, dy: f64, leader: bool| {
        let edge = if left_of { x - dx } else { x + dx };
        let left = if left_of { edge - width } else { edge };
        let middle = y + dy;
        let leader = leader.then_some((if left_of { edge + 2.0 } else { edge - 2.0 }, middle));
        let anchor = if left_of { "end" } else { "start" };
        let area = Area { left, top: middle - LINE / 2.0, right: left + width, bottom: middle + LINE / 2.0 };
        (Spot { x: edge, y: middle + 5.0, anchor, leader }, area)
    };
    let centred = |top: f64, y: f64| {
        let area = Area { left: x - width / 2.0, top, right: x + width / 2.0, bottom: top + LINE };
        (Spot { x, y, anchor: "middle", leader: None }, area)
    };
    let corner = LINE * 0.75;
    let mut all = vec![
        at_side(false, gap, 0.0, false),
        at_side(true, gap, 0.0, false),
        centred(y - gap - LINE + 4.0, y - gap),
        centred(y + gap - 3.0, y + gap + 11.0),
    ];
    for (left_of, dy) in [(false, -corner), (false, corner), (true, -corner), (true, corner)] {
        all.push(at_side(left_of, MARKER, dy, false));
    }
    for times in [1.0, 1.6] {
        for (left_of, dy) in [(false, -FAR), (false, FAR), (true, -FAR), (true, FAR)] {
            all.push(at_side(left_of, FAR * times * 0.8, dy * times, true));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::WIDE;
    use super::*;

    fn area(marker: (f64, f64), name: &str, spot: Spot) -> Area {
        let width = name.chars().count() as f64 * LETTER;
        candidates(marker.0, marker.1, width).into_iter().find(|(other, _)| *other == spot).unwrap().1
    }

    proptest! {
        #[test]
        fn no_two_names_overlap(points in prop::collection::vec((0.0..800.0, 0.0..700.0), 0..60)) {
            let names: Vec<_> = (0..points.len()).map(|i| format!("Sensor Nummer {i}")).collect();
            let spots = place(&points, &names, WIDE);
            let areas: Vec<_> = spots
                .iter()
                .enumerate()
                .filter_map(|(i, spot)| Some(area(points[i], &names[i], (*spot)?)))
                .collect();
            for (i, one) in areas.iter().enumerate() {
                prop_assert!(areas[i + 1..].iter().all(|other| !one.meets(*other)));
            }
        }
    }

    #[test]
    fn a_lone_name_stands_right_of_its_marker() {
        let spot = place(&[(100.0, 100.0)], &["Damm".to_owned()], WIDE)[0].unwrap();
        assert_eq!(spot.anchor, "start");
    }

    #[test]
    fn a_name_at_the_right_edge_stands_on_the_left() {
        let spot = place(&[(780.0, 300.0)], &["Pophankenweg".to_owned()], WIDE)[0].unwrap();
        assert_eq!(spot.anchor, "end");
    }

    #[test]
    fn a_name_without_room_beside_its_marker_is_led_to_by_a_line() {
        let crowd: Vec<_> =
            (0..6).map(|i| (400.0 + 24.0 * f64::from(i % 3), 300.0 + 24.0 * f64::from(i / 3))).collect();
        let names = vec!["Hauptbahnhof".to_owned(); crowd.len()];
        let spots = place(&crowd, &names, WIDE);
        assert!(spots.iter().all(Option::is_some), "{spots:?}");
        assert!(spots.iter().flatten().any(|spot| spot.leader.is_some()));
    }
}
