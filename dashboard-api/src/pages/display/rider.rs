//! A bicycle, and somebody on it: the script lets one cross the street for each bicycle counted.

use std::f64::consts::TAU;

use maud::{Markup, html};

/// Places in the picture's units: the road is at 0, the wheels touch it.
type Place = (f64, f64);

const WHEEL: f64 = 27.0;
const REAR: Place = (-36.0, -WHEEL);
const FRONT: Place = (36.0, -WHEEL);
const CRANK: Place = (-3.0, -26.0);
const CRANK_LENGTH: f64 = 12.0;
const HANDS: Place = (29.0, -84.0);
const HIP: Place = (-15.0, -83.0);
/// Thigh and shin are of the same length: together longer than from the hip to the lowest pedal.
const LEG: f64 = 39.0;
/// Poses of one turn of the pedals; the browser draws what lies between.
const POSES: u32 = 16;
/// One turn of the pedals.
const TURN: &str = "0.9s";

/// The bicycle alone, its middle at 0.
pub(super) fn bicycle() -> Markup {
    html! {
        (wheel(REAR))
        (wheel(FRONT))
        path.bicycle__frame d=(format!(
            "M{} {}L-14 -66L-3 -26ZM-14 -66L25 -69L-3 -26M{} {}L23 -80",
            REAR.0, REAR.1, FRONT.0, FRONT.1
        )) {}
        path.bicycle__frame d="M-18 -78L-14 -66M-27 -79.5H-9M23 -80L19 -89L31 -86" {}
        circle.bicycle__hub cx=(CRANK.0) cy=(CRANK.1) r="6" {}
    }
}

fn wheel((x, y): Place) -> Markup {
    html! {
        g transform=(format!("translate({x} {y})")) {
            g.wheel {
                circle.wheel__tyre r=(WHEEL - 3.0) {}
                @for i in 0..5 {
                    line.wheel__spoke y1="-23" y2="23" transform=(format!("rotate({})", i * 36)) {}
                }
            }
        }
    }
}

/// What the script makes riders of; never shown itself. Which extras are shown is up to the style sheet.
pub(super) fn template() -> Markup {
    html! {
        template #rider {
            svg.rider viewBox="-76 -170 152 172" aria-hidden="true" focusable="false" {
                (leg("rider__leg rider__leg--far", 0.5))
                (bicycle())
                path.rider__box d="M40 -66H72L66 -40H46Z" {}
                path.rider__basket d="M-62 -66H-30V-48H-58Z" {}
                (body())
                (leg("rider__leg", 0.0))
            }
        }
    }
}

/// A leg that pedals, so far ahead in its turn.
fn leg(class: &str, ahead: f64) -> Markup {
    let poses: Vec<_> = (0..=POSES).map(|i| pose(f64::from(i) / f64::from(POSES) + ahead)).collect();
    html! {
        path class=(class) d=(pose(ahead)) {
            animate attributeName="d" dur=(TURN) repeatCount="indefinite" values=(poses.join(";")) {}
        }
    }
}

/// Hip, knee and foot where the pedal has made so much of its turn, clockwise from the front.
fn pose(turn: f64) -> String {
    let (sin, cos) = (turn * TAU).sin_cos();
    let foot = (CRANK.0 + CRANK_LENGTH * cos, CRANK.1 + CRANK_LENGTH * sin);
    let knee = knee(HIP, foot);
    format!("M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}l8 1", HIP.0, HIP.1, knee.0, knee.1, foot.0, foot.1)
}

/// The point as far from both ends as a thigh and a shin are long, bent forward.
fn knee(hip: Place, foot: Place) -> Place {
    let (dx, dy) = (foot.0 - hip.0, foot.1 - hip.1);
    let distance = dx.hypot(dy);
    let bend = (LEG * LEG - distance * distance / 4.0).max(0.0).sqrt();
    let middle = (hip.0 + dx / 2.0, hip.1 + dy / 2.0);
    (middle.0 + bend * dy / distance, middle.1 - bend * dx / distance)
}

fn body() -> Markup {
    let shoulder = (6.0, -127.0);
    html! {
        path.rider__scarf d=(format!("M{} {}l-22 -3l-9 7", shoulder.0, shoulder.1)) {}
        path.rider__torso d=(format!("M{} {}L{} {}", HIP.0, HIP.1, shoulder.0, shoulder.1)) {}
        path.rider__arm d=(format!("M{} {}L16 -101L{} {}", shoulder.0, shoulder.1 + 3.0, HANDS.0, HANDS.1)) {}
        circle.rider__head cx="15" cy="-147" r="12.5" {}
        path.rider__hat d="M1 -150A14.5 14.5 0 0 1 30 -150Z" {}
        path.rider__pack d=(format!("M{} {}l-16 -4l6 -28l12 4Z", HIP.0 - 2.0, HIP.1 - 10.0)) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_keeps_its_length_through_the_whole_turn() {
        for i in 0..POSES {
            let (sin, cos) = (f64::from(i) / f64::from(POSES) * TAU).sin_cos();
            let foot = (CRANK.0 + CRANK_LENGTH * cos, CRANK.1 + CRANK_LENGTH * sin);
            let knee = knee(HIP, foot);
            for (a, b) in [(HIP, knee), (knee, foot)] {
                assert!(((a.0 - b.0).hypot(a.1 - b.1) - LEG).abs() < 1e-9, "pose {i}");
            }
            assert!(knee.0 > HIP.0, "the knee of pose {i} points forward");
        }
    }
}
