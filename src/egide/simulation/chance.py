"""Chance that can be asked again: the same seed and the same question give the same answer, in any order.

Nobody has to keep a generator's state, so a scene can be asked for any second of any person. Not for secrets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_UNIT = 2.0**-53


class Dice:
    """Dice with a name. Every throw is named too: `dice.unit("speed", 3)` is always the same number."""

    def __init__(self, *names: object) -> None:
        self._name = "/".join(map(str, names)).encode()

    def named(self, *names: object) -> Dice:
        """Other dice, for a part of what these are for."""
        return Dice(self._name.decode(), *names)

    def _two(self, key: tuple[object, ...]) -> tuple[float, float]:
        raw = blake2b("/".join(map(str, key)).encode(), digest_size=16, key=self._key).digest()
        return (
            (int.from_bytes(raw[:8], "big") >> 11) * _UNIT,
            (int.from_bytes(raw[8:], "big") >> 11) * _UNIT,
        )

    @property
    def _key(self) -> bytes:
        return self._name if len(self._name) <= 64 else blake2b(self._name).digest()

    def unit(self, *key: object) -> float:
        """A number from 0 up to, and without, 1."""
        return self._two(key)[0]

    def between(self, low: float, high: float, *key: object) -> float:
        """A number from `low` to `high`."""
        return low + (high - low) * self.unit(*key)

    def happens(self, probability: float, *key: object) -> bool:
        """True with that probability."""
        return self.unit(*key) < probability

    def one_of(self, things: Sequence[T], *key: object) -> T:
        """One of the things; raises IndexError if there is none."""
        return things[int(self.unit(*key) * len(things))]

    def shuffled(self, things: Sequence[T], *key: object) -> list[T]:
        """The things in another order."""
        order = sorted(range(len(things)), key=lambda i: self.unit(*key, i))
        return [things[i] for i in order]

    def normal(self, *key: object) -> float:
        """A number of the normal distribution, mean 0, deviation 1."""
        first, second = self._two(key)
        return math.sqrt(-2.0 * math.log(1.0 - first)) * math.cos(2.0 * math.pi * second)
