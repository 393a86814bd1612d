course_today = Heute nach Stunden
wide_is_sum = breiter Balken: nur als Summe bekannt
hatched_is_missing = schraffiert: keine Daten
last_seven_days = Die letzten sieben Tage
no_data = keine Daten
in_sum_only = nur als Summe
no_counter_yet = noch kein Zähler
at_least_short = mind.
none_yet = Heute kam hier noch kein Fahrrad vorbei
record_day = Rekordtag
record_so_far = Rekord bisher
record_today = Heute ist Rekordtag
weather_now = Wetter jetzt
dry_hour = letzte Stunde kein Regen
estimate = Schätzung
pause_motion = Anhalten
resume_motion = Weiter
switch_of_motion = Bewegung und neue Zahlen
motion_paused = Angehalten
out_of_service = Außer Betrieb
since = seit dem
never_started = Noch nicht in Betrieb
last_counted = Zuletzt gezählt
at_least_this_many = mindestens: Für einen Teil des Tages fehlen Daten
as_of = Stand
delayed = Verzögert
counting = Zählt gerade
connection_lost = Verbindung unterbrochen
last_contact = Letzter Kontakt
no_connection = Keine Verbindung

# $date (String): of the day
on_day = am { $date }
# $percent (Number): rounded, without sign
# $weekday (String): of today
# $until (String): the clock time now
compared_more = { $percent } % mehr als letzten { $weekday } bis { $until }
# $percent (Number): rounded, without sign
# $weekday (String): of today
# $until (String): the clock time now
compared_fewer = { $percent } % weniger als letzten { $weekday } bis { $until }
# $weekday (String): of today
# $until (String): the clock time now
compared_equal = so viele wie letzten { $weekday } bis { $until }
# $from (String): full hour
# $to (String): full hour
# $n (String): bicycles
busiest_hour = Spitze { $from }–{ $to } Uhr: { $n }
# $time (String): clock time
until = bis { $time }
# $time (String): clock time
delayed_since = Verzögert seit { $time }
# $bicycles (String): the word for as many as there are
# $date (String): first day
bicycles_since = { $bicycles } seit dem { $date }
# $missing (String): bicycles
# $next (String): milestone
missing_to = noch { $missing } bis { $next }
# The total is a lower bound.
# $missing (String): bicycles
# $next (String): milestone
missing_at_most_to = höchstens noch { $missing } bis { $next }
# $n (String): the milestone
# $date (String): first day
reached = Heute kam das { $n }. Fahrrad seit dem { $date }
# $percent (String): with its sign
# $goal (String): bicycles
# $year (String): of the goal
of_goal = { $percent } vom Ziel { $goal } für { $year }
# $mm (String): of rain
rain_last_hour = letzte Stunde { $mm } mm Regen
# $speed (String): in km/h
wind_of = Wind { $speed } km/h
# The assumptions behind an estimate of carbon dioxide.
# $date (String): first day
# $km (String): of a trip
# $g (String): of carbon dioxide per km
co2_assumed = CO₂ weniger seit dem { $date }, falls jedes Fahrrad { $km } km Autofahrt mit { $g } g/km ersetzt hat
# $time (String): clock time
goes_on_at = weiter um { $time } Uhr
