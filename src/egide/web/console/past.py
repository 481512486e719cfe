"""What happened in a closed incident, step by step with its times, and where: for the debriefing, from its own record.

Every look is audited. Positions are shown as far as they are still known, and their end is said (`tracks`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from egide.web.accounts.access import operator_only
from egide.web.accounts.models import User
from egide.web.audit.trail import record
from egide.web.console import audience, guidance, phrases, present, tracks
from egide.web.console.cases import cases_of, load
from egide.web.console.models import Incident, IncidentStatus
from egide.web.console.timeline import timeline
from egide.web.console.views import frame
from egide.web.console.wording import clock

SHOWN = 50
PROBE = "probe"
ALL_LINES = 2000
# What a debriefing asks first, by the kinds of lines that answer it.
FIRST: tuple[tuple[str, Callable[[], str], tuple[str, ...]], ...] = (
    ("picked_up", lambda: _("Picked up"), ("taken", "taken_over")),
    ("first_call", lambda: _("First outcome"), ("key",)),
    ("requested", lambda: _("Police requested"), ("intervention_requested",)),
    ("told", lambda: _("Police took the call"), ("police_requested",)),
    ("closed", lambda: _("Closed"), ("closed", "closed_by_itself")),
)


@operator_only
@require_GET
def past(request: HttpRequest) -> HttpResponseBase:
    """The incidents that were closed last; synthetic ones are nobody's and are left out."""
    assert isinstance(request.user, User)
    reader = audience.of(request.user, "")
    rows = (
        Incident.objects.filter(status=IncidentStatus.CLOSED).exclude(close_reason=PROBE).order_by("-closed_at", "-pk")
    )
    cases = [audience.narrowed(case, reader) for case in load(rows.select_related("owner", "closed_by")[:SHOWN])]
    at = time.time_ns() // 1_000_000
    lines = [
        {
            "id": str(case.incident.public_id), "shape": phrases.shape(case.incident), "who": present.who(case),
            "number": present.number(case), "title": guidance.said(case.table.title),
            "at": clock(case.incident.stream_time_ms), "closed": present.closed(case), "words": phrases.words(case, at).what,
        }
        for case in cases
    ]  # fmt: skip
    record("list", object_kind="console_incident", text=str(len(lines)))
    return render(request, "console/past.html", {"lines": lines})


@operator_only
@require_GET
def replay(request: HttpRequest, public_id: Any) -> HttpResponseBase:
    """One closed incident from its first ring to its end. 404 while it is open: the room shows it."""
    assert isinstance(request.user, User)
    row = Incident.objects.filter(public_id=public_id, status=IncidentStatus.CLOSED).exclude(close_reason=PROBE).first()
    if row is None:
        raise Http404
    reader = audience.of(request.user, "")
    case = audience.narrowed(cases_of([row.pk])[0], reader)
    where = tracks.tracks(case, bracelets=not audience.of_phones(reader))
    rang_ms = case.incident.stream_time_ms
    steps = [
        line | {"at": clock(line["at_ms"]), "after": offset(line["at_ms"] - rang_ms), "before": line["at_ms"] < rang_ms}
        for line in reversed(timeline(case, ALL_LINES))
    ]
    record(
        "read",
        object_kind="console_incident",
        object_id=row.public_id,
        groups=["alarm_record", *_positions(where)],
        rule="TGD-40",
    )
    told = {
        "case": case, "who": present.who(case), "number": present.number(case), "title": guidance.said(case.table.title),
        "at": clock(rang_ms), "steps": steps, "closed": present.closed(case), "firsts": firsts(row, rang_ms),
        "target_s": case.table.pick_up_s, "hash": case.incident.workflow_hash[:16],
        "where": where, "track": tracks.for_script(case, where),
    }  # fmt: skip
    return render(request, "console/replay.html", frame(request, {}) | told)


def _positions(where: tracks.Tracks) -> list[str]:
    """The field groups that were read besides the record."""
    of = {"protected": "alarm_position", "wearer": "wearer_position"}
    return [of[party["role"]] for party in where.parties if party["points"]]


def firsts(row: Incident, rang_ms: int) -> list[dict[str, Any]]:
    """When each thing a debriefing asks for happened first, in seconds since the ring; None: it did not."""
    found = []
    events = list(row.events.order_by("pk").values_list("kind", "at"))
    for name, words, kinds in FIRST:
        at = next((at for kind, at in events if kind in kinds), None)
        seconds = None if at is None else round(at.timestamp() - rang_ms / 1000, 1)
        found.append({"name": name, "words": words(), "s": seconds})
    return found


def offset(ms: int) -> str:
    """Minutes and seconds since the ring, with a sign."""
    sign, s = ("−" if ms < 0 else "+"), abs(ms) // 1000
    return f"{sign}{s // 60}:{s % 60:02d}"
