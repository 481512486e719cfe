"""How long after the ring did somebody pick up, hear the first answer, ask for the police? Seconds, without anybody's name.

Counted by the process in which the act is done, once it is committed, each once an incident. The wall reads the same from
the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from prometheus_client import Histogram

from egide.web.console.models import Incident, IncidentEvent

BUCKETS = (2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800)
KINDS = {"picked_up": ("taken", "taken_over"), "first_call": ("key", "called"), "request": ("intervention_requested",)}
PICKED_UP = Histogram(
    "egide_web_seconds_from_ring_to_picked_up",
    "From the opening of an incident until somebody took it",
    buckets=BUCKETS,
)
FIRST_CALL = Histogram(
    "egide_web_seconds_from_ring_to_first_call",
    "From the opening of an incident until the first outcome of a call or of a step was recorded",
    buckets=BUCKETS,
)
REQUEST = Histogram(
    "egide_web_seconds_from_ring_to_request",
    "From the opening of an incident until an intervention was requested",
    buckets=BUCKETS,
)
HISTOGRAMS = {"picked_up": PICKED_UP, "first_call": FIRST_CALL, "request": REQUEST}


def mark(incident: Incident) -> int:
    """How far the record of a locked incident goes, before an act adds to it."""
    last = IncidentEvent.objects.filter(incident_id=incident.pk).order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def count(incident: Incident, before: int) -> None:
    """What the act since `before` was the first to do is counted when it is committed."""
    events = list(IncidentEvent.objects.filter(incident_id=incident.pk).order_by("pk").values_list("pk", "kind", "at"))
    for name, took_s in _firsts(events, before, incident.opened_at):
        transaction.on_commit(lambda name=name, took_s=took_s: HISTOGRAMS[name].observe(took_s))  # type: ignore[misc]


def _firsts(events: list[tuple[int, str, datetime]], before: int, opened: datetime) -> list[tuple[str, float]]:
    found = []
    for name, kinds in KINDS.items():
        first = next((event for event in events if event[1] in kinds), None)
        if first is not None and first[0] > before:
            found.append((name, max(0.0, (first[2] - opened).total_seconds())))
    return found


_DAY = """
SELECT count(s), percentile_disc(0.5) WITHIN GROUP (ORDER BY s), percentile_disc(0.95) WITHIN GROUP (ORDER BY s)
FROM (
    SELECT extract(epoch FROM (
        SELECT min(e.at) FROM console_incidentevent e WHERE e.incident_id = i.id AND e.kind = ANY(%s)) - i.opened_at) AS s
    FROM console_incident i
    WHERE i.opened_at > now() - interval '24 hours' AND i.close_reason <> 'probe' AND NOT i.id = ANY(%s)
) firsts
"""


def figures(hidden: Sequence[int] = ()) -> list[dict[str, Any]]:
    """The last day of the whole platform, as the record has it: how many, half within, 19 of 20 within (seconds).

    `hidden`: incidents that are left out.
    """
    titles = {"picked_up": _("Picked up"), "first_call": _("First outcome"), "request": _("Police requested")}
    rows = []
    with connection.cursor() as cursor:
        for name, kinds in KINDS.items():
            cursor.execute(_DAY, [list(kinds), list(hidden)])
            number, half, most = cursor.fetchone()
            rows.append(
                {
                    "title": titles[name], "count": number,
                    "half_s": None if half is None else round(half), "most_s": None if most is None else round(most),
                }
            )  # fmt: skip
    return rows
