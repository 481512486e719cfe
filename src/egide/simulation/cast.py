"""Who takes part in a demo? The devices that `egide manage demo` laid into the database, with their demo
keys.

Reads the file it leaves beside them; checks it, so that a wrong entry is named here and not by a refused
post.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("tgd", "bar_box", "bar_bracelet", "pilot_phone")
ROLES = ("protected", "wearer", "tgd", "pilot")
WITHOUT_MEASURE = ("tgd", "pilot")


class CastError(ValueError):
    """The file cannot be used. The text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device of the demo. `alert_m` is the alert distance of its measure, in metres; 0 without a measure."""

    identifier: str
    key: str
    kind: str
    role: str
    measure: str | None = None
    alert_m: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """The two devices of one measure."""

    measure: str
    protected: Device
    wearer: Device

    @property
    def alert_m(self) -> int:
        """The alert distance in metres; the pre-alert distance is twice that (BAR-15)."""
        return self.wearer.alert_m

    @property
    def pre_alert_m(self) -> int:
        """The pre-alert distance in metres."""
        return 2 * self.alert_m


def _device(entry: Any) -> Device:
    """One entry of the file. Raises ValueError with what is wrong in it."""
    if not isinstance(entry, dict):
        raise ValueError("is not an object")
    for name in ("identifier", "key", "kind", "role"):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise ValueError(f"has no {name}")
    if entry["kind"] not in KINDS:
        raise ValueError(f"has the kind {entry['kind']!r}; there are {', '.join(KINDS)}")
    if entry["role"] not in ROLES:
        raise ValueError(f"has the role {entry['role']!r}; there are {', '.join(ROLES)}")
    measure, alert_m = entry.get("measure"), entry.get("alert_m") or 0
    if entry["role"] not in WITHOUT_MEASURE and (not isinstance(measure, str) or not measure):
        raise ValueError("has no measure")
    if not isinstance(alert_m, int | float) or alert_m < 0 or (measure and not alert_m):
        raise ValueError("has no alert_m, the alert distance in metres")
    return Device(entry["identifier"], entry["key"], entry["kind"], entry["role"], measure or None, int(alert_m))


def read_cast(path: Path) -> list[Device]:
    """The devices of a demo file. Raises CastError."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CastError(f"{path} cannot be read ({error.strerror}); `egide manage demo` writes it.") from None
    except ValueError:
        raise CastError(f"{path} is not JSON; `egide manage demo` writes it anew.") from None
    if not isinstance(entries, list) or not entries:
        raise CastError(f"{path} names no device; `egide manage demo` writes it anew.")
    cast: list[Device] = []
    for number, entry in enumerate(entries, 1):
        try:
            cast.append(_device(entry))
        except ValueError as error:
            raise CastError(f"{path}: entry {number} {error}.") from None
    if len({device.identifier for device in cast}) < len(cast):
        raise CastError(f"{path} names an identifier twice.")
    return cast


def pairs(cast: Sequence[Device]) -> list[Pair]:
    """The measures of which both devices take part: those with the smallest alert distance first."""
    found: list[Pair] = []
    for wearer in cast:
        protected = next((d for d in cast if d.role == "protected" and d.measure == wearer.measure), None)
        if wearer.role == "wearer" and wearer.measure and protected:
            found.append(Pair(wearer.measure, protected, wearer))
    return sorted(found, key=lambda pair: pair.alert_m)
