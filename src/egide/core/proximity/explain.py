"""What an event means, in plain names and metres: the form that leaves the program, in files, on screens, in evidence.

Nothing here decides anything: it only spells out what the kernel wrote.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from egide.core.proximity import state as s

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OF_A_PLACE = (s.PRESENCE_ALLOWED, s.PRESENCE_ALLOWED_ENDED, s.EXCLUSION_ENTERED, s.EXCLUSION_LEFT)
SIDES = {s.PROTECTED: "protected", s.WEARER: "wearer", -1: None}


def iso(time_ms: int) -> str:
    """Milliseconds since 1970 as ISO 8601 UTC with milliseconds and Z."""
    text = (EPOCH + timedelta(milliseconds=time_ms)).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def metres(cm: int) -> float | None:
    """Centimetres of an event to metres; None for unknown (-1)."""
    return None if cm < 0 else cm / 100


def time_to_zone_s(distance_cm: int, closing_cms: int, radius_cm: int) -> float | None:
    """Seconds until the radius is reached at the present closing speed; None when it is not being approached."""
    if distance_cm < 0 or closing_cms <= 0 or distance_cm <= radius_cm:
        return None
    return round((distance_cm - radius_cm) / closing_cms, 1)


def event_dict(event: Any) -> dict[str, Any]:
    """One kernel event as the line `egide replay` prints and the row a screen shows."""
    kind = int(event["kind"])
    line: dict[str, Any] = {"time": iso(int(event["time_ms"])), "kind": s.KIND_NAMES[kind]}
    if kind == s.LEVEL:
        line["from"] = s.LEVEL_NAMES[int(event["level_from"])]
        line["to"] = s.LEVEL_NAMES[int(event["level_to"])]
    else:
        line["level"] = s.LEVEL_NAMES[int(event["level_to"])]
    party = SIDES[int(event["party"])]
    if party is not None:
        line["party"] = party
    if int(event["distance_cm"]) >= 0:
        line["basis"] = s.BASIS_NAMES[int(event["basis"])]
        line["distance_m"] = metres(int(event["distance_cm"]))
        line["lower_m"] = metres(int(event["lower_cm"]))
        line["upper_m"] = metres(int(event["upper_cm"]))
        line["moved"] = s.MOVED_NAMES[int(event["moved"])]
        line["closing_mps"] = int(event["closing_cms"]) / 100
    if kind in (s.CLOCK_CORRECTED, s.CLOCK_RIGHT):
        line["correction_s"] = int(event["value"])
    elif kind == s.POSITION_STUCK:
        line["repeated_s"] = int(event["value"])
    elif kind in OF_A_PLACE:
        line["place"] = int(event["value"])
    line["device_time"] = iso(int(event["device_time_ms"]))
    return line
