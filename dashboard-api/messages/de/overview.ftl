no_bicycle_sites = Noch keine Zählstelle eingerichtet
not_known = unbekannt
no_value = kein Wert
temperature = Temperatur
rain_today = Regen heute
wind = Wind
gusts = zuletzt Böen bis

map = Karte
map_description = Standorte der Sensoren. Dieselben Standorte stehen in der Liste darunter.
map_empty = Noch kein Sensor mit bekanntem Standort.
sensors = Sensoren
no_sensors = Noch keine Sensoren eingerichtet.
no_match = Kein Sensor passt zur Suche.
search = Sensor suchen
all_themes = Alle Themen
theme = Thema
site = Standort
values = Messwerte
state = Zustand
last_heard = zuletzt gehört
latest = zuletzt
today = heute
never_heard = noch nie
just_now = gerade eben
back = Die Verbindung ist wieder da, die Werte sind aktuell.
pause = Aktualisierung anhalten
resume = Aktualisierung fortsetzen

# $n (String): of minutes
minutes_ago = vor { $n } min
# $n (String): of hours
hours_ago = vor { $n } h
# $n (String): of days
days_ago = vor { $n } Tagen
# $time (String): of the last contact
lost = Keine Verbindung zum Server. Letzter Kontakt: { $time } Uhr. Die Werte können veraltet sein.
# $time (String): since when
paused = Die Aktualisierung ist angehalten. Stand: { $time } Uhr.

# $n (Number): counting sites that report
# $of (Number): all counting sites
reporting = { $n } von { $of ->
    [one] { $of } Zählstelle
   *[other] { $of } Zählstellen
  } { $n ->
    [one] meldet
   *[other] melden
  }
# The part of the day a sum stands for.
# $time (String): until when
today_until = heute bis { $time }
both_directions = beide Richtungen
all_directions = alle Richtungen
# $interval (String): a length of time
mean_over = Mittel über { $interval }
# $n (Number): stations
mean_of = { $n ->
    [one] 1 Station
   *[other] Mittel aus { $n } Stationen
  }
# $n (Number): sensors
n_sensors = { $n ->
    [one] { $n } Sensor
   *[other] { $n } Sensoren
  }
# $n (Number): sensors
n_live = { $n ->
    [one] { $n } meldet
   *[other] { $n } melden
  }
# $n (Number): sensors
n_stale = { $n } verspätet
# $n (Number): sensors
n_silent = { $n ->
    [one] { $n } schweigt
   *[other] { $n } schweigen
  }
# $n (Number): sensors
n_never = { $n } nie gehört
# $n (Number): further ones
and_more = und { $n } weitere

state_live = meldet
state_stale = verspätet
state_silent = schweigt
state_never = nie gehört

theme_bicycle = Fahrrad
theme_traffic = Kfz und Menschen
theme_weather = Wetter und Luft
theme_device = Geräte
theme_other = Weitere
