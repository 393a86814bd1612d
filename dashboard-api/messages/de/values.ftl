### What is measured, beside its number, and why there is no number.

# $n (Number): that are counted
counted_bicycle = { $n ->
    [one] Fahrrad
   *[other] Fahrräder
  }
# $n (Number): that are counted
counted_car = { $n ->
    [one] Pkw
   *[other] Pkw
  }
# $n (Number): that are counted
counted_lorry = { $n ->
    [one] Lkw
   *[other] Lkw
  }
# $n (Number): that are counted
counted_person = { $n ->
    [one] Person
   *[other] Personen
  }
# $n (Number): that are counted
counted_object = { $n ->
    [one] ohne Klasse
   *[other] ohne Klasse
  }
# $n (Number): that are counted
counted_lightning = { $n ->
    [one] Blitz
   *[other] Blitze
  }
# $n (Number): that are counted
counted_motion = { $n ->
    [one] Bewegung
   *[other] Bewegungen
  }
# $n (Number): that are counted
counted_pulse = { $n ->
    [one] Impuls
   *[other] Impulse
  }

sensor_error = Sensorfehler
probe_disconnected = Fühler nicht angeschlossen
nothing_to_measure = nichts zu messen
out_of_range = außerhalb des Messbereichs
not_configured = nicht eingestellt
implausible = unglaubhafter Wert
doubt_inconsistent = zweifelhaft: widerspricht einem anderen Messwert
doubt_clock = zweifelhaft: Uhr des Geräts geht falsch
doubt_step = zweifelhaft: sprunghaft geändert
doubt_stuck = zweifelhaft: lange unverändert

channel_left_to_right = von links nach rechts
channel_right_to_left = von rechts nach links
channel_left = links
channel_right = rechts
channel_correction = Korrektur
# $n (String): number of the channel
channel_number = Kanal { $n }
# $n (String): number of the class
channel_class = Klasse { $n }
# $n (String): number of the category
channel_category = Kategorie { $n }
east_longitude = O
