//! Markers that would hide each other are moved apart a little.

/// Two markers this far apart, in picture units, can be told apart and clicked.
const APART: f64 = 20.0;
/// No marker is moved farther than this from its place.
const FARTHEST: f64 = 12.0;
/// Moving markers apart moves them towards others, so it is done some times over.
const ROUNDS: usize = 24;

/// Where the markers of these places are drawn. What lies apart already stays where it is.
pub(super) fn apart(places: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut points = places.to_vec();
    for _ in 0..ROUNDS {
        let before = points.clone();
        for (i, point) in points.iter_mut().enumerate() {
            let others = before.iter().enumerate().filter(|(j, _)| *j != i);
            let push = others.map(|(j, other)| push(before[i], *other, i, j)).fold((0.0, 0.0), add);
            *point = near(add(before[i], push), places[i]);
        }
        if points == before {
            break;
        }
    }
    points
}

/// Half of what is missing between two markers, away from the other.
fn push(one: (f64, f64), other: (f64, f64), i: usize, j: usize) -> (f64, f64) {
    let (dx, dy) = (one.0 - other.0, one.1 - other.1);
    let distance = dx.hypot(dy);
    // A hair more, so that rounding does not go on for ever.
    let missing = APART + 0.01 - distance;
    if missing <= 0.01 {
        return (0.0, 0.0);
    }
    let half = missing / 2.0;
    if distance > 0.001 {
        return (dx / distance * half, dy / distance * half);
    }
    // On the very same spot: each goes its own way.
    let angle = (i as f64 - j as f64) * 2.4 + if i < j { std::f64::consts::PI } else { 0.0 };
    (angle.cos() * half, angle.sin() * half)
}

fn near(point: (f64, f64), place: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (point.0 - place.0, point.1 - place.1);
    let distance = dx.hypot(dy);
    if distance <= FARTHEST {
        return point;
    }
    (place.0 + dx / distance * FARTHEST, place.1 + dy / distance * FARTHEST)
}

fn add(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 + b.0, a.1 + b.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
        (a.0 - b.0).hypot(a.1 - b.1)
    }

    #[test]
    fn markers_that_lie_apart_stay_where_they_are() {
        let places = [(0.0, 0.0), (20.1, 0.0), (0.0, 40.0)];
        assert_eq!(apart(&places), places);
    }

    #[test]
    fn two_and_three_markers_on_one_spot_can_be_told_apart() {
        for places in [vec![(50.0, 50.0); 2], vec![(50.0, 50.0); 3], vec![(50.0, 50.0), (56.0, 50.0)]] {
            let drawn = apart(&places);
            for (i, one) in drawn.iter().enumerate() {
                for other in &drawn[i + 1..] {
                    assert!(distance(*one, *other) > 17.0, "{drawn:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_marker_leaves_the_neighbourhood_of_its_place(
            places in prop::collection::vec((0.0..200.0, 0.0..200.0), 0..80),
        ) {
            for (drawn, place) in apart(&places).into_iter().zip(places) {
                prop_assert!(distance(drawn, place) <= FARTHEST + 1e-6);
            }
        }
    }
}
