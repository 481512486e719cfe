"""Where is a grave-danger phone whose alarm is open? The only place of the web that opens a sealed position.

A TGD position exists from the press until the alarm is closed or its key destroyed, and only with the second consent
(TGD-12, TGD-30, TGD-43). Outside an open alarm this module has nothing to answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from egide.core.observations import Fix
from egide.web.console.distance import Seen

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


def _unseal(key: bytes, sealed: bytes) -> Fix | None:
    """One sealed position, None when it cannot be opened: the alarm is shown all the same."""
    try:
        from egide.gateway.tgd_gate import unseal

        return unseal(key, sealed)
    except Exception as error:  # a broken seal must not take the alarm off the screen
        log.error("a sealed position could not be opened: %s", type(error).__name__)
        return None
