"""What should be true of the platform at any moment? One row a question, answered from the database and the log alone.

It asks the tables, never the processes that write them. A check that cannot be asked is itself a finding. Nothing is
repaired from here, and no finding names a person: words and counts only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from egide.core.messages import Kind
from egide.core.observations import SignalKind
from egide.log.frames import Damaged, decode

FRAMES = 2000  # of the log at once


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong: the word of the check, and how many things it concerns."""

    word: str
    count: int = 1


@dataclass(slots=True)
class LogReader:
    """Where the auditor stands in the log: every frame is read once, a while after it was written.

    `missing` holds the presses that no incident tells of, as (frame, index), until one does.
    """

    cell: int
    grace_s: float = 5.0
    seq: int | None = None
    missing: set[tuple[int, int]] = field(default_factory=set)
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """`ask` gives how many things are wrong. `patience_s`: wrong for so long, without a break, before it is said."""

    word: str
    ask: Callable[[Connection[Any], LogReader], int]
    patience_s: float = 0.0
    in_room: bool = True  # false: the room rings for it already, and only the outside is told
    tables: tuple[str, ...] = ()  # asked only where these are there


def counted(query: str) -> Callable[[Connection[Any], LogReader], int]:
    """A check that is one `SELECT count(*)`."""

    def ask(connection: Connection[Any], reader: LogReader) -> int:
        row = connection.execute(query, {"cell": reader.cell}).fetchone()
        assert row is not None
        return int(row[0])

    return ask


# Frames that are old enough to have been judged, with the time they were written by their newest record.
_FRAMES = """
SELECT seq, body FROM log_frame WHERE cell = %s AND seq > %s AND day >= (now() AT TIME ZONE 'UTC')::date - 1
ORDER BY seq LIMIT %s
"""
_START = "SELECT greatest(0, seq - %s) FROM log_head WHERE cell = %s"
_TOLD = """
SELECT frame_seq, idx FROM console_incidentevent WHERE (frame_seq, idx) IN (SELECT * FROM unnest(%s::bigint[], %s::int[]))
"""
_NOW_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"


def sos_without_incident(connection: Connection[Any], reader: LogReader) -> int:
    """How many presses of the log, older than the grace, have no event in any incident (TGD-29, BAR-31)."""
    if reader.seq is None:
        row = connection.execute(_START, [FRAMES, reader.cell]).fetchone()
        reader.seq = 0 if row is None else int(row[0])
    now_ms = int(connection.execute(_NOW_MS).fetchone()[0])  # type: ignore[index]
    limit_ms = now_ms - int(reader.grace_s * 1000)
    for seq, body in connection.execute(_FRAMES, [reader.cell, reader.seq, FRAMES], binary=True).fetchall():
        try:
            messages = decode(bytes(body)).messages
        except Damaged:
            # The monitor sets it aside and rings for it; whoever watches must not die of it, round after round.
            reader.seq = int(seq)
            continue
        if len(messages) and int(messages["stream_time_ms"].max()) > limit_ms:
            break
        pressed = (messages["kind"] == Kind.SIGNAL) & (messages["signal"] == SignalKind.SOS)
        for index in pressed.nonzero()[0]:
            reader.missing.add((int(seq), int(index)))
            reader.seen += 1
        reader.seq = int(seq)
    if reader.missing:
        wanted = sorted(reader.missing)
        told = connection.execute(_TOLD, [[seq for seq, _ in wanted], [index for _, index in wanted]]).fetchall()
        reader.missing -= {(int(seq), int(index)) for seq, index in told}
    return len(reader.missing)


