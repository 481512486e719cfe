"""Three lists beside the home: what a prosecutor decides, a court's phones, and what a search finds.

A search is sent by POST, so that no name ever stands in an address; it looks only at cases that are open to the reader.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from egide.core.access import Group
from egide.core.instruments import Level
from egide.web.audit.trail import record
from egide.web.cases.models import StockPhone
from egide.web.cases.services.danger import level_of
from egide.web.danger.models import Assessment
from egide.web.file.gate import ACTING_AS, Desk, staff_only
from egide.web.file.home import href
from egide.web.file.laws import Rule, rule
from egide.web.file.presenters.danger import LevelMark, mark
from egide.web.file.presenters.work import task_line
from egide.web.file.saying import due_words, pick, since_words
from egide.web.file.shell import decides, keeps_stock, page
from egide.web.file.words import STAGES, named
from egide.web.people.profile import name_key
from egide.web.registry.models import DeviceStatus
from egide.web.tasks.models import Task, TaskStatus

TO_DECIDE = ("decide", "decide_withdrawal", "term", "decide_after_return")
SHORTEST = 3  # letters of a name: fewer would list everybody
SHOWN = 50


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One case that waits for a decision. `tone`: late or later."""

    href: str
    number: str
    initials: str
    what: str
    waiting: str
    due: str
    tone: str
    mark: LevelMark
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """One phone of a court's stock. `state`: available, given, idle, away."""

    label: str
    court: str
    state: str
    word: str
    since: str


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
    tasks = Task.objects.filter(status=TaskStatus.OPEN, agency=desk.membership.agency, kind__in=TO_DECIDE)
    tasks = tasks.filter(Q(opens_at=None) | Q(opens_at__lte=now)).exclude(_barred(desk))
    rows = list(tasks.select_related("case__protected_person").order_by("due_at", "pk")[:SHOWN])
    record("list", object_kind="case", groups=[Group.IDENTITY, Group.DANGER_PROTECTED])
    levels = _levels({row.case_id for row in rows if row.case_id})
    lines = []
    for row in rows:
        assert row.case is not None
        line = task_line(row, now)
        lines.append(
            WaitingLine(
                href(row.case), row.case.number, str(row.case.protected_person), line.what, since_words(row.opened_at, now),
                due_words(row.due_at, now), line.tone, mark(levels.get(row.case.pk, Level.NOT_ASSESSED)), rule(row.rule, timezone.localdate()),
            )
        )  # fmt: skip
    lines.sort(key=lambda line: (line.tone != "late", -line.mark.rank if line.mark.rank else -2))
    return page(request, desk, "file/to_decide.html", {"lines": lines})


def _barred(desk: Desk) -> Q:
    return Q(case__bars__user=desk.user) | Q(case__bars__agency=desk.membership.agency)


def _levels(cases: set[int]) -> dict[int, Level]:
    """The highest of each assessor's latest level, by case, in one query."""
    rows = Assessment.objects.filter(case__in=cases, finished_at__isnull=False).order_by("made_at", "pk")
    latest: dict[int, dict[int, Assessment]] = defaultdict(dict)
    for row in rows.only("case", "assessor", "level", "raised_to"):
        latest[row.case_id][row.assessor_id] = row
    return {
        case: max((level_of(r) for r in each.values()), key=lambda level: level.rank) for case, each in latest.items()
    }


@staff_only
@require_GET
def stock(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The phones of the district: available, given, idle since (OF-07). No person stands here."""
    if not keeps_stock(desk):
        raise Http404
    now = timezone.now()
    phones = StockPhone.objects.filter(court__jurisdiction=desk.membership.agency.jurisdiction_id)
    lines = []
    for one in phones.select_related("device", "court").order_by("since", "pk"):
        state, word = _phone_state(one)
        lines.append(PhoneLine(str(one.device), one.court.name, state, word, since_words(one.since, now)))
    order = ("idle", "available", "given", "away")
    lines.sort(key=lambda line: order.index(line.state))
    counts = [(pick(*text), sum(line.state == state for line in lines)) for state, text in _STATES.items()]
    return page(request, desk, "file/stock.html", {"lines": lines, "counts": counts})


_STATES = {
    "available": ("disponible", "available"),
    "given": ("remis", "given"),
    "idle": ("rendu, inutilisé", "given back, idle"),
    "away": ("hors service", "out of order"),
}


def _phone_state(one: StockPhone) -> tuple[str, str]:
    if one.out_of_order:
        state = "away"
    elif one.device.status == DeviceStatus.ISSUED:
        state = "given"
    else:
        state = "idle" if one.device.status == DeviceStatus.RETURNED else "available"
    return state, pick(*_STATES[state])


@staff_only
def search(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Cases of the reader by number or name. What was typed is neither kept nor put into an address."""
    if request.method != "POST":
        return redirect("file:home")
    from egide.web.permissions import visible_cases

    typed = request.POST.get("q", "").strip()[:80]
    knows_names = desk.role_may(Group.IDENTITY)
    if len(typed) < SHORTEST:
        return page(request, desk, "file/search.html", {"asked": False, "found": []})
    record("search", object_kind="case", text=typed)  # what was typed may be a name: the erasable part of the trail
    matches = Q(number__icontains=typed)
    if knows_names:
        key = name_key(typed, "")
        words_of_it = key.split()
        by_name = Q()
        for word in words_of_it:
            by_name &= Q(protected_person__profile__name_key__contains=word)
        if words_of_it:
            matches |= by_name
    rows = visible_cases(desk.user).filter(matches).select_related("protected_person").order_by("-changed_at")[:SHOWN]
    found = [
        FoundLine(href(c), c.number, str(c.protected_person) if knows_names else "", named(STAGES, c.stage))
        for c in rows
    ]
    return page(request, desk, "file/search.html", {"asked": True, "found": found})
