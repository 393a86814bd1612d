range_day = 24 Stunden
range_week = 7 Tage
range_month = 30 Tage
range_year = 1 Jahr
span_day = In den letzten 24 Stunden
span_week = In den letzten 7 Tagen
span_month = In den letzten 30 Tagen
span_year = Im letzten Jahr
# $sum (String): with its unit
together = zusammen { $sum }
# $value (String): with its unit
# $when (String): the interval
most = am meisten { $value }: { $when }
# $direction (String): where the wind comes from
last_from = zuletzt aus { $direction }
# $percent (String): with its sign
of_the_observed_time = { $percent } der beobachteten Zeit
# $value (String): with its unit
throughout = durchgehend { $value }
# $low (String): with its unit
# $high (String): with its unit
between_values = zwischen { $low } und { $high }
no_data_received = keine Daten empfangen
# $percent (String): with its sign
gap_of_nothing = Für { $percent } der Zeit gab es nichts zu messen.
# $percent (String): with its sign
gap_of_the_sensor = Für { $percent } der Zeit gab der Sensor keinen gültigen Wert.
# $percent (String): with its sign
gap_of_data = Für { $percent } der Zeit liegen keine Daten vor.
# $when (String): day, perhaps with its time
data_since = Daten gibt es seit dem { $when }.
per_quarter_hour = je Viertelstunde
per_hour = je Stunde
per_day = je Tag
per_week = je Woche
per_month = je Monat
per_year = je Jahr
share_of_time = Anteil der Zeit
wind_from = Wind aus
counted_over_longer = in längerem Zeitraum gezählt
no_sensor_yet = noch kein Sensor
not_over_yet = noch offen
# $limit (String): a number
class_up_to = bis { $limit }
# $limit (String): a number
class_above = über { $limit }
# $limit (String): a number with its unit
class_from = ab { $limit }
calm = windstill
# $n (Number): values of wind
n_values = { $n ->
    [one] 1 Wert
   *[other] { $n } Werte
  }
# $n (Number): values of wind
without_direction = { $n } ohne Richtung
# $name (String): another period or site
# $own (String): sum of this one
# $other (String): sum of the other
# $change (String): in percent, with its sign
# $n (Number): intervals in which both have a value
# $of (Number): all intervals
compared_sums = Verglichen mit { $name }: { $own } gegen { $other } ({ $change }), gezählt, wo beide einen Wert haben ({ $n } von { $of } Intervallen).
# $name (String): another period or site
# $own (String): mean of this one
# $other (String): mean of the other
# $change (String): difference with its sign
# $n (Number): intervals in which both have a value
# $of (Number): all intervals
compared_means = Verglichen mit { $name }: im Mittel { $own } gegen { $other } ({ $change }), gemittelt, wo beide einen Wert haben ({ $n } von { $of } Intervallen).
# $name (String): another period or site
compared_nowhere = Zum Vergleich mit { $name } fehlen Werte.
heat_map_text = Jede Spalte ist ein Tag, jede Zeile eine Stunde der Uhr: je kräftiger die Farbe und je größer das Feld, desto mehr.
wind_rose = Windrose
wind_rose_text = Woher der Wind kam und wie stark er war; in der Mitte der Anteil der Windstille.
histogram_text = Anteil der Stunden mit einem mittleren Wert in jeder Klasse.
