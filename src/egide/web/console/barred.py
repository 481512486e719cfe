"""Which incidents are closed to whom, because somebody is barred from the case they belong to (RQ-08)?

The one place of the room that asks; PostgreSQL answers (`egide_shut_incidents`), the same function that the second wall
leans on. An alarm is never lost by it: what nobody else would hear still rings for whoever is barred, without a word of
whom it is about. It closes nothing to anybody else, and knows no reason of any bar.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponseBase

from egide.incidents import rows
from egide.web.accounts.models import User
from egide.web.audit.trail import record
from egide.web.console import seats
from egide.web.console.models import Incident, IncidentStatus
from egide.web.permissions.database import everything

log = logging.getLogger("egide.web.room")

_WHY = "who is barred from the cases of which incidents: the room leaves those out, and shows nobody why"
_INCIDENTS = "SELECT user_id, array_agg(incident_id) FROM egide_shut_incidents(%s::bigint[], %s) GROUP BY user_id"
_DEVICES = "SELECT device_id FROM egide_shut_devices(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Closed:
    """What is closed to one reader: internal numbers of incidents. `unheard`: those of them that ring, and that nobody

    who may see them hears at this moment.
    """

    incidents: frozenset[int] = frozenset()
    unheard: frozenset[int] = frozenset()

    @property
    def hidden(self) -> frozenset[int]:
        """What is not there at all for this reader."""
        return self.incidents - self.unheard


NOTHING = Closed()


def of(users: Iterable[int], *, past: bool = False) -> dict[int, Closed]:
    """What is closed to each of these users; who is barred from nothing is left out. Raises DatabaseError.

    `past`: with everything that was closed long ago. One question for all of them, and a second where there is an answer.
    """
    wanted = sorted(set(users))
    found = _asked(wanted, past) if wanted else {}
    return {user: Closed(incidents, _unheard(user, incidents)) for user, incidents in found.items()}


def of_alarms(users: Iterable[int], *, past: bool = False) -> dict[int, Closed]:
    """As `of`, on the way of an alarm. If it cannot be asked nothing is closed: a room that can act on none is worse."""
    try:
        return of(users, past=past)
    except DatabaseError as error:
        log.error("who is barred could not be asked (%s): nothing is closed in the room", type(error).__name__)
        return {}


def to(user: User) -> Closed:
    """What of the open incidents is closed to one reader."""
    return of_alarms([user.pk]).get(user.pk, NOTHING)


def let_go(users: Iterable[int]) -> None:
    """What these users have in hand and may not see any more rings again for all. A transaction each, as an act is."""
    for user, closed in of(users).items():
        for row in Incident.objects.filter(pk__in=closed.incidents, status=IncidentStatus.OPEN).order_by("pk"):
            held = {at.get("owner") for at in row.flow.get("at", {}).values()}
            if user in held | {row.owner_id}:
                with transaction.atomic(), connection.cursor() as cursor:
                    rows.ring_again(cursor, row.pk, "let_go")


def hidden_from(user: User) -> list[int]:
    """Every incident, however old, that is not there for this reader."""
    return sorted(of_alarms([user.pk], past=True).get(user.pk, NOTHING).hidden)


def who_may_have(incident: UUID, colleagues: list[User]) -> list[User]:
    """Those of some colleagues to whom the incident may be offered."""
    pk = Incident.objects.filter(public_id=incident).values_list("pk", flat=True).first()
    closed = of_alarms([one.pk for one in colleagues], past=True)
    return [one for one in colleagues if pk not in closed.get(one.pk, NOTHING).incidents]


def devices_of(user: User) -> frozenset[int]:
    """The devices of those whose cases are closed to this reader; none if it cannot be asked, as in `of_alarms`."""
    try:
        with everything(_WHY), connection.cursor() as cursor:
            cursor.execute(_DEVICES, [[user.pk]])
            return frozenset(row[0] for row in cursor.fetchall())
    except DatabaseError as error:
        log.error("who is barred could not be asked (%s): no device is closed in the room", type(error).__name__)
        return frozenset()


def not_closed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """An address of one incident: 404 for whoever it is closed to, and the attempt is in the trail."""

    @wraps(view)
    def guarded(request: HttpRequest, public_id: UUID, **more: Any) -> HttpResponseBase:
        assert isinstance(request.user, User)
        if not who_may_have(public_id, [request.user]):
            record("refuse", object_kind="console_incident", object_id=public_id, rule="RQ-08")
            raise Http404
        return view(request, public_id, **more)

    return guarded


def _asked(users: list[int], past: bool) -> dict[int, frozenset[int]]:
    with everything(_WHY), connection.cursor() as cursor:
        cursor.execute(_INCIDENTS, [users, past])
        return {user: frozenset(incidents) for user, incidents in cursor.fetchall()}


def _unheard(user: int, incidents: frozenset[int]) -> frozenset[int]:
    """Those that ring while nobody else who may see them sits at a console that can be heard."""
    ringing = Incident.objects.filter(pk__in=incidents, status=IncidentStatus.OPEN, rings__gt=0)
    left = frozenset(ringing.values_list("pk", flat=True))
    if not left:
        return left
    others = seats.heard_by() - {user}
    barred = _asked(sorted(others), False) if others else {}
    return frozenset(one for one in left if all(one in barred.get(other, ()) for other in others))
