"""Has a phone pressed its key in what the monitor has not judged yet? Asked before its alarm is closed.

It reads the frames of the log after the monitor's cursor, and only whether a press is in them. It never waits: when
there is too much to read, the answer is yes, and whoever asked tries again.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from egide.core.messages import Kind
from egide.core.observations import SignalKind
from egide.log.frames import decode

FRAMES = 200  # a monitor further behind than this is not about to have judged what was pressed

# One statement, so that cursor and frames are of one instant.
UNJUDGED = """
SELECT f.body FROM log_frame f JOIN monitor_lease m ON m.cell = f.cell
WHERE f.cell = %s AND f.seq > m.seq ORDER BY f.seq LIMIT %s
"""


def unjudged(device_id: int) -> bool:
    """Is a press of this device logged and not judged, or may it be?"""
    with connection.cursor() as cursor:
        cursor.execute(UNJUDGED, [settings.EGIDE.number("EGIDE_CELL"), FRAMES + 1])
        bodies = [bytes(row[0]) for row in cursor.fetchall()]
    return len(bodies) > FRAMES or any(_pressed(body, device_id) for body in bodies)


def _pressed(body: bytes, device_id: int) -> bool:
    messages = decode(body).messages
    of_device = (messages["device"] == device_id) & (messages["kind"] == Kind.SIGNAL)
    return bool((of_device & (messages["signal"] == SignalKind.SOS)).any())
