"""What needs this member of staff today? Late, due, coming, waited for, changed since the last visit.

Lists name a case by number and initials only, and the initials only where the reader may know who that is, in that case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from egide.core import access
from egide.core.access import Action, Group, Role
from egide.core.access import Level as AccessLevel
from egide.web.audit.trail import record
from egide.web.cases.models import Case, CaseEvent
from egide.web.cases.services import clock
from egide.web.cases.services.stock import State
from egide.web.file.gate import Desk, staff_only
from egide.web.file.presenters.work import TaskLine, task_line, task_words, waited
from egide.web.file.saying import an_instant, pick, since_words
from egide.web.file.shell import page
from egide.web.people.models import Person
from egide.web.permissions.lookups import numbered
from egide.web.tasks.kinds import tells_of
from egide.web.tasks.lists import Lists, lists_for, overdue_of
from egide.web.tasks.models import Notice, NoticeKind, Task

VISIT = "egide_visit"  # a signed cookie: when this user was last here, on this browser
FIRST_LOOK = timedelta(days=7)  # how far back somebody sees who was never here
SHOWN = 30
SOON = timedelta(days=3)  # what somebody else owes later than that is folded away
EVENTS = 300  # acts read to say what changed; a case in which more was done says its latest
ACTS_TOLD = 3


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One task in a list of cases. `href` is empty where the case is not open to the reader; `since`: how long it waits.

    `owner`: for a task of one's own agency who of it does it, the reader, a colleague or anybody; else which agency.
    """

    href: str
    number: str
    initials: str
    task: TaskLine
    since: str
    owner: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One case in which somebody else did something. `what`: the acts the reader may know of, with who did the latest."""

    href: str
    number: str
    initials: str
    when: str
    what: str


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
    ours: tuple[HomeLine, ...]  # what colleagues are late with, for whoever answers for them
    overdue: tuple[HomeLine, ...]
    due: tuple[HomeLine, ...]
    coming: tuple[HomeLine, ...]
    waiting: tuple[HomeLine, ...]
    waiting_later: tuple[HomeLine, ...]
    changed: tuple[ChangedLine, ...]
    notices: tuple[NoticeLine, ...]
    since: str


@staff_only
@require_GET
def home(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """A worker's first page. A dozen queries, however many tasks there are."""
    now = clock.now()
    since = last_visit(request, desk, now)
    lists = lists_for(desk.user, [desk.membership], now)
    ours = _late_here(desk, lists, now)
    opens = _open_cases(desk, lists, ours)
    told = {task.pk for task in ours}
    waiting = [
        t
        for t in lists.waiting
        if t.case is not None
        and t.case.pk in opens
        and t.pk not in told
        and desk.reader.reads(t.case, Group(tells_of(t.kind)), Action.KNOW_EXISTS)
    ]
    presses = [t for t in waiting if _presses(t, now)]
    later = [t for t in waiting if t.agency_id is not None and not _presses(t, now)]
    changed = _changed(desk, since)
    initials = _initials(desk, (*ours, *lists.overdue, *lists.due, *lists.coming, *lists.waiting), opens, changed)
    record("list", object_kind="case", groups=[Group.IDENTITY] if initials else [])
    links = Links(desk, opens)
    built = Home(
        _sentence(lists), _lines(ours, links, initials, now),
        _lines(lists.overdue, links, initials, now), _lines(lists.due, links, initials, now),
        _lines(lists.coming[:SHOWN], links, initials, now), _lines(presses[:SHOWN], links, initials, now),
        _lines(later[:SHOWN], links, initials, now),
        _changes(links, changed, initials, since, now),
        tuple(_notice(n, links) for n in lists.notices),
        pick(f"depuis le {an_instant(since)}", f"since {an_instant(since)}"),
    )  # fmt: skip
    response = page(request, desk, "file/home.html", {"home": built})
    remember_visit(response, desk, now)
    return response


