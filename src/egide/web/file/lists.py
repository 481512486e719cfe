"""Three lists beside the home: what a prosecutor decides, a court's phones, and what a search finds.

A search is sent by POST, so that no name ever stands in an address. It looks only at cases that are open to the reader,
and for names only where the reader may know who that is, in that case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from egide.core.access import Group
from egide.core.instruments import Level
from egide.core.law.calendar import paris_day
from egide.web.audit.trail import record
from egide.web.cases.models import Bar, Case, StockPhone
from egide.web.cases.services.danger import level_of
from egide.web.cases.services.stock import State, state_of
from egide.web.danger.models import Assessment
from egide.web.file.gate import ACTING_AS, Desk, staff_only
from egide.web.file.home import href
from egide.web.file.laws import Rule, rule
from egide.web.file.presenters.danger import LevelMark, mark
from egide.web.file.presenters.work import stands, task_line
from egide.web.file.saying import due_words, pick, since_words
from egide.web.file.shell import decides, keeps_stock, page
from egide.web.file.tables import Column, Table, as_csv, shown, wants_csv
from egide.web.people.profile import Profile, name_key
from egide.web.permissions import Reader
from egide.web.tasks.models import Task, TaskStatus

TO_DECIDE = ("decide", "decide_withdrawal", "term", "decide_after_return", "answer_proposal")
SHORTEST = 3  # letters of a name: fewer would list everybody
SHOWN = 50  # cases a search shows; more would not be read
WAITING = 500  # cases that wait, the most urgent first: an office with more has another problem than a list


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One case that waits for a decision. `tone`: late or later; `href`, `initials`, `mark`: as far as they may be known."""

    href: str
    number: str
    initials: str
    kind: str
    what: str
    since: datetime
    waiting: str
    due_at: datetime | None
    due: str
    tone: str
    mark: LevelMark | None
    fell: str
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """One phone of a court's stock."""

    number: int
    label: str
    court: str
    court_number: str
    state: State
    word: str
    at: datetime
    since: str


@dataclass(frozen=True, slots=True)
class CourtCounts:
    """How many phones a court has in each state (OF-07)."""

    court: str
    counts: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One case a search found."""

    href: str
    number: str
    initials: str
    state: str


@staff_only
@require_POST
def act_as(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Chooses the membership acted as, among one's own."""
    chosen = request.POST.get("membership", "")
    if chosen not in {str(one.pk) for one in desk.memberships}:
        raise Http404
    request.session[ACTING_AS] = int(chosen)
    return redirect("file:home")


