//! Zeros that may be an outage: a hint on the page of a site that counts.

use std::{collections::HashMap, sync::Arc};

use domain::{ErrorChain, Lang, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use planning::{
    Calendar, Resolution,
    calendar::SchoolHolidays,
    zero_run::{ZeroVerdict, zero_runs},
};
use store::{Datastream, StoreError, Thing};
use tokio::sync::Mutex;

use super::{
    super::{numbers, texts::Texts, ui::Ui},
    ThingPage,
};
use crate::{
    AppState,
    evaluation::{CLASSES, Counts, counts},
};

/// A run of zeros that may be an outage.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Suspect {
    /// Direction, if the site tells several apart.
    direction: String,
    range: TimeRange,
    /// What the site counts at such times.
    expected: f64,
    /// Whether it is taken for an outage, not only doubted.
    is_outage: bool,
}

/// How long a site's zeros are not looked at again: a run that matters lasts for hours.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(15);
/// What is usual is learned from so many days.
const LOOKED_AT: SignedDuration = SignedDuration::from_hours(42 * 24);
/// Older runs are no news; planners find them with their figures.
const NEWS_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Runs named one by one.
const NAMED: usize = 3;

/// The suspects of sites asked for lately: pages are loaded again every few seconds.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    found: Mutex<HashMap<(ThingId, Lang), Found>>,
}

/// What was found, and when it was looked at.
type Found = (Timestamp, Arc<Vec<Suspect>>);

impl Cache {
    /// The suspects of the last two weeks, newest first; none of a Thing that counts nothing.
    pub(super) async fn of(
        &self,
        state: &AppState,
        thing: &Thing,
        datastreams: &[Datastream],
        now: Timestamp,
        lang: Lang,
    ) -> Result<Arc<Vec<Suspect>>, StoreError> {
        let key = (thing.id, lang);
        if let Some((at, found)) = self.found.lock().await.get(&key)
            && now.duration_since(*at).abs() < KEPT_FOR
        {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(read(state, datastreams, now, lang).await?);
        let mut all = self.found.lock().await;
        all.retain(|_, (at, _)| now.duration_since(*at).abs() < KEPT_FOR);
        all.insert(key, (now, Arc::clone(&found)));
        Ok(found)
    }
}

async fn read(
    state: &AppState,
    datastreams: &[Datastream],
    now: Timestamp,
    lang: Lang,
) -> Result<Vec<Suspect>, StoreError> {
    let calendar = Calendar::new(state.zone.clone(), SchoolHolidays::lower_saxony());
    let Ok(period) = TimeRange::new(now - LOOKED_AT, now) else { return Ok(Vec::new()) };
    let mut suspects = Vec::new();
    for class in CLASSES {
        let Some(raw) =
            counts::read(&state.store, datastreams, class, period, Resolution::QuarterHour, lang).await?
        else {
            continue;
        };
        let counts = match Counts::new(&raw, period, &std::collections::HashSet::new(), &calendar) {
            Ok(counts) => counts,
            Err(error) => {
                tracing::error!(error = %ErrorChain(&error), "zeros not judged");
                continue;
            }
        };
        for direction in &counts.directions {
            let runs = zero_runs(&direction.series, period, &calendar, &[]);
            let noteworthy = runs.into_iter().filter(|run| run.verdict != ZeroVerdict::Quiet);
            suspects.extend(noteworthy.filter(|run| run.range.to() > now - NEWS_FOR).map(|run| Suspect {
                direction: direction.name.clone(),
                range: run.range,
                expected: run.expected,
                is_outage: run.verdict == ZeroVerdict::Fail,
            }));
        }
    }
    suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.range.from()));
    Ok(suspects)
}

/// What looks like an outage, in plain words; nothing where nothing does.
pub(super) fn hint(page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let when = |range: TimeRange| {
        let date_time = |at| numbers::date_time(at, &state.zone, ui.lang);
        format!("{} – {}", date_time(range.from()), date_time(range.to()))
    };
    html! {
        div data-live="zeros" {
            @if !page.suspects.is_empty() {
                div.outages {
                    p { b { (t.zeros_title()) } }
                    ul {
                        @for suspect in page.suspects.iter().take(NAMED) {
                            li {
                                @if !suspect.direction.is_empty() { (suspect.direction) ", " }
                                (when(suspect.range)) ": "
                                @let usual = numbers::number(suspect.expected, 0, ui.lang);
                                @if suspect.is_outage { (t.zeros_outage(&usual)) } @else { (t.zeros_doubt(&usual)) }
                            }
                        }
                        @if page.suspects.len() > NAMED { li { (t.and_more((page.suspects.len() - NAMED) as u64)) } }
                    }
                }
            }
        }
    }
}
