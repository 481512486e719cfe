"""A request in words, for a list and for its page. Times are hours with seconds; a stale position is called unknown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from egide.core.law.calendar import paris_day
from egide.core.proximity.places import FORBIDDEN
from egide.web.cases.models import Case
from egide.web.cases.services.whole import Whole
from egide.web.console.cases import Case as Alarm
from egide.web.console.cases import Party, cases_of
from egide.web.console.wording import clock, metres
from egide.web.file.presenters import orders
from egide.web.file.presenters.places import now_of, place_line
from egide.web.file.saying import pick
from egide.web.permissions.lens import Lens
from egide.web.police.eyes import Eyes
from egide.web.police.models import Outcome, Request, RequestStatus, Step
from egide.web.police.people import people

STATUSES = {
    RequestStatus.REQUESTED: ("demandée, pas encore lue", "requested, not read yet"),
    RequestStatus.ACKNOWLEDGED: ("prise en compte", "acknowledged"),
    RequestStatus.UNDER_WAY: ("équipage en route", "crew under way"),
    RequestStatus.ON_THE_SPOT: ("équipage sur place", "crew on the spot"),
    RequestStatus.ENDED: ("terminée", "ended"),
    RequestStatus.CANCELLED: ("annulée", "cancelled"),
}
OUTCOMES = {
    Outcome.PERSON_SAFE: ("personne en sécurité", "person safe"),
    Outcome.ARRESTED: ("interpellation", "arrest"),
    Outcome.NOBODY_FOUND: ("aucune personne trouvée sur place", "nobody found there"),
    Outcome.TAKEN_TO_CARE: ("prise en charge médicale", "taken to medical care"),
    Outcome.OTHER: ("autre, à préciser", "other, to be said"),
}
ALARMS = {
    "sos": ("Alarme : touche d’alerte", "Alarm: alarm key"),
    "proximity": ("Alerte de distance", "Distance alert"),
    "possible_approach": ("Approche possible", "Possible approach"),
    "request_for_help": ("Demande d’aide", "Call for help"),
    "technical": ("Alarme technique", "Technical alarm"),
}
STEPS = {
    "requested": ("appel passé par la salle", "call made by the room"),
    "acknowledged": ("prise en compte", "acknowledged"),
    "under_way": ("en route", "under way"),
    "on_the_spot": ("sur place", "on the spot"),
    "cancelled": ("annulée par la salle", "cancelled by the room"),
    "rang": ("pas de prise en compte : la salle a été alertée", "not acknowledged: the room was told"),
}
DONE = (RequestStatus.ENDED, RequestStatus.CANCELLED)
NEXT = {
    RequestStatus.REQUESTED: ("acknowledged", "under_way", "on_the_spot"),
    RequestStatus.ACKNOWLEDGED: ("under_way", "on_the_spot"),
    RequestStatus.UNDER_WAY: ("on_the_spot",),
    RequestStatus.ON_THE_SPOT: (),
}
BUTTONS = {
    "acknowledged": ("Prendre en compte", "Acknowledge"),
    "under_way": ("En route", "Under way"),
    "on_the_spot": ("Sur place", "On the spot"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One request in the list: nobody is named."""

    id: str
    tone: str
    what: str
    state: str
    reference: str
    unit: str
    since: str
    version: int


def line(row: Request) -> Line:
    """One row of the inbox."""
    is_open = row.status not in DONE
    tone = "late" if row.status == RequestStatus.REQUESTED else "today" if is_open else "later"
    return Line(
        str(row.public_id), tone, pick(*ALARMS.get(row.incident.kind, ALARMS["technical"])),
        pick(*STATUSES[RequestStatus(row.status)]), row.reference, row.unit, _hour(row.requested_at), row.version,
    )  # fmt: skip


def detail(row: Request, case: Case | None, eyes: Eyes) -> dict[str, Any]:
    """Everything this unit may see: orders in force on top (RQ-11), then the alarm, then the people."""
    alarm = next(iter(cases_of([row.incident_id])), None)
    told: dict[str, Any] = {
        "line": line(row),
        "call": _call(row),
        "alarm": _alarm(alarm, eyes),
        "orders": None,
        "terms": _terms(alarm, eyes),
        "places": _places(alarm, eyes),
        "people": None,
        "who": _who(alarm, eyes) if case is None else "",
        "steps": [step_words(step) for step in row.steps.select_related("actor", "agency").order_by("pk")],
        "next": [(name, pick(*BUTTONS[name])) for name in NEXT.get(RequestStatus(row.status), ())],
        "open": row.status not in DONE,
        "outcomes": [(code.value, pick(*said)) for code, said in OUTCOMES.items()],
        "outcome": pick(*OUTCOMES[Outcome(row.outcome)]) if row.outcome else "",
    }
    if case is not None:
        whole = Whole(case)
        assert isinstance(eyes, Lens)
        told["orders"] = orders.orders(eyes, whole, paris_day(timezone.now()))
        told["people"] = people(case, eyes)
    return told


