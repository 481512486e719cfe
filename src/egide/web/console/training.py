"""A training shift as the room's own screens show it: drawn scenarios worded like incidents, kept in one row of one person.

`core.workflow.drill` plays, this module keeps the row and words it. It reads and writes `console_training` alone: no
incident, no figure, no partner, no shift (a test counts them).
"""

from __future__ import annotations

import secrets
import time
from math import isfinite
from random import Random
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from egide.core.geodesy import destination
from egide.core.workflow import drill, flow
from egide.core.workflow.scenarios import SCENARIOS, Scenario, metres
from egide.simulation.names import people
from egide.web.accounts.models import User
from egide.web.console import guidance, present
from egide.web.console.cases import Case, Drill, Party, Said
from egide.web.console.distance import Seen
from egide.web.console.models import Incident, IncidentEvent, Training
from egide.web.console.timeline import LEVELS, event_words
from egide.web.measures.models import Measure
from egide.web.people.models import Person
from egide.web.registry.models import Device

SQUARE = (47.3215, 5.0415)  # a public square of Dijon: where everybody of a training shift is
Json = dict[str, Any]


def now_ms() -> int:
    """Our clock: a training shift needs no other."""
    return time.time_ns() // 1_000_000


def running(user: User) -> Training | None:
    """The shift this person is in, None outside of one."""
    return Training.objects.filter(user=user, ended_at=None).first()


def begin(user: User, seed: int | None = None) -> Training:
    """Draws a new shift; answers the one that runs already if there is one."""
    seed = secrets.randbelow(2**31) if seed is None else seed
    cast = [{"given": n.given, "family": n.family, "phone": n.phone} for n in people(2 * len(SCENARIOS), seed)]
    state = drill.begin(Random(seed), now_ms(), cast, [str(uuid4()) for _one in SCENARIOS])  # noqa: S311 - no secret
    try:
        with transaction.atomic():
            return Training.objects.create(user=user, state=state)
    except IntegrityError:
        return Training.objects.get(user=user, ended_at=None)


def end(row: Training) -> None:
    """The shift is over; its results stay for the person who did it."""
    Training.objects.filter(pk=row.pk, ended_at=None).update(ended_at=Now())


def goes_on(user: User) -> Training | None:
    """The running shift after everything that happened by itself until now."""
    with transaction.atomic():
        row = Training.objects.select_for_update().filter(user=user, ended_at=None).first()
        if row is not None and drill.elapse(row.state, now_ms()):
            row.save(update_fields=["state"])
    return row


def act(user: User, number: UUID, name: str, **values: Any) -> tuple[Training, Json]:
    """One act in the running shift. Raises LookupError, flow.Refused, flow.Incomplete."""
    with transaction.atomic():
        row = Training.objects.select_for_update().filter(user=user, ended_at=None).first()
        if row is None:
            raise LookupError(number)
        drill.elapse(row.state, now_ms())
        call = drill.act(row.state, str(number), name, user.pk, now_ms(), **values)
        row.save(update_fields=["state"])
    return row, call


def summaries(row: Training) -> list[Json]:
    """The rows of the list."""
    at = now_ms()
    return [present.summary(case_of(row, call, at), at) for call in drill.open_calls(row.state)]


def whole(row: Training, call: Json) -> Json:
    """The whole call, as the room shows an incident."""
    at = now_ms()
    return present.detail(case_of(row, call, at), at)


def case_of(row: Training, call: Json, at_ms: int) -> Case:
    """A call as a case of rows that are never saved."""
    scenario, user = drill.scenario_of(call), row.user
    state = drill.flow_of(call)
    protected = _person(call["protected"], "fr")
    measure = _measure(call, scenario, protected)
    incident = Incident(
        public_id=call["id"], cause=f"{scenario.matter}:0", kind=scenario.kind, urgency=call["urgency"], level=call["level"],
        status=state.status, repeats=call["repeats"], version=call["version"], device_time_ms=call["at_ms"],
        stream_time_ms=call["at_ms"], frame_seq=0, idx=-1, workflow=call["workflow"], workflow_hash=drill.table_of(call).hash, flow=call["flow"],
        owner=user if state.owner == user.pk else None, taken_at=_at(call["taken_ms"]), closed_at=_at(call["closed_ms"]),
        closed_by=user if state.closed_by == user.pk else None, unverified=False,
        close_reason=_reason(call, state),
    )  # fmt: skip
    parties = _parties(call, scenario, protected, measure, at_ms)
    subject = {"bar_bracelet": "wearer"}.get(scenario.device, "protected") if scenario.device else ""
    incident.device_id = next((party.device.pk for party in parties if party.role == subject), None)
    case = Case(incident, measure, parties, first=Said("opened", {"signal": scenario.matter}), users={user.pk: user})
    case.rung = sum(line[1] in ("opened", "repeated") or line[2].get("rings") is True for line in call["lines"])
    case._table, case._flow = drill.table_of(call), state
    case.drill = Drill(
        _lines(case, call, user), _hears(scenario, state), _("Training police station"), _file(scenario, protected)
    )
    return case


