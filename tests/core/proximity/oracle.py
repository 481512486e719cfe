"""The meaning of proximity, written a second time: slowly, in plain words, on geographiclib. Shares no code with the kernel.

It keeps everything ever said and looks at all of it again at every fix. What decides a level is here, and which fix is held;
what follows from time and from the order is in the slow cell (`tests/monitor/slow.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from geographiclib.geodesic import Geodesic


@dataclass(frozen=True)
class Said:
    """A fix as it was delivered: when it was made (s), where (degrees), how sure (m or None), how fast (m/s or None)."""

    made: float
    lat: float
    lon: float
    sure: float | None
    fast: float | None


def apart(a: Said, b: Said) -> float:
    """Metres."""
    return Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon, Geodesic.DISTANCE)["s12"]


def in_space(fix: Said) -> list[float]:
    """Earth-centred metres of a fix, from the definition of the ellipsoid."""
    lat, lon = math.radians(fix.lat), math.radians(fix.lon)
    f = 1 / 298.257223563
    e2 = f * (2 - f)
    n = 6378137.0 / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    return [n * math.cos(lat) * math.cos(lon), n * math.cos(lat) * math.sin(lon), n * (1 - e2) * math.sin(lat)]


@dataclass
class Person:
    """One party: the fix believed now, with the radius and speed taken for it, and the one that waits."""

    policy: dict[str, float]
    believed: Said | None = None
    radius: float = 0.0
    speed: float | None = None
    waiting: Said | None = None
    confirmed: bool = False  # the last fix agreed with the one that waited
    going: tuple[float, ...] = (0.0, 0.0, 0.0)
    every: float = 0.0

    def radius_of(self, fix: Said) -> float:
        if fix.sure is None:
            return self.policy["default_accuracy"]
        return max(fix.sure, self.policy["best_accuracy"])

    def hears(self, fix: Said) -> bool:
        """True if the fix is believed."""
        self.confirmed = False
        radius = self.radius_of(fix)
        if self.believed is None:
            self.believe(fix, radius, fix.fast)
            return True
        since = fix.made - self.believed.made
        if since <= 0:
            return False
        origin, slack = self.believed, radius + self.radius
        way = apart(self.believed, fix) - radius - self.radius
        limit = self.policy["max_speed"]
        if self.speed is not None:
            limit = max(limit, min(self.speed * self.policy["speed_slack"], self.policy["confirm_speed"]))
        if way > limit * since:
            before, self.waiting = self.waiting, fix
            if before is None or fix.made <= before.made:
                return False
            since = fix.made - before.made
            slack = radius + min(int(self.radius_of(before)) + 1, 65535)
            way = apart(before, fix) - slack
            if way > self.policy["confirm_speed"] * since:
                return False
            origin, self.going, self.confirmed = before, (0.0, 0.0, 0.0), True
        elif radius > self.policy["coarse"] and radius > self.radius + self.policy["coarse_speed"] * since:
            return False
        fast = fix.fast
        if fast is None and way > self.policy["fast_speed"] * since:
            fast = min(way / since, self.policy["confirm_speed"])
        self.every = min(math.floor(since * 10 + 1e-9), 65535) / 10
        if since > self.policy["motion_gap"] or slack > self.policy["coarse"]:
            self.going = (0.0, 0.0, 0.0)
        else:
            share = since / (since + self.policy["motion_memory"])
            steps = [b - a for a, b in zip(in_space(origin), in_space(fix), strict=True)]
            self.going = tuple(
                math.floor(100 * (v + share * (step / since - v)) + 0.5) / 100
                for v, step in zip(self.going, steps, strict=True)
            )
        self.believe(fix, radius, fast)
        return True

    def believe(self, fix: Said, radius: float, speed: float | None) -> None:
        self.believed, self.radius, self.speed, self.waiting = fix, radius, speed, None

    def drift(self, now: float) -> float:
        assert self.believed is not None
        return (now - self.believed.made) * max(self.policy["drift_speed"], self.speed or 0.0)


def soon(a: Person, b: Person, now: float, policy: dict[str, float]) -> float:
    """Metres between two people a little later, if both go on as they go."""
    assert a.believed
    assert b.believed
    waits = [p.believed.made + p.every - now for p in (a, b) if p.believed and p.believed.made + p.every > now]
    ahead = max(policy["foresee_least"], policy["foresee_share"] * min([policy["foresee_most"], *waits]))
    places = []
    for person in (a, b):
        assert person.believed
        way = min(policy["foresee_most"], now - person.believed.made + ahead)
        places.append([x + v * way for x, v in zip(in_space(person.believed), person.going, strict=True)])
    return math.dist(*places)


def levels(
    said: list[tuple[int, Said]], alert_m: float, pre_alert_m: float, policy: dict[str, float]
) -> list[tuple[int, str, str, float]]:
    """(index of the fix, level before, level after, metres) of every change, for fixes in order of delivery.

    `said` holds (0 protected or 1 wearer, fix).
    """
    people = (Person(policy), Person(policy))
    names = ["clear", "pre_alert", "alert"]
    radii = [0.0, pre_alert_m, alert_m]
    level: int | None = None
    leaving: float | None = None
    changes: list[tuple[int, str, str, float]] = []
    for i, (who, fix) in enumerate(said):
        if not people[who].hears(fix):
            continue
        a, b = people[0].believed, people[1].believed
        if a is None or b is None:
            continue
        now = max(a.made, b.made)
        d = apart(a, b)
        errors = (people[0].radius ** 2 + people[1].radius ** 2) ** 0.5
        doubt = errors + people[0].drift(now) + people[1].drift(now)
        least = max(0.0, d - doubt)
        fresh = now - min(a.made, b.made) <= policy["fresh"]
        sure = (errors if fresh else doubt) <= policy["credible"]
        shown = max(k for k in range(3) if k == 0 or (d <= radii[k] if sure else d + doubt <= radii[k]))
        if sure:
            later = soon(people[0], people[1], now, policy)
            for k in (1, 2):
                reach = max(policy["foresee_way"], policy["foresee_way_share"] * radii[k])
                if later <= radii[k] and d <= radii[k] + reach:
                    shown = max(shown, k)
        before = level
        if level is None:
            if shown or sure or least > pre_alert_m:
                level = shown
        elif shown >= level:
            level, leaving = shown, None
        else:
            leave = [0.0] + [
                max(r * (1 + policy["exit_fraction"]), r + policy["exit_margin"]) for r in (pre_alert_m, alert_m)
            ]
            kept = max(k for k in range(level + 1) if k == 0 or least <= leave[k])
            kept = max(kept, shown)
            if kept == level:
                leaving = None
            else:
                leaving = now if leaving is None else leaving
                far = least > radii[level] * (1 + policy["exit_far"])
                if now - leaving >= policy["exit_far_dwell" if far else "exit_dwell"]:
                    level, leaving = kept, None
        if level != before and level is not None:
            leaving = None
            changes.append((i, "unknown" if before is None else names[before], names[level], d))
    return changes