def _hour(moment: Any) -> str:
    return clock(int(moment.timestamp() * 1000))


def _call(row: Request) -> str:
    name, unit, at, reference = row.person, row.unit, _hour(row.called_at), row.reference
    return pick(
        f"Appel à {at} : {unit}, reçu par {name}, référence {reference}.",
        f"Called at {at}: {unit}, taken by {name}, reference {reference}.",
    )


def step_words(step: Step) -> dict[str, str]:
    """One step of a request: when, what, said by whom, and with which words."""
    kind, _, code = step.kind.partition(":")
    said = pick(*OUTCOMES[Outcome(code)]) if kind == "outcome" else pick(*STEPS.get(kind, (kind, kind)))
    who = step.agency.name if step.agency is not None else step.actor.shown_name if step.actor is not None else ""
    return {"at": _hour(step.at), "what": said, "who": who, "words": step.words}


def _alarm(alarm: Alarm | None, eyes: Eyes) -> list[tuple[str, str, str]]:
    """Where each party is, as (who, words, geo link), as far as this unit may see."""
    if alarm is None:
        return []
    now_ms = time.time_ns() // 1_000_000
    groups = {"protected": "alarm_position", "wearer": "wearer_position"}
    titles = {
        "protected": pick("Personne protégée", "Protected person"),
        "wearer": pick("Porteur du bracelet", "Wearer of the bracelet"),
    }
    return [(titles[party.role], *_place(party, now_ms)) for party in alarm.parties if eyes.may(groups[party.role])]


def _place(party: Party, now_ms: int) -> tuple[str, str]:
    seen = party.seen
    if seen is None:
        return pick("position inconnue", "position unknown"), ""
    at = clock(seen.at_ms)
    if not seen.is_fresh(now_ms):
        return pick(f"position inconnue depuis {at}", f"position unknown since {at}"), ""
    lat, lon = seen.lat_e7 / 1e7, seen.lon_e7 / 1e7
    about = (
        pick("précision inconnue", "accuracy unknown")
        if seen.accuracy_cm is None
        else pick(f"à {metres(seen.accuracy_cm / 100)} près", f"within {metres(seen.accuracy_cm / 100)}")
    )
    return f"{lat:.5f}, {lon:.5f} ({about}, {at})", f"geo:{lat:.6f},{lon:.6f}"


def _terms(alarm: Alarm | None, eyes: Eyes) -> str:
    """What the bracelet measure says, for the unit (BAR-48)."""
    if alarm is None or alarm.measure is None or not eyes.may("bar_terms"):
        return ""
    number, limit = alarm.measure.number, metres(alarm.measure.alert_m)
    return pick(
        f"Bracelet anti-rapprochement {number} en vigueur : distance d’alerte {limit}.",
        f"Anti-approach bracelet {number} in force: alert distance {limit}.",
    )


def _places(alarm: Alarm | None, eyes: Eyes) -> list[tuple[str, str, str]]:
    """The places of the order as it stands, (kind and name, hours and circle, whether it holds now), each kind by its grant (PO-04)."""
    if alarm is None or alarm.measure is None:
        return []
    said = sorted(alarm.measure.places, key=lambda one: one.get("kind") != FORBIDDEN)
    groups = {one.get("kind"): "bar_exclusions" if one.get("kind") == FORBIDDEN else "bar_terms" for one in said}
    seen = {kind for kind, group in groups.items() if eyes.may(group)}
    now_ms = time.time_ns() // 1_000_000
    return [_place_of_order(one, now_ms) for one in said if one.get("kind") in seen]


def _place_of_order(said: dict[str, Any], now_ms: int) -> tuple[str, str, str]:
    one = place_line(said)
    title = pick(f"Lieu {one.kind} : {one.name}", f"{one.kind.capitalize()} place: {one.name}")
    return title, f"{one.when} ({one.where})", now_of(said, now_ms).words


def _who(alarm: Alarm | None, eyes: Eyes) -> str:
    """The protected person of an alarm without a case."""
    party = None if alarm is None else alarm.party("protected")
    if party is None or party.person is None or not eyes.may("identity"):
        return ""
    phone = party.person.phone if eyes.may("contact") else ""
    name = f"{party.person.given_name} {party.person.family_name}"
    return ", ".join(part for part in (name, phone) if part)