def href(case: Case) -> str:
    """The address of a case: a random number, nothing about a person."""
    return reverse("file:case", args=[case.public_id])


class Links:
    """Where tasks lead this reader: `opens`, the cases that are open to the desk, by primary key.

    Addresses are looked up once, however many lines the page has.
    """

    def __init__(self, desk: Desk, opens: frozenset[int]) -> None:
        self.desk = desk
        self._opens = opens

    def of(self, task: Task) -> str:
        """To the case, where it is open; else to the phones for whoever keeps them; empty: to no page at all."""
        if task.case is None:
            return reverse("file:agency")
        if task.case.pk in self._opens:
            return self.case(task.case)
        if self._stock:
            return self._stock + (f"?state={State.TO_ERASE}" if task.kind in _OF_THE_STOCK else "")
        return ""

    def case(self, case: Case) -> str:
        """The address of a case, open or not."""
        return self._some_case.replace(_SOME, str(case.public_id))

    @cached_property
    def _some_case(self) -> str:
        return reverse("file:case", args=[_SOME])

    @cached_property
    def _stock(self) -> str:
        return reverse("file:stock") if self.desk.role_may(Group.STOCK, AccessLevel.WRITE) else ""


_SOME = str(UUID(int=0))
_OF_THE_STOCK = frozenset({"receive_certificate", "erase_phone", "erase_provider"})


def _late_here(desk: Desk, lists: Lists, now: datetime) -> tuple[Task, ...]:
    """What is late in a manager's association beside what the manager owes; nothing for anybody else."""
    if desk.role is not Role.ASSOCIATION_MANAGER:
        return ()
    mine = [task.pk for task in lists.overdue]
    return tuple(overdue_of([desk.membership.agency_id], now).exclude(pk__in=mine)[:SHOWN])


def _open_cases(desk: Desk, lists: Lists, ours: tuple[Task, ...]) -> frozenset[int]:
    """Which cases of these lists the reader may open today: a mandate outlives the stages a role may look at."""
    tasks = (*ours, *lists.overdue, *lists.due, *lists.coming, *lists.waiting, *(n.task for n in lists.notices))
    wanted = {t.case_id for t in tasks if t.case_id is not None}
    return frozenset(desk.reader.cases(among=wanted).values_list("pk", flat=True)) if wanted else frozenset()


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


def _presses(task: Task, now: datetime) -> bool:
    """Whether somebody waits for it now: it can be done, and is late, due within days, or has no day at all."""
    if task.agency_id is None or (task.opens_at is not None and task.opens_at > now):
        return False  # the platform does it by itself, or its time has not come
    return task.due_at is None or task.due_at <= now + SOON


def _whose(task: Task, line: TaskLine, desk: Desk) -> str:
    if task.agency_id != desk.membership.agency_id:
        return line.owner
    if task.assignee_id is None:
        return pick("toute l’équipe", "the whole team")
    return pick("vous", "you") if task.assignee_id == desk.user.pk else line.owner


def _sentence(lists: Lists) -> str:
    late, due = len(lists.overdue), len(lists.due)
    if lists.cut:
        shown = late + due + len(lists.coming)
        return pick(
            f"{shown} tâches ouvertes au moins, dont {late} en retard : voici les plus urgentes.",
            f"At least {shown} open tasks, {late} of them late: these are the most urgent.",
        )
    if late:
        return pick(f"{late} en retard, {due} à faire ensuite.", f"{late} late, {due} to do next.")
    if due:
        return pick(f"Rien n’est en retard. {due} à faire.", f"Nothing is late. {due} to do.")
    return pick("Rien n’est en retard et rien n’attend après vous.", "Nothing is late and nothing is waiting for you.")


def _changed(desk: Desk, since: datetime) -> list[Case]:
    rows = desk.reader.cases().filter(changed_at__gt=since)
    return list(
        rows.only("pk", "public_id", "number", "changed_at", "stage", "jurisdiction_id").order_by("-changed_at")[:SHOWN]
    )


