"""May the positions of an alarm be kept longer than three days? Up to eight, by the prosecutor's authorisation (TGD-43).

It moves the instant at which the worker destroys key and positions, once, and never past the law's. What is destroyed
already comes back by no act; no position is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from egide.core.law import tgd
from egide.web.cases.models import Handover
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


# All times are the database's, as for the worker that erases.
_KEPT = """
SELECT a.id, a.opened_at, a.erase_at FROM tgd_alarm a JOIN registry_device d ON d.id = a.device_id
WHERE a.device_id = %s AND a.opened_at >= %s AND a.key IS NOT NULL AND a.erase_at > now() AND d.geolocation_consent
ORDER BY a.id
"""
_LONGER = """
UPDATE tgd_alarm SET erase_at = %s WHERE id = %s AND key IS NOT NULL AND erase_at > now() AND erase_at < %s
"""


def extendable(whole: Whole) -> list[KeptAlarm]:
    """Alarms of the phones this person holds, since they were handed over, whose positions may be kept longer."""
    found = []
    for handed in Handover.objects.filter(attribution__in=whole.out, attribution__device__isnull=False):
        with connection.cursor() as cursor:
            cursor.execute(_KEPT, [handed.attribution.device_id, handed.at])
            rows = cursor.fetchall()
        found += [KeptAlarm(n, at, until, tgd.position_erased_at(at, True)) for n, at, until in rows]
    return [one for one in found if one.erase_at < one.longest]


@act("position_kept_longer", "attribution", "decision_reasons", reads=("alarm_position",), rule="TGD-43")
def keep_longer(doing: Doing, given: LongerKept) -> datetime:
    """Keeps the positions of one alarm for eight days from the press instead of three (TGD-43). Raises CannotDo.

    Counted from the press, so that no position is kept longer than eight days from its own recording.
    """
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
