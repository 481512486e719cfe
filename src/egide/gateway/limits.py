"""How many of something may happen in a while: token buckets, one or one for each name, with bounded memory."""

from __future__ import annotations

from collections.abc import Hashable


class Bucket:
    """`burst` at once, then `per_second` on average. Times are seconds of any clock that only moves on."""

    __slots__ = ("_at", "_burst", "_level", "_per_second")

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._level, self._at = burst, 0.0

    def take(self, now: float) -> bool:
        """Takes one if there is one."""
        self._level = min(self._burst, self._level + (now - self._at) * self._per_second)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def is_full(self, now: float) -> bool:
        """True if nothing was taken lately: forgetting this bucket changes nothing."""
        return self._level + (now - self._at) * self._per_second >= self._burst


class Buckets:
    """One bucket for each name, and one for all names together. Remembers at most `names` names at a time.

    When that many are busy at once, a new name has to pass the common bucket only.
    """

    def __init__(self, each: tuple[float, float], together: tuple[float, float], names: int = 10_000) -> None:
        self._each, self._names = each, names
        self._together = Bucket(*together)
        self._of: dict[Hashable, Bucket] = {}

    def take(self, name: Hashable, now: float) -> bool:
        """Takes one for `name` if both it and all together have one left."""
        bucket = self._of.get(name)
        if bucket is None:
            if len(self._of) >= self._names:
                self._of = {key: kept for key, kept in self._of.items() if not kept.is_full(now)}
            bucket = Bucket(*self._each)
            if len(self._of) < self._names:
                self._of[name] = bucket
        return bucket.take(now) and self._together.take(now)
