"""How numbers, times and distances are said to people, in the language that is active.

Rounding never flatters: an interval is widened to the next ten metres, never narrowed. Hours are local to the
platform, always with seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

NBSP = "\u00a0"
KM = 1000


def clock(time_ms: int) -> str:
    """HH:MM:SS in the platform's zone; with the day in front when that was not today."""
    moment = datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(timezone.get_current_timezone())
    if moment.date() != timezone.localdate():
        return f"{moment:%d/%m} {moment:%H:%M:%S}"
    return f"{moment:%H:%M:%S}"


def _to_ten(metres: float, up: bool) -> int:
    return int(-(-metres // 10) * 10) if up else int(metres // 10 * 10)


def metres(value_m: float) -> str:
    """A distance: whole tens of metres up to a kilometre, then kilometres with one decimal."""
    if value_m < 100:
        return f"{round(value_m)}{NBSP}m"
    if not _in_km(value_m):
        return f"{round(value_m / 10) * 10}{NBSP}m"
    if value_m < 99_950:
        return f"{number_format(round(value_m / 1000, 1), 1)}{NBSP}km"  # it would cut, not round
    return f"{number_format(round(value_m / 1000), 0, use_l10n=True, force_grouping=True)}{NBSP}km"


def interval(lower_m: float, upper_m: float, in_km: bool | None = None) -> str:
    """Both ends of a distance in one unit, widened to what is said: tens of metres or tenths of a kilometre."""
    if in_km is None:
        in_km = upper_m >= KM
    if in_km:
        lower = number_format(lower_m // 100 / 10, 1)
        upper = f"{number_format(-(-upper_m // 100) / 10, 1)}{NBSP}km"
    else:
        lower = number_format(_to_ten(lower_m, up=False), 0, force_grouping=True)
        upper = f"{number_format(_to_ten(upper_m, up=True), 0, force_grouping=True)}{NBSP}m"
    return _("between %(lower)s and %(upper)s") % {"lower": lower, "upper": upper}


def distance(distance_m: float, lower_m: float, upper_m: float) -> str:
    """A distance with its interval, all three in the unit of the distance."""
    return f"{metres(distance_m)}, {interval(lower_m, upper_m, in_km=_in_km(distance_m))}"


def _in_km(value_m: float) -> bool:
    return round(value_m / 10) * 10 >= KM
