figure_short_dtv = DTV of partial days
figure_short_dtvw5 = DTVw5 of partial days
figure_short_dtvw = DTVw of partial days
figure_short_di_mi_do = DiMiDo of partial days
method_short = mean of the weekdays of completed days; range: error of completing
planning_rule_short = Of partial days: each day of which at least half is known, completed by the curve of such days (Mon–Fri; weekends and holidays); each weekday must occur. The range was tried at times whose count is known. Up to 92 days only, always provisional; the strict value stays strict.
figure_mean_speed = Mean speed
# $share (String): 85, 50 or 15
figure_speed_percentile = V{ $share }
method_mean_speed = means of quarter-hours, weighted with the number of vehicles
method_speed_percentile = from classes of speed, linear within the class; from 100 vehicles on
lack_only_mean_speeds = cannot be known: the device tells mean speeds only
# $classes (String): number
lack_no_speed_bounds = bounds of the { $classes } classes of speed are missing: set up on the device, to be given as speed_bounds
# $found (String): number
lack_too_few_vehicles = { $found } vehicles: so few that it could be somebody’s speed (mean from 10, V85 from 100)
# $valid (String): number
# $expected (String): number
valid_of_counted = { $valid } of { $expected } counted
planning_speed_bounds = Bounds of classes, km/h
planning_hours = Hours and days
# $unit (String): per hour
# $valid (String): 8700 of 8760 hours
planning_hours_text = { $unit }, all directions: stronger and larger is more. { $valid } valid. Hatched: not valid.
planning_hours_files = Values of hours as CSV:
