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
