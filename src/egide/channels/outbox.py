"""The engine of the outbox: which message is sent next, and what its outcome means. Intent, attempt, outcome.

An attempt is on disk before the first byte leaves. Whoever claims a message gets its fence, and only that fence writes
the outcome. An attempt without an outcome makes the message uncertain, and only a person has it sent again. Reads no
clock but the database's, and sends nothing itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from egide.channels.outcome import Outcome
from egide.channels.room import raise_technical, ring_again

LEASE_S = 30  # an attempt that has not ended by then is given up as uncertain; a sender stops well before (SEND_S)
SEND_S = 15  # the longest a sender may take
BACKOFF_S = (1, 2, 5, 10, 15, 20, 30, 60)  # after so many attempts; then every minute
GIVE_UP_H = 24
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """One message to send now, and the fence under which its outcome may be written."""

    id: int
    fence: int
    attempt: int
    public_id: str
    kind: str
    thread: str
    data: dict[str, Any]
    incident: int | None
    created_at: datetime
    destination: int
    channel: str
    address: str
    agency_kind: str
    secret: str


# One at a time to one destination: a slow far side delays nobody else, and a thread keeps its order.
_CLAIM = """
WITH due AS (
    SELECT m.id FROM outbox_message m JOIN outbox_destination d ON d.id = m.destination_id
    WHERE m.status = 'waiting' AND m.next_at <= now() AND d.enabled AND m.destination_id <> ALL(%(busy)s::bigint[])
      AND NOT EXISTS (SELECT FROM outbox_guard WHERE held)
      AND NOT EXISTS (SELECT FROM outbox_message s WHERE s.destination_id = m.destination_id AND s.status = 'sending')
      AND NOT EXISTS (
        SELECT FROM outbox_message e WHERE e.destination_id = m.destination_id AND e.thread = m.thread AND e.id < m.id
          AND e.status IN ('waiting', 'sending', 'uncertain'))
    ORDER BY m.next_at, m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
), taken AS (
    UPDATE outbox_message m SET status = 'sending', fence = m.fence + 1, attempts = m.attempts + 1,
        lease_until = now() + make_interval(secs => %(lease_s)s)
    FROM due WHERE m.id = due.id RETURNING m.*
), tried AS (
    INSERT INTO outbox_attempt (message_id, fence) SELECT id, fence FROM taken
)
SELECT t.id, t.fence, t.attempts, t.public_id::text, t.kind, t.thread, t.data, t.incident_id, t.created_at,
    d.id, d.channel, d.address, a.kind, coalesce(s.secret, '')
FROM taken t JOIN outbox_destination d ON d.id = t.destination_id JOIN agencies_agency a ON a.id = d.agency_id
LEFT JOIN outbox_secret s ON s.destination_id = d.id
"""
_COUNT = "UPDATE outbox_guard SET tries = tries + 1 WHERE id = 1 RETURNING tries"


def claim(connection: Connection[Any], busy: Collection[int] = ()) -> tuple[Claim, int] | None:
    """Takes one due message whose destination is not busy; gives it with the number of tries ever made.

    Committed when it returns. None: nothing is due, or the outbox waits for a person.
    """
    with connection.transaction():
        row = connection.execute(_CLAIM, {"busy": list(busy), "lease_s": LEASE_S}).fetchone()
        if row is None:
            return None
        counted = connection.execute(_COUNT).fetchone()
    assert counted is not None, "outbox_guard has lost its row; run egide migrate"
    return Claim(*row), int(counted[0])


_SETTLE = """
UPDATE outbox_message SET
    status = CASE WHEN %(result)s = 'delivered' THEN 'delivered'
        WHEN %(result)s = 'uncertain' THEN 'uncertain'
        WHEN created_at < now() - make_interval(hours => %(give_up_h)s) THEN 'gave_up'
        ELSE 'waiting' END,
    delivered_at = CASE WHEN %(result)s = 'delivered' THEN now() END,
    next_at = now() + make_interval(secs => (%(backoff)s::int[])[least(attempts, array_length(%(backoff)s::int[], 1))]),
    lease_until = NULL
