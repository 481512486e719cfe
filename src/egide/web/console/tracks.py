"""Where were the people of a closed incident, as far as it is still known and its reader may see it?

The bracelets' positions as they came in, until the raw log is erased; a phone's as recorded for its alarm, until the key is
destroyed (TGD-43). What is not shown is said, with the reason. It concludes nothing: levels stand in the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from egide.web.console import phrases, present, tgd
from egide.web.console.cases import Case
from egide.web.console.distance import UNSEEN_AFTER_MS, Seen, seen
from egide.web.console.timeline import BEFORE_MS
from egide.web.registry.models import Device, DeviceKind

MOST = 4000  # positions of one device
CLOCK_OFF_MS = 60_000  # a device whose every message seems later than this has a wrong clock

_CAME_IN = """
SELECT lat_e7, lon_e7, accuracy_cm, speed_cms, device_time_ms, stream_time_ms FROM console_position
WHERE device_id = %(device)s AND device_time_ms BETWEEN %(from)s - 86400000 AND %(to)s + 86400000
    AND stream_time_ms BETWEEN %(from)s AND %(to)s
ORDER BY stream_time_ms LIMIT %(most)s
"""


@dataclass(slots=True)
class Tracks:
    """What the map of a replay draws, for a script; and why something is missing, in sentences."""

    parties: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Is there a single position?"""
        return any(party["points"] for party in self.parties)


def tracks(case: Case, *, bracelets: bool) -> Tracks:
    """The positions of a closed incident. `bracelets` false: its reader sees phones alone (TGD-41)."""
    found = Tracks()
    worn: dict[str, int] = case.incident.frozen.get("worn") or {}
    devices = {d.pk: d for d in Device.objects.filter(pk__in=[*worn.values(), case.incident.device_id or 0])}
    alone = devices.get(case.incident.device_id or 0)
    if alone is not None and alone.kind == DeviceKind.TGD:
        _phone(case, alone, found)
        return found
    if case.incident.measure_id is None and alone is None:
        return found  # of no person: a feed, the platform
    if not bracelets:
        found.missing.append(_("Positions of bracelets and boxes are not for operators of phones (TGD-41)."))
        return found
    if not worn:
        found.missing.append(
            _(
                "The record does not say which devices were worn then: no position is shown, it might be another person’s."
            )
        )
        return found
    for role in ("protected", "wearer"):
        if worn.get(role) in devices:
            _bracelet(case, role, worn[role], found)
    return found


def _phone(case: Case, device: Device, found: Tracks) -> None:
    assert case.incident.closed_at is not None
    if case.incident.kind != "sos":
        return  # a phone has positions in its alarms only (TGD-30)
    past = tgd.past_alarm(device.pk, case.incident.opened_at, case.incident.closed_at)
    _add(case, "protected", past.trail, found)
    if past.trail:
        return
    if past.erased:
        found.missing.append(_("The positions of this alarm are erased: their term is over (TGD-43)."))
    elif not past.consent:
        found.missing.append(_("No position is shown: the person does not agree to it, or no longer (TGD-12)."))
    else:
        found.missing.append(_("The phone sent no position during this alarm."))


def _bracelet(case: Case, role: str, device: int, found: Tracks) -> None:
    incident = case.incident
    assert incident.closed_at is not None
    since_ms, until_ms = incident.stream_time_ms - BEFORE_MS, int(incident.closed_at.timestamp() * 1000)
    values = {"device": device, "from": since_ms, "to": until_ms, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_CAME_IN, values)
        rows = cursor.fetchall()
    off_ms = min((row[5] - row[4] for row in rows), default=0)
    off_ms = off_ms if abs(off_ms) > CLOCK_OFF_MS else 0
    trail = [
        seen(lat, lon, accuracy, speed, by_device + off_ms, came_in)
        for lat, lon, accuracy, speed, by_device, came_in in rows
    ]
    _add(case, role, sorted((s for s in trail if s.at_ms >= since_ms), key=lambda s: s.at_ms), found)
    if rows:
        return
    days = settings.EGIDE.number("EGIDE_RAW_LOG_DAYS")
    who = phrases.capital(phrases.role_word(role))
    if incident.closed_at < timezone.now() - timedelta(days=days):
        found.missing.append(
            _("%(who)s: positions are erased, they are kept for %(days)s days.") % {"who": who, "days": days}
        )
    else:
        found.missing.append(_("%(who)s: no position came in during this incident.") % {"who": who})


def _add(case: Case, role: str, trail: list[Seen], found: Tracks) -> None:
    party = case.party(role)
    found.parties.append(
        {
            "role": role, "role_word": phrases.role_word(role),
            "initials": phrases.role_word(role) if party is None else present.initials_of(party),
            "points": [present.place(one) for one in trail],
        }
    )  # fmt: skip


def for_script(case: Case, found: Tracks) -> dict[str, Any]:
    """As the page's script reads it."""
    assert case.incident.closed_at is not None
    zones = case.incident.frozen.get("zones") or {}
    radii = {name: zones[name] for name in ("alert_m", "pre_alert_m") if name in zones}
    return {
        "id": str(case.incident.public_id), "parties": found.parties, "unseen_after_ms": UNSEEN_AFTER_MS,
        "radii": radii if len(radii) == 2 else None, "until_ms": int(case.incident.closed_at.timestamp() * 1000),
    }  # fmt: skip
