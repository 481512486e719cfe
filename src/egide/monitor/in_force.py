"""Which policy values judge a cell now? Those of its newest snapshot, and the changes the log holds after it.

For a person who asks, beside the monitor: it changes nothing, and a change that was written a moment ago counts although
no monitor has read it yet.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import psycopg

from egide.core.proximity.policy import NAMES, Values, taken_over, values
from egide.log.frames import Damaged, decode
from egide.monitor import columns

_SNAPSHOT = "SELECT seq, body FROM monitor_snapshot WHERE cell = %s ORDER BY seq DESC LIMIT 1"
# Who writes changes of the policy: the file, a monitor after an upgrade, a rebuild. Devices fill the rest of the log.
_CHANGES = """
SELECT body FROM log_frame WHERE cell = %s AND seq > %s AND (source IN ('file', 'rebuild') OR source LIKE 'monitor-%%')
ORDER BY seq
"""


def in_force(connection: psycopg.Connection[Any], cell: int) -> dict[str, float]:
    """Every value by its name. A change the fold would refuse counts for nothing here either."""
    seq, now = _kept(connection, cell)
    for (body,) in connection.execute(_CHANGES, (cell, seq)):
        with contextlib.suppress(Damaged):
            for change in decode(bytes(body)).extras:
                if isinstance(change, dict) and change.get("control") == "policy":
                    with contextlib.suppress(KeyError, ValueError, TypeError):
                        now = values(dict(change["values"]), now)
    return dict(zip(NAMES, now.tolist(), strict=True))


def _kept(connection: psycopg.Connection[Any], cell: int) -> tuple[int, Values]:
    """(after which frame, the values) of the newest snapshot; this version's own from the beginning if none can be read."""
    row = connection.execute(_SNAPSHOT, (cell,), binary=True).fetchone()
    if row is None:
        return 0, values()
    try:
        arrays = columns.unpack(row[1])
        rare = json.loads(arrays["rare"].tobytes())
        return int(row[0]), taken_over(rare["policy"], arrays["policy"].tolist())
    except (columns.Unreadable, KeyError, ValueError):
        return 0, values()
