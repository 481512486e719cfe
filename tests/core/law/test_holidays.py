"""Public holidays: fixed, moving with Easter, and what a territory adds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.holidays import HolidayCalendar, Territory, easter, holidays

years = st.integers(1982, 2200)


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1982, date(1982, 4, 11)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),  # among the earliest
        (2011, date(2011, 4, 24)),
        (2019, date(2019, 4, 21)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),  # the latest there is
        (2049, date(2049, 4, 18)),
        (2076, date(2076, 4, 19)),
        (2285, date(2285, 3, 22)),  # the earliest there is
    ],
)
def test_easter_falls_where_almanacs_say(year: int, sunday: date) -> None:
    assert easter(year) == sunday


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_from_22_march_to_25_april(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@given(years)
def test_a_year_has_eleven_holidays_or_fewer_where_two_fall_on_one_day(year: int) -> None:
    assert len(holidays(year)) in (10, 11)
    assert all(day.year == year for day in holidays(year))


def test_the_eleven_of_2024_by_name() -> None:
    assert sorted(holidays(2024)) == [
        date(2024, *day)
        for day in [
            (1, 1),
            (4, 1),
            (5, 1),
            (5, 8),
            (5, 9),
            (5, 20),
            (7, 14),
            (8, 15),
            (11, 1),
            (11, 11),
            (12, 25),
        ]
    ]


@given(years)
def test_moving_feasts_keep_their_day_of_the_week(year: int) -> None:
    moving = [
        day for day in holidays(year) if (day.month, day.day) not in {(5, 1), (5, 8)} and day.month in (3, 4, 5, 6)
    ]
    assert {day.weekday() for day in moving} <= {0, 3}


@given(years, st.sampled_from(Territory))
def test_a_territory_adds_and_never_takes_away(year: int, territory: Territory) -> None:
    assert holidays(year) <= holidays(year, territory)


@pytest.mark.parametrize(
    ("territory", "day"),
    [
        (Territory.ALSACE_MOSELLE, date(2024, 3, 29)),
        (Territory.ALSACE_MOSELLE, date(2024, 12, 26)),
        (Territory.GUADELOUPE, date(2024, 5, 27)),
        (Territory.MARTINIQUE, date(2024, 5, 22)),
        (Territory.GUYANE, date(2024, 6, 10)),
        (Territory.REUNION, date(2024, 12, 20)),
        (Territory.MAYOTTE, date(2024, 4, 27)),
        (Territory.SAINT_BARTHELEMY, date(2024, 10, 9)),
        (Territory.SAINT_MARTIN, date(2024, 5, 28)),
        (Territory.SAINT_MARTIN, date(2017, 5, 27)),
    ],
)
def test_what_is_a_holiday_there_is_none_on_the_mainland(territory: Territory, day: date) -> None:
    assert day in HolidayCalendar(territory)
    assert day not in HolidayCalendar()


def test_a_year_whose_list_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="1982"):
        holidays(1981)


def test_the_day_after_a_holiday_is_an_ordinary_day() -> None:
    assert date(2024, 7, 14) in HolidayCalendar()
    assert date(2024, 7, 14) + timedelta(days=1) not in HolidayCalendar()
    assert "2024-07-14" not in HolidayCalendar()
