"""How does a task open, change and end? One row per case and key, whoever asks and however often.

It keeps no clock and decides no due instant: those come from `core.law` and the file. Every function must run inside the
transaction of the act that causes it, with the case locked; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.cases.models import Case
from egide.web.tasks.kinds import KINDS, LOOSE
from egide.web.tasks.models import Task, TaskStatus

REMIND_AT_MOST = timedelta(days=3)
REMIND_SHARE = 4  # a quarter of the time is left when the reminder comes
NO_LONGER = "no_longer_asked_for"  # an outcome: the file changed and asks for it no more


class TaskError(ValueError):
    """A task cannot be ended that way; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task as it should be. `due`: the first instant at which it is late; None: a watch, asked about again and again.

    `opens_at`: from when it is shown as due; None: at once. `agency` None: the platform's own.
    """

    key: str
    kind: str
    due: datetime | None
    agency: Agency | None
    role: str = ""
    rule: str = ""
    opens_at: datetime | None = None
    assignee_id: int | None = None
    remind_every_days: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def open_task(case: Case | None, wanted: Wanted, at: datetime) -> Task:
    """Opens the task, or brings the one of that key into line; a second call changes nothing.

    One that had ended by itself, or by an act that the file no longer shows, opens again; one ended by hand stays ended.
    """
    assert transaction.get_connection().in_atomic_block, "a task belongs to the transaction of the act that causes it"
    found = Task.objects.filter(case=case, key=wanted.key)
    if case is None:
        found = found.filter(agency=wanted.agency)
    return _bring(found.first() or Task(case=case, key=wanted.key), wanted, at)


def end(task: Task, status: TaskStatus, at: datetime, by: User | None, outcome: str) -> None:
    """Ends an open task as done or no longer needed. A task that has ended stays as it is."""
    if task.status != TaskStatus.OPEN:
        return
    task.status, task.ended_at, task.ended_by, task.outcome = status, at, by, outcome
    task.save(update_fields=["status", "ended_at", "ended_by", "outcome"])


def tick_off(task: Task, at: datetime, by: User, outcome: str) -> None:
    """Somebody says that it is done, with a word on what came of it. Raises TaskError."""
    if not KINDS[task.kind].by_hand:
        raise TaskError(f"“{task.kind}” ends when the file shows it done: do the thing itself.")
    if not outcome.strip():
        raise TaskError("Say in a few words what came of it.")
    end(task, TaskStatus.DONE, at, by, outcome.strip())


def align(case: Case, wanted: Iterable[Wanted], at: datetime, by: User | None, finishes: Iterable[str] = ()) -> None:
    """Makes the case's open tasks those that are wanted, loose ones apart. One query, and one for each change.

    One that is no longer wanted is done if the act in hand finishes its kind, else no longer needed.
    """
    assert transaction.get_connection().in_atomic_block, "a task belongs to the transaction of the act that causes it"
    todo = {one.key: one for one in wanted}
    done = frozenset(finishes)
    rows = {task.key: task for task in Task.objects.filter(case=case).exclude(kind__in=LOOSE).order_by("pk")}
    for key, task in rows.items():
        if key not in todo and task.status == TaskStatus.OPEN:
            finished = task.kind in done
            status = TaskStatus.DONE if finished else TaskStatus.NOT_NEEDED
            end(task, status, at, by if finished else None, "" if finished else NO_LONGER)
    for key, one in todo.items():
        _bring(rows.get(key) or Task(case=case, key=key), one, at)


def reminder(
    opened: datetime, opens_at: datetime | None, due: datetime | None, every_days: int | None
) -> datetime | None:
    """When the reminder comes: a quarter of the time before it is late, three days at most; a watch, so often."""
    if due is None:
        return None if every_days is None else opened + timedelta(days=every_days)
    start = max(opened, opens_at or opened)
    return max(start, due - min((due - start) / REMIND_SHARE, REMIND_AT_MOST)) if due > start else None


def _bring(task: Task, wanted: Wanted, at: datetime) -> Task:
    """Brings a row, new or known, into line with what is wanted."""
    afresh = task.pk is None
    if not afresh and task.status != TaskStatus.OPEN:
        if KINDS[wanted.kind].by_hand and task.status == TaskStatus.DONE:
            return task
        afresh = True
        task.status, task.ended_at, task.ended_by, task.outcome = TaskStatus.OPEN, None, None, ""
    if afresh:
        task.opened_at = at
    if _set(task, wanted, at, afresh):
        task.save()
    return task


def _set(task: Task, wanted: Wanted, at: datetime, afresh: bool) -> bool:
    """Writes what is wanted into the row; says whether anything changed. A new due instant starts all clocks anew."""
    agency_id = None if wanted.agency is None else wanted.agency.pk
    values = {
        "kind": wanted.kind, "rule": wanted.rule, "agency_id": agency_id, "role": wanted.role, "data": wanted.data,
        "opens_at": wanted.opens_at, "due_at": wanted.due, "remind_every_days": wanted.remind_every_days,
    }  # fmt: skip
    changed = {name for name, value in values.items() if afresh or getattr(task, name) != value}
    if wanted.assignee_id is not None and task.assignee_id != wanted.assignee_id:
        task.assignee_id = wanted.assignee_id
        changed.add("assignee_id")
    elif "agency_id" in changed and wanted.assignee_id is None:
        task.assignee_id = None
    for name, value in values.items():
        setattr(task, name, value)
    if changed & {"due_at", "opens_at", "remind_every_days"}:
        task.remind_at = reminder(at, wanted.opens_at, wanted.due, wanted.remind_every_days)
        task.reminded_at = task.escalated_at = None
        task.escalation_level = 0
    return bool(changed)
