"""What is due, late, coming or waited for, seen by one member of staff? Five queries, however many tasks there are.

It answers lists of rows and opens no field: what a task is about is read through the lens like everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.utils import timezone

from egide.web.accounts.models import User
from egide.web.agencies.models import AgencyKind, Membership
from egide.web.cases.models import Bar
from egide.web.permissions.lookups import numbered
from egide.web.permissions.standing import mandated_cases
from egide.web.tasks.models import Notice, Task, TaskStatus

LIMIT = (
    60  # of one's own: nobody works off more in a day, and each is a line of the page, which says that there are more
)
OTHERS = 40  # owed by others: looked at, not worked off
REMINDERS = 30


@dataclass(frozen=True, slots=True)
class Lists:
    """Tasks of one reader, each list the most urgent first. `waiting`: owed by somebody else in the reader's cases."""

    overdue: tuple[Task, ...]
    due: tuple[Task, ...]
    coming: tuple[Task, ...]
    waiting: tuple[Task, ...]
    notices: tuple[Notice, ...]
    cut: bool = False  # are there more of one's own than these, the most urgent?


def lists_for(user: User, memberships: Iterable[Membership], now: datetime) -> Lists:
    """The lists of a user in the memberships given (those that hold today): at most `LIMIT` of one's own, `OTHERS` else."""
    held = tuple(memberships)
    if not held:
        return Lists((), (), (), (), ())
    agencies = {one.agency_id for one in held}
    # Cases the user or one of these agencies is kept out of (RQ-08): next to none, so asked once and named in each list.
    barred = Bar.objects.filter(Q(user=user) | Q(agency__in=agencies), ended_at=None).values_list("case_id", flat=True)
    out = sorted(set(barred))
    own = _first(_mine(user, held, out), LIMIT)
    waiting = _first([_others(user, held, out)], OTHERS)
    notices = (
        Notice.objects.filter(agency__in=agencies, seen_at=None, task__status__word=TaskStatus.OPEN)
        .filter(Q(role="") | Q(role__in={one.role for one in held}))
        .exclude(task__case__in=out)
        .select_related("task__case")
        .only("kind", "level", "at", "task__kind", "task__case__public_id", "task__case__number")
    )
    return Lists(
        overdue=tuple(t for t in own if t.due_at is not None and t.due_at <= now),
        due=tuple(t for t in own if (t.due_at is None or t.due_at > now) and not _later(t, now)),
        coming=tuple(t for t in own if (t.due_at is None or t.due_at > now) and _later(t, now)),
        waiting=waiting,
        notices=tuple(notices.order_by("-level", "-at")[:REMINDERS]),
        cut=len(own) == LIMIT,
    )


def _mine(user: User, held: tuple[Membership, ...], out: list[int]) -> list[QuerySet[Task]]:
    """Open tasks this user is asked to do: assigned by name; and, membership by membership, owed by the role in the agency."""
    rows = _open(out)
    owed = [rows.filter(Q(role="") | Q(role=one.role), agency=one.agency_id, assignee=None) for one in held]
    return [rows.filter(assignee=user), *owed]


def _first(those: Iterable[QuerySet[Task]], limit: int) -> tuple[Task, ...]:
    """The most urgent of all these. Each is cut off first, in the order of its index, by number alone: PostgreSQL would

    ask the wall about every task of the agency, and join them all, to throw most of them away.
    """
    named = Q(pk__in=[])
    for rows in those:
        named |= Q(pk__any_of=ArraySubquery(rows.order_by("due_at", "pk").values("pk")[:limit]))
    rows = Task.objects.filter(named).select_related("case", "agency", "assignee").only(*_SHOWN)
    return tuple(rows.order_by("due_at", "pk")[:limit])


# What a line of a list says, and where its case stands: what is shown of it hangs on that. The rest stays where it is.
_SHOWN = (
    *("public_id", "kind", "rule", "role", "opens_at", "due_at", "opened_at", "data", "agency__name"),
    *("case__public_id", "case__number", "case__stage", "case__jurisdiction"),
    *("assignee__username", "assignee__first_name", "assignee__last_name"),
)


def overdue_of(agency_ids: Iterable[int], now: datetime) -> QuerySet[Task]:
    """Everything late in these agencies, whoever owes it: what a manager looks at."""
    rows = Task.objects.filter(status__word=TaskStatus.OPEN, agency__in=set(agency_ids), due_at__lte=now)
    return rows.select_related("case", "agency", "assignee").order_by("due_at", "pk")


def _others(user: User, held: tuple[Membership, ...], out: list[int]) -> QuerySet[Task]:
    """Open tasks somebody else owes, in cases of the user's agencies or, for a prosecution office, of its district."""
    agencies = {one.agency_id for one in held}
    districts = {one.agency.jurisdiction_id for one in held if one.agency.kind == AgencyKind.PROSECUTION_OFFICE}
    # Named first, then read by key: asked task by task, PostgreSQL goes through what the whole country owes.
    # Who may see what is asked of the clock on the wall, as everywhere; what is due, of the one the lists are made by.
    ours = numbered(mandated_cases(user.pk, agencies, timezone.now()), "case__id")
    if districts:
        ours |= Q(case__jurisdiction__in=districts)
    asked = Q(assignee=user)
    for one in held:
        asked |= Q(agency=one.agency_id) & (Q(role="") | Q(role=one.role)) & Q(assignee=None)
    return _open(out).filter(ours, case__isnull=False).exclude(asked)


def _open(out: list[int]) -> QuerySet[Task]:
    return Task.objects.filter(status__word=TaskStatus.OPEN).exclude(case__in=out)


def _later(task: Task, now: datetime) -> bool:
    return task.opens_at is not None and task.opens_at > now
