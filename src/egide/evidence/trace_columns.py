"""What do the columns of a recorded trace mean, whichever of the three formats they were written in?

Every reader (CSV, NDJSON, GPX) fills `Columns` and leaves meaning to `integers`, so that the same recording
gives the same integers in any format. It never repairs a value and never skips a row: a recording is
evidence, and a row that cannot be read is named by its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1
NOT_SAID = float("nan")  # in a column of numbers: the device did not say

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOO_LATE_MS = (datetime(2200, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
HALF_MS = timedelta(microseconds=500)
ONE_MS = timedelta(milliseconds=1)

# Half the Earth's circumference, and a speed no orbit reaches: beyond these it is a sentinel or a wrong unit.
MOST_ACCURACY_M = 20_100_000.0
MOST_SPEED_MPS = 100_000.0

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NUMBER_CHARACTERS = frozenset("0123456789+-.eE")


class Flaw(Exception):  # noqa: N818 - it is a flaw of the file, told by the line it stands in
    """The first thing of a file that cannot be read: its line, counted from 1, and one sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(slots=True)
class Columns:
    """The rows of a file as far as they could be told apart, each with its line.

    Numbers are in degrees, metres and metres per second, NOT_SAID where the device did not say. `flaw` is
    what ended the reading early; the rows before it stay, because an earlier one may hold the first flaw.
    """

    line: list[int] = field(default_factory=list)
    time: list[str] = field(default_factory=list)
    lat: Sequence[float] = ()
    lon: Sequence[float] = ()
    accuracy_m: Sequence[float] = ()
    speed_mps: Sequence[float] = ()
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class Integers:
    """The same rows in the units of the log."""

    time_ms: NDArray[np.int64]
    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]
    accuracy_cm: NDArray[np.int32]
    speed_cms: NDArray[np.int32]


def quoted(text: str) -> str:
    """A value as an error may show it: short, and without characters that could disturb a terminal."""
    return ascii(text if len(text) <= 40 else text[:37] + "...")


def first_of(*flaws: Flaw | None) -> Flaw | None:
    """The flaw that stands first in the file, None if there is none."""
    return min((flaw for flaw in flaws if flaw is not None), key=lambda flaw: flaw.line, default=None)


def numbers(texts: list[str], lines: list[int], name: str, optional: bool) -> tuple[list[float], Flaw | None]:
    """Decimal texts as floats, up to the first that is none. Empty is NOT_SAID if `optional`, else a flaw."""
    try:
        # What float() takes beyond plain decimals (nan, inf, 1_000) holds other characters.
        # characters.
        if set("".join(texts)) <= _NUMBER_CHARACTERS and (optional or all(texts)):
            return [float(text) if text else NOT_SAID for text in texts], None
    except ValueError:
        pass
    values: list[float] = []
    for text, line in zip(texts, lines, strict=True):
        if not text and not optional:
            return values, Flaw(line, f"{name} is empty; a row without it is not a position.")
        if text and not _NUMBER.fullmatch(text):
            return values, Flaw(line, f"{name} is {quoted(text)}; write a decimal number such as 48.8566.")
        values.append(float(text) if text else NOT_SAID)
    return values, None


def _instant_ms(text: str) -> int:
    """Milliseconds since 1970 of one ISO 8601 instant, halves up. Raises ValueError(sentence)."""
    found = _INSTANT.fullmatch(text)
    if not found:
        told = f"is {quoted(text)}" if text else "is empty"
        raise ValueError(f"time {told}; write it as ISO 8601 in UTC, such as 2026-03-01T14:02:00Z.")
    if found[3] is None:
        raise ValueError(f"time is {quoted(text)}, without an offset; add Z for UTC, or an offset such as +01:00.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"time is {quoted(text)}; no clock ever shows that.") from None
    ms = (moment - EPOCH + HALF_MS) // ONE_MS
    if not 0 <= ms < TOO_LATE_MS:
        raise ValueError(f"time is {quoted(text)}; only the years 1970 to 2199 are read.")
    return ms


def _instants(texts: list[str], lines: list[int]) -> tuple[list[int], Flaw | None]:
    values: list[int] = []
    try:
        for text in texts:
            values.append(_instant_ms(text))  # noqa: PERF401 - the values before the flaw are counted
    except ValueError as error:
        return values, Flaw(lines[len(values)], str(error))
    return values, None


def _within(
    values: NDArray[np.float64], lines: list[int], low: float, high: float, tell: Callable[[str], str]
) -> Flaw | None:
    """The first value outside low … high; NOT_SAID is within."""
    outside = np.flatnonzero((values < low) | (values > high))
    if not outside.size:
        return None
    first = int(outside[0])
    return Flaw(lines[first], tell(f"{values[first]:.10g}"))


def _rounded(values: NDArray[np.float64], scale: int) -> NDArray[np.int32]:
    """values × scale to the nearest whole number, halves away from zero; NOT_SAID becomes UNKNOWN."""
    scaled = np.where(np.isnan(values), float(UNKNOWN), values * scale)
    whole = np.trunc(scaled)
    # The remainder is exact in binary, so only a true half is treated as one.
    return (whole + np.where(np.abs(scaled - whole) >= 0.5, np.sign(scaled), 0.0)).astype(np.int32)


def integers(columns: Columns) -> Integers:
    """The columns in the units of the log: ms, 1e-7 degrees, cm, cm/s, UNKNOWN where not said.

    Each number is the decimal text's nearest double, times the scale, rounded to the nearest whole number,
    halves away from zero. Raises the Flaw that stands first in the file.
    """
    lines = columns.line
    time_ms, time_flaw = _instants(columns.time, lines)
    lat, lon, accuracy, speed = (
        np.asarray(column, np.float64) for column in (columns.lat, columns.lon, columns.accuracy_m, columns.speed_mps)
    )
    first = first_of(
        time_flaw,
        _within(lat, lines, -90, 90, lambda v: f"lat is {v}; a latitude lies between -90 and 90."),
        _within(lon, lines, -180, 180, lambda v: f"lon is {v}; a longitude lies between -180 and 180."),
        _within(
            accuracy, lines, 0, MOST_ACCURACY_M,
            lambda v: f"accuracy_m is {v}; it is a radius in metres, 0 to 20,100,000, empty if unknown.",
        ),
        _within(
            speed, lines, 0, MOST_SPEED_MPS,
            lambda v: f"speed_mps is {v}; it is metres per second, 0 to 100,000, empty if unknown.",
        ),
        columns.flaw,
    )  # fmt: skip
    if first is not None:
        raise first
    return Integers(
        np.asarray(time_ms, np.int64),
        _rounded(lat, 10_000_000),
        _rounded(lon, 10_000_000),
        _rounded(accuracy, 100),
        _rounded(speed, 100),
    )
