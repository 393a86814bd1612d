### What the city is doing now, in sentences.

now_title = The city now
now_weather = Weather
now_bicycles = Bicycles
now_traffic = Traffic
now_water = Water

light_rain = lightly
moderate_rain = moderately
heavy_rain = heavily
very_heavy_rain = very heavily

dry = It is dry.
dry_at = It is dry at { $temperature }.
raining = It is raining { $how }.
raining_at = It is raining { $how } at { $temperature }.
raining_here_and_there = It is raining at { $n } of { $of } weather stations.
raining_here_and_there_at = It is { $temperature }. It is raining at { $n } of { $of } weather stations.
it_is = It is { $temperature }.
rain_of_the_hour = { $mm } of rain fell in the last hour.
rain_of_the_hour_up_to = Up to { $mm } of rain fell in the last hour.
rain_since_midnight = { $mm } have fallen since midnight.
rain_since_midnight_up_to = At least { $mm } fell in places since midnight.
wind_of_force = { $force ->
    [0] The air is calm.
    [1] The air is nearly calm.
    [2] There is a light breeze.
    [3] There is a gentle breeze.
    [4] There is a moderate breeze.
    [5] There is a fresh breeze.
    [6] There is a strong wind.
    [7] There is a near gale.
    [8] There is a gale.
    [9] There is a strong gale.
    [10] There is a storm.
    [11] There is a violent storm.
   *[other] There is a hurricane.
  }
gusts_up_to = Gusts last reached { $speed }.
weather_as_of = As of { $time }.
weather_stations_silent = { $n } of { $of } weather stations { $n ->
    [one] does
   *[other] do
  } not report.

bicycles_counted = { $n ->
    [one] 1 bicycle has
   *[other] { $n } bicycles have
  } been counted today.
bicycles_counted_at_least = At least { $n ->
    [one] 1 bicycle has
   *[other] { $n } bicycles have
  } been counted today.
no_bicycle_counted = No bicycle has been counted yet today.
vehicles_counted = { $n ->
    [one] 1 motor vehicle has
   *[other] { $n } motor vehicles have
  } been counted today.
vehicles_counted_at_least = At least { $n ->
    [one] 1 motor vehicle has
   *[other] { $n } motor vehicles have
  } been counted today.
no_vehicle_counted = No motor vehicle has been counted yet today.
week_more = Until { $until } there were { $percent }% more than last { $weekday }.
week_fewer = Until { $until } there were { $percent }% fewer than last { $weekday }.
week_equal = Until { $until } there were as many as last { $weekday }.
week_more_at = Until { $until } there were { $percent }% more than last { $weekday } at { $n } of { $of } sites.
week_fewer_at = Until { $until } there were { $percent }% fewer than last { $weekday } at { $n } of { $of } sites.
week_equal_at = Until { $until } there were as many as last { $weekday } at { $n } of { $of } sites.
most_bicycles = Most rode here: { $site } ({ $n }).
sites_silent = { $n } of { $of } counting sites { $n ->
    [one] is
   *[other] are
  } not reporting at the moment.

water_level_is = { $site }: { $level }.
water_rising = { $site }: { $level }, rising.
water_falling = { $site }: { $level }, falling.
water_steady = { $site }: { $level }, hardly changed.
value_of = The value is of { $time }.

own_hint = A hint of our own from the city's measurements, not an official warning.
hint_rain = Heavy rain: up to { $mm } in one hour.
hint_rain_severe = Torrential rain: up to { $mm } in one hour.
hint_gusts = Strong gusts: up to { $speed } at one station.
hint_storm = Storm gusts: up to { $speed } at one station.
hint_frost = Frost: { $temperature } at one station. Roads may be icy.

vehicles_today = Motor vehicles today
water_level = Water level
of_sites = { $n ->
    [one] 1 site
   *[other] { $n } sites
  }

tiles_failed = The map's background cannot be reached at the moment. The sites are right all the same.
map_licence = Licence
most_of = { $n ->
    [one] 1 station
   *[other] highest of { $n } stations
  }
