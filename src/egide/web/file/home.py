"""What needs this member of staff today? Late, due, coming, waited for, changed since the last visit.

Lists name a case by number and initials only, and the initials only where the role may know the person at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from egide.core.access import Group, Role
from egide.core.access import Level as AccessLevel
from egide.web.audit.trail import record
from egide.web.cases.models import Case
from egide.web.cases.services import clock
from egide.web.file.gate import Desk, staff_only
from egide.web.file.presenters.work import TaskLine, task_line
from egide.web.file.saying import an_instant, pick, since_words
from egide.web.file.shell import page
from egide.web.people.models import Person
from egide.web.tasks.kinds import tells_of
from egide.web.tasks.lists import Lists, lists_for
from egide.web.tasks.models import Notice, NoticeKind, Task

VISIT = "egide_visit"  # a signed cookie: when this user was last here, on this browser
FIRST_LOOK = timedelta(days=7)  # how far back somebody sees who was never here
SHOWN = 30


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One task in a list of cases."""

    href: str
    number: str
    initials: str
    task: TaskLine


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One case in which something was done."""

    href: str
    number: str
    initials: str
    when: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One reminder or escalation."""

    href: str
    number: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Home:
    """The whole page."""

    sentence: str
    overdue: tuple[HomeLine, ...]
    due: tuple[HomeLine, ...]
    coming: tuple[HomeLine, ...]
    waiting: tuple[HomeLine, ...]
    changed: tuple[ChangedLine, ...]
    notices: tuple[NoticeLine, ...]
    since: str


@staff_only
@require_GET
def home(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """A worker's first page. Eight queries, however many tasks there are."""
    now = clock.now()
    since = last_visit(request, desk, now)
    lists = lists_for(desk.user, [desk.membership], now)
    waiting = tuple(t for t in lists.waiting if desk.role_may(Group(tells_of(t.kind)), AccessLevel.EXISTS))
    changed = _changed(desk, since)
    record("list", object_kind="case", groups=[Group.IDENTITY] if desk.role_may(Group.IDENTITY) else [])
    initials = _initials(desk, lists, changed)
    built = Home(
        _sentence(lists),
        _lines(lists.overdue, desk, initials, now), _lines(lists.due, desk, initials, now),
        _lines(lists.coming[:SHOWN], desk, initials, now), _lines(waiting[:SHOWN], desk, initials, now),
        tuple(ChangedLine(href(c), c.number, initials.get(c.pk, ""), since_words(c.changed_at, now)) for c in changed),
        tuple(_notice(n, desk) for n in lists.notices[:SHOWN] if n.task.case is not None),
        pick(f"depuis le {an_instant(since)}", f"since {an_instant(since)}"),
    )  # fmt: skip
    response = page(request, desk, "file/home.html", {"home": built})
    remember_visit(response, desk, now)
    return response


def href(case: Case) -> str:
    """The address of a case: a random number, nothing about a person."""
    return reverse("file:case", args=[case.public_id])


def _where(task: Task, desk: Desk) -> str:
    """Where a task leads: to its case, or for a technician, who opens none, to the phones."""
    if desk.role is Role.TECHNICIAN:
        return reverse("file:stock")
    return href(task.case) if task.case is not None else reverse("file:home")


def last_visit(request: HttpRequest, desk: Desk, now: datetime) -> datetime:
    """When this user was last on the first page before this session; a week ago where nobody knows."""
    kept = request.session.get(VISIT)
    if kept is None:
        kept = (now - FIRST_LOOK).isoformat()
        try:
            told = signing.loads(request.COOKIES.get(VISIT, ""), salt=f"{VISIT}.{desk.user.pk}")
            kept = datetime.fromisoformat(told).isoformat()
        except (signing.BadSignature, ValueError, TypeError):
            pass
        request.session[VISIT] = kept
    return datetime.fromisoformat(kept)


def remember_visit(response: HttpResponse, desk: Desk, now: datetime) -> None:
    """Keeps when the user was here, for the next session on this browser. It says nothing else."""
    from django.conf import settings

    told = signing.dumps(now.isoformat(), salt=f"{VISIT}.{desk.user.pk}")
    response.set_cookie(VISIT, told, max_age=30 * 24 * 3600, secure=settings.SECURE, httponly=True, samesite="Strict")


def _sentence(lists: Lists) -> str:
    late, due = len(lists.overdue), len(lists.due)
    if late:
        return pick(f"{late} en retard, {due} à faire ensuite.", f"{late} late, {due} to do next.")
    if due:
        return pick(f"Rien n’est en retard. {due} à faire.", f"Nothing is late. {due} to do.")
    return pick("Rien n’est en retard et rien n’attend après vous.", "Nothing is late and nothing is waiting for you.")


def _changed(desk: Desk, since: datetime) -> list[Case]:
    from egide.web.permissions import visible_cases

    rows = visible_cases(desk.user).filter(changed_at__gt=since).only("pk", "public_id", "number", "changed_at")
    return list(rows.order_by("-changed_at")[:SHOWN])


def _initials(desk: Desk, lists: Lists, changed: Iterable[Case]) -> dict[int, str]:
    """Initials by case, in one query; none at all for a role that stands behind the wall of the person's identity."""
    if not desk.role_may(Group.IDENTITY):
        return {}
    wanted = {t.case_id for rows in (lists.overdue, lists.due, lists.coming, lists.waiting) for t in rows if t.case_id}
    wanted |= {case.pk for case in changed}
    people = Person.objects.filter(cases_as_protected__in=wanted).values_list(
        "cases_as_protected", "given_name", "family_name"
    )
    return {case: str(Person(given_name=given, family_name=family)) for case, given, family in people}


def _lines(tasks: Iterable[Task], desk: Desk, initials: dict[int, str], now: datetime) -> tuple[HomeLine, ...]:
    lines = []
    for task in tasks:
        case = task.case
        number = case.number if case is not None else pick("Votre organisme", "Your agency")
        lines.append(
            HomeLine(
                _where(task, desk), number, initials.get(case.pk, "") if case is not None else "", task_line(task, now)
            )
        )
    return tuple(lines)


def _notice(row: Notice, desk: Desk) -> NoticeLine:
    case = row.task.case
    assert case is not None
    raised = row.kind == NoticeKind.ESCALATION
    said = pick("signalé à votre responsable", "told to your supervisor") if raised else pick("rappel", "reminder")
    return NoticeLine(_where(row.task, desk), case.number, task_line(row.task, row.at).what, said)
