//! Wind rose and months of rain: picture and table.

use maud::{Markup, html};

use crate::{
    charts::{
        axis::ValueAxis,
        draw::Words,
        ink::Theme,
        profile::{Marks, Profile, Size, Slot},
        rose,
    },
    evaluation::weather::WeatherReport,
    pages::{
        numbers,
        parts::drawn,
        planning::{curves, parts},
        texts::Texts,
        ui::Ui,
    },
};

/// Where the wind came from.
pub(super) fn rose(report: &WeatherReport, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let rose = &report.rose;
    if rose.n() == 0 || rose.n() == rose.n_calm + rose.n_without_direction {
        return html! {};
    }
    let shares = rose::shares(rose);
    let n = numbers::count(u64::from(rose.n()), ui.lang);
    let calms = numbers::percent(f64::from(rose.n_calm) / f64::from(rose.n()), ui.lang);
    let most = (0..16).max_by(|a, b| sum(&shares[*a]).total_cmp(&sum(&shares[*b]))).unwrap_or(0);
    let share = numbers::percent(sum(&shares[most]), ui.lang);
    let text = t.weather_rose_text(&rose::sector_name(most, ui.lang), &share, &calms, &n);
    let words = Words { id: "rose", title: t.weather_rose(), description: &text, lang: ui.lang };
    html! {
        (parts::chart_styles())
        section.plan-section aria-labelledby="rose-h" {
            h2 #rose-h { (t.weather_rose()) }
            p { (text) }
            (drawn(rose::svg(rose, words, Theme::Page), ui))
            details.data {
                summary { (t.as_table()) }
                div.data__scroll tabindex="0" role="region" aria-label=(format!("{}: {}", t.weather_rose(), t.as_table())) {
                    table {
                        thead {
                            tr {
                                th scope="col" { (t.weather_sector()) }
                                @for class in rose::SPEEDS { th scope="col" { (rose::speed_class(class, ui.lang)) } }
                                th scope="col" { (t.weather_together()) }
                            }
                        }
                        tbody {
                            @for (sector, shares) in shares.iter().enumerate() {
                                tr {
                                    th scope="row" { (rose::sector_name(sector, ui.lang)) }
                                    @for share in shares { td { (percent(*share, ui)) } }
                                    td { (percent(sum(shares), ui)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sum(shares: &[f64; 5]) -> f64 {
    shares.iter().sum()
}

fn percent(share: f64, ui: &Ui) -> String {
    format!("{}{}", numbers::number(100.0 * share, 1, ui.lang), Texts(ui.lang).percent_sign())
}

/// Rain by months; of one with gaps at least so much.
pub(super) fn months(report: &WeatherReport, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    if report.rain.covered <= 0.0 {
        return html! {};
    }
    let largest = report.months.iter().map(|(_, sum)| sum.mm).fold(1.0, f64::max);
    let n = report.months.len();
    let slots = report.months.iter().map(|(first, sum)| {
        let name = numbers::month(first.month(), ui.lang);
        Slot {
            label: name.chars().take(if n > 12 { 1 } else { 3 }).collect(),
            value: (sum.covered > 0.0).then_some(sum.mm),
            is_firm: !sum.at_least,
        }
    });
    let profile = Profile {
        slots: slots.collect(),
        marks: Marks::Bars,
        size: Size::Half,
        axis: ValueAxis::from_zero(largest, ui.lang),
        reference: None,
    };
    html! {
        section.plan-section aria-labelledby="months-h" {
            h2 #months-h { (t.weather_months()) }
            p { (t.weather_months_text()) }
            (curves::picture(&profile, "months", t.weather_months(), t.weather_months_text(), ui))
            details.data {
                summary { (t.as_table()) }
                div.data__scroll tabindex="0" role="region" aria-label=(format!("{}: {}", t.weather_months(), t.as_table())) {
                    table {
                        thead {
                            tr {
                                th scope="col" { (t.planning_month()) }
                                th scope="col" { (t.weather_rain_mm()) }
                                th scope="col" { (t.weather_observed()) }
                            }
                        }
                        tbody {
                            @for (first, sum) in &report.months {
                                tr {
                                    th scope="row" { (numbers::month(first.month(), ui.lang)) " " (first.year()) }
                                    td {
                                        @if sum.covered > 0.0 {
                                            @let mm = numbers::number(sum.mm, 1, ui.lang);
                                            (if sum.at_least { t.at_least(&mm) } else { mm })
                                        } @else { "–" }
                                    }
                                    td { (percent(sum.covered, ui)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
