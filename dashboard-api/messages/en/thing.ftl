back_to_overview = Back to overview
coordinates = Coordinates
reports_every = Reports every
doubtful_24h = values in 24 h
arrived_24h = arrived in 24 h
arrived_7d = arrived in 7 days
our_outage = An outage of ours or of the radio network, not of the sensor
period = Period
measured = measured
sum_of_period = Sum of the period
as_table = As a table
interval = Interval
about_device = The device itself
public_display = Public display
legend_missing = hatched: no data or no valid value
legend_nothing = without a line: there was nothing to measure
legend_carried = pale, wide bar: the counter reported a sum after a pause; how it was spread is not known. The mean is shown.
legend_band = pale area: smallest to largest value
no_datastreams = This sensor has not delivered any values yet.
chart_failed = The chart cannot be drawn at the moment; the table holds.

arrived = { $received } of { $expected } { $expected ->
    [one] message
   *[other] messages
  }
doubtful = { $doubtful } doubtful, { $bad } implausible of { $of } values
lost_in_outage = { $n ->
    [one] 1 message is missing
   *[other] { $n } messages are missing
  }
since_time = since { $time }
between = from { $from } to { $to }

### Which period is shown, what it is compared with, what can be taken along.

up_to_now = Up to now
calendar = Calendar
unit_day = Day
unit_week = Week
unit_month = Month
unit_year = Year
period_before = Period before
period_after = Period after
zoom_in = Show a shorter period
zoom_out = Show a longer period
zoom_reset = Reset
choose_and_compare = Choose a date, compare
with_the_day = with this day
show = Show
compare_with = Compare with
compare_nothing = nothing
other_period = another period
other_site = another site
compare_previous = period before
compare_year = a year before
compare_date = period with this day:
day_of_comparison = Day in the other period
compare = Compare
permanent_link = Permanent link to this view
copy_link = Copy link
copied = Copied
difference = Difference
this_view = This view:
chart_keys = Chart. Arrow keys read out the values, plus and minus change the period.
# $property (String): name of a property
heat_map_of = { $property } by hour and day
# $property (String): name of a property
histogram_of = { $property }: how often
mean_by_weekday = Mean by hour and weekday
class = Class
hours = Hours
share = Share
# $from (String): a number
# $to (String): a number
class_between = { $from } to { $to }
zeros_title = Zeros that look like an outage
# $usual (String): a number
zeros_outage = nothing counted; { $usual } are usual. The counter was probably out of order.
# $usual (String): a number
zeros_doubt = nothing counted; { $usual } are usual. The counter may have been out of order.
