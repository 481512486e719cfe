"""Where may the wearer be, and when? The places and hours an order allows or forbids, and what a position says of them.

Presence is authorised only if the whole disc of uncertainty lies inside an allowed place at an allowed hour (BAR-18);
somebody is in a forbidden place only on credible evidence, and has left it only well beyond its edge. It knows no
distance between two persons, and judges no intent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from egide.core.geodesy import distance_m, to_e7
from egide.core.proximity import civil
from egide.core.proximity import policy as p

ALLOWED = "allowed"
FORBIDDEN = "forbidden"
ALWAYS = 2**62


@dataclass(frozen=True, slots=True)
class Hours:
    """Days of the week (1 Monday … 7 Sunday) and two minutes of the day in Paris; an end not after the beginning is
    on the next day."""

    days: frozenset[int]
    begin_min: int
    end_min: int

    def on(self, day: date, kind: str) -> tuple[int, int] | None:
        """The instants [begin, end) of the hours of a kind of place that begin on a day; None if there are none.

        An hour the clock shows twice is read so that less is allowed: what is allowed begins with the second and ends
        with the first, what is forbidden begins with the first and ends with the second. One it skips begins where the
        skip ends.
        """
        if day.isoweekday() not in self.days:
            return None
        end_min = self.end_min if self.end_min > self.begin_min else self.end_min + 1440
        begins, ends = civil.instants(day, self.begin_min), civil.instants(day, end_min)
        begin, end = (min(begins), max(ends)) if kind == FORBIDDEN else (max(begins), min(ends))
        return (begin, end) if begin < end else None


@dataclass(frozen=True, slots=True)
class Place:
    """A disc on the ground, the hours for which it holds (none: all) and the first and last day of the order."""

    kind: str
    lat_e7: int
    lon_e7: int
    radius_m: float
    hours: tuple[Hours, ...]
    first_day: date | None
    last_day: date | None

    def holds(self, at_ms: int) -> tuple[bool, int]:
        """(does the order speak of this place now, the instant until which that answer stands)."""
        today = civil.local(at_ms)[0]
        spans = [span for days in range(-1, 9) for span in self._on(today + timedelta(days))]
        for begin, end in sorted(spans):
            if at_ms < begin:
                return False, begin
            if at_ms < end:
                return True, end
        if spans or self.hours:
            return False, at_ms + civil.DAY_MS
        return False, ALWAYS

    def _on(self, day: date) -> list[tuple[int, int]]:
        if (self.first_day is not None and day < self.first_day) or (self.last_day is not None and day > self.last_day):
            return []
        if not self.hours:
            return [(min(civil.instants(day, 0)), min(civil.instants(day, 1440)))]
        return [span for hours in self.hours if (span := hours.on(day, self.kind)) is not None]

    def gap_m(self, lat_e7: int, lon_e7: int) -> float:
        """Metres between a position and the middle of the place."""
        return distance_m(lat_e7, lon_e7, self.lat_e7, self.lon_e7)


@dataclass(slots=True)
class Watch:
    """What is remembered of the wearer of one measure and its places, between two messages."""

    places: tuple[Place, ...]
    allowed: int = -1  # the allowed place the wearer is in now, -1 for none
    inside: dict[int, int | None] = field(default_factory=dict)  # forbidden place -> since when it seems left
    seen_ms: int = -1  # the position last looked at
    _until: dict[int, tuple[bool, int]] = field(default_factory=dict)

    def _holds(self, k: int, at_ms: int) -> bool:
        holds, until = self._until.get(k, (False, -1))
        if at_ms >= until:
            self._until[k] = holds, _ = self.places[k].holds(at_ms)
        return holds

    def look(self, wearer: Any, seen: bool, at_ms: int, policy: Any) -> list[tuple[str, int]]:
        """What changed by a position of the wearer or by time: (`allowed`, `not_allowed`, `entered`, `left`; place).

        `wearer` is the party's record; `seen` false: nobody knows any more where the wearer is, and nothing is allowed.
        """
        told: list[tuple[str, int]] = []
        allowed = -1
        fresh = seen and int(wearer["t_ms"]) != self.seen_ms
        for k, place in enumerate(self.places):
            holds = seen and self._holds(k, at_ms)
            if not holds and k not in self.inside:
                continue
            gap_m = place.gap_m(int(wearer["lat_e7"]), int(wearer["lon_e7"]))
            sure_m = int(wearer["accuracy_cm"]) * 0.01
            if place.kind == ALLOWED:
                if allowed < 0 and gap_m + sure_m <= place.radius_m:
                    allowed = k
            elif k not in self.inside:
                credible = sure_m <= policy[p.CREDIBLE_M]
                if fresh and gap_m + (0.0 if credible else sure_m) <= place.radius_m:
                    self.inside[k] = None
                    told.append(("entered", k))
            elif seen and self._left(k, gap_m - sure_m, not self._holds(k, at_ms), int(wearer["t_ms"]), policy):
                del self.inside[k]
                told.append(("left", k))
        if allowed != self.allowed:
            told.append(("not_allowed", self.allowed) if allowed < 0 else ("allowed", allowed))
            self.allowed = allowed
        self.seen_ms = int(wearer["t_ms"])
        return told

    def _left(self, k: int, least_m: float, over: bool, t_ms: int, policy: Any) -> bool:
        """Is a forbidden place left? At once when its hours are over, else well beyond its edge for the dwell."""
        radius_m = self.places[k].radius_m
        if over:
            return True
        if least_m <= max(radius_m * (1.0 + policy[p.EXIT_FRACTION]), radius_m + policy[p.EXIT_MARGIN_M]):
            self.inside[k] = None
            return False
        since = self.inside[k]
        if since is None:
            self.inside[k] = since = t_ms
        return bool(t_ms - since >= policy[p.EXIT_DWELL_S] * 1000.0)

    # A snapshot keeps what is remembered; the places come with it as the order said them.

    def dump(self) -> list[Any]:
        """What is remembered, for JSON."""
        return [self.allowed, sorted(self.inside.items()), self.seen_ms]

    def restore(self, kept: list[Any]) -> None:
        """Becomes what `dump` described."""
        self.allowed, self.seen_ms = int(kept[0]), int(kept[2])
        self.inside = {int(k): None if since is None else int(since) for k, since in kept[1]}


def read(places: Iterable[Mapping[str, Any]]) -> tuple[Place, ...]:
    """The places of an order as the file writes them. Raises KeyError, ValueError or TypeError for one nobody can read.

    `{"kind": "allowed", "lat": 47.08, "lon": 2.39, "radius_m": 150, "hours": [{"days": [1, 5], "from": "08:30",
    "to": "17:00"}], "first_day": "2026-03-01", "last_day": null}`; hours and days may be left out.
    """
    return tuple(_place(place) for place in places)


def _place(said: Mapping[str, Any]) -> Place:
    kind, radius_m = str(said["kind"]), float(said["radius_m"])
    lat, lon = float(said["lat"]), float(said["lon"])
    if kind not in (ALLOWED, FORBIDDEN):
        raise ValueError(f"a place is {ALLOWED!r} or {FORBIDDEN!r}, not {kind!r}")
    if not 0 < radius_m <= 100_000 or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("a place needs a latitude, a longitude and a radius from 1 m to 100 km")
    hours = tuple(_hours(one) for one in said.get("hours") or ())
    return Place(kind, to_e7(lat), to_e7(lon), radius_m, hours, _day(said, "first_day"), _day(said, "last_day"))


def _hours(said: Mapping[str, Any]) -> Hours:
    days = frozenset(int(day) for day in said["days"])
    if not days or not days <= set(range(1, 8)):
        raise ValueError("days are numbers from 1 (Monday) to 7 (Sunday)")
    return Hours(days, _minute(str(said["from"])), _minute(str(said["to"])))


def _minute(clock: str) -> int:
    hour, colon, minute = clock.partition(":")
    if not (
        colon and hour.isdecimal() and minute.isdecimal() and int(minute) < 60 and int(hour) * 60 + int(minute) <= 1440
    ):
        raise ValueError(f"{clock!r} is no time of day; write 08:30")
    return int(hour) * 60 + int(minute)


def _day(said: Mapping[str, Any], name: str) -> date | None:
    value = said.get(name)
    return None if value is None else date.fromisoformat(str(value))
