"""What does a bracelet's order say, and how much does it weigh on each of the two in a day (BAR-18, BAR-35)?

The respondent’s side reads distances and allowed places, which are the order’s own words, and nothing else of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from egide.core.law.calendar import paris_day
from egide.core.law.practice import PracticeSettings
from egide.core.proximity.places import FORBIDDEN
from egide.web.cases.services.burdens import LOOKED_AT, weigh
from egide.web.cases.services.crossings import KIND as CROSSING
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.presenters.places import PlaceLine, place_line
from egide.web.file.presenters.work import crossing_words
from egide.web.file.saying import a_day, pick
from egide.web.measures.models import Burden, Measure, MeasureStatus
from egide.web.tasks.models import Task

_STATES = {
    MeasureStatus.ACTIVE: ("en cours", "running"),
    MeasureStatus.SUSPENDED: ("suspendue : seuls les signaux sonnent", "suspended: signals alone ring"),
    MeasureStatus.ENDED: ("terminée", "ended"),
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """What rang for one person on one day."""

    day: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """What rang for one of the two, lately."""

    who: str
    sentence: str
    heavy: bool
    days: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class CrossingLine:
    """One incident in which the alert distance was crossed: when, how long, how it ended; who was told, what came of it."""

    words: str
    told: str
    outcome: str


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure. `crossings`: None where the reader may not see them."""

    number: str
    state: str
    distances: str
    span: str
    places: tuple[PlaceLine, ...]
    weights: tuple[Weight, ...]
    crossings: tuple[CrossingLine, ...] | None

    @property
    def heavy(self) -> bool:
        """Whether one of the two bears so much that a revision is worth a question (BAR-35)."""
        return any(one.heavy for one in self.weights)


def bracelets(lens: Lens, whole: Whole, now: datetime) -> list[MeasureLine] | None:
    """The measures between these two, as far as the reader may see them; None where there is nothing to show."""
    if not whole.measures or not lens.may("bar_terms"):
        return None
    forbidden = lens.may("bar_exclusions")
    burden = _burden(whole, now) if lens.may("bar_burden") else {}
    crossed = _crossings(whole) if lens.may("alarm_record") and lens.may("bar_burden") else None
    return [_line(one, forbidden, burden, crossed, whole.practice, now) for one in whole.measures]


def _crossings(whole: Whole) -> dict[str, list[CrossingLine]]:
    """What the room told of each measure, by its number, the latest first."""
    found: dict[str, list[CrossingLine]] = {}
    rows = Task.objects.filter(case=whole.case, kind=CROSSING).select_related("agency", "ended_by").order_by("-pk")
    for row in rows:
        said = row.data.get("crossing")
        if said:  # erased with the file otherwise
            line = CrossingLine(crossing_words(said), str(row.agency or ""), row.outcome)
            found.setdefault(said["measure"], []).append(line)
    return found


def _line(
    row: Measure, forbidden: bool, burden: dict[int, list[Burden]], crossed: dict[str, list[CrossingLine]] | None,
    practice: PracticeSettings, now: datetime,
) -> MeasureLine:  # fmt: skip
    places = [p for p in row.places if forbidden or p.get("kind") != FORBIDDEN]
    alert, pre = row.alert_m // 1000, row.pre_alert_m // 1000
    sides = (
        (row.protected_person_id, pick("Pour la personne protégée", "For the protected person")),
        (row.wearer_person_id, pick("Pour le porteur", "For the wearer")),
    )
    return MeasureLine(
        row.number, pick(*_STATES[MeasureStatus(row.status)]),
        pick(f"alerte à {alert} km, préalerte à {pre} km", f"alert at {alert} km, pre-alert at {pre} km"),
        pick(f"du {a_day(row.starts_on)} au {a_day(row.ends_on)}", f"from {a_day(row.starts_on)} to {a_day(row.ends_on)}"),
        tuple(place_line(one) for one in places),
        tuple(_weight(who, row, burden[person], practice, now) for person, who in sides if person in burden),
        None if crossed is None else tuple(crossed.get(row.number, ())),
    )  # fmt: skip


def _burden(whole: Whole, now: datetime) -> dict[int, list[Burden]]:
    """What the monitor counted lately, by person, the latest day first."""
    since = paris_day(now) - timedelta(days=LOOKED_AT)
    people = {p for one in whole.measures for p in (one.protected_person_id, one.wearer_person_id)}
    found: dict[int, list[Burden]] = {person: [] for person in people}
    for row in Burden.objects.filter(person__in=people, day__gt=since).order_by("-day"):
        found[row.person_id].append(row)
    return found


def _weight(who: str, measure: Measure, rows: list[Burden], practice: PracticeSettings, now: datetime) -> Weight:
    """Over the days in force, a fortnight at most: a young measure is not made light by days that were before it."""
    said = weigh(measure, rows, paris_day(now))
    rung, shown, weight = said.rung, f"{said.mean:.1f}", f"{said.weight / said.days:.1f}"
    over = pick("un jour", "one day") if said.days == 1 else pick(f"{said.days} jours", f"{said.days} days")
    sentence = pick(
        f"{rung} alertes et préalertes en {over}, soit {shown.replace('.', ',')} par jour ; poids par jour, en appels : {weight.replace('.', ',')}",
        f"{rung} alerts and pre-alerts in {over}, {shown} a day; weight a day, in calls: {weight}",
    )
    days = tuple(
        DayLine(a_day(r.day), (r.alerts, r.pre_alerts, r.possible, r.technical, r.at_night, round(r.weight / 100)))
        for r in rows
    )
    return Weight(who, sentence, said.heavy(practice), days)
