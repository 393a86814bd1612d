planning_lead = Kennwerte der Zählstellen für Verkehrsplanung und Gutachten: DTV, Spitzenstunden, MSV, Ganglinien. Jede Zahl sagt, welche Tage sie meint und wie viele davon gezählt wurden.
planning_sites = Zählstellen
planning_no_sites = Noch keine Zählstelle eingerichtet.
planning_counts = zählt
planning_since = Daten seit
planning_year_of_days = Tage mit Daten (ab 95 %), 12 Monate
planning_site = Zählstelle
planning_counts_nothing = Hier wird nichts gezählt.
planning_all_sites = Alle Zählstellen
planning_from = von
planning_to = bis
planning_class = Klasse
planning_show = Auswerten
planning_without_suspect = ohne verdächtige Tage
planning_twelve_months = 12 Monate
planning_link = Link zu dieser Auswertung
planning_cannot = So lässt sich das nicht auswerten
planning_figures = Kennwerte
planning_figure = Kennwert
planning_value = Wert
planning_interval_95 = 95-%-Bereich
planning_basis = Grundlage
planning_method = Verfahren
planning_provisional = vorläufig
planning_at_least = mind.
planning_day_curve = Tagesganglinie
planning_day_curve_text = Mittlere Stundenwerte gültiger Tage je Tagesart.
planning_week_curve = Wochenganglinie
planning_week_curve_text = Mittel des Wochentags geteilt durch den DTV; die Linie ist der DTV. Feiertage zählen zu ihrem Wochentag.
planning_year_curve = Jahresganglinie
planning_year_curve_text = Mittel des Monats geteilt durch den DTV (Saisonindex). Blass: Monat nicht gültig. Schraffiert: kein gültiger Tag.
planning_duration = Dauerlinie
planning_duration_text = Gültige Stunden des Zeitraums, die stärkste zuerst.
planning_rank = Rang
planning_cross_section = Querschnitt
planning_month = Monat
planning_valid_days = gültige Tage
planning_month_valid = gültig
planning_month_invalid = nicht gültig
planning_index = Index
planning_mean = Mittel je Tag
planning_weekday = Wochentag
planning_hour = Stunde
planning_suspicion = Verdacht auf Ausfall
planning_in_figures = Die Kennwerte enthalten diese Nullen. Ist der Zähler ausgefallen, sind DTV und Summen zu klein.
planning_left_out = Die genannten Tage sind in allen Kennwerten ausgelassen und gelten als fehlend.
planning_leave_out = Ohne diese Tage auswerten
planning_take_in = Mit diesen Tagen auswerten
planning_quiet_streets = Ob die Straße gesperrt war, können die Daten nicht sagen.
planning_outage = Ausfall
planning_doubt = zweifelhaft
planning_rules = Wann Werte gelten
planning_rule_days = Tag: alle Intervalle des Ortstages gezählt (92, 96 oder 100 Viertelstunden), oder mindestens 95 % davon und der Rest aus der Ganglinie gleichartiger Tage ergänzt.
planning_rule_hours = Stunde: mindestens drei von vier Viertelstunden, hochgerechnet auf die Stunde.
planning_rule_months = Monat: 20 gültige Tage, darunter zwei je Wochentag. Mit weniger als zehn gültigen Monaten sind Jahreswerte vorläufig.
planning_rule_interval = 95-%-Bereich: Unsicherheit durch zufällig fehlende Tage (Ziehung ohne Zurücklegen). Fehlt kein Tag, ist er der Wert selbst. Fehler des Zählers und Tage, die nicht zufällig fehlen, enthält er nicht.
planning_rule_missing = Fehlend ist nie null. Querschnitt: nur Zeiten, in denen alle Richtungen gezählt wurden. Feiertage und Schulferien: Niedersachsen.
planning_about = Über diesen Bericht
planning_source = Quelle
planning_issued = Ausgabe
planning_csv = Kennwerte (CSV)
planning_days_csv = Tageswerte (CSV)
planning_evaluate = Planung: Kennwerte
planning_unverified = nicht geprüft
planning_no_defaults = Nur gezählte Werte; Standardwerte der RLS-19 werden nicht eingesetzt. Lkw1 und Lkw2 unterscheidet dieser Zähler nicht: p1 und p2 fehlen. Abgleich mit dem Text der RLS-19:

