"""Figures of short periods, stations, extrapolations and comparisons, computed a second time, in another language and by another hand than the
crate. Standard library only.

The counts are those of Gartenstraße, with gaps cut into a week; the weather is made up of whole numbers by the same rule as in the test.
Prints one `name value` a line.

    python3 short_and_weather.py muenster-gartenstrasse-2025.csv
"""

import datetime
import math
import sys

from volumes import BERLIN, PUBLIC_HOLIDAYS, QUARTER, UTC, clock, mean, read_counts, slots

MONDAY = datetime.date(2025, 5, 19)
WEEK = [MONDAY + datetime.timedelta(days=i) for i in range(7)]


def is_cut(i, d):
    """Which quarter-hours (from 0 on) of which days (Monday is 0) are cut out."""
    return (7 * i + 5 * d) % 31 == 0 or (d == 2 and 40 <= i < 56)


def short_means(both):
    known = {}
    for d, day in enumerate(WEEK):
        for i, start in enumerate(slots(day)):
            if start in both and not is_cut(i, d):
                known[start] = both[start]
    working = [day for day in WEEK if day.weekday() < 5 and day not in PUBLIC_HOLIDAYS]
    free = [day for day in WEEK if day not in working]
    amounts, missed, counted_squares = {}, 0.0, 0.0
    for kind in (working, free):
        curve = {}
        for time in {clock(start) for day in kind for start in slots(day)}:
            values = [known[s] for day in kind for s in slots(day) if clock(s) == time and s in known]
            if values:
                curve[time] = sum(values) / len(values)
        for day in kind:
            total = float(sum(known[s] for s in slots(day) if s in known))
            whole = sum(curve[clock(s)] for s in slots(day))
            part = sum(curve[clock(s)] for s in slots(day) if s in known)
            gaps = [clock(s) for s in slots(day) if s not in known]
            share = part / whole
            amounts[day] = (total / share, total / share - total) if gaps else (total, 0.0)
            for other in kind:
                inside = [s for s in slots(other) if clock(s) in gaps]
                if other == day or not gaps or any(s not in known for s in inside):
                    continue
                outside = [s for s in slots(other) if clock(s) not in gaps and s in known]
                scale = sum(known[s] for s in outside) / sum(curve[clock(s)] for s in outside)
                estimate = scale * sum(curve[clock(s)] for s in inside)
                truth = sum(known[s] for s in inside)
                missed += (estimate - truth) ** 2
                counted_squares += truth**2
    error = math.sqrt(missed / counted_squares)
    value = mean([amounts[day][0] for day in WEEK])
    estimated = mean([amounts[day][1] for day in WEEK])
    return value, estimated, error, len(known)


def weather_hours():
    """60 days of quarter-hours from 1 June 2025, 0:00 UTC: temperature in tenths, rain in tenths of mm, wind and its direction."""
    start = datetime.datetime(2025, 6, 1, tzinfo=UTC)
    for n in range(60 * 96):
        if n % 997 < 6:
            continue
        hour = n // 4 % 24
        temperature = (210 + (n // 96 * 37) % 120 - abs(hour - 13) * 9) / 10
        rain = (n * n % 101) / 10 if n % 53 < 7 else 0.0
        speed = (n * 29 % 131) / 10
        direction = n * 47 % 360
        yield n, start + n * QUARTER, temperature, rain, speed, direction


def heaviest(rain, hours):
    """Largest sum of so many hours in a row that ends with an observed quarter-hour, and its end."""
    best = None
    for n in sorted(rain):
        first = n + 1 - 4 * hours
        total = 0.0
        for i in range(first, n + 1):
            if i in rain:
                total += rain[i]
        if best is None or total > best[0]:
            best = total, n + 1
    return best


def beaufort(speed):
    limits = [0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7]
    return sum(round(speed, 1) >= limit for limit in limits)


def weather():
    rows = list(weather_hours())
    rain = {n: mm for n, _, _, mm, _, _ in rows}
    for hours in (1, 6, 24):
        total, end = heaviest(rain, hours)
        yield f"heaviest_{hours}", total
        yield f"heaviest_{hours}_end", end
    counts = [[0] * 13 for _ in range(16)]
    calms = 0
    for _, _, _, _, speed, direction in rows:
        if speed < 0.5:
            calms += 1
        else:
            counts[math.floor((direction + 11.25) / 22.5) % 16][beaufort(speed)] += 1
    yield "calms", calms
    yield "rose", "/".join(",".join(map(str, sector)) for sector in counts)
    day = datetime.date(2025, 6, 2)
    summer = hot = open_days = 0
    for i in range(57):
        date = day + datetime.timedelta(days=i)
        begin = datetime.datetime.combine(date, datetime.time(), BERLIN).astimezone(UTC)
        end = datetime.datetime.combine(date + datetime.timedelta(days=1), datetime.time(), BERLIN).astimezone(UTC)
        values = [t for _, start, t, _, _, _ in rows if begin <= start < end]
        enough = len(values) * 900 >= 0.95 * (end - begin).total_seconds()
        summer += max(values) >= 25
        hot += max(values) >= 30
        open_days += max(values) < 30 and not enough
    yield "summer", summer
    yield "hot", hot
    yield "hot_open", open_days


def median(values):
    values = sorted(values)
    place = 0.5 * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def quantile_90(values):
    values = sorted(values)
    place = 0.9 * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def extrapolation(inbound, outbound, both):
    """The week of the direction out of town, by the other direction, both, and both a week later as sites of reference."""

    def daily(amounts, day):
        values = [amounts.get(start) for start in slots(day)]
        return None if None in values else float(sum(values))

    def dtv(amounts):
        days = [datetime.date(2025, 1, 1) + datetime.timedelta(days=i) for i in range(365)]
        return mean([q for q in (daily(amounts, day) for day in days) if q is not None])

    later = [day + datetime.timedelta(days=7) for day in WEEK]
    references = [
        (dtv(inbound), [daily(inbound, day) for day in WEEK]),
        (dtv(both), [daily(both, day) for day in WEEK]),
        (dtv(both), [daily(both, day) for day in later]),
    ]

    def estimate(counted, sites):
        total = factor = 0.0
        for i, amount in enumerate(counted):
            factors = [amounts[i] / dtv for dtv, amounts in sites if amounts[i] is not None]
            if amount is not None and factors:
                total += amount
                factor += median(factors)
        return total / factor

    yield "extrapolated", estimate([daily(outbound, day) for day in WEEK], references)
    errors = []
    for i, (dtv, amounts) in enumerate(references):
        errors.append(abs(estimate(amounts, references[:i] + references[i + 1 :]) / dtv - 1.0))
    yield "extrapolated_median", median(errors)
    yield "extrapolated_p90", quantile_90(errors)


def solve(matrix, right):
    """Gauss with pivoting, for the normal equations."""
    n = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(n)]
    for i in range(n):
        best = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for r in range(i + 1, n):
            f = rows[r][i] / rows[i][i]
            rows[r] = [a - f * b for a, b in zip(rows[r], rows[i])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][j] * x[j] for j in range(i + 1, n))) / rows[i][i]
    return x


