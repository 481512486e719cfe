"""What does this engine know of people that the one before it never told? Asked once, when it goes on in its place.

A new engine judges again in silence what the old one judged since its snapshot. Where it comes to another end (an alert
where the old one saw none, a device that is silent by now) nothing of that would ever be said: the level is up already. So
what stands at the cursor is held against what the timelines tell, and the difference rings with the first batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from egide.core.proximity import state as s
from egide.core.proximity.explain import SIDES, event_dict
from egide.monitor.fold import Fold
from egide.monitor.told import Outputs, Writer

# What a party's or (side -1) a pair's flag is told by: (flag, when it is set, when it is not any more).
FLAGS = (
    (s.SILENT, s.SILENCE, s.HEARD_AGAIN),
    (s.POSITION_UNKNOWN, s.POSITION_LOST, s.POSITION_FOUND),
    (s.STUCK, s.POSITION_STUCK, s.POSITION_MOVES),
    (s.CLOCK_WRONG, s.CLOCK_CORRECTED, s.CLOCK_RIGHT),
)
PAIR_FLAGS = ((s.POSSIBLE, s.POSSIBLE_APPROACH, s.POSSIBLE_ENDED),)
BEFORE_ALL = -1  # the index, in the first frame of a batch, of what was so before it

_TOLD = """
SELECT DISTINCT ON (measure_id, kind, detail->>'party') measure_id, kind, level_to, detail->>'party', frame_seq, idx, ordinal
FROM console_transition WHERE frame_seq > %s AND frame_seq <= %s
ORDER BY measure_id, kind, detail->>'party', frame_seq DESC, idx DESC, ordinal DESC
"""
_LEVELS = {name: level for level, name in s.LEVEL_NAMES.items()}
_SIDES = {name: side for side, name in SIDES.items()}  # no name: the pair's
_SETS = {s.KIND_NAMES[on]: (flag, True) for flag, on, _ in (*FLAGS, *PAIR_FLAGS)}
_CLEARS = {s.KIND_NAMES[off]: (flag, False) for flag, _, off in (*FLAGS, *PAIR_FLAGS)}
_BITS = {**_SETS, **_CLEARS}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to say: a kind of event, whose (-1: the pair's), and the level that was told before, if it is a level."""

    measure: int
    kind: int
    side: int
    level_from: int | None = None


class Told:
    """What the engine before told: what stood in its snapshot, then what it wrote. Rows by pair; flags by side."""

    def __init__(self, fold: Fold) -> None:
        self._levels, self._flags = _standing(fold)

    def hear(self, connection: psycopg.Connection[Any], fold: Fold, after_seq: int, up_to: int) -> None:
        """Takes what is written of the frames between two numbers."""
        self._grow(len(fold.engine.pairs))
        rows = connection.execute(_TOLD, (after_seq, up_to)).fetchall()
        for number, kind, level, party, *_ in sorted(rows, key=lambda row: row[4:]):
            k = fold.engine.pair_of(int(number))
            if k is None:
                continue
            self._levels[k] = _LEVELS.get(level, self._levels[k])
            if kind in _BITS:
                flag, is_set = _BITS[kind]
                side = _SIDES[party]
                self._flags[k, side] = self._flags[k, side] | flag if is_set else self._flags[k, side] & ~flag

    def differences(self, fold: Fold) -> list[Difference]:
        """What this engine knows and was not told, of everybody who is watched."""
        levels, flags = _standing(fold)
        watched = (fold.engine.pairs["flags"] & s.ACTIVE) != 0
        other = (levels != self._levels) & (levels != s.UNKNOWN_LEVEL)
        found: list[Difference] = []
        for k in np.flatnonzero(watched & (other | (flags != self._flags).any(axis=1))):
            number = int(fold.engine.numbers[k])
            if other[k]:
                found.append(Difference(number, s.LEVEL, s.WEARER, int(self._levels[k])))
            for side, table in ((s.PROTECTED, FLAGS), (s.WEARER, FLAGS), (-1, PAIR_FLAGS)):
                now, before = int(flags[k, side]), int(self._flags[k, side])
                found += [
                    Difference(number, on if now & flag else off, side)
                    for flag, on, off in table
                    if (now ^ before) & flag
                ]
        return found

    def _grow(self, size: int) -> None:
        more = size - len(self._levels)
        self._levels = np.concatenate([self._levels, np.full(more, s.UNKNOWN_LEVEL, np.int8)])
        self._flags = np.concatenate([self._flags, np.zeros((more, 3), np.int16)])


def _standing(fold: Fold) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """(levels, flags of protected, wearer and pair) of every pair; only those flags that are ever told."""
    pairs = fold.engine.pairs
    flags = np.zeros((len(pairs), 3), np.int16)
    told = sum(flag for flag, _, _ in FLAGS)
    flags[:, s.PROTECTED], flags[:, s.WEARER] = pairs["protected"]["flags"] & told, pairs["wearer"]["flags"] & told
    flags[:, -1] = pairs["flags"] & s.POSSIBLE
    return pairs["level"].copy(), flags


def tell(fold: Fold, differences: list[Difference], seq: int, out: Outputs) -> None:
    """Says each before anything of frame `seq`: it rings under the order and over the line as if it came about now."""
    writer = Writer(seq, out)
    for one in differences:
        event = fold.engine.tell(one.measure, one.kind, one.side, _value(fold, one))
        if one.level_from is not None:
            event["level_from"] = one.level_from
        fold.say(writer, BEFORE_ALL, event, {**event_dict(event), "after_upgrade": True})


def _value(fold: Fold, one: Difference) -> int:
    """What comes with an event in seconds: the correction of a clock, or how long one place was repeated."""
    k = fold.engine.pair_of(one.measure)
    assert k is not None
    if one.kind in (s.CLOCK_CORRECTED, s.CLOCK_RIGHT):
        return int(fold.engine.clocks[k, one.side]["correction_s"])
    if one.kind == s.POSITION_STUCK:
        party = fold.engine.pairs[k]["wearer" if one.side == s.WEARER else "protected"]
        return int(party["t_ms"]) // 1000 - int(party["since_s"])
    return 0
