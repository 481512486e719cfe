"""A cell written a second time, slowly, from the words of the design: one measure, its order and its two people.

On geographiclib and plain Python, with the slow people of `tests.core.proximity.oracle`. It shares no code with the
kernel or the fold. Where a figure comes so near to a limit that rounding decides, it says so instead of guessing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.core.proximity.oracle import Person, Said, apart, soon

NAMES = ["clear", "pre_alert", "alert"]
NEAR_M = 1.5  # foresight works with speeds in whole cm/s, up to a minute ahead
NEAR_S = 0.1  # what NEAR_M is at the speed of a possible approach
NEVER = float("inf")

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
    """One measure. `told` are the conclusions, `rings` how often somebody was called for the distance, `possible_rings`
    for an approach nobody sees."""

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
    possible: bool = False
    possible_at: float = NEVER  # when an approach nobody sees becomes possible
    possible_rings: int = 0
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
            self.possible, self.possible_at = False, NEVER
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
        self._expect()
        was = self._law()
        self._no_longer_mute(was, set())

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
        was = self.allowed
        if fix is None:
            if side == 1:
                self._law()
                self._no_longer_mute(was, set())
            return
        before, waiting = mine.person.believed, mine.person.waiting
        believed = mine.person.hears(Said(min(fix.made, self.now), fix.lat, fix.lon, fix.sure, fix.fast))
        newer = before is None or fix.made > before.made
        if believed or (newer and mine.person.waiting is waiting):
            mine.seen = self.now  # a vague fix that only repeats what is known better is a sign too
        if mine.person.waiting is not waiting and not believed:
            self.told.append(("jump_held", str(side)))
            if self.level != 2 and not self.possible:
                self.possible_at = min(self.possible_at, self._waits())
        if mine.person.confirmed:
            self.told.append(("jump_confirmed", str(side)))
        if believed and mine.unknown:
            mine.unknown = False
            self.told.append(("position_known", str(side)))
        if side == 1:
            self._law()
        said = self._judge() if believed else set()
        if side == 1:
            self._no_longer_mute(was, said)

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
        self.doubtful |= abs(self.now - self.possible_at) < NEAR_S and self.possible_at % 1 > 0
        if self.now >= self.possible_at:
            self._may_come()
        was = self._law()
        self._no_longer_mute(was, set())

    # -- what it means -----------------------------------------------------------------------------------------------

    def _judge(self) -> set[str]:
        """Judges what is believed now. Answers what rings by itself: "level", "possible"."""
        said: set[str] = set()
        people = [side.person for side in self.sides]
        a, b = people[0].believed, people[1].believed
        if a is None or b is None:
            return said
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
            if before is None or self.level > before:
                said.add("level")
            if self.level > max(before or 0, 0) and not self.allowed:
                self.rings += 1
        vague = self.level != 2 and not sure and least <= self.alert
        if not sure:
            self._near(least - self.alert)
        if self.possible:
            both_seen = min(a.made, b.made) >= self.now - self.policy["possible_after"]
            if self.level == 2 or (both_seen and not vague and self._waits() == NEVER):
                self.possible = False
                self.told.append(("possible_approach_ended",))
        elif vague:
            self._may_come()
            said.add("possible")
        self._expect()
        return said

    def _may_come(self) -> None:
        """An approach nobody sees has become possible."""
        self.possible, self.possible_at = True, NEVER
        self.told.append(("possible_approach",))
        self.possible_rings += not self.allowed

    def _expect(self) -> None:
        """When will somebody who is not seen any more have had the time to come, or a held fix have waited too long?"""
        a, b = (side.person.believed for side in self.sides)
        if a is None or b is None:
            return
        self.possible_at = NEVER
        if self.level == 2 or self.possible:
            return
        now = max(a.made, b.made)
        errors = (self.sides[0].person.radius ** 2 + self.sides[1].person.radius ** 2) ** 0.5
        least = max(0.0, apart(a, b) - errors - sum(side.person.drift(now) for side in self.sides))
        way_s = max(0.0, least - self.alert) / self.policy["possible_speed"]
        self.possible_at = min(a.made, b.made) + max(self.policy["possible_after"], way_s)
        self.possible_at = min(self.possible_at, self._waits())

    def _waits(self) -> float:
        """Until when a held fix inside may wait to be contradicted; never, if there is none."""
        until = NEVER
        for mine, other in (self.sides, self.sides[::-1]):
            held, there = mine.person.waiting, other.person.believed
            if held is not None and there is not None:
                gap = apart(held, there)
                self._near(gap - self.pre_alert)
                if gap <= self.pre_alert:
                    until = min(until, held.made + self.policy["held_wait"])
        return until

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

    def _law(self) -> bool:
        """Is the wearer where the order allows it, with all that the position leaves open, and does anybody know? Answers
        whether it was so before."""
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
        return was

    def _no_longer_mute(self, was: bool, said: set[str]) -> None:
        """What rang for nobody while presence was allowed rings when it is allowed no more, unless it was `said` just now."""
        if not was or self.allowed:
            return
        if (self.level or 0) > 0 and "level" not in said:
            self.told.append(("level", "clear", NAMES[self.level or 0]))
            self.rings += 1
        if self.possible and "possible" not in said:
            self.told.append(("possible_approach",))
            self.possible_rings += 1