figure_dtv = DTV
figure_dtv_aashto = DTV nach AASHTO
figure_dtvw5 = DTVw5
figure_dtvw = DTVw
figure_di_mi_do = DiMiDo
figure_total = Summe
figure_peak_hour = Spitzenstunde
figure_morning_peak = Spitzenstunde morgens, Mittel
figure_afternoon_peak = Spitzenstunde nachmittags, Mittel
figure_msv30 = MSV30
figure_split_of_days = Richtungsanteil, Tage
figure_split_of_peak = Richtungsanteil, Spitzenstunde
figure_heavy_share = Lkw-Anteil nach Länge
figure_mt = Mt (RLS-19)
figure_mn = Mn (RLS-19)
figure_md = Md (LDEN)
figure_me = Me (LDEN)
method_mean_of_days = Mittel der gültigen Tage
method_aashto = Mittel der Wochentage aus Monatsmitteln: lückenhafte Monate verzerren nicht
method_total = Summe des Gezählten in allen Richtungen, nichts ergänzt
method_peak_gliding = größte Summe von vier Viertelstunden, gleitend
method_peak_clock = größte volle Stunde
method_morning_gliding = 6–10 Uhr, vier Viertelstunden gleitend
method_morning_clock = 6–10 Uhr, volle Stunden
method_afternoon_gliding = 15–19 Uhr, vier Viertelstunden gleitend
method_afternoon_clock = 15–19 Uhr, volle Stunden
method_split_of_days = stärkere Richtung durch beide, über gültige Tage beider Richtungen
method_split_of_peak = stärkere Richtung durch beide, in der Spitzenstunde
method_heavy_share = Lkw durch Pkw und Lkw. Das Gerät trennt nach Länge, nicht nach 3,5 t: kein SV-Anteil
method_mt = mittlere Stunde 6–22 Uhr, alle gezählten Kfz
method_mn = mittlere Stunde 22–6 Uhr, alle gezählten Kfz
method_md = mittlere Stunde 6–18 Uhr, alle gezählten Kfz
method_me = mittlere Stunde 18–22 Uhr, alle gezählten Kfz
lack_no_valid_day = kein gültiger Tag
lack_no_day_of_a_weekday = ein Wochentag ohne gültigen Tag
lack_too_few_hours = zu wenige gültige Stunden
lack_nothing_passed = nichts gezählt
day_type_monday = Montag
day_type_tuesday_to_thursday = Di bis Do
day_type_friday = Freitag
day_type_saturday = Samstag
day_type_sunday_or_holiday = Sonntag, Feiertag
days_all = alle Tage Mo–So
days_mon_fri = alle Tage Mo–Fr
days_mon_fri_working = Mo–Fr ohne Feiertage
days_mon_fri_normal = Mo–Fr ohne Feiertage und Schulferien
days_mon_sat_working = Mo–Sa ohne Feiertage
days_bast_w = Mo–Sa ohne Feiertage und Schulferien (BASt W)
days_bast_u = Mo–Sa in den Schulferien ohne Feiertage (BASt U)
days_bast_s = Sonn- und Feiertage (BASt S)
days_tue_thu = Di–Do ohne Feiertage und Schulferien
days_weekend = Sa und So

# $rank (Number): of the hour
figure_ranked_hour = { $rank }. stärkste Stunde
# $rank (Number): of the hour
method_ranked_hour = Rang { $rank } der gültigen vollen Stunden des Zeitraums
# $what (String): that is counted
per_day_of = { $what }/Tag
# $what (String): that is counted
per_hour_of = { $what }/h
# $valid (String): number
# $expected (String): number
valid_of_days = { $valid } von { $expected } Tagen
# $valid (String): number
# $expected (String): number
valid_of_hours = { $valid } von { $expected } Stunden
# $valid (String): number
# $expected (String): number
valid_of_intervals = { $valid } von { $expected } Intervallen
# $year (String): asked for
# $first (String): known year
# $last (String): known year
lack_school_holidays = Schulferien von { $year } nicht hinterlegt (bekannt: { $first } bis { $last })
# $valid (Number): months
# $all (Number): months
valid_months = { $valid } von { $all } Monaten gültig
# $amount (String): counted
over_gaps = davon { $amount } über Lücken, nur als Summe bekannt
# $percent (String): with its sign
estimated = davon { $percent } geschätzt
# $direction (String): name
stronger = stärker: { $direction }
# $amount (String): expected
expected_zeros = 0 gezählt, erwartet { $amount }
# $last (String): day
cut = Ausgewertet bis { $last }, den letzten ganzen Tag.
# $first (String): day
# $last (String): day
span = { $first } bis { $last }

# $name (String): of the field
# $found (String): in quotes
not_a_date = „{ $name }“ ist { $found }: erwartet wird ein Datum wie 2026-01-31 (Jahr 1970 bis 2199).
# $first (String): day
# $last (String): day
backwards = Der Zeitraum endet am { $last } und beginnt erst am { $first }: „bis“ muss auf „von“ folgen.
# $first (String): day
# $yesterday (String): day
not_yet = Der Zeitraum beginnt am { $first }: Gezählt ist bis { $yesterday }, dem letzten ganzen Tag.
# $days (Number): of the period
# $most (String): days
too_long = Der Zeitraum hat { $days } Tage: höchstens { $most } (drei Jahre) lassen sich zu Kennwerten zusammenfassen.
# $found (String): in quotes
unknown_class = Die Klasse { $found } gibt es nicht.
# $found (String): class
# $counted (String): classes
not_counted = { $found } werden hier nicht gezählt, wohl aber: { $counted }.
# $found (String): in quotes
not_a_switch = „without_suspect“ ist { $found }: erwartet wird 0 oder 1.
vehicles_per_hour = Kfz/h
# $n (Number): days
n_days = { $n ->
    [one] { $n } Tag
   *[other] { $n } Tage
  }
