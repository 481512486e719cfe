"""Which pairs of traces shall be replayed together, and under which values? Reads manifests and policy files.

A manifest is NDJSON, one pair a line; a policy file is one JSON object of values by name. Nothing is repaired or
skipped: the first thing that cannot be read is told by file, line and reason, before anything is replayed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from egide.core.proximity.policy import Values, flaw, values
from egide.evidence.trace_columns import quoted

MOST_KM = 10_000.0
KEYS = ("protected", "wearer", "alert_km", "pre_alert_km", "out")


class InputError(ValueError):
    """A manifest or policy file cannot be used. `str()` names the file, the line (counted from 1) and the reason."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a manifest: two traces, the distances in kilometres, and where the events go (None: nowhere)."""

    line: int
    protected: Path
    wearer: Path
    alert_km: float
    pre_alert_km: float
    out: Path | None


def distances_flaw(alert_km: float, pre_alert_km: float) -> str | None:
    """Why two distances in kilometres cannot be used, None if they can. The law's whole kilometres are BAR-15."""
    for name, km in (("alert", alert_km), ("pre-alert", pre_alert_km)):
        if not (math.isfinite(km) and 0 < km <= MOST_KM):
            return f"the {name} distance ({km:g} km) must be above 0 and at most {MOST_KM:,.0f} km."
    if not alert_km < pre_alert_km:
        return f"the pre-alert distance ({pre_alert_km:g} km) must be above the alert distance ({alert_km:g} km)."
    return None


def read_manifest(path: Path) -> list[Pair]:
    """The pairs of a manifest, in its order; paths are relative to its folder. Raises InputError."""
    pairs: list[Pair] = []
    written: dict[Path, int] = {}
    for line, text in enumerate(_text(path).splitlines(), 1):
        if not text.strip():
            continue
        try:
            pair = _pair(_object(text), line, path.parent)
        except ValueError as wrong:
            raise InputError(path, line, str(wrong)) from None
        if pair.out is not None:
            same = written.setdefault(pair.out.absolute(), line)
            if same != line:
                raise InputError(path, line, f"out is the same file as in line {same}; one would overwrite the other.")
        pairs.append(pair)
    if not pairs:
        raise InputError(path, 1, "the manifest names no pair; write one JSON object a line.")
    return pairs


def read_policy(path: Path) -> Values:
    """The policy of a file: today's values, those it names replaced. Raises InputError."""
    text = _text(path)
    try:
        found = _object(text)
    except ValueError as wrong:
        line = getattr(wrong.__cause__, "lineno", 1)
        raise InputError(path, line, str(wrong)) from None
    for name, value in found.items():
        line = next((n for n, row in enumerate(text.splitlines(), 1) if json.dumps(name) in row), 1)
        if (reason := flaw(name, value)) is not None:
            raise InputError(path, line, reason)
    return values(found)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
    except FileNotFoundError:
        raise InputError(path, 1, "there is no such file.") from None
    except UnicodeDecodeError as error:
        line = 1 + error.object.count(b"\n", 0, error.start)
        raise InputError(path, line, "this line is not UTF-8.") from None
    except OSError as error:
        raise InputError(path, 1, f"the file cannot be read: {error.strerror}.") from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON: {error.msg} at character {error.colno}.") from error
    except RecursionError:
        raise ValueError("this JSON is nested too deeply.") from None
    if not isinstance(found, dict):
        raise ValueError("this is not a JSON object.")
    return found


def _pair(found: dict[str, Any], line: int, folder: Path) -> Pair:
    unknown = [name for name in found if name not in KEYS]
    if unknown:
        raise ValueError(f"{quoted(unknown[0])} is not a key of a manifest; there are: {', '.join(KEYS)}.")

    def named(key: str) -> Path:
        value = found.get(key)
        if not isinstance(value, str) or not value or "\0" in value:
            raise ValueError(f"{key} is missing or no text; write the path of a file, relative to the manifest.")
        return folder / value

    alert_km = _kilometres(found, "alert_km", lambda: 1.0)
    pre_alert_km = _kilometres(found, "pre_alert_km", lambda: 2 * alert_km)
    flaw = distances_flaw(alert_km, pre_alert_km)
    if flaw is not None:
        raise ValueError(flaw)
    out = None if found.get("out") is None else named("out")
    return Pair(line, named("protected"), named("wearer"), alert_km, pre_alert_km, out)


def _kilometres(found: dict[str, Any], key: str, default: Callable[[], float]) -> float:
    value = found.get(key)
    if value is None:
        return default()
    if type(value) not in (int, float):
        raise ValueError(f"{key} must be a number of kilometres.")
    return float(value)
