"""What a person at a console does with an incident: one transaction an act. Whoever comes second is told who was first.

The workflow decides (`core.workflow.acts`), `incidents.rows` writes; here stand only the things the web knows besides:
versions, the alarm of a phone, the call to the police, the association's call on the next day.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from egide.channels.room import raise_technical
from egide.core.workflow.flow import Incomplete as Missing
from egide.core.workflow.flow import Refused
from egide.incidents import rows
from egide.web.accounts.access import is_operator
from egide.web.accounts.models import User
from egide.web.console import barred, crossings, guidance, lapses, presses
from egide.web.console.models import Incident, IncidentKind, IncidentStatus
from egide.web.permissions.database import name_actor
from egide.web.registry.models import Device, DeviceKind

log = logging.getLogger("egide.web.room")

TEXT_LIMIT = 2000
POLICE_REACHED = "police_reached"
POLICE_SILENT = "police_no_answer"
SILENT_TWICE = 2  # calls of one incident nobody answered: the line itself is in question


class Conflict(Exception):  # noqa: N818 - reads as what it is
    """Nothing was changed. `reason`: `taken`, `closed`, `changed`, `not_yours`, `yours`, `stands` (the pair is still
    inside), `moment` (something the phone sent is not judged yet), `not_yet` (the step allows no such end), `never`,
    `requested`, `not_offered`.
    """

    def __init__(self, reason: str, incident: Incident) -> None:
        super().__init__(reason)
        self.reason = reason
        self.incident = incident


class Incomplete(ValueError):  # noqa: N818 - reads as what it is
    """Something is missing or does not fit. `field` names what to add."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Closing:
    """Why an incident is closed: the code of a reason, and a sentence of one's own."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class PoliceCall:
    """Who took the call on the priority line, and under which reference."""

    unit: str
    person: str
    reference: str
    key: UUID | None = None


def take(public_id: UUID, version: int, user: User, over: bool = False, task: str = "") -> Incident:
    """Gives an open incident, or one task of it, to `user`. Raises Incident.DoesNotExist, Conflict.

    `over` takes it from the colleague who has it, as it stood at `version`; a free one is taken whatever version was
    read: that it rang again or rose meanwhile is one more reason to have somebody on it.
    """
    return _act(public_id, "take", user, version=version if over else None, over=over, task=task)


def close(public_id: UUID, version: int, user: User, closing: Closing) -> Incident:
    """Closes an incident that `user` has. Raises Incident.DoesNotExist, Conflict, Incomplete.

    Closing the SOS of a grave-danger phone closes its alarm too: from then on its position is nobody's (TGD-30). A
    newer press keeps its alarm, and an incident of distance stays open while its level stands.
    """
    if len(closing.text) > TEXT_LIMIT:
        raise Incomplete("text")
    with transaction.atomic():
        before = Incident.objects.select_related("measure").get(public_id=public_id)
        stands = guidance.stands(before, before.measure)
        if stands and before.owner_id == user.pk:
            raise Conflict("stands", _now(public_id))
        # The alarm first: a press either got in before this lock, and is seen below, or waits and opens a new one.
        alarm = _lock_alarm(before)
        if alarm is not None and before.owner_id == user.pk and presses.unjudged(alarm.device):
            raise Conflict("moment", _now(public_id))
        asks = guidance.still_inside(before.level)
        _follow_up(before)
        _inform(before, closing.code)
        _record_test(before, user, closing.code)
        done = _act(
            public_id,
            "close",
            user,
            version=version,
            code=closing.code,
            text=closing.text,
            stands=stands,
            asks_text=asks,
        )
        if alarm is not None:
            _close_alarm(alarm)
    return done


def press(
    public_id: UUID, user: User, *, task: str, step: str, code: str, text: str = "", call: PoliceCall | None = None
) -> Incident:
    """An outcome of the step `user` sees. That the police took the call is a request on record, with its copies.

    Raises Incident.DoesNotExist, Conflict, Incomplete.
    """
    if len(text) > TEXT_LIMIT:
        raise Incomplete("text")
    if code == POLICE_SILENT:
        return _line_is_silent(public_id, user, task=task, step=step)
    if code != POLICE_REACHED:
        return _act(public_id, "press", user, task=task, step=step, code=code, text=text)
    if call is None:
        raise Incomplete("unit")
    with transaction.atomic():
        name_actor(user.pk)  # whoever is in the room may write a request (the second wall)
        _ask_police(Incident.objects.get(public_id=public_id), user, call, text)
        words = " · ".join((call.unit, call.person, call.reference))
        return _act(public_id, "press", user, task=task, step=step, code=code, text=words)


def _line_is_silent(public_id: UUID, user: User, *, task: str, step: str) -> Incident:
    """The priority line did not answer. The second time an incident of the line itself opens and rings (supervision)."""
    from egide.web.police.services import whom_to_call

    with transaction.atomic():
        done = _act(public_id, "press", user, task=task, step=step, code=POLICE_SILENT)
        calls = done.events.filter(kind="key", data__code=POLICE_SILENT).count()
        if calls >= SILENT_TWICE:
            call = whom_to_call(done)
            line = 0 if call.area is None else call.area.pk
            with connection.cursor() as cursor:
                raise_technical(cursor, f"police_line:{line}", {"unit": call.unit, "number": call.number})
    return done


def unneeded(public_id: UUID, user: User, *, request: str, told: str, text: str) -> Incident:
    """A unit need not come any more: `told` there heard it by voice, and why. Its copies are cancelled.

    `request`: which one, by its public number. Raises Incident.DoesNotExist, Conflict, Incomplete.
    """
    if len(text) > TEXT_LIMIT:
        raise Incomplete("text")
    from egide.web.police import services

    with transaction.atomic():
        name_actor(user.pk)
        incident = Incident.objects.get(public_id=public_id)
        standing = services.open_of(incident)
        found = next((one for one in standing if str(one.public_id) == request), None)
        if found is None:
            raise Conflict("changed", _now(public_id))
        for field, words in (("told", told), ("text", text)):
            if not words.strip():
                raise Incomplete(field)
        try:  # the request before the incident, as whoever moves a request does
            services.cancel_intervention(found, user, f"{told.strip()} · {text.strip()}"[: services.NOTE_LIMIT])
        except services.TooLate:
            raise Conflict("changed", _now(public_id)) from None
        return _act(public_id, "unneeded", user, told=told, text=text, last=not standing.all().exists())


def do(public_id: UUID, name: str, user: User, **values: Any) -> Incident:
    """Another act of `core.workflow.acts`: request, note, offer, accept, decline, shelve, unshelve.

    Raises Incident.DoesNotExist, Conflict, Incomplete.
    """
    if len(str(values.get("text", ""))) > TEXT_LIMIT:
        raise Incomplete("text")
    if name == "offer" and values.get("to") is not None:
        colleague = User.objects.filter(username=values["to"]).first()
        if colleague is None or not is_operator(colleague) or not barred.who_may_have(public_id, [colleague]):
            raise Incomplete("to")
        values["to"] = colleague.pk
    return _act(public_id, name, user, **values)


def _act(public_id: UUID, name: str, user: User, *, version: int | None = None, **values: Any) -> Incident:
    try:
        with transaction.atomic():
            row = Incident.objects.select_for_update(of=("self",)).get(public_id=public_id)
            if version is not None and row.version != version:
                raise Conflict(*_why(row, user))
            before = lapses.mark(row)
            with connection.cursor() as cursor:
                rows.act(cursor, row.pk, name, user.pk, **values)
            lapses.count(row, before)
    except Refused as refused:
        raise Conflict(refused.reason, _now(public_id)) from None
    except Missing as missing:
        raise Incomplete(missing.field) from None
    return _now(public_id)


def _now(public_id: UUID) -> Incident:
    return Incident.objects.select_related("owner", "closed_by").get(public_id=public_id)


def _why(row: Incident, user: User) -> tuple[str, Incident]:
    """Why an older version could not be acted on."""
    if row.status == IncidentStatus.CLOSED:
        return "closed", _now(row.public_id)
    taken = row.owner_id is not None and row.owner_id != user.pk
    return "taken" if taken else "changed", _now(row.public_id)


def _ask_police(incident: Incident, user: User, call: PoliceCall, note: str) -> None:
    from egide.web.police import services  # it knows incidents; the room knows it only here

    try:
        services.request_intervention(
            incident, user, call.unit, call.person, call.reference, note=note, key=call.key
        )  # fmt: skip
    except services.Incomplete as missing:
        raise Incomplete(missing.field) from None
    except services.TooLate:
        raise Conflict("closed", _now(incident.public_id)) from None


def _follow_up(incident: Incident) -> None:
    """The association calls on the next day (TGD-32, TGD-42): when, and nothing else. Never in the way of closing."""
    if incident.workflow != "tgd_alarm":
        return
    from egide.web.cases.services import after_alarm
    from egide.web.police.routing import case_of

    try:
        with transaction.atomic():
            case = case_of(incident)
            if case is not None:
                after_alarm(case, incident.opened_at, ref=str(incident.public_id))
    except Exception as error:
        log.error("the call of the next day could not be asked for (%s)", type(error).__name__)
        with connection.cursor() as cursor:
            rows.tell(cursor, incident.pk, [("follow_up_failed", {})], None)


def _inform(incident: Incident, code: str) -> None:
    """The authority of the frame is told of the crossing (BAR-29, BAR-30), and the record says whom. Never in the way of closing."""
    told = crossings.crossed(incident, code)
    if told is None:
        return
    from egide.web.cases.services import after_crossing
    from egide.web.police.routing import case_of

    line: tuple[str, dict[str, Any]] = ("crossing_of_no_case", {})
    try:
        with transaction.atomic():
            case = case_of(incident)
            if case is not None:
                line = ("crossing_told", {"to": str(after_crossing(case, told).agency or "")})
    except Exception as error:
        log.error("the authority could not be told of a crossing (%s)", type(error).__name__)
        line = ("crossing_failed", {})
    with connection.cursor() as cursor:
        rows.tell(cursor, incident.pk, [line], None)


# Which ends of which procedures say how a test of a phone went (TGD-31).
TESTS = {("phone_test", "tested"): True, ("phone_test", "replaced"): False, ("tgd_alarm", "test"): True}


def _record_test(incident: Incident, user: User, code: str) -> None:
    """A test of a phone made with the room goes into the file, and the line in the record says so, or that it did not.

    Never in the way of closing.
    """
    worked = TESTS.get((incident.workflow, code))
    if worked is None or incident.device_id is None:
        return
    from egide.web.cases.services import after_room_test

    kind = "test_failed_to_record"
    note = "Essai avec la salle des opérateurs"
    try:
        with transaction.atomic():
            done = after_room_test(incident.device_id, user, incident.opened_at, worked=worked, note=note)
        kind = "test_recorded" if done else "test_of_no_case"
    except Exception as error:
        log.error("the test of a phone could not be recorded (%s)", type(error).__name__)
    with connection.cursor() as cursor:
        rows.tell(cursor, incident.pk, [(kind, {"worked": worked})], user.pk)


@dataclass(frozen=True, slots=True)
class _Alarm:
    number: int
    device: int


def _lock_alarm(incident: Incident) -> _Alarm | None:
    """The open alarm of the phone an SOS is about, locked until the commit; None if there is none."""
    if incident.kind != IncidentKind.SOS or incident.device_id is None:
        return None
    if not Device.objects.filter(pk=incident.device_id, kind=DeviceKind.TGD).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tgd_alarm WHERE device_id = %s AND closed_at IS NULL FOR NO KEY UPDATE",
            [incident.device_id],
        )
        row = cursor.fetchone()
    return None if row is None else _Alarm(row[0], incident.device_id)


def _close_alarm(alarm: _Alarm) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tgd_alarm SET closed_at = now() WHERE id = %s", [alarm.number])
