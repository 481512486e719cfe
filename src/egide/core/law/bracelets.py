"""Which distances may a bracelet have, and for how long may one decision, and all of them, give it?

It answers from the dated values of BAR-15, BAR-21 to BAR-23 and BAR-26, for a day and a frame. It decides about nobody.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from egide.core.law.frames import FRAMES, Frame, FrameGroup
from egide.core.law.model import LawBook
from egide.core.law.rules import LAW

# The frames a bracelet can stand in (BAR-03, BAR-24).
HOLDS_A_BRACELET = frozenset(
    {Frame.JUDICIAL_SUPERVISION, Frame.CONVICTION, Frame.SENTENCE_ADJUSTMENT, Frame.PROTECTION_ORDER}
)
_RULES = {FrameGroup.PRE_TRIAL: "BAR-21", FrameGroup.SENTENCE: "BAR-23", FrameGroup.CIVIL: "BAR-26"}
_M = 1000  # metres in a kilometre


class Distances(NamedTuple):
    """Alert distances that may be set, in whole kilometres, and how many times that the pre-alert distance is."""

    least_km: int
    most_km: int
    pre_alert_times: int

    def allow(self, alert_m: int, pre_alert_m: int) -> bool:
        """Whether an order may say these two distances, in metres."""
        whole = alert_m % _M == 0 and self.least_km * _M <= alert_m <= self.most_km * _M
        return whole and pre_alert_m == self.pre_alert_times * alert_m


class Limit(NamedTuple):
    """A duration that may not be exceeded, and the rule that says so."""

    months: int
    rule: str


def distances(day: date, law: LawBook = LAW) -> Distances:
    """The distances an order of that day may say (BAR-15)."""
    least, most, times = (
        law.value("BAR-15", name, day) for name in ("alert_least_km", "alert_most_km", "pre_alert_times")
    )
    return Distances(least, most, times)


def one_decision(frame: Frame, day: date, *, sent_to_trial: bool = False, law: LawBook = LAW) -> Limit:
    """How long one decision of that day may give a bracelet in that frame. Raises KeyError for a frame that holds none.

    `sent_to_trial`: whoever waits for trial under supervision needs no renewal every six months (BAR-22).
    """
    if frame not in HOLDS_A_BRACELET:
        raise KeyError(frame)
    if sent_to_trial and frame is Frame.JUDICIAL_SUPERVISION:
        return Limit(law.value("BAR-22", "months_in_all", day), "BAR-22")
    rule = _RULES[FRAMES[frame].group]
    return Limit(law.value(rule, "months", day), rule)


def in_all(frame: Frame, day: date, law: LawBook = LAW) -> Limit | None:
    """How long a bracelet may last in that frame, renewals included; None where no total is written (BAR-26).

    After sentence it is the longest there is, that of a crime: whether it was one is not known here (BAR-23).
    """
    group = FRAMES[frame].group
    if group is FrameGroup.PRE_TRIAL:
        return Limit(law.value("BAR-21", "months_in_all", day), "BAR-21")
    if group is FrameGroup.SENTENCE:
        times = 1 + law.value("BAR-23", "renewals_crime", day)
        return Limit(times * law.value("BAR-23", "months", day), "BAR-23")
    return None
