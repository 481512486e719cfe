"""How a process without a screen makes the operators' room ring: again in an open incident, or by a technical one.

Each call is part of the caller's transaction, and its last statement: the number for the screens is locked until the
commit. It closes nothing, judges nothing, and writes no word about a person.
"""

from __future__ import annotations

import json
from typing import Any

from egide.incidents import rows
from egide.incidents.rows import Run

URGENCY = 40  # of what threatens the platform itself: above a low battery, below an alert


_EVENT = "INSERT INTO console_incidentevent (incident_id, kind, data) VALUES (%s, %s, %s::jsonb)"
_NOW_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_OPEN = """
INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)
VALUES (%s, 'technical', %s, coalesce((SELECT max(seq) FROM log_head), 0), -1, %s)
ON CONFLICT (cause) WHERE status = 'open' DO UPDATE SET version = console_incident.version + 1,
    repeats = console_incident.repeats + 1
RETURNING id, xmax = 0
"""


def ring_again(run: Run, incident: int, event: str, data: dict[str, Any] | None = None) -> bool:
    """An open incident rings again for all, whoever has it, for the reason `event`. False if closed or unknown."""
    return rows.ring_again(run, incident, event, data)


def raise_technical(run: Run, cause: str, data: dict[str, Any] | None = None, urgency: int = URGENCY) -> int:
    """Opens the technical incident of a cause (`word:number`), or rings again in the open one; gives its number.

    The word before the colon is what screens call it (`console.phrases.TECHNICAL`).
    """
    run.execute(_NOW_MS)
    now_ms = run.fetchone()[0]
    run.execute(_OPEN, [cause, urgency, now_ms])
    incident, opened = run.fetchone()
    kind = "opened" if opened else "repeated"
    said = {**(data or {}), "signal": cause.partition(":")[0], "stream_time_ms": now_ms, "rings": True}
    run.execute(_EVENT, [incident, kind, json.dumps(said)])
    run.execute("SELECT egide_screen(%s, %s)", [incident, "opened" if opened else "ring"])
    return int(incident)


def add_line(run: Run, cause: str, event: str) -> bool:
    """A line in the open incident of a cause: what was wrong is over. People close it. False if none is open."""
    run.execute(
        "UPDATE console_incident SET version = version + 1 WHERE cause = %s AND status = 'open' RETURNING id", [cause]
    )
    row = run.fetchone()
    if row is None:
        return False
    run.execute(_EVENT, [row[0], event, "{}"])
    run.execute("SELECT egide_screen(%s, 'changed')", [row[0]])
    return True
