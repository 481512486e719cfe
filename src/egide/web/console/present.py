"""A case as the JSON a screen reads: the row of the list, and the whole incident for the centre and the map.

Persons go by initials and number; the only further field is the telephone number of who may have to be called.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from egide.channels.links import tel_link
from egide.core.workflow.acts import closings
from egide.core.workflow.flow import ASKED, OPEN, may_ring
from egide.core.workflow.model import Facts
from egide.incidents import rows
from egide.web.accounts.models import User
from egide.web.console import calls, guidance, order, phrases, zones
from egide.web.console.cases import Case, Party, cases_of
from egide.web.console.distance import UNSEEN_AFTER_MS, Seen, seen
from egide.web.console.models import Contacts, Incident, IncidentKind, IncidentStatus
from egide.web.console.spoken import spoken
from egide.web.console.timeline import timeline
from egide.web.console.wording import clock, distance
from egide.web.registry.models import DeviceKind

TRAIL_MS = 10 * 60_000
TRAIL_POINTS = 60
CLOCK_TOLERANCE_MS = 1000
EMERGENCY = "17"  # police and gendarmerie, wherever one is
Json = dict[str, Any]


def summary(case: Case, now_ms: int) -> Json:
    """One row of the list, with the sentence a screen reader announces."""
    incident, said = case.incident, phrases.words(case, now_ms)
    return {
        "id": str(incident.public_id),
        "version": incident.version,
        "status": incident.status,
        "kind": incident.kind,
        "level": incident.level,
        "urgency": incident.urgency,
        "unverified": incident.unverified,
        "repeats": incident.repeats,
        "rung": case.rung,
        "shape": phrases.shape(incident),
        "word": said.word,
        "what": said.what,
        "sentence": said.sentence,
        "who": who(case),
        "number": number(case),
        "since_ms": incident.stream_time_ms,
        "owner": owner(incident.owner),
        "taken_ms": _ms(incident.taken_at),
        **_flow(case),
    }


def _flow(case: Case) -> Json:
    """How its workflow stands, for a row of the list: for whom it rings, whose tasks, until when."""
    flow = case.flow
    return {
        "rings": flow.rings,
        "rings_ms": flow.rings_ms if flow.rings else None,
        "shelved_ms": flow.shelved_ms,
        "offered": owner(case.users.get(flow.offered or 0)),
        "intervention": flow.intervention,
        "tasks": [
            {
                "name": name,
                "owner": owner(case.users.get(at.owner or 0)),
                "lease_ms": at.lease_ms,
                "lease_s": case.table.task(name).step(at.step).lease_s,
            }
            for name, at in flow.at.items()
        ],
    }


def nameless(row: Json) -> Json:
    """A row that rings for somebody who is barred from its case (RQ-08): when, how loud, and that a colleague must come.

    Its version is 0, whatever happens to the incident, so that a screen which had the row itself fetches this one.
    """
    return row | {
        "version": 0, "kind": "", "level": "", "unverified": False, "repeats": 0, "shape": "unknown", "who": "", "number": "",
        "owner": None, "taken_ms": None, "shelved_ms": None, "offered": None, "intervention": "", "tasks": [],
        "word": _("Closed to you"), "what": _("rings for a colleague"), "nameless": True,
        "sentence": _(
            "An alarm rings in a file that is closed to you, and nobody who may take it can hear it. Fetch a colleague or "
            "the supervisor at once. It rings until somebody takes it, and rings for the supervisor too."
        ),
    }  # fmt: skip


def detail(
    case: Case, now_ms: int, *, wearers: bool = True, calls_from: int = 0, closed_devices: frozenset[int] = frozenset()
) -> Json:
    """The whole incident. `wearers` false: its reader may see nothing of any author (TGD-41).

    `calls_from`: from which row the list of calls is shown, where there is one; `closed_devices`: whose row is nameless
    there, for the reader is barred from their case (RQ-08).
    """
    apart = case.apart(now_ms)
    measure, incident = case.measure, case.incident
    return summary(case, now_ms) | {
        "now_ms": now_ms,
        "unseen_after_ms": UNSEEN_AFTER_MS,
        "parties": [_party(case, party, now_ms) for party in case.parties],
        "radii": {"alert_m": measure.alert_m, "pre_alert_m": measure.pre_alert_m} if measure is not None else None,
        "order_places": order.places(case, now_ms) if wearers else [],
        "distance": None
        if apart is None
        else {"m": round(apart.distance_m, 1), "lower_m": round(apart.lower_m, 1), "upper_m": round(apart.upper_m, 1)},
        "distance_words": None if apart is None else distance(apart.distance_m, apart.lower_m, apart.upper_m),
        "next_zone": zones.next_zone(case, now_ms),
        "timeline": timeline(case, closed_devices=closed_devices) if case.drill is None else case.drill.lines,
        "hears": "" if case.drill is None else case.drill.hears,
        "workflow": {"name": case.table.name, "title": phrases.title(case), "hash": incident.workflow_hash},
        "steps": [_step(case, name) for name in case.flow.at],
        "reasons": [
            {
                "code": code,
                "words": guidance.closing_words(case.table.name, code),
                "needs_text": needs_text(case, code),
            }
            for code in closings(case.table, case.flow)
        ],
        "shelve_s": 0 if case.flow.intervention in ASKED else case.table.shelve_s,
        "notes": list(case.flow.notes),
        "contacts": contacts(case),
        "calls": calls.calls(case, wearers=wearers, first=calls_from, closed=closed_devices),
        "linked": _linked(case),
        "call_police": _call_police(case),
        "police": _police(case),
        "stands": guidance.stands(case.incident, measure),
        "still_inside": guidance.still_inside(case.incident.level),
        "closed": closed(case),
    }


def live(case: Case, now_ms: int) -> Json:
    """What changes from second to second without any change of the incident: words, distance, places."""
    apart, said = case.apart(now_ms), phrases.words(case, now_ms)
    return {
        "id": str(case.incident.public_id),
        "version": case.incident.version,
        "what": said.what,
        "sentence": said.sentence,
        "distance_words": None if apart is None else distance(apart.distance_m, apart.lower_m, apart.upper_m),
        "next_zone": zones.next_zone(case, now_ms),
        "places": {party.role: place(party.seen) for party in case.parties if party.seen is not None},
        "words": {party.role: phrases.position_words(party, now_ms) for party in case.parties},
        "held": {party.role: phrases.held_words(party) for party in case.parties},
    }


def needs_text(case: Case, code: str) -> bool:
    """Does closing with this reason ask for words of one's own?"""
    reason = case.table.closing(code)
    doubtful = case.flow.intervention in ASKED and code not in ("police", "cared")
    return (reason is not None and reason.needs_text) or doubtful or guidance.still_inside(case.incident.level)


