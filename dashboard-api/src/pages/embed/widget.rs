//! What a widget says of a Thing: its main figure, a few others, how it went, whether it reports.

use domain::{ObservedProperty, Theme};
use jiff::Timestamp;
use store::StoreError;

use super::{
    super::{
        figures::{City, Line, Shown, When, Words},
        numbers,
        texts::Texts,
        ui::Ui,
    },
    course::Course,
};
use crate::{Ageing, AppState, ThingState, counts::CountingSite};

/// A Thing for other web sites.
#[derive(Clone, Debug)]
pub(super) struct Widget {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) theme: Theme,
    pub(super) state: ThingState,
    pub(super) ageing: Option<Ageing>,
    pub(super) last_heard_at: Option<Timestamp>,
    /// The largest; `None` for a Thing that never measured.
    pub(super) first: Option<Words>,
    /// Fewer than [`OTHERS`].
    pub(super) others: Vec<Words>,
    /// Today beside a week ago, as a sentence.
    pub(super) comparison: Option<String>,
    pub(super) course: Option<Course>,
}

/// Figures beside the first.
const OTHERS: usize = 3;

impl Widget {
    /// Reads a Thing; `None` if there is none.
    pub(super) async fn read(
        key: &str,
        city: &City,
        state: &AppState,
        ui: &Ui,
    ) -> Result<Option<Self>, StoreError> {
        let t = Texts(ui.lang);
        let Some(line) = city.lines.iter().find(|line| line.thing.key == key) else { return Ok(None) };
        let thing = &line.thing;
        let shown = main_figures(line);
        let words = |(shown, is_today): &(&Shown, bool)| {
            let Words { number, label } = shown.words(&state.zone, t);
            // What is not known is not known of today alone.
            let is_today = *is_today && number.is_some();
            Words { number, label: if is_today { format!("{label} {}", t.widget_today()) } else { label } }
        };
        let mut all = shown.iter().map(words);
        let first = all.next();
        let others = all.take(OTHERS).collect();
        let datastreams = state.store.datastreams(Some(thing.id)).await?;
        let property = shown.first().map(|(shown, _)| shown.property);
        let course = match (property, thing.last_heard_at) {
            (Some(property), Some(heard_at)) => {
                let until = heard_at.min(city.now);
                Course::read(property, &datastreams, &state.store, &state.zone, city.now, until).await?
            }
            _ => None,
        };
        let counted = property.filter(|property| {
            property.aggregation().adds_up() && *property != ObservedProperty::Precipitation
        });
        let site = counted.and_then(|property| CountingSite::of(&datastreams, property));
        let comparison = match (site, thing.last_heard_at) {
            (Some(site), Some(heard_at)) => {
                site.compare(&state.store, &state.zone, heard_at.min(city.now)).await?
            }
            _ => None,
        };
        let comparison = comparison.and_then(|comparison| {
            let (percent, is_more) = comparison.change()?;
            let until = numbers::oclock(comparison.until, &state.zone, ui.lang);
            Some(t.compared(
                numbers::weekday(comparison.until, &state.zone, ui.lang),
                percent,
                is_more,
                &until,
            ))
        });
        Ok(Some(Self {
            key: thing.key.clone(),
            name: thing.name.clone(),
            theme: line.theme,
            state: line.state,
            ageing: line.ageing(),
            last_heard_at: thing.last_heard_at,
            first,
            others,
            comparison,
            course,
        }))
    }
}

/// What was counted today; else the newest values, and then the rain of today. Each with whether it is of today.
fn main_figures(line: &Line) -> Vec<(&Shown, bool)> {
    let of = |is_wanted: fn(&When) -> bool| {
        line.periods.iter().filter(move |period| is_wanted(&period.when)).flat_map(|period| &period.figures)
    };
    let today = || of(|when| matches!(when, When::Today { .. }));
    let is_rain = |shown: &&Shown| shown.property == ObservedProperty::Precipitation;
    let counted = today().filter(|shown| !is_rain(shown)).map(|shown| (shown, true));
    let latest = of(|when| matches!(when, When::Latest)).map(|shown| (shown, false));
    let rain = today().find(is_rain).map(|shown| (shown, true));
    counted.chain(latest).chain(rain).collect()
}
