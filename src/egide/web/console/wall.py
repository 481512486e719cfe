"""How does the room stand, at a glance? Alarms per operator, the oldest unanswered, times against targets, feeds.

Figures without persons: what a colleague has done is named only to a supervisor. It counts; it judges nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection

from egide.core.workflow.workflows import WORKFLOWS
from egide.web.accounts.models import User
from egide.web.console import lapses, seats
from egide.web.console.guidance import said
from egide.web.console.painted import TARGET_S, painted
from egide.web.console.seats import SUPERVISOR

PICK_UP_TARGETS = ((10, 80.0), (30, 98.5))  # seconds, per cent (TGD-31; BS 8484)
STEADY_ALARMS = 1  # at most, per operator in ten minutes, in steady state (EEMUA 191)


def is_supervisor(user: User) -> bool:
    """Does the room ring for this person when nobody answers?"""
    return bool(user.groups.filter(name=SUPERVISOR).exists())


# Nobody took it, and its time is over: that is a miss, not an alarm to leave out. Younger ones are not decided yet.
_PICKED = """
WITH first AS (
    SELECT i.workflow, extract(epoch FROM (
            SELECT min(e.at) FROM console_incidentevent e WHERE e.incident_id = i.id AND e.kind IN ('taken', 'taken_over')
        ) - i.opened_at) AS s, extract(epoch FROM coalesce(i.closed_at, now()) - i.opened_at) AS rang_s
    FROM console_incident i
    WHERE i.opened_at > now() - interval '24 hours' AND i.workflow <> '' AND i.close_reason <> 'probe'
        AND NOT i.id = ANY(%(hidden)s)
)
SELECT workflow, count(s), percentile_disc(0.5) WITHIN GROUP (ORDER BY s), percentile_disc(0.95) WITHIN GROUP (ORDER BY s),
    100.0 * count(*) FILTER (WHERE s <= 10) / count(*),
    100.0 * count(*) FILTER (WHERE s <= 30) / nullif(count(*) FILTER (WHERE s IS NOT NULL OR rang_s > 30), 0),
    count(*) FILTER (WHERE s IS NULL)
FROM first WHERE s IS NOT NULL OR rang_s > 10 GROUP BY workflow
"""
_BY_OPERATOR = """
SELECT u.id, u.first_name, u.last_name, u.username,
    count(DISTINCT e.incident_id) FILTER (WHERE e.kind IN ('taken', 'taken_over', 'handed_over', 'kept')),
    count(DISTINCT e.incident_id) FILTER (WHERE e.kind = 'closed')
FROM console_incidentevent e JOIN accounts_user u ON u.id = e.actor_id
WHERE e.at > now() - interval '10 minutes' AND NOT e.incident_id = ANY(%(hidden)s) GROUP BY u.id ORDER BY 5 DESC, 3, 2
"""
_NOW = """
SELECT count(*), count(*) FILTER (WHERE rings > 0), count(*) FILTER (WHERE rings > 1),
    extract(epoch FROM now() - min(rings_since) FILTER (WHERE rings > 0))::int,
    count(*) FILTER (WHERE (flow->>'shelved_ms') IS NOT NULL)
FROM console_incident WHERE status = 'open' AND NOT id = ANY(%(hidden)s)
"""
_OPENED = """
SELECT count(*) FROM console_incident
WHERE opened_at > now() - interval '10 minutes' AND close_reason <> 'probe' AND NOT id = ANY(%(hidden)s)
"""
_DAY = """
WITH told AS (
    SELECT kind FROM console_incidentevent
    WHERE kind IN ('intervention_requested', 'police_requested', 'police_cancelled')
        AND at > now() - interval '24 hours' AND NOT incident_id = ANY(%(hidden)s)
)
SELECT count(*) FILTER (WHERE kind = 'sos'), count(*) FILTER (WHERE workflow = 'bar_alert'),
    count(*) FILTER (WHERE workflow = 'bar_pre_alert'),
    (SELECT count(*) FROM told WHERE kind = 'intervention_requested'),
    (SELECT count(*) FROM told WHERE kind = 'police_requested'),
    (SELECT count(*) FROM told WHERE kind = 'police_cancelled')