CHECKS = (
    Check("audit_sos", sos_without_incident),
    # Owned by somebody who may still work, or ringing: every change of it was numbered for the screens.
    Check(
        "audit_owner",
        counted(
            "SELECT count(*) FROM console_incident i LEFT JOIN accounts_user u ON u.id = i.owner_id"
            " WHERE i.status = 'open' AND ((i.owner_id IS NOT NULL AND NOT u.is_active)"
            " OR (i.owner_id IS NULL AND NOT EXISTS (SELECT FROM console_screen s WHERE s.incident_id = i.id)))"
        ),
        patience_s=2,
    ),
    Check(
        "audit_closed",  # by a named person; the probe is nobody's
        counted(
            "SELECT count(*) FROM console_incident WHERE status = 'closed' AND closed_by_id IS NULL"
            " AND close_reason <> 'probe' AND kind = 'sos' AND closed_at > now() - interval '1 day'"
        ),
    ),
    Check(
        "audit_unanswered",
        counted(
            "SELECT count(*) FROM console_incident WHERE status = 'open' AND owner_id IS NULL AND urgency <= 20"
            " AND opened_at < now() - interval '60 s'"
        ),
        in_room=False,
    ),
    Check(
        "audit_monitor",
        counted(
            "SELECT count(*) FROM monitor_lease l JOIN log_head h USING (cell) WHERE l.cell = %(cell)s"
            " AND (l.renewed_at < clock_timestamp() - interval '5 s' OR (h.seq > l.seq"
            " AND coalesce(l.judged_at, '-infinity') < clock_timestamp() - interval '10 s'))"
        ),
        patience_s=3,
    ),
    Check(
        "audit_worker",
        counted(
            "SELECT count(*) FROM outbox_guard WHERE coalesce(beat_at, '-infinity') < clock_timestamp() - interval '10 s'"
        ),
        patience_s=5,
    ),
    # Sweepers: what they should have done and did not, whoever they are.
    Check(
        "audit_deadlines",
        counted(
            "SELECT count(*) FROM tasks_task WHERE status = 'open' AND (remind_at < now() - interval '60 s'"
            " OR (escalation_level < 1 AND due_at < now() - interval '60 s'))"
        ),
        patience_s=5,
        tables=("tasks_task",),
    ),
    Check(
        "audit_outbox",
        counted(
            "SELECT (SELECT count(*) FROM outbox_message WHERE rang_at IS NULL AND (status IN ('uncertain', 'gave_up')"
            " OR (status IN ('waiting', 'sending') AND due_at < now() - interval '10 s')))"
            " + (SELECT count(*) FROM outbox_message WHERE status = 'sending' AND lease_until < now() - interval '10 s')"
            " + (SELECT count(*) FROM police_request WHERE status = 'requested' AND rang_at IS NULL"
            " AND due_at < now() - interval '10 s')"
        ),
        patience_s=5,
    ),
    # A forwarding server none of whose worn devices was seen for five minutes: it is not they who are silent (OF-05). One
    # outage rings once: the monitor's own incident of it, or one for each of its devices, knows whom it concerns.
    Check(
        "audit_feed",
        counted(
            "SELECT count(*) FROM (SELECT d.feed_id FROM registry_device d"
            " JOIN measures_measure m ON d.id IN (m.protected_device_id, m.wearer_device_id) AND m.status = 'active'"
            " LEFT JOIN console_place p ON p.device_id = d.id"
            " LEFT JOIN console_incident i ON i.status = 'open' AND i.cause = 'silence:' || d.id"
            " WHERE d.feed_id IS NOT NULL AND d.status = 'issued' GROUP BY d.feed_id"
            " HAVING coalesce(max(p.seen_ms), 0) < (extract(epoch FROM clock_timestamp() - interval '5 min') * 1000)"
            " AND bool_or(i.id IS NULL)) f"
            " WHERE NOT EXISTS (SELECT FROM console_incident WHERE status = 'open'"
            " AND cause IN ('feed:' || f.feed_id, 'feed:gateway', 'feed:log'))"
        ),
        patience_s=10,
    ),
    # A timer of an open incident that nobody has looked at: both sweepers are dead, or stuck.
    Check(
        "audit_timers",
        counted(
            "SELECT count(*) FROM console_timer t JOIN console_incident i ON i.id = t.incident_id"
            " WHERE t.done_at IS NULL AND i.status = 'open' AND t.due_at < clock_timestamp() - interval '10 s'"
        ),
        patience_s=5,
        tables=("console_timer",),
    ),
    # Somebody is on shift, and no console of the room can be heard.
    Check(
        "audit_deaf",
        counted(
            "SELECT count(*) FROM (SELECT FROM console_seat WHERE ended_at IS NULL"
            " AND started_at > now() - interval '16 h' HAVING count(*) > 0"
            " AND coalesce(max(seen_at) FILTER (WHERE audible), '-infinity') < now() - interval '100 s') deaf"
        ),
        patience_s=10,
        in_room=False,
        tables=("console_seat",),
    ),
    # A web process names a connection so only while it serves consoles (web/console/hub.py), whatever its pool keeps open;
    # an alarm nobody is shown has no listener.
    # Before the first shift ever began nobody can be missing: a platform that has just been set up is not in service.
    Check(
        "audit_consoles",
        counted(
            "SELECT count(*) FROM (SELECT FROM console_incident WHERE status = 'open' AND owner_id IS NULL"
            " AND opened_at < now() - interval '15 s' LIMIT 1) open WHERE NOT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'egide room') AND EXISTS (SELECT FROM console_seat)"
        ),
        patience_s=10,
        in_room=False,
        tables=("console_seat",),
    ),
)


def ask_all(connection: Connection[Any], reader: LogReader, checks: tuple[Check, ...] = CHECKS) -> dict[str, int]:
    """How many things are wrong, by the word of the check. Raises psycopg.Error if the database is away."""
    found: dict[str, int] = {}
    for check in checks:
        there = connection.execute(
            "SELECT bool_and(to_regclass(t) IS NOT NULL) FROM unnest(%s::text[]) t", [list(check.tables)]
        ).fetchone()
        if there is not None and there[0] is False:
            continue
        found[check.word] = check.ask(connection, reader)
    return found
