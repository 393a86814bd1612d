//! Whether what is drawn stands out: 3:1 for graphical objects (WCAG 2.1, 1.4.11), in light and dark.

use std::collections::HashMap;

use super::page;
use crate::harness::{City, get};

/// What is drawn, and the grounds it is drawn on.
const DRAWN: [(&[&str], &[&str]); 4] = [
    // Symbols of the map, the legend and the list.
    (&["bicycle", "traffic", "weather", "other"], &["map-ground", "paper"]),
    // Lines, bars and the zero line of charts.
    (&["chart-first", "chart-second", "chart-axis"], &["surface"]),
    // Signs of states, in the list and on cards.
    (&["live", "stale", "silent"], &["paper", "surface"]),
    // The ring around what has the focus, and the frames of fields and buttons.
    (&["focus", "ink-quiet"], &["paper", "surface"]),
];

type Colours = HashMap<String, [u8; 3]>;

#[tokio::test]
async fn every_drawing_stands_out_from_its_ground_in_light_and_dark() {
    let city = City::new().await;
    let router = city.router();
    let html = page(&router, "/").await;
    let href = html.split('"').find(|part| part.ends_with("tokens.css")).unwrap();
    let css = get(&router, href).await.body;
    let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
    let light = colours(light);
    // Dark changes some of them.
    let dark: Colours = light.clone().into_iter().chain(colours(dark)).collect();
    for (scheme, colours) in [("light", light), ("dark", dark)] {
        for (drawn, grounds) in DRAWN {
            for (one, ground) in drawn.iter().flat_map(|one| grounds.iter().map(move |ground| (one, ground)))
            {
                let ratio = ratio(colours[*one], colours[*ground]);
                assert!(ratio >= 3.0, "{scheme}: --{one} on --{ground} is {ratio:.2}:1");
            }
        }
    }
}

/// Custom properties that are colours, by name without the leading hyphens.
fn colours(css: &str) -> Colours {
    let property = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
        let hex = u32::from_str_radix(value.strip_suffix(';')?, 16).ok()?;
        let [_, r, g, b] = hex.to_be_bytes();
        Some((name.to_owned(), [r, g, b]))
    };
    css.lines().filter_map(property).collect()
}

/// The contrast ratio of WCAG 2.
fn ratio(one: [u8; 3], other: [u8; 3]) -> f64 {
    let luminance = |colour: [u8; 3]| {
        let [r, g, b] = colour.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn black_on_white_is_21_to_1() {
    assert!((ratio([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    assert!((ratio([0x77; 3], [255; 3]) - 4.48).abs() < 0.01);
}
