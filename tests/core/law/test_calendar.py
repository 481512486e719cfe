"""Clocks of the law: exact hours, days of the calendar in Paris, months that end where the month ends."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.calendar import (
    PARIS,
    NaiveInstantError,
    Term,
    WorkingWeek,
    add_months,
    after_days_elapsed,
    after_hours,
    end_of_day,
    in_paris,
    is_working_day,
    paris_day,
    start_of_day,
    term_in_days,
    term_in_months,
    term_in_working_days,
    term_in_years,
    utc,
    whole_days_between,
)
from egide.core.law.holidays import HolidayCalendar

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, PARIS])).map(
    lambda at: at.astimezone(UTC)
)
months = st.integers(0, 240)


def last_sunday(year: int, month: int) -> date:
    first_of_next = date(year, month, 28) + timedelta(days=4)
    last = first_of_next - timedelta(days=first_of_next.day)
    return last - timedelta(days=(last.weekday() + 1) % 7)


years = st.integers(2000, 2100)


# Hours


@given(instants, st.integers(0, 10_000))
def test_hours_are_exact_elapsed_time_whatever_clocks_do(start: datetime, hours: int) -> None:
    assert after_hours(start, hours) - start == timedelta(hours=hours)


def test_48_hours_over_the_night_of_spring_end_an_hour_later_on_the_clock() -> None:
    friday = datetime(2025, 3, 28, 18, 0, tzinfo=PARIS)
    assert in_paris(after_hours(friday, 48)).isoformat() == "2025-03-30T19:00:00+02:00"


def test_48_hours_over_the_night_of_autumn_end_an_hour_earlier_on_the_clock() -> None:
    friday = datetime(2025, 10, 24, 18, 0, tzinfo=PARIS)
    assert in_paris(after_hours(friday, 48)).isoformat() == "2025-10-26T17:00:00+01:00"


def test_the_hour_that_comes_twice_is_two_different_hours() -> None:
    first = datetime(2025, 10, 26, 2, 30, tzinfo=PARIS, fold=0)
    second = datetime(2025, 10, 26, 2, 30, tzinfo=PARIS, fold=1)
    assert after_hours(first, 1) == utc(second)


@given(instants, st.integers(0, 400))
def test_days_elapsed_are_never_longer_than_days_of_the_calendar_to_midnight(start: datetime, n: int) -> None:
    assert after_days_elapsed(start, n) - start == timedelta(hours=24 * n)
    assert after_days_elapsed(start, n) <= term_in_days(paris_day(start), n).ends_at + timedelta(hours=1)


@pytest.mark.parametrize("function", [utc, in_paris, paris_day, lambda at: after_hours(at, 1)])
def test_an_instant_without_a_zone_is_refused_with_a_sentence(function: object) -> None:
    with pytest.raises(NaiveInstantError, match="no time zone"):
        function(datetime(2025, 1, 1))  # type: ignore[operator]


@given(instants, st.integers(-14, 14))
def test_where_an_instant_was_written_down_does_not_matter(at: datetime, offset: int) -> None:
    elsewhere = at.astimezone(timezone(timedelta(hours=offset)))
    assert after_hours(elsewhere, 5) == after_hours(at, 5)
    assert paris_day(elsewhere) == paris_day(at)


# Days and 24:00


@given(days)
def test_24_00_is_the_first_instant_of_the_next_day(day: date) -> None:
    end = end_of_day(day)
    assert end == start_of_day(day + timedelta(days=1))
    assert paris_day(end) == day + timedelta(days=1)
    assert paris_day(end - timedelta(microseconds=1)) == day
    assert in_paris(end).time() == datetime.min.time()


@given(days)
def test_a_day_lasts_24_hours_but_on_two_nights_a_year(day: date) -> None:
    spring, autumn = last_sunday(day.year, 3), last_sunday(day.year, 10)
    hours = {spring: 23, autumn: 25}.get(day, 24)
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


@given(years, st.sampled_from([3, 10]), months)
def test_a_term_that_ends_on_the_night_of_the_change_ends_at_midnight_in_paris(year: int, month: int, n: int) -> None:
    last = last_sunday(year, month)
    assert in_paris(Term(last, last).ends_at).isoformat()[:19] == f"{last + timedelta(days=1)}T00:00:00"
    assert Term(last, last).ends_at - start_of_day(last) == timedelta(hours=23 if month == 3 else 25)


@given(instants)
def test_every_instant_belongs_to_one_day_of_paris(at: datetime) -> None:
    day = paris_day(at)
    assert start_of_day(day) <= at < end_of_day(day)


def test_late_in_the_evening_of_utc_it_is_already_tomorrow_in_paris() -> None:
    assert paris_day(datetime(2025, 6, 30, 22, 30, tzinfo=UTC)) == date(2025, 7, 1)
    assert paris_day(datetime(2025, 1, 30, 22, 30, tzinfo=UTC)) == date(2025, 1, 30)


@given(days, st.integers(0, 1000))
def test_the_day_a_term_in_days_starts_from_is_not_counted(first: date, n: int) -> None:
    term = term_in_days(first, n)
    assert whole_days_between(term.first, term.last) == n
    assert first in term
    assert term.last in term
    assert term.last + timedelta(days=1) not in term


# Months and years


@given(days, months)
def test_a_month_later_is_the_same_number_or_the_last_day_of_the_month(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    if later.day != day.day:
        assert later.day < day.day
        assert (later + timedelta(days=1)).day == 1


@given(days, months, st.integers(0, 60))
def test_a_later_day_never_ends_earlier(day: date, n: int, more: int) -> None:
    assert add_months(day, n) <= add_months(day + timedelta(days=more), n)


@given(days, months)
def test_a_longer_term_ends_later(day: date, n: int) -> None:
    assert term_in_months(day, n).ends_at < term_in_months(day, n + 1).ends_at


@given(days, st.integers(0, 240))
def test_going_back_as_many_months_never_goes_past_the_start(day: date, n: int) -> None:
    back = add_months(add_months(day, n), -n)
    assert back <= day
    assert (day - back).days <= 3
    if day.day <= 28:
        assert back == day


@pytest.mark.parametrize(
    ("first", "n", "last"),
    [
        (date(2024, 1, 15), 6, date(2024, 7, 15)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 8, 29), 6, date(2025, 2, 28)),
        (date(2024, 2, 29), 6, date(2024, 8, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 31), 6, date(2025, 6, 30)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 4, 30)),
        (date(2024, 3, 31), 0, date(2024, 3, 31)),
    ],
)
def test_terms_in_months_end_where_a_reader_of_the_code_expects(first: date, n: int, last: date) -> None:
    assert term_in_months(first, n) == Term(first, last)


def test_six_months_from_autumn_end_at_midnight_of_summer_time() -> None:
    assert in_paris(term_in_months(date(2024, 10, 10), 6).ends_at).isoformat() == "2025-04-11T00:00:00+02:00"


@given(years.filter(calendar.isleap), st.integers(0, 12))
def test_from_a_leap_day_a_year_ends_on_the_last_of_february(year: int, n: int) -> None:
    last = 29 if calendar.isleap(year + n) else 28
    assert term_in_years(date(year, 2, 29), n).last == date(year + n, 2, last)


@given(days, st.integers(0, 30))
def test_years_are_twelve_months(day: date, n: int) -> None:
    assert term_in_years(day, n) == term_in_months(day, 12 * n)


def test_a_term_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Term(date(2025, 1, 2), date(2025, 1, 1))
    for term in (term_in_days, term_in_months, term_in_years):
        with pytest.raises(ValueError, match="zero or more"):
            term(date(2025, 1, 1), -1)


# Working days

NATIONAL = HolidayCalendar()


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 40), st.sampled_from(WorkingWeek))
def test_a_term_in_working_days_counts_working_days_only(first: date, n: int, week: WorkingWeek) -> None:
    term = term_in_working_days(first, n, NATIONAL, week)
    counted = [first + timedelta(days=i) for i in range(1, (term.last - first).days + 1)]
    assert sum(is_working_day(day, NATIONAL, week) for day in counted) == n
    assert is_working_day(term.last, NATIONAL, week)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 40))
def test_working_days_never_end_before_days_of_the_calendar(first: date, n: int) -> None:
    ouvrables = term_in_working_days(first, n, NATIONAL, WorkingWeek.OUVRABLES)
    ouvres = term_in_working_days(first, n, NATIONAL, WorkingWeek.OUVRES)
    assert term_in_days(first, n).last <= ouvrables.last <= ouvres.last


def test_two_working_days_over_easter_2025() -> None:
    thursday = date(2025, 4, 17)
    assert term_in_working_days(thursday, 2, NATIONAL, WorkingWeek.OUVRABLES).last == date(2025, 4, 19)
    assert term_in_working_days(thursday, 2, NATIONAL, WorkingWeek.OUVRES).last == date(2025, 4, 22)


def test_paris_is_the_zone() -> None:
    assert ZoneInfo("Europe/Paris") is PARIS
