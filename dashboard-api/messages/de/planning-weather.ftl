weather_title = Wetter
weather_none = Hier wird kein Wetter gemessen.
weather_stations = Wetterstationen
weather_measures = misst
weather_rain_total = Niederschlag
weather_by_sum = Summe des Gemessenen, nichts ergänzt
# $hours (Number): 1, 6 or 24
weather_heaviest = Stärkster Regen in { $hours } h
# $hours (Number): 1, 6 or 24
weather_by_gliding = größte Summe von { $hours } h am Stück, gleitend; Zeit: Beginn
weather_wettest = Nassester Tag
weather_by_local_day = Summe von Mitternacht bis Mitternacht Ortszeit
# $mm (String): amount
weather_rain_days = Tage ab { $mm } mm
weather_by_day_sum = Tagessumme erreicht die Grenze; an Tagen mit Lücken offen, solange sie sie nicht erreicht
weather_temperature_mean = Mitteltemperatur
weather_temperature_min = Tiefste Temperatur
weather_temperature_max = Höchste Temperatur
weather_by_hours = Mittel der gemessenen Stunden
weather_by_lowest = tiefster Einzelwert; Zeit: volle Stunde davor
weather_by_highest = höchster Einzelwert; Zeit: volle Stunde davor
weather_frost = Frosttage
weather_ice = Eistage
weather_summer = Sommertage
weather_hot = Heiße Tage
weather_tropical = Tropennächte
weather_by_frost = Minimum unter 0 °C (DWD), Ortstag
weather_by_ice = Maximum unter 0 °C (DWD), Ortstag
weather_by_summer = Maximum ab 25 °C (DWD), Ortstag
weather_by_hot = Maximum ab 30 °C (DWD), Ortstag
weather_by_tropical = Minimum von 18 bis 6 Uhr UTC ab 20 °C (DWD)
# $n (Number): days
weather_open = { $n ->
    [one] { $n } Tag wegen Lücken nicht entscheidbar
   *[other] { $n } Tage wegen Lücken nicht entscheidbar
  }
# $n (Number): days
weather_days = { $n ->
    [one] Tag
   *[other] Tage
  }
weather_humidity = Relative Feuchte, Mittel
weather_dew_mean = Taupunkt, Mittel
weather_dew_max = Taupunkt, höchste Stunde
weather_by_dew = Magnus-Formel (WMO-Nr. 8) über Wasser, aus Stundenmitteln
weather_wet_bulb = Feuchtkugeltemperatur, höchste Stunde
weather_by_wet_bulb = Stull (2011); gilt für −20 bis 50 °C und 5 bis 99 % Feuchte, Fehler −1 bis +0,65 K
weather_heat = Hitzeindex, höchste Stunde
weather_by_heat = Rothfusz (US-Wetterdienst), ab etwa 27 °C; nicht die gefühlte Temperatur des DWD
weather_chill = Windchill, kälteste Stunde
weather_by_chill = Kanada/USA (2001); gilt bis 10 °C und ab 4,8 km/h, für Wind in 10 m Höhe
weather_no_such_hour = keine Stunde im Geltungsbereich
weather_wind_mean = Wind, Mittel
weather_wind_strongest = Stärkster mittlerer Wind
weather_by_strongest = größtes Viertelstundenmittel
# $force (Number): 0 to 12
weather_beaufort = { $force } Beaufort
weather_calms = Windstille
weather_by_calms = Anteil der Viertelstundenmittel unter 0,5 m/s
weather_direction = Mittlere Windrichtung
weather_by_vector = Vektormittel der Viertelstunden
# $sector (String): NO
# $speed (String): m/s
weather_from = aus { $sector }; Betrag des Vektors { $speed } m/s
weather_gust = Stärkste Böe
weather_by_gust = größter Böenwert der Station; Zeit: volle Stunde davor
# $speed (String): number
weather_kmh = { $speed } km/h
weather_not_measured = nicht gemessen
weather_level_1 = Stufe 1
weather_level_2 = Stufe 2 (markant)
weather_level_3 = Stufe 3 (Unwetter)
weather_level_4 = Stufe 4 (extrem)
# $level (String): words
weather_hint = Eigener Hinweis nach Schwellen des DWD: { $level }, keine amtliche Warnung
weather_hint_note = Stufen sind eigene Hinweise nach Schwellen des DWD, keine amtlichen Warnungen.
weather_hint_site = Amtlich warnt nur der Deutsche Wetterdienst. Seine Schwellen gelten für Vorhersagen und für Wind in 10 m Höhe über freiem Gelände; eine Station in der Stadt misst den Wert ihres Standorts.
weather_rose = Windrose
# $sector (String): NO
# $share (String): percent
# $calms (String): percent
# $n (String): number
weather_rose_text = Am häufigsten kam der Wind aus { $sector } ({ $share }); windstill waren { $calms }. { $n } Viertelstunden, 16 Sektoren.
weather_sector = Richtung
weather_together = zusammen
weather_months = Niederschlag je Monat
weather_months_text = Summe in mm. Blass: Monat mit Lücken, mindestens so viel. Schraffiert: nicht gemessen.
weather_rain_mm = Niederschlag, mm
weather_observed = gemessen
weather_rule_rain = Regensummen gehen nach der Zeit: Fehlt ein Teil, ist mindestens so viel gefallen („mind.“). Was ein Zähler nach einer Lücke meldet, zählt nur in Zeiten, die die ganze Lücke enthalten.
weather_rule_days = Frost-, Eis-, Sommer- und heiße Tage: ein Wert genügt für ja; für nein müssen 95 % des Tages gemessen sein, sonst ist der Tag offen.
weather_rule_comfort = Taupunkt, Feuchtkugel, Hitzeindex und Windchill: aus Stundenmitteln, nur im Geltungsbereich der Formel.
weather_rule_wind = Windstille (unter 0,5 m/s) hat keine Richtung. Beaufort nach der Klassentafel der WMO.
weather_rule_missing = Fehlend ist nie null. Ein Höchstwert mit Lücken ist ein Mindestwert.
# $station (String): name
# $away (String): distance with comma, or nothing
weather_of = Wetter: { $station }{ $away }.
weather_of_none = Ohne Wetter.
# $km (String): number
away = , { $km } km entfernt
weather_beside = Wetter neben den Zählwerten
weather_beside_text = Tageswerte. Niederschlag und Temperatur derselben Tage stehen auch in der Datei der Tageswerte.
# $what (String): that is shown
days_of = { $what } je Tag
# $unit (String): symbol, may be empty
# $days (String): 350 of 365 days
days_text_sum = Tagessummen{ $unit }. Daten an { $days }. Schraffiert: keine Daten; Tage mit Lücken zählen nur, was gezählt wurde.
# $unit (String): symbol
# $days (String): 350 of 365 days
days_text_mean = Tagesmittel{ $unit }, dahinter kleinster bis größter Wert. Daten an { $days }.
# $unit (String): symbol
# $days (String): 350 of 365 days
days_text_max = Tageshöchstwerte{ $unit }. Daten an { $days }.
days_in_file = Die Werte stehen in der Datei der Tageswerte.
# $valid (String): number
# $expected (String): number
valid_of_quarters = { $valid } von { $expected } Viertelstunden
# $low (String): number
# $high (String): number
range_of = { $low } bis { $high }
