"""What time is it in Paris at an instant, and which instants is a time in Paris? Arithmetic on a dated table, no library.

A fold must give the same answer on every machine and in every year, so it never asks the machine's own table of zones:
the rule stands here, and a test holds it against that table. It reads no clock.
"""

from __future__ import annotations

from datetime import date, timedelta

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
EPOCH_DAY = date(1970, 1, 1).toordinal()

# One hour ahead of UTC, two from the last Sunday of March to the last Sunday of October, changing at 01:00 UTC
# (directive 2000/84/EC). Another rule for later years is another row: (from this year on, begins in, ends in).
SUMMER: tuple[tuple[int, int, int], ...] = ((1996, 3, 10),)


def _last_sunday_ms(year: int, month: int) -> int:
    last = date(year, month, 31)
    return (last.toordinal() - last.isoweekday() % 7 - EPOCH_DAY) * DAY_MS + HOUR_MS


def offset_ms(at_ms: int) -> int:
    """How far Paris is ahead of UTC at an instant, in milliseconds. Right from 1996 on."""
    year = date.fromordinal(at_ms // DAY_MS + EPOCH_DAY).year
    for since, begins, ends in reversed(SUMMER):
        if year >= since:
            summer = _last_sunday_ms(year, begins) <= at_ms < _last_sunday_ms(year, ends)
            return 2 * HOUR_MS if summer else HOUR_MS
    return HOUR_MS


def local(at_ms: int) -> tuple[date, int]:
    """The day in Paris, and the milliseconds of its clock since its midnight."""
    shown = at_ms + offset_ms(at_ms)
    return date.fromordinal(shown // DAY_MS + EPOCH_DAY), shown % DAY_MS


def instants(day: date, minute: int) -> list[int]:
    """The instants at which a clock in Paris shows a minute of a day: one; two in the night that has an hour twice.

    In the night that skips an hour: the one instant of the skip. `minute` may pass 24 hours.
    """
    shown = (day.toordinal() - EPOCH_DAY) * DAY_MS + minute * 60_000
    found = [shown - ahead for ahead in (2 * HOUR_MS, HOUR_MS) if offset_ms(shown - ahead) == ahead]
    return found or [_last_sunday_ms((day + timedelta(minute // 1440)).year, 3)]
