extrapolate_title = Extrapolation
extrapolate_short = Short count
extrapolate_references = Sites of reference
extrapolate_do = Extrapolate
extrapolate_range = 90% range
extrapolate_mind = Mind
extrapolate_mean = Mean of the days counted
extrapolate_counted = Counted
extrapolate_by_times = valid days as a whole; of others the known hours, from four on
extrapolate_factor = Factor
extrapolate_mean_days = mean days
extrapolate_by_factor = sum of the medians of (count of a reference at the same time) / (its DTV)
# $used (String): number
# $all (String): number
extrapolate_times = { $used } of { $all } times
extrapolate_dtv = DTV, extrapolated
# $n (String): number
extrapolate_by_references = counted by factor; { $n } sites of reference
extrapolate_error_median = Error, median reference
extrapolate_error_p90 = Error, nine of ten references
extrapolate_by_error = each reference estimated from the others and compared with its DTV
extrapolate_nothing = Nothing was counted in this period that could be extrapolated.
extrapolate_no_reference = No site of reference has a year and counted at the same time: no DTV.
extrapolate_no_error = Less than three sites of reference: the error cannot be told.
extrapolate_used = used
# $months (String): number
extrapolate_used_thin = used although only { $months } months are valid
extrapolate_not_chosen = not chosen
# $months (String): number
extrapolate_no_year = not used: { $months } valid months, needed are 10
# $percent (String): signed
extrapolate_off = estimated from the others: { $percent }
# $period (String): period
extrapolate_year = DTV of the sites of reference: { $period }, by hours.
# $what (String): bicycles
# $dtv (String): number
# $low (String): number
# $high (String): number
extrapolate_say = The short count amounts to about { $dtv } { $what } a day over the year; nine of ten sites of reference would lie between { $low } and { $high }.
# $what (String): bicycles
# $dtv (String): number
extrapolate_say_no_error = The short count amounts to about { $dtv } { $what } a day over the year. How exact that is cannot be told with so few sites of reference.
# $days (String): number
extrapolate_warn_short = { $days } whole days: below a week the error is clearly larger; not every weekday is among them.
# $dates (String): days
extrapolate_warn_holiday = Public holiday in the period: { $dates }.
# $days (String): number
extrapolate_warn_school = { $days } days lie in school holidays: ways to school are missing, not everywhere as many.
extrapolate_warn_weekend = No working day in the period.
# $station (String): name
# $mm (String): number
# $dates (String): days
extrapolate_warn_rain = Rainy days ({ $station }: at least { $mm } mm from 6 to 20 h): { $dates }.
extrapolate_rule_factor = DTV = sum of counts / sum of factors. Factor of a time: median over the sites of reference of the count at the same time by the DTV. Weather, season and weekday are in the factor.
extrapolate_rule_times = Times: valid days; of other days the known hours from four on, the same at the references.
extrapolate_rule_error = 90% range: each reference is estimated from the others; as much as nine of ten are off at most. References of the same city make it rather too narrow; it knows no construction sites and closures.
extrapolate_rule_references = Sites of reference: all other sites of the same class with ten valid months, if none are chosen.
