"""Which cases are open to me? The list behind the first page, for whoever owes nothing in them today: a judge, a committee.

Number and initials only, the initials where the reader may know who that is, in that case. The latest changed first,
where the reader may know that something changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from egide.core.access import Group
from egide.web.audit.trail import record
from egide.web.cases.models import Case, Stage
from egide.web.file.gate import Desk, staff_only
from egide.web.file.home import href
from egide.web.file.presenters.work import stands
from egide.web.file.saying import since_words
from egide.web.file.shell import page
from egide.web.file.tables import Column, Table, as_csv, shown, wants_csv
from egide.web.file.words import STAGES, named
from egide.web.permissions import Reader

NEVER = datetime.min.replace(tzinfo=UTC)
MOST = 200  # cases of the list; whoever has more searches by number or name


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case that is open to the reader; what the reader may not know of it is empty, also to sort and filter by."""

    href: str
    number: str
    initials: str
    stage: str
    state: str
    changed: datetime
    since: str


@staff_only
@require_GET
def cases(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The cases that are open to this desk."""
    now, reader = timezone.now(), desk.reader
    rows = reader.cases().select_related("protected_person").order_by(*reader.latest_first())[: MOST + 1]
    lines = [_line(case, reader, now) for case in rows]
    table = _table(lines[:MOST])
    if wants_csv(request):
        return as_csv(table, lines[:MOST], request, desk)
    record("list", object_kind="case", groups=[Group.IDENTITY] if any(line.initials for line in lines) else [])
    built = {"table": shown(table, lines[:MOST], request, desk), "more": len(lines) > MOST, "none": not lines}
    return page(request, desk, "file/cases.html", built)


def _line(case: Case, reader: Reader, now: datetime) -> CaseLine:
    who = str(case.protected_person) if reader.reads(case, Group.IDENTITY) else ""
    if not reader.reads(case, Group.CASE_STATE):
        return CaseLine(href(case), case.number, who, "", stands(case, known=False), NEVER, "")
    return CaseLine(
        href(case), case.number, who, case.stage, stands(case, known=True), case.changed_at,
        since_words(case.changed_at, now),
    )  # fmt: skip


def _table(lines: list[CaseLine]) -> Table[CaseLine]:
    stages = {stage.value: named(STAGES, stage) for stage in Stage if any(line.stage == stage for line in lines)}
    return Table(
        "cases",
        (
            Column("case", ("Dossier", "Case"), lambda r: r.number, lambda r: r.number, link=lambda r: r.href),
            Column("who", ("Initiales", "Initials"), lambda r: r.initials, group=Group.IDENTITY),
            Column(
                "stage", ("Où il en est", "Where it stands"), lambda r: r.state, lambda r: r.stage,
                group=Group.CASE_STATE, choices=stages, value=lambda r: r.stage,
            ),
            Column("changed", ("Dernier changement", "Last change"), lambda r: r.since, lambda r: r.changed, group=Group.CASE_STATE),
        ),
    )  # fmt: skip
