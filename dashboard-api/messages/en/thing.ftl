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
svg_file = Chart (SVG)
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
