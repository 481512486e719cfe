"""The meaning of proximity, written a second time: slowly, in plain words, on geographiclib. Shares no code with the kernel.

It keeps everything ever said and looks at all of it again at every fix. Only what decides a level is here.
"""

from __future__ import annotations

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


@dataclass
class Person:
    """One party: the fix believed now, with the radius and speed taken for it, and the one that waits."""

    policy: dict[str, float]
    believed: Said | None = None
    radius: float = 0.0
    speed: float | None = None
    waiting: Said | None = None

    def radius_of(self, fix: Said) -> float:
        if fix.sure is None:
            return self.policy["default_accuracy"]
        return max(fix.sure, self.policy["best_accuracy"])

    def hears(self, fix: Said) -> bool:
        """True if the fix is believed."""
        radius = self.radius_of(fix)
        if self.believed is None:
            self.believe(fix, radius, fix.fast)
            return True
        since = fix.made - self.believed.made
        if since <= 0:
            return False
        way = apart(self.believed, fix) - radius - self.radius
        limit = self.policy["max_speed"]
        if self.speed is not None:
            limit = max(limit, min(self.speed * self.policy["speed_slack"], self.policy["confirm_speed"]))
        if way > limit * since:
            before, self.waiting = self.waiting, fix
            if before is None or fix.made <= before.made:
                return False
            since = fix.made - before.made
            way = apart(before, fix) - radius - min(int(self.radius_of(before)) + 1, 65535)
            if way > self.policy["confirm_speed"] * since:
                return False
        elif radius > self.policy["coarse"] and radius > self.radius + self.policy["coarse_speed"] * since:
            return False
        fast = fix.fast
        if fast is None and way > 0.5 * self.policy["max_speed"] * since:
            fast = min(way / since, self.policy["confirm_speed"])
        self.believe(fix, radius, fast)
        return True

    def believe(self, fix: Said, radius: float, speed: float | None) -> None:
        self.believed, self.radius, self.speed, self.waiting = fix, radius, speed, None

    def drift(self, now: float) -> float:
        assert self.believed is not None
        return (now - self.believed.made) * max(self.policy["drift_speed"], self.speed or 0.0)


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
                if now - leaving >= policy["exit_dwell"]:
                    level, leaving = kept, None
        if level != before and level is not None:
            leaving = None
            changes.append((i, "unknown" if before is None else names[before], names[level], d))
    return changes
