"""Taking and closing an incident. Whoever comes second is told who came first; nothing is ever overwritten.

Each act is one transaction: the row by its version, the event, the closing of a phone's alarm where there is one, and
the number for the screens last. Reads no clock but the database's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from egide.web.accounts.models import User
from egide.web.console import guidance, presses
from egide.web.console.models import Incident, IncidentEvent, IncidentKind, IncidentStatus
from egide.web.registry.models import Device, DeviceKind

TEXT_LIMIT = 2000


class Conflict(Exception):  # noqa: N818 - reads as what it is
    """Somebody or something was faster. `reason`: `taken`, `closed`, `changed`, `not_yours`, and when closing
    `stands` (the pair is still inside) or `moment` (something the phone sent is not judged yet).
    """

    def __init__(self, reason: str, incident: Incident) -> None:
        super().__init__(reason)
        self.reason = reason
        self.incident = incident


class Incomplete(ValueError):  # noqa: N818 - reads as what it is
    """The reason for closing is missing or does not fit. `field` names what to add."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Closing:
    """Why an incident is closed: the code of a reason, and a sentence of one's own."""

    code: str
    text: str


def take(public_id: UUID, version: int, user: User, over: bool = False) -> Incident:
    """Gives an open incident to `user`. Raises Incident.DoesNotExist, Conflict.

    `over` takes it from the colleague who has it; without it an incident in other hands is a conflict. A free one is
    taken whatever `version` was read: that it rang again or rose meanwhile is one more reason to have somebody on it.
    """
    with transaction.atomic():
        before = Incident.objects.select_related("owner").get(public_id=public_id)
        rows = Incident.objects.filter(pk=before.pk, status=IncidentStatus.OPEN)
        rows = rows.filter(version=version) if over else rows.filter(owner=None)
        changed = rows.exclude(owner=user).update(owner=user, taken_at=Now(), version=F("version") + 1)
        if not changed:
            raise Conflict(*_why(public_id, user))
        from_whom = before.owner
        data = {} if from_whom is None else {"from": from_whom.shown_name}
        _note(before.pk, "taken_over" if from_whom is not None else "taken", user, data)
    return Incident.objects.get(pk=before.pk)


def close(public_id: UUID, version: int, user: User, closing: Closing) -> Incident:
    """Closes an incident that `user` has. Raises Incident.DoesNotExist, Conflict, Incomplete.

    Closing the SOS of a grave-danger phone closes its alarm too: from then on its position is nobody's (TGD-30). A
    newer press keeps its alarm, and an incident of distance stays open while its level stands.
    """
    with transaction.atomic():
        before = Incident.objects.select_related("owner", "closed_by", "measure").get(public_id=public_id)
        theirs = before.status == IncidentStatus.OPEN and before.owner == user
        if theirs and guidance.stands(before, before.measure):
            raise Conflict("stands", before)
        _check(before, closing)
        # The alarm first: a press either got in before this lock, and is seen below, or waits and opens a new one.
        alarm = _lock_alarm(before)
        if theirs and alarm is not None and presses.unjudged(alarm.device):
            raise Conflict("moment", before)
        reason = f"{closing.code}\n{closing.text}".strip()
        changed = Incident.objects.filter(pk=before.pk, version=version, status=IncidentStatus.OPEN, owner=user).update(
            status=IncidentStatus.CLOSED, closed_at=Now(), closed_by=user, close_reason=reason, version=F("version") + 1
        )
        if not changed:
            raise Conflict(*_why(public_id, user, closing=True))
        if alarm is not None:
            _close_alarm(alarm)
        _note(before.pk, "closed", user, {"reason": closing.code, "text": closing.text})
    return Incident.objects.get(pk=before.pk)


def _check(incident: Incident, closing: Closing) -> None:
    reason = next((r for r in guidance.reasons_for(incident.kind) if r.code == closing.code), None)
    if reason is None:
        raise Incomplete("reason")
    if (reason.needs_text or guidance.still_inside(incident.level)) and not closing.text:
        raise Incomplete("text")
    if len(closing.text) > TEXT_LIMIT:
        raise Incomplete("text")


def _why(public_id: UUID, user: User, closing: bool = False) -> tuple[str, Incident]:
    """Why nothing was changed, seen after the fact and with the present state."""
    now = Incident.objects.select_related("owner", "closed_by").get(public_id=public_id)
    if now.status == IncidentStatus.CLOSED:
        return "closed", now
    if now.owner is not None and now.owner != user:
        return "taken", now
    if closing and now.owner is None:
        return "not_yours", now
    if now.owner == user and not closing:
        return "yours", now
    return "changed", now


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


def _note(incident_pk: int, kind: str, user: User, data: dict[str, Any]) -> None:
    """The event, then the number for the screens: the last statement before the commit."""
    IncidentEvent.objects.create(incident_id=incident_pk, kind=kind, actor=user, data=data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT egide_screen(%s, %s)", [incident_pk, kind])
