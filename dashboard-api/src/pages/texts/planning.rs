//! What the pages for planners say.

use domain::ObservedProperty;
use planning::{DayType, Resolution, rls19::DayTime};

use super::Texts;
use crate::evaluation::{Basis, Lack, Name, Objection, Unit, asked::MAX_DAYS};

macro_rules! texts {
    ($($name:ident = $de:literal, $en:literal;)*) => {
        impl Texts {
            $(pub(crate) fn $name(self) -> &'static str { self.0.pick($de, $en) })*
        }
    };
}

texts! {
    planning_lead =
        "Kennwerte der Zählstellen für Verkehrsplanung und Gutachten: DTV, Spitzenstunden, MSV, Ganglinien. Jede Zahl sagt, welche Tage sie meint und wie viele davon gezählt wurden.",
        "Figures of the counting sites for planners and experts: mean daily traffic, peak hours, design hours, curves. Every figure says which days it means and how many of them were counted.";
    planning_sites = "Zählstellen", "Counting sites";
    planning_no_sites = "Noch keine Zählstelle eingerichtet.", "No counting site set up yet.";
    planning_counts = "zählt", "counts";
    planning_since = "Daten seit", "data since";
    planning_year_of_days = "vollständige Tage, 12 Monate", "complete days, 12 months";
    planning_site = "Zählstelle", "Counting site";
    planning_counts_nothing = "Hier wird nichts gezählt.", "Nothing is counted here.";
    planning_all_sites = "Alle Zählstellen", "All counting sites";
    planning_from = "von", "from";
    planning_to = "bis", "to";
    planning_class = "Klasse", "Class";
    planning_show = "Auswerten", "Evaluate";
    planning_without_suspect = "ohne verdächtige Tage", "without suspect days";
    planning_twelve_months = "12 Monate", "12 months";
    planning_link = "Link zu dieser Auswertung", "Link to this evaluation";
    planning_cannot = "So lässt sich das nicht auswerten", "This cannot be evaluated";
    planning_figures = "Kennwerte", "Figures";
    planning_figure = "Kennwert", "Figure";
    planning_value = "Wert", "Value";
    planning_interval_95 = "95-%-Bereich", "95% interval";
    planning_basis = "Grundlage", "Basis";
    planning_method = "Verfahren", "Method";
    planning_provisional = "vorläufig", "provisional";
    planning_at_least = "mind.", "at least";
    planning_day_curve = "Tagesganglinie", "Course of the day";
    planning_day_curve_text = "Mittlere Stundenwerte gültiger Tage je Tagesart.", "Mean hourly values of valid days by kind of day.";
    planning_week_curve = "Wochenganglinie", "Course of the week";
    planning_week_curve_text =
        "Mittel des Wochentags geteilt durch den DTV; die Linie ist der DTV. Feiertage zählen zu ihrem Wochentag.",
        "Mean of the weekday divided by DTV; the line is DTV. Public holidays belong to their weekday.";
    planning_year_curve = "Jahresganglinie", "Course of the year";
    planning_year_curve_text =
        "Mittel des Monats geteilt durch den DTV (Saisonindex). Blass: Monat nicht gültig. Schraffiert: kein gültiger Tag.",
        "Mean of the month divided by DTV (seasonal index). Pale: month not valid. Hatched: no valid day.";
    planning_duration = "Dauerlinie", "Duration curve";
    planning_duration_text = "Gültige Stunden des Zeitraums, die stärkste zuerst.", "Valid hours of the period, the busiest first.";
    planning_rank = "Rang", "Rank";
    planning_cross_section = "Querschnitt", "Cross-section";
    planning_month = "Monat", "Month";
    planning_valid_days = "gültige Tage", "valid days";
    planning_month_valid = "gültig", "valid";
    planning_month_invalid = "nicht gültig", "not valid";
    planning_index = "Index", "Index";
    planning_mean = "Mittel je Tag", "Mean per day";
    planning_weekday = "Wochentag", "Weekday";
    planning_hour = "Stunde", "Hour";
    planning_suspicion = "Verdacht auf Ausfall", "Suspected outage";
    planning_in_figures =
        "Die Kennwerte enthalten diese Nullen. Ist der Zähler ausgefallen, sind DTV und Summen zu klein.",
        "The figures include these zeros. If the counter was out of order, means and totals are too small.";
    planning_left_out =
        "Die genannten Tage sind in allen Kennwerten ausgelassen und gelten als fehlend.",
        "These days are left out of all figures and count as missing.";
    planning_leave_out = "Ohne diese Tage auswerten", "Evaluate without these days";
    planning_take_in = "Mit diesen Tagen auswerten", "Evaluate with these days";
    planning_quiet_streets =
        "Ob die Straße gesperrt war, können die Daten nicht sagen.",
        "Whether the street was closed the data cannot tell.";
    planning_outage = "Ausfall", "outage";
    planning_doubt = "zweifelhaft", "doubtful";
    planning_rules = "Wann Werte gelten", "When values are valid";
    planning_rule_days =
        "Tag: alle Intervalle des Ortstages gezählt (92, 96 oder 100 Viertelstunden), oder mindestens 95 % davon und der Rest aus der Ganglinie gleichartiger Tage ergänzt.",
        "Day: every interval of the local day counted (92, 96 or 100 quarter-hours), or at least 95% of them and the rest completed from the curve of days of the same kind.";
    planning_rule_hours =
        "Stunde: mindestens drei von vier Viertelstunden, hochgerechnet auf die Stunde.",
        "Hour: at least three of four quarter-hours, scaled up to the hour.";
    planning_rule_months =
        "Monat: 20 gültige Tage, darunter zwei je Wochentag. Mit weniger als zehn gültigen Monaten sind Jahreswerte vorläufig.",
        "Month: 20 valid days, among them two of each weekday. With fewer than ten valid months figures of a year are provisional.";
    planning_rule_interval =
        "95-%-Bereich: Unsicherheit durch zufällig fehlende Tage (Ziehung ohne Zurücklegen). Fehlt kein Tag, ist er der Wert selbst. Fehler des Zählers und Tage, die nicht zufällig fehlen, enthält er nicht.",
        "95% interval: uncertainty by days missing at random (drawing without replacement). With no day missing it is the value itself. It includes neither errors of the counter nor days that are missing for a reason.";
    planning_rule_missing =
        "Fehlend ist nie null. Querschnitt: nur Zeiten, in denen alle Richtungen gezählt wurden. Feiertage und Schulferien: Niedersachsen.",
        "Missing is never zero. Cross-section: only times in which all directions were counted. Public and school holidays: Lower Saxony.";
    planning_about = "Über diesen Bericht", "About this report";
    planning_source = "Quelle", "Source";
    planning_issued = "Ausgabe", "Issued";
    planning_csv = "Kennwerte (CSV)", "Figures (CSV)";
    planning_days_csv = "Tageswerte (CSV)", "Days (CSV)";
    planning_evaluate = "Planung: Kennwerte", "Planning: figures";
    planning_unverified = "nicht geprüft", "not verified";
    planning_no_defaults =
        "Nur gezählte Werte; Standardwerte der RLS-19 werden nicht eingesetzt. Lkw1 und Lkw2 unterscheidet dieser Zähler nicht: p1 und p2 fehlen. Abgleich mit dem Text der RLS-19:",
        "Counted values only; no default values of RLS-19. This counter does not tell Lkw1 from Lkw2: p1 and p2 are missing. Compared with the text of RLS-19:";
}

impl Texts {
    /// What a figure is called; that of a design hour depends on whether the period is a year.
    pub(crate) fn figure(self, name: Name, is_year: bool) -> String {
        let (de, en) = match name {
            Name::Dtv => ("DTV", "DTV (mean daily traffic)"),
            Name::DtvAashto => ("DTV nach AASHTO", "DTV by AASHTO"),
            Name::Dtvw5 => ("DTVw5", "DTVw5"),
            Name::Dtvw => ("DTVw", "DTVw"),
            Name::DiMiDo => ("DiMiDo", "DiMiDo (Tue–Thu)"),
            Name::Total => ("Summe", "Total"),
            Name::PeakHour => ("Spitzenstunde", "Peak hour"),
            Name::MorningPeak => ("Spitzenstunde morgens, Mittel", "Morning peak hour, mean"),
            Name::AfternoonPeak => ("Spitzenstunde nachmittags, Mittel", "Afternoon peak hour, mean"),
            Name::RankedHour(30) if is_year => ("MSV30", "MSV30 (30th busiest hour)"),
            Name::RankedHour(rank) => {
                return self.0.pick(format!("{rank}. stärkste Stunde"), format!("Busiest hour no. {rank}"));
            }
            Name::SplitOfDays => ("Richtungsanteil, Tage", "Direction split, days"),
            Name::SplitOfPeak => ("Richtungsanteil, Spitzenstunde", "Direction split, peak hour"),
            Name::HeavyShare => ("Lkw-Anteil nach Länge", "Share of lorries by length"),
            Name::HourlyVolume(DayTime::Day) => ("Mt (RLS-19)", "Mt (RLS-19)"),
            Name::HourlyVolume(DayTime::Night) => ("Mn (RLS-19)", "Mn (RLS-19)"),
            Name::HourlyVolume(DayTime::DayOfLden) => ("Md (LDEN)", "Md (LDEN)"),
            Name::HourlyVolume(DayTime::EveningOfLden) => ("Me (LDEN)", "Me (LDEN)"),
        };
        self.0.pick(de, en).to_owned()
    }

    /// How a figure was found.
    pub(crate) fn method(self, name: Name, resolution: Resolution) -> String {
        let quarters = resolution == Resolution::QuarterHour;
        let (de, en) = match name {
            Name::Dtv | Name::Dtvw5 | Name::Dtvw | Name::DiMiDo => {
                ("Mittel der gültigen Tage", "mean of the valid days")
            }
            Name::DtvAashto => (
                "Mittel der Wochentage aus Monatsmitteln: lückenhafte Monate verzerren nicht",
                "mean of the weekdays of means by month: not biased by months with many missing days",
            ),
            Name::Total => (
                "Summe des Gezählten in allen Richtungen, nichts ergänzt",
                "sum of what was counted in all directions, nothing completed",
            ),
            Name::PeakHour if quarters => (
                "größte Summe von vier Viertelstunden, gleitend",
                "largest sum of four quarter-hours, gliding",
            ),
            Name::PeakHour => ("größte volle Stunde", "largest clock hour"),
            Name::MorningPeak if quarters => {
                ("6–10 Uhr, vier Viertelstunden gleitend", "6 to 10 o'clock, four quarter-hours gliding")
            }
            Name::MorningPeak => ("6–10 Uhr, volle Stunden", "6 to 10 o'clock, clock hours"),
            Name::AfternoonPeak if quarters => {
                ("15–19 Uhr, vier Viertelstunden gleitend", "15 to 19 o'clock, four quarter-hours gliding")
            }
            Name::AfternoonPeak => ("15–19 Uhr, volle Stunden", "15 to 19 o'clock, clock hours"),
            Name::RankedHour(rank) => {
                return self.0.pick(
                    format!("Rang {rank} der gültigen vollen Stunden des Zeitraums"),
                    format!("rank {rank} of the valid clock hours of the period"),
                );
            }
            Name::SplitOfDays => (
                "stärkere Richtung durch beide, über gültige Tage beider Richtungen",
                "stronger direction by both, over days valid in both directions",
            ),
            Name::SplitOfPeak => (
                "stärkere Richtung durch beide, in der Spitzenstunde",
                "stronger direction by both, in the peak hour",
            ),
            Name::HeavyShare => (
                "Lkw durch Pkw und Lkw. Das Gerät trennt nach Länge, nicht nach 3,5 t: kein SV-Anteil",
                "lorries by cars and lorries. The device goes by length, not by 3.5 t: no share of heavy vehicles (SV)",
            ),
            Name::HourlyVolume(DayTime::Day) => (
                "mittlere Stunde 6–22 Uhr, alle gezählten Kfz",
                "mean hour 6 to 22 o'clock, all motor vehicles counted",
            ),
            Name::HourlyVolume(DayTime::Night) => (
                "mittlere Stunde 22–6 Uhr, alle gezählten Kfz",
                "mean hour 22 to 6 o'clock, all motor vehicles counted",
            ),
            Name::HourlyVolume(DayTime::DayOfLden) => (
                "mittlere Stunde 6–18 Uhr, alle gezählten Kfz",
                "mean hour 6 to 18 o'clock, all motor vehicles counted",
            ),
            Name::HourlyVolume(DayTime::EveningOfLden) => (
                "mittlere Stunde 18–22 Uhr, alle gezählten Kfz",
                "mean hour 18 to 22 o'clock, all motor vehicles counted",
            ),
        };
        self.0.pick(de, en).to_owned()
    }

    /// `Fahrräder/Tag`.
    pub(crate) fn figure_unit(self, unit: Unit, class: ObservedProperty) -> String {
        let what = self.property(class);
        match unit {
            Unit::PerDay => self.0.pick(format!("{what}/Tag"), format!("{what}/day")),
            Unit::PerHour => self.0.pick(format!("{what}/h"), format!("{what}/h")),
            Unit::Altogether => what.to_owned(),
            Unit::Percent => "%".to_owned(),
        }
    }

    /// `350 von 365 Tagen`.
    pub(crate) fn valid_of(self, valid: &str, expected: &str, basis: Basis) -> String {
        let (de, en) = match basis {
            Basis::Days => ("Tagen", "days"),
            Basis::Hours => ("Stunden", "hours"),
            Basis::Intervals => ("Intervallen", "intervals"),
        };
        self.0.pick(format!("{valid} von {expected} {de}"), format!("{valid} of {expected} {en}"))
    }

    /// Why a figure is not known.
    pub(crate) fn lack(self, lack: Lack) -> String {
        let (de, en) = match lack {
            Lack::NoValidDay => ("kein gültiger Tag", "no valid day"),
            Lack::NoDayOfAWeekday => ("ein Wochentag ohne gültigen Tag", "a weekday without a valid day"),
            Lack::TooFewHours => ("zu wenige gültige Stunden", "too few valid hours"),
            Lack::NothingPassed => ("nichts gezählt", "nothing counted"),
            Lack::SchoolHolidays(unknown) => {
                let (year, first, last) = (unknown.year, unknown.first, unknown.last);
                return self.0.pick(
                    format!("Schulferien von {year} nicht hinterlegt (bekannt: {first} bis {last})"),
                    format!("school holidays of {year} not known (known: {first} to {last})"),
                );
            }
        };
        self.0.pick(de, en).to_owned()
    }

    /// What is wrong with a question, and what would be right.
    pub(crate) fn objection(self, objection: &Objection) -> String {
        match objection {
            Objection::NotADate { name, found } => {
                let name = if *name == "from" { self.planning_from() } else { self.planning_to() };
                self.0.pick(
                    format!("„{name}“ ist {found}: erwartet wird ein Datum wie 2026-01-31 (Jahr 1970 bis 2199)."),
                    format!("“{name}” is {found}: expected is a date such as 2026-01-31 (years 1970 to 2199)."),
                )
            }
            Objection::Backwards { first, last } => self.0.pick(
                format!("Der Zeitraum endet am {last} und beginnt erst am {first}: „bis“ muss auf „von“ folgen."),
                format!("The period ends on {last} and begins on {first}: “to” must not lie before “from”."),
            ),
            Objection::NotYet { first, yesterday } => self.0.pick(
                format!("Der Zeitraum beginnt am {first}: Gezählt ist bis {yesterday}, dem letzten ganzen Tag."),
                format!("The period begins on {first}: counted is until {yesterday}, the last whole day."),
            ),
            Objection::TooLong { days } => self.0.pick(
                format!("Der Zeitraum hat {days} Tage: höchstens {MAX_DAYS} (drei Jahre) lassen sich zu Kennwerten zusammenfassen."),
                format!("The period has {days} days: at most {MAX_DAYS} (three years) make a figure."),
            ),
            Objection::UnknownClass { found } => self.0.pick(
                format!("Die Klasse {found} gibt es nicht."),
                format!("There is no class {found}."),
            ),
            Objection::NotCounted { found, counted } => {
                let counted: Vec<_> = counted.iter().map(|class| self.property(*class)).collect();
                let (found, counted) = (self.property(*found), counted.join(", "));
                self.0.pick(
                    format!("{found} werden hier nicht gezählt, wohl aber: {counted}."),
                    format!("{found} are not counted here, but: {counted}."),
                )
            }
            Objection::NotASwitch { found } => self.0.pick(
                format!("„without_suspect“ ist {found}: erwartet wird 0 oder 1."),
                format!("“without_suspect” is {found}: expected is 0 or 1."),
            ),
        }
    }

    /// A kind of day.
    pub(crate) fn day_type(self, kind: DayType) -> &'static str {
        match kind {
            DayType::Monday => self.0.pick("Montag", "Monday"),
            DayType::TuesdayToThursday => self.0.pick("Di bis Do", "Tue to Thu"),
            DayType::Friday => self.0.pick("Freitag", "Friday"),
            DayType::Saturday => self.0.pick("Samstag", "Saturday"),
            DayType::SundayOrHoliday => self.0.pick("Sonntag, Feiertag", "Sunday, public holiday"),
        }
    }

    /// `12 von 12 Monaten gültig`.
    pub(crate) fn valid_months(self, valid: usize, all: usize) -> String {
        self.0.pick(format!("{valid} von {all} Monaten gültig"), format!("{valid} of {all} months valid"))
    }

    /// `davon 1.234 über Lücken, nur als Summe bekannt`.
    pub(crate) fn over_gaps(self, amount: &str) -> String {
        self.0.pick(
            format!("davon {amount} über Lücken, nur als Summe bekannt"),
            format!("{amount} of them over gaps, known as sums only"),
        )
    }

    /// `davon 0,4 % geschätzt`.
    pub(crate) fn estimated(self, percent: &str) -> String {
        self.0.pick(format!("davon {percent} geschätzt"), format!("{percent} of it estimated"))
    }

    /// `stärker: stadteinwärts`.
    pub(crate) fn stronger(self, direction: &str) -> String {
        self.0.pick(format!("stärker: {direction}"), format!("stronger: {direction}"))
    }

    /// `erwartet 1.234`.
    pub(crate) fn expected_zeros(self, amount: &str) -> String {
        self.0.pick(format!("0 gezählt, erwartet {amount}"), format!("counted 0, expected {amount}"))
    }

    /// `Ausgewertet bis 24. November 2026, den letzten ganzen Tag.`.
    pub(crate) fn cut(self, last: &str) -> String {
        self.0.pick(
            format!("Ausgewertet bis {last}, den letzten ganzen Tag."),
            format!("Evaluated until {last}, the last whole day."),
        )
    }

    /// `1. Januar 2025 bis 31. Dezember 2025`.
    pub(crate) fn span(self, first: &str, last: &str) -> String {
        self.0.pick(format!("{first} bis {last}"), format!("{first} to {last}"))
    }
}
