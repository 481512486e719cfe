"""What opens in the room by the calendar, not by a device: the test of each phone every 15 days (TGD-31).

By day only and a few at a time: nobody is called at night for a test, and tests never crowd out an alarm. Each opens
once a day at most; what is due stays due.
"""

from __future__ import annotations

import json
from typing import Any

from egide.core.workflow.causes import TECHNICAL_URGENCY
from egide.incidents import rows
from egide.incidents.rows import Run

EVERY_DAYS = 15
HOURS = (9, 18)  # of Paris: from, until
AT_ONCE = 3  # open at the same time

_OPEN_NOW = "SELECT count(*) FROM console_incident WHERE status = 'open' AND cause LIKE 'phone_test:%'"
_HOUR = "SELECT extract(hour FROM now() AT TIME ZONE 'Europe/Paris')::int"
_DUE = """
SELECT d.id, d.person_id FROM cases_attribution a
JOIN cases_handover h ON h.attribution_id = a.id
JOIN registry_device d ON d.id = a.device_id AND d.status = 'issued'
LEFT JOIN LATERAL (SELECT max(t.at) AS at FROM cases_devicetest t WHERE t.attribution_id = a.id AND t.worked) t ON true
WHERE a.status = 'active' AND greatest(h.at, t.at) < now() - make_interval(days => %s)
    AND NOT EXISTS (
        SELECT FROM console_incident i WHERE i.cause = 'phone_test:' || d.id
            AND (i.status = 'open' OR i.opened_at > now() - interval '20 hours'))
    AND NOT EXISTS (SELECT FROM tgd_alarm x WHERE x.device_id = d.id AND x.closed_at IS NULL)
ORDER BY greatest(h.at, t.at) LIMIT %s
"""
_EVENT = "INSERT INTO console_incidentevent (incident_id, kind, data) VALUES (%s, 'opened', %s::jsonb)"


def phone_tests(run: Run) -> list[int]:
    """Opens the tests that are due, as far as there is room for them. Answers the incidents; one transaction a call."""
    run.execute(_HOUR)
    if not HOURS[0] <= run.fetchone()[0] < HOURS[1]:
        return []
    run.execute(_OPEN_NOW)
    free = AT_ONCE - run.fetchone()[0]
    if free <= 0:
        return []
    run.execute(_DUE, [EVERY_DAYS, free])
    due = run.fetchall()
    opened = []
    for device, person in due:
        at = rows.now_ms(run)
        values = {
            "cause": f"phone_test:{device}", "kind": "technical", "urgency": TECHNICAL_URGENCY, "level": "", "measure": None,
            "device": device, "person": person, "unverified": False, "seq": 0, "index": -1, "device_ms": None, "stream_ms": at,
        }  # fmt: skip
        found = rows.open_or_ring(run, values, opens=True, counts=False, device_kind="tgd")
        if found is not None and found[1] == "opened":
            run.execute(_EVENT, [found[0], json.dumps({"signal": "phone_test", "stream_time_ms": at, "rings": True})])
            opened.append(found[0])
    for number in opened:  # the numbers of the screens last: they hold the order of all screens until the commit
        rows.screen(run, number, "opened")
    return opened


def open_phone_tests(connection: Any) -> int:
    """As `phone_tests`, on a connection of psycopg's own, where the tables are there. Gives how many it opened."""
    if connection.execute("SELECT to_regclass('cases_devicetest')").fetchone() == (None,):
        return 0
    with connection.transaction():
        return len(phone_tests(connection.cursor()))


def forget_old_probes(connection: Any) -> int:
    """As `forget_probes`, on a connection of psycopg's own, where the tables are there."""
    if connection.execute("SELECT to_regclass('console_incident')").fetchone() == (None,):
        return 0
    with connection.transaction():
        return forget_probes(connection.cursor())


_PROBES = """
SELECT i.id FROM console_incident i JOIN registry_device d ON d.id = i.device_id
WHERE i.close_reason = 'probe' AND i.closed_at < now() - interval '1 day' AND d.identifier = 'egide-probe'
    AND d.person_id IS NULL
ORDER BY i.id LIMIT 2000
"""


def forget_probes(run: Run) -> int:
    """Deletes the rows of synthetic SOS older than a day: one a minute would fill the table. Gives how many."""
    run.execute(_PROBES)
    numbers = [row[0] for row in run.fetchall()]
    if numbers:
        run.execute("DELETE FROM console_incidentevent WHERE incident_id = ANY(%s)", [numbers])
        run.execute("DELETE FROM console_timer WHERE incident_id = ANY(%s)", [numbers])
        run.execute("DELETE FROM console_incident WHERE id = ANY(%s)", [numbers])
    return len(numbers)
