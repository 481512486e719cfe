"""Access in an emergency: one case, a reason, hours at most, and another person who looks at it afterwards.

Never for somebody who is barred, and never a way to find out which cases there are: whoever may not take it gets 404.
The review is an act on the case (`cases.services.emergencies`).
"""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest

from egide.core import access
from egide.core.access.scale import KEPT
from egide.web.audit.trail import record
from egide.web.cases.models import BreakGlass, Case
from egide.web.cases.services import clock
from egide.web.permissions.database import everything
from egide.web.permissions.lens import Lens, lens_of
from egide.web.permissions.standing import Standing, actor_for

OPENED = "break_glass"


def find_for_emergency(request: HttpRequest, number: str) -> Case:
    """The case of that exact number, for somebody whose role may open one in an emergency. Http404 for all others."""
    standing = _standing(request)
    with everything("the case an emergency access is asked for"):
        case = Case.objects.filter(number=number.strip()).first()
        stopped = case is not None and _is_stopped(lens_of(standing, case))
    if case is None:
        record("refuse", object_kind="emergency", text=number)
        raise Http404
    if stopped:
        record("refuse", object_kind="emergency", object_id=case.public_id, case=case.pk, rule="X-BARRED")
        raise Http404
    return case


def take_break_glass(request: HttpRequest, case: Case, reason: str, minutes: int) -> BreakGlass:
    """Opens a case to whoever asks, for a reason and a while; a task for the review is opened with it.

    Http404 for roles without emergency access, barred persons and parties. `access.Refused`, with a sentence, for a
    reason too short, a time too long, an archived case.
    """
    standing = _standing(request)
    now = clock.now()  # the database's, as the second wall reads it
    with everything("an emergency access is taken by somebody who does not see the case yet"):
        lens = lens_of(standing, case, now)
        if _is_stopped(lens):
            record("refuse", object_kind="emergency", object_id=case.public_id, case=case.pk, rule="X-BARRED")
            raise Http404
        try:
            given = access.break_glass(lens.actor, lens.subject, reason, now, timedelta(minutes=minutes))
        except access.Refused:
            record("refuse", object_kind="emergency", object_id=case.public_id, case=case.pk, rule="BG-01")
            raise
        row = BreakGlass.objects.create(
            case=case, user=standing.user, reason=given.reason, starts_at=now, ends_at=given.ends_at
        )
        record(
            OPENED, object_kind="emergency", object_id=row.pk, case=case.pk, rule="BG-01", text=given.reason,
        )  # fmt: skip
        from egide.web.cases.services.acting import refresh

        refresh(case)
    return row


def _standing(request: HttpRequest) -> Standing:
    standing = actor_for(request)
    if standing is None or not access.ROLES[standing.actor.role].break_glass:
        record("refuse", object_kind="emergency")
        raise Http404
    return standing


def _is_stopped(lens: Lens) -> bool:
    """Barred by name or through any agency, or a party: no emergency opens this case to them."""
    try:
        access.break_glass(lens.actor, lens.subject, "may it be asked", lens.at)
    except access.Refused:
        return lens.subject.stage in KEPT  # an archived case is refused with a sentence
    return False