@staff_only
@require_GET
def to_decide(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The prosecutor's list: who waits, since when, how dangerous. Never "low"; "not assessed" is said."""
    if not decides(desk):
        raise Http404
    now = timezone.now()
    tasks = Task.objects.filter(status__word=TaskStatus.OPEN, agency=desk.membership.agency, kind__in=TO_DECIDE)
    tasks = tasks.filter(Q(opens_at=None) | Q(opens_at__lte=now), case__isnull=False).exclude(_barred(desk))
    rows = list(tasks.select_related("case__protected_person").order_by("due_at", "pk")[:WAITING])
    waiting = {row.case_id for row in rows if row.case_id}
    opens = frozenset(desk.reader.cases(among=waiting).values_list("pk", flat=True))
    levels = _levels(opens)
    lines = [_waiting(row, desk.reader if row.case_id in opens else None, levels, now) for row in rows]
    lines.sort(key=lambda line: (line.tone != "late", -line.mark.rank if line.mark and line.mark.rank else -2))
    table = _waiting_table(lines)
    if wants_csv(request):
        return as_csv(table, lines, request, desk)
    record("list", object_kind="case", groups=[Group.IDENTITY, Group.DANGER_PROTECTED])
    return page(
        request, desk, "file/to_decide.html",
        {
            "table": shown(table, lines, request, desk), "settings": pick("Réglages du ressort", "Settings of the district"),
            "trail": pick("Traces d’accès", "Audit trail") if desk.role_may(Group.AUDIT) else "",
        },
    )  # fmt: skip


def _waiting(row: Task, reader: Reader | None, levels: dict[int, tuple[Level, bool]], now: datetime) -> WaitingLine:
    """`reader` None: the case is not open to whoever reads the list; that something waits in it is still said."""
    case = row.case
    assert case is not None
    line = task_line(row, now)
    known = reader is not None and reader.reads(case, Group.DANGER_PROTECTED)
    level, fell = levels.get(case.pk, (Level.NOT_ASSESSED, False))
    who = str(case.protected_person) if reader is not None and reader.reads(case, Group.IDENTITY) else ""
    return WaitingLine(
        href(case) if reader is not None else "", case.number, who, row.kind, line.what, row.opened_at,
        since_words(row.opened_at, now), row.due_at, due_words(row.due_at, now), line.tone, mark(level) if known else None,
        pick("plus bas qu’avant", "lower than before") if known and fell else "", rule(row.rule, paris_day(now)),
    )  # fmt: skip


def _waiting_table(lines: list[WaitingLine]) -> Table[WaitingLine]:
    """Sorted as the law presses, then by danger, unless the reader sorts it."""
    far = datetime.max.replace(tzinfo=timezone.get_current_timezone())
    return Table(
        "to-decide",
        (
            Column("case", ("Dossier", "Case"), lambda r: r.number, lambda r: r.number, link=lambda r: r.href),
            Column("who", ("Initiales", "Initials"), lambda r: r.initials, group=Group.IDENTITY),
            Column(
                "danger", ("Danger", "Danger"), _danger, lambda r: r.mark.rank if r.mark else -1,
                Group.DANGER_PROTECTED, choices={r.mark.shape: r.mark.word for r in lines if r.mark},
                value=lambda r: r.mark.shape if r.mark else "", markup="file/parts/level.html",
            ),
            Column(
                "what", ("À décider", "To decide"), lambda r: r.what, lambda r: r.what,
                choices={r.kind: r.what for r in lines}, value=lambda r: r.kind, markup="file/parts/what.html",
            ),
            Column("due", ("Échéance", "Due"), lambda r: r.due, lambda r: r.due_at or far, markup="file/parts/due.html"),
            Column("since", ("Attend", "Waiting"), lambda r: r.waiting, lambda r: r.since),
        ),
    )  # fmt: skip


def _danger(line: WaitingLine) -> str:
    """The level in words; where it may not be read, that: an empty place would look like no danger."""
    return line.mark.word if line.mark is not None else pick("ne vous est pas ouvert", "not open to you")


def _barred(desk: Desk) -> Q:
    bars = Bar.objects.filter(Q(user=desk.user) | Q(agency=desk.membership.agency), ended_at=None)
    return Q(case__in=bars.values("case"))


def _levels(cases: Collection[int]) -> dict[int, tuple[Level, bool]]:
    """The highest of each assessor's latest level, by case, and whether one of them is lower than it was; in one query."""
    rows = Assessment.objects.filter(case__in=cases, finished_at__isnull=False).order_by("made_at", "pk")
    each: dict[int, dict[int, list[Level]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.only("case", "assessor", "level", "raised_to"):
        each[row.case_id][row.assessor_id].append(level_of(row))
    return {case: _standing(list(found.values())) for case, found in each.items()}


def _standing(found: list[list[Level]]) -> tuple[Level, bool]:
    """The highest of the last levels of each assessor, and whether a last one is lower than one before it (RQ-45)."""
    highest = max((levels[-1] for levels in found), key=lambda level: level.rank)
    return highest, any(max(level.rank for level in levels) > levels[-1].rank for levels in found)


# What a phone of the stock is, in the order of the page: what lies in a drawer first, for that is what can be changed.
STATES: dict[State, tuple[str, str]] = {
    State.IDLE: ("disponible, inutilisé depuis deux mois ou plus", "available, unused for two months or more"),
    State.AVAILABLE: ("disponible", "available"),
    State.TO_ERASE: ("rendu, à effacer", "given back, to be erased"),
    State.GIVEN: ("remis", "given"),
    State.OUT_OF_ORDER: ("hors service", "out of order"),
}


@staff_only
@require_GET
def stock(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The phones of the district, court by court: available, given, idle since (OF-07). No person stands here."""
    if not keeps_stock(desk):
        raise Http404
    now = timezone.now()
    phones = StockPhone.objects.filter(court__jurisdiction=desk.membership.agency.jurisdiction_id)
    lines = []
    for one in phones.select_related("device", "court").order_by("device__label", "pk"):
        state = state_of(one, now)
        lines.append(
            PhoneLine(
                one.pk, one.device.label or str(one.device), one.court.name, str(one.court_id), state, pick(*STATES[state]),
                one.since, since_words(one.since, now),
            )
        )  # fmt: skip
    order = list(STATES)
    lines.sort(key=lambda line: (order.index(line.state), line.at))
    table = _stock_table(lines)
    if wants_csv(request):
        return as_csv(table, lines, request, desk)
    record("list", object_kind="stock", groups=[Group.STOCK])
    built = {"table": shown(table, lines, request, desk), "courts": _by_court(lines)}
    return page(request, desk, "file/stock.html", built)


def _stock_table(lines: list[PhoneLine]) -> Table[PhoneLine]:
    order = list(STATES)
    courts = {line.court_number: line.court for line in lines}
    return Table(
        "stock",
        (
            Column("phone", ("Téléphone", "Phone"), lambda r: r.label, lambda r: r.label, link=_phone),
            Column(
                "state", ("État", "State"), lambda r: r.word, lambda r: order.index(r.state),
                choices={state.value: pick(*text) for state, text in STATES.items()}, value=lambda r: r.state.value,
            ),
            Column("since", ("Depuis", "Since"), lambda r: r.since, lambda r: r.at),
            Column(
                "court", ("Juridiction", "Court"), lambda r: r.court, lambda r: r.court,
                choices=courts if len(courts) > 1 else {}, value=lambda r: r.court_number,
            ),
        ),
    )  # fmt: skip


def _phone(line: PhoneLine) -> str:
    """The address of the phone's own page, where this platform has one."""
    with suppress(NoReverseMatch):
        return reverse("file:phone", args=[line.number])
    return ""


def _by_court(lines: list[PhoneLine]) -> list[CourtCounts]:
    """How many phones each court has in each state; a state nobody is in is told too, as none."""
    by: dict[str, list[PhoneLine]] = defaultdict(list)
    for line in lines:
        by[line.court].append(line)
    return [
        CourtCounts(
            court, tuple((s.value, pick(*text), sum(x.state == s for x in rows)) for s, text in STATES.items())
        )
        for court, rows in sorted(by.items())
    ]  # fmt: skip


@staff_only
def search(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Cases of the reader by number or name. What was typed is neither kept nor put into an address."""
    if request.method != "POST":
        return redirect("file:home")
    typed, reader = request.POST.get("q", "").strip()[:80], desk.reader
    if len(typed) < SHORTEST:
        return page(request, desk, "file/search.html", {"asked": False, "found": []})
    record("search", object_kind="case", text=typed)  # what was typed may be a name: the erasable part of the trail
    matches = Q(number__icontains=typed)
    if words_of_it := name_key(typed, "").split():
        # Asked case by case, not joined: joined, PostgreSQL reads everybody there is (measured: bench/file.py).
        called = Profile.objects.filter(person=OuterRef("protected_person"))
        for word in words_of_it:
            called = called.filter(name_key__contains=word)
        matches |= reader.where(Group.IDENTITY) & Q(Exists(called))
    rows = reader.cases().filter(matches).prefetch_related("protected_person").order_by(*reader.latest_first())
    cases = list(rows[: SHOWN + 1])
    found = [_found(case, reader) for case in cases[:SHOWN]]
    return page(request, desk, "file/search.html", {"asked": True, "found": found, "more": len(cases) > SHOWN})


def _found(case: Case, reader: Reader) -> FoundLine:
    who = str(case.protected_person) if reader.reads(case, Group.IDENTITY) else ""
    return FoundLine(href(case), case.number, who, stands(case, reader.reads(case, Group.CASE_STATE)))
