### What is measured, beside its number, and why there is no number.

counted_bicycle = { $n ->
    [one] bicycle
   *[other] bicycles
  }
counted_car = { $n ->
    [one] car
   *[other] cars
  }
counted_lorry = { $n ->
    [one] lorry
   *[other] lorries
  }
counted_person = { $n ->
    [one] person
   *[other] people
  }
counted_object = { $n ->
    [one] unclassified
   *[other] unclassified
  }
counted_lightning = { $n ->
    [one] lightning strike
   *[other] lightning strikes
  }
counted_motion = { $n ->
    [one] movement
   *[other] movements
  }
counted_pulse = { $n ->
    [one] pulse
   *[other] pulses
  }

sensor_error = sensor error
probe_disconnected = probe not connected
nothing_to_measure = nothing to measure
out_of_range = outside the measuring range
not_configured = not configured
implausible = implausible value
doubt_inconsistent = doubtful: contradicts another value
doubt_clock = doubtful: device clock is wrong
doubt_step = doubtful: changed too fast
doubt_stuck = doubtful: unchanged for long

channel_left_to_right = left to right
channel_right_to_left = right to left
channel_left = left
channel_right = right
channel_correction = correction
channel_number = channel { $n }
channel_class = class { $n }
channel_category = category { $n }
east_longitude = E
