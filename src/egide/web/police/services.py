"""Requesting an intervention: the call that was made, on record, and copies of it through the outbox, in one transaction.

The voice call comes first: without unit, name and reference there is no request. A copy is never a reason to wait, and
no request is made twice by one press: the press brings a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from egide.channels.links import sip_link, tel_link
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.cases.models import Case
from egide.web.console.models import Incident, IncidentEvent, IncidentStatus
from egide.web.outbox.services import intend
from egide.web.permissions.database import everything
from egide.web.police.models import Area, Outcome, Request, RequestStatus, RoutedBy, Step
from egide.web.police.routing import Route, case_of, route

ACKNOWLEDGE_S = 30  # nobody has acknowledged the request by then: the room rings
LIMIT = 200  # letters of a unit, a name, a reference
NOTE_LIMIT = 2000


class Incomplete(ValueError):  # noqa: N818 - reads as what it is
    """What makes a call a request is missing. `field`: `unit`, `person`, `reference`, `note`, `outcome`."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TooLate(Exception):  # noqa: N818 - reads as what it is
    """The incident is closed, or the request has moved on. `request` is as it stands now, None for an incident."""

    def __init__(self, request: Request | None = None) -> None:
        super().__init__("too late")
        self.request = request


class NotTheirs(PermissionError):  # noqa: N818 - reads as what it is
    """A unit speaks of a request that is another unit's."""


@dataclass(frozen=True, slots=True)
class Call:
    """What to call first for an incident: the territory, why this one, and links that dial. Empty: ask by hand."""

    area: Area | None
    routed_by: RoutedBy
    unit: str
    number: str
    tel: str
    sip: str


def whom_to_call(incident: Incident) -> Call:
    """The unit of the territory the alarm is in (alarm position, else declared places, else the district)."""
    found = route(incident)
    area = found.area
    if area is None:
        return Call(None, RoutedBy.BY_HAND, "", "", "", "")
    return Call(
        area, found.routed_by, area.name, area.priority_number, tel_link(area.priority_number), sip_link(area.sip)
    )


def request_intervention(
    incident: Incident,
    actor: User,
    unit: str,
    person: str,
    reference: str,
    *,
    called_at: datetime | None = None,
    number: str = "",
    area: Area | None = None,
    note: str = "",
    key: UUID | None = None,
) -> Request:
    """Records that `actor` called `unit`, that `person` took the call and gave `reference`; writes the copies.

    `called_at`: now (the database's) if not given. `area`: the territory of the alarm if not given. `key`: one value per
    press; the same key again answers the request of the first time and sends nothing. One transaction: request, its
    first step, the incident's event and version, the screens' number, the copies. Raises Incomplete, TooLate (the
    incident is closed).
    """
    unit, person, reference, note = unit.strip(), person.strip(), reference.strip(), note.strip()
    for field, text, limit in (
        ("unit", unit, LIMIT), ("person", person, LIMIT), ("reference", reference, LIMIT), ("note", note, NOTE_LIMIT),
    ):  # fmt: skip
        if len(text) > limit or (field != "note" and not text):
            raise Incomplete(field)
    key = key or uuid4()
    with transaction.atomic():
        _lock_key(key)
        known = Request.objects.filter(key=key).first()
        if known is not None:
            return known
        if not Incident.objects.select_for_update().filter(pk=incident.pk, status=IncidentStatus.OPEN).exists():
            raise TooLate
        found = route(incident) if area is None else Route(area, RoutedBy.BY_HAND)
        case = case_of(incident)
        made = Request.objects.create(
            key=key, incident=incident, case=case, jurisdiction_id=_district(found.area, case), area=found.area,
            routed_by=found.routed_by, unit=unit, person=person, number=number, called_at=called_at or Now(),
            reference=reference, note=note, requested_by=actor, due_at=Now() + timedelta(seconds=ACKNOWLEDGE_S),
        )  # fmt: skip
        Step.objects.create(request=made, kind="requested", actor=actor)
        if found.area is not None:
            intend(found.area.agency, "police.requested", str(made.public_id), incident.pk, _references(made))
        said = {"request": str(made.public_id), "unit": unit, "person": person, "reference": reference}
        _tell(incident.pk, "police_requested", actor, said)
    return Request.objects.get(pk=made.pk)


def cancel_intervention(request: Request, actor: User, words: str) -> Request:
    """The room no longer needs the unit, and has told it by voice. Raises Incomplete (`note`), TooLate."""
    if not words.strip() or len(words) > NOTE_LIMIT:
        raise Incomplete("note")
    with transaction.atomic():
        request = Request.objects.select_for_update(of=("self",)).select_related("area__agency").get(pk=request.pk)
        open_states = [s for s in RequestStatus.values if s not in (RequestStatus.ENDED, RequestStatus.CANCELLED)]
        _move(request, open_states, {"status": RequestStatus.CANCELLED}, "cancelled", actor, None, words.strip())
        if request.area is not None:
            data = _references(request)
            intend(request.area.agency, "police.cancelled", str(request.public_id), request.incident_id, data)
    return Request.objects.get(pk=request.pk)