def _changes(
    links: Links, cases: list[Case], initials: dict[int, str], since: datetime, now: datetime
) -> tuple[ChangedLine, ...]:
    """What others did in these cases since then, as far as the reader may know of it. What one did oneself is no news.

    To a reader who does not know where a case stands, an act of which not even the date may be known has not happened:
    neither a line tells of it nor their order.
    """
    if not cases:
        return ()
    from egide.web.file.acting import act_names
    from egide.web.permissions.standing import actor_of, mandated_cases

    desk = links.desk
    rows = CaseEvent.objects.filter(case__in=cases, at__gt=since).exclude(by=desk.user).order_by("-at", "-pk")
    events: dict[int, list[CaseEvent]] = {}
    for row in rows.select_related("by")[:EVENTS]:
        events.setdefault(row.case_id, []).append(row)
    mandated = mandated_cases(desk.user.pk, [desk.membership.agency_id], timezone.now())
    actor, names = actor_of(desk.membership), act_names()
    lines: list[tuple[datetime, ChangedLine]] = []
    for case in cases:
        if case.pk not in events:
            continue
        # Asked without the consents of the case: what is open through one alone is read in the case, not told here.
        given = (access.Mandate(actor.agency, since),) if case.pk in mandated else ()
        view = access.CaseView(
            id=str(case.pk), stage=access.Stage(case.stage), protected_person="",
            territories=frozenset({str(case.jurisdiction_id)}), mandates=given,
        )  # fmt: skip
        known = [
            one
            for one in events[case.pk]
            if access.decide(actor, view, Group(one.group), Action.SEE_DATES, now).allowed
        ]
        heard = events[case.pk] if desk.reader.reads(case, Group.CASE_STATE) else known
        if not heard:
            continue
        told = list(dict.fromkeys(names.get(one.act, one.act) for one in known))
        what = ", ".join(told[:ACTS_TOLD]) + (pick(" et autres", " and more") if len(told) > ACTS_TOLD else "")
        who = known[0].by.shown_name if known and known[0].by is not None else ""
        line = ChangedLine(
            links.case(case), case.number, initials.get(case.pk, ""), since_words(heard[0].at, now),
            f"{what} · {who}" if what and who else what or pick("un acte que votre fonction ne lit pas", "an act that your function does not read"),
        )  # fmt: skip
        lines.append((heard[0].at, line))
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0], reverse=True))


def _initials(desk: Desk, tasks: Iterable[Task], opens: frozenset[int], changed: Iterable[Case]) -> dict[int, str]:
    """Initials by case, in one query: of the cases that are open to the desk, where it may know who that is."""
    listed = [task.case for task in tasks if task.case is not None and task.case.pk in opens]
    wanted = {case.pk for case in (*listed, *changed) if desk.reader.reads(case, Group.IDENTITY)}
    if not wanted:
        return {}
    people = Person.objects.filter(numbered(wanted, "cases_as_protected__id")).values_list(
        "cases_as_protected", "given_name", "family_name"
    )
    return {case: str(Person(given_name=given, family_name=family)) for case, given, family in people}


def _lines(tasks: Iterable[Task], links: Links, initials: dict[int, str], now: datetime) -> tuple[HomeLine, ...]:
    lines = []
    for task in tasks:
        case = task.case
        number = case.number if case is not None else pick("Votre organisme", "Your agency")
        line, who = task_line(task, now), initials.get(case.pk, "") if case is not None else ""
        lines.append(HomeLine(links.of(task), number, who, line, waited(task, now), _whose(task, line, links.desk)))
    return tuple(lines)


def _notice(row: Notice, links: Links) -> NoticeLine:
    case = row.task.case
    raised = row.kind == NoticeKind.ESCALATION
    said = pick("signalé à votre responsable", "told to your supervisor") if raised else pick("rappel", "reminder")
    number = case.number if case is not None else pick("Votre organisme", "Your agency")
    return NoticeLine(links.of(row.task), number, task_words(row.task), said)
