"""Figures of a counting site, computed a second time, in another language and by another hand than the crate.

Reads the quarter-hours of Gartenstraße and prints one `name value` a line: DTV, DTVw5, peak hours, MSV30. Standard library only. Floating
point sums run in order of time, as whoever adds up a column would do it, so that the crate can be held to the last digit.

    python3 volumes.py muenster-gartenstrasse-2025.csv school-holidays-lower-saxony.csv
"""

import datetime
import sys
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
UTC = datetime.timezone.utc
QUARTER = datetime.timedelta(minutes=15)


def read_counts(path):
    """For each direction, instant in UTC to count; only what is known."""
    inbound, outbound = {}, {}
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        date, *columns = line.rstrip("\n").split(";")
        midnight = datetime.datetime.fromisoformat(date)
        for direction, column in zip((inbound, outbound), columns):
            for i, count in enumerate(column.split(",")):
                if count:
                    # fold=0: the first of two equal times on the clock.
                    local = (midnight + i * QUARTER).replace(tzinfo=BERLIN, fold=0)
                    direction[local.astimezone(UTC)] = int(count)
    return inbound, outbound


def read_school_holidays(path):
    days = set()
    for line in open(path, encoding="utf-8"):
        if not line.startswith(("#", "years")) and line.strip():
            first, last, _ = line.strip().split(";")
            day = datetime.date.fromisoformat(first)
            while day <= datetime.date.fromisoformat(last):
                days.add(day)
                day += datetime.timedelta(days=1)
    return days


# From a printed calendar of 2025, not computed.
PUBLIC_HOLIDAYS = {
    datetime.date(2025, month, day)
    for month, day in [(1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (10, 31), (12, 25), (12, 26)]
}


def slots(day):
    """The quarter-hours of a local day, in UTC."""
    start = datetime.datetime.combine(day, datetime.time(), BERLIN).astimezone(UTC)
    following = day + datetime.timedelta(days=1)
    end = datetime.datetime.combine(following, datetime.time(), BERLIN).astimezone(UTC)
    found = []
    while start < end:
        found.append(start)
        start += QUARTER
    return found


def kind(day):
    """Monday, Tuesday to Thursday, Friday, Saturday, Sunday or holiday."""
    if day in PUBLIC_HOLIDAYS:
        return 6
    return {0: 0, 1: 1, 2: 1, 3: 1, 4: 4, 5: 5, 6: 6}[day.weekday()]


def clock(start):
    local = start.astimezone(BERLIN)
    return local.hour, local.minute


def day_amounts(days, amounts):
    """Amount of each valid day: all quarter-hours there, or at least 95 % and the rest by the curve of such days."""
    sums, numbers = {}, {}
    for day in days:
        if all(start in amounts for start in slots(day)):
            for start in slots(day):
                key = kind(day), clock(start)
                sums[key] = sums.get(key, 0) + amounts[start]
                numbers[key] = numbers.get(key, 0) + 1
    result = {}
    for day in days:
        expected = slots(day)
        known = [start for start in expected if start in amounts]
        total = sum(amounts[start] for start in known)
        if len(known) == len(expected):
            result[day] = float(total)
        elif len(known) >= 0.95 * len(expected):
            whole = part = 0.0
            for start in expected:
                key = kind(day), clock(start)
                usual = sums[key] / numbers[key]
                whole += usual
                part += usual if start in amounts else 0.0
            result[day] = total * whole / part
    return result


def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def hours_from_busiest(days, amounts):
    """Clock hours with at least three of four quarter-hours."""
    hours = []
    for day in days:
        starts = slots(day)
        for i in range(0, len(starts), 4):
            known = [amounts[start] for start in starts[i : i + 4] if start in amounts]
            if len(known) == 4:
                hours.append(float(sum(known)))
            elif len(known) == 3:
                hours.append(sum(known) / 0.75)
    return sorted(hours, reverse=True)


def peak(day, amounts, first=0, last=24):
    """(amount, local start) of the busiest four quarter-hours in a row between two hours of the clock."""
    starts = [start for start in slots(day) if first <= clock(start)[0] < last]
    best = None
    for i in range(len(starts) - 3):
        hour = starts[i : i + 4]
        if all(start in amounts for start in hour):
            amount = sum(amounts[start] for start in hour)
            if best is None or amount > best[0]:
                best = amount, "%02d:%02d" % clock(starts[i])
    return best


def main(counts_path, holidays_path):
    inbound, outbound = read_counts(counts_path)
    school = read_school_holidays(holidays_path)
    # One direction alone is no cross-section.
    both = {start: inbound[start] + outbound[start] for start in inbound if start in outbound}
    days = [datetime.date(2025, 1, 1) + datetime.timedelta(days=i) for i in range(365)]
    valid = day_amounts(days, both)

    def show(name, value):
        print(name, repr(value) if isinstance(value, float) else value)

    show("n_valid", len(valid))
    show("dtv", mean([valid[day] for day in days if day in valid]))
    normal = [day for day in days if day.weekday() < 5 and day not in PUBLIC_HOLIDAYS and day not in school]
    show("dtvw5_expected", len(normal))
    show("dtvw5_valid", sum(day in valid for day in normal))
    show("dtvw5", mean([valid[day] for day in normal if day in valid]))
    show("mon_fri", mean([valid[day] for day in days if day in valid and day.weekday() < 5]))
    show("tue_thu", mean([valid[day] for day in normal if day in valid and day.weekday() in (1, 2, 3)]))
    weekdays = []
    for weekday in range(7):
        months = []
        for month in range(1, 13):
            cell = [valid[d] for d in days if d in valid and d.month == month and d.weekday() == weekday]
            if cell:
                months.append(mean(cell))
        weekdays.append(mean(months))
    show("aashto", mean(weekdays))
    for day in (datetime.date(2025, 5, 20), datetime.date(2025, 10, 26), datetime.date(2025, 3, 30)):
        for name, first, last in (("day", 0, 24), ("morning", 6, 10), ("afternoon", 15, 19)):
            amount, start = peak(day, both, first, last)
            show(f"peak_{day}_{name}", float(amount))
            show(f"peak_{day}_{name}_at", start)
    busiest = max((peak(day, both) + (day,) for day in days if peak(day, both)), key=lambda best: best[0])
    show("peak_of_the_year", float(busiest[0]))
    for name, amounts in (("both", both), ("outbound", outbound)):
        hours = hours_from_busiest(days, amounts)
        show(f"hours_valid_{name}", len(hours))
        show(f"msv30_{name}", hours[29])
        show(f"msv50_{name}", hours[49])


if __name__ == "__main__":
    main(*sys.argv[1:])