def _step(case: Case, task: str) -> Json:
    """One task: its step with words, script and keys, whom to call, and who has it."""
    name = case.table.task(task).step(case.flow.at[task].step)
    called = case.subject if name.call == "subject" else case.party(name.call) if name.call else None
    if called is None and name.call == "subject" and case.parties:
        called = case.parties[0]
    person = called.person if called is not None else None
    # Of the interpreter the file says something for the protected person alone.
    asked = contacts(case) if called is not None and called.role == "protected" else None
    interpreter = str(asked["interpreter"]) if asked is not None else ""
    hushed = called is not None and called.role == "protected" and not _may_ring(case)
    return guidance.step_json(case, task) | {
        "call": name.call,
        "phone": person.phone if person is not None and not hushed else "",
        "no_call": hushed,
        "who": initials_of(called) if called is not None else "",
        **spoken(name.script, person, interpreter),
        "owner": owner(case.users.get(case.flow.at[task].owner or 0)),
    }


def _may_ring(case: Case) -> bool:
    """May the protected person be rung now? Otherwise no number of the person leaves for a screen."""
    if case.drill is not None:
        facts = Facts(no_call_back=bool(case.drill.person.get("call_back_forbidden")))
    else:
        facts = rows.facts_of(case.incident.frozen)
    return may_ring(case.table, case.flow, facts)


def contacts(case: Case) -> Json | None:
    """How to reach the protected person safely, as it stood when the incident opened. Nothing on anybody else (TGD-41).

    Without the person's own channels while the person must not be rung; the relatives stay.
    """
    if case.drill is not None:
        one = case.drill.person
    else:
        kept = Contacts.objects.filter(incident=case.incident.pk).first()  # behind the room's wall
        one = {} if kept is None else kept.body
    if not one:
        return None
    return {
        "channels": one.get("channels", []) if _may_ring(case) else [],
        "relatives": one.get("relatives", []),
        "no_call_back": bool(one.get("call_back_forbidden")),
        "duress_word": one.get("duress_word", ""),
        "opening_phrase": one.get("opening_phrase", ""),
        "interpreter": one.get("interpreter", ""),
        "french": one.get("french", ""),
        "expression_difficulty": bool(one.get("expression_difficulty")),
    }


def _linked(case: Case) -> list[Json]:
    """The open incidents of the same pair that belong together, whichever opened first: the approach and its SOS.

    From the approach every other one of the pair; from any other one the approach. None for a reader without the measure.
    """
    if case.drill is not None or case.measure is None:
        return []
    pair = Q(measure=case.measure) | Q(measure=None, device__in=[party.device.pk for party in case.parties])
    found = Incident.objects.filter(pair, status=IncidentStatus.OPEN).exclude(pk=case.incident.pk)
    if case.incident.kind != IncidentKind.PROXIMITY:
        found = found.filter(kind=IncidentKind.PROXIMITY)
    near = cases_of(found.values_list("pk", flat=True))
    near.sort(key=lambda one: (one.incident.urgency, one.incident.stream_time_ms))
    return [{"id": str(one.incident.public_id), "title": guidance.said(one.table.title)} for one in near]


