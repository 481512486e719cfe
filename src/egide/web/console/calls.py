"""Whom to call when a feed is down: everybody it concerns, the protected persons first, and what came of each call (OF-05).

A country has thousands: all are counted, and shown a page at a time. What a wearer is told is another sentence than what
a protected person is told. Read from the registry and the incident's record. It decides nothing, and dials nothing.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from egide.core.workflow.technical import WEARERS
from egide.core.workflow.workflows import WORKFLOWS
from egide.web.console.cases import Case
from egide.web.people.models import Person, initials

ROLES = {False: "protected", True: "wearer"}  # by whether the device is a wearer's
FEEDS = ("feed", "audit_feed")
PAGE = 100  # rows of a page

# Every worn or issued device of a feed, of those whom the log named when it opened; of all feeds where the cause names
# none (the gateway, the log). Phones are watched by nobody between alarms: the log cannot name them.
_CONCERNED = """
SELECT d.id, d.label, d.identifier, d.person_id, coalesce(m.number, ''), d.kind = 'bar_bracelet' AS wearer
FROM registry_device d JOIN people_person p ON p.id = d.person_id
LEFT JOIN LATERAL (
    SELECT number FROM measures_measure
    WHERE status = 'active' AND d.id IN (protected_device_id, wearer_device_id) ORDER BY id DESC LIMIT 1
) m ON true
WHERE d.status = 'issued' AND d.kind <> 'pilot_phone' AND (%(wearers)s OR d.kind <> 'bar_bracelet')
    AND (d.kind = 'tgd' OR m.number IS NOT NULL) AND (%(feed)s::bigint IS NULL OR d.feed_id = %(feed)s)
    AND (%(known)s::bigint[] IS NULL OR d.kind = 'tgd' OR d.person_id = ANY(%(known)s))
ORDER BY wearer, coalesce(m.number, d.label), d.id
"""
_SAID = """
SELECT DISTINCT ON (e.data->>'device') e.data->>'device', e.data->>'outcome', (extract(epoch FROM e.at) * 1000)::bigint,
    coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '')
FROM console_incidentevent e LEFT JOIN accounts_user u ON u.id = e.actor_id
WHERE e.incident_id = %s AND e.kind = 'called' ORDER BY e.data->>'device', e.id DESC
"""


def concerns_a_feed(case: Case) -> bool:
    """Is this the incident of a line that everybody speaks over?"""
    return case.drill is None and case.incident.cause.partition(":")[0] in FEEDS


def calls(case: Case, *, wearers: bool, first: int = 0, closed: frozenset[int] = frozenset()) -> dict[str, Any] | None:
    """One page of the list, from its row `first` (0 for the first), one row a device; None where there is no list.

    `wearers` false: the reader may see no author (TGD-41). How many there are, and are still to be called, is counted over
    the whole list. `closed`: devices whose row says only that a colleague must call there (RQ-08): nobody is left out.
    """
    if not concerns_a_feed(case):
        return None
    word = case.incident.cause.partition(":")[2]
    feed = int(word) if case.incident.cause.startswith("feed:") and word.isdigit() else None
    told = case.first.data.get("people")
    known = [one for one in told if isinstance(one, int)] if isinstance(told, list) else None
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, {"feed": feed, "known": known, "wearers": wearers})
        concerned = cursor.fetchall()
        cursor.execute(_SAID, [case.incident.pk])
        said = {
            device: {"outcome": outcome, "at_ms": at_ms, "by": by} for device, outcome, at_ms, by in cursor.fetchall()
        }
    first = max(0, min(first, len(concerned) - 1)) // PAGE * PAGE
    shown = concerned[first : first + PAGE]
    people = Person.objects.in_bulk({row[3] for row in shown})
    return {
        "first": first, "page": PAGE, "of": len(concerned),
        "groups": [_group(case, role, concerned, said) for role in ("protected", *(("wearer",) if wearers else ()))],
        "rows": [
            _nameless(wearer, said.get(identifier))
            if device in closed
            else {
                "device": identifier, "label": label or identifier, "number": number, "role": ROLES[wearer],
                "initials": initials(people[person].given_name, people[person].family_name),
                "phone": people[person].phone, "said": said.get(identifier),
            }
            for device, label, identifier, person, number, wearer in shown
            if person in people
        ],
    }  # fmt: skip


def _nameless(wearer: bool, said: dict[str, Any] | None) -> dict[str, Any]:
    words = _("Closed to you: a colleague must call")
    return {
        "device": "", "label": "—", "number": "", "role": ROLES[wearer], "initials": words, "phone": "", "said": said
    }  # fmt: skip


def _group(case: Case, role: str, concerned: list[Any], said: dict[str, Any]) -> dict[str, Any]:
    """All of one role: how many, how many are still to be called, and what is said to them."""
    devices = [identifier for _id, _label, identifier, _person, _number, wearer in concerned if ROLES[wearer] == role]
    reached = sum(said.get(one, {}).get("outcome") == "reached" for one in devices)
    return {"role": role, "of": len(devices), "left": len(devices) - reached, "script": _script(case, role)}


def _script(case: Case, role: str) -> str:
    """What is said aloud: of the procedure the incident opened with, of today's where that one has no words for wearers."""
    for table in (case.table, WORKFLOWS["feed_down"]):
        name = WEARERS if role == "wearer" else "call"
        step = next((step for step in table.tasks[0].steps if step.name == name), None)
        if step is not None:
            return step.script.said("fr")
    return ""
