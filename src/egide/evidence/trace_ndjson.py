"""Which rows does a trace written as NDJSON hold? One object a line, with the keys that are CSV's columns.

`null` or an absent optional key is unknown; other keys are ignored. It does not know what the values mean
(see `trace_columns`).
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from egide.evidence.trace_columns import NOT_SAID, Columns, Flaw, quoted

OPTIONAL = ("accuracy_m", "speed_mps")


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def _object(text: str, line: int) -> dict[str, Any]:
    try:
        found = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Flaw(line, f"this line is not JSON: {error.msg} at character {error.colno}.") from None
    except ValueError as error:  # NaN, Infinity, an integer of thousands of digits
        raise Flaw(line, f"this line is not JSON: {error}.") from None
    except RecursionError:
        raise Flaw(line, "this line is not a position: its JSON is nested too deeply.") from None
    if not isinstance(found, dict):
        raise Flaw(line, "this line is not a JSON object with time, lat and lon.")
    return found


def _number(found: dict[str, Any], name: str, line: int) -> float:
    value = found.get(name)
    # Exact types: true is an int to Python, and "48.85" is a text that somebody must look at.
    if type(value) is float or type(value) is int:
        try:
            return float(value)
        except OverflowError:
            return float("inf")  # out of every range: told as such
    if value is None and name in OPTIONAL:
        return NOT_SAID
    if value is None:
        raise Flaw(line, f"{name} is missing or null; a line without it is not a position.")
    told = quoted(value) if isinstance(value, str) else "no number"
    raise Flaw(line, f"{name} is {told}; write a JSON number such as 48.8566.")


def read_ndjson(lines: list[str]) -> Columns:
    """The columns of an NDJSON file given as its lines; blank lines are skipped."""
    columns = Columns()
    lat: list[float] = []
    lon: list[float] = []
    accuracy: list[float] = []
    speed: list[float] = []
    try:
        for line, text in enumerate(lines, 1):
            if not text or text.isspace():
                continue
            found = _object(text, line)
            time = found.get("time")
            if not isinstance(time, str):
                raise Flaw(line, "time is missing or no text; write ISO 8601, such as 2026-03-01T14:02:00Z.")
            row = [_number(found, name, line) for name in ("lat", "lon", *OPTIONAL)]
            columns.line.append(line)
            columns.time.append(time.strip())
            lat.append(row[0])
            lon.append(row[1])
            accuracy.append(row[2])
            speed.append(row[3])
    except Flaw as flaw:
        columns.flaw = flaw
    columns.lat, columns.lon, columns.accuracy_m, columns.speed_mps = lat, lon, accuracy, speed
    return columns