def _call_police(case: Case) -> Json | None:
    """The priority line of the territory, once an intervention was requested; 17 where no territory is known."""
    if case.flow.intervention != "requested" or case.flow.status != OPEN:
        return None
    if case.drill is not None:
        return {"unit": case.drill.unit, "number": "01 99 00 00 17", "tel": "", "sip": ""}
    from egide.web.police.services import whom_to_call

    call = whom_to_call(case.incident)
    if not call.number:
        unit = call.unit or _("No territory found: name the place")
        return {"unit": unit, "number": EMERGENCY, "tel": tel_link(EMERGENCY), "sip": call.sip}
    return {"unit": call.unit, "number": call.number, "tel": call.tel, "sip": call.sip}


def _police(case: Case) -> list[Json]:
    """Each request of the incident, with its copy and what the unit has said since."""
    if case.drill is not None:
        return []
    from egide.web.police.told import told

    return told(case.incident)


def owner(user: User | None) -> Json | None:
    """Who has an incident."""
    return None if user is None else {"login": user.get_username(), "name": user.shown_name}


def initials_of(party: Party) -> str:
    """Initials, or the word for the role where no person is named."""
    return str(party.person) if party.person is not None else phrases.role_word(party.role)


def who(case: Case) -> str:
    """Initials of the parties, the one who spoke first."""
    if not case.parties:
        return _("unknown device") if case.incident.device_id else _("platform")
    if case.subject is not None:
        return initials_of(case.subject)
    return " / ".join(initials_of(party) for party in case.parties)


def number(case: Case) -> str:
    """The number of the measure, or what the device is called."""
    if case.measure is not None:
        return case.measure.number
    return str(case.parties[0].device) if case.parties else ""


def closed(case: Case) -> Json | None:
    """Who closed an incident, when and why."""
    incident = case.incident
    if incident.closed_at is None:
        return None
    code, _sep, text = incident.close_reason.partition("\n")
    reason = (
        _("The distance was regained: closed by itself")
        if code == "cleared"
        else guidance.closing_words(incident.workflow, code)
    )
    at = _ms(incident.closed_at) or 0
    return {"by": owner(incident.closed_by), "at": clock(at), "reason": reason, "text": text}


def _ms(moment: Any) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def place(at: Seen) -> Json:
    """A position as a map draws it: degrees, metres, milliseconds."""
    return {
        "lat": at.lat_e7 / 1e7,
        "lon": at.lon_e7 / 1e7,
        "accuracy_m": None if at.accuracy_cm is None else at.accuracy_cm / 100,
        "at_ms": at.at_ms,
    }


def _party(case: Case, party: Party, now_ms: int) -> Json:
    hushed = party.role == "protected" and not _may_ring(case)
    return {
        "role": party.role,
        "role_word": phrases.role_word(party.role),
        "initials": initials_of(party),
        "device": str(party.device),
        "phone": party.person.phone if party.person is not None and not hushed else "",
        "no_call": hushed,
        "place": None if party.seen is None else place(party.seen),
        "words": phrases.position_words(party, now_ms),
        "held": phrases.held_words(party),
        "trail": [place(s) for s in _trail(case, party)],
    }


TRAIL = """
WITH clock AS (
    SELECT coalesce((
        SELECT place.t_ms - fix.device_time_ms FROM console_place place
        JOIN console_position fix ON fix.device_id = place.device_id AND fix.frame_seq = place.frame_seq
            AND (fix.lat_e7, fix.lon_e7) = (place.lat_e7, place.lon_e7)
        WHERE place.device_id = %(device)s AND abs(place.t_ms - fix.device_time_ms) > %(tolerance)s
        ORDER BY fix.device_time_ms DESC LIMIT 1), 0) AS ms
)
SELECT lat_e7, lon_e7, accuracy_cm, speed_cms, device_time_ms + clock.ms, greatest(stream_time_ms, device_time_ms + clock.ms)
FROM console_position, clock
WHERE device_id = %(device)s AND device_time_ms > %(from)s - clock.ms AND device_time_ms <= %(to)s - clock.ms
ORDER BY device_time_ms DESC LIMIT %(limit)s
"""


def _trail(case: Case, party: Party) -> list[Seen]:
    """The last minutes of one party up to its place, oldest first; of a TGD only what its open alarm holds.

    What is later than the place is not believed, or not yet. A clock the core corrects is corrected here too: by what the
    believed place and the fix it came from differ.
    """
    if party.seen is None or case.drill is not None:
        return []
    if party.device.kind == DeviceKind.TGD:
        return case.alarm.trail if case.alarm is not None else []
    with connection.cursor() as cursor:
        at_ms = party.seen.at_ms
        values = {"device": party.device.pk, "from": at_ms - TRAIL_MS, "to": at_ms, "limit": TRAIL_POINTS}
        cursor.execute(TRAIL, values | {"tolerance": CLOCK_TOLERANCE_MS})
        return [seen(*row) for row in reversed(cursor.fetchall())]
