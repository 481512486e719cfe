"""Somebody telephones instead of pressing (BAR-31), or speaks for the person: the room opens the SOS, or rings again in it.

Found by what a caller can say: the name or number of the device, the telephone number, the number of the case or measure.
Whole words only, never a list to leaf through; each search is in the trail, and none stands in an address. No position comes
of it: a phone has one from its key alone (TGD-30).
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from egide.core.observations import SignalKind
from egide.core.workflow.causes import of_signal
from egide.incidents import rows
from egide.web.accounts.access import operator_only
from egide.web.accounts.models import User
from egide.web.audit.trail import record
from egide.web.cases.models import AttributionStatus, Case
from egide.web.console import audience, barred
from egide.web.console.models import Incident
from egide.web.console.views import body_of
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.people.models import Person, initials
from egide.web.permissions.database import everything
from egide.web.registry.models import Device, DeviceKind, DeviceStatus

PHONES = (DeviceKind.TGD, DeviceKind.PILOT_PHONE)
SHORTEST = 4  # letters: nobody leafs through
MOST = 5
HELD = (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN)
_EVENT = "INSERT INTO console_incidentevent (incident_id, kind, actor_id, data) VALUES (%s, %s, %s, %s::jsonb)"


@operator_only
@require_POST
def find(request: HttpRequest) -> HttpResponseBase:
    """Body {"q": what the caller says}: up to five devices of protected persons, by label and initials."""
    assert isinstance(request.user, User)
    said = str(body_of(request).get("q") or "").strip()
    if len(said) < SHORTEST:
        return _missing(_("Say a whole number or name: four signs at least."))
    with transaction.atomic():
        found = candidates(said, request.user)
        record("search", object_kind="registry_device", groups=["device", "identity"], rule="BAR-31", text=said)
    if not found:
        return _missing(
            _(
                "Nothing is known by that. Ask for another number, or for the name on the device; or pass the call to a "
                "colleague."
            )
        )
    told = [{"device": one.identifier, "words": f"{_who(one)} · {one}"} for one in found]
    return JsonResponse({"found": told})


@operator_only
@require_POST
def by_hand(request: HttpRequest) -> HttpResponseBase:
    """Body {"device": identifier}: its SOS is open and rings afterwards. 404 for what this operator may not find."""
    user = request.user
    assert isinstance(user, User)
    device = _seen(user).filter(identifier=str(body_of(request).get("device") or "")).first()
    if device is None:
        raise Http404
    return JsonResponse({"id": str(open_sos(device, user).public_id)})


def candidates(said: str, user: User) -> list[Device]:
    """The devices somebody may mean, of those this operator may see. An operator of phones finds phones alone (TGD-41),

    and nobody finds who is of a case they are barred from (RQ-08): a colleague does, to whom the call is passed.
    """
    digits = re.sub(r"\D", "", said)
    known = Q(identifier__iexact=said) | Q(label__iexact=said)
    with everything("the device behind a number that a caller says, of which label and initials are shown"):
        if len(digits) >= 9 and re.fullmatch(r"[\d\s.+()-]+", said):
            known |= Q(person__in=_reached_at(digits))
        cases = Case.objects.filter(number__iexact=said)
        known |= Q(attributions__case__in=cases, attributions__status__in=HELD)
        measures = Measure.objects.filter(number__iexact=said, status=MeasureStatus.ACTIVE)
        known |= Q(pk__in=measures.values("protected_device"))
        return list(_seen(user).filter(known).distinct().order_by("pk")[:MOST])


def _reached_at(digits: str) -> list[int]:
    """Persons by telephone number, however it is written: the last nine digits say which."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT id FROM people_person WHERE right(regexp_replace(phone, '\D', '', 'g'), 9) = %s LIMIT %s",
            [digits[-9:], MOST],
        )
        return [row[0] for row in cursor.fetchall()]


def _seen(user: User) -> Any:
    kinds = PHONES if audience.of_phones(audience.of(user, "")) else (*PHONES, DeviceKind.BAR_BOX)
    found = Device.objects.filter(kind__in=kinds, status=DeviceStatus.ISSUED).select_related("person")
    return found.exclude(pk__in=barred.devices_of(user))


def open_sos(device: Device, user: User) -> Incident:
    """Opens the SOS of a device for a call, or rings again in the open one; who did it stands in the record."""
    cause = of_signal(SignalKind.SOS, device.pk, device.kind, device.person_id, device.status, "", False)
    # What is frozen into it (contacts, the duress word) is read by triggers, for nobody in particular.
    with everything("what an incident takes with it from the file when it opens"), connection.cursor() as cursor:
        at = rows.now_ms(cursor)
        values = {
            "cause": cause.key, "kind": cause.kind, "urgency": cause.urgency, "level": "", "measure": None,
            "device": device.pk, "person": device.person_id, "unverified": False, "seq": 0, "index": -1,
            "device_ms": None, "stream_ms": at,
        }  # fmt: skip
        found = rows.open_or_ring(cursor, values, opens=True, counts=False, device_kind=cause.device_kind)
        assert found is not None
        number, change = found
        said = {"signal": "sos", "by_hand": True, "stream_time_ms": at, "rings": True}
        cursor.execute(_EVENT, [number, "opened" if change == "opened" else "repeated", user.pk, json.dumps(said)])
        rows.screen(cursor, number, "opened" if change == "opened" else "ring")
        record("open", object_kind="console_incident", object_id=_public(number), rule="BAR-31")
    return Incident.objects.get(pk=number)


def _public(number: int) -> str:
    return str(Incident.objects.values_list("public_id", flat=True).get(pk=number))


def _who(device: Device) -> str:
    person: Person | None = device.person
    return initials(person.given_name, person.family_name) if person is not None else _("nobody’s")


def _missing(message: str) -> HttpResponseBase:
    return JsonResponse({"field": "q", "message": message}, status=400)
