"""Hours of Paris and places of an order: right in every night of the year, and never allowed on a maybe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.core.geodesy import destination, to_e7
from egide.core.proximity import civil, places
from egide.core.proximity import state as s
from egide.core.proximity.policy import values

PARIS = ZoneInfo("Europe/Paris")
instants = st.integers(850_000_000, 2_100_000_000)  # from 1996 to 2036
CHANGES = [civil._last_sunday_ms(year, month) // 1000 for year in range(1998, 2036) for month in (3, 10)]
nights = st.builds(int.__add__, st.sampled_from(CHANGES), st.integers(-7200, 7200))  # the hours about a change


@given(second=instants)
def test_our_clock_of_paris_is_the_worlds(second: int) -> None:
    there = datetime.fromtimestamp(second, UTC).astimezone(PARIS)
    day, ms = civil.local(1000 * second)
    assert (day, ms) == (there.date(), 1000 * (there.hour * 3600 + there.minute * 60 + there.second))


@given(second=instants)
def test_an_instant_is_among_the_instants_of_what_the_clock_shows(second: int) -> None:
    second -= second % 60
    day, ms = civil.local(1000 * second)
    assert 1000 * second in civil.instants(day, ms // 60_000)


@pytest.mark.parametrize(
    ("day", "minute", "utc"),
    [
        (date(2026, 3, 29), 150, ["01:00"]),  # half past two does not exist: the skip itself
        (date(2026, 10, 25), 150, ["00:30", "01:30"]),  # and half past two twice
        (date(2026, 7, 1), 480, ["06:00"]),
        (date(2026, 1, 1), 480, ["07:00"]),
    ],
)
def test_the_two_nights_of_the_year(day: date, minute: int, utc: list[str]) -> None:
    shown = [datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M") for at in civil.instants(day, minute)]
    assert shown == utc


def place(**more: Any) -> places.Place:
    (found,) = places.read([{"kind": "allowed", "lat": 47.0822, "lon": 2.3964, "radius_m": 200, **more}])
    return found


NIGHTS = {"hours": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "22:00", "to": "06:00"}]}


@given(second=instants)
def test_hours_that_hold_at_an_instant_hold_until_they_say(second: int) -> None:
    holds, until = place(**NIGHTS).holds(1000 * second)
    there = datetime.fromtimestamp(second, UTC).astimezone(PARIS)
    assert holds == (there.hour >= 22 or there.hour < 6)
    assert until > 1000 * second
    assert place(**NIGHTS).holds(until)[0] != holds
    assert place(**NIGHTS).holds(until - 1)[0] == holds


def holds_at(kind: str, begin: str, end: str, day: date) -> list[str]:
    """The minutes in UTC, from midnight to four of a day, at which hours of every day begin and end to hold."""
    there = place(kind=kind, hours=[{"days": [1, 2, 3, 4, 5, 6, 7], "from": begin, "to": end}])
    minutes = [datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=n) for n in range(240)]
    holds = [there.holds(int(1000 * at.timestamp()))[0] for at in minutes]
    return [f"{at:%H:%M}" for at, now, before in zip(minutes[1:], holds[1:], holds, strict=False) if now != before]


AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


@pytest.mark.parametrize(
    ("kind", "begin", "end", "day", "utc"),
    [
        # Half past two comes at 00:30 and again at 01:30.
        ("forbidden", "02:15", "02:45", AUTUMN, ["00:15", "01:45"]),
        ("forbidden", "02:30", "06:00", AUTUMN, ["00:30"]),
        ("forbidden", "22:00", "02:30", AUTUMN, ["01:30"]),
        ("allowed", "02:15", "02:45", AUTUMN, []),
        ("allowed", "02:30", "06:00", AUTUMN, ["01:30"]),
        ("allowed", "22:00", "02:30", AUTUMN, ["00:30"]),
        # Half past two never comes; three o'clock does, at 01:00.
        ("forbidden", "02:15", "02:45", SPRING, []),
        ("forbidden", "02:30", "06:00", SPRING, ["01:00"]),
        ("forbidden", "22:00", "02:30", SPRING, ["01:00"]),
        ("allowed", "02:15", "02:45", SPRING, []),
        ("allowed", "02:30", "06:00", SPRING, ["01:00"]),
        ("allowed", "22:00", "02:30", SPRING, ["01:00"]),
    ],
)
def test_in_the_two_nights_of_the_year_less_is_allowed_and_more_forbidden(
    kind: str, begin: str, end: str, day: date, utc: list[str]
) -> None:
    found = holds_at(kind, begin, end, day)
    assert [at for at in found if at < "03:59"] == utc


@settings(max_examples=400)
@given(
    second=nights | instants,
    begin_min=st.integers(110, 190) | st.integers(0, 1439),
    end_min=st.integers(110, 190) | st.integers(0, 1439),
    days=st.just(set(range(1, 8))) | st.sets(st.integers(1, 7), min_size=1),
)
def test_whenever_the_clock_shows_the_hours_a_forbidden_place_is_forbidden(
    second: int, begin_min: int, end_min: int, days: set[int]
) -> None:
    begin, end = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in (begin_min, end_min))
    hours = [{"days": sorted(days), "from": begin, "to": end}]
    day, ms = civil.local(1000 * second)
    shown = ms // 60_000
    over_midnight = end_min <= begin_min
    today = day.isoweekday() in days and begin_min <= shown and (over_midnight or shown < end_min)
    since_yesterday = (day - timedelta(1)).isoweekday() in days and over_midnight and shown < end_min
    forbidden, allowed = (place(kind=kind, hours=hours).holds(1000 * second)[0] for kind in ("forbidden", "allowed"))
    assert forbidden or not (today or since_yesterday)
    assert not allowed or today or since_yesterday
    assert forbidden or not allowed, "what is allowed by some hours would be forbidden by the same"


def test_an_order_holds_from_its_first_day_to_its_last() -> None:
    order = place(first_day="2026-03-10", last_day="2026-03-11")
    at = [datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC) + timedelta(seconds=n) for n in (0, 1, 48 * 3600, 48 * 3600 + 1)]
    assert [order.holds(int(when.timestamp() * 1000))[0] for when in at] == [False, True, True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "perhaps"},
        {"radius_m": 0},
        {"radius_m": "wide"},
        {"lat": 91},
        {"hours": [{"days": [], "from": "08:00", "to": "09:00"}]},
        {"hours": [{"days": [8], "from": "08:00", "to": "09:00"}]},
        {"hours": [{"days": [1], "from": "8h", "to": "09:00"}]},
        {"hours": [{"days": [1], "from": "08:60", "to": "09:00"}]},
        {"first_day": "yesterday"},
    ],
)
def test_a_place_nobody_can_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        place(**wrong)


@given(metres=st.floats(0, 400), sure_m=st.floats(3, 400))
def test_somebody_is_where_the_order_allows_only_with_all_that_the_position_leaves_open(
    metres: float, sure_m: float
) -> None:
    lat, lon = destination(47.0822, 2.3964, 77.0, metres)
    wearer = np.zeros((), s.PARTY)
    wearer["lat_e7"], wearer["lon_e7"], wearer["accuracy_cm"] = to_e7(lat), to_e7(lon), round(100 * sure_m)
    told = places.Watch((place(),)).look(wearer, True, 1, values())
    assert bool(told) == (metres + round(sure_m, 2) <= 200) or abs(metres + sure_m - 200) < 0.05
    assert places.Watch((place(),)).look(wearer, False, 1, values()) == [], "nobody knows: not allowed"
