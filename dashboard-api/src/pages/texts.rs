//! Every text of the pages, each in both languages: one that lacks a language does not compile.
//! Names of observed properties are in `domain`; numbers and times in [`super::numbers`].

mod display;
mod phrases;
mod planning;

use domain::Lang;

/// The texts in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts(pub(crate) Lang);

macro_rules! texts {
    ($($name:ident = $de:literal, $en:literal;)*) => {
        impl Texts {
            $(pub(crate) fn $name(self) -> &'static str { self.0.pick($de, $en) })*

            /// All texts without parameters, German and English, for tests.
            #[cfg(test)]
            pub(crate) const ALL: &'static [(&'static str, &'static str)] = &[$(($de, $en),)*];
        }
    };
}

texts! {
    overview = "Übersicht", "Overview";
    open_data = "Offene Daten", "Open data";
    planning = "Planung", "Planning";
    skip = "Zum Inhalt", "Skip to content";
    main_navigation = "Hauptnavigation", "Main navigation";
    language = "Sprache", "Language";
    tagline = "Was die Stadt gerade misst", "What the city is measuring";

    no_bicycle_sites = "Noch keine Zählstelle eingerichtet", "No counting site set up yet";
    not_known = "unbekannt", "unknown";
    no_value = "kein Wert", "no value";
    temperature = "Temperatur", "Temperature";
    rain_today = "Regen heute", "Rain today";
    wind = "Wind", "Wind";
    gusts = "zuletzt Böen bis", "latest gusts up to";

    map = "Karte", "Map";
    map_description = "Standorte der Sensoren. Dieselben Standorte stehen in der Liste darunter.",
        "Locations of the sensors. The list below names the same locations.";
    map_empty = "Noch kein Sensor mit bekanntem Standort.", "No sensor with a known location yet.";
    north = "N", "N";
    sensors = "Sensoren", "Sensors";
    no_sensors = "Noch keine Sensoren eingerichtet.", "No sensors set up yet.";
    no_match = "Kein Sensor passt zur Suche.", "No sensor matches the search.";
    search = "Sensor suchen", "Find a sensor";
    all_themes = "Alle Themen", "All themes";
    theme = "Thema", "Theme";
    site = "Standort", "Site";
    values = "Messwerte", "Values";
    state = "Zustand", "State";
    last_heard = "zuletzt gehört", "last heard";
    latest = "zuletzt", "latest";
    today = "heute", "today";
    never_heard = "noch nie", "never";
    just_now = "gerade eben", "just now";
    minutes_ago = "vor {n}\u{a0}min", "{n}\u{a0}min ago";
    hours_ago = "vor {n}\u{a0}h", "{n}\u{a0}h ago";
    days_ago = "vor {n}\u{a0}Tagen", "{n}\u{a0}days ago";
    lost =
        "Keine Verbindung zum Server. Letzter Kontakt: {time}\u{a0}Uhr. Die Werte können veraltet sein.",
        "No connection to the server. Last contact: {time}. The values may be out of date.";
    back = "Die Verbindung ist wieder da, die Werte sind aktuell.",
        "The connection is back, the values are up to date.";
    paused = "Die Aktualisierung ist angehalten. Stand: {time}\u{a0}Uhr.", "Updates are paused. As of {time}.";
    pause = "Aktualisierung anhalten", "Pause updates";
    resume = "Aktualisierung fortsetzen", "Resume updates";

    back_to_overview = "Zur Übersicht", "Back to overview";
    coordinates = "Koordinaten", "Coordinates";
    reports_every = "Meldet alle", "Reports every";
    doubtful_24h = "Messwerte in 24\u{a0}h", "values in 24\u{a0}h";
    arrived_24h = "angekommen in 24\u{a0}h", "arrived in 24\u{a0}h";
    arrived_7d = "angekommen in 7\u{a0}Tagen", "arrived in 7\u{a0}days";
    our_outage = "Ausfall bei uns oder im Funknetz, nicht am Sensor", "An outage of ours or of the radio network, not of the sensor";
    period = "Zeitraum", "Period";
    measured = "gemessen", "measured";
    sum_of_period = "Summe im Zeitraum", "Sum of the period";
    as_table = "Als Tabelle", "As a table";
    interval = "Zeitraum", "Interval";
    svg_file = "Diagramm (SVG)", "Chart (SVG)";
    about_device = "Das Gerät selbst", "The device itself";
    public_display = "Öffentliche Anzeige", "Public display";
    legend_missing = "schraffiert: keine Daten oder kein gültiger Wert", "hatched: no data or no valid value";
    legend_nothing = "ohne Linie: Es gab nichts zu messen", "without a line: there was nothing to measure";
    legend_carried =
        "heller, breiter Balken: Der Zähler hat nach einer Pause eine Summe nachgeliefert; wie sie sich verteilt, ist nicht bekannt. Gezeigt ist das Mittel.",
        "pale, wide bar: the counter reported a sum after a pause; how it was spread is not known. The mean is shown.";
    legend_band = "heller Bereich: kleinster bis größter Wert", "pale area: smallest to largest value";
    no_datastreams = "Dieser Sensor hat noch keine Messwerte geliefert.", "This sensor has not delivered any values yet.";
    chart_failed = "Das Diagramm kann gerade nicht gezeichnet werden; die Tabelle gilt.",
        "The chart cannot be drawn at the moment; the table holds.";

    course_today = "Heute nach Stunden", "Today by the hour";
    wide_is_sum = "breiter Balken: nur als Summe bekannt", "wide bar: known as a sum only";
    hatched_is_missing = "schraffiert: keine Daten", "hatched: no data";
    last_seven_days = "Die letzten sieben Tage", "The last seven days";
    no_data = "keine Daten", "no data";
    in_sum_only = "nur als Summe", "in sum only";
    no_counter_yet = "noch kein Zähler", "no counter yet";
    at_least_short = "mind.", "at least";
    none_yet = "Heute kam hier noch kein Fahrrad vorbei", "No bicycle has come by yet today";
    record_day = "Rekordtag", "Record day";
    record_so_far = "Rekord bisher", "Record so far";
    record_today = "Heute ist Rekordtag", "Today is a record";
    weather_now = "Wetter jetzt", "Weather now";
    dry_hour = "letzte Stunde kein Regen", "last hour no rain";
    estimate = "Schätzung", "Estimate";
    pause_motion = "Anhalten", "Pause";
    resume_motion = "Weiter", "Go on";
    switch_of_motion = "Bewegung und neue Zahlen", "Motion and new numbers";
    motion_paused = "Angehalten", "Paused";
    out_of_service = "Außer Betrieb", "Out of service";
    since = "seit dem", "since";
    never_started = "Noch nicht in Betrieb", "Not yet in service";
    last_counted = "Zuletzt gezählt", "Last counted";
    at_least_this_many = "mindestens: Für einen Teil des Tages fehlen Daten",
        "at least: part of the day has no data";
    as_of = "Stand", "as of";
    delayed = "Verzögert", "Delayed";
    counting = "Zählt gerade", "Counting now";
    connection_lost = "Verbindung unterbrochen", "Connection lost";
    last_contact = "Letzter Kontakt", "Last contact";
    no_connection = "Keine Verbindung", "No connection";

    not_found_title = "Hier ist nichts", "Nothing here";
    not_found_text = "Diese Adresse gibt es nicht oder nicht mehr. Vielleicht ist ein Buchstabe verrutscht.",
        "This address does not exist, or not any more. Perhaps a letter has slipped.";
    no_thing_title = "Diesen Standort gibt es nicht", "There is no such site";
    no_thing_text = "Vielleicht wurde er umbenannt oder abgebaut. In der Liste stehen alle, die es gibt.",
        "It may have been renamed or taken down. The list has all there are.";
    to_all_sensors = "Zur Liste aller Sensoren", "To the list of all sensors";
    no_bicycles_title = "Hier werden keine Fahrräder gezählt", "No bicycles are counted here";
    no_bicycles_text =
        "Die öffentliche Anzeige gibt es nur für Zählstellen. Diese Standorte zählen Fahrräder:",
        "The public display exists for counting sites only. These sites count bicycles:";
    unavailable_title = "Kurze Pause", "Back in a moment";
    unavailable_text =
        "Die Daten sind gerade nicht erreichbar. Die Sensoren messen weiter, und was sie inzwischen senden, erscheint hier, sobald es wieder geht.",
        "The data cannot be reached at the moment. The sensors go on measuring, and what they send meanwhile appears here as soon as possible.";
    display_unavailable = "Die Daten sind gerade nicht erreichbar", "The data cannot be reached at the moment";
    mistake_title = "Das ist unser Fehler", "That is our mistake";
    mistake_text =
        "Diese Seite kann nicht gezeigt werden. Der Fehler ist notiert; die anderen Seiten gehen weiter.",
        "This page cannot be shown. The mistake has been noted; the other pages go on.";
    refused_title = "So geht es nicht", "Not like this";
    refused_text = "Die Anfrage ist nicht zu verstehen. Vielleicht ist die Adresse unvollständig kopiert.",
        "The request cannot be understood. Perhaps the address was copied incompletely.";

    open_lead =
        "Alles, was diese Seiten zeigen, gibt es auch für Tabellen und Programme: für alle, ohne Anmeldung und ohne Schlüssel.",
        "Everything these pages show is there for tables and programs, too: for everybody, without an account or a key.";
    open_tables_title = "Als Tabelle", "As a table";
    open_tables_text =
        "Auf der Seite jedes Sensors steht unter jedem Diagramm ein CSV-Link. Die Datei öffnet sich in jeder Tabellenkalkulation und enthält die Zeiten in Ortszeit und in UTC.",
        "On the page of every sensor each chart has a CSV link. The file opens in any spreadsheet and has its times in local time and in UTC.";
    open_interface_title = "Für Programme", "For programs";
    open_interface_text = "Die Schnittstelle antwortet mit JSON, wo es passt auch mit CSV oder GeoJSON.",
        "The interface answers with JSON, where it fits with CSV or GeoJSON, too.";
    open_things = "alle Standorte mit Koordinaten und Zustand (GeoJSON)", "all sites with coordinates and state (GeoJSON)";
    open_datastreams = "alle Messreihen mit Einheit und Adressen ihrer Werte",
        "all series with their unit and the addresses of their values";
    open_latest = "die neuesten Werte aller Messreihen", "the newest values of all series";
    open_live = "neue Werte, sobald sie gespeichert sind (Server-Sent Events)",
        "new values as soon as they are stored (server-sent events)";
    open_accounting = "was aus jeder empfangenen Nachricht wurde", "what became of every message received";
    open_description = "die vollständige Beschreibung der Schnittstelle (OpenAPI 3.1)",
        "the full description of the interface (OpenAPI 3.1)";
    open_meaning_title = "Was die Zahlen bedeuten", "What the numbers mean";
    open_missing =
        "Kein Wert ist nicht null. Wo ein Wert fehlt, steht der Grund: nichts empfangen, Sensorfehler, nichts zu messen.",
        "No value is not zero. Where a value is missing, the reason stands: nothing received, sensor error, nothing to measure.";
    open_days = "Tage sind die Tage der Stadt: von Mitternacht bis Mitternacht Ortszeit, mit 23, 24 oder 25 Stunden.",
        "Days are the city's days: from midnight to midnight local time, with 23, 24 or 25 hours.";
    open_gaps =
        "Summen mit „mind.“ sind unvollständig: Weniger als 95 Prozent der Zeit wurden beobachtet. Nichts wird geschätzt.",
        "Sums with “at least” are incomplete: less than 95 per cent of the time was observed. Nothing is estimated.";

    footer_about = "Wetter, Verkehr und Fahrräder, gemessen von LoRaWAN-Sensoren der Stadt.",
        "Weather, traffic and bicycles, measured by the city's LoRaWAN sensors.";
    footer_interface = "Schnittstelle (OpenAPI)", "Interface (OpenAPI)";
    footer_things = "Alle Standorte (GeoJSON)", "All sites (GeoJSON)";
    footer_accounting = "Rechenschaft", "Accounting";
    footer_operator = "Betrieb", "Operated by";
}

#[cfg(test)]
mod tests {
    use domain::ObservedProperty;

    use super::*;

    #[test]
    fn no_text_is_empty_in_one_language_by_oversight() {
        let empty: Vec<_> = Texts::ALL.iter().filter(|(de, en)| de.is_empty() || en.is_empty()).collect();
        assert!(empty.is_empty(), "{empty:?}");
    }

    #[test]
    fn a_running_total_is_called_what_it_counts() {
        assert_eq!(Texts(Lang::De).property(ObservedProperty::BicycleTotal), "Fahrräder");
        assert_eq!(Texts(Lang::En).property(ObservedProperty::PrecipitationTotal), "Precipitation");
    }
}
