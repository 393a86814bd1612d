//! Figures as people read them, and their table.

use domain::ObservedProperty;
use maud::{Markup, html};

use super::Answered;
use crate::{
    AppState,
    evaluation::{Figure, Known, Name, RANKS, Scope, ShortName, Unit},
    pages::{numbers, texts::Texts, ui::Ui},
};

/// The figures a report opens with.
const LEADS: [Name; 4] = [Name::Dtv, Name::Dtvw5, Name::PeakHour, Name::RankedHour(30)];

/// The four figures asked for first, large.
pub(super) fn leads(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let is_year = answered.asked.period.calendar_year().is_some();
    let class = answered.asked.property;
    html! {
        dl.plan-leads {
            @for figure in LEADS.iter().filter_map(|name| lead(answered, *name)) {
                div {
                    dt { (t.figure(figure.name, is_year)) }
                    dd {
                        @match &figure.value {
                            Ok(known) => {
                                b {
                                    @if known.is_at_least { span.plan-least { (t.planning_at_least()) } " " }
                                    (number(figure, known.amount, ui))
                                }
                                span { (t.figure_unit(figure.name.unit(), class)) }
                                span {
                                    @match known.at {
                                        Some(at) => (numbers::date_time(at, &state.zone, ui.lang)),
                                        None => (Texts(ui.lang).day_set(figure.days)),
                                    }
                                }
                                @if known.is_provisional { span.plan-mark { (t.planning_provisional()) } }
                            }
                            Err(lack) => { b.muted { "–" } span { (t.lack(*lack)) } }
                        }
                    }
                }
            }
        }
    }
}

/// A figure, or for want of it the one that days known in part allow.
fn lead(answered: &Answered, name: Name) -> Option<&Figure> {
    let strict = find(answered, name, Scope::CrossSection)?;
    let short = match name {
        Name::Dtv => Some(ShortName::Dtv),
        Name::Dtvw5 => Some(ShortName::Dtvw5),
        _ => None,
    };
    let short = short.and_then(|short| find(answered, Name::Short(short), Scope::CrossSection));
    let short = short.filter(|short| strict.value.is_err() && short.value.is_ok());
    Some(short.unwrap_or(strict))
}

/// Every figure of all directions together with its evidence.
pub(super) fn table(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let is_shown = |figure: &&Figure| {
        figure.scope == Scope::CrossSection && !matches!(figure.name, Name::RankedHour(rank) if rank != 30)
    };
    html! {
        table.plan-table.plan-figures {
            caption { (t.planning_figures()) }
            thead {
                tr {
                    th scope="col" { (t.planning_figure()) }
                    th.plan-table__n scope="col" { (t.planning_value()) }
                    th.plan-table__n scope="col" { (t.planning_interval_95()) }
                    th scope="col" { (t.planning_basis()) }
                    th scope="col" { (t.planning_method()) }
                }
            }
            tbody {
                @for figure in answered.evaluation.figures.iter().filter(is_shown) {
                    (row(figure, answered, state, ui))
                }
            }
        }
    }
}

fn row(figure: &Figure, answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let class = answered.asked.property;
    let evaluation = &answered.evaluation;
    let is_year = answered.asked.period.calendar_year().is_some();
    html! {
        tr {
            th scope="row" { (t.figure(figure.name, is_year)) }
            td.plan-table__n data-label=(t.planning_value()) {
                @match &figure.value {
                    Ok(known) => {
                        strong { (amount(figure, known, ui)) } " "
                        span.plan-unit { (unit(figure, class, ui)) }
                        @if known.is_provisional { " " span.plan-mark { (t.planning_provisional()) } }
                    }
                    Err(_) => span.muted { "–" },
                }
            }
            td.plan-table__n data-label=(t.planning_interval_95()) {
                @match figure.value.ok().and_then(|known| known.interval_95) {
                    Some((low, high)) => (format!("{}–{}", number(figure, low, ui), number(figure, high, ui))),
                    None => span.muted { "–" },
                }
            }
            td data-label=(t.planning_basis()) {
                @match &figure.value {
                    Ok(known) => {
                        span.plan-n { (valid(known, ui)) }
                        @if let Some(at) = known.at { span.plan-set { (numbers::date_time(at, &state.zone, ui.lang)) } }
                        @if figure.name.unit() == Unit::PerDay || known.at.is_none() {
                            span.plan-set { (Texts(ui.lang).day_set(figure.days)) }
                        }
                    }
                    Err(lack) => { (t.lack(*lack)) span.plan-set { (Texts(ui.lang).day_set(figure.days)) } }
                }
            }
            td data-label=(t.planning_method()) {
                (t.method(figure.name, evaluation.counts.resolution()))
                @if let Ok(known) = &figure.value { (remarks(figure, known, answered, ui)) }
            }
        }
    }
}

