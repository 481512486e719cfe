"""How much does a measure weigh on a person in a day? Counts of what rang, by day in Paris, with a weight.

Too many alerts are a reason to revise distances, which either party may ask for (BAR-35, OF-01, OF-02): the numbers
stand ready from the first day, for both sides. It decides nothing and rings nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from egide.core.proximity import civil
from egide.core.proximity import policy as p

# What each kind of ring is counted as: the kind of its cause, and its level where it has one.
COUNTED = {
    ("proximity", "alert"): "alerts",
    ("proximity", "pre_alert"): "pre_alerts",
    ("possible_approach", None): "possible",
    ("technical", None): "technical",
}
WEIGHTS = {
    "alerts": p.BURDEN_ALERT,
    "pre_alerts": p.BURDEN_PRE_ALERT,
    "possible": p.BURDEN_POSSIBLE,
    "technical": p.BURDEN_TECHNICAL,
}
BOTH = frozenset({"alerts", "possible"})  # an alert calls both parties; a pre-alert and a battery one


@dataclass(slots=True)
class Burden:
    """What rang for one person on one day. `weight` is in hundredths of a technical call by day."""

    alerts: int = 0
    pre_alerts: int = 0
    possible: int = 0
    technical: int = 0
    at_night: int = 0
    weight: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """The counts in the order of the fields."""
        return tuple(int(getattr(self, one.name)) for one in fields(self))


def counted_as(kind: str, level: str | None) -> str | None:
    """The count a ring belongs to, None for what is no burden of a measure (an SOS, a request for help)."""
    return COUNTED.get((kind, level if kind == "proximity" else None))


def add(burden: Burden, count: str, at_ms: int, policy: Any) -> None:
    """One more ring."""
    night = is_night(at_ms, policy)
    setattr(burden, count, getattr(burden, count) + 1)
    burden.at_night += night
    burden.weight += round(100 * float(policy[WEIGHTS[count]]) * (float(policy[p.BURDEN_NIGHT]) if night else 1.0))


def is_night(at_ms: int, policy: Any) -> bool:
    """Is it night in Paris?"""
    hour = civil.local(at_ms)[1] / civil.HOUR_MS
    return bool(hour >= policy[p.NIGHT_BEGINS_H] or hour < policy[p.NIGHT_ENDS_H])


def day_of(at_ms: int) -> date:
    """The day in Paris a ring counts for."""
    return civil.local(at_ms)[0]
