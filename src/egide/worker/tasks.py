"""What is due is said in time, and what is late is said to more people: reminders, escalation, windows that open.

Reads due rows by the database's clock and locks them one by one, so that several workers never say a thing twice. It
ends nothing and decides nothing; a task it cannot reach now is found at the next round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

AT_ONCE = 500  # rows a round deals with; the rest comes five seconds later


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation: so many hours after a task is late, it is said to somebody else as well.

    `to`: `agency`, everybody of the agency that owes it, whatever the role; `office`, the prosecution office of the
    case's district, under whose control the processing is (TGD-44).
    """

    level: int
    after_h: int
    to: str


# The hours are ours: no text gives any. What must be done the same day is late at midnight and told at once.
LADDER = (Rung(1, 0, "agency"), Rung(2, 24, "office"))

REMIND = """
WITH due AS (
    SELECT id FROM tasks_task
    WHERE status = 'open' AND remind_at <= now()
    ORDER BY remind_at LIMIT %(at_once)s FOR UPDATE SKIP LOCKED
), told AS (
    UPDATE tasks_task t SET reminded_at = now(),
        remind_at = CASE WHEN t.due_at IS NULL AND t.remind_every_days IS NOT NULL
            THEN now() + make_interval(days => t.remind_every_days) END
    FROM due WHERE t.id = due.id
    RETURNING t.id, t.agency_id, t.role, t.due_at
)
INSERT INTO tasks_notice (task_id, kind, level, at, about_due_at, agency_id, role)
SELECT id, 'reminder', 0, now(), due_at, agency_id, role FROM told
"""

ESCALATE = """
WITH late AS (
    SELECT id FROM tasks_task
    WHERE status = 'open' AND escalation_level < %(level)s AND due_at <= now() - make_interval(hours => %(after_h)s)
    ORDER BY due_at LIMIT %(at_once)s FOR UPDATE SKIP LOCKED
), told AS (
    UPDATE tasks_task t SET escalation_level = %(level)s, escalated_at = coalesce(t.escalated_at, now())
    FROM late WHERE t.id = late.id
    RETURNING t.id, t.agency_id, t.case_id, t.due_at
)
INSERT INTO tasks_notice (task_id, kind, level, at, about_due_at, agency_id, role)
SELECT told.id, 'escalation', %(level)s, now(), told.due_at,
    CASE WHEN %(to)s = 'agency' AND told.agency_id IS NOT NULL THEN told.agency_id ELSE coalesce(office.id, told.agency_id) END,
    ''
FROM told
LEFT JOIN cases_case c ON c.id = told.case_id
LEFT JOIN LATERAL (
    SELECT a.id FROM agencies_agency a
    WHERE a.kind = 'prosecution_office' AND a.jurisdiction_id = c.jurisdiction_id
      AND NOT EXISTS (
          SELECT FROM cases_bar b WHERE b.case_id = c.id AND b.agency_id = a.id AND b.ended_at IS NULL
      )
    ORDER BY a.id LIMIT 1
) office ON true
"""

# The day a renewal is prepared from: access hangs on the stage, and the row is written by whoever acts next otherwise.
OPEN_RENEWALS = """
UPDATE cases_case c SET stage = 'renewal'
WHERE c.stage = 'active' AND c.id IN (
    SELECT c.id FROM cases_case c JOIN tasks_task t ON t.case_id = c.id
    WHERE c.stage = 'active' AND t.status = 'open' AND t.kind = 'term' AND t.opens_at <= now()
    LIMIT %(at_once)s FOR UPDATE OF c SKIP LOCKED
)
"""

APPROVAL_DAYS = 90  # before an association's approval ends (AC-10); ours

APPROVALS = """
INSERT INTO tasks_task (key, kind, rule, agency_id, role, opened_at, due_at, remind_at, data)
SELECT 'approval_ends:' || a.approval_until, 'approval_ends', 'AC-10', a.id, 'association_manager', now(),
    (a.approval_until + 1)::timestamp AT TIME ZONE 'Europe/Paris',
    greatest(now(), (a.approval_until - 29)::timestamp AT TIME ZONE 'Europe/Paris'), '{}'
FROM agencies_agency a
WHERE a.approval_until IS NOT NULL
  AND a.approval_until - %(days)s <= (now() AT TIME ZONE 'Europe/Paris')::date
ON CONFLICT (agency_id, key) WHERE case_id IS NULL DO NOTHING
"""
APPROVALS_RENEWED = """
UPDATE tasks_task t SET status = 'done', ended_at = now(), outcome = 'approval renewed'
FROM agencies_agency a
WHERE t.case_id IS NULL AND t.kind = 'approval_ends' AND t.status = 'open' AND a.id = t.agency_id
  AND t.key <> 'approval_ends:' || coalesce(a.approval_until::text, '')
"""


def sweep(connection: Connection[Any]) -> int:
    """One round: reminders that are due, what is late by each rung of the ladder. Gives how many notices were written.

    Each kind is a transaction of its own; running it twice, or in two workers at once, writes nothing twice.
    """
    if not _there(connection):
        return 0
    written = _run(connection, REMIND, {})
    for rung in LADDER:
        written += _run(connection, ESCALATE, {"level": rung.level, "after_h": rung.after_h, "to": rung.to})
    return written


def open_windows(connection: Connection[Any]) -> int:
    """What begins because a day has come: renewals, approvals that end (AC-10). Gives how many rows changed."""
    if not _there(connection):
        return 0
    return (
        _run(connection, OPEN_RENEWALS, {})
        + _run(connection, APPROVALS, {"days": APPROVAL_DAYS})
        + _run(connection, APPROVALS_RENEWED, {})
    )


def _there(connection: Connection[Any]) -> bool:
    """Whether the file has its tables: a worker may start before the web's first migration."""
    return connection.execute("SELECT to_regclass('tasks_notice') IS NOT NULL").fetchone() == (True,)


def _run(connection: Connection[Any], query: str, values: dict[str, Any]) -> int:
    """One statement in one transaction, past the second wall: the worker is nobody, and speaks to everybody's tasks."""
    with connection.transaction():
        connection.execute("SELECT set_config('egide.system', 'on', true)")
        return connection.execute(query, {"at_once": AT_ONCE, **values}).rowcount
