range_day = 24 hours
range_week = 7 days
range_month = 30 days
range_year = 1 year
span_day = In the last 24 hours
span_week = In the last 7 days
span_month = In the last 30 days
span_year = In the last year
together = { $sum } together
most = most { $value }: { $when }
last_from = last from { $direction }
of_the_observed_time = { $percent } of the observed time
throughout = { $value } throughout
between_values = between { $low } and { $high }
no_data_received = no data received
gap_of_nothing = For { $percent } of the time there was nothing to measure.
gap_of_the_sensor = For { $percent } of the time the sensor gave no valid value.
gap_of_data = For { $percent } of the time there is no data.
data_since = There is data since { $when }.
per_quarter_hour = per quarter-hour
per_hour = per hour
per_day = per day
per_week = per week
per_month = per month
per_year = per year
share_of_time = share of the time
wind_from = wind from
counted_over_longer = counted over a longer time
no_sensor_yet = no sensor yet
not_over_yet = not over yet
# $limit (String): a number
class_up_to = up to { $limit }
# $limit (String): a number
class_above = over { $limit }
# $limit (String): a number with its unit
class_from = from { $limit }
calm = calm
# $n (Number): values of wind
n_values = { $n ->
    [one] 1 value
   *[other] { $n } values
  }
# $n (Number): values of wind
without_direction = { $n } without direction
# $name (String): another period or site
# $own (String): sum of this one
# $other (String): sum of the other
# $change (String): in percent, with its sign
# $n (Number): intervals in which both have a value
# $of (Number): all intervals
compared_sums = Compared with { $name }: { $own } against { $other } ({ $change }), counted where both have a value ({ $n } of { $of } intervals).
# $name (String): another period or site
# $own (String): mean of this one
# $other (String): mean of the other
# $change (String): difference with its sign
# $n (Number): intervals in which both have a value
# $of (Number): all intervals
compared_means = Compared with { $name }: { $own } against { $other } on average ({ $change }), where both have a value ({ $n } of { $of } intervals).
# $name (String): another period or site
compared_nowhere = There are no values to compare with { $name }.
heat_map_text = Each column is a day, each row an hour of the clock: the stronger and larger, the more.
wind_rose = Wind rose
wind_rose_text = Where the wind came from and how strong it was; in the middle the share of calms.
histogram_text = Share of the hours whose mean lies in each class.
