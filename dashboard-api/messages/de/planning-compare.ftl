planning_pages = Auswertungen
planning_station = Wetterstation
planning_no_station = ohne Wetter
planning_thing = Messwerte des Standorts
planning_day = Tag
compare_title = Vorher–Nachher
compare_before = Vorher
compare_after = Nachher
compare_before_from = Vorher: von
compare_before_to = Vorher: bis
compare_after_from = Nachher: von
compare_after_to = Nachher: bis
compare_control = Kontrollstelle
compare_no_control = ohne Kontrollstelle
# $site (String): name
compare_control_is = Kontrollstelle: { $site }.
compare_do = Vergleichen
compare_cannot = Kein Vergleich möglich
# $before (String): period
# $after (String): period
compare_periods = Vorher: { $before }. Nachher: { $after }.
compare_not_why = Der Vergleich zeigt, ob sich etwas geändert hat, nicht warum.
# $percent (String): with sign
compare_more = { $percent } mehr
# $percent (String): with sign
compare_less = { $percent } weniger
# $change (String): 12 % more
# $what (String): bicycles
compare_say_plain = Nachher wurden je Tag { $change } { $what } gezählt als vorher.
# $change (String): 12 % more
# $what (String): bicycles
compare_say_control = Im Verhältnis zur Kontrollstelle wurden nachher je Tag { $change } { $what } gezählt als vorher.
# $percent (String): 5 % more
compare_say_explained = Wetter, Jahreszeit und Tagesart allein ließen { $percent } erwarten.
# $percent (String): 5 % more
compare_say_explained_by_season = Jahreszeit und Tagesart allein ließen { $percent } erwarten.
# $change (String): 7 % more
# $low (String): signed
# $high (String): signed
compare_say_change = Unter gleichen Umständen bleiben { $change } (95-%-Bereich: { $low } bis { $high }).
# $low (String): signed
# $high (String): signed
compare_say_no_change = Eine Änderung darüber hinaus ist nicht nachgewiesen: Der 95-%-Bereich reicht von { $low } bis { $high }.
# $change (String): 7 % more
# $low (String): signed
# $high (String): signed
compare_say_thin = Rechnerisch bleiben { $change } (95-%-Bereich: { $low } bis { $high }). Belastbar ist das nicht, denn die Zeiträume haben zu wenig Jahreszeit oder Temperaturen gemeinsam.
compare_doubt_days = Ein Zeitraum hat weniger als vier Wochen gültiger Tage.
compare_doubt_weeks = Mit weniger als 20 Wochen fällt der Bereich eher zu eng aus.
compare_doubt_season = Die Zeiträume liegen in verschiedenen Jahreszeiten: besser dieselben Monate zweier Jahre vergleichen.
compare_doubt_temperature = An den meisten Tagen des zweiten Zeitraums war es kälter oder wärmer als je im ersten.
compare_mean_before = Mittel je Tag, vorher
compare_mean_after = Mittel je Tag, nachher
compare_plain = Änderung der Mittel
compare_ratio = Änderung des Verhältnisses zur Kontrollstelle
compare_explained = davon Wetter, Jahreszeit, Tagesart
compare_explained_by_season = davon Jahreszeit, Tagesart
compare_adjusted = Änderung unter gleichen Umständen
compare_by_means = Mittel nachher durch Mittel vorher, über die Tage im Modell
compare_by_ratios = Verhältnis zur Kontrollstelle nachher durch Verhältnis vorher, Mittel über die Tage im Modell
compare_by_explained = Änderung der Mittel durch Änderung unter gleichen Umständen: Faktoren, keine Summen
compare_by_model = Regression des Logarithmus der Tageswerte; Fehler nach Wochen gruppiert
compare_holds_zero = Der Bereich enthält 0: keine Änderung nachgewiesen
compare_season = Gemeinsame Jahreszeit
compare_by_season = Anteil der Tage nachher, zu denen vorher ein Tag höchstens 14 Tage von derselben Jahreszeit entfernt liegt
compare_temperatures = Gemeinsame Temperaturen
compare_by_temperatures = Anteil der Tage nachher, deren Temperatur auch vorher vorkam (zwischen kleinster und größter)
compare_r_squared = Erklärte Streuung
compare_by_r_squared = R² des Modells
compare_weeks = Kalenderwochen
compare_by_weeks = beider Zeiträume; die Tage einer Woche hängen voneinander ab
compare_temperature = Temperatur
compare_rain = Niederschlag 6–20 Uhr je Tag
compare_wind = Wind
compare_by_days = Mittel der gültigen Zähltage mit mindestens 90 % gemessener Zeit
compare_model = Was das Modell berücksichtigt
compare_model_text = Ändert sich eine Größe um die genannte Einheit, ändert sich der Tageswert um so viel Prozent, wenn alles andere gleich bleibt. Bezugstag: Dienstag bis Donnerstag außerhalb von Schulferien.
compare_left_out = nicht im Modell
# $unit (String): per day
compare_picture = Gültige Tage, { $unit }; die Linie ist ihr Mittel. Schraffiert: nicht gültig. Beide Bilder haben denselben Maßstab.
compare_rules = Verfahren
compare_rule_days = Tage: nur gültige (alle Intervalle gezählt, oder 95 % und der Rest ergänzt), an denen auch das Wetter gemessen wurde.
compare_rule_model = Modell: ln(Zählwert + 0,5) = Tagesart + Schulferien + Jahreswelle + ln(1 + Regen 6–20 Uhr) + Temperatur + Temperatur² + Wind + Zeitraum; kleinste Quadrate.
compare_rule_interval = 95-%-Bereich: Student-t mit nach Kalenderwochen gruppierten Fehlern (Liang und Zeger). Fehler des Zählers enthält er nicht.
compare_rule_explained = Erklärter Teil: was von der Änderung der Mittel übrig bleibt, wenn man die Änderung unter gleichen Umständen herausrechnet.
compare_rule_control = Mit Kontrollstelle wird das Verhältnis beider Stellen verglichen: Was beide trifft, fällt heraus.
compare_rule_thin = Vorläufig: weniger als 28 Tage je Zeitraum, weniger als 20 Wochen, oder Jahreszeiten und Temperaturen überlappen zu weniger als der Hälfte.
# $before (String): days
# $after (String): days
# $least (String): days
# $needed (String): days
compare_too_few_days = { $before } gültige Tage vorher und { $after } nachher: Jeder Zeitraum braucht { $least }, beide zusammen { $needed }.
# $found (String): weeks
# $needed (String): weeks
compare_too_few_weeks = { $found } Kalenderwochen: Für einen Bereich sind mindestens { $needed } nötig.
compare_nothing_before = Vorher wurde nichts gezählt: Es gibt keine Änderung in Prozent.
compare_not_separable = Die Zeiträume unterscheiden sich in Jahreszeit oder Wetter so sehr, dass sich die Änderung davon nicht trennen lässt.
term_school_holidays = Schulferien
term_year_sine = Jahreswelle, Sinus
term_year_cosine = Jahreswelle, Kosinus
term_half_year_sine = Halbjahreswelle, Sinus
term_half_year_cosine = Halbjahreswelle, Kosinus
term_rain = Regen
term_temperature = Temperatur
term_temperature_squared = Temperatur, Quadrat
term_wind = Wind
per_day_type = gegen Dienstag bis Donnerstag
per_school_holiday = gegen Schulzeit
per_rain = je Einheit von ln(1 + mm): 1,7 mm statt trocken
per_temperature = je 10 °C
per_temperature_squared = je (10 °C)²: sehr warme Tage bringen nicht immer mehr
per_wind = je m/s
per_season = Ausschlag der Welle
left_out_unknown_year = Schulferien eines Jahres nicht hinterlegt
left_out_too_few_months = weniger als zehn Monate
left_out_not_measured = an weniger als vier Fünfteln der Tage gemessen
left_out_not_told = kommt nicht vor oder ist von anderem nicht zu trennen
# $name (String): of the field
half_a_period = „{ $name }“ fehlt: Ein Zeitraum braucht beide Tage (oder keinen).
# $last (String): day
# $first (String): day
overlapping = Vorher endet am { $last }, nachher beginnt schon am { $first }: Die Zeiträume dürfen keine Tage teilen.
# $name (String): of the field
# $found (String): in quotes
# $keys (String): that would be right
no_thing_for = „{ $name }“ ist { $found }: erwartet wird eines von { $keys }.
# $found (String): in quotes
not_bounds = „speed_bounds“ ist { $found }: erwartet werden steigende Geschwindigkeiten in km/h, für jede Klasse eine, wie 1,8,26,50.
# $days (Number): of the period
# $most (String): days
not_short = Der Zeitraum hat { $days } Tage: Eine Kurzzählung hat höchstens { $most }; längere Zählungen haben eigene Kennwerte.
years_title = Jahre
years_of = DTV der Jahre
years_table = Jahr für Jahr
# $unit (String): per day
years_text = { $unit }. Blass: vorläufig, weniger als zehn gültige Monate.
years_year = Jahr
years_change = gegen Vorjahr
years_months = gültige Monate
years_rule = Änderung gegen das Vorjahr: nur wenn beide Jahre zehn gültige Monate haben. Das Wetter beider Jahre ist nicht berücksichtigt; das kann Vorher–Nachher.