/// What else there is to say of a figure.
fn remarks(figure: &Figure, known: &Known, answered: &Answered, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let evaluation = &answered.evaluation;
    html! {
        @if let Some(direction) = known.stronger.and_then(|i| evaluation.counts.directions.get(i)) {
            "; " (t.stronger(&direction.name))
        }
        @if known.estimated_share > 0.0 {
            "; " (t.estimated(&format!("{}\u{a0}%", numbers::number(100.0 * known.estimated_share, 2, ui.lang))))
        }
        @if figure.name == Name::Total && evaluation.over_gaps > 0.0 {
            "; " (t.over_gaps(&numbers::number(evaluation.over_gaps, 0, ui.lang)))
        }
    }
}

/// The design hours, of all directions together and of each.
pub(super) fn ranks(answered: &Answered, state: &AppState, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let directions = &answered.evaluation.counts.directions;
    let scopes: Vec<_> = if directions.len() > 1 {
        std::iter::once(Scope::CrossSection).chain((0..directions.len()).map(Scope::Direction)).collect()
    } else {
        vec![Scope::CrossSection]
    };
    html! {
        table.plan-table.plan-ranks {
            caption.visually-hidden { (t.planning_duration()) }
            thead {
                tr {
                    th scope="col" { (t.planning_rank()) }
                    @for scope in &scopes {
                        th.plan-table__n scope="col" {
                            @match scope {
                                Scope::CrossSection => (t.planning_cross_section()),
                                Scope::Direction(i) => (directions.get(*i).map_or("", |direction| direction.name.as_str())),
                            }
                        }
                    }
                }
            }
            tbody {
                @for rank in RANKS {
                    tr {
                        th scope="row" { (rank) }
                        @for scope in &scopes {
                            td.plan-table__n {
                                @match find(answered, Name::RankedHour(rank), *scope).map(|figure| (figure, figure.value)) {
                                    Some((figure, Ok(known))) => {
                                        strong { (amount(figure, &known, ui)) }
                                        @if let Some(at) = known.at {
                                            span.plan-set { (numbers::date_time(at, &state.zone, ui.lang)) }
                                        }
                                    }
                                    _ => span.muted { "–" },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn find(answered: &Answered, name: Name, scope: Scope) -> Option<&Figure> {
    answered.evaluation.figures.iter().find(|figure| figure.name == name && figure.scope == scope)
}

/// `mind. 1.234`.
fn amount(figure: &Figure, known: &Known, ui: &Ui) -> String {
    let number = number(figure, known.amount, ui);
    if known.is_at_least { format!("{}\u{a0}{number}", Texts(ui.lang).planning_at_least()) } else { number }
}

fn number(figure: &Figure, value: f64, ui: &Ui) -> String {
    let decimals = usize::from(
        figure.name.unit() == Unit::Percent
            || matches!(figure.name, Name::HourlyVolume(_) | Name::MeanSpeed | Name::SpeedPercentile(_)),
    );
    numbers::number(value, decimals, ui.lang)
}

fn unit(figure: &Figure, class: ObservedProperty, ui: &Ui) -> String {
    match figure.name {
        Name::HourlyVolume(_) => Texts(ui.lang).vehicles_per_hour().to_owned(),
        _ => Texts(ui.lang).figure_unit(figure.name.unit(), class),
    }
}

fn valid(known: &Known, ui: &Ui) -> String {
    let count = |n: u32| numbers::count(u64::from(n), ui.lang);
    Texts(ui.lang).valid_of(&count(known.n_valid), &count(known.n_expected), known.basis)
}
