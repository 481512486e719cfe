"""What happened in a closed incident, step by step with its times, and where: for the debriefing, from its own record.

Every look is audited. Positions are shown as far as they are still known, and their end is said (`tracks`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from egide.web import typed
from egide.web.accounts.access import operator_only
from egide.web.accounts.models import User
from egide.web.audit.trail import record
from egide.web.console import audience, barred, guidance, phrases, present, tracks
from egide.web.console.cases import cases_of, load
from egide.web.console.models import Incident, IncidentStatus
from egide.web.console.timeline import timeline
from egide.web.console.views import frame
from egide.web.console.wording import clock
from egide.web.registry.models import DeviceKind

SHOWN = 50  # of a page
NUMBER = 80  # letters looked for, at most
PAGE_DIGITS = 5  # nobody turns a hundred thousand pages
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
@require_http_methods(["GET", "HEAD", "POST"])
def past(request: HttpRequest) -> HttpResponseBase:
    """The incidents that were closed last, a page at a time; synthetic ones are nobody's and are left out.

    Body: `number` (a part of the measure's number or the device's name), `day` (of the ring), `page` from 1. A number stands
    in no address, for addresses are kept in logs.
    """
    assert isinstance(request.user, User)
    reader = audience.of(request.user, "")
    number, day = request.POST.get("number", "").strip()[:NUMBER], typed.day(request.POST.get("day", ""))
    rows = (
        Incident.objects.filter(status=IncidentStatus.CLOSED).exclude(close_reason=PROBE).order_by("-closed_at", "-pk")
    )
    closed = barred.of([request.user.pk], past=True).get(request.user.pk, barred.NOTHING)
    rows = rows.exclude(pk__in=closed.incidents)
    rows = _on(_numbered(rows, number, bracelets=not audience.of_phones(reader)), day)
    page = typed.number(request.POST.get("page", ""), PAGE_DIGITS) or 1
    found = list(rows.select_related("owner", "closed_by")[(page - 1) * SHOWN : page * SHOWN + 1])
    cases = [audience.narrowed(case, reader) for case in load(found[:SHOWN])]
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
    told = {"lines": lines, "number": number, "day": "" if day is None else day.isoformat(), "page": page}
    turns = {"newer": page - 1, "older": page + 1 if len(found) > SHOWN else 0}
    return render(request, "console/past.html", told | turns)


def _numbered(rows: QuerySet[Incident], number: str, *, bracelets: bool) -> QuerySet[Incident]:
    """Those of a measure or a device, by a part of what it is called. Who sees no bracelet finds none by its measure."""
    if not number:
        return rows
    device = Q(device__label__icontains=number) | Q(device__identifier__icontains=number)
    if not bracelets:
        return rows.filter(device & ~Q(device__kind=DeviceKind.BAR_BRACELET))
    return rows.filter(device | Q(frozen__zones__number__icontains=number) | Q(measure__number__icontains=number))


def _on(rows: QuerySet[Incident], day: date | None) -> QuerySet[Incident]:
    """Those that rang on a day, by the platform's clock."""
    if day is None:
        return rows
    begin, end = (timezone.make_aware(datetime.combine(one, datetime.min.time())) for one in (day, day + timedelta(1)))
    return rows.filter(stream_time_ms__gte=begin.timestamp() * 1000, stream_time_ms__lt=end.timestamp() * 1000)


@operator_only
@require_GET
@barred.not_closed
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
    own = barred.devices_of(request.user)
    steps = [
        line | {"at": clock(line["at_ms"]), "after": offset(line["at_ms"] - rang_ms), "before": line["at_ms"] < rang_ms}
        for line in reversed(timeline(case, ALL_LINES, closed_devices=own))
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
