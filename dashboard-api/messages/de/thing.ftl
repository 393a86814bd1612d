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
svg_file = Diagramm (SVG)
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