def _person(one: Json, locale: str) -> Person:
    return Person(given_name=one["given"], family_name=one["family"], phone=one["phone"], locale=locale)


def _measure(call: Json, scenario: Scenario, protected: Person) -> Measure | None:
    if not scenario.path:
        return None
    number = _("EXERCISE %(n)s") % {"n": SCENARIOS.index(scenario) + 1}
    box = Device(pk=1, label=_("Training box"), kind="bar_box", status="issued")
    bracelet = Device(pk=2, label=_("Training bracelet"), kind="bar_bracelet", status="issued")
    return Measure(
        number=number, protected_person=protected, wearer_person=_person(call["wearer"], "fr"), protected_device=box,
        wearer_device=bracelet, alert_m=scenario.alert_m, pre_alert_m=2 * scenario.alert_m, status="active",
    )  # fmt: skip


def _parties(call: Json, scenario: Scenario, protected: Person, measure: Measure | None, at_ms: int) -> list[Party]:
    if measure is None:
        phone = Device(pk=3, label=_("Training phone"), kind="tgd", status="issued", geolocation_consent=True)
        return [Party("protected", protected, phone, _seen(0, 0, at_ms))]
    second = (min(at_ms, call["closed_ms"] or at_ms) - call["at_ms"]) / 1000
    away = metres(scenario.path, second) or 0.0
    return [
        Party("protected", protected, measure.protected_device, _seen(0, 0, at_ms)),
        Party("wearer", measure.wearer_person, measure.wearer_device, _seen(60, away, at_ms)),
    ]


def _seen(bearing_deg: float, away_m: float, at_ms: int) -> Seen:
    lat, lon = destination(*SQUARE, bearing_deg, away_m) if away_m else SQUARE
    assert isfinite(lat)
    assert isfinite(lon)
    return Seen(round(lat * 1e7), round(lon * 1e7), 1200, None, at_ms - at_ms % 4000)


def _file(scenario: Scenario, protected: Person) -> Json:
    return {"phone": protected.phone, "locale": "fr"} | scenario.person


def _reason(call: Json, state: flow.Flow) -> str:
    words = next((line[2].get("text", "") for line in reversed(call["lines"]) if line[1] == "closed"), "")
    return f"{state.reason}\n{words}".strip()


def _hears(scenario: Scenario, state: flow.Flow) -> str:
    """What is heard at the step in hand; of two tasks, at both."""
    told = [scenario.hears[at.step] for at in state.at.values() if at.owner is not None and at.step in scenario.hears]
    return " ".join(guidance.said(text) for text in told)


def _lines(case: Case, call: Json, user: User) -> list[Json]:
    lines = []
    for at_ms, kind, data, by in reversed(call["lines"]):
        if kind.startswith("level:"):
            text = _("Level: %(level)s") % {"level": LEVELS[kind.partition(":")[2]]()}
        else:
            text = event_words(IncidentEvent(kind=kind, data=data), case)
        lines.append({"at_ms": at_ms, "text": text, "by": user.shown_name if by else ""})
    return lines


def _at(ms: int | None) -> Any:
    from datetime import UTC, datetime

    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)


def results(row: Training) -> list[Json]:
    """For the trainee alone: each scenario with its times, what was right and why."""
    told = []
    for call in row.state["calls"]:
        one, scenario = drill.result(call), drill.scenario_of(call)
        words = {"title": guidance.said(scenario.title), "lesson": guidance.said(scenario.lesson)}
        wanted = _("request") if scenario.police else _("do not request")
        end = guidance.closing_words(call.get("workflow", ""), one["reason"]) if one["reason"] else ""
        told.append(one | words | {"wanted": wanted, "end": _("by itself") if one["reason"] == "cleared" else end})
    return told
