//! All pages of a city in all its states, for checks that hold everywhere.

use domain::{Missing, ObservedProperty as P};
use serde_json::json;

use super::Browser;
use crate::{
    harness::{City, at},
    pages::counting_site,
};

/// Each page and each form of it, also those that say what is wrong.
pub(super) const PAGES: &[&str] = &[
    "/",
    "/?lang=en",
    "/things/pophankenweg",
    "/things/pophankenweg?range=1y&lang=en",
    "/things/pophankenweg?range=month&compare=previous",
    "/things/pophankenweg?range=day&compare=site:still&lang=en",
    "/things/schlossgarten?range=month",
    "/things/schlossgarten",
    "/things/neu",
    "/open-data",
    "/about",
    "/accessibility",
    "/design",
    "/embed",
    "/embed?kind=png&thing=pophankenweg&lang=en",
    "/embed/pophankenweg",
    "/embed/schlossgarten?theme=dark",
    "/embed/neu?theme=light",
    "/feedback?page=/things/damm",
    "/plain",
    "/privacy",
    "/planning",
    "/planning/pophankenweg",
    "/planning/pophankenweg?from=never",
    "/planning/pophankenweg/compare",
    "/planning/pophankenweg/extrapolate",
    "/planning/pophankenweg/years?lang=en",
    "/planning/schlossgarten/weather",
    "/no-such-page",
    "/things/no-such",
    "/things/pophankenweg?range=1d&range=1d",
    "/display/neu",
];

/// A counting site, a station with a broken probe, a site that fell silent, one that was never heard.
pub(super) async fn city_of_all_states() -> City {
    let city = City::new().await;
    city.site("Neu", &[]).await;
    let silent = city.site("Still", &[]).await;
    let station = city.site("Schlossgarten", &[]).await;
    city.measure(&silent, at("2026-06-30T22:00:00Z"), &[(P::CarCount, "", Some(9.0))]).await;
    for minute in ["00", "15", "30", "45"] {
        let time = at(&format!("2026-07-01T06:{minute}:00Z"));
        let values = [
            (P::WindDirection, "", Some(90.0)),
            (P::WindSpeed, "", Some(3.0)),
            (P::Precipitation, "", Some(0.2)),
        ];
        city.measure(&station, time, &values).await;
        city.lack(&station, time, P::AirTemperature, Missing::SensorError).await;
        city.lack(&station, time, P::LightningDistance, Missing::NothingToMeasure).await;
    }
    counting_site(&city).await;
    city
}

/// Shows pages in the light or the dark theme.
pub(super) async fn in_theme(browser: &mut Browser, scheme: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    browser.call("Emulation.setEmulatedMedia", features).await;
}
