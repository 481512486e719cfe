"""Where is a fictional person at a given second? Legs of walking, bus and car, and long stays between them.

Pure: positions follow from the legs alone, at any second, in any order. It knows true positions only; what a
receiver makes of them is `receiver.py`, what happens to people is `scenes.py`.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from geographiclib.geodesic import Geodesic

from egide.simulation.chance import Dice
from egide.simulation.places import Place, away, bearing_deg, distance_m

SAME_PLACE_M = 0.5


@dataclass(frozen=True, slots=True)
class Gait:
    """How somebody travels: speeds in metres per second; a halt of `halt_s` after each `run_s` of going."""

    slowest_mps: float
    fastest_mps: float
    limit_mps: float
    run_s: float
    halt_s: float


class Mode(Enum):
    """The ways of being somewhere. Speeds are those of streets: nobody exceeds `limit_mps`."""

    STAY = Gait(0, 0, 0, 1, 0)
    WALK = Gait(1.1, 1.6, 2.0, 240, 10)
    BUS = Gait(7, 9, 14, 70, 15)
    CAR = Gait(10, 13, 14, 100, 12)
    ROAD = Gait(20, 24, 31, 1_000_000, 0)  # a ring road or country road, up to 110 km/h


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a person truly is, how fast (metres per second), and how."""

    place: Place
    speed_mps: float
    mode: Mode


@dataclass(frozen=True)
class Leg:
    """One way travelled: from the first place to the last, beginning at `begin_s` of the scene."""

    begin_s: float
    way: tuple[Place, ...]
    mode: Mode
    cruise_mps: float

    def __post_init__(self) -> None:
        assert len(self.way) >= 2
        assert 0 < self.cruise_mps <= self.mode.value.limit_mps

    @cached_property
    def _lines(self) -> tuple[list[Any], list[float]]:
        """The geodesic of each stretch, and the metres travelled at the beginning of each."""
        pairs = zip(self.way, self.way[1:], strict=False)
        lines = [Geodesic.WGS84.InverseLine(a.lat, a.lon, b.lat, b.lon) for a, b in pairs]
        begins = [0.0]
        for line in lines:
            begins.append(begins[-1] + line.s13)
        return lines, begins

    @property
    def length_m(self) -> float:
        """Metres from the first place to the last, along the way."""
        return self._lines[1][-1]

    def seconds_to(self, metres: float) -> float:
        """Seconds after `begin_s` at which that much of the way lies behind, halts included."""
        gait = self.mode.value
        going = metres / self.cruise_mps
        return going + gait.halt_s * int(going / gait.run_s)

    @property
    def end_s(self) -> float:
        """When the last place is reached."""
        return self.begin_s + self.seconds_to(self.length_m)

    def at(self, second: float) -> Whereabouts:
        """The whereabouts at a second of this leg."""
        gait = self.mode.value
        rounds, rest = divmod(second - self.begin_s, gait.run_s + gait.halt_s)
        metres = (rounds * gait.run_s + min(rest, gait.run_s)) * self.cruise_mps
        lines, begins = self._lines
        metres = min(max(metres, 0.0), begins[-1])
        stretch = min(bisect_right(begins, metres), len(lines)) - 1
        there = lines[stretch].Position(metres - begins[stretch], Geodesic.LATITUDE | Geodesic.LONGITUDE)
        moving = rest < gait.run_s and metres < begins[-1]
        return Whereabouts(Place(there["lat2"], there["lon2"]), self.cruise_mps if moving else 0.0, self.mode)


class Itinerary:
    """The legs of one person, in order, never two at once. Between them the person stays where one ended."""

    def __init__(self, start: Place, legs: Iterable[Leg] = ()) -> None:
        self._start = start
        self._legs: list[Leg] = []
        self.add(*legs)

    def add(self, *legs: Leg) -> None:
        """Adds legs. They must fit: begin where the person then is, be over before the next one begins."""
        for leg in legs:
            assert self.stays(leg.begin_s, leg.end_s), "the person is already on the way"
            assert distance_m(self.at(leg.begin_s).place, leg.way[0]) < SAME_PLACE_M, "the person is elsewhere"
            insort(self._legs, leg, key=lambda known: known.begin_s)

    def stays(self, begin_s: float, end_s: float) -> bool:
        """True if the person is not on the way at any moment between the two."""
        return not any(leg.begin_s < end_s and begin_s < leg.end_s for leg in self._legs)

    def at(self, second: float) -> Whereabouts:
        """The whereabouts at any second of the scene, also before its beginning."""
        before = bisect_right(self._legs, second, key=lambda leg: leg.begin_s)
        if not before:
            return Whereabouts(self._start, 0.0, Mode.STAY)
        leg = self._legs[before - 1]
        if second < leg.end_s:
            return leg.at(second)
        return Whereabouts(leg.way[-1], 0.0, Mode.STAY)


def winding(dice: Dice, a: Place, b: Place) -> tuple[Place, ...]:
    """A way from `a` to `b` as streets make it: two bends, each up to an eighth of the length aside."""
    metres = distance_m(a, b)
    if metres < 150:
        return a, b
    bearing = bearing_deg(a, b)
    bends = [
        away(
            away(a, bearing, metres * share),
            bearing + 90,
            metres * dice.between(-0.125, 0.125, "bend", share),
        )
        for share in (0.35, 0.7)
    ]
    return a, *bends, b


def travel(dice: Dice, begin_s: float, a: Place, b: Place, has_car: bool) -> Leg:
    """How somebody gets from `a` to `b`: on foot if it is near, else by car or bus."""
    way = winding(dice, a, b)
    metres = distance_m(a, b)
    mode = Mode.WALK if metres < 1_200 else (Mode.ROAD if metres > 9_000 else Mode.CAR) if has_car else Mode.BUS
    return Leg(begin_s, way, mode, dice.between(mode.value.slowest_mps, mode.value.fastest_mps, "cruise"))
