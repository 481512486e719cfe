"""How a danger assessment can end, and how soon it must be looked at again.

There is no level below medium and no word for "no danger": an assessment either found enough to say so, or says that
it does not know. "Not assessed" is the absence of a result, not a low one; it has the shortest clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Level(StrEnum):
    """The result of an assessment (D.5, DW-05)."""

    NOT_ASSESSED = "not_assessed"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"

    @property
    def rank(self) -> int:
        """Order of urgency among known levels; 0 for "not assessed", which is not a place in that order."""
        return _RANKS[self]

    @property
    def fr(self) -> str:
        """The French words for it."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The English words for it."""
        return _WORDS[self][1]


_RANKS = {Level.NOT_ASSESSED: 0, Level.MEDIUM: 1, Level.HIGH: 2, Level.VERY_HIGH: 3}

_WORDS = {
    Level.NOT_ASSESSED: ("Non évalué", "Not assessed"),
    Level.MEDIUM: ("Moyen, à réexaminer", "Medium, to be re-examined"),
    Level.HIGH: ("Élevé", "High"),
    Level.VERY_HIGH: ("Très élevé", "Very high"),
}

# Days until the next look. Ours, to be set by each court district; no French text gives any (Spain: 3, 7, 30, 60).
REVIEW_DAYS: Mapping[Level, int] = {
    Level.NOT_ASSESSED: 2,
    Level.VERY_HIGH: 3,
    Level.HIGH: 7,
    Level.MEDIUM: 30,
}

# An assessment made in the heat of the moment is repeated calmly (DG-03), whatever its level.
DEFERRED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something that happened and that opens a new assessment before the clock does."""

    id: str
    days: int
    fr: str
    en: str
    sources: tuple[str, ...]


TRIGGERS: tuple[Trigger, ...] = (
    Trigger("alarm", 1, "Une alarme a été déclenchée", "An alarm was raised", ("TGD-32",)),
    Trigger("separation", 1, "Une séparation est annoncée ou vient d’avoir lieu", "A separation is announced or has just taken place", ("SP-03", "DW-02")),
    Trigger("ban_ignored", 1, "Une interdiction n’a pas été respectée", "A ban was not respected", ("RQ-11",)),
    Trigger("release", 0, "Une sortie de détention est prévue ou a eu lieu", "A release from detention is planned or has taken place", ("TGD-37", "OF-09")),
    Trigger("lost_everything", 0, "La personne mise en cause dit avoir tout perdu", "The respondent says that everything is lost", ("DW-04", "CF-16")),
    Trigger("safety_lost", 3, "Un facteur de sécurité a disparu : emploi, logement, soutien", "A safety factor is gone: work, housing, support", ("DW-03", "RQ-62")),
    Trigger("care_stopped", 3, "La prise en charge de la personne mise en cause s’est arrêtée", "The respondent’s care has stopped", ("RQ-62",)),
    Trigger("pregnancy", 3, "Une grossesse est connue", "A pregnancy is known", ("DW-02", "OG-01")),
    Trigger("cohabitation", 1, "La vie commune a repris", "Living together has resumed", ("TGD-09", "RQ-41")),
    Trigger("pressure", 1, "La personne n’a pas pu parler librement", "The person could not speak freely", ("TGD-33",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Review:
    """When an assessment must be looked at again. `days_late` is 0 until the due day is over."""

    due_on: date
    days_late: int

    @property
    def overdue(self) -> bool:
        """Has the due day passed without a new assessment? Then it is an alarm of its own."""
        return self.days_late > 0


def review(
    level: Level,
    made_on: date,
    today: date,
    *,
    in_the_heat: bool = False,
    happened: Mapping[str, date] | None = None,
    clock: Mapping[Level, int] = REVIEW_DAYS,
) -> Review:
    """The next look at an assessment of that level made on that day. All times are whole days.

    `in_the_heat`: made during or just after the facts. `happened`: triggers by id with their day, without those that
    the assessment already took into account; days before it are ignored. KeyError: a trigger or level without a row.
    """
    days = {trigger.id: trigger.days for trigger in TRIGGERS}
    due = [made_on + timedelta(days=clock[level])]
    if in_the_heat:
        due.append(made_on + timedelta(days=DEFERRED_DAYS))
    due += [day + timedelta(days=days[what]) for what, day in (happened or {}).items() if day >= made_on]
    first = min(due)
    return Review(first, max(0, (today - first).days))
