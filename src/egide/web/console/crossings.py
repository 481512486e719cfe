"""When was the wearer inside the alert distance during this incident? For the authority and the file, when it is closed.

It reads what the core concluded, and tells times alone: no place, no distance, no word of a note.
"""

from __future__ import annotations

from datetime import UTC, datetime

from egide.core.workflow.workflows import WORKFLOWS
from egide.web.cases.services.crossings import Crossed
from egide.web.console.models import Incident, Transition

ALERT = "alert"


def crossed(incident: Incident, code: str) -> Crossed | None:
    """What is to be told of an incident that is being closed with that reason; None where nobody has to be informed."""
    table = WORKFLOWS.get(incident.workflow)
    if table is None or not table.informs or incident.measure is None:
        return None
    return Crossed(
        ref=str(incident.public_id), measure=incident.measure.number, wearer=incident.measure.wearer_person_id,
        times=times(incident), workflow=incident.workflow, closed=code,
        police=incident.flow.get("intervention") == "requested",
    )  # fmt: skip


def times(incident: Incident) -> tuple[tuple[datetime, datetime | None], ...]:
    """Each stay inside, in order. An end nobody saw is None; an alert without a line of its own begins with the incident."""
    rows = Transition.objects.filter(
        measure=incident.measure_id, kind="level", stream_time_ms__gte=incident.stream_time_ms
    )
    found: list[tuple[int, int | None]] = []
    for row in rows.order_by("stream_time_ms", "frame_seq", "idx", "ordinal"):
        if row.level_to == ALERT and (not found or found[-1][1] is not None):
            found.append((row.stream_time_ms, None))
        elif row.level_from == ALERT and row.level_to != ALERT and found and found[-1][1] is None:
            found[-1] = (found[-1][0], row.stream_time_ms)
    found = found or [(incident.stream_time_ms, None)]
    return tuple((_instant(begins), None if ends is None else _instant(ends)) for begins, ends in found)


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