# Whose it is: of the unit whose ground it rings in (TGD-42); where no ground was found, of every unit of the district.


def of_unit(agency: Agency) -> QuerySet[Request]:
    """The requests a unit sees and answers."""
    district = Q(area=None, jurisdiction=agency.jurisdiction_id)
    return Request.objects.filter(Q(area__agency=agency) | district)


def is_of(request: Request, agency: Agency) -> bool:
    """Is this request one of the unit's?"""
    if request.area is None:
        return request.jurisdiction_id == agency.jurisdiction_id
    return request.area.agency_id == agency.pk


# What the unit says. Each step only forward; saying the same twice changes nothing and is no error.

ORDER = [RequestStatus.REQUESTED, RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY, RequestStatus.ON_THE_SPOT]


# What the incident's record calls each step of a request.
TOLD = {
    "acknowledged": "police_acknowledged",
    "under_way": "police_under_way",
    "on_the_spot": "police_on_the_spot",
    "outcome": "police_outcome",
    "cancelled": "police_cancelled",
}


def advance(request: Request, to: RequestStatus, actor: User, agency: Agency | None) -> Request:
    """Acknowledged, under way or on the spot, said by the unit. Raises TooLate once it has ended or was cancelled.

    Raises NotTheirs for a unit that was not asked: its word would stop the ring of the one that was.
    """
    assert to in ORDER[1:]
    _theirs(request, agency)
    if request.status in ORDER and ORDER.index(RequestStatus(request.status)) >= ORDER.index(to):
        return request
    with transaction.atomic():
        values: dict[str, Any] = {"status": to}
        if request.acknowledged_at is None:
            values["acknowledged_at"] = Now()
        _move(request, ORDER[: ORDER.index(to)], values, to.value, actor, agency, "")
    return Request.objects.get(pk=request.pk)


def end(request: Request, outcome: str, words: str, actor: User, agency: Agency | None) -> Request:
    """How it ended, said by the unit. Raises Incomplete (`outcome`, `note`), TooLate, NotTheirs."""
    _theirs(request, agency)
    if outcome not in Outcome.values:
        raise Incomplete("outcome")
    if len(words) > NOTE_LIMIT or (outcome == Outcome.OTHER and not words.strip()):
        raise Incomplete("note")
    with transaction.atomic():
        values: dict[str, Any] = {"status": RequestStatus.ENDED, "outcome": outcome}
        if request.acknowledged_at is None:
            values["acknowledged_at"] = Now()
        _move(request, list(ORDER), values, f"outcome:{outcome}", actor, agency, words.strip())
    return Request.objects.get(pk=request.pk)


def _theirs(request: Request, agency: Agency | None) -> None:
    if agency is not None and not is_of(request, agency):
        raise NotTheirs


def of_incident(incident: Incident) -> QuerySet[Request]:
    """Every request of an incident, the newest first, with its steps."""
    rows = Request.objects.filter(incident=incident).order_by("-pk")
    return rows.select_related("area__agency", "requested_by").prefetch_related("steps__actor", "steps__agency")


def open_of(incident: Incident) -> QuerySet[Request]:
    """The requests of an incident that still stand."""
    return Request.objects.filter(incident=incident).exclude(
        status__in=(RequestStatus.ENDED, RequestStatus.CANCELLED)
    )  # fmt: skip


def _move(
    request: Request,
    before: list[Any],
    values: dict[str, Any],
    kind: str,
    actor: User,
    agency: Agency | None,
    words: str,
) -> None:
    rows = Request.objects.filter(pk=request.pk, status__in=before, version=request.version)
    if not rows.update(version=F("version") + 1, **values):
        raise TooLate(Request.objects.get(pk=request.pk))
    Step.objects.create(request=request, kind=kind, actor=actor, agency=agency, words=words)
    said = {"request": str(request.public_id), "unit": agency.name if agency is not None else request.unit}
    _tell(request.incident_id, TOLD[kind.partition(":")[0]], actor, said)


def _tell(incident_pk: int, kind: str, actor: User, data: dict[str, Any]) -> None:
    """The event in the incident, then the number for the screens: the last statement before the commit."""
    Incident.objects.filter(pk=incident_pk).update(version=F("version") + 1)
    IncidentEvent.objects.create(incident_id=incident_pk, kind=kind, actor=actor, data=data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT egide_screen(%s, 'changed')", [incident_pk])


def _references(request: Request) -> dict[str, Any]:
    """What a copy is made of when it is sent: numbers to look things up by, and nothing about anybody."""
    return {"request": str(request.public_id), "incident": request.incident_id}


def _lock_key(key: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


def _district(area: Area | None, case: Case | None) -> int | None:
    if area is not None:
        return area.agency.jurisdiction_id
    if case is None:
        return None
    with everything("the district of the case a call was made for, where no territory was found"):
        return case.jurisdiction_id