def comparison(school):
    """120 days of spring 2024 against 120 of spring 2025, made up, with a change of a tenth and noise."""
    rows, y, weeks = [], [], []
    for period, first in enumerate((datetime.date(2024, 3, 4), datetime.date(2025, 3, 3))):
        for i in range(120):
            day = first + datetime.timedelta(days=i)
            n = i + 500 * period
            rain = (n * 7919 % 60) / 10 if n % 3 == 0 else 0.0
            temperature = (n * 37 % 200) / 10
            wind = (n * 53 % 80) / 10
            amount = 1000 + n * 97 % 211 - 40 * rain + 10 * temperature + 110 * period
            is_holiday = day in HOLIDAYS
            kinds = [day.weekday() == 0, day.weekday() == 4, day.weekday() == 5, day.weekday() == 6 or is_holiday]
            if is_holiday:
                kinds[0] = kinds[1] = kinds[2] = False
            days_of_year = 366 if day.year == 2024 else 365
            angle = day.timetuple().tm_yday / days_of_year * 2 * math.pi
            rows.append(
                [1.0, *map(float, kinds), float(day in school), math.sin(angle), math.cos(angle)]
                + [math.log1p(rain), temperature / 10, (temperature / 10) ** 2, wind, float(period)]
            )
            y.append(math.log(amount + 0.5))
            weeks.append(day.isocalendar()[:2])
    k = len(rows[0])
    normal = [[sum(r[a] * r[b] for r in rows) for b in range(k)] for a in range(k)]
    beta = solve(normal, [sum(r[a] * v for r, v in zip(rows, y)) for a in range(k)])
    residuals = [v - sum(b * x for b, x in zip(beta, r)) for r, v in zip(rows, y)]
    # The last row of the inverse of X'X.
    weights = solve(normal, [0.0] * (k - 1) + [1.0])
    sums = {}
    for r, e, week in zip(rows, residuals, weeks):
        sums[week] = sums.get(week, 0.0) + e * sum(w * x for w, x in zip(weights, r))
    g, n = len(sums), len(rows)
    variance = sum(s * s for s in sums.values()) * g / (g - 1) * (n - 1) / (n - k)
    # Student's t for 97.5 %, 35 degrees of freedom: 2.030 in printed tables.
    reach = 2.030 * math.sqrt(variance)
    yield "change", 100 * math.expm1(beta[-1])
    yield "change_low", 100 * math.expm1(beta[-1] - reach)
    yield "change_high", 100 * math.expm1(beta[-1] + reach)
    yield "change_weeks", g


# Printed calendars of 2024 and 2025, Lower Saxony, March to July.
HOLIDAYS = {datetime.date(2024, m, d) for m, d in [(3, 29), (4, 1), (5, 1), (5, 9), (5, 20)]} | {
    datetime.date(2025, m, d) for m, d in [(4, 18), (4, 21), (5, 1), (5, 29), (6, 9)]
}


def main(counts_path, holidays_path):
    from volumes import read_school_holidays

    inbound, outbound = read_counts(counts_path)
    both = {start: inbound[start] + outbound[start] for start in inbound if start in outbound}
    value, estimated, error, n_known = short_means(both)
    show = lambda name, value: print(name, repr(value) if isinstance(value, float) else value)
    show("short", value)
    show("short_estimated", estimated)
    show("short_error", error)
    show("short_known", n_known)
    for name, value in weather():
        show(name, value)
    for name, value in extrapolation(inbound, outbound, both):
        show(name, value)
    for name, value in comparison(read_school_holidays(holidays_path)):
        show(name, value)


if __name__ == "__main__":
    main(*sys.argv[1:])
