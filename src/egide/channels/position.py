"""Where is the protected person of an alarm, for the unit that was called to it? Read at the moment of sending, kept nowhere.

A TGD position exists only while its alarm is open and its consent stands (TGD-30, TGD-43). Only police and gendarmerie
may receive one (TGD-42, BAR-48): for anybody else this module answers that it knows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

MAY_RECEIVE = frozenset({"police", "gendarmerie"})  # kinds of agencies
FRESH_S = 600  # older than this is no position to send a crew to
UNKNOWN_RADIUS_M = 1000.0  # accuracy unknown is not 0 m


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, a 95 % radius in metres (None: unknown), and when, in milliseconds."""

    lat: float
    lon: float
    accuracy_m: float | None
    at_ms: int


# The protected person's device: of the measure, or the one that spoke.
_DEVICE = """
SELECT coalesce(m.protected_device_id, d.id), coalesce(p.kind, d.kind)
FROM console_incident i
LEFT JOIN measures_measure m ON m.id = i.measure_id
    OR (i.measure_id IS NULL AND m.status = 'active' AND i.device_id IN (m.protected_device_id, m.wearer_device_id))
LEFT JOIN registry_device p ON p.id = m.protected_device_id
LEFT JOIN registry_device d ON d.id = i.device_id
WHERE i.id = %s AND i.status = 'open' ORDER BY m.id DESC LIMIT 1
"""
_PLACE = """
SELECT lat_e7, lon_e7, accuracy_cm, t_ms FROM console_place
WHERE device_id = %s AND t_ms > (extract(epoch FROM now()) * 1000)::bigint - %s
"""
_SEALED = """
SELECT a.key, p.sealed, (extract(epoch FROM p.received_at) * 1000)::bigint
FROM tgd_alarm a JOIN registry_device d ON d.id = a.device_id JOIN tgd_position p ON p.alarm_id = a.id
WHERE a.device_id = %s AND a.closed_at IS NULL AND a.key IS NOT NULL AND a.erase_at > now() AND d.geolocation_consent
ORDER BY p.id DESC LIMIT 1
"""


def alarm_position(connection: Connection[Any], incident: int | None, agency_kind: str) -> Place | None:
    """The position of an open incident for an agency of this kind; None when there is none or it may have none."""
    if incident is None or agency_kind not in MAY_RECEIVE:
        return None
    row = connection.execute(_DEVICE, [incident]).fetchone()
    if row is None or row[0] is None:
        return None
    device, kind = row
    if kind == "tgd":
        return _sealed(connection, device)
    found = connection.execute(_PLACE, [device, FRESH_S * 1000]).fetchone()
    return None if found is None else _place(*found)


def _sealed(connection: Connection[Any], device: int) -> Place | None:
    from egide.gateway.tgd_gate import SealBroken, unseal

    row = connection.execute(_SEALED, [device]).fetchone()
    if row is None:
        return None
    try:
        fix = unseal(bytes(row[0]), bytes(row[1]))
    except SealBroken:
        return None
    accuracy = -1 if fix.accuracy_cm is None else fix.accuracy_cm
    return _place(fix.lat_e7, fix.lon_e7, accuracy, min(fix.time_ms, row[2]))


def _place(lat_e7: int, lon_e7: int, accuracy_cm: int, at_ms: int) -> Place:
    return Place(lat_e7 / 1e7, lon_e7 / 1e7, None if accuracy_cm < 0 else accuracy_cm / 100, at_ms)
