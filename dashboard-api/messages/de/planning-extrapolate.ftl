extrapolate_title = Hochrechnung
extrapolate_short = Kurzzählung
extrapolate_references = Referenzstellen
extrapolate_do = Hochrechnen
extrapolate_range = 90-%-Bereich
extrapolate_mind = Zu beachten
extrapolate_mean = Mittel der gezählten Tage
extrapolate_counted = Gezählt
extrapolate_by_times = gültige Tage ganz; von anderen die bekannten Stunden, ab vier
extrapolate_factor = Faktor
extrapolate_mean_days = mittlere Tage
extrapolate_by_factor = Summe der Mediane von (Zählwert der Referenz zur selben Zeit) / (ihr DTV)
# $used (String): number
# $all (String): number
extrapolate_times = { $used } von { $all } Zeiten
extrapolate_dtv = DTV, hochgerechnet
# $n (String): number
extrapolate_by_references = Gezählt durch Faktor; { $n } Referenzstellen
extrapolate_error_median = Fehler, mittlere Referenz
extrapolate_error_p90 = Fehler, neun von zehn Referenzen
extrapolate_by_error = jede Referenz aus den anderen geschätzt und mit ihrem DTV verglichen
extrapolate_nothing = In diesem Zeitraum ist nichts gezählt, was sich hochrechnen lässt.
extrapolate_no_reference = Keine Referenzstelle hat ein Jahr und zur selben Zeit gezählt: kein DTV.
extrapolate_no_error = Weniger als drei Referenzstellen: Der Fehler lässt sich nicht angeben.
extrapolate_used = verwendet
# $months (String): number
extrapolate_used_thin = verwendet, obwohl nur { $months } Monate gültig sind
extrapolate_not_chosen = nicht gewählt
# $months (String): number
extrapolate_no_year = nicht verwendet: { $months } gültige Monate, nötig sind 10
# $percent (String): signed
extrapolate_off = aus den anderen geschätzt: { $percent }
# $period (String): period
extrapolate_year = DTV der Referenzstellen: { $period }, aus Stundenwerten.
# $what (String): bicycles
# $dtv (String): number
# $low (String): number
# $high (String): number
extrapolate_say = Die Kurzzählung entspricht im Jahresmittel etwa { $dtv } { $what } je Tag; neun von zehn Referenzstellen lägen zwischen { $low } und { $high }.
# $what (String): bicycles
# $dtv (String): number
extrapolate_say_no_error = Die Kurzzählung entspricht im Jahresmittel etwa { $dtv } { $what } je Tag. Wie genau das ist, lässt sich mit so wenigen Referenzstellen nicht sagen.
# $days (String): number
extrapolate_warn_short = { $days } ganze Tage: Unter einer Woche ist der Fehler deutlich größer; Wochentage sind nicht alle dabei.
# $dates (String): days
extrapolate_warn_holiday = Feiertag im Zeitraum: { $dates }.
# $days (String): number
extrapolate_warn_school = { $days } Tage liegen in den Schulferien: Schulwege fehlen, und nicht an jeder Stelle gleich viele.
extrapolate_warn_weekend = Kein Werktag im Zeitraum.
# $station (String): name
# $mm (String): number
# $dates (String): days
extrapolate_warn_rain = Regentage ({ $station }: mindestens { $mm } mm von 6 bis 20 Uhr): { $dates }.
extrapolate_rule_factor = DTV = Summe der Zählwerte / Summe der Faktoren. Faktor einer Zeit: Median über die Referenzstellen von Zählwert zur selben Zeit durch DTV. Wetter, Jahreszeit und Wochentag stecken damit im Faktor.
extrapolate_rule_times = Zeiten: gültige Tage; von anderen Tagen die bekannten Stunden ab vier, bei den Referenzen dieselben.
extrapolate_rule_error = 90-%-Bereich: Jede Referenz wird aus den anderen geschätzt; so viel, wie neun von zehn höchstens danebenliegen. Referenzen derselben Stadt machen ihn eher zu eng; Baustellen und Sperrungen kennt er nicht.
extrapolate_rule_references = Referenzstellen: alle anderen Stellen derselben Klasse mit zehn gültigen Monaten, wenn keine gewählt sind.
