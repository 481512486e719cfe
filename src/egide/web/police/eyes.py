"""What may a unit see of the alarm it is called to? The table of `core.access` answers, through a lens, and nothing else.

TGD-42 speaks of the unit that intervenes, by territory: a request is its unit's alone (`services.is_of`), and while the alarm lives, the unit of the ground it rings in sees the
case as the case's own district would. A measure without a case is asked of the same table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404
from django.utils import timezone

from egide.core import access
from egide.core.access import Action, Group
from egide.web.audit.trail import record
from egide.web.cases.models import Case
from egide.web.console.models import Incident, IncidentStatus
from egide.web.permissions.lens import Lens, lens_of
from egide.web.permissions.standing import Standing, actor_of
from egide.web.police.models import Request
from egide.web.police.services import is_of


@dataclass(frozen=True, slots=True)
class Alone:
    """A lens on an alarm without a case: the same table, the same trail."""

    actor: access.Actor
    subject: access.CaseView
    at: datetime
    request: Request

    def may(self, group: str, action: str = "read") -> bool:
        """May this be shown?"""
        decision = access.decide(self.actor, self.subject, Group(group), Action(action), self.at)
        record(
            "read" if decision.allowed else "withhold", object_kind="police_request", object_id=self.request.public_id,
            groups=[group], rule=decision.rule_id,
        )  # fmt: skip
        return decision.allowed

    def require(self, group: str, action: str = "read") -> None:
        """The same, or nothing is there."""
        if not self.may(group, action):
            raise Http404


Eyes = Lens | Alone


def eyes_of(standing: Standing, request: Request, incident: Incident, case: Case | None) -> Eyes:
    """The lens of whoever stands there on the alarm of a request. Raises Http404 for a stranger, another unit and one barred."""
    now = timezone.now()
    if not is_of(request, standing.membership.agency):
        record("refuse", object_kind="police_request", object_id=request.public_id, case=request.case_id)
        raise Http404
    rings = incident.status == IncidentStatus.OPEN
    if case is None:
        subject = access.CaseView(
            id=f"incident {incident.pk}", stage=access.Stage.ACTIVE, protected_person="",
            territories=_territory(request), alarm_open=rings,
        )  # fmt: skip
        alone = Alone(actor_of(standing.membership), subject, now, request)
        if not access.may_open(alone.actor, subject, now):
            raise Http404
        return alone
    lens = lens_of(standing, case, now)
    if rings:
        lens.subject = replace(
            lens.subject, alarm_open=True, territories=lens.subject.territories | _territory(request)
        )
    if not access.may_open(lens.actor, lens.subject, lens.at):
        record("refuse", object_kind="police_request", object_id=request.public_id, case=case.pk)
        raise Http404
    return lens


def _territory(request: Request) -> frozenset[str]:
    return frozenset() if request.jurisdiction_id is None else frozenset({str(request.jurisdiction_id)})
