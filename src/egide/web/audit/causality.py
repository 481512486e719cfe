"""From a fix to a police request: which event caused which? Names events so that a trail can be followed backwards.

An entry of the trail has its own random event. What rang in an incident has one computed from its row, so that nothing
needs to be stored beside it; the row names the message of the log (frame, place) that made it ring.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.db import connection

from egide.web.audit.models import Entry

# Ours, drawn once: events of Égide that are computed and not drawn.
NAMESPACE = uuid.UUID("5d1f0e0c-6f0e-4f0a-9a55-7c3f1f6f2f11")


def incident_event(event_id: int) -> uuid.UUID:
    """The event of one row of `console_incidentevent`."""
    return uuid.uuid5(NAMESPACE, f"incident event {event_id}")


def cause_of_incident(incident_id: int) -> uuid.UUID | None:
    """The last thing that rang in an incident, as the `parent` of what somebody does about it; None if nothing did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM console_incidentevent WHERE incident_id = %s AND frame_seq IS NOT NULL"
            " ORDER BY id DESC LIMIT 1",
            [incident_id],
        )
        row = cursor.fetchone()
    return None if row is None else incident_event(row[0])


def back(event: uuid.UUID) -> Iterator[Entry]:
    """The entries that led to an event, the event itself first. Ends where a cause is not an entry of the trail."""
    seen: set[uuid.UUID] = set()
    cause: uuid.UUID | None = event
    while cause is not None and cause not in seen:
        seen.add(cause)
        entry = Entry.objects.filter(event=cause).first()
        if entry is None:
            return
        yield entry
        cause = entry.parent


def message_of(event: uuid.UUID, incident_id: int) -> tuple[int, int] | None:
    """Frame and place of the message behind an incident event that an entry named as its parent; None if none fits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, frame_seq, idx FROM console_incidentevent WHERE incident_id = %s AND frame_seq IS NOT NULL",
            [incident_id],
        )
        rows = cursor.fetchall()
    return next(((seq, idx) for number, seq, idx in rows if incident_event(number) == event), None)
