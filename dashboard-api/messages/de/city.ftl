### What the city is doing now, in sentences.

now_title = Die Stadt jetzt
now_weather = Wetter
now_bicycles = Fahrräder
now_traffic = Verkehr
now_water = Wasser

light_rain = leicht
moderate_rain = mäßig
heavy_rain = stark
very_heavy_rain = sehr stark

dry = Es ist trocken.
# $temperature (String): with its unit
dry_at = Es ist trocken bei { $temperature }.
# $how (String): how strongly
raining = Es regnet { $how }.
# $how (String): how strongly
# $temperature (String): with its unit
raining_at = Es regnet { $how } bei { $temperature }.
# $n (Number): stations where it rains
# $of (Number): stations that know
raining_here_and_there = An { $n } von { $of } Wetterstationen regnet es.
# $n (Number): stations where it rains
# $of (Number): stations that know
# $temperature (String): with its unit
raining_here_and_there_at = Es sind { $temperature }. An { $n } von { $of } Wetterstationen regnet es.
# $temperature (String): with its unit
it_is = Es sind { $temperature }.
# $mm (String): with its unit
rain_of_the_hour = In der letzten Stunde fielen { $mm } Regen.
# $mm (String): with its unit
rain_of_the_hour_up_to = In der letzten Stunde fielen bis zu { $mm } Regen.
# $mm (String): with its unit
rain_since_midnight = Seit Mitternacht fielen { $mm }.
# $mm (String): with its unit
rain_since_midnight_up_to = Seit Mitternacht fielen örtlich mindestens { $mm }.
# $force (Number): Beaufort
wind_of_force = { $force ->
    [0] Es ist windstill.
    [1] Es ist fast windstill.
    [2] Es weht ein leichter Wind.
    [3] Es weht ein schwacher Wind.
    [4] Es weht ein mäßiger Wind.
    [5] Es weht ein frischer Wind.
    [6] Es weht ein starker Wind.
    [7] Es weht ein steifer Wind.
    [8] Es weht ein stürmischer Wind.
    [9] Es herrscht Sturm.
    [10] Es herrscht schwerer Sturm.
    [11] Es herrscht orkanartiger Sturm.
   *[other] Es herrscht ein Orkan.
  }
# $speed (String): with its unit
gusts_up_to = Böen erreichten zuletzt { $speed }.
# $time (String): clock time
weather_as_of = Stand { $time }.
# $n (Number): stations that do not report
# $of (Number): all stations
weather_stations_silent = { $n } von { $of } Wetterstationen { $n ->
    [one] meldet
   *[other] melden
  } sich nicht.

# $n (Number): bicycles
bicycles_counted = Heute { $n ->
    [one] wurde 1 Fahrrad
   *[other] wurden { $n } Fahrräder
  } gezählt.
# $n (Number): bicycles
bicycles_counted_at_least = Heute { $n ->
    [one] wurde mindestens 1 Fahrrad
   *[other] wurden mindestens { $n } Fahrräder
  } gezählt.
no_bicycle_counted = Heute wurde noch kein Fahrrad gezählt.
# $n (Number): motor vehicles
vehicles_counted = Heute { $n ->
    [one] wurde 1 Kraftfahrzeug
   *[other] wurden { $n } Kraftfahrzeuge
  } gezählt.
# $n (Number): motor vehicles
vehicles_counted_at_least = Heute { $n ->
    [one] wurde mindestens 1 Kraftfahrzeug
   *[other] wurden mindestens { $n } Kraftfahrzeuge
  } gezählt.
no_vehicle_counted = Heute wurde noch kein Kraftfahrzeug gezählt.
# $until (String): clock time
# $percent (Number): without sign
# $weekday (String): of today
week_more = Bis { $until } waren es { $percent } % mehr als letzten { $weekday }.
# $until (String): clock time
# $percent (Number): without sign
# $weekday (String): of today
week_fewer = Bis { $until } waren es { $percent } % weniger als letzten { $weekday }.
# $until (String): clock time
# $weekday (String): of today
week_equal = Bis { $until } waren es so viele wie letzten { $weekday }.
# $until (String): clock time
# $n (Number): sites that can be compared
# $of (Number): all sites
# $percent (Number): without sign
# $weekday (String): of today
week_more_at = Bis { $until } waren es an { $n } von { $of } Zählstellen { $percent } % mehr als letzten { $weekday }.
# $until (String): clock time
# $n (Number): sites that can be compared
# $of (Number): all sites
# $percent (Number): without sign
# $weekday (String): of today
week_fewer_at = Bis { $until } waren es an { $n } von { $of } Zählstellen { $percent } % weniger als letzten { $weekday }.
# $until (String): clock time
# $n (Number): sites that can be compared
# $of (Number): all sites
# $weekday (String): of today
week_equal_at = Bis { $until } waren es an { $n } von { $of } Zählstellen so viele wie letzten { $weekday }.
# $site (String): name
# $n (Number): bicycles
most_bicycles = Die meisten fuhren hier: { $site } ({ $n }).
# $n (Number): sites that do not report
# $of (Number): all sites
sites_silent = { $n } von { $of } Zählstellen { $n ->
    [one] meldet
   *[other] melden
  } sich gerade nicht.

# $site (String): name
# $level (String): with its unit
water_level_is = { $site }: { $level }.
# $site (String): name
# $level (String): with its unit
water_rising = { $site }: { $level }, steigend.
# $site (String): name
# $level (String): with its unit
water_falling = { $site }: { $level }, fallend.
# $site (String): name
# $level (String): with its unit
water_steady = { $site }: { $level }, kaum verändert.
# $time (String): clock time
value_of = Der Wert ist von { $time }.

own_hint = Eigener Hinweis aus Messwerten der Stadt, keine amtliche Warnung.
# $mm (String): with its unit
hint_rain = Starkregen: bis zu { $mm } in einer Stunde.
# $mm (String): with its unit
hint_rain_severe = Heftiger Starkregen: bis zu { $mm } in einer Stunde.
# $speed (String): with its unit
hint_gusts = Kräftige Böen: bis zu { $speed } an einer Station.
# $speed (String): with its unit
hint_storm = Sturmböen: bis zu { $speed } an einer Station.
# $temperature (String): with its unit
hint_frost = Frost: { $temperature } an einer Station. Es kann glatt sein.

vehicles_today = Kraftfahrzeuge heute
water_level = Wasserstand
# $n (Number): sites
of_sites = { $n ->
    [one] 1 Messstelle
   *[other] { $n } Messstellen
  }

tiles_failed = Der Kartenhintergrund ist gerade nicht erreichbar. Die Standorte stimmen trotzdem.
map_licence = Lizenz
# $n (Number): stations
most_of = { $n ->
    [one] 1 Station
   *[other] höchster Wert aus { $n } Stationen
  }
