"""The case page: what matters today first, then people, timeline, contacts, danger, measure, documents, orders.

A fixed number of queries, whatever the case holds. A part the reader may see nothing of is not there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from egide.core.access import Group
from egide.core.law.calendar import paris_day
from egide.web.cases.models import Case, CaseRespondent
from egide.web.cases.services import clock
from egide.web.cases.services.crossings import KIND as CROSSING
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.acting import FOR_TASK, FORMS, act_names, may_do, offered, offered_beside
from egide.web.file.gate import Desk, open_case, staff_only
from egide.web.file.presenters import account, measure, orders, reviews, work
from egide.web.file.presenters.bar import bracelets
from egide.web.file.presenters.danger import danger
from egide.web.file.presenters.fields import who_sees
from egide.web.file.presenters.papers import draw_up, lines, papers
from egide.web.file.presenters.people import at_work, kept_out, people
from egide.web.file.saying import a_day, pick
from egide.web.file.shell import page
from egide.web.file.trail import about
from egide.web.file.words import DOMAINS, STEP_STATUSES, named
from egide.web.tasks.kinds import tells_of
from egide.web.tasks.models import Task, TaskStatus

PLACES = (
    "state", "people", "timeline", "contacts", "danger", "measure", "consents", "committee", "follow", "orders", "bar",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """One thing due in this case, with the form that does it where the reader may use it."""

    task: work.TaskLine
    href: str
    words: str = ""
    assign: str = ""


@staff_only
@require_GET
def case_page(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """One case, as far as this reader may see it."""
    case, lens = open_case(request, public_id)
    return page(request, desk, "file/case.html", build(case, lens, desk))


def build(case: Case, lens: Lens, desk: Desk) -> dict[str, Any]:
    """Everything the page shows."""
    now = clock.now()
    whole = Whole(case)
    drafts = [row for row in whole.drafts if row.assessor_id == desk.user.pk]
    made = papers(case, lens)
    tasks = _tasks(case, desk)
    parts: dict[str, Any] = {
        "people": people(case, lens, whole, offered_beside(desk, case, lens, whole)),
        "statements": account.statements(case, lens),
        "reports": account.reports(case, lens, whole),
        "acts": account.acts(case, lens, act_names()),
        "log": account.log(lens, case, whole),
        "danger": danger(lens, whole, drafts, now),
        "consents": measure.consents(lens, whole, now),
        "decisions": measure.decisions(lens, whole),
        "phone": measure.phone(lens, whole),
        "reviews": reviews.reviews(lens, whole),
        "checklist": _checklist(lens, whole, now),
        "steps": _steps(lens, whole),
        "summaries": account.summaries(lens, whole),
        "papers": lines(made),
        "draw_up": draw_up(lens, whole, made, now),
        "orders": orders.orders(lens, whole, paris_day(now)),
        "bracelets": bracelets(lens, whole, now),
        "committee": reviews.committee(lens, whole),
        "kept_out": kept_out(lens, whole),
        "at_work": at_work(lens, whole),
        "due": _due(tasks, desk, case, lens, whole, now),
        "ticked": _ticked(tasks, lens),
    }
    shown = {place: list(offered(place, desk, case, lens, whole)) for place in PLACES}
    return parts | {
        "case": case,
        "state": work.state(case, lens, whole),
        "offers": shown,
        "may_decide": lens.may("attribution", "write") and lens.may("decision_reasons", "write"),
        "may_assess": lens.may("danger_protected", "write"),
        "sees_needs": lens.may("needs", "exists"),
        "trail": about(case) if desk.role_may(Group.AUDIT) else "",
        "who": {
            "narrative": who_sees(Group.NARRATIVE, case.stage),
            "contacts": who_sees(Group.CONTACTS_LOG, case.stage),
            "danger": who_sees(Group.DANGER_PROTECTED, case.stage),
            "consents": who_sees(Group.CONSENTS, case.stage),
            "needs": who_sees(Group.NEEDS, case.stage),
            "summaries": who_sees(Group.FOR_DECISION, case.stage),
            "orders": who_sees(Group.BAN_DECISION, case.stage),
            "attribution": who_sees(Group.ATTRIBUTION, case.stage),
            "bar": who_sees(Group.BAR_TERMS, case.stage),
        },
    }


def _checklist(lens: Lens, whole: Whole, now: Any) -> list[tuple[str, measure.Checklist]] | None:
    """The conditions for each respondent; None where the reader may not see them."""
    if not lens.may("conditions"):
        return None
    about: list[CaseRespondent | None] = [*whole.respondents] or [None]
    title = pick("Personne mise en cause", "Respondent")
    return [
        (f"{title} {n}" if len(about) > 1 else "", measure.checklist(whole, one, now)) for n, one in enumerate(about, 1)
    ]


def _steps(lens: Lens, whole: Whole) -> list[dict[str, str]] | None:
    if not lens.may("needs"):
        return None
    return [
        {
            "domain": named(DOMAINS, s.domain), "what": s.what, "status": named(STEP_STATUSES, s.status),
            "due": a_day(s.due_on) if s.due_on else "", "outcome": s.outcome,
            "owner": s.owner.shown_name if s.owner is not None else "",
            "mark": {"done": "yes", "not_wanted": "yes"}.get(s.status, "unknown"),
        }
        for s in whole.steps
    ]  # fmt: skip


def _tasks(case: Case, desk: Desk) -> list[Task]:
    """What is due, and what the desk’s own agency ticked off with a word; crossings stand with their bracelet."""
    ours = Q(agency=desk.membership.agency_id, status=TaskStatus.DONE) & ~Q(outcome="") & ~Q(kind=CROSSING)
    rows = Task.objects.filter(Q(status=TaskStatus.OPEN) | ours, case=case)
    return list(rows.select_related("agency", "assignee", "ended_by"))


def _ticked(rows: list[Task], lens: Lens) -> list[account.Told]:
    """What came of the tasks that somebody of the reader’s agency ended by hand, the latest first (RQ-84)."""
    if not lens.may("tasks"):
        return []
    done = sorted((t for t in rows if t.status == TaskStatus.DONE), key=lambda t: (t.ended_at, t.pk), reverse=True)
    return [work.ticked(row) for row in done if lens.may(tells_of(row.kind))]


def _due(tasks: list[Task], desk: Desk, case: Case, lens: Lens, whole: Whole, now: Any) -> list[Due] | None:
    if not lens.may("tasks", "exists") and not lens.may("case_state"):
        return None
    rows = [row for row in tasks if row.status == TaskStatus.OPEN]
    ours = desk.membership.agency_id if may_do(FORMS["assign"], desk, lens, whole) else None
    found = []
    for row in work.in_order(rows):
        if not _owed(row, desk) and not lens.may(tells_of(row.kind), "exists"):
            continue
        line = work.task_line(row, now)
        href = _do(line, desk, case, lens, whole)
        mine = ours is not None and row.agency_id == ours
        words = pick("Faire", "Do it") if href else ""
        if not href and line.by_hand and mine:
            href, words = _act(case, "tick-off", row.pk), pick("C’est fait", "It is done")
        found.append(Due(line, href, words, _act(case, "assign", row.pk) if mine else ""))
    return found


def _owed(row: Task, desk: Desk) -> bool:
    """Whether this desk is asked to do it."""
    if row.assignee_id is not None:
        return row.assignee_id == desk.user.pk or row.agency_id == desk.membership.agency_id
    return row.agency_id == desk.membership.agency_id and row.role in ("", desk.membership.role)


def _do(line: work.TaskLine, desk: Desk, case: Case, lens: Lens, whole: Whole) -> str:
    if line.kind == "decide":
        return reverse("file:decide", args=[case.public_id]) if lens.may("decision_reasons", "write") else ""
    if line.kind == "make_document":
        return "#papers"
    if line.kind == "reassess_danger":
        return reverse("file:danger", args=[case.public_id]) if lens.may("danger_protected", "write") else ""
    form = FORMS.get(FOR_TASK.get(line.kind, ""))
    if form is None or not may_do(form, desk, lens, whole):
        return ""
    return _act(case, form.slug)


def _act(case: Case, slug: str, on: int | None = None) -> str:
    return reverse("file:act", args=[case.public_id, slug]) + ("" if on is None else f"?on={on}")
