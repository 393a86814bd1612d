### How numbers, times and directions are written.

number_group = .
number_point = ,
percent_sign =  %
# $number (String): what is at least reached
at_least = mind. { $number }

# $time (String): hours and minutes
oclock_of = { $time } Uhr
# $day (String): of the month
# $month (String): name
# $year (String): four digits
date_of = { $day }. { $month } { $year }
# $weekday (String): name
# $day (String): of the month
# $month (String): name
day_of = { $weekday }, { $day }. { $month }
# $weekday (String): short
# $day (String): of the month
weekday_and_day = { $weekday } { $day }.
# $weekday (String): short
# $day (String): of the month
# $month (String): number
# $month_name (String): short name
short_day_of = { $weekday } { $day }.{ $month }.
# $day (String): of the month
# $month (String): short name
day_and_month = { $day }. { $month }
# $day (String): of the month
# $month (String): number
# $month_name (String): short name
# $year (String): four digits
# $time (String): hours and minutes
date_time_of = { $day }.{ $month }.{ $year }, { $time }
cet = MEZ
cest = MESZ

january = Januar
february = Februar
march = März
april = April
may = Mai
june = Juni
july = Juli
august = August
september = September
october = Oktober
november = November
december = Dezember

monday = Montag
tuesday = Dienstag
wednesday = Mittwoch
thursday = Donnerstag
friday = Freitag
saturday = Samstag
sunday = Sonntag

short_monday = Mo
short_tuesday = Di
short_wednesday = Mi
short_thursday = Do
short_friday = Fr
short_saturday = Sa
short_sunday = So

north = N
north_east = NO
east = O
south_east = SO
south = S
south_west = SW
west = W
north_west = NW

occupied = belegt
free = frei
switched_on = an
switched_off = aus
