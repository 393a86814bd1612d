weather_title = Weather
weather_none = No weather is measured here.
weather_stations = Weather stations
weather_measures = measures
weather_rain_total = Rain
weather_by_sum = sum of what was measured, nothing added
# $hours (Number): 1, 6 or 24
weather_heaviest = Heaviest rain in { $hours } h
# $hours (Number): 1, 6 or 24
weather_by_gliding = largest sum of { $hours } h in a row, gliding; time: its beginning
weather_wettest = Wettest day
weather_by_local_day = sum from midnight to midnight, local time
# $mm (String): amount
weather_rain_days = Days of { $mm } mm or more
weather_by_day_sum = the sum of the day reaches the limit; open on days with gaps that do not
weather_temperature_mean = Mean temperature
weather_temperature_min = Lowest temperature
weather_temperature_max = Highest temperature
weather_by_hours = mean of the hours measured
weather_by_lowest = lowest single value; time: full hour before it
weather_by_highest = highest single value; time: full hour before it
weather_frost = Frost days
weather_ice = Ice days
weather_summer = Summer days
weather_hot = Hot days
weather_tropical = Tropical nights
weather_by_frost = minimum below 0 °C (DWD), local day
weather_by_ice = maximum below 0 °C (DWD), local day
weather_by_summer = maximum of 25 °C or more (DWD), local day
weather_by_hot = maximum of 30 °C or more (DWD), local day
weather_by_tropical = minimum from 18 to 6 UTC of 20 °C or more (DWD)
# $n (Number): days
weather_open = { $n ->
    [one] { $n } day left open by gaps
   *[other] { $n } days left open by gaps
  }
# $n (Number): days
weather_days = { $n ->
    [one] day
   *[other] days
  }
weather_humidity = Relative humidity, mean
weather_dew_mean = Dew point, mean
weather_dew_max = Dew point, highest hour
weather_by_dew = Magnus formula (WMO-No. 8) over water, of hourly means
weather_wet_bulb = Wet-bulb temperature, highest hour
weather_by_wet_bulb = Stull (2011); valid for −20 to 50 °C and 5 to 99% humidity, off by −1 to +0.65 K
weather_heat = Heat index, highest hour
weather_by_heat = Rothfusz (US National Weather Service), from about 27 °C; not the perceived temperature of DWD
weather_chill = Wind chill, coldest hour
weather_by_chill = Canada/USA (2001); valid up to 10 °C and from 4.8 km/h, for wind at 10 m
weather_no_such_hour = no hour in its range
weather_wind_mean = Wind, mean
weather_wind_strongest = Strongest mean wind
weather_by_strongest = largest mean of a quarter-hour
# $force (Number): 0 to 12
weather_beaufort = { $force } Beaufort
weather_calms = Calms
weather_by_calms = share of quarter-hour means below 0.5 m/s
weather_direction = Mean wind direction
weather_by_vector = vector mean of quarter-hours
# $sector (String): NO
# $speed (String): m/s
weather_from = from { $sector }; length of the vector { $speed } m/s
weather_gust = Strongest gust
weather_by_gust = largest gust of the station; time: full hour before it
# $speed (String): number
weather_kmh = { $speed } km/h
weather_not_measured = not measured
weather_level_1 = level 1
weather_level_2 = level 2 (marked)
weather_level_3 = level 3 (severe)
weather_level_4 = level 4 (extreme)
# $level (String): words
weather_hint = Own hint by thresholds of DWD: { $level }, no official warning
weather_hint_note = Levels are hints of our own by thresholds of DWD, no official warnings.
weather_hint_site = Official warnings come from Deutscher Wetterdienst alone. Its thresholds are made for forecasts and for wind at 10 m above open ground; a station in a city measures the value of its site.
weather_rose = Wind rose
# $sector (String): NO
# $share (String): percent
# $calms (String): percent
# $n (String): number
weather_rose_text = The wind came most often from { $sector } ({ $share }); { $calms } were calm. { $n } quarter-hours, 16 sectors.
weather_sector = direction
weather_together = together
weather_months = Rain by month
weather_months_text = Sum in mm. Pale: month with gaps, at least so much. Hatched: not measured.
weather_rain_mm = rain, mm
weather_observed = measured
weather_rule_rain = Rain sums go by time: where a part is missing, at least so much fell (“at least”). What a gauge tells after a gap counts only where the whole gap lies inside.
weather_rule_days = Frost, ice, summer and hot days: one value makes it one; to be none, 95% of the day must have been measured, else it is left open.
weather_rule_comfort = Dew point, wet bulb, heat index and wind chill: of hourly means, within the range of the formula only.
weather_rule_wind = Calms (below 0.5 m/s) have no direction. Beaufort by the classes of the WMO.
weather_rule_missing = Missing is never zero. A maximum with gaps is a lower bound.
# $station (String): name
# $away (String): distance with comma, or nothing
weather_of = Weather: { $station }{ $away }.
weather_of_none = Without weather.
# $km (String): number
away = , { $km } km away
weather_beside = Weather beside the counts
weather_beside_text = Values of days. Rain and temperature of the same days are in the file of days, too.
# $what (String): that is shown
days_of = { $what } by day
# $unit (String): symbol, may be empty
# $days (String): 350 of 365 days
days_text_sum = Sums of days{ $unit }. Data on { $days }. Hatched: no data; days with gaps have only what was counted.
# $unit (String): symbol
# $days (String): 350 of 365 days
days_text_mean = Means of days{ $unit }, behind them the smallest to the largest value. Data on { $days }.
# $unit (String): symbol
# $days (String): 350 of 365 days
days_text_max = Maxima of days{ $unit }. Data on { $days }.
days_in_file = The values are in the file of days.
# $valid (String): number
# $expected (String): number
valid_of_quarters = { $valid } of { $expected } quarter-hours
# $low (String): number
# $high (String): number
range_of = { $low } to { $high }
