"""The state from the file alone: what to do when neither a snapshot nor the whole log is left.

Devices and measures come back from their tables; where people were does not: every party is unknown until it speaks,
and silence rings as usual. Unknown is never safe.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from egide.monitor.fold import Fold

_DEVICES = (
    "SELECT 'device' AS control, id AS device, kind, status, person_id AS person FROM registry_device ORDER BY id"
)
_MEASURES = """
SELECT 'measure' AS control, id AS measure, protected_device_id AS protected_device, wearer_device_id AS wearer_device,
    protected_person_id AS protected_person, wearer_person_id AS wearer_person, alert_m, pre_alert_m, status
FROM measures_measure WHERE status = 'active' ORDER BY id
"""


def from_file(connection: psycopg.Connection[Any], fold: Fold, at_ms: int) -> None:
    """Fills an empty fold from the tables of the file, as if all had been entered at `at_ms`."""
    fold.engine.advance(at_ms)
    for query in (_DEVICES, _MEASURES):
        for row in connection.cursor(row_factory=dict_row).execute(query):
            fold.control(row)
