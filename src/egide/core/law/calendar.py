"""When does a term end? Hours are exact elapsed time; months, days and years are days of the calendar in Europe/Paris.

A term in months or years ends on the day with the same number, else on the last day of the month; it ends at 24:00 of
that day, which is the first instant of the next one. Nothing here reads a clock, and every instant given or returned is
an aware datetime (returned in UTC: two instants in one zone with summer time do not compare as time passes).
"""

from __future__ import annotations

import calendar
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class NaiveInstantError(ValueError):
    """An instant without a time zone was given: which one was meant cannot be guessed."""


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """Days from `first` to `last`, both included. It ends at 24:00 of `last` in Paris."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a term cannot end on {self.last} before it begins on {self.first}")

    @property
    def ends_at(self) -> datetime:
        """The first instant after the term, in UTC."""
        return end_of_day(self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveInstantError if it has no zone."""
    if instant.tzinfo is None:
        raise NaiveInstantError(f"{instant.isoformat()} has no time zone: give an aware datetime")
    return instant.astimezone(UTC)


def in_paris(instant: datetime) -> datetime:
    """The same instant as clocks in Paris show it. For display only: compare instants in UTC."""
    return utc(instant).astimezone(PARIS)


def paris_day(instant: datetime) -> date:
    """The day of the calendar it is in Paris at that instant."""
    return in_paris(instant).date()


def start_of_day(day: date) -> datetime:
    """The first instant of that day in Paris, in UTC."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """24:00 of that day in Paris: the first instant of the next, in UTC. A day lasts 23, 24 or 25 hours."""
    return start_of_day(day + timedelta(days=1))


def after_hours(start: datetime, hours: int) -> datetime:
    """The instant `hours` of exact elapsed time later, in UTC: clocks that change in between do not matter."""
    return utc(start) + timedelta(hours=hours)


def after_days_elapsed(start: datetime, days: int) -> datetime:
    """The instant `days` times 24 exact hours later, in UTC. For what must be erased, where later is not allowed."""
    return after_hours(start, 24 * days)


def add_months(day: date, months: int) -> date:
    """The day with the same number `months` later (earlier if negative), else the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def term_in_months(first: date, months: int) -> Term:
    """A term of `months` from that day: from 31 August, six months end on 28 or 29 February at 24:00."""
    return Term(first, add_months(first, _positive(months)))


def term_in_years(first: date, years: int) -> Term:
    """A term of `years` from that day: from 29 February, one year ends on 28 February at 24:00."""
    return term_in_months(first, 12 * years)


def term_in_days(first: date, days: int) -> Term:
    """A term of `days` of the calendar after that day, which is not counted: from the 1st, two days end on the 3rd."""
    return Term(first, first + timedelta(days=_positive(days)))


def whole_days_between(earlier: date, later: date) -> int:
    """How many days from one to the other; negative if `later` comes first."""
    return (later - earlier).days


class WorkingWeek(Enum):
    """Which days of the week a text counts, Monday being 0. A text says which of the two it means."""

    OUVRABLES = frozenset(range(6))  # Monday to Saturday
    OUVRES = frozenset(range(5))  # Monday to Friday


def is_working_day(day: date, holidays: Container[date], week: WorkingWeek) -> bool:
    """Whether that day counts; `holidays` is what `holidays.HolidayCalendar` gives for a territory."""
    return day.weekday() in week.value and day not in holidays


def term_in_working_days(first: date, days: int, holidays: Container[date], week: WorkingWeek) -> Term:
    """A term of `days` working days after that day, which is not counted.

    Only for a text that counts working days; none of the rules of the TGD or of the protection orders does.
    """
    last = first
    for _ in range(_positive(days)):
        last += timedelta(days=1)
        while not is_working_day(last, holidays, week):
            last += timedelta(days=1)
    return Term(first, last)


def _positive(number: int) -> int:
    if number < 0:
        raise ValueError(f"a term cannot last {number}: give zero or more")
    return number
