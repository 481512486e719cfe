"""What has changed in an alarm since the police were told of it? Then an update is due, to everybody who was told.

Level, urgency, presses and whether it is open are material; that a position moves is not: the inbox shows it live. One
update at a time, none within half a minute of the message before it. It writes intents; the sender sends them.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection

from egide.channels.outbox import AT_ONCE

APART_S = 30  # so long after a message nothing more is said, however much changes
RING_AFTER_S = 30  # as for any other message (web/outbox/services.py)
_LOCK = 0x45475550  # one sender at a time looks

# The alarm in the few words that are compared; numbers and words of tables, nothing of anybody.
_NOW = """jsonb_build_object('level', i.level, 'urgency', i.urgency, 'presses', i.repeats, 'open', i.status = 'open')"""

# What was not sent yet tells the newest when it is; so does the first message, whose act knew no alarm.
_KNOWN = f"""
UPDATE outbox_message m SET data = m.data || jsonb_build_object('told', {_NOW})
FROM console_incident i
WHERE i.id = m.incident_id AND m.kind IN ('police.requested', 'police.updated')
  AND (m.status = 'waiting' OR (NOT m.data ? 'told' AND m.created_at > now() - interval '1 minute'))
  AND m.data->'told' IS DISTINCT FROM {_NOW}
"""  # noqa: S608 - of constants of this module
_INTEND = f"""
INSERT INTO outbox_message (destination_id, kind, thread, incident_id, data, due_at)
SELECT l.destination_id, 'police.updated', l.thread, l.incident_id,
    l.data || jsonb_build_object('told', {_NOW}, 'before', (
        SELECT jsonb_agg(jsonb_build_array(b.public_id::text, b.created_at) ORDER BY b.id) FROM outbox_message b
        WHERE b.destination_id = l.destination_id AND b.thread = l.thread AND b.status = 'delivered')),
    now() + make_interval(secs => %(ring_s)s)
FROM (
    SELECT DISTINCT ON (m.destination_id, m.thread) m.* FROM outbox_message m
    JOIN police_request r ON r.public_id::text = m.data->>'request' AND r.status NOT IN ('ended', 'cancelled')
    WHERE m.kind LIKE 'police.%%'
    ORDER BY m.destination_id, m.thread, m.id DESC
) l
JOIN console_incident i ON i.id = l.incident_id
JOIN outbox_destination d ON d.id = l.destination_id AND d.enabled
WHERE l.kind <> 'police.cancelled' AND l.data ? 'told' AND l.data->'told' IS DISTINCT FROM {_NOW}
  AND l.status = 'delivered' AND l.created_at <= now() - make_interval(secs => %(apart_s)s)
LIMIT %(at_once)s
"""  # noqa: S608 - of constants of this module


def sweep(connection: Connection[Any]) -> int:
    """Writes the updates that are due; gives how many."""
    with connection.transaction():
        if connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK]).fetchone() != (True,):
            return 0
        connection.execute(_KNOWN)
        values = {"ring_s": RING_AFTER_S, "apart_s": APART_S, "at_once": AT_ONCE}
        return connection.execute(_INTEND, values).rowcount
