"""Which time it is in the cell: one clock for every gateway, monitor and console, the database's.

A gateway measures how far its own clock is from it and adds that. Its own clock is read once, at the start, and runs on
steadily from there, so that setting the machine's time changes nothing here. It never asks the database itself.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

_log = logging.getLogger("egide.gateway.clock")

_SHARP_S = 0.02  # a round trip this short is believed as it is
_WORTH_A_WORD_S = 5.0

_BEGAN_NS = time.time_ns() - time.monotonic_ns()


def process_ms() -> float:
    """Milliseconds since 1970 by the machine's clock as it was at the start, steady from then on."""
    return (_BEGAN_NS + time.monotonic_ns()) / 1e6


class StreamClock:
    """The cell's clock as this process knows it: milliseconds since 1970 that never run backwards once measured.

    `local_ms` is the process's own clock. Read and measured from any thread.
    """

    def __init__(self, local_ms: Callable[[], float] = process_ms) -> None:
        self.local_ms = local_ms
        self._offset_ms: float | None = None
        self._last = 0
        self._told_s = 0.0

    @property
    def is_set(self) -> bool:
        """True once the offset was measured."""
        return self._offset_ms is not None

    @property
    def offset_s(self) -> float:
        """Seconds the database's clock is ahead of the process's; not a number while that was never measured."""
        return math.nan if self._offset_ms is None else self._offset_ms / 1000

    def now_ms(self) -> int:
        """The time now, or the latest one given if the clock was set back. Before any measurement: the process's own,
        which binds nothing later."""
        if self._offset_ms is None:
            return int(self.local_ms())
        self._last = max(self._last, int(self.local_ms() + self._offset_ms))
        return self._last

    def measure(self, asked_ms: float, database_ms: float, answered_ms: float) -> None:
        """Takes what the database's clock said between two readings of `local_ms`: at their midpoint, for all we know.

        A change that the length of the round trip explains is none: a slow answer must not push the clock.
        """
        trip = answered_ms - asked_ms
        offset = database_ms - (asked_ms + answered_ms) / 2
        known = self._offset_ms
        if known is None or trip <= _SHARP_S * 1000 or abs(offset - known) > trip / 2:
            self._offset_ms = offset
        self._say()

    def _say(self) -> None:
        offset_s = self.offset_s
        if abs(offset_s) > _WORTH_A_WORD_S and abs(offset_s - self._told_s) > 1:
            _log.warning("The database's clock is %.1f s from this machine's; the database's counts.", offset_s)
            self._told_s = offset_s
