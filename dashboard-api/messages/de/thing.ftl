back_to_overview = Zur Übersicht
coordinates = Koordinaten
reports_every = Meldet alle
doubtful_24h = Messwerte in 24 h
arrived_24h = angekommen in 24 h
arrived_7d = angekommen in 7 Tagen
our_outage = Ausfall bei uns oder im Funknetz, nicht am Sensor
period = Zeitraum
measured = gemessen
sum_of_period = Summe im Zeitraum
as_table = Als Tabelle
interval = Zeitraum
about_device = Das Gerät selbst
public_display = Öffentliche Anzeige
legend_missing = schraffiert: keine Daten oder kein gültiger Wert
legend_nothing = ohne Linie: Es gab nichts zu messen
legend_carried = heller, breiter Balken: Der Zähler hat nach einer Pause eine Summe nachgeliefert; wie sie sich verteilt, ist nicht bekannt. Gezeigt ist das Mittel.
legend_band = heller Bereich: kleinster bis größter Wert
no_datastreams = Dieser Sensor hat noch keine Messwerte geliefert.
chart_failed = Das Diagramm kann gerade nicht gezeichnet werden; die Tabelle gilt.

# $received (Number): messages that came
# $expected (Number): messages that should have come
arrived = { $received } von { $expected } { $expected ->
    [one] Nachricht
   *[other] Nachrichten
  }
# $doubtful (Number): values
# $bad (Number): values
# $of (Number): all values
doubtful = { $doubtful } zweifelhaft, { $bad } unglaubhaft von { $of } Messwerten
# $n (Number): messages
lost_in_outage = { $n ->
    [one] 1 Nachricht fehlt
   *[other] { $n } Nachrichten fehlen
  }
# $time (String): with its day
since_time = seit { $time }
# $from (String): clock time
# $to (String): clock time
between = von { $from } bis { $to } Uhr

### Which period is shown, what it is compared with, what can be taken along.

up_to_now = Bis jetzt
calendar = Kalender
unit_day = Tag
unit_week = Woche
unit_month = Monat
unit_year = Jahr
period_before = Zeitraum davor
period_after = Zeitraum danach
zoom_in = Kürzeren Zeitraum zeigen
zoom_out = Längeren Zeitraum zeigen
zoom_reset = Zurücksetzen
choose_and_compare = Datum wählen, vergleichen
with_the_day = mit diesem Tag
show = Anzeigen
compare_with = Vergleichen mit
compare_nothing = nichts
other_period = anderer Zeitraum
other_site = anderer Standort
compare_previous = Zeitraum davor
compare_year = ein Jahr davor
compare_date = Zeitraum mit diesem Tag:
day_of_comparison = Tag im Vergleichszeitraum
compare = Vergleichen
permanent_link = Fester Link zu dieser Ansicht
copy_link = Link kopieren
copied = Kopiert
difference = Unterschied
this_view = Diese Ansicht:
chart_keys = Diagramm. Pfeiltasten lesen die Werte vor, Plus und Minus ändern den Zeitraum.
# $property (String): name of a property
heat_map_of = { $property } nach Uhrzeit und Tag
# $property (String): name of a property
histogram_of = { $property }: wie oft
mean_by_weekday = Mittel je Stunde und Wochentag
class = Klasse
hours = Stunden
share = Anteil
# $from (String): a number
# $to (String): a number
class_between = { $from } bis { $to }
zeros_title = Nullen, die nach einem Ausfall aussehen
# $usual (String): a number
zeros_outage = nichts gezählt; üblich sind { $usual }. Vermutlich war der Zähler ausgefallen.
# $usual (String): a number
zeros_doubt = nichts gezählt; üblich sind { $usual }. Vielleicht war der Zähler ausgefallen.
