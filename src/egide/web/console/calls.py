"""Whom to call when a feed is down: everybody it concerns, the protected persons first, and what came of each call (OF-05).

Read from the registry and the incident's record. It decides nothing, and dials nothing.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from egide.web.console.cases import Case
from egide.web.people.models import Person, initials

FEEDS = ("feed", "audit_feed")
LIMIT = 500

# Every worn or issued device of a feed, of those whom the log named when it opened; of all feeds where the cause names
# none (the gateway, the log). Phones are watched by nobody between alarms: the log cannot name them.
_CONCERNED = """
SELECT d.id, d.label, d.identifier, d.kind, d.person_id, coalesce(m.number, ''), d.kind = 'bar_bracelet' AS wearer
FROM registry_device d
LEFT JOIN LATERAL (
    SELECT number FROM measures_measure
    WHERE status = 'active' AND d.id IN (protected_device_id, wearer_device_id) ORDER BY id DESC LIMIT 1
) m ON true
WHERE d.status = 'issued' AND d.person_id IS NOT NULL AND d.kind <> 'pilot_phone'
    AND (d.kind = 'tgd' OR m.number IS NOT NULL) AND (%(feed)s::bigint IS NULL OR d.feed_id = %(feed)s)
    AND (%(known)s::bigint[] IS NULL OR d.kind = 'tgd' OR d.person_id = ANY(%(known)s))
ORDER BY wearer, coalesce(m.number, d.label), d.id LIMIT %(limit)s
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


def calls(case: Case, *, wearers: bool) -> list[dict[str, Any]] | None:
    """One row a person; None where there is no list. `wearers` false: the reader may see no author (TGD-41)."""
    if not concerns_a_feed(case):
        return None
    word = case.incident.cause.partition(":")[2]
    feed = int(word) if case.incident.cause.startswith("feed:") and word.isdigit() else None
    told = case.first.data.get("people")
    known = [one for one in told if isinstance(one, int)] if isinstance(told, list) else None
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, {"feed": feed, "known": known, "limit": LIMIT})
        found = cursor.fetchall()
        cursor.execute(_SAID, [case.incident.pk])
        said = {
            device: {"outcome": outcome, "at_ms": at_ms, "by": by} for device, outcome, at_ms, by in cursor.fetchall()
        }
    people = Person.objects.in_bulk({row[4] for row in found})
    return [
        {
            "device": identifier, "label": label or identifier, "number": number, "wearer": wearer,
            "initials": initials(people[person].given_name, people[person].family_name),
            "phone": people[person].phone, "said": said.get(identifier),
        }
        for _pk, label, identifier, _kind, person, number, wearer in found
        if person in people and (wearers or not wearer)
    ]  # fmt: skip
