"""Hours of Paris and places of an order: right in every night of the year, and never allowed on a maybe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.geodesy import destination, to_e7
from egide.core.proximity import civil, places
from egide.core.proximity import state as s
from egide.core.proximity.policy import values

PARIS = ZoneInfo("Europe/Paris")
instants = st.integers(850_000_000, 2_100_000_000)  # from 1996 to 2036


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
