planning_pages = Evaluations
planning_station = Weather station
planning_no_station = without weather
planning_thing = Measurements of the site
planning_day = Day
compare_title = Before and after
compare_before = Before
compare_after = After
compare_before_from = Before: from
compare_before_to = Before: to
compare_after_from = After: from
compare_after_to = After: to
compare_control = Control site
compare_no_control = without control site
# $site (String): name
compare_control_is = Control site: { $site }.
compare_do = Compare
compare_cannot = No comparison possible
# $before (String): period
# $after (String): period
compare_periods = Before: { $before }. After: { $after }.
compare_not_why = The comparison shows whether something changed, not why.
# $percent (String): with sign
compare_more = { $percent } more
# $percent (String): with sign
compare_less = { $percent } fewer
# $change (String): 12 % more
# $what (String): bicycles
compare_say_plain = After, { $change } { $what } were counted a day than before.
# $change (String): 12 % more
# $what (String): bicycles
compare_say_control = In relation to the control site, { $change } { $what } were counted a day after than before.
# $percent (String): 5 % more
compare_say_explained = Weather, season and kind of day alone would lead to { $percent }.
# $percent (String): 5 % more
compare_say_explained_by_season = Season and kind of day alone would make one expect { $percent }.
# $change (String): 7 % more
# $low (String): signed
# $high (String): signed
compare_say_change = Under equal circumstances { $change } remain (95% interval: { $low } to { $high }).
# $low (String): signed
# $high (String): signed
compare_say_no_change = No change beyond that is shown: the 95% interval reaches from { $low } to { $high }.
# $change (String): 7 % more
# $low (String): signed
# $high (String): signed
compare_say_thin = By calculation { $change } remain (95% interval: { $low } to { $high }). That is not reliable, for the periods share too little of season or temperatures.
compare_doubt_days = A period has less than four weeks of valid days.
compare_doubt_weeks = With fewer than 20 weeks the range tends to be too narrow.
compare_doubt_season = The periods lie in different seasons: better compare the same months of two years.
compare_doubt_temperature = Most days of the second period were colder or warmer than any of the first.
compare_mean_before = Mean a day, before
compare_mean_after = Mean a day, after
compare_plain = Change of the means
compare_ratio = Change of the ratio to the control site
compare_explained = of it weather, season, kind of day
compare_explained_by_season = of it season, kind of day
compare_adjusted = Change under equal circumstances
compare_by_means = mean after by mean before, over the days in the model
compare_by_ratios = ratio to the control site after by ratio before, means over the days in the model
compare_by_explained = change of the means by change under equal circumstances: factors, not sums
compare_by_model = regression of the logarithm of the days; errors clustered by week
compare_holds_zero = The range holds 0: no change shown
compare_season = Shared season
compare_by_season = share of the days after with a day before within a fortnight of the same season
compare_temperatures = Shared temperatures
compare_by_temperatures = share of the days after whose temperature lies between the lowest and highest before
compare_r_squared = Explained variance
compare_by_r_squared = R² of the model
compare_weeks = Calendar weeks
compare_by_weeks = of both periods; the days of a week depend on each other
compare_temperature = Temperature
compare_rain = Rain 6–20 h a day
compare_wind = Wind
compare_by_days = mean of the valid days with at least 90% of the time measured
compare_model = What the model takes into account
compare_model_text = If a quantity changes by the unit named, the count of the day changes by so many percent while all else stays the same. Day of reference: Tuesday to Thursday outside school holidays.
compare_left_out = not in the model
# $unit (String): per day
compare_picture = Valid days, { $unit }; the line is their mean. Hatched: not valid. Both pictures have the same scale.
compare_rules = Method
compare_rule_days = Days: valid ones only (all intervals counted, or 95% and the rest completed) on which the weather was measured, too.
compare_rule_model = Model: ln(count + 0.5) = kind of day + school holidays + wave of the year + ln(1 + rain 6–20 h) + temperature + temperature² + wind + period; least squares.
compare_rule_interval = 95% interval: Student’s t with errors clustered by calendar week (Liang and Zeger). It does not hold errors of the counter.
compare_rule_explained = Explained part: what remains of the change of the means without the change under equal circumstances.
compare_rule_control = With a control site the relation of both sites is compared: what happens to both drops out.
compare_rule_thin = Provisional: less than 28 days in a period, less than 20 weeks, or seasons or temperatures that overlap by less than half.
# $before (String): days
# $after (String): days
# $least (String): days
# $needed (String): days
compare_too_few_days = { $before } valid days before and { $after } after: each period needs { $least }, both together { $needed }.
# $found (String): weeks
# $needed (String): weeks
compare_too_few_weeks = { $found } calendar weeks: a range needs at least { $needed }.
compare_nothing_before = Nothing was counted before: there is no change in percent.
compare_not_separable = The periods differ in season or weather so much that the change cannot be told apart from them.
term_school_holidays = School holidays
term_year_sine = Wave of the year, sine
term_year_cosine = Wave of the year, cosine
term_half_year_sine = Wave of the half-year, sine
term_half_year_cosine = Wave of the half-year, cosine
term_rain = Rain
term_temperature = Temperature
term_temperature_squared = Temperature, square
term_wind = Wind
per_day_type = against Tuesday to Thursday
per_school_holiday = against school time
per_rain = for a unit of ln(1 + mm): 1.7 mm instead of dry
per_temperature = for 10 °C
per_temperature_squared = for (10 °C)²: very warm days do not always bring more
per_wind = for a m/s
per_season = amplitude of the wave
left_out_unknown_year = school holidays of a year not known
left_out_too_few_months = less than ten months
left_out_not_measured = measured on less than four fifths of the days
left_out_not_told = does not occur or cannot be told apart
# $name (String): of the field
half_a_period = “{ $name }” is missing: a period needs both days (or none).
# $last (String): day
# $first (String): day
overlapping = Before ends on { $last } and after begins on { $first }: the periods must not share days.
# $name (String): of the field
# $found (String): in quotes
# $keys (String): that would be right
no_thing_for = “{ $name }” is { $found }: expected is one of { $keys }.
# $found (String): in quotes
not_bounds = “speed_bounds” is { $found }: expected are rising speeds in km/h, one for each class, such as 1,8,26,50.
# $days (Number): of the period
# $most (String): days
not_short = The period has { $days } days: a short count has at most { $most }; a longer one has figures of its own.
years_title = Years
years_of = DTV of the years
years_table = Year by year
# $unit (String): per day
years_text = { $unit }. Pale: provisional, less than ten valid months.
years_year = Year
years_change = against the year before
years_months = valid months
years_rule = Change against the year before: only where both years have ten valid months. The weather of both is not taken into account; Before and after does that.
