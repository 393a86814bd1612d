//! Figures with their evidence as lines: one list for table and file.

use std::borrow::Cow;

use domain::Lang;
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};

use crate::{
    csv_text::{self, CsvTable},
    pages::{numbers, texts::Texts, ui::Ui},
};

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Stable name, as served.
    pub(super) key: String,
    /// What it is.
    pub(super) name: String,
    /// The figure, or why there is none: as served and in words.
    pub(super) value: Result<f64, (&'static str, String)>,
    /// Decimals people read.
    pub(super) decimals: usize,
    /// As served: `mm`, `1/d`, `%`.
    pub(super) unit: &'static str,
    /// What stands behind the number.
    pub(super) unit_words: String,
    /// 95 % interval, or what the remark says.
    pub(super) interval: Option<(f64, f64)>,
    /// When it was.
    pub(super) at: Option<Timestamp>,
    /// Known of so many, and of what: as served and in words.
    pub(super) basis: Option<Basis>,
    /// Whether the truth is this or more.
    pub(super) is_at_least: bool,
    /// Whether too little is known for it to be final.
    pub(super) is_provisional: bool,
    /// Whether a plus is written.
    pub(super) is_signed: bool,
    /// How it was found.
    pub(super) method: String,
    /// What else there is to say.
    pub(super) remark: Option<String>,
}

/// What a figure is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Basis {
    /// Known.
    pub(super) n_valid: u64,
    /// Of so many.
    pub(super) n_expected: u64,
    /// What is counted, as served.
    pub(super) counted_in: &'static str,
    /// In words: `350 von 365 Tagen`.
    pub(super) words: String,
}

impl Line {
    /// A known figure without anything else.
    pub(super) fn new(key: impl Into<String>, name: impl Into<String>, value: f64) -> Self {
        Self {
            key: key.into(),
            name: name.into(),
            value: Ok(value),
            decimals: 0,
            unit: "1",
            unit_words: String::new(),
            interval: None,
            at: None,
            basis: None,
            is_at_least: false,
            is_provisional: false,
            is_signed: false,
            method: String::new(),
            remark: None,
        }
    }

    /// A figure that is not known.
    pub(super) fn missing(
        key: impl Into<String>,
        name: impl Into<String>,
        why: &'static str,
        words: impl Into<String>,
    ) -> Self {
        Self { value: Err((why, words.into())), ..Self::new(key, name, 0.0) }
    }

    /// With a unit as served and as written, and so many decimals.
    #[must_use]
    pub(super) fn in_unit(self, unit: &'static str, words: impl Into<String>, decimals: usize) -> Self {
        Self { unit, unit_words: words.into(), decimals, ..self }
    }

    /// How it was found.
    #[must_use]
    pub(super) fn by(self, method: impl Into<String>) -> Self {
        Self { method: method.into(), ..self }
    }

    /// What it is made of.
    #[must_use]
    pub(super) fn of(self, basis: Basis) -> Self {
        Self { basis: Some(basis), ..self }
    }

    /// The number as people read it, with its sign.
    pub(super) fn plain(&self, lang: Lang) -> Option<String> {
        Some(self.written(*self.value.as_ref().ok()?, lang))
    }

    /// The same with `mind.`.
    pub(super) fn number(&self, lang: Lang) -> Option<String> {
        let number = self.plain(lang)?;
        Some(if self.is_at_least { Texts(lang).at_least(&number) } else { number })
    }

    fn written(&self, value: f64, lang: Lang) -> String {
        let number = numbers::number(value, self.decimals, lang);
        if self.is_signed && value > 0.0 { format!("+{number}") } else { number }
    }

    /// The interval as people read it.
    pub(super) fn range(&self, lang: Lang) -> Option<String> {
        let (low, high) = self.interval?;
        let t = Texts(lang);
        Some(t.range_of(&self.written(low, lang), &self.written(high, lang)))
    }
}

