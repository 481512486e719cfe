"""When do the two of a measure reach the next zone? For those who may see bracelets (TGD-41).

Said from the last closing speed the core saw and the present distance, and only while both still mean something. It decides
nothing.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from egide.core.proximity.explain import time_to_zone_s
from egide.web.console.cases import Case
from egide.web.console.wording import clock
from egide.web.measures.models import MeasureStatus

SPEED_HOLDS_MS = 2 * 60_000  # a closing speed older than this says nothing of the present
FARTHEST_S = 3600  # beyond an hour a speed of now says nothing either


def next_zone(case: Case, now_ms: int) -> str:
    """The time to the next zone at the last closing speed, in words; empty when nothing is known or they move apart."""
    last, measure, apart = case.last, case.measure, case.apart(now_ms)
    if last is None or measure is None or measure.status != MeasureStatus.ACTIVE or apart is None:
        return ""
    age_ms = now_ms - last.stream_time_ms
    speed = last.detail.get("closing_mps") if isinstance(last.detail, dict) else None
    if not isinstance(speed, int | float) or not 0 <= age_ms <= SPEED_HOLDS_MS:
        return ""
    for radius_m, words in (
        (measure.pre_alert_m, _("At the closing speed of %(time)s, the pre-alert zone in %(left)s.")),
        (measure.alert_m, _("At the closing speed of %(time)s, the alert zone in %(left)s.")),
    ):
        left_s = time_to_zone_s(round(apart.distance_m * 100), round(speed * 100), radius_m * 100)
        if left_s is not None:
            return "" if left_s > FARTHEST_S else words % {"time": clock(last.stream_time_ms), "left": _lasting(left_s)}
    return ""


def _lasting(seconds: float) -> str:
    """Rounded down: what is near is never said farther."""
    if seconds < 120:
        return _("%(n)s s") % {"n": int(seconds)}
    return _("%(n)s min") % {"n": int(seconds // 60)}
