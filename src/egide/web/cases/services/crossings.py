"""Who is told that a wearer crossed the alert distance, and what does the file keep of it (BAR-29, BAR-30)?

In a civil frame the prosecution office, of each crossing: that is the law. In a criminal one the judge who is seised,
afterwards: that is practice. Where no order says which frame it is, or no court has the case, the office is told: it
controls the processing. Times, the number of the incident and how it ended; never a place, never a word of anybody's. A
crossing is a crossing; whether it was a breach is for the magistrate to say (BAR-27, BAR-28).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from egide.core.access import Role
from egide.core.law.answers import Actor, Status
from egide.core.law.calendar import after_hours, paris_day
from egide.core.law.frames import FRAMES, Frame, FrameGroup
from egide.core.law.orders import register
from egide.web.agencies.models import Agency, Membership
from egide.web.cases.models import Case, CaseRespondent, MandatePurpose
from egide.web.cases.services import clock, facts
from egide.web.cases.services.acting import ACTS, Doing, act, finish
from egide.web.cases.services.owners import Owner, mandated, owner
from egide.web.cases.services.ports import NOTHING, PLATFORM
from egide.web.cases.services.whole import Whole
from egide.web.permissions.database import everything
from egide.web.tasks import engine
from egide.web.tasks.kinds import KINDS
from egide.web.tasks.models import Task

KIND = "read_crossing"
CIVIL, AFTERWARDS = "BAR-29", "BAR-30"

# The frames in which a judge follows a bracelet, and who is asked first at the court (facts G.2: JAP, JI afterwards).
_JUDGES = {
    Frame.JUDICIAL_SUPERVISION: Role.INVESTIGATING_JUDGE,
    Frame.HOUSE_ARREST_EM: Role.INVESTIGATING_JUDGE,
    Frame.CONVICTION: Role.SENTENCE_JUDGE,
    Frame.SENTENCE_ADJUSTMENT: Role.SENTENCE_JUDGE,
    Frame.SECURITY_MEASURE: Role.SENTENCE_JUDGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """What the room tells of one incident that is closed. `times`: each stay inside, end None where nobody saw it end.

    `ref` names the incident, so that two tellings are one; `workflow` and `closed` say with which reason it was closed.
    """

    ref: str
    measure: str
    wearer: int
    times: tuple[tuple[datetime, datetime | None], ...]
    workflow: str
    closed: str
    police: bool


def after_crossing(case: Case, crossed: Crossed) -> Task:
    """The alert distance was crossed: one task for the authority of the frame. Told twice, it is one (BAR-29, BAR-30)."""
    with everything("the platform acts on a case without being somebody"):
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        key = f"{KIND}:{crossed.ref}"
        told = Task.objects.filter(case=case, key=key).first()
        if told is not None:
            return told
        doing = Doing(ACTS["alert_crossed"], case, PLATFORM, NOTHING, clock.now())
        first = crossed.times[0][0] if crossed.times else doing.now
        to, rule = authority(doing.whole, crossed.wearer, first)
        row = KINDS[KIND]
        assert row.hours is not None
        due = after_hours(doing.now, row.hours)
        wanted = engine.Wanted(key, KIND, due, to.agency, to.role, rule, data={"crossing": _kept(crossed)})
        task = engine.open_task(case, wanted, doing.now)
        doing.about(task)
        finish(doing)
    return task


@act("alert_crossed", shown_in="bar_burden", rule=CIVIL, in_archive=True)
def _alert_crossed(doing: Doing, given: None) -> None:
    """Names the act; `after_crossing` does it, for whoever tells of a crossing has no lens."""
    raise AssertionError("call after_crossing")


def authority(whole: Whole, wearer: int, at: datetime) -> tuple[Owner, str]:
    """Who is to be told of a crossing by this wearer at that instant, and by which rule."""
    frames = _frames(whole, wearer, at)
    office = owner(whole, Actor.PROSECUTOR)
    if any(FRAMES[frame].group is FrameGroup.CIVIL for frame in frames):
        return office, CIVIL
    court = mandated(whole, (MandatePurpose.COURT,))
    for frame in frames:
        if frame in _JUDGES and court is not None:
            return Owner(court, _asked(court, _JUDGES[frame], at)), AFTERWARDS
    return office, CIVIL


def _frames(whole: Whole, wearer: int, at: datetime) -> list[Frame]:
    """The frames of the orders between these two that stand, or may stand, that day; those that surely stand first."""
    who: list[CaseRespondent] = [one for one in whole.respondents if one.person_id == wearer]
    day = paris_day(at)
    orders = [order for one in who for order in facts.law_orders(whole, one)]
    return [one.order.frame for one in register(orders, day) if one.answer.status is not Status.NOT_SATISFIED]


def _asked(court: Agency, role: Role, at: datetime) -> str:
    """The role at the court, or everybody there where nobody holds it: a task nobody reads tells nobody."""
    day = paris_day(at)
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), agency=court, role=role.value)
    return role.value if held.exists() else ""


def _kept(crossed: Crossed) -> dict[str, Any]:
    """What stands in the task, for as long as the file does."""
    times = [[_written(begins), None if ends is None else _written(ends)] for begins, ends in crossed.times]
    return {
        "incident": crossed.ref, "measure": crossed.measure, "times": times,
        "workflow": crossed.workflow, "closed": crossed.closed, "police": crossed.police,
    }  # fmt: skip


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
