### How numbers, times and directions are written.

number_group = ,
number_point = .
percent_sign = %
at_least = at least { $number }

oclock_of = { $time }
date_of = { $day } { $month } { $year }
day_of = { $weekday }, { $day } { $month }
weekday_and_day = { $weekday } { $day }
short_day_of = { $weekday } { $day } { $month_name }
day_and_month = { $day } { $month }
date_time_of = { $day } { $month_name } { $year }, { $time }
cet = CET
cest = CEST

january = January
february = February
march = March
april = April
may = May
june = June
july = July
august = August
september = September
october = October
november = November
december = December

monday = Monday
tuesday = Tuesday
wednesday = Wednesday
thursday = Thursday
friday = Friday
saturday = Saturday
sunday = Sunday

short_monday = Mon
short_tuesday = Tue
short_wednesday = Wed
short_thursday = Thu
short_friday = Fri
short_saturday = Sat
short_sunday = Sun

north = N
north_east = NE
east = E
south_east = SE
south = S
south_west = SW
west = W
north_west = NW

occupied = occupied
free = free
switched_on = on
switched_off = off