FROM console_incident
WHERE opened_at > now() - interval '24 hours' AND close_reason <> 'probe' AND NOT id = ANY(%(hidden)s)
"""
DAY = ("sos", "alerts", "pre_alerts", "requested", "taken_by_police", "cancelled")
_LATE = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(due_at)), 0)::int FROM console_timer
WHERE done_at IS NULL AND due_at < now() - interval '2 seconds'
"""
_MONITOR = "SELECT extract(epoch FROM now() - coalesce(judged_at, renewed_at))::bigint FROM monitor_lease WHERE cell = %s AND isfinite(coalesce(judged_at, renewed_at))"
# What the monitor leaves out while it is behind, by the step it is at (egide.monitor.shed): never an alarm.
_LEFT_OUT = "SELECT max(step) FROM monitor_shed WHERE ended_at IS NULL"
_FEEDS = """
SELECT f.name, count(d.id) FILTER (WHERE d.status = 'issued'),
    EXISTS (SELECT FROM console_incident i WHERE i.status = 'open' AND i.cause = 'feed:' || f.id)
FROM registry_feed f LEFT JOIN registry_device d ON d.feed_id = f.id GROUP BY f.id ORDER BY f.name
"""


def figures(*, names: bool, hidden: Sequence[int] = ()) -> dict[str, Any]:
    """Everything the wall shows. Times in seconds; None where there is nothing to count.

    `hidden`: incidents that are not counted, for whoever looks is barred from their case (RQ-08).
    """
    shown = {"hidden": list(hidden)}
    open_, ringing, escalated, oldest_s, shelved = _rows(_NOW, shown)[0]
    there = seats.present()
    audible = [seat for seat in there if seat.audible and seat.heard_at is not None]
    on_shift = len({seat.user_id for seat in there})
    opened = _rows(_OPENED, shown)[0][0]
    monitor = _rows(_MONITOR, [settings.EGIDE.number("EGIDE_CELL")])
    late, late_s = _rows(_LATE)[0]
    return {
        "open": open_,
        "ringing": ringing,
        "escalated": escalated,
        "oldest_s": oldest_s,
        "shelved": shelved,
        "opened": opened,
        "per_operator": round(opened / on_shift, 1) if on_shift else None,
        "steady": STEADY_ALARMS,
        "on_shift": on_shift,
        "audible": len({seat.user_id for seat in audible}),
        "operators": [
            {"name": f"{first} {last}".strip() or login, "taken": taken, "closed": closed}
            for _pk, first, last, login, taken, closed in (_rows(_BY_OPERATOR, shown) if names else [])
        ],
        "names": names,
        "picked": [_picked(*row) for row in sorted(_rows(_PICKED, shown)) if row[0] in WORKFLOWS],
        "targets": PICK_UP_TARGETS,
        "day": dict(zip(DAY, _rows(_DAY, shown)[0], strict=True)),
        "lapses": lapses.figures(hidden),
        "monitor_s": max(0, monitor[0][0]) if monitor else None,
        "left_out": _rows(_LEFT_OUT)[0][0],
        "painted": painted.figures(),
        "painted_s": TARGET_S,
        "timers_late": late,
        "timers_late_s": late_s,
        "feeds": [{"name": name, "devices": devices, "down": down} for name, devices, down in _rows(_FEEDS)],
    }


def _picked(
    name: str, count: int, half: float | None, most: float | None, in_10: float, in_30: float | None, untaken: int
) -> dict[str, Any]:
    table = WORKFLOWS[name]
    return {
        "title": said(table.title), "count": count, "untaken": untaken,
        "half_s": None if half is None else round(float(half)), "most_s": None if most is None else round(float(most)),
        "in_10": round(float(in_10), 1), "in_30": None if in_30 is None else round(float(in_30), 1),
        "target_s": table.pick_up_s, "sos": table.shelve_s == 0 and table.urgency <= 10,
        "met": float(in_10) >= PICK_UP_TARGETS[0][1] and in_30 is not None and float(in_30) >= PICK_UP_TARGETS[1][1],
    }  # fmt: skip


def _rows(query: str, values: Mapping[str, Any] | Sequence[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
