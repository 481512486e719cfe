"""May the positions of an alarm be kept longer than three days? Up to eight, by the prosecutor's authorisation (TGD-43).

It moves the instant at which the worker destroys key and positions, once, and never past the law's. What is destroyed
already comes back by no act; no position is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from egide.core.access import Role
from egide.core.law import tgd
from egide.web.cases.models import Attribution, ConsentKind
from egide.web.cases.services import clock, facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerKept:
    """The positions of one alarm are kept longer, for these reasons."""

    alarm: int
    reasons: str


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """One alarm whose key is still there: when the key was pressed, when it is erased now, and when at the latest."""

    number: int
    opened_at: datetime
    erase_at: datetime
    longest: datetime


_POSITIONS = ConsentKind.TGD_GEOLOCATION
# All times are the database's, as for the worker that erases.
_KEPT = """
SELECT a.id, a.opened_at, a.closed_at, a.erase_at
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS held(device_id, since, until)
JOIN tgd_alarm a ON a.device_id = held.device_id AND a.opened_at >= held.since
    AND (held.until IS NULL OR a.opened_at <= held.until)
WHERE a.key IS NOT NULL AND a.erase_at > now()
ORDER BY a.id
"""
_LONGER = """
UPDATE tgd_alarm SET erase_at = %s WHERE id = %s AND key IS NOT NULL AND erase_at > now() AND erase_at < %s
"""


def extendable(whole: Whole) -> list[KeptAlarm]:
    """Alarms pressed on a phone while this person held it, back by now or not, whose positions may be kept longer.

    The second consent stood then, and was not taken back since (TGD-12): a phone that came back takes nothing back.
    """
    held = [one for attribution in whole.attributions for one in _held(attribution)]
    if not held or not _agreed(whole, clock.now()):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [list(column) for column in zip(*held, strict=True)])
        rows = cursor.fetchall()
    found = [
        KeptAlarm(number, at, until, tgd.position_erased_at(at, True))
        for number, at, closed, until in rows
        if _agreed(whole, at) or _agreed(whole, closed or clock.now())
    ]
    return [one for one in found if one.erase_at < one.longest]


def agreed_then(device: int, since: datetime, until: datetime) -> bool | None:
    """Whether whoever held that phone between the two instants agreed to its positions then, and has not taken it back.

    None: nobody was handed that phone in any case. It reads every case: ask for the platform itself, and tell yes or no.
    """
    rows = Attribution.objects.filter(Q(device=device) | Q(exchanges__device=device), handover__isnull=False).distinct()
    rows = rows.select_related("handover", "return_certificate").prefetch_related("exchanges", "case__consents")
    found = None
    for row in rows:
        for number, began, ended in _held(row):
            if number == device and began <= until and (ended is None or ended >= since):
                given = sorted(row.case.consents.all(), key=lambda one: (one.given_at, one.pk))
                agreed = facts.live(given, _POSITIONS, since) or facts.live(given, _POSITIONS, until)
                found = bool(found) or (agreed and facts.live(given, _POSITIONS, clock.now()))
    return found


def _held(attribution: Attribution) -> list[tuple[int, datetime, datetime | None]]:
    """The phones of an attribution, each with the instants from which and until which the person held it."""
    handover = getattr(attribution, "handover", None)
    if handover is None or attribution.device_id is None:
        return []
    certificate = getattr(attribution, "return_certificate", None)
    found: list[tuple[int, datetime, datetime | None]] = []
    since = handover.at
    for exchange in sorted(attribution.exchanges.all(), key=lambda one: (one.at, one.pk)):
        found.append((exchange.device_id, since, exchange.at))
        since = exchange.at
    return [*found, (attribution.device_id, since, None if certificate is None else certificate.returned_at)]


def _agreed(whole: Whole, at: datetime) -> bool:
    return facts.live(whole.consents, _POSITIONS, at)


@act("position_kept_longer", reads=("decision_reasons", "alarm_record"), shown_in="attribution", rule="TGD-43")
def keep_longer(doing: Doing, given: LongerKept) -> datetime:
    """Keeps the positions of one alarm for eight days from the press instead of three (TGD-43). Raises CannotDo.

    Counted from the press, so that no position is kept longer than eight days from its own recording. The prosecutor's
    alone, at whatever stage: a phone may be back, and its case ended, within the three days.
    """
    if doing.actor.role != Role.PROSECUTOR:
        raise CannotDo("Le procureur seul l’autorise.", "The prosecutor alone authorises it.", "TGD-43")
    if not given.reasons.strip():
        raise CannotDo("Une décision se motive.", "A decision has its reasons.", "TGD-43")
    one = next((a for a in extendable(doing.whole) if a.number == given.alarm), None)
    if one is not None:
        with connection.cursor() as cursor:
            cursor.execute(_LONGER, [one.longest, one.number, one.longest])
            if cursor.rowcount == 1:
                doing.about(doing.case, given.reasons.strip())
                return one.longest
    raise CannotDo(
        "Aucune position de cette alerte ne peut être conservée plus longtemps : elle est effacée, ou son terme est déjà "
        "le plus long.",
        "No position of this alarm can be kept longer: it is erased, or its term is the longest already.",
        "TGD-43",
    )
