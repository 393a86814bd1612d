//! Pictures beside the course: hours of the clock by days, histogram, wind rose.

use domain::{BucketWidth, Lang, ObservedProperty};
use jiff::civil::Weekday;
use maud::{Markup, html};
use planning::weather::WindRose;
use store::{Datastream, StoreError};

use super::{
    super::{map, numbers, parts::drawn, texts::Texts, ui::Ui},
    ThingPage,
    card::Card,
};
use crate::{
    AppState,
    charts::{
        data::revision,
        draw::Words,
        heat_map::{self, Heat, HeatMap},
        histogram::{self, Histogram},
        ink::Theme,
        read, rose,
        view::View,
    },
};

/// A picture that belongs to a card.
pub(super) struct Extra {
    /// What it is drawn from; the first names the card.
    datastreams: Vec<Datastream>,
    kind: Kind,
}

enum Kind {
    Hours(HeatMap),
    Histogram(Histogram),
    Rose(Box<WindRose>),
}

impl Extra {
    pub(super) fn belongs_to(&self, card: &Card) -> bool {
        self.datastreams.first().map(|stream| stream.id) == card.datastreams.first().map(|stream| stream.id)
    }
}

/// Periods shorter than this are seen better as a course.
const LONG_DAYS: f64 = 20.0;

/// What stands beside a card: of counts their hours, of temperature and speed how often which came.
pub(super) async fn read(
    state: &AppState,
    card: &Card,
    view: &View,
    lang: Lang,
) -> Result<Option<Extra>, StoreError> {
    let property = card.chart.property;
    let is_long = view.period.range(view.now, &state.zone).seconds() >= LONG_DAYS * 86_400.0;
    if !is_long || card.chart.is_empty() {
        return Ok(None);
    }
    let is_count = property.aggregation().adds_up() && property.unit() == domain::Unit::ONE;
    let has_shape = matches!(
        property,
        ObservedProperty::AirTemperature | ObservedProperty::CarSpeed | ObservedProperty::BicycleSpeed
    );
    let kind = if is_count {
        let map = read::heat_map(state, &card.datastreams, view.period, view.now, lang).await?;
        (!map.is_empty()).then_some(Kind::Hours(map))
    } else if let (true, [datastream]) = (has_shape, card.datastreams.as_slice()) {
        read::histogram(state, datastream, view.period, view.now).await?.map(Kind::Histogram)
    } else {
        None
    };
    Ok(kind.map(|kind| Extra { datastreams: card.datastreams.clone(), kind }))
}

/// The wind rose of a station, where it measures direction and speed.
pub(super) async fn read_rose(
    state: &AppState,
    datastreams: &[Datastream],
    view: &View,
) -> Result<Option<Extra>, StoreError> {
    let of = |property| datastreams.iter().find(move |stream| stream.property == property);
    let (Some(direction), Some(speed)) =
        (of(ObservedProperty::WindDirection), of(ObservedProperty::WindSpeed))
    else {
        return Ok(None);
    };
    let rose = read::rose(state, direction, speed, view.period, view.now).await?;
    let datastreams = vec![direction.clone(), speed.clone()];
    Ok((rose.n() > 0).then(|| Extra { datastreams, kind: Kind::Rose(Box::new(rose)) }))
}