/// The lines as a table.
pub(super) fn table(lines: &[Line], caption: &str, interval: &str, zone: &TimeZone, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    let has_intervals = lines.iter().any(|line| line.interval.is_some());
    html! {
        table.plan-table.plan-figures.plan-figures--wide[!has_intervals] {
            caption { (caption) }
            thead {
                tr {
                    th scope="col" { (t.planning_figure()) }
                    th.plan-table__n scope="col" { (t.planning_value()) }
                    @if has_intervals { th.plan-table__n scope="col" { (interval) } }
                    th scope="col" { (t.planning_basis()) }
                    th scope="col" { (t.planning_method()) }
                }
            }
            tbody { @for line in lines { (row(line, has_intervals, interval, zone, ui)) } }
        }
    }
}

fn row(line: &Line, has_intervals: bool, interval: &str, zone: &TimeZone, ui: &Ui) -> Markup {
    let t = Texts(ui.lang);
    html! {
        tr {
            th scope="row" { (line.name) }
            td.plan-table__n data-label=(t.planning_value()) {
                @match line.number(ui.lang) {
                    Some(number) => {
                        strong { (number) } " " span.plan-unit { (line.unit_words) }
                        @if line.is_provisional { " " span.plan-mark { (t.planning_provisional()) } }
                    }
                    None => span.muted { "–" },
                }
            }
            @if has_intervals {
                td.plan-table__n data-label=(interval) {
                    @match line.range(ui.lang) {
                        Some(range) => (range),
                        None => span.muted { "–" },
                    }
                }
            }
            td data-label=(t.planning_basis()) {
                @if let Err((_, why)) = &line.value { span.plan-n { (why) } }
                @if let Some(basis) = &line.basis { span.plan-n { (basis.words) } }
                @if let Some(at) = line.at { span.plan-set { (numbers::date_time(at, zone, ui.lang)) } }
            }
            td data-label=(t.planning_method()) {
                (line.method)
                @if let Some(remark) = &line.remark { span.plan-remark { (remark) } }
            }
        }
    }
}

/// The lines as a file. `about` is the same in every line: name and value of each column.
pub(super) fn csv(lines: &[Line], about: &[(&str, String)], zone: &TimeZone) -> Vec<u8> {
    let columns = [
        "figure",
        "name",
        "value",
        "unit",
        "low",
        "high",
        "at_local",
        "n_valid",
        "n_expected",
        "counted_in",
        "at_least",
        "provisional",
        "missing_reason",
        "method",
        "remark",
    ];
    let header = about.iter().map(|(name, _)| Cow::from((*name).to_owned()));
    let mut table = CsvTable::new(header.chain(columns.map(Cow::from)).collect::<Vec<_>>());
    for line in lines {
        let yes = |is: bool| {
            if line.value.is_err() {
                ""
            } else if is {
                "1"
            } else {
                "0"
            }
        };
        let n = |of: fn(&Basis) -> u64| {
            line.basis.as_ref().map_or_else(String::new, |basis| of(basis).to_string())
        };
        let mut row: Vec<Cow<'_, str>> = about.iter().map(|(_, value)| csv_text::text(value)).collect();
        row.extend([
            Cow::from(line.key.as_str()),
            csv_text::text(&line.name),
            csv_text::number(line.value.as_ref().ok().copied()),
            line.unit.into(),
            csv_text::number(line.interval.map(|(low, _)| low)),
            csv_text::number(line.interval.map(|(_, high)| high)),
            line.at.map_or("".into(), |at| csv_text::local(at, zone)),
            n(|basis| basis.n_valid).into(),
            n(|basis| basis.n_expected).into(),
            line.basis.as_ref().map_or("", |basis| basis.counted_in).into(),
            yes(line.is_at_least).into(),
            yes(line.is_provisional).into(),
            line.value.as_ref().err().map_or("", |(why, _)| *why).into(),
            // Words of ours, which begin with a letter; longer than foreign text may be.
            line.method.as_str().into(),
            line.remark.as_deref().unwrap_or_default().into(),
        ]);
        table.row(row);
    }
    table.into_bytes()
}
