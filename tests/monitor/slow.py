"""A cell written a second time, slowly, from the words of the design: one measure, its order and its two people.

On geographiclib and plain Python, with the slow people of `tests.core.proximity.oracle`. It shares no code with the
kernel or the fold. Where a figure comes so near to a limit that rounding decides, it says so instead of guessing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.core.proximity.oracle import Person, Said, apart, soon

NAMES = ["clear", "pre_alert", "alert"]
NEAR_M = 1.5  # foresight works with speeds in whole cm/s, up to a minute ahead

Told = tuple[str, ...]


@dataclass
class Side:
    """One party: who it is to the slow oracle, and when it was last heard and last seen."""

    person: Person
    heard: float
    seen: float
    silent: bool = False
    unknown: bool = False


@dataclass
class Cell:
    """One measure. `told` are the conclusions, `rings` how often somebody was called for the distance."""

    policy: dict[str, float]
    now: float = 0.0
    active: bool = False
    suspended: bool = False
    alert: float = 0.0
    pre_alert: float = 0.0
    level: int | None = None
    leaving: float | None = None
    place: tuple[Said, float] | None = None
    allowed: bool = False
    sides: list[Side] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    rings: int = 0
    doubtful: bool = False

    # -- the file ----------------------------------------------------------------------------------------------------

    def order(self, alert: float, pre_alert: float, place: tuple[Said, float] | None, fresh: int | None = None) -> None:
        """The order holds from now on; `fresh` is the side that got another device."""
        before = self.alert, self.pre_alert, self.place
        resumed, began = self.suspended, not self.active
        if began:
            self.sides = [self._nobody(), self._nobody()]
        elif fresh is not None:
            self.sides[fresh] = self._nobody()
        if began or fresh is not None:
            self.level = self.leaving = None
            for side in self.sides:
                side.person.waiting = None
        self.active, self.suspended = True, False
        self.alert, self.pre_alert, self.place = alert, pre_alert, place
        if resumed:
            self.told.append(("watch_resumed",))
        elif not began and (before != (alert, pre_alert, place) or fresh is not None):
            self.told.append(("order_changed",))
        if not began and fresh is None and before[:2] != (alert, pre_alert):
            self._judge()
        self._law()

    def suspend(self) -> None:
        """The order is suspended: nothing is judged."""
        if self.active:
            self.told.append(("watch_suspended",))
        self.active, self.suspended, self.allowed = False, True, False

    def _nobody(self) -> Side:
        return Side(Person(self.policy), self.now, self.now)

    # -- what is heard -----------------------------------------------------------------------------------------------

    def hears(self, side: int, now: float, fix: Said | None) -> None:
        """A message of one side arrives; `fix` None for a keep-alive."""
        self.now = max(self.now, now)
        if not self.active:
            return
        mine = self.sides[side]
        mine.heard = self.now
        if mine.silent:
            mine.silent = False
            self.told.append(("heard_again", str(side)))
        if fix is None:
            if side == 1:
                self._law()
            return
        before, waiting = mine.person.believed, mine.person.waiting
        believed = mine.person.hears(Said(min(fix.made, self.now), fix.lat, fix.lon, fix.sure, fix.fast))
        newer = before is None or fix.made > before.made
        if believed or (newer and mine.person.waiting is waiting):
            mine.seen = self.now  # a vague fix that only repeats what is known better is a sign too
        if believed and mine.unknown:
            mine.unknown = False
            self.told.append(("position_known", str(side)))
        if side == 1:
            self._law(rising=believed and self._would_rise())
        if believed:
            self._judge()

    def ticks(self, now: float) -> None:
        """Time passes."""
        self.now = max(self.now, now)
        if not self.active:
            return
        for k, side in enumerate(self.sides):
            if side.silent:
                continue
            if self.now - side.heard >= self.policy["silence"]:
                side.silent = True
                self.told.append(("silence", str(k)))
            elif not side.unknown and self.now - side.seen >= self.policy["position_unknown"]:
                side.unknown = True
                self.told.append(("position_unknown", str(k)))
        self._law()

    # -- what it means -----------------------------------------------------------------------------------------------

    def _would_rise(self) -> bool:
        level, leaving, told, rings, doubtful = self.level, self.leaving, list(self.told), self.rings, self.doubtful
        self._judge()
        rises = len(self.told) > len(told) and (self.level or 0) > (level if level is not None else -1)
        self.level, self.leaving, self.told, self.rings, self.doubtful = level, leaving, told, rings, doubtful
        return rises

    def _judge(self) -> None:
        people = [side.person for side in self.sides]
        a, b = people[0].believed, people[1].believed
        if a is None or b is None:
            return
        now = max(a.made, b.made)
        d = apart(a, b)
        errors = (people[0].radius ** 2 + people[1].radius ** 2) ** 0.5
        doubt = errors + people[0].drift(now) + people[1].drift(now)
        least = max(0.0, d - doubt)
        fresh = now - min(a.made, b.made) <= self.policy["fresh"]
        sure = (errors if fresh else doubt) <= self.policy["credible"]
        radii = [0.0, self.pre_alert, self.alert]
        later = soon(people[0], people[1], now, self.policy) if sure else d
        shown = 0
        for k in (1, 2):
            reach = max(self.policy["foresee_way"], self.policy["foresee_way_share"] * radii[k])
            comes = sure and later <= radii[k] and d <= radii[k] + reach
            if (d if sure else d + doubt) <= radii[k] or comes:
                shown = k
            self._near(d - radii[k], d + doubt - radii[k], later - radii[k], d - radii[k] - reach)
        before = self.level
        if self.level is None:
            if shown or sure or least > self.pre_alert:
                self.level = shown
        elif shown >= self.level:
            self.level, self.leaving = shown, None
        else:
            self._leaves(shown, least, radii, now)
        if self.level != before and self.level is not None:
            self.leaving = None
            self.told.append(("level", "unknown" if before is None else NAMES[before], NAMES[self.level]))
            if self.level > max(before or 0, 0) and not self.allowed:
                self.rings += 1

    def _leaves(self, shown: int, least: float, radii: list[float], now: float) -> None:
        assert self.level is not None
        kept = shown
        for k in range(1, self.level + 1):
            margin = max(radii[k] * (1 + self.policy["exit_fraction"]), radii[k] + self.policy["exit_margin"])
            self._near(least - margin)
            if least <= margin:
                kept = max(kept, k)
        if kept == self.level:
            self.leaving = None
            return
        self.leaving = now if self.leaving is None else self.leaving
        far_m = radii[self.level] * (1 + self.policy["exit_far"])
        self._near(least - far_m)
        dwell = self.policy["exit_far_dwell" if least > far_m else "exit_dwell"]
        if now - self.leaving >= dwell:
            self.level, self.leaving = kept, None

    def _near(self, *gaps: float) -> None:
        self.doubtful |= any(abs(gap) < NEAR_M for gap in gaps)

    def _law(self, rising: bool = False) -> None:
        """Is the wearer where the order allows it, with all that the position leaves open, and does anybody know?"""
        wearer = self.sides[1]
        fix, was = wearer.person.believed, self.allowed
        self.allowed = False
        if self.place is not None and fix is not None and not wearer.silent and not wearer.unknown:
            where, metres = self.place
            gap = apart(fix, where) + wearer.person.radius - metres
            self.allowed = gap <= 0
            self._near(gap)
        if self.allowed != was:
            self.told.append(("presence_allowed" if self.allowed else "presence_allowed_ended",))
            if was and (self.level or 0) > 0 and not rising:
                self.told.append(("level", "clear", NAMES[self.level or 0]))
                self.rings += 1
