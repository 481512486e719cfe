"""How does a device of the demo write what it says? OsmAnd JSON, OsmAnd form fields, or OwnTracks.

Nothing but the ordinary protocols of docs/protocols.md: the gateway cannot tell these devices from real ones.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from egide.simulation.players import Said

KNOT_MPS = 1852 / 3600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """One HTTP request. `urgent`: an alarm, which waits behind no position."""

    path: str
    headers: dict[str, str]
    body: bytes
    urgent: bool


def post(said: Said, time_ms: int) -> Post:
    """What a device said at `time_ms` (since 1970, by its clock), as it sends it.

    Alarms go as form fields in the body, never in the URL: a position in a URL would stand in access logs.
    """
    if said.alarm:
        return _form(said, time_ms)
    if said.device.kind == "pilot_phone":
        return _owntracks(said, time_ms)
    return _json(said, time_ms)


def _bearer(said: Said, content_type: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {said.device.key}", "Content-Type": content_type}


def _form(said: Said, time_ms: int) -> Post:
    fields: dict[str, Any] = {"id": said.device.identifier, "timestamp": time_ms, "alarm": said.alarm}
    if said.reading:
        fields |= {"lat": f"{said.reading.place.lat:.7f}", "lon": f"{said.reading.place.lon:.7f}"}
        fields["accuracy"] = said.reading.accuracy_m
        if said.reading.speed_mps is not None:
            fields["speed"] = round(said.reading.speed_mps / KNOT_MPS, 2)
    fields["batt"] = round(100 * said.battery)
    headers = _bearer(said, "application/x-www-form-urlencoded")
    return Post("/osmand", headers, urlencode(fields).encode(), urgent=True)


def _json(said: Said, time_ms: int) -> Post:
    instant = (_EPOCH + timedelta(milliseconds=time_ms)).isoformat(timespec="milliseconds")
    location: dict[str, Any] = {
        "timestamp": instant.replace("+00:00", "Z"),
        "battery": {"level": said.battery, "is_charging": False},
    }
    if said.reading:
        speed = said.reading.speed_mps
        location["coords"] = {
            "latitude": round(said.reading.place.lat, 7),
            "longitude": round(said.reading.place.lon, 7),
            "accuracy": said.reading.accuracy_m,
            "speed": -1 if speed is None else speed,
        }
    body = json.dumps({"location": location, "device_id": said.device.identifier})
    return Post("/osmand", _bearer(said, "application/json"), body.encode(), urgent=False)


def _owntracks(said: Said, time_ms: int) -> Post:
    message: dict[str, Any] = {"_type": "location", "tst": time_ms // 1000, "batt": round(100 * said.battery)}
    if said.reading:
        message |= {"lat": round(said.reading.place.lat, 7), "lon": round(said.reading.place.lon, 7)}
        message["acc"] = round(said.reading.accuracy_m)
        if said.reading.speed_mps is not None:
            message["vel"] = round(said.reading.speed_mps * 3.6)
    else:
        message["_type"] = "status"  # proves the phone alive, and is no position
    login = base64.b64encode(f"{said.device.identifier}:{said.device.key}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    return Post("/owntracks", headers, json.dumps(message).encode(), urgent=False)