WHERE id = %(id)s AND fence = %(fence)s AND status IN ('sending', 'uncertain')
RETURNING status
"""
_ENDED = """
UPDATE outbox_attempt SET ended_at = now(), outcome = %(result)s, code = %(code)s
WHERE message_id = %(id)s AND fence = %(fence)s AND ended_at IS NULL
"""


def settle(connection: Connection[Any], claimed: Claim, outcome: Outcome) -> str:
    """Writes what came of an attempt; gives the message's new status, empty if somebody has decided meanwhile.

    An outcome that comes after the lease, and before anybody decided, ends the uncertainty.
    """
    values = {
        "id": claimed.id, "fence": claimed.fence, "result": outcome.result.value, "code": outcome.code,
        "give_up_h": GIVE_UP_H, "backoff": list(BACKOFF_S),
    }  # fmt: skip
    with connection.transaction():
        row = connection.execute(_SETTLE, values).fetchone()
        connection.execute(_ENDED, values)
        return "" if row is None else str(row[0])


_EXPIRE = """
WITH lost AS (
    SELECT id FROM outbox_message WHERE status = 'sending' AND lease_until <= now()
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE outbox_message m SET status = 'uncertain' FROM lost WHERE m.id = lost.id
"""


def expire(connection: Connection[Any]) -> int:
    """What was being sent when its sender died becomes uncertain; gives how many."""
    with connection.transaction():
        return connection.execute(_EXPIRE, [AT_ONCE]).rowcount


# Everything that is late, uncertain or given up rings once; a person who sends it again starts its clock anew.
_RING = """
WITH late AS (
    SELECT m.id FROM outbox_message m
    WHERE m.rang_at IS NULL
      AND (m.status IN ('uncertain', 'gave_up') OR (m.status IN ('waiting', 'sending') AND m.due_at <= now()))
    ORDER BY m.id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE outbox_message m SET rang_at = now() FROM late WHERE m.id = late.id
RETURNING m.id, m.incident_id, m.status, m.destination_id
"""


# What the incident's record says of a message that rings, by the message's status.
RINGS = {"waiting": "copy_late", "sending": "copy_late", "uncertain": "copy_uncertain", "gave_up": "copy_gave_up"}


def ring(connection: Connection[Any]) -> int:
    """Makes the room ring for what did not get out: in its incident while that is open, else as a technical one.

    Gives how many messages rang.
    """
    with connection.transaction():
        run = connection.cursor()
        rows = run.execute(_RING, [AT_ONCE]).fetchall()
        told: set[tuple[int | None, int]] = set()
        for _number, incident, status, destination in rows:
            if (incident, destination) in told:
                continue
            told.add((incident, destination))
            if incident is None or not ring_again(run, incident, RINGS[status], {"destination": destination}):
                raise_technical(run, f"outbox:{destination}", {"status": status})
    return len(rows)


_REQUESTS = """
WITH late AS (
    SELECT id FROM police_request
    WHERE status = 'requested' AND rang_at IS NULL AND due_at <= now()
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE police_request r SET rang_at = now() FROM late WHERE r.id = late.id RETURNING r.id, r.public_id::text, r.incident_id
"""


def ring_requests(connection: Connection[Any]) -> int:
    """A request for intervention nobody has acknowledged in time rings in its incident; gives how many rang."""
    with connection.transaction():
        run = connection.cursor()
        rows = run.execute(_REQUESTS, [AT_ONCE]).fetchall()
        for number, request, incident in rows:
            run.execute("INSERT INTO police_step (request_id, kind) VALUES (%s, 'rang')", [number])
            if not ring_again(run, incident, "police_unacknowledged", {"request": request}):
                raise_technical(run, f"police:{number}", {"request": request})
    return len(rows)


# The database this outbox was written in: its cluster, its timeline, itself. A restore changes one of them at least;
# a copy of the files changes none, which is why the sender also remembers the number of tries outside (`tries`).
_IDENTITY = """
SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/'
    || (SELECT timeline_id::text FROM pg_control_checkpoint()) || '/'
    || (SELECT oid::text FROM pg_database WHERE datname = current_database())
"""
_HOLD = """
UPDATE outbox_guard SET identity = %s, held = true, held_at = now(), why = %s, released_by_id = NULL WHERE id = 1
"""
_DOUBT = "UPDATE outbox_message SET status = 'uncertain', lease_until = NULL WHERE status IN ('waiting', 'sending')"


def check_restored(connection: Connection[Any], tries_outside: int) -> bool:
    """Was this database restored since the outbox last worked? Then it waits for a person, and so does every message.

    `tries_outside`: the number of tries the sender remembers outside of the database, 0 if it remembers none.
    """
    with connection.transaction():
        identity = str(connection.execute(_IDENTITY).fetchone()[0])  # type: ignore[index]
        row = connection.execute("SELECT identity, tries, held FROM outbox_guard WHERE id = 1 FOR UPDATE").fetchone()
        assert row is not None, "outbox_guard has lost its row; run egide migrate"
        known, tries, held = row
        if known == "":
            connection.execute("UPDATE outbox_guard SET identity = %s WHERE id = 1", [identity])
            known = identity
        if known == identity and tries_outside <= tries:
            return bool(held)
        why = "restored" if known != identity else "older than what was sent"
        connection.execute(_HOLD, [identity, why])
        # Beyond what is remembered outside, or the next start would hold it again.
        connection.execute("UPDATE outbox_guard SET tries = greatest(tries, %s) WHERE id = 1", [tries_outside])
        connection.execute(_DOUBT)
        raise_technical(connection.cursor(), "outbox_restored:1", {"why": why})
        return True


def beat(connection: Connection[Any]) -> None:
    """Says that a sender looks after the outbox; the auditor reads it."""
    connection.execute("UPDATE outbox_guard SET beat_at = now() WHERE id = 1")