pub(super) fn markup(extra: &Extra, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let Some(first) = extra.datastreams.first() else { return html! {} };
    let property = t.property(first.property);
    let (kind, title, text, named) = match &extra.kind {
        Kind::Hours(map) => ("hours", t.heat_map_of(property), t.heat_map_text(), revision(map)),
        Kind::Histogram(bins) => ("histogram", t.histogram_of(property), t.histogram_text(), revision(bins)),
        Kind::Rose(rose) => ("rose", t.wind_rose().to_owned(), t.wind_rose_text(), revision(rose)),
    };
    let id = format!("{kind}-{}", first.id);
    let words = Words { id: &id, title: &title, description: text, lang: ui.lang };
    let svg = match &extra.kind {
        Kind::Hours(map) => heat_map::svg(map, words, Theme::Page),
        Kind::Histogram(bins) => histogram::svg(bins, words, Theme::Page),
        Kind::Rose(rose) => rose::svg(rose, words, Theme::Page),
    };
    let ids: Vec<_> = extra.datastreams.iter().map(|stream| stream.id.to_string()).collect();
    let query = page.view.period.absolute(page.now, &state.zone).query();
    let is_over = page.view.period.range(page.now, &state.zone).to() <= page.now;
    let named = if is_over { format!("&v={named}") } else { String::new() };
    let file = |form| ui.href(&format!("/charts/{}.{form}?kind={kind}&{query}{named}", ids.join(",")));
    html! {
        article.card.card--extra.(format!("card--{kind}")).(map::theme_class(first.property.theme())) aria-labelledby=(format!("{id}-h")) {
            header.card__head { h2 id=(format!("{id}-h")) { (title) } }
            figure.card__chart {
                (drawn(svg, ui))
                figcaption { (text) }
            }
            details.data {
                summary { (t.as_table()) }
                div.data__scroll tabindex="0" role="region" aria-label=(format!("{title}: {}", t.as_table())) {
                    @match &extra.kind {
                        Kind::Hours(map) => (hours_table(map, page, state, ui)),
                        Kind::Histogram(bins) => (histogram_table(bins, ui)),
                        Kind::Rose(rose) => (rose_table(rose, ui)),
                    }
                }
            }
            footer.card__links {
                span { (t.this_view()) }
                a href=(file("svg")) { "SVG" }
                a data-online href=(file("png")) { "PNG" }
            }
        }
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Means of the hours of each weekday: every single hour would be thousands of lines, which the CSV of a day has.
fn hours_table(map: &HeatMap, page: &ThingPage, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let range = page.view.period.instants(BucketWidth::Day, page.now, &state.zone);
    let days: Vec<_> = BucketWidth::Day.buckets(range, &state.zone).collect();
    let mean = |clock: u8, weekday: Weekday| {
        let of_weekday = days
            .iter()
            .zip(&map.days)
            .filter(|(range, _)| range.from().to_zoned(state.zone.clone()).weekday() == weekday);
        let values: Vec<f64> = of_weekday
            .flat_map(|(_, day)| day.hours.iter().filter(|hour| hour.clock == clock))
            .filter_map(|hour| match hour.heat {
                Heat::Known(value) => Some(value),
                Heat::Missing | Heat::Outside => None,
            })
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    html! {
        table {
            caption { (t.mean_by_weekday()) }
            thead {
                tr {
                    th scope="col" { (t.planning_hour()) }
                    @for weekday in WEEK {
                        th scope="col" { (numbers::weekday_name(weekday, ui.lang)) }
                    }
                }
            }
            tbody {
                @for clock in 0..24_u8 {
                    tr {
                        th scope="row" { (format!("{clock:02}:00")) }
                        @for weekday in WEEK {
                            td { (mean(clock, weekday).map_or_else(|| "–".to_owned(), |mean| numbers::number(mean, 1, ui.lang))) }
                        }
                    }
                }
            }
        }
    }
}

fn histogram_table(histogram: &Histogram, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let n = (histogram.n().max(1)) as f64;
    html! {
        table {
            thead { tr { th scope="col" { (t.class()) } th scope="col" { (t.hours()) } th scope="col" { (t.share()) } } }
            tbody {
                @for (class, count) in histogram.counts.iter().enumerate() {
                    @let (from, to) = histogram.limits(class);
                    tr {
                        th scope="row" {
                            (t.class_between(&histogram.limit_text(from, ui.lang), &histogram.limit_text(to, ui.lang))) " " (histogram.unit)
                        }
                        td { (numbers::count(u64::from(*count), ui.lang)) }
                        td { (numbers::percent(f64::from(*count) / n, ui.lang)) }
                    }
                }
            }
        }
    }
}

fn rose_table(rose: &WindRose, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let percent = |share: f64| {
        if share > 0.0 {
            format!("{}{}", numbers::number(share * 100.0, 1, ui.lang), t.percent_sign())
        } else {
            "–".to_owned()
        }
    };
    let calm = f64::from(rose.n_calm) / f64::from(rose.n().max(1));
    html! {
        table {
            thead {
                tr {
                    th scope="col" { (t.wind_from()) }
                    @for speeds in rose::SPEEDS { th scope="col" { (rose::speed_class(speeds, ui.lang)) } }
                }
            }
            tbody {
                @for (sector, shares) in rose::shares(rose).iter().enumerate() {
                    tr {
                        th scope="row" { (rose::sector_name(sector, ui.lang)) }
                        @for share in shares { td { (percent(*share)) } }
                    }
                }
                tr { th scope="row" { (t.calm()) } td colspan="5" { (percent(calm)) } }
            }
        }
    }
}
