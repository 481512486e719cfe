"""Where is a grave-danger phone whose alarm is open, and where was it in an alarm that is over? Nothing else, ever.

The only place of the web that opens a sealed position. Positions come in from the press until the alarm is closed, only
with the second consent, and are part of the alarm's record until its key is destroyed (TGD-12, TGD-30, TGD-40, TGD-43).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from egide.core.observations import Fix
from egide.web.cases.services import keeping
from egide.web.console.distance import Seen
from egide.web.permissions.database import everything
from egide.web.registry.models import Device

log = logging.getLogger("egide.web.tgd")

TRAIL = 40


@dataclass(slots=True)
class Alarm:
    """An open alarm: when the key was pressed (ms), and the positions since, oldest first."""

    pressed_ms: int
    trail: list[Seen] = field(default_factory=list)

    @property
    def last(self) -> Seen | None:
        """The newest position, None when there is none."""
        return max(self.trail, key=lambda s: s.at_ms, default=None)


# The key only while it may be used, and only with the consent as it stands now: a withdrawal acts at once.
ALARMS = """
SELECT a.id, a.device_id, a.pressed_ms, CASE WHEN a.erase_at > now() AND d.geolocation_consent THEN a.key END
FROM tgd_alarm a JOIN registry_device d ON d.id = a.device_id
WHERE a.closed_at IS NULL AND a.device_id = ANY(%s)
"""
POSITIONS = """
SELECT a.id, p.sealed, (extract(epoch FROM p.received_at) * 1000)::bigint
FROM unnest(%s::bigint[]) AS a(id)
CROSS JOIN LATERAL (
    SELECT sealed, received_at FROM tgd_position WHERE alarm_id = a.id ORDER BY id DESC LIMIT %s
) p
"""


def open_alarms(device_ids: Iterable[int]) -> dict[int, Alarm]:
    """The open alarms of some phones by device number, with the positions that could be opened."""
    wanted = sorted(device_ids)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ALARMS, [wanted])
        rows = cursor.fetchall()
        cursor.execute(POSITIONS, [[row[0] for row in rows], TRAIL])
        sealed = cursor.fetchall()
    alarms = {number: Alarm(pressed) for number, _, pressed, _ in rows}
    keys = {number: bytes(key) for number, _, _, key in rows if key is not None}
    for number, box, received_ms in sealed:
        if number in keys and (fix := _unseal(keys[number], bytes(box))) is not None:
            alarms[number].trail.append(
                Seen(fix.lat_e7, fix.lon_e7, fix.accuracy_cm, fix.speed_cms, min(fix.time_ms, received_ms))
            )
    for alarm in alarms.values():
        alarm.trail.sort(key=lambda s: s.at_ms)
    return {device: alarms[number] for number, device, _, _ in rows}


# The alarm an incident was about: open at some time between its ring and its end.
PAST = """
SELECT a.id, CASE WHEN a.erase_at > now() THEN a.key END, a.key IS NULL OR a.erase_at <= now()
FROM tgd_alarm a WHERE a.device_id = %s AND a.opened_at <= %s AND (a.closed_at IS NULL OR a.closed_at >= %s)
"""
PAST_POSITIONS = """
SELECT alarm_id, sealed, (extract(epoch FROM received_at) * 1000)::bigint FROM tgd_position
WHERE alarm_id = ANY(%s) AND received_at <= %s ORDER BY id LIMIT %s
"""
PAST_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class PastAlarm:
    """What is left of the positions of an alarm that is over, oldest first. `erased`: their term has passed (TGD-43)."""

    trail: list[Seen]
    erased: bool
    consent: bool


def past_alarm(device: int, opened_at: datetime, closed_at: datetime) -> PastAlarm:
    """The positions of one phone that came in while an incident was open, as far as they may still be known.

    The second consent that counts is of whoever held the phone then (TGD-12): a phone goes back, and on to others.
    """
    consent = _agreed(device, opened_at, closed_at)
    with connection.cursor() as cursor:
        cursor.execute(PAST, [device, closed_at, opened_at])
        rows = cursor.fetchall()
        keys = {number: bytes(key) for number, key, _ in rows if key is not None and consent}
        cursor.execute(PAST_POSITIONS, [list(keys), closed_at, PAST_LIMIT])
        sealed = cursor.fetchall()
    found = [(_unseal(keys[number], bytes(box)), received_ms) for number, box, received_ms in sealed]
    trail = [
        Seen(fix.lat_e7, fix.lon_e7, fix.accuracy_cm, fix.speed_cms, min(fix.time_ms, received_ms))
        for fix, received_ms in found
        if fix is not None
    ]
    return PastAlarm(sorted(trail, key=lambda s: s.at_ms), any(row[2] for row in rows), consent or not rows)


def _agreed(device: int, since: datetime, until: datetime) -> bool:
    with everything("the second consent of whoever held a phone at the time of an alarm that is over (TGD-12)"):
        told = keeping.agreed_then(device, since, until)
    # No attribution of a file was handed over with it: its own word, as for an alarm that is open.
    return Device.objects.filter(pk=device, geolocation_consent=True).exists() if told is None else told


def _unseal(key: bytes, sealed: bytes) -> Fix | None:
    """One sealed position, None when it cannot be opened: the alarm is shown all the same."""
    try:
        from egide.gateway.tgd_gate import unseal

        return unseal(key, sealed)
    except Exception as error:  # a broken seal must not take the alarm off the screen
        log.error("a sealed position could not be opened: %s", type(error).__name__)
        return None
