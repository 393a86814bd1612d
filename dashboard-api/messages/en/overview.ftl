no_bicycle_sites = No counting site set up yet
not_known = unknown
no_value = no value
temperature = Temperature
rain_today = Rain today
wind = Wind
gusts = latest gusts up to

map = Map
map_description = Locations of the sensors. The list below names the same locations.
map_empty = No sensor with a known location yet.
sensors = Sensors
no_sensors = No sensors set up yet.
no_match = No sensor matches the search.
search = Find a sensor
all_themes = All themes
theme = Theme
site = Site
values = Values
state = State
last_heard = last heard
latest = latest
today = today
never_heard = never
just_now = just now
back = The connection is back, the values are up to date.
pause = Pause updates
resume = Resume updates

minutes_ago = { $n } min ago
hours_ago = { $n } h ago
days_ago = { $n } days ago
lost = No connection to the server. Last contact: { $time }. The values may be out of date.
paused = Updates are paused. As of { $time }.

reporting = { $n } of { $of } counting { $of ->
    [one] site
   *[other] sites
  } reporting
today_until = today until { $time }
both_directions = both directions
all_directions = all directions
mean_over = mean over { $interval }
mean_of = { $n ->
    [one] 1 station
   *[other] mean of { $n } stations
  }
n_sensors = { $n ->
    [one] { $n } sensor
   *[other] { $n } sensors
  }
n_live = { $n } reporting
n_stale = { $n } late
n_silent = { $n } silent
n_never = { $n } never heard
and_more = and { $n } more

state_live = reporting
state_stale = late
state_silent = silent
state_never = never heard

theme_bicycle = Bicycles
theme_traffic = Vehicles and people
theme_weather = Weather and air
theme_device = Devices
theme_other = Other
