figure_short_dtv = DTV aus Teiltagen
figure_short_dtvw5 = DTVw5 aus Teiltagen
figure_short_dtvw = DTVw aus Teiltagen
figure_short_di_mi_do = DiMiDo aus Teiltagen
method_short = Mittel der Wochentage aus ergänzten Tagen; Bereich: Fehler des Ergänzens
planning_rule_short = Aus Teiltagen: jeder Tag, von dem mindestens die Hälfte bekannt ist, ergänzt nach der Ganglinie gleichartiger Tage (Mo–Fr; Wochenenden und Feiertage); jeder Wochentag muss vorkommen. Der Bereich ist an Zeiten erprobt, deren Wert bekannt ist. Nur bis 92 Tage, immer vorläufig; der strenge Wert bleibt streng.
figure_mean_speed = Mittlere Geschwindigkeit
# $share (String): 85, 50 or 15
figure_speed_percentile = V{ $share }
method_mean_speed = Mittelwerte der Viertelstunden, gewichtet mit der Zahl der Fahrzeuge
method_speed_percentile = aus Geschwindigkeitsklassen, in der Klasse linear; ab 100 Fahrzeugen
lack_only_mean_speeds = nicht bestimmbar: Das Gerät meldet nur mittlere Geschwindigkeiten
# $classes (String): number
lack_no_speed_bounds = Grenzen der { $classes } Geschwindigkeitsklassen fehlen: am Gerät eingestellt, hier als speed_bounds anzugeben
# $found (String): number
lack_too_few_vehicles = { $found } Fahrzeuge: zu wenige, um nicht jemandes Tempo zu zeigen (Mittel ab 10, V85 ab 100)
# $valid (String): number
# $expected (String): number
valid_of_counted = { $valid } von { $expected } Gezählten
planning_speed_bounds = Klassengrenzen, km/h
planning_hours = Stunden und Tage
# $unit (String): per hour
# $valid (String): 8700 of 8760 hours
planning_hours_text = { $unit }, alle Richtungen: kräftiger und größer ist mehr. { $valid } gültig. Schraffiert: nicht gültig.
planning_hours_files = Stundenwerte als CSV:
